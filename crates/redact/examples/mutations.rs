//! What models make of placeholders, and whether it is undone: `cargo run --release -p undeny-redact --example mutations`.
//!
//! A line for each way of writing: how many of the answers came back whole, with no original in the wrong place.
#![allow(clippy::print_stdout, reason = "a tool for developers")]

use undeny_redact::{Options, Vault, redact};

type Change = fn(&str) -> String;

/// Ways to write any placeholder.
const ANY: &[(&str, Change)] = &[
    ("as it was", str::to_owned),
    ("in backticks", |tag| format!("`{tag}`")),
    ("in double quotes", |tag| format!("\"{tag}\"")),
    ("in single quotes", |tag| format!("'{tag}'")),
    ("in curly quotes", |tag| format!("“{tag}”")),
    ("bold", |tag| format!("**{tag}**")),
    ("in italics", |tag| format!("*{tag}*")),
    ("in parentheses", |tag| format!("({tag})")),
    ("in brackets", |tag| format!("[{tag}]")),
    ("before a full stop", |tag| format!("{tag}.")),
    ("before a comma", |tag| format!("{tag},")),
    ("in a list", |tag| format!("\n- {tag}\n")),
    ("in a table", |tag| format!("| {tag} |")),
    ("in a code block", |tag| format!("\n```\n{tag}\n```\n")),
    ("in JSON in JSON", |tag| format!("\\\"{tag}\\\"")),
    ("in HTML quotes", |tag| format!("&quot;{tag}&quot;")),
];

/// Ways to write a tag.
const TAG: &[(&str, Change)] = &[
    ("lower case", str::to_lowercase),
    ("capitalised", |tag| {
        let lower = tag.to_lowercase();
        lower
            .chars()
            .enumerate()
            .map(|(at, letter)| {
                if at == 1 {
                    letter.to_ascii_uppercase()
                } else {
                    letter
                }
            })
            .collect()
    }),
    ("HTML", |tag| tag.replace('<', "&lt;").replace('>', "&gt;")),
    ("HTML twice", |tag| {
        tag.replace('<', "&amp;lt;").replace('>', "&amp;gt;")
    }),
    ("HTML numbers", |tag| {
        tag.replace('<', "&#60;").replace('>', "&#62;")
    }),
    ("HTML hexadecimal", |tag| {
        tag.replace('<', "&#x3C;").replace('>', "&#x3E;")
    }),
    ("Markdown", |tag| {
        tag.replace('<', "\\<")
            .replace('>', "\\>")
            .replace('_', "\\_")
    }),
    ("Markdown, underscore only", |tag| tag.replace('_', "\\_")),
    ("JSON", |tag| {
        tag.replace('<', "\\u003c").replace('>', "\\u003e")
    }),
    ("JSON, capitals", |tag| {
        tag.replace('<', "\\u003C").replace('>', "\\u003E")
    }),
    ("URL", |tag| tag.replace('<', "%3C").replace('>', "%3E")),
    ("URL, all of it", |tag| {
        tag.replace('<', "%3C")
            .replace('>', "%3E")
            .replace('_', "%5F")
    }),
    ("URL, lower case", |tag| {
        tag.replace('<', "%3c").replace('>', "%3e")
    }),
    ("without brackets", |tag| {
        tag.trim_matches(['<', '>']).to_owned()
    }),
    ("without the last bracket", |tag| {
        tag.trim_end_matches('>').to_owned()
    }),
    ("without the first bracket", |tag| {
        tag.trim_start_matches('<').to_owned()
    }),
    ("spaces inside", |tag| {
        tag.replace('<', "< ").replace('>', " >")
    }),
    ("space before the number", |tag| tag.replacen('_', "_ ", 1)),
    ("space after the name", |tag| tag.replacen('_', " _", 1)),
    ("wrapped after the underscore", |tag| {
        tag.replacen('_', "_\n", 1)
    }),
    ("wrapped before the underscore", |tag| {
        tag.replacen('_', "\n_", 1)
    }),
    ("wrapped behind the bracket", |tag| {
        tag.replacen('<', "<\n", 1)
    }),
    ("a hyphen", |tag| tag.replacen('_', "-", 1)),
    ("a space", |tag| tag.replacen('_', " ", 1)),
];

const TEXT: &str = "password = \"hunter2xyz\"\narn:aws:iam::596341019084:role/acme-x vpc-372d89abdebbacf0b 10.1.2.3 jane@acme.io key AKIAQ2TJ5Q7K5CRG3EWE \
                    \"sts:ExternalId\": \"Ext-aIrwqIy3zHHI\" i-0a1b2c3d4e5f60718 2e9080c3-3ae2-fa16-5131-39654762bd84 ExampleCorp arn:aws:s3:::AcmeLogs o-a1b2c3d4e5";

fn main() {
    let mut vault = Vault::new();
    let _ = redact(&mut vault, &[TEXT], &Options::default());
    let entries: Vec<(String, String)> = vault
        .entries()
        .filter(|(tag, original)| tag != original)
        .map(|(tag, original)| (tag.to_owned(), original.to_owned()))
        .collect();
    let (mut right, mut all) = (0, 0);
    for (tags_only, changes) in [(false, ANY), (true, TAG)] {
        for (name, change) in changes {
            let (mut back, mut tried) = (0, 0);
            for (placeholder, original) in &entries {
                if tags_only && !placeholder.starts_with('<') {
                    continue;
                }
                let marked = change(placeholder);
                for (before, after) in [
                    ("use ", " here"),
                    ("", ""),
                    ("x: ", "\n"),
                    ("say\n", "\nand"),
                ] {
                    let restored = vault.restore(&format!("{before}{marked}{after}"));
                    let core = placeholder.trim_matches(['<', '>']).to_ascii_lowercase();
                    tried += 1;
                    let whole = restored.text.contains(original.as_str())
                        && !restored.text.to_ascii_lowercase().contains(&core);
                    back += i32::from(whole);
                    if !whole && std::env::args().any(|argument| argument == "--verbose") {
                        println!("{marked:?} -> {:?}", restored.text);
                    }
                }
            }
            println!("{back:5} of {tried:5}  {name}");
            right += back;
            all += tried;
        }
    }
    println!(
        "restored: {right} of {all} = {:.2} %",
        100.0 * f64::from(right) / f64::from(all)
    );
}
