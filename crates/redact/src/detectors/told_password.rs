//! Passwords that a sentence tells, in several languages.

use undeny_text::Span;

use crate::bytes::{Bytes, Endings, is_word};
use crate::detector::{Anchor, Class, FAR, Facts, Far, Place, Scan, rank};
use crate::detectors::keyed_secret;
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
        Anchor::Literal("Account: "),
        Anchor::Literal("Contrase"),
        Anchor::Literal("Created"),
        Anchor::Literal("Credentials"),
        Anchor::Literal("Enter a value: "),
        Anchor::Literal("Has"),
        Anchor::Literal("Heslo"),
        Anchor::Literal("Kennwort"),
        Anchor::Literal("Log"),
        Anchor::Literal("Mot de passe"),
        Anchor::Literal("PIN "),
        Anchor::Literal("PW"),
        Anchor::Literal("Parola"),
        Anchor::Literal("Pass "),
        Anchor::Literal("Passord"),
        Anchor::Literal("PSK "),
        Anchor::Literal("Password"),
        Anchor::Literal("Passwort"),
        Anchor::Literal("Senha"),
        Anchor::Literal("Wachtwoord"),
        Anchor::Literal("Zugangsdaten"),
        Anchor::Literal("User: "),
        Anchor::Literal("account: "),
        Anchor::Literal("basic auth"),
        Anchor::Literal("contrase"),
        Anchor::Literal("created"),
        Anchor::Literal("credentials"),
        Anchor::Literal("creds"),
        Anchor::Literal("has"),
        Anchor::Literal("heslo"),
        Anchor::Literal("kennwort"),
        Anchor::Literal("log"),
        Anchor::Literal("mot de passe"),
        Anchor::Literal("parola"),
        Anchor::Literal("pass "),
        Anchor::Literal("passcode "),
        Anchor::Literal("passord"),
        Anchor::Literal("passphrase"),
        Anchor::Literal("password"),
        Anchor::Literal("passwort"),
        Anchor::Literal("pin "),
        Anchor::Literal("psk "),
        Anchor::Literal("pw"),
        Anchor::Literal("senha"),
        Anchor::Literal("senord"),
        Anchor::Literal("user: "),
        Anchor::Literal("user/pass"),
        Anchor::Literal("username/pass"),
        Anchor::Literal("wachtwoord"),
        Anchor::Mark(b':'),
        Anchor::Mark(0x9a),
        Anchor::Mark(0xaf),
        Anchor::Mark(0xba),
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
    ("parola d'ordine", &["è", "era"]),
    ("parola", &["è", "este"]),
    ("pass", &["is", "was"]),
    ("passcode", &["is", "was"]),
    ("passord", &["er", "var"]),
    ("passordet", &["er", "var"]),
    ("passphrase", &["as", "is", "to", "was"]),
    ("password", &["as", "er", "is", "to", "was", "è", "→"]),
    ("passwordet", &["er", "var"]),
    ("passwort", &["auf", "ist", "lautet", "war"]),
    ("pin", &["is", "was"]),
    ("psk", &["is", "was"]),
    ("pw", &["is", "ist", "lautet", "to", "war", "was"]),
    ("senha", &["é", "era", "para"]),
    // Behind `lö`.
    ("senord", &["är", "var"]),
    ("senordet", &["är", "var"]),
    ("wachtwoord", &["is", "was"]),
];

/// Words for a password in other letters, which stand before a colon.
const OTHERS: &[&str] = &[
    "ПАРОЛЬ",
    "Пароль",
    "пароль",
    "Adgangskode",
    "Clave",
    "Jelszó",
    "Κωδικός",
    "MDP",
    "Mdp",
    "Mật khẩu",
    "Salasana",
    "Şifre",
    "adgangskode",
    "clave",
    "jelszó",
    "κωδικός",
    "mdp",
    "mật khẩu",
    "salasana",
    "şifre",
    "סיסמה",
    "סיסמא",
    "كلمة السر",
    "كلمة المرور",
    "รหัสผ่าน",
    "パスワード",
    "口令",
    "密码",
    "密碼",
    "비밀번호",
    "암호",
];

static ENDINGS: Endings = Endings::of(OTHERS);

/// What joins a word for a password to its value in Chinese and Japanese.
const WIDE: &[&str] = &["：", "是", "为", "は"];

