//! The gate against every writing of an original; what it says never holds a value.
#![allow(clippy::indexing_slicing, reason = "a test")]

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use proptest::prelude::*;
use undeny_assistant::gate::{self, What, Writing};
use undeny_redact::{Options, Vault, redact};

fn vault(text: &str) -> (Vault, String) {
    let mut vault = Vault::new();
    let redacted = redact(&mut vault, &[text], &Options::default()).remove(0);
    (vault, redacted.text)
}

/// Each way of writing `value`, with its name.
fn writings(value: &str) -> Vec<(&'static str, String)> {
    let bytes = value.as_bytes();
    let each = |one: &dyn Fn(u8) -> String| bytes.iter().map(|byte| one(*byte)).collect::<String>();
    let shifted = |count: usize| [&b"xy"[..count], bytes, b"tail"].concat();
    vec![
        ("plain", value.to_owned()),
        (
            "reversed case",
            value
                .chars()
                .map(|letter| {
                    if letter.is_ascii_uppercase() {
                        letter.to_ascii_lowercase()
                    } else {
                        letter.to_ascii_uppercase()
                    }
                })
                .collect(),
        ),
        ("base64", STANDARD.encode(bytes)),
        ("base64 without padding", STANDARD_NO_PAD.encode(bytes)),
        ("base64 for URLs", URL_SAFE.encode(bytes)),
        ("base64 one byte later", STANDARD.encode(shifted(1))),
        ("base64 two bytes later", URL_SAFE_NO_PAD.encode(shifted(2))),
        (
            "base64 inside a word",
            format!("abc{}", STANDARD.encode(bytes)),
        ),
        ("hexadecimal", each(&|byte| format!("{byte:02x}"))),
        (
            "hexadecimal, upper case",
            each(&|byte| format!("{byte:02X}")),
        ),
        ("percent", each(&|byte| format!("%{byte:02X}"))),
        ("percent twice", each(&|byte| format!("%25{byte:02x}"))),
        ("JSON", each(&|byte| format!("\\u{byte:04x}"))),
        ("HTML", each(&|byte| format!("&#{byte};"))),
        (
            "half escaped",
            bytes
                .iter()
                .enumerate()
                .map(|(index, byte)| {
                    if index % 2 == 0 {
                        format!("%{byte:02x}")
                    } else {
                        char::from(*byte).to_string()
                    }
                })
                .collect(),
        ),
    ]
}

#[test]
fn every_original_is_found_in_every_writing() {
    let text = "password = \"hunter2-Xyz/+9\"\nUser: arn:aws:sts::320360018785:assumed-role/zebracorp-ci/s is not authorized\nmail ann@zebra-corp.io";
    let (vault, _) = vault(text);
    assert!(vault.len() >= 4);
    for original in vault.originals() {
        for (name, written) in writings(original) {
            for around in [
                ("", ""),
                ("see ", ", please"),
                ("{\"x\": \"", "\"}"),
                ("line\n", "\n"),
            ] {
                let outgoing = format!("{}{written}{}", around.0, around.1);
                let Err(blocked) = gate::check(&outgoing, &vault, &[]) else {
                    panic!("{name} of {original} passes in {outgoing}");
                };
                for found in &blocked {
                    let said = found.to_string();
                    assert!(!said.contains(original), "{said}");
                    assert!(
                        found.start < found.end && found.end <= outgoing.len(),
                        "{found:?}"
                    );
                }
            }
        }
    }
}

#[test]
fn redacted_text_passes_and_placeholders_are_no_originals() {
    let (vault, redacted) = vault(
        "session = \"secretsecret\"\nAWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYzzzzzzzKEY on 320360018785 in arn:aws:s3:::zebracorp-logs",
    );
    assert!(gate::check(&redacted, &vault, &[]).is_ok(), "{redacted}");
}

#[test]
fn a_detector_alone_blocks() {
    let token = format!(
        "ghp_{}",
        "k7Qx2Zr9Wp5Vb3Jm8TgY".repeat(2).get(..36).unwrap()
    );
    let blocked = gate::check(&format!("use {token}"), &Vault::new(), &[]).unwrap_err();
    assert!(matches!(blocked[0].what, What::Detector(_)));
    assert_eq!((blocked[0].start, blocked[0].writing), (4, Writing::Plain));
    assert!(!blocked[0].to_string().contains(&token));
}

#[test]
fn what_the_user_keeps_passes() {
    let keep = ["596341019084".to_owned()];
    assert!(gate::check("account 596341019084", &Vault::new(), &[]).is_err());
    assert!(gate::check("account 596341019084", &Vault::new(), &keep).is_ok());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn no_text_makes_it_fail(text in "\\PC{0,200}", bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let (vault, _) = vault("password = \"hunter2-Xyz\"");
        let _ = gate::check(&text, &vault, &[]);
        let _ = gate::check(&String::from_utf8_lossy(&bytes), &vault, &[]);
    }

    #[test]
    fn base64_of_any_text_around_it_is_found(before in "[a-z ]{0,9}", after in "[a-z ]{0,9}") {
        let (vault, _) = vault("password = \"hunter2-Xyz\"");
        let encoded = STANDARD.encode(format!("{before}hunter2-Xyz{after}"));
        prop_assert!(gate::check(&encoded, &vault, &[]).is_err(), "{}", encoded);
        let wrapped: String = encoded.chars().enumerate().flat_map(|(index, letter)| if index % 7 == 6 { vec![letter, '\n'] } else { vec![letter] }).collect();
        prop_assert!(gate::check(&wrapped, &vault, &[]).is_err(), "{}", wrapped);
    }
}
