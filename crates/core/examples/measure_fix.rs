//! `cargo run --release -p undeny-core --example measure_fix`: how long it takes from 50 KB of Terraform and an error to a proven patch.
#![allow(clippy::print_stdout, reason = "it prints a table")]

use std::fmt::Write as _;
use std::time::Instant;

use undeny_core::{Input, Options, Paste, run};

const RUNS: usize = 40;

fn terraform(bytes: usize) -> String {
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

fn main() {
    for (name, bytes) in [("1 KB", 1_000), ("50 KB", 50_000), ("500 KB", 500_000)] {
        let input = |name: &str, text: String| Input {
            name: Some(name.to_owned()),
            text,
            role: None,
        };
        let error = "An error occurred (AccessDenied) when calling the PutObject operation: User: \
            arn:aws:sts::111122223333:assumed-role/worker-1/task is not authorized to perform: s3:PutObject on resource: \
            \"arn:aws:s3:::reports-1/a.csv\" because no identity-based policy allows the s3:PutObject action\n";
        let paste = Paste {
            inputs: vec![
                input("error.log", error.to_owned()),
                input("main.tf", terraform(bytes)),
            ],
        };
        let options = Options::default();
        let mut times: Vec<f64> = Vec::new();
        let mut verdict = "";
        for _ in 0..RUNS.min(2_000_000 / bytes).max(3) {
            let started = Instant::now();
            let outcome = run(&paste, &options);
            times.push(started.elapsed().as_secs_f64() * 1000.0);
            verdict = outcome.report.verdict.as_str();
        }
        times.sort_by(f64::total_cmp);
        let median = times.get(times.len() / 2).copied().unwrap_or_default();
        let slowest = times.last().copied().unwrap_or_default();
        println!("{name:>7}  {verdict}  median {median:.2} ms, slowest {slowest:.2} ms");
    }
}