/// What stands between a word for a password and the name of its account.
const OF: &[&str] = &["de", "do", "for", "für", "of", "on", "pour", "voor", "von"];

/// Words of a name of an account, at most.
const NAMES: usize = 6;

/// Words of credentials, and what may stand before a user, a slash and a password.
const LOGINS: &[&str] = &[
    "basic auth",
    "credentials",
    "creds",
    "log in",
    "login",
    "user/pass",
    "user/password",
    "username/password",
    "zugangsdaten",
];
/// What a login is said of: who was made.
const MADE: &[&str] = &["account", "created", "user"];
const WITH: &[&str] = &["are", "as", "is", "using", "via", "with"];

/// Bytes of a password, at most.
const LONGEST: usize = 64;

fn look(place: Place, scan: &mut Scan<'_>) {
    let bytes = scan.bytes;
    let start = place.span.start;
    let before = |end: usize, words: &[&str]| {
        let begins = |word: &&str| end.checked_sub(word.len());
        let last = bytes.before(end);
        (words.iter())
            .filter(|word| word.as_bytes().last() == Some(&last))
            .filter_map(|word| begins(word).filter(|at| bytes.starts(*at, word)))
            .min()
    };
    if bytes.at(start) == b':' {
        let end = bytes.run_back(start, 4, |byte| byte == b' ');
        // As in times.
        if bytes.before(end).is_ascii_digit() {
            return;
        }
        if !ENDINGS.may_end(bytes.under(Span::new(end.saturating_sub(2), end))) {
            return;
        }
        let named = before(end, OTHERS);
        if named.is_some_and(|at| !is_word(bytes.before(at)))
            && !word_told(scan, place, start + 1, true)
        {
            told(scan, start + 1, false);
        }
        return;
    }
    if !bytes.at(start).is_ascii() {
        let link = before(start + 1, WIDE);
        if link.is_some_and(|link| before(link, OTHERS).is_some()) {
            // Its brackets are quotes.
            let open = start + 1;
            let bracket = ["「", "『", "“"]
                .iter()
                .find(|open_at| bytes.starts(open, open_at));
            told(
                scan,
                open + bracket.map_or(0, |bracket| bracket.len()),
                false,
            );
        }
        return;
    }
    if bytes.starts(start, "Enter a value: ") {
        entered(scan, place.span);
        return;
    }
    if let Some(login) = (LOGINS.iter()).find(|word| is_at(bytes, start, word)) {
        pair(scan, start + login.len());
        return;
    }
    if let Some(made) = (MADE.iter()).find(|word| is_at(bytes, start, word)) {
        made_with(scan, start + made.len());
        return;
    }
    let found = WORDS.iter().find(|(word, _)| is_at(bytes, start, word));
    let Some((word, links)) = found else {
        return;
    };
    let swedish = start.checked_sub("ö".len());
    if word.starts_with("senord") && !swedish.is_some_and(|at| bytes.starts(at, "ö")) {
        return;
    }
    let end = start + word.len();
    if bytes.at(end) == b' ' && bytes.at(end + 1) != b'-' && changed(scan, end) {
        return;
    }
    if *word == "pw" && bytes.before(start) == b'(' {
        told(scan, end, false);
        return;
    }
    // `password for ann: ..`.
    let mut at = end;
    let mut named = false;
    let english = matches!(
        *word,
        "pass" | "passcode" | "passphrase" | "password" | "pin" | "psk" | "pw"
    );
    if let Some(of) = after(bytes, at, OF) {
        at = of;
        for _ in 0..NAMES {
            let name = next(bytes, at);
            let colon = bytes.before(name.end) == b':';
            if name.is_empty() || named && after(bytes, at, links).is_some() {
                break;
            }
            at = name.end - usize::from(colon);
            named = true;
            // A sentence ends there.
            if colon || bytes.before(name.end) == b'.' {
                break;
            }
        }
        if at > start + FAR / 2 {
            scan.far.push(Far {
                place: place.span,
                read: Span::new(start, at + FAR),
            });
        }
    }
    if english && !named && is_given_with(bytes, start, end) {
        told(scan, end, true);
    }
    if english && told_before(scan, start) {
        return;
    }
    if let Some(behind) = set_to(bytes, end) {
        told(scan, behind, true);
        return;
    }
    if let Some(behind) = made_for(bytes, end) {
        scan.reads_to(place.span, behind + LONGEST);
        told(scan, behind, false);
        return;
    }
    if *word == "passphrase" && words_told(scan, at, links) {
        return;
    }
    // `Password (temporary): value`.
    if english && bytes.starts(end, " (") {
        let close = bytes.run(end + 2, 40, |byte| {
            byte.is_ascii_alphabetic() || byte == b' '
        });
        if bytes.starts(close, "):") {
            told(scan, close + 2, false);
            return;
        }
    }
    if bytes.at(at) == b':' && (named || !english) {
        if !word_told(scan, place, at + 1, true) {
            told(scan, at + 1, false);
        }
    } else if let (false, Some(behind)) = (english, spaced_colon(bytes, at)) {
        if !word_told(scan, place, behind, true) {
            told(scan, behind, false);
        }
    } else if let Some(link) = after(bytes, at, links) {
        if english && digits_told(scan, link) {
            return;
        }
        // `is: value`.
        if bytes.at(link) == b':' {
            told(scan, link + 1, false);
            return;
        }
        // `Give the password to Ann.`: whom it is for.
        let whose = ["to", "as"].iter().any(|word| bytes.starts(link - 2, word));
        // `is still value`.
        let link = after(bytes, link, &["currently", "now", "still"]).unwrap_or(link);
        if whose || !word_told(scan, place, link, false) {
            told(scan, link, english);
        }
    } else if !named && bytes.starts(end, " (was ") {
        // `the password (was value) is now value`.
        let old = bytes.run(end, LONGEST, |byte| byte >= b' ' && byte != b')');
        told(scan, end + " (was ".len(), true);
        if let Some(link) = after(bytes, old + 1, links) {
            told(scan, after(bytes, link, &["now"]).unwrap_or(link), true);
        }
    } else if !named
        && (*word == "pw" || english && (is_spoken_of(bytes, start) || is_of_user(bytes, start)))
    {
        told(scan, end, true);
    }
}

