data "aws_iam_policy_document" "reports" {
  statement {
    actions   = var.actions
    resources = ["*"]
  }
}
