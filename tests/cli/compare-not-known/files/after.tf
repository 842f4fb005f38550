data "aws_iam_policy_document" "app" {
  statement {
    actions   = ["s3:GetObject"]
    resources = ["arn:aws:s3:::a/*"]
  }
  dynamic "statement" {
    for_each = var.more
    content {
      actions   = statement.value.actions
      resources = ["*"]
    }
  }
}