/// Behind `has been reset to`, where it stands at `at`.
fn set_to(bytes: Bytes<'_>, at: usize) -> Option<usize> {
    const SAID: &[&str] = &["been", "got", "has", "is", "now", "to", "was"];
    const DONE: &[&str] = &["changed", "reset", "set", "updated"];
    let mut at = at;
    if !bytes.at(at + 1).is_ascii_lowercase() {
        return None;
    }
    for _ in 0..4 {
        if let Some(done) = after(bytes, at, DONE) {
            return after(bytes, done, &["to"]);
        }
        at = after(bytes, at, SAID)?;
    }
    None
}

/// Behind `is generated for root@localhost:`, where it stands at `at`.
fn made_for(bytes: Bytes<'_>, at: usize) -> Option<usize> {
    const SAID: &[&str] = &["been", "has", "is", "now", "was"];
    const DONE: &[&str] = &["changed", "created", "generated", "reset", "set", "updated"];
    let mut at = at;
    for _ in 0..3 {
        if let Some(done) = after(bytes, at, DONE) {
            return of_account(bytes, done);
        }
        at = after(bytes, at, SAID)?;
    }
    None
}

/// `the passphrase is seven blue lamps`: words and nothing more to the end of the line, of which no sentence is made.
fn words_told(scan: &mut Scan<'_>, at: usize, links: &[&str]) -> bool {
    let bytes = scan.bytes;
    let Some(link) = after(bytes, at, links) else {
        return false;
    };
    let start = bytes.run(link, 4, |byte| matches!(byte, b' ' | b':' | b'"'));
    let end = bytes.run(start, LONGEST, |byte| {
        byte.is_ascii_lowercase() || byte == b' '
    });
    let span = Span::new(start, bytes.run_back(end, end - start, |byte| byte == b' '));
    let text = scan.under(span);
    let one = matches!(bytes.at(end), b'\n' | b'\r' | b'.' | b'"' | 0)
        && keyed_secret::is_passphrase(text)
        && text.split(' ').filter(|word| is_everyday(word)).count() < 2;
    if one {
        report(scan, span);
    }
    one
}

