//! Inputs made to be slow, against a plain log of the same size: `cargo run --release -p undeny-redact --example hostile [BYTES [NAME]]`.
//!
//! With the name of one it is that alone, for a profiler. A line for each: what it repeats, milliseconds, and how often the time of the log. It ends with the worst. Times are of the processor.
#![allow(clippy::print_stdout, reason = "a tool for developers")]

use undeny_redact::{Options, Vault, redact};

const LOG: &str = "2026-11-21T10:15:42.123Z INFO  [main] com.example.app.Server - request handled in 12 ms, status=200 path=/api/v1/items user agent Mozilla/5.0\n\
                   2026-11-21T10:15:42.125Z DEBUG [worker-3] scheduler: next run in 30 s, queue length 14, retries 0 of 3\n";

/// Said again and again until the text is full.
const REPEATED: &[&str] = &[
    "a",
    "A",
    "0",
    "1",
    "_",
    "-",
    ".",
    "=",
    "/",
    "\\",
    "\"",
    "'",
    "`",
    "%",
    ":",
    "<",
    ">",
    "{",
    "}",
    "[",
    "(",
    "@",
    "$",
    "+",
    ",",
    " ",
    "\n",
    "\t",
    "é",
    "😀",
    "a=",
    "a:",
    "a: ",
    "a=b ",
    "k=\"",
    "password=",
    "password=\"",
    "password: |\n",
    "password=<<EOF\n",
    "token token ",
    "secret:secret:",
    "://",
    "a://",
    "http://a@",
    "http://a:b@",
    "postgres://a:b",
    "https://a?token=",
    "%3A%2F%2F",
    "%25",
    "%253A",
    "\\u003c",
    "\\\\",
    "\\\"",
    "\\n",
    "arn:",
    "arn:aws:",
    "arn:aws:iam::",
    "arn:aws:s3:::",
    "arn:${",
    "arn:aws:iam::1234:role/",
    "arn:aws:s3:::a-",
    "-----BEGIN PRIVATE KEY-----",
    "-----BEGIN PRIVATE KEY-----\n",
    "-----BEGIN PRIVATE",
    "-----END ",
    "Private-Lines: 1\n",
    "x -----BEGIN RSA PRIVATE KEY-----\n",
    "kind: Secret\n",
    "kind: Secret\ndata:\n",
    "  kind: Secret\n  data:\n    a: b\n",
    "\"kind\": \"Secret\",",
    "data:\n",
    "<a>",
    "<password>",
    "<password>a",
    "</password>",
    "<a b=\"",
    "--password ",
    "--",
    "name: a\nvalue: ",
    "\"name\": \"",
    "eyJ",
    "eyJh.",
    "eyJhbGciOiJIUzI1NiJ9.",
    "AKIA",
    "AKIAIOSFODNN7EXAMPLE",
    "ghp_",
    "xoxb-",
    "sk-",
    "sk_live_",
    "1/1/",
    "nm1x",
    "Nm1x",
    "NM1XNm2x",
    "<SECRET_1>",
    "SECRET_",
    "secret 1 ",
    "0000",
    "000000000001",
    "1.",
    "1.1.1.1",
    "1.1.1.1.",
    "a:b:c:d:",
    "::",
    "2001:db8:",
    "4111 ",
    "+1 ",
    "curl -u ",
    "curl ",
    "machine a login ",
    "Bearer ",
    "Basic ",
    "Authorization: ",
    "Cookie: a=b; ",
    "a@",
    "a@b.c",
    "a@b.c ",
    "s3://",
    "x.amazonaws.com",
    ".amazonaws.com",
    "a.b.c.d.",
    "repo:",
    "${",
    "{{",
    "cGFzc3dvcmQ9",
    "Y0dGemMzZHZjbVE5",
    "vpc-",
    "vpc-0",
    "i-0abc ",
    "o-",
    "ou-",
    "AROA",
    "aA",
    "aB1",
    "Secret",
    "secret",
    "BEGIN ",
    "id/",
    "root=",
    "Root=1-",
    "DefaultEndpointsProtocol=",
    "AccountKey=",
];

fn main() {
    let bytes = std::env::args()
        .nth(1)
        .and_then(|count| count.parse().ok())
        .unwrap_or(1_000_000_usize);
    let only = std::env::args().nth(2);
    let plain = time(&LOG.repeat(bytes / LOG.len() + 1));
    println!("{:8.2} ms   1.00  plain log", plain * 1e3);
    let mut worst = (0.0, String::new());
    let mut show = |name: &str, text: &str| {
        if only.as_deref().is_some_and(|only| only != name) {
            return;
        }
        let seconds = time(text) * bytes as f64 / text.len() as f64;
        let times = seconds / plain;
        println!("{:8.2} ms {times:6.2}  {name:?}", seconds * 1e3);
        if times > worst.0 {
            worst = (times, name.to_owned());
        }
    };
    for piece in REPEATED {
        show(piece, &piece.repeat(bytes / piece.len() + 1));
    }
    let mut encoded = "password=k7Qx2Zr9Wp5Vb3Jm8TgY".to_owned();
    while encoded.len() < bytes {
        encoded = hexadecimal(&encoded);
    }
    show("percent, again and again", &encoded);
    let mut numbered = String::new();
    for (name, prefix, suffix) in [
        ("different secrets", "password=\"k7Qx2Zr9Wp5V", "\"\n"),
        ("different words", "word", " "),
        ("different keys", "key", "_token: true\n"),
        (
            "different ARNs",
            "arn:aws:iam::596341019084:role/acme",
            "\n",
        ),
        ("different addresses", "jane", "@acme.example "),
        ("different accounts", "account 4859", "12 "),
    ] {
        numbered.clear();
        let mut number = 100_000;
        while numbered.len() < bytes {
            number += 1;
            numbered.push_str(&format!("{prefix}{number}{suffix}"));
        }
        show(name, &numbered);
    }
    println!("worst: {:.2} times the plain log, {:?}", worst.0, worst.1);
}

/// Every tenth byte as a percent escape.
fn hexadecimal(text: &str) -> String {
    text.bytes()
        .map(|byte| {
            if byte.is_ascii_alphanumeric() {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect::<String>()
        + "%25"
        + text
}

/// The mean of as many runs as the clock needs, in seconds.
fn time(text: &str) -> f64 {
    let started = cpu_seconds();
    let mut runs = 0.0;
    loop {
        let results = redact(&mut Vault::new(), &[text], &Options::default());
        std::hint::black_box(results);
        runs += 1.0;
        let seconds = cpu_seconds() - started;
        if seconds > 0.04 {
            return seconds / runs;
        }
    }
}

/// Seconds this thread has had the processor: the machine is shared, wall-clock time says little.
fn cpu_seconds() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    text.split(' ')
        .next()
        .and_then(|nanoseconds| nanoseconds.parse::<f64>().ok())
        .unwrap_or(0.0)
        / 1e9
}
