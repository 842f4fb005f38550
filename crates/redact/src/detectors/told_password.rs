//! Passwords that a sentence tells, in several languages.

use undeny_text::Span;

use crate::bytes::{Bytes, is_word};
use crate::detector::{Anchor, Class, Confidence, Facts, Form, Place, Scan, rank};
use crate::key::{self, Promise};
use crate::value;

detector!(
    /// `set the password to "value"`, `password for ann: value`, `(pw value)`, `das Passwort lautet value`, `login with ann / value`.
    ToldPassword,
    Facts {
        id: "told-password",
        class: Class::Secret,
        sees: "what a sentence calls a password in a language with many speakers, if it has a digit or a sign as passwords have",
        source: "https://pages.nist.gov/800-63-4/sp800-63b.html",
        example: "I set the password to \"monkey-{w6}\" yesterday",
        near_miss: "I set the password to \"required\" yesterday",
        placeholder: "<SECRET_1>",
    },
    &[
        Anchor::Literal("Contrase"),
        Anchor::Literal("Credentials"),
        Anchor::Literal("Has"),
        Anchor::Literal("Heslo"),
        Anchor::Literal("Kennwort"),
        Anchor::Literal("Log"),
        Anchor::Literal("Mot de passe"),
        Anchor::Literal("PW"),
        Anchor::Literal("Parola"),
        Anchor::Literal("Password"),
        Anchor::Literal("Passwort"),
        Anchor::Literal("Senha"),
        Anchor::Literal("Wachtwoord"),
        Anchor::Literal("contrase"),
        Anchor::Literal("credentials"),
        Anchor::Literal("creds"),
        Anchor::Literal("has"),
        Anchor::Literal("heslo"),
        Anchor::Literal("kennwort"),
        Anchor::Literal("log"),
        Anchor::Literal("mot de passe"),
        Anchor::Literal("parola"),
        Anchor::Literal("passphrase"),
        Anchor::Literal("password"),
        Anchor::Literal("passwort"),
        Anchor::Literal("pw"),
        Anchor::Literal("senha"),
        Anchor::Literal("wachtwoord"),
        Anchor::Mark(b':'),
    ],
    look
);

/// Words for a password in small letters, and those that join it to its value.
const WORDS: &[(&str, &[&str])] = &[
    ("contraseña", &["es", "era", "será"]),
    ("hasło", &["to", "jest", "brzmi"]),
    ("heslo", &["je", "bylo"]),
    ("kennwort", &["auf", "ist", "lautet", "war"]),
    ("mot de passe", &["est", "était", "sera"]),
    ("parola", &["è", "este"]),
    ("passphrase", &["as", "is", "to", "was"]),
    ("password", &["as", "is", "to", "was", "è"]),
    ("passwort", &["auf", "ist", "lautet", "war"]),
    ("pw", &["is", "to", "was"]),
    ("senha", &["é", "era", "para"]),
    ("wachtwoord", &["is", "was"]),
];

/// Words for a password in other letters, which stand before a colon.
const OTHERS: &[&str] = &[
    "ПАРОЛЬ",
    "Пароль",
    "пароль",
    "パスワード",
    "密码",
    "密碼",
    "비밀번호",
    "암호",
];

/// What stands between a word for a password and the name of its account.
const OF: &[&str] = &["de", "do", "for", "für", "of", "pour", "voor", "von"];

/// Words of credentials, and what may stand before a user, a slash and a password.
const LOGINS: &[&str] = &["credentials", "creds", "log in", "login"];
const WITH: &[&str] = &["are", "as", "using", "via", "with"];

/// Bytes of a password, at most.
const LONGEST: usize = 64;

fn look(place: Place, scan: &mut Scan<'_>) {
    let bytes = scan.bytes;
    let start = place.span.start;
    if bytes.at(start) == b':' {
        let end = bytes.run_back(start, 4, |byte| byte == b' ');
        let named = OTHERS.iter().any(|word| {
            end.checked_sub(word.len())
                .is_some_and(|at| bytes.starts(at, word))
        });
        if named {
            told(scan, start + 1, false);
        }
        return;
    }
    if let Some(login) = (LOGINS.iter()).find(|word| is_at(bytes, start, word)) {
        pair(scan, start + login.len());
        return;
    }
    let found = WORDS.iter().find(|(word, _)| is_at(bytes, start, word));
    let Some((word, links)) = found else {
        return;
    };
    let end = start + word.len();
    if *word == "pw" && bytes.before(start) == b'(' {
        told(scan, end, false);
        return;
    }
    // `password for ann: ..`.
    let mut at = end;
    let mut named = false;
    if let Some(of) = after(bytes, at, OF) {
        let name = next(bytes, of);
        let colon = bytes.before(name.end) == b':';
        at = name.end - usize::from(colon);
        named = true;
    }
    let english = matches!(*word, "passphrase" | "password" | "pw");
    if bytes.at(at) == b':' && (named || !english) {
        told(scan, at + 1, false);
    } else if let (false, Some(behind)) = (english, spaced_colon(bytes, at)) {
        told(scan, behind, false);
    } else if let Some(link) = after(bytes, at, links) {
        told(scan, link, english);
    }
}