/// Whether the word before the word for a password, which begins at `start`, lets one expect the password behind it: `try password value`.
fn is_spoken_of(bytes: Bytes<'_>, start: usize) -> bool {
    const CUES: &[&str] = &[
        "and", "enter", "the", "tried", "try", "use", "used", "using", "vpn", "wifi", "with",
    ];
    let gap = start.saturating_sub(1);
    let word = bytes.run_back(gap, 8, |byte| byte.is_ascii_alphabetic());
    let word = std::str::from_utf8(bytes.under(Span::new(word, gap))).unwrap_or_default();
    bytes.at(gap) == b' ' && CUES.iter().any(|cue| cue.eq_ignore_ascii_case(word))
}

/// `user ann pass value`, `login ann, password value`: whose it is stands before it.
fn is_of_user(bytes: Bytes<'_>, start: usize) -> bool {
    const USERS: &[&[u8]] = &[b"Login", b"User", b"login", b"user", b"username"];
    let gap = bytes.run_back(start, 2, |byte| matches!(byte, b' ' | b','));
    let name = bytes.run_back(gap, 32, |byte| is_word(byte) || b".-@\\".contains(&byte));
    let user = bytes.run_back(name.saturating_sub(1), 12, |byte| {
        byte.is_ascii_alphabetic()
    });
    gap < start
        && name < gap
        && bytes.before(name) == b' '
        && USERS.contains(&bytes.under(Span::new(user, name - 1)))
}

/// `value is the password`, `"value" as the admin password`, where the word for a password begins at `start`.
fn told_before(scan: &mut Scan<'_>, start: usize) -> bool {
    let bytes = scan.bytes;
    let before = |end: usize| {
        let gap = end.checked_sub(1).filter(|gap| bytes.at(*gap) == b' ')?;
        Some(Span::new(
            bytes.run_back(gap, 12, |byte| byte.is_ascii_alphabetic()),
            gap,
        ))
    };
    let mut article = before(start);
    if article.is_some_and(|word| !is_article(scan.under(word))) {
        article = article.and_then(|word| before(word.start));
    }
    let link = article
        .filter(|word| is_article(scan.under(*word)))
        .and_then(|word| before(word.start))
        .filter(|word| matches!(scan.under(*word), "as" | "is" | "was"));
    let Some(end) = link.map(|word| word.start.saturating_sub(1)) else {
        return false;
    };
    let quote = bytes.before(end);
    let quoted = matches!(quote, b'"' | b'\'' | b'`');
    let end = end - usize::from(quoted);
    let from = bytes.run_back(end, LONGEST, |byte| {
        byte > b' ' && !(quoted && byte == quote)
    });
    let span = Span::new(from, end);
    let text = scan.under(span);
    let one = span.len() >= 6
        && (!quoted || bytes.before(from) == quote)
        && text.bytes().any(|byte| byte.is_ascii_digit())
        && looks_like_one(text, quoted);
    if one {
        report(scan, span);
    }
    one
}

fn is_article(word: &str) -> bool {
    matches!(word, "a" | "my" | "our" | "the" | "your")
}

/// `the PIN is 4711`: digits and nothing more, which end what is said.
fn digits_told(scan: &mut Scan<'_>, link: usize) -> bool {
    let bytes = scan.bytes;
    let start = bytes.run(link, 4, |byte| matches!(byte, b' ' | b':'));
    let span = Span::new(start, bytes.run(start, 16, |byte| byte.is_ascii_digit()));
    let one = (4..=12).contains(&span.len())
        && ends_there(bytes, span.end)
        && !value::is_reference(scan.under(span));
    if one {
        report(scan, span);
    }
    one
}

/// `with password "value"`, of which the word for a password stands at `start..end`.
fn is_given_with(bytes: Bytes<'_>, start: usize, end: usize) -> bool {
    let with = ["with ", "using "].iter().any(|with| {
        let at = start.checked_sub(with.len());
        at.is_some_and(|at| bytes.starts(at, with))
    });
    // `user "ann", password "value"`.
    let listed = matches!(bytes.before(start), b' ')
        && bytes.before(start.saturating_sub(1)) == b','
        && matches!(bytes.before(start.saturating_sub(2)), b'"' | b'\'' | b'`');
    (with || listed) && bytes.at(end) == b' ' && matches!(bytes.at(end + 1), b'"' | b'\'' | b'`')
}

