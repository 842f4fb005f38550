//! `cargo xtask leak-test`: planted secrets and identifiers through the prompt and what is said of it; any that comes out, in any writing, is a leak.
//!
//! Values are random and known here, so that what the detectors overlook is found as well.
#![allow(
    clippy::print_stdout,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a report for people"
)]

use std::collections::BTreeMap;
use std::process::ExitCode;

use undeny_assistant::prompt::{PromptOptions, build};
use undeny_core::redaction::DETECTORS;
use undeny_core::{Input, Paste};

/// How many are planted.
const PLANTED: usize = 10_000;
/// How many stand in one paste.
const TOGETHER: usize = 40;

/// Texts with `{KIND LENGTH}`: `w` letters and digits, `5` base32, `d` digits, `x` hexadecimal, `a` small letters.
const TEMPLATES: &[&str] = &[
    "DB_PASSWORD={w16}",
    "arn:aws:iam::{d12}:role/deploy",
    "arn:aws:s3:::{a14}-logs/a.csv",
    "arn:aws:sts::{d12}:assumed-role/{a14}/session",
    "mail {a12}@{a12}.io",
    "postgres://app:{w18}@db.internal:5432/app",
    "Authorization: Bearer {w40}",
    "AWS_ACCESS_KEY_ID=AKIA{516}",
    "vpc-0{x16}",
    "\"client_secret\": \"{w24}\"",
];

fn main() -> ExitCode {
    let mut random = Random(20_261_122);
    let mut templates: Vec<String> = TEMPLATES.iter().map(|text| (*text).to_owned()).collect();
    templates.extend(
        DETECTORS
            .iter()
            .map(|detector| detector.facts().example)
            .filter(|example| example.contains('{'))
            .map(str::to_owned),
    );
    let (mut planted, mut pastes, mut blocked, mut unseen) = (0, 0, 0, 0);
    let mut leaks: BTreeMap<String, usize> = BTreeMap::new();
    while planted < PLANTED {
        let mut values: Vec<(String, String)> = Vec::new();
        let mut text = String::from(
            "User: arn:aws:iam::123456789012:user/ann is not authorized to perform: s3:PutObject on resource: \"arn:aws:s3:::reports/a.csv\"\n",
        );
        while values.len() < TOGETHER {
            let template = &templates[random.below(templates.len())];
            let line = fill(template, &mut random, &mut |value| {
                values.push((template.clone(), value.to_owned()));
            });
            text.push_str(&line);
            text.push('\n');
        }
        planted += values.len();
        // The search itself has to find them where they are known to be.
        unseen += values
            .iter()
            .filter(|(_, value)| {
                !writings(value)
                    .iter()
                    .any(|(_, written)| text.contains(written))
            })
            .count();
        pastes += 1;
        let paste = Paste {
            inputs: vec![Input {
                text,
                ..Input::default()
            }],
        };
        let built = build(&paste, &PromptOptions::default());
        let mut captured = built
            .blocked
            .iter()
            .map(ToString::to_string)
            .collect::<String>();
        if built.blocked.is_empty() {
            captured.push_str(&built.prompt.text());
        } else {
            blocked += 1;
        }
        for (template, value) in values {
            for (writing, written) in writings(&value) {
                if captured.contains(&written) {
                    *leaks.entry(format!("{template} ({writing})")).or_default() += 1;
                }
            }
        }
    }
    println!(
        "{planted} planted in {pastes} pastes, {} writings each; {blocked} prompts blocked by the gate; {} leaks",
        writings("x").len(),
        leaks.values().sum::<usize>()
    );
    for (what, count) in &leaks {
        println!("{count:>6}  {what}");
    }
    if unseen > 0 {
        println!("{unseen} of them are not even found in the pastes: the search is broken");
    }
    if leaks.is_empty() && unseen == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// The template with random runs; each run of 8 and more is a planted value.
fn fill(template: &str, random: &mut Random, plant: &mut dyn FnMut(&str)) -> String {
    let mut made = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        made.push_str(before);
        let Some((run, after)) = after.split_once('}') else {
            made.push('{');
            rest = after;
            continue;
        };
        let length = run.get(1..).and_then(|length| length.parse::<usize>().ok());
        if let Some(length) = length {
            let alphabet: &[u8] = match run.as_bytes()[0] {
                b'5' => b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
                b'd' => b"123456789",
                b'x' => b"0123456789abcdef",
                b'a' => b"abcdefghijklmnopqrstuvwxyz",
                _ => b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
            };
            let value: String = (0..length)
                .map(|_| char::from(alphabet[random.below(alphabet.len())]))
                .collect();
            if length >= 8 {
                plant(&value);
            }
            made.push_str(&value);
        } else {
            made.push_str(&format!("{{{run}}}"));
        }
        rest = after;
    }
    made + rest
}

/// The value in twelve writings.
fn writings(value: &str) -> Vec<(&'static str, String)> {
    let bytes = value.as_bytes();
    let each = |one: &dyn Fn(u8) -> String| bytes.iter().map(|byte| one(*byte)).collect::<String>();
    let shifted = |count: usize| {
        let encoded = base64(&[&b"\0\0"[..count], bytes].concat());
        // Without the letters that depend on what stands before and behind.
        encoded[[0, 2, 3][count]..encoded.trim_end_matches('=').len() - 1].to_owned()
    };
    vec![
        ("plain", value.to_owned()),
        ("upper case", value.to_ascii_uppercase()),
        ("lower case", value.to_ascii_lowercase()),
        ("base64", shifted(0)),
        (
            "base64 for URLs",
            shifted(0).replace('+', "-").replace('/', "_"),
        ),
        ("base64, one later", shifted(1)),
        ("base64, two later", shifted(2)),
        ("hexadecimal", each(&|byte| format!("{byte:02x}"))),
        (
            "hexadecimal, upper case",
            each(&|byte| format!("{byte:02X}")),
        ),
        ("percent", each(&|byte| format!("%{byte:02X}"))),
        ("JSON", each(&|byte| format!("\\u{byte:04x}"))),
        ("HTML", each(&|byte| format!("&#{byte};"))),
    ]
}

fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let mut group = [0_u8; 3];
        group[..three.len()].copy_from_slice(three);
        let bits = u32::from_be_bytes([0, group[0], group[1], group[2]]);
        for index in 0..=three.len() {
            let letter = usize::try_from(bits >> (18 - 6 * index) & 63).unwrap_or(0);
            text.push(char::from(ALPHABET[letter]));
        }
    }
    text
}

/// Marsaglia's xorshift, so that every run plants the same.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(end.max(1)).unwrap_or(1)).unwrap_or(0)
    }
}
