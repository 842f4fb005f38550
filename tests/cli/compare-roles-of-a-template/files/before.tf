resource "aws_iam_role" "admin" {
  name = "admin"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = "arn:aws:iam::604718392055:role/a" } }] })
}
resource "aws_iam_role" "ci" {
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "codebuild.amazonaws.com" } }] })
}
resource "aws_iam_role_policy" "admin" {
  role = aws_iam_role.admin.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{ Effect   = "Allow", Action   = "*", Resource = "*" }]
  })
}
data "aws_iam_policy_document" "ci" {
  statement {
    actions = ["s3:GetObject"]
    resources = ["*"]
  }
}
resource "aws_iam_policy" "ci" {
  policy = data.aws_iam_policy_document.ci.json
}
resource "aws_iam_role_policy_attachment" "ci" {
  role = aws_iam_role.ci.name
  policy_arn = aws_iam_policy.ci.arn
}
