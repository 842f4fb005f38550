data "aws_iam_policy_document" "reports" {
  statement {
    # the reports
    actions   = ["s3:GetObject"]
    resources = ["arn:aws:s3:::reports/*"] # [2J
  }
}