/// `my password is value`, `password for ann: value`: one word of letters alone, which ends what is said. In small letters it has to be somebody's password
/// that is spoken of, unless a colon makes it `sure`.
fn word_told(scan: &mut Scan<'_>, place: Place, at: usize, sure: bool) -> bool {
    const WHOSE: &[&str] = &[
        "admin",
        "current",
        "initial",
        "login",
        "master",
        "my",
        "new",
        "old",
        "our",
        "root",
        "shared",
        "temp",
        "temporary",
        "vpn",
        "wifi",
        "wlan",
    ];
    let bytes = scan.bytes;
    let start = bytes.run(at, 4, |byte| byte == b' ');
    let span = word(bytes, start);
    let text = scan.under(span);
    let mut letters = text.bytes();
    let capital = letters
        .next()
        .is_some_and(|first| first.is_ascii_uppercase());
    let plain = text.bytes().skip(1).all(|byte| byte.is_ascii_lowercase()) && text.is_ascii();
    let whose = || {
        let gap = bytes.run_back(place.span.start, 2, |byte| byte == b' ');
        let word = bytes.run_back(gap, 12, |byte| byte.is_ascii_alphabetic());
        WHOSE.contains(
            &scan
                .under(Span::new(word, gap))
                .to_ascii_lowercase()
                .as_str(),
        )
    };
    let one = plain
        && (capital && span.len() >= 6 || span.len() >= 8 && (sure || whose()))
        && ends_there(bytes, span.end)
        && !is_everyday(text);
    if one {
        report(scan, span);
    }
    one
}

/// Whether a sentence, or a part of it, ends at `at`.
fn ends_there(bytes: Bytes<'_>, at: usize) -> bool {
    let next = bytes.at(at + 1);
    match bytes.at(at) {
        b'\n' | b'\r' | 0 => true,
        b'.' | b',' | b';' | b'!' | b'?' => next <= b' ',
        b' ' => [" and ", " but ", " or ", " :", " (", " -"]
            .iter()
            .any(|joint| bytes.starts(at, joint)),
        _ => false,
    }
}

/// Whether a word is one that sentences say of passwords: what they are, where they are, how they are kept.
fn is_everyday(word: &str) -> bool {
    const SAID: &[&str] = &[
        "alphanumeric",
        "anything",
        "anywhere",
        "cleartext",
        "complete",
        "compulsory",
        "correct",
        "database",
        "elsewhere",
        "everything",
        "everywhere",
        "forgotten",
        "gibberish",
        "hidden",
        "insecure",
        "invalid",
        "keyboard",
        "lowercase",
        "mandatory",
        "nonsense",
        "nothing",
        "obsolete",
        "password",
        "plaintext",
        "secure",
        "something",
        "sometimes",
        "somewhere",
        "superfluous",
        "tomorrow",
        "unknown",
        "uppercase",
        "username",
        "whatever",
        "yesterday",
        "yourself",
    ];
    const ENDS: &[&str] = &[
        "able", "al", "ant", "ary", "ect", "ed", "ent", "ful", "ible", "ic", "ing", "ish", "ite",
        "ive", "less", "ly", "ory", "ous", "ure",
    ];
    let lower = word.to_ascii_lowercase();
    SAID.binary_search(&lower.as_str()).is_ok()
        || ENDS.iter().any(|end| lower.ends_with(end))
        || value::is_trivial(word)
        || value::is_everybodys(word)
        || key::promise(word) >= Promise::Token
}

/// How far above what is entered Terraform names the variable, in bytes.
const PROMPT: usize = 400;

/// `var.db_password`, lines above `Enter a value: value`.
fn entered(scan: &mut Scan<'_>, place: Span) {
    let bytes = scan.bytes;
    let from = bytes.run_back(place.start, PROMPT, |_| true);
    let above = bytes.under(Span::new(from, place.start));
    let Some(at) = (above.windows(4)).rposition(|word| word == b"var.") else {
        return;
    };
    let name = from + at + 4;
    let name = Span::new(
        name,
        bytes.run(name, 80, |byte| is_word(byte) || byte == b'-'),
    );
    let start = place.start + "Enter a value: ".len();
    let end = bytes.run(start, 256, |byte| byte > b' ');
    let span = Span::new(start, end);
    scan.far.push(Far {
        place,
        read: Span::new(from, end + 1),
    });
    let begins = matches!(bytes.before(from + at), b'\n' | 0);
    if begins && span.len() >= 3 && !name.is_empty() && scan.key(name).promise >= Promise::Token {
        let text = scan.under(span);
        if !value::is_reference(text) {
            scan.secret(&FACTS, span, rank::STRONG_KEY);
        }
    }
}

