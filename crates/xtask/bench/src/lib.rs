//! The engine on a paste of a given size: the seed story of two policies at the end of a build log, which is what makes a paste long.

mod policies;
#[path = "../../../core/examples/terraform/mod.rs"]
mod template;

pub use policies::{
    comparison, decisions, glob_count, globs, hostile, hostile_count, pair, pair_count,
};

use undeny_core::redaction::{self, Vault};
use undeny_core::{Input, Options, Paste};
use wasm_bindgen::prelude::wasm_bindgen;

const STORY: &str = r#"An error occurred (AccessDeniedException) when calling the AssumeRole operation:
User: arn:aws:sts::123456789012:assumed-role/CodeBuildServiceRole/session
is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::123456789012:role/TargetDeployRole
with an explicit deny or missing permission: sts:TagSession

{
  "Version": "2012-10-17",
  "Statement": [
    { "Effect": "Allow", "Action": ["sts:AssumeRole"], "Resource": "arn:aws:iam::123456789012:role/TargetDeployRole" }
  ]
}
{
  "Version": "2012-10-17",
  "Statement": [
    { "Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::123456789012:role/CodeBuildServiceRole" }, "Action": "sts:AssumeRole" }
  ]
}
"#;

/// Lines as a build prints them: mostly nothing to hide, sometimes an address, an ARN or a token.
const LOG: &[&str] = &[
    "[Container] 2026/03/01 10:00:00.123456 Running command npm ci --no-audit\n",
    "added 1432 packages, and audited 1433 packages in 41s\n",
    "Step 7/12 : COPY --from=build /app/dist /usr/share/nginx/html\n",
    " ---> Running in 3f2a9c1b7d4e\n",
    "2026-03-01T10:02:11Z INFO  deploy: uploading 214 files to s3://reports-123456789012-eu-west-1/site/\n",
    "2026-03-01T10:02:12Z DEBUG http: GET https://10.0.12.7:8443/health 200 (3 ms) request=6f1d2c90-4b7a-4e57-9f60-0c1f7a2b3d4e\n",
    "DATABASE_URL=postgres://app:not-a-real-password@db.internal.example.com:5432/app\n",
    "warning: unused import: `std::fmt`\n",
    "pulling 123456789012.dkr.ecr.eu-west-1.amazonaws.com/web:1.4.2 as arn:aws:iam::123456789012:role/CodeBuildServiceRole\n",
    "Notice: mail sent to ann.example@example.com\n",
];

/// What a service writes all day: nothing in it is anybody's.
const QUIET_LOG: &[&str] = &[
    "2026-11-21T10:15:42.123Z INFO  [main] com.example.shop.Server - request handled in 12 ms, status=200 path=/api/v1/items user agent Mozilla/5.0\n",
    "2026-11-21T10:15:42.125Z DEBUG [worker-3] scheduler: next run in 30 s, queue length 14, retries 0 of 3\n",
    "2026-11-21T10:15:42.391Z WARN  [http-7] slow query took 1893 ms: select count(*) from orders where state = 'open' and created_at > now()\n",
    "2026-11-21T10:15:43.002Z INFO  [main] cache: 1420 entries, 96 % hits, 3 evicted\n",
    "  at com.example.shop.OrderService.submit(OrderService.java:214)\n",
    "level=info ts=2026-11-21T10:15:44Z caller=reconciler.go:88 msg=\"reconciled\" kind=Deployment ready=3/3 took=41ms\n",
];

/// The text that a word names: `log-1000` of a quiet log, `terraform-1000` of Terraform with a denial, `1000` of a build's log with two policies, of about
/// so many bytes each. Empty, where it names none.
#[wasm_bindgen]
pub fn made(word: &str) -> String {
    let (kind, bytes) = word.rsplit_once('-').unwrap_or(("", word));
    match (kind, bytes.parse()) {
        ("log", Ok(bytes)) => quiet_log(bytes),
        ("terraform", Ok(bytes)) => terraform(bytes),
        ("", Ok(bytes)) => paste(bytes),
        _ => String::new(),
    }
}

fn quiet_log(bytes: usize) -> String {
    let lines = QUIET_LOG.iter().cycle();
    lines
        .scan(0, |length, line| {
            *length += line.len();
            (*length <= bytes).then_some(*line)
        })
        .collect()
}

/// A paste of about this many bytes.
#[wasm_bindgen]
pub fn paste(bytes: usize) -> String {
    let mut text = String::with_capacity(bytes + 256);
    let mut lines = LOG.iter().cycle();
    while text.len() + STORY.len() < bytes {
        text.push_str(lines.next().copied().unwrap_or("\n"));
    }
    text + STORY
}

/// A denial and about this many bytes of Terraform, in which the patch is to be made.
#[wasm_bindgen]
pub fn terraform(bytes: usize) -> String {
    format!("{}\n{}", template::ERROR, template::terraform(bytes))
}

/// Redaction alone. What it gives only keeps the work from being optimized away.
#[wasm_bindgen]
pub fn redaction(text: &str) -> usize {
    let mut vault = Vault::new();
    let redacted = redaction::redact(&mut vault, &[text], &redaction::Options::default());
    redacted.len()
}

/// Everything that happens between a paste and its report.
#[wasm_bindgen]
pub fn pipeline(text: &str) -> usize {
    let input = Input {
        name: None,
        text: text.to_owned(),
        role: None,
    };
    let outcome = undeny_core::run(
        &Paste {
            inputs: vec![input],
        },
        &Options::default(),
    );
    outcome.report.documents.len() + outcome.report.denials.len()
}
