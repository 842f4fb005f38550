//! `cargo xtask leak-test`: planted secrets and identifiers through the prompt and what is said of it; any that comes out, in any writing, is a leak.
//! The browser's half writes the same pastes to files, and looks in what `tests/browser/leak.mjs` captured of them.
//!
//! Values are random and known here, so that what the detectors overlook is found as well.
#![allow(
    clippy::print_stdout,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a report for people"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::ExitCode;

use undeny_assistant::prompt::{ANSWER_SCHEMA, PromptOptions, build};
use undeny_assistant::providers::PROVIDERS;
use undeny_assistant::wire::{Config, Prompt, Shape, advise, encode};
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

/// A paste, and the values planted in it with what they stand in.
struct Planted {
    text: String,
    values: Vec<(String, String)>,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.as_slice() {
        [] => native(),
        [mode, folder] if mode == "--write" => write(Path::new(folder)),
        [mode, folder] if mode == "--search" => search(Path::new(folder)),
        _ => {
            println!("leak, leak --write FOLDER, or leak --search FOLDER");
            ExitCode::FAILURE
        }
    }
}

/// The same in every run.
fn pastes() -> Vec<Planted> {
    let mut random = Random(20_261_122);
    let mut templates: Vec<String> = TEMPLATES.iter().map(|text| (*text).to_owned()).collect();
    templates.extend(
        DETECTORS
            .iter()
            .map(|detector| detector.facts().example)
            .filter(|example| example.contains('{'))
            .map(str::to_owned),
    );
    let mut pastes = Vec::new();
    let mut planted = 0;
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
        pastes.push(Planted { text, values });
    }
    pastes
}

/// Every value in what was captured of its paste, in every writing; and whether the search finds what is surely there.
#[derive(Default)]
struct Search {
    planted: usize,
    unseen: usize,
    leaks: BTreeMap<String, usize>,
}

impl Search {
    fn look(&mut self, paste: &Planted, captured: &str) {
        self.planted += paste.values.len();
        for (template, value) in &paste.values {
            let writings = writings(value);
            // The search itself has to find them where they are known to be.
            let known = writings
                .iter()
                .any(|(_, written)| paste.text.contains(written));
            self.unseen += usize::from(!known);
            for (writing, written) in writings {
                if captured.contains(&written) {
                    *self
                        .leaks
                        .entry(format!("{template} ({writing})"))
                        .or_default() += 1;
                }
            }
        }
    }

    fn report(&self, of: &str) -> ExitCode {
        println!(
            "{} planted, {} writings each, looked for in {of}: {} leaks",
            self.planted,
            writings("x").len(),
            self.leaks.values().sum::<usize>()
        );
        for (what, count) in &self.leaks {
            println!("{count:>6}  {what}");
        }
        if self.unseen > 0 {
            println!(
                "{} of them are not even found in the pastes: the search is broken",
                self.unseen
            );
        }
        if self.leaks.is_empty() && self.unseen == 0 {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        }
    }
}

/// Prompts, the bodies of requests in each dialect, and what the gate and failures say.
fn native() -> ExitCode {
    let (mut search, mut blocked, mut bytes) = (Search::default(), 0, 0);
    let pastes = pastes();
    for paste in &pastes {
        let given = Paste {
            inputs: vec![Input {
                text: paste.text.clone(),
                ..Input::default()
            }],
        };
        let built = build(&given, &PromptOptions::default());
        let mut captured = built
            .blocked
            .iter()
            .map(ToString::to_string)
            .collect::<String>();
        if built.blocked.is_empty() {
            captured.push_str(&built.prompt.text());
            for provider in PROVIDERS {
                let request = encode(
                    &Config {
                        provider,
                        base: "https://provider.example",
                        model: "model",
                        key: "",
                        shape: Shape::Schema,
                    },
                    &Prompt {
                        instructions: built.prompt.instructions,
                        input: &built.prompt.input,
                        schema: ANSWER_SCHEMA,
                    },
                );
                captured.push_str(&format!("{request:?}\n{}\n", request.body));
                // A provider that repeats what it was asked.
                captured.push_str(&format!("{:?}", advise(400, &request.body, None)));
            }
        } else {
            blocked += 1;
        }
        bytes += captured.len();
        search.look(paste, &captured);
    }
    search.report(&format!(
        "{bytes} bytes of {} prompts ({blocked} blocked by the gate), of their requests to {} providers, and of what is said of them",
        pastes.len(),
        PROVIDERS.len()
    ))
}

/// The pastes as files `0.paste`, `1.paste`, ...
fn write(folder: &Path) -> ExitCode {
    let done = fs::create_dir_all(folder).and_then(|()| {
        pastes().iter().enumerate().try_for_each(|(number, paste)| {
            fs::write(folder.join(format!("{number}.paste")), &paste.text)
        })
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("{}: {error}", folder.display());
            ExitCode::FAILURE
        }
    }
}

/// What the browser captured of each paste, in `0.captured`, `1.captured`, ...
fn search(folder: &Path) -> ExitCode {
    let mut search = Search::default();
    let mut bytes = 0;
    for (number, paste) in pastes().iter().enumerate() {
        let Ok(captured) = fs::read_to_string(folder.join(format!("{number}.captured"))) else {
            println!("nothing was captured of paste {number}");
            return ExitCode::FAILURE;
        };
        bytes += captured.len();
        search.look(paste, &captured);
    }
    search.report(&format!(
        "{bytes} bytes of preview, request, clipboard, export, errors and the frame in the browser"
    ))
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
