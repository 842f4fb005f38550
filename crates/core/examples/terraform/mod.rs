//! A long Terraform file of many small roles, and a denial of one of them: what `measure_fix` and `cargo xtask bench` measure.

use std::fmt::Write as _;

/// The denial of a call by the first worker.
pub(crate) const ERROR: &str = "An error occurred (AccessDenied) when calling the PutObject operation: User: \
    arn:aws:sts::111122223333:assumed-role/worker-1/task is not authorized to perform: s3:PutObject on resource: \
    \"arn:aws:s3:::reports-1/a.csv\" because no identity-based policy allows the s3:PutObject action\n";

/// Whole roles until there are so many bytes.
pub(crate) fn terraform(bytes: usize) -> String {
    let mut text = String::new();
    let mut number = 0;
    while text.len() < bytes {
        number += 1;
        let _ = write!(
            text,
            r#"resource "aws_iam_role" "worker_{number}" {{
  name               = "worker-{number}"
  assume_role_policy = data.aws_iam_policy_document.trust_{number}.json
}}

data "aws_iam_policy_document" "trust_{number}" {{
  statement {{
    actions = ["sts:AssumeRole"]
    principals {{
      type        = "Service"
      identifiers = ["ecs-tasks.amazonaws.com"]
    }}
  }}
}}

resource "aws_iam_role_policy" "worker_{number}" {{
  name = "worker-{number}"
  role = aws_iam_role.worker_{number}.id

  policy = jsonencode({{
    Version = "2012-10-17"
    Statement = [
      {{
        Effect   = "Allow"
        Action   = ["s3:GetObject", "s3:ListBucket"] # reports
        Resource = ["arn:aws:s3:::reports-{number}", "arn:aws:s3:::reports-{number}/*"]
      }},
    ]
  }})
}}

"#
        );
    }
    text
}
