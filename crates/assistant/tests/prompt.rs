//! Prompts: nothing of the user's in them, everything that a model needs, and cut where they have to be.
#![allow(clippy::indexing_slicing, reason = "a test")]

use undeny_assistant::prompt::{ANSWER_SCHEMA, PromptOptions, build};
use undeny_core::{Input, Paste};

fn paste(texts: &[(&str, &str)]) -> Paste {
    Paste {
        inputs: texts
            .iter()
            .map(|(name, text)| Input {
                name: (!name.is_empty()).then(|| (*name).to_owned()),
                text: (*text).to_owned(),
                role: None,
            })
            .collect(),
    }
}

const ERROR: &str = "User: arn:aws:sts::604718392055:assumed-role/zebracorp-ci/build is not authorized to perform: s3:PutObject on resource: \"arn:aws:s3:::zebracorp-reports/a.csv\" because no identity-based policy allows the s3:PutObject action";
const POLICY: &str = "{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [{ \"Effect\": \"Allow\", \"Action\": \"s3:GetObject\", \"Resource\": \"arn:aws:s3:::zebracorp-reports/*\" }]\n}\n";

#[test]
fn it_has_the_denial_the_cause_the_documents_and_no_original() {
    let built = build(
        &paste(&[("", ERROR), ("zebracorp-ci.json", POLICY)]),
        &PromptOptions {
            question: "Why may zebracorp-ci not write to 604718392055?".to_owned(),
            ..PromptOptions::default()
        },
    );
    let text = built.prompt.text();
    assert_eq!(built.blocked, []);
    for wanted in [
        "# The engineer's question",
        "s3:PutObject",
        "## D2: nm",
        "its own, proven change",
        "\"s3:GetObject\"",
        "# Placeholders",
    ] {
        assert!(text.contains(wanted), "{wanted}: {text}");
    }
    for original in built.vault.originals() {
        assert!(
            !text.to_lowercase().contains(&original.to_lowercase()),
            "{text}"
        );
    }
    assert!(built.redactions >= 4);
}

#[test]
fn a_wildcard_that_cuts_a_name_within_a_word_changes_nothing_of_what_was_found() {
    let error = ERROR.replace("zebracorp-reports", "zebracorp-zebralogs");
    let policy = POLICY
        .replace("zebracorp-reports", "zebracorp-zebra*")
        .replace("GetObject", "PutObject");
    let built = build(
        &paste(&[("", &error), ("policy.json", &policy)]),
        &PromptOptions::default(),
    );
    let text = built.prompt.text();
    assert_eq!(built.blocked, []);
    assert!(text.contains("already allow"), "{text}");
    assert!(text.contains("matches, or cuts, the plain name"), "{text}");
    assert!(!text.contains("its own, proven change"), "{text}");
    assert!(!text.to_lowercase().contains("zebra"), "{text}");
}

#[test]
fn a_name_that_only_prose_gives_away_is_hidden_too() {
    let built = build(
        &paste(&[(
            "",
            &format!("{ERROR}\nI work at Zebracorp, and our ZEBRACORP bucket is broken."),
        )]),
        &PromptOptions::default(),
    );
    assert_eq!(built.blocked, []);
    assert!(!built.prompt.text().to_lowercase().contains("zebracorp"));
}

#[test]
fn an_encoded_original_blocks_and_is_named() {
    let hexadecimal: String = "Hoverbright-77"
        .bytes()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let built = build(
        &paste(&[(
            "",
            &format!("password = \"Hoverbright-77\"\n{ERROR}\nfoo {hexadecimal}"),
        )]),
        &PromptOptions::default(),
    );
    let said: Vec<String> = built.blocked.iter().map(ToString::to_string).collect();
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(
        said[0].ends_with("the original of <SECRET_1> (hexadecimal)"),
        "{said:?}"
    );
}

#[test]
fn a_long_paste_is_cut_around_the_denial_and_says_so() {
    let mut log = String::new();
    for line in 0..20_000 {
        log.push_str(&format!("step {line} of the build, no errors\n"));
    }
    let log = format!("{log}{ERROR}\n{log}");
    let built = build(
        &paste(&[("build.log", &log), ("policy.json", POLICY)]),
        &PromptOptions {
            limit: 12_000,
            ..PromptOptions::default()
        },
    );
    let text = built.prompt.text();
    assert!(text.len() < 14_000, "{}", text.len());
    assert!(built.prompt.left_out > 39_000);
    assert!(text.contains("lines are left out"));
    assert!(text.contains("is not authorized to perform: s3:PutObject"));
    assert!(
        text.contains("\"s3:GetObject\""),
        "the short document is whole"
    );
}

#[test]
fn the_schema_is_strict_json() {
    fn strict(value: &serde_json::Value) {
        if value["type"] == "object" {
            assert_eq!(value["additionalProperties"], false);
            let properties: Vec<_> = value["properties"].as_object().unwrap().keys().collect();
            let required: Vec<_> = value["required"]
                .as_array()
                .unwrap()
                .iter()
                .map(|name| name.as_str().unwrap())
                .collect();
            assert_eq!(properties, required);
            value["properties"]
                .as_object()
                .unwrap()
                .values()
                .for_each(strict);
        }
        if value["type"] == "array" {
            strict(&value["items"]);
        }
    }
    strict(&serde_json::from_str(ANSWER_SCHEMA).unwrap());
}