/// Whether the word stands at `at`, upper or lower case, and ends there.
fn is_at(bytes: Bytes<'_>, at: usize, word: &str) -> bool {
    let end = at + word.len();
    bytes.starts_ignoring_case(at, word) && !is_word(bytes.at(end))
}

/// Spaces at which no line breaks.
const NO_BREAKS: &[&str] = &["\u{a0}", "\u{202f}"];

/// Behind a colon with a space in front, as French sets it; the space may be one at which no line breaks.
fn spaced_colon(bytes: Bytes<'_>, at: usize) -> Option<usize> {
    ([" "].iter().chain(NO_BREAKS))
        .find(|space| bytes.starts(at, space) && bytes.at(at + space.len()) == b':')
        .map(|space| at + space.len() + 1)
}

/// Behind the one of `words` that stands behind a space at `at`.
fn after(bytes: Bytes<'_>, at: usize, words: &[&str]) -> Option<usize> {
    let word = (bytes.at(at) == b' ').then(|| next(bytes, at))?;
    let ends = |at: usize| at == word.end || NO_BREAKS.iter().any(|space| bytes.starts(at, space));
    (words.iter())
        .find(|known| bytes.starts(word.start, known) && ends(word.start + known.len()))
        .map(|known| word.start + known.len())
}

/// The next word on the line.
fn next(bytes: Bytes<'_>, at: usize) -> Span {
    let start = bytes.run(at, 4, |byte| byte == b' ');
    Span::new(start, bytes.run(start, LONGEST, |byte| byte > b' '))
}

/// What is told behind `at`, in quotes or as a word.
fn told(scan: &mut Scan<'_>, at: usize, strict: bool) {
    let bytes = scan.bytes;
    // `le mot de passe est : value`.
    let colon = spaced_colon(bytes, at).filter(|_| !strict);
    let start = bytes.run(colon.unwrap_or(at), 4, |byte| byte == b' ');
    let quote = bytes.at(start);
    let quoted = matches!(quote, b'"' | b'\'' | b'`');
    let span = if quoted {
        let end = bytes.run(start + 1, LONGEST, |byte| byte != quote && byte > b' ');
        if bytes.at(end) != quote {
            return;
        }
        Span::new(start + 1, end)
    } else {
        word(bytes, start)
    };
    let text = scan.under(span);
    let enough = if quoted { 4 } else { 6 };
    let told = looks_like_one(text, quoted)
        && (!strict || quoted || has_sign(text) && text.bytes().any(|byte| byte.is_ascii_digit()));
    if text.len() >= enough && told {
        report(scan, span);
    }
}

/// `ann / password` behind `at`.
fn pair(scan: &mut Scan<'_>, at: usize) {
    let bytes = scan.bytes;
    let from = if bytes.at(at) == b':' {
        at + 1
    } else {
        match after(bytes, at, WITH) {
            Some(end) => end + usize::from(bytes.at(end) == b':'),
            None => return,
        }
    };
    let user = next(bytes, from);
    if user.is_empty() || !bytes.starts(user.end, " / ") {
        return;
    }
    let span = word(bytes, user.end + 3);
    if span.len() >= 6 && looks_like_one(scan.under(span), false) {
        report(scan, span);
    }
}

/// The word at `start`, without what ends a sentence or a bracket.
fn word(bytes: Bytes<'_>, start: usize) -> Span {
    let end = bytes.run(start, LONGEST, |byte| {
        byte > b' ' && !matches!(byte, b'<' | b'"' | b'`')
    });
    let end = bytes.run_back(end, end - start, |byte| b".,;:)]'".contains(&byte));
    Span::new(start, end)
}

fn has_sign(text: &str) -> bool {
    text.bytes().any(|byte| b"!@#$%^&*+-?".contains(&byte))
}

/// Whether a text has letters, and a digit or a sign as passwords have; no path, no size, no algorithm, no name of a secret.
fn looks_like_one(text: &str, quoted: bool) -> bool {
    const KNOWN: &[&str] = &[
        "argon2", "argon2id", "base64", "oauth2", "pbkdf2", "pkcs12", "saml2", "sha1", "sha-256",
        "sha256", "sha512",
    ];
    let letters = text.bytes().filter(u8::is_ascii_alphabetic).count();
    let digits = text.bytes().any(|byte| byte.is_ascii_digit());
    // `8-character`, `12stellig`.
    let size = text
        .trim_start_matches(|first: char| first.is_ascii_digit())
        .bytes()
        .all(|byte| byte.is_ascii_alphabetic() || byte == b'-')
        && text.starts_with(|first: char| first.is_ascii_digit());
    letters >= 2
        && (digits
            || quoted && has_sign(text)
            || has_sign(text.trim_end_matches(['!', '?'])) && !text.contains('-'))
        && !size
        && !text.contains(['/', '(', '{', '[', '\\', '='])
        && !KNOWN.iter().any(|known| known.eq_ignore_ascii_case(text))
        && !value::is_reference(text)
        && !value::is_trivial(text)
        && !value::is_file(text, true)
        && !value::is_action(text)
        && (digits || key::promise(text) < Promise::Token)
}

fn report(scan: &mut Scan<'_>, span: Span) {
    scan.hit(
        &FACTS,
        span,
        rank::STRONG_KEY,
        Confidence::Medium,
        Form::Tag("SECRET"),
    );
}
