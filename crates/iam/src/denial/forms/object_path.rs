use crate::denial::{manual, manual_list};
use undeny_text::Span;

use super::{Finding, Form, Weight};
use crate::denial::normalise::Normalised;
use crate::denial::{ActionSource, Denial};

/// *What it reads* · Hadoop's and Spark's `AccessDeniedException: s3a://BUCKET/KEY: getFileStatus on ..`, and the path that Hive and Trino print behind S3's
/// bare "Access Denied".
/// *What it never does* · name an action for a step that may be several calls: a listing, a copy, a commit.
#[derive(Debug)]
pub(super) struct ObjectPath;

/// <https://hadoop.apache.org/docs/stable/hadoop-aws/tools/hadoop-aws/troubleshooting_s3a.html>
const HADOOP: &str = "accessdeniedexception:s3a://";
/// <https://trino.io/docs/current/object-storage/legacy-s3.html>
const TRINO: &str = "path:s3://";

/// What S3A calls its steps, without blanks, and the call of S3 that is refused there first.
const STEPS: &[(&str, &str)] = &[
    ("completemultipartupload", "s3:PutObject"),
    ("delete", "s3:DeleteObject"),
    ("getfilestatus", "s3:GetObject"),
    ("initiatemultipartupload", "s3:PutObject"),
    ("open", "s3:GetObject"),
    ("put", "s3:PutObject"),
    ("read", "s3:GetObject"),
    ("reopen", "s3:GetObject"),
    ("uploadpart", "s3:PutObject"),
    ("writingobject", "s3:PutObject"),
];

impl Form for ObjectPath {
    fn id(&self) -> &'static str {
        manual("object-path")
    }

    fn reads(&self) -> &'static str {
        manual(
            "`AccessDeniedException: s3a://BUCKET/KEY: getFileStatus on`, `Access Denied (Service: Amazon S3; ...), ... (Path: s3://BUCKET/KEY)`",
        )
    }

    fn source(&self) -> &'static str {
        manual(
            "https://hadoop.apache.org/docs/stable/hadoop-aws/tools/hadoop-aws/troubleshooting_s3a.html",
        )
    }

    fn examples(&self) -> &'static [&'static str] {
        manual_list(&[
            "java.nio.file.AccessDeniedException: s3a://acme-lake/raw/part-0.parquet: getFileStatus on s3a://acme-lake/raw/part-0.parquet: com.amazonaws.services.s3.model.AmazonS3Exception: Forbidden (Service: Amazon S3; Status Code: 403; Error Code: 403 Forbidden; Request ID: A; S3 Extended Request ID: B)",
            "com.amazonaws.services.s3.model.AmazonS3Exception: Access Denied (Service: Amazon S3; Status Code: 403; Error Code: AccessDenied; Request ID: A; S3 Extended Request ID: B; Proxy: null), S3 Extended Request ID: B (Path: s3://acme-lake/raw/part-0.parquet)",
        ])
    }

    fn anchors(&self) -> &'static [&'static str] {
        &[HADOOP, TRINO]
    }

    fn read(&self, text: &Normalised, hit: Span) -> Vec<Finding> {
        let is_hadoop = text.squeezed().get(hit.range()) == Some(HADOOP);
        let opening = if is_hadoop { "s3a://" } else { "s3://" };
        let window = text.squeezed_window(hit.end, 1100);
        let found = if is_hadoop {
            step(window)
        } else {
            // Of a folder it may be the listing that was refused.
            let end = window.find(')');
            end.map(|end| {
                let is_object = !window.get(..end).is_some_and(|path| path.ends_with('/'));
                (end, is_object.then_some("s3:GetObject"))
            })
        };
        let Some((length, action)) = found else {
            return Vec::new();
        };
        let (start, end) = (hit.end - opening.len(), hit.end + length);
        // Wrapped inside of it, too.
        let path: String = text
            .text()
            .get(text.place(start)..text.place_end(end))
            .unwrap_or_default()
            .split_whitespace()
            .collect();
        let is_path =
            |letter: char| letter.is_ascii_alphanumeric() || "/._-=+@,!~%".contains(letter);
        if length == 0 || !path.chars().skip(opening.len()).all(is_path) {
            return Vec::new();
        }
        let begin = if is_hadoop {
            hit.start
        } else {
            let before = text.squeezed_before(hit.start, 400);
            let Some(at) = before.rfind("accessdenied(service:amazons3;") else {
                return Vec::new();
            };
            hit.start - (before.len() - at)
        };
        let denial = Denial {
            action: action.map(str::to_owned),
            action_source: if action.is_some() {
                ActionSource::Implied
            } else {
                ActionSource::Printed
            },
            resource: Some(path),
            ..Denial::default()
        };
        vec![Finding::new(
            denial,
            Span::new(begin, end),
            Weight::Sentence,
        )]
    }
}

/// Where the path at the start of `said` ends, before S3A's step, and the action of a step that is known.
fn step(said: &str) -> Option<(usize, Option<&'static str>)> {
    let known = |rest: &str| {
        let (_, action) = STEPS.iter().find(|(step, _)| {
            rest.strip_prefix(step).is_some_and(|behind| {
                behind.starts_with("on") || behind.starts_with("0-byte") || behind.starts_with("at")
            })
        })?;
        Some(*action)
    };
    let end = said.find(':')?;
    Some((end, said.get(end + 1..).and_then(known)))
}
