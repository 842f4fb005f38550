//! Which answers are heard: one to a question that nobody asks is a slip, and would be passed over without a word.

use std::collections::BTreeMap;

use undeny_document::Paste;

/// The questions whose answers are looked up by these names, wherever the rules ask them. Sorted.
const HEARD: &[&str] = &[
    "account",
    "action",
    "aud",
    "key-arn",
    "managed-rule",
    "passed-to-service",
    "principal",
    "provider",
    "region",
    "resource",
    "source",
    "sub",
    "tag-keys",
];

/// The first of the answers that no question takes, as a sentence. A condition key of the paste is a question by its name.
///
/// # Errors
/// An answer whose name is no question's.
pub fn heard(answers: &BTreeMap<String, String>, paste: &Paste) -> Result<(), String> {
    let is_heard = |id: &str| {
        let name = question_id(id);
        HEARD.binary_search(&id).is_ok()
            || (!name.is_empty()
                && paste
                    .inputs
                    .iter()
                    .any(|input| question_id(&input.text).contains(&name)))
    };
    match answers.keys().find(|id| !is_heard(id)) {
        None => Ok(()),
        Some(id) => Err(format!(
            "no question takes the answer `{id}=..`: the questions of the report have their ids (`--format json`), and a policy that one asks for is given as a file"
        )),
    }
}

/// The name of the question about a condition key: `aws-sourcevpce`.
pub(crate) fn question_id(key: &str) -> String {
    key.chars()
        .map(|letter| {
            if letter.is_ascii_alphanumeric() {
                letter.to_ascii_lowercase()
            } else {
                '-'
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use undeny_document::Input;

    #[test]
    fn an_answer_is_to_a_question_or_to_a_condition_key_of_the_paste() {
        assert!(HEARD.is_sorted());
        let paste = Paste {
            inputs: vec![Input {
                text: "\"aws:SourceVpce\": \"vpce-1\"".to_owned(),
                ..Input::default()
            }],
        };
        for (id, is_heard) in [
            ("resource", true),
            ("aws-sourcevpce", true),
            ("resorce", false),
            ("", false),
        ] {
            let answers = BTreeMap::from([(id.to_owned(), "x".to_owned())]);
            assert_eq!(heard(&answers, &paste).is_ok(), is_heard, "{id}");
        }
    }
}
