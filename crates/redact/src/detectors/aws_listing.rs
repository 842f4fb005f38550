//! Buckets in what AWS's command line prints of them, a line for each.

use undeny_text::Span;

use crate::detector::{Anchor, Class, Confidence, Facts, Form, Place, Scan, rank};

detector!(
    /// `2023-01-01 10:11:12 acme-logs`, as `aws s3 ls` prints it, and `BUCKETS<tab>2023-01-01T10:11:12+00:00<tab>acme-logs`.
    AwsListing,
    Facts {
        id: "aws-listing",
        class: Class::Identifier,
        sees: "the bucket at the end of a line in which only a date and a time stand before it",
        source: "https://docs.aws.amazon.com/cli/latest/reference/s3/ls.html#examples",
        example: "2023-01-01 10:11:12 northwind-raw",
        near_miss: "2023-01-01 10:11:12 done",
        placeholder: "2023-01-01 10:11:12 nm1x-raw",
    },
    &[Anchor::Digits { least: 4, most: 4 }, Anchor::Literal("BUCKETS\t")],
    look
);

/// Longest line that is read, in bytes.
const LONGEST: usize = 400;

fn look(place: Place, scan: &mut Scan<'_>) {
    let bytes = scan.bytes;
    let start = place.span.start;
    let name = if bytes.at(start) == b'B' {
        let end = bytes.run(start, LONGEST, |byte| byte >= b' ' || byte == b'\t');
        scan.reads_to(place.span, end);
        Span::new(bytes.run_back(end, 64, |byte| byte != b'\t'), end)
    } else {
        let shape = b"dddd-dd-dd dd:dd:dd ";
        let fits = place.span.len() == 4
            && shape.iter().enumerate().all(|(at, wanted)| {
                let byte = bytes.at(start + at);
                byte == *wanted || *wanted == b'd' && byte.is_ascii_digit()
            });
        let indent = bytes.run_back(start, 8, |byte| byte == b' ');
        if !fits || !matches!(bytes.before(indent), b'\n' | 0) {
            return;
        }
        let from = start + shape.len();
        Span::new(from, bytes.run(from, 64, |byte| byte > b' '))
    };
    let text = scan.under(name);
    let is_bucket = (3..=63).contains(&text.len())
        && text.starts_with(|first: char| first.is_ascii_lowercase() || first.is_ascii_digit())
        && text.bytes().all(|byte| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'.')
        })
        && text.bytes().any(|byte| byte.is_ascii_lowercase());
    if !is_bucket || !matches!(bytes.at(name.end), b'\n' | b'\r' | 0) {
        return;
    }
    // A word alone may be what a log says.
    let (rank, form) = if text.contains('-') || bytes.at(start) == b'B' {
        (rank::NAME, Form::Name)
    } else {
        (rank::ECHO, Form::Echo)
    };
    scan.hit(&FACTS, name, rank, Confidence::Medium, form);
}
