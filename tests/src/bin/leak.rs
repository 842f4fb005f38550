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

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::ExitCode;

use undeny_assistant::prompt::{ANSWER_SCHEMA, PromptOptions, build};
use undeny_assistant::providers::PROVIDERS;
use undeny_assistant::wire::{Config, Prompt, Shape, advise, encode};
use undeny_core::redaction::DETECTORS;
use undeny_core::{Input, Paste};

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
    let count = arguments.first().and_then(|count| count.parse().ok());
    match (count, arguments.get(1..).unwrap_or_default()) {
        (Some(count), []) => native(&pastes(count)),
        (Some(count), [mode, folder]) if mode == "--write" => {
            write(&pastes(count), Path::new(folder))
        }
        (Some(count), [mode, folder]) if mode == "--search" => {
            search(&pastes(count), Path::new(folder))
        }
        _ => {
            println!("leak COUNT, leak COUNT --write FOLDER, or leak COUNT --search FOLDER");
            ExitCode::FAILURE
        }
    }
}

/// Pastes with at least `count` values in them, the same in every run.
fn pastes(count: usize) -> Vec<Planted> {
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
    while planted < count {
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
        let mut needles = Needles::default();
        for (template, value) in &paste.values {
            for (writing, written) in writings(value) {
                needles.add(written, format!("{template} ({writing})"));
            }
        }
        // The search itself has to find the values where they are known to be.
        let known = needles.found(&paste.text);
        let plain = paste.values.iter().map(|(_, value)| value);
        self.unseen += plain
            .filter(|value| !known.iter().any(|(written, _)| written == *value))
            .count();
        for (_, what) in needles.found(captured) {
            *self.leaks.entry(what.clone()).or_default() += 1;
        }
    }

    fn report(&self, of: &str) -> ExitCode {
        println!(
            "{} planted × {} encodings: {} found in {of}",
            self.planted,
            writings("planted.").len(),
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

/// Words of eight bytes and more, all looked for in one pass: by their first eight.
struct Needles {
    /// Whether a word begins with these two bytes.
    begins: Vec<bool>,
    by_start: BTreeMap<[u8; 8], Vec<(String, String)>>,
}

impl Default for Needles {
    fn default() -> Self {
        Self {
            begins: vec![false; 1 << 16],
            by_start: BTreeMap::new(),
        }
    }
}

impl Needles {
    fn pair(bytes: &[u8]) -> usize {
        usize::from(bytes[0]) << 8 | usize::from(bytes[1])
    }

    /// Look for `written`, and call it `what`.
    fn add(&mut self, written: String, what: String) {
        let start: [u8; 8] = written.as_bytes()[..8].try_into().unwrap_or_default();
        self.begins[Self::pair(&start)] = true;
        self.by_start
            .entry(start)
            .or_default()
            .push((written, what));
    }

    /// The words that are in `text`, each once.
    fn found(&self, text: &str) -> BTreeSet<&(String, String)> {
        let bytes = text.as_bytes();
        let mut found = BTreeSet::new();
        for (at, window) in bytes.windows(8).enumerate() {
            if !self.begins[Self::pair(window)] {
                continue;
            }
            let Some(words) = self.by_start.get(window) else {
                continue;
            };
            found.extend(
                words
                    .iter()
                    .filter(|(written, _)| bytes[at..].starts_with(written.as_bytes())),
            );
        }
        found
    }
}

/// Prompts, the bodies of requests in each dialect, and what the gate and failures say.
fn native(pastes: &[Planted]) -> ExitCode {
    let (mut search, mut blocked, mut bytes) = (Search::default(), 0, 0);
    for paste in pastes {
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
fn write(pastes: &[Planted], folder: &Path) -> ExitCode {
    let done = fs::create_dir_all(folder).and_then(|()| {
        pastes.iter().enumerate().try_for_each(|(number, paste)| {
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
fn search(pastes: &[Planted], folder: &Path) -> ExitCode {
    let mut search = Search::default();
    let mut bytes = 0;
    for (number, paste) in pastes.iter().enumerate() {
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