/// `password changed from value to value`: both, if the word for a password ends at `end`.
fn changed(scan: &mut Scan<'_>, end: usize) -> bool {
    let bytes = scan.bytes;
    let line = bytes.run(end, LONGEST, |byte| byte >= b' ');
    let text = bytes.under(Span::new(end, line));
    let said: &[u8] = b" changed from ";
    let Some(at) = text.windows(said.len()).position(|words| words == said) else {
        return false;
    };
    let first = value_at(bytes, end + at + said.len());
    let close = first.end + usize::from(matches!(bytes.at(first.end), b'"' | b'\'' | b'`'));
    if !bytes.starts(close, " to ") {
        return false;
    }
    let second = value_at(bytes, close + " to ".len());
    for span in [first, second] {
        let text = scan.under(span);
        if looks_like_one(text, true) && text.len() >= 4 {
            report(scan, span);
        }
    }
    scan.far.push(Far {
        place: Span::new(end - 1, end),
        read: Span::new(end, second.end + 1),
    });
    true
}

/// What begins at `at`, in quotes or as a word.
fn value_at(bytes: Bytes<'_>, at: usize) -> Span {
    let quote = bytes.at(at);
    if matches!(quote, b'"' | b'\'' | b'`') {
        let end = bytes.run(at + 1, LONGEST, |byte| byte != quote && byte > b' ');
        return Span::new(at + 1, end);
    }
    word(bytes, at)
}

/// Whether the word stands at `at`, upper or lower case, and ends there.
fn is_at(bytes: Bytes<'_>, at: usize, word: &str) -> bool {
    let end = at + word.len();
    let first = word.as_bytes().first().copied().unwrap_or(0);
    bytes.at(at) | 0x20 == first && bytes.starts_ignoring_case(at, word) && !is_word(bytes.at(end))
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
    if bytes.at(at) != b' ' {
        return None;
    }
    let start = bytes.run(at, 4, |byte| byte == b' ');
    let ends = |at: usize| match bytes.at(at) {
        b':' => bytes.at(at + 1) <= b' ',
        byte => byte <= b' ' || NO_BREAKS.iter().any(|space| bytes.starts(at, space)),
    };
    (words.iter())
        .map(|known| (known, start + known.len()))
        .find(|(known, end)| bytes.starts(start, known) && ends(*end))
        .map(|(_, end)| end)
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
    // In a text of JSON the quotes are escaped.
    let escaped = bytes.at(start) == b'\\' && bytes.at(start + 1) == b'"';
    let start = start + usize::from(escaped);
    let quote = bytes.at(start);
    let quoted = matches!(quote, b'"' | b'\'' | b'`');
    let span = if quoted {
        let end = bytes.run(start + 1, LONGEST, |byte| {
            byte != quote && byte > b' ' && !(escaped && byte == b'\\')
        });
        if bytes.at(end + usize::from(escaped)) != quote {
            return;
        }
        Span::new(start + 1, end)
    } else {
        word(bytes, start)
    };
    let text = scan.under(span);
    let enough = if quoted { 4 } else { 6 };
    // `with password "value"`.
    let word = quoted
        && strict
        && text.len() >= 5
        && text.bytes().all(|byte| byte.is_ascii_alphabetic())
        && !is_everyday(text);
    if word {
        report(scan, span);
        return;
    }
    let told = looks_like_one(text, quoted)
        && (!strict || quoted || text.bytes().any(|byte| byte.is_ascii_digit()));
    if text.len() >= enough && told {
        report(scan, span);
    }
}

/// `ann / password` behind `at`.
fn pair(scan: &mut Scan<'_>, at: usize) {
    let bytes = scan.bytes;
    let sign = bytes.run(at, 4, |byte| byte == b' ');
    let from = if matches!(bytes.at(sign), b':' | b'=') {
        sign + 1
    } else {
        match after(bytes, at, WITH) {
            Some(end) => end + usize::from(bytes.at(end) == b':'),
            None => match of_account(bytes, at) {
                Some(end) => end,
                None => return,
            },
        }
    };
    let user = next(bytes, from);
    if user.is_empty() {
        return;
    }
    if !bytes.starts(user.end, " / ") {
        // `ann/password`, where nothing but a password has what stands behind.
        let slash = bytes.run(user.start, user.len(), is_word);
        let span = word(bytes, slash + 1);
        let text = scan.under(span);
        let upper = text.bytes().any(|byte| byte.is_ascii_uppercase());
        let told = (has_sign(text) || upper && bytes.at(slash) == b':')
            && text.bytes().any(|byte| byte.is_ascii_digit());
        if matches!(bytes.at(slash), b'/' | b':')
            && slash > user.start
            && span.len() >= 6
            && told
            && looks_like_one(text, false)
        {
            report(scan, span);
        }
        return;
    }
    let span = word(bytes, user.end + 3);
    if span.len() >= 6 && looks_like_one(scan.under(span), false) {
        report(scan, span);
    }
}

/// `: ann / password` behind `at`, where the password is a word with a digit, in capital and small letters or with a sign, and ends the line.
fn made_with(scan: &mut Scan<'_>, at: usize) {
    let bytes = scan.bytes;
    if !bytes.starts(at, ": ") {
        return;
    }
    let user = next(bytes, at + 1);
    let named = bytes.at(user.start).is_ascii_alphabetic() && bytes.starts(user.end, " / ");
    let span = word(bytes, user.end + " / ".len());
    let text = scan.under(span);
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"!@#$%^&*+?".contains(&byte);
    let ends = matches!(bytes.at(span.end), b'\n' | b'\r' | b' ' | b'.' | 0);
    if named && ends && span.len() >= 6 && text.bytes().all(plain) && looks_like_one(text, false) {
        report(scan, span);
    }
}

/// Behind `for grafana:`, where it stands at `at`.
fn of_account(bytes: Bytes<'_>, at: usize) -> Option<usize> {
    let mut end = after(bytes, at, OF)?;
    for _ in 0..3 {
        end = next(bytes, end).end;
        if bytes.before(end) == b':' {
            return Some(end);
        }
    }
    None
}

/// The word at `start`, without what ends a sentence or a bracket.
fn word(bytes: Bytes<'_>, start: usize) -> Span {
    let end = bytes.run(start, LONGEST, |byte| {
        byte > b' ' && !matches!(byte, b'<' | b'"' | b'`')
    });
    // Chinese and Japanese go on without a space, or close their brackets.
    let wide = |at: usize| bytes.at(at) >= 0xe3;
    let end = (start + 1..end).find(|at| wide(*at)).unwrap_or(end);
    let end = bytes.run_back(end, end - start, |byte| b".,;:)]'".contains(&byte));
    Span::new(start, end)
}

fn has_sign(text: &str) -> bool {
    text.bytes().any(|byte| b"!@#$%^&*+-?".contains(&byte))
}

/// Whether a text has letters, and a digit or a sign as passwords have; no path, no size, no algorithm, no name of a secret.
fn looks_like_one(text: &str, quoted: bool) -> bool {
    const KNOWN: &[&str] = &[
        "argon2", "argon2id", "base64", "ed25519", "latin1", "ntlmv2", "oauth2", "pbkdf2",
        "pkcs12", "saml2", "sha1", "sha-256", "sha256", "sha512", "tls1.2", "tls1.3", "utf-16",
        "utf-8",
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
        && (!text.contains(['/', '(', '{', '[', '\\', '=']) || quoted && is_drawn(text))
        && !KNOWN.iter().any(|known| known.eq_ignore_ascii_case(text))
        && !value::is_reference(text)
        && !value::is_trivial(text)
        && !value::is_file(text, true)
        && !value::is_action(text)
        && (digits || key::promise(text) < Promise::Token)
}

/// Whether a text has all that a generator draws from, and no words.
fn is_drawn(text: &str) -> bool {
    let has = |is: fn(&u8) -> bool| text.bytes().any(|byte| is(&byte));
    has(u8::is_ascii_digit)
        && has(u8::is_ascii_uppercase)
        && has(u8::is_ascii_lowercase)
        && !text.contains("://")
        && text
            .split(|one: char| !one.is_ascii_alphabetic())
            .all(|letters| letters.len() < 5)
}

fn report(scan: &mut Scan<'_>, span: Span) {
    scan.likely_secret(&FACTS, span, rank::STRONG_KEY);
}
