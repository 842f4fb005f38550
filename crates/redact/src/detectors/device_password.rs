//! Passwords and keys in the configuration of network devices and of IPsec.

use undeny_text::Span;

use crate::bytes::Bytes;
use crate::detector::{Class, FAR, Facts, Far, Place, Scan, rank};
use crate::value;

detector!(
    /// `snmp-server community value RO`, `crypto isakmp key value address ..`, `username ann secret 5 value`, `: PSK "value"`.
    DevicePassword,
    Facts {
        id: "device-password",
        class: Class::Secret,
        sees: "the community, key or password in a line of a router's, a switch's or an IPsec gateway's configuration",
        source: "https://www.cisco.com/c/en/us/td/docs/ios-xml/ios/security/a1/sec-a1-cr-book.html",
        example: "snmp-server community Zw9-{w6} RO",
        near_miss: "snmp-server community public RO",
        placeholder: "<SECRET_1>",
    },
    literals!(LINES.0),
    look
);

/// What a line begins with, and the words behind which the secret stands; without any, it stands behind the beginning.
type Line = (&'static str, &'static [&'static str]);

/// Sources: the command references of Cisco IOS and ASA, Arista EOS, Junos, FortiOS, strongSwan.
const LINES: &[Line] = &[
    ("EAP", &[]),
    ("PSK", &[]),
    ("XAUTH", &[]),
    ("authentication-key", &[]),
    ("crypto isakmp key", &[]),
    ("crypto key", &[]),
    ("enable password", &[]),
    ("enable secret", &[]),
    ("encrypted-password", &[]),
    ("ikev1 pre-shared-key", &[]),
    ("ikev2 local-authentication pre-shared-key", &[]),
    ("ikev2 remote-authentication pre-shared-key", &[]),
    ("ip ospf authentication-key", &[]),
    ("ip ospf message-digest-key", &["md5"]),
    ("key-string", &[]),
    ("neighbor", &["password"]),
    ("ntp authentication-key", &["md5"]),
    ("ppp chap password", &[]),
    ("ppp pap sent-username", &["password"]),
    ("pre-shared-key", &[]),
    ("radius-server host", &["key"]),
    ("radius-server key", &[]),
    ("set passwd ENC", &[]),
    ("set password ENC", &[]),
    ("set psksecret", &[]),
    ("snmp-server community", &[]),
    ("snmp-server host", &["2c", "informs", "traps"]),
    ("snmp-server user", &["aes", "des", "md5", "priv", "sha"]),
    ("tacacs-server host", &["key"]),
    ("tacacs-server key", &[]),
    ("username", &["password", "secret"]),
    ("wpa-psk ascii", &[]),
];

/// What stands between a command and its secret: how it is encrypted, or written.
const KINDS: &[&str] = &[
    "0",
    "128",
    "192",
    "256",
    "2c",
    "3des",
    "5",
    "6",
    "7",
    "8",
    "9",
    "10",
    "ENC",
    "aes",
    "ascii-text",
    "auth",
    "clear",
    "cleartext",
    "encrypted",
    "informs",
    "local",
    "md5",
    "sha",
    "sha256",
    "sha512",
    "traps",
    "version",
];

/// Words of a line, at most.
const WORDS: usize = 24;

fn look(place: Place, scan: &mut Scan<'_>) {
    let bytes = scan.bytes;
    let start = place.span.start;
    for (line, keywords) in bytes.standing(start, LINES, |row| row.0) {
        let end = start + line.len();
        if bytes.at(end) != b' ' || !begins(bytes, start, line) {
            continue;
        }
        let mut at = end;
        let mut found = keywords.is_empty();
        for _ in 0..WORDS {
            let word = word(bytes, at);
            if word.is_empty() {
                break;
            }
            at = word.end + usize::from(bytes.at(word.end) == b'"');
            let text = scan.under(word);
            if keywords.contains(&text) {
                found = true;
            } else if found && !KINDS.contains(&text) {
                // `username or password wrong`: what a sentence may begin with says less.
                let telling = line.contains('-')
                    || line.contains("isakmp")
                    || is_told_of(bytes, end, keywords);
                secret(scan, place.span, word, at, telling);
                if keywords.len() < 3 {
                    break;
                }
                found = false;
            }
        }
    }
}

/// Whether a name or an address stands behind `end`, and what a sentence has there does not: `username ann secret value`, `neighbor 10.0.0.1 password value`.
fn is_told_of(bytes: Bytes<'_>, end: usize, keywords: &[&str]) -> bool {
    const SAID: &[&[u8]] = &[
        b"and", b"are", b"for", b"has", b"is", b"or", b"was", b"with",
    ];
    let name = word(bytes, end);
    let next = word(bytes, name.end);
    let follows = ["privilege".as_bytes()]
        .into_iter()
        .chain(keywords.iter().map(|keyword| keyword.as_bytes()))
        .any(|keyword| keyword == bytes.under(next));
    !name.is_empty() && follows && !SAID.contains(&bytes.under(name))
}

/// Whether the command begins its line, or stands behind a prompt, a mark of a difference, or in a log of commands; `: PSK` stands behind a colon.
fn begins(bytes: Bytes<'_>, start: usize, line: &str) -> bool {
    let before = bytes.run_back(start, 40, |byte| matches!(byte, b' ' | b'\t'));
    let mark = bytes.before(before);
    if line.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return mark == b':' && before < start;
    }
    matches!(
        mark,
        0 | b'\n' | b'#' | b'>' | b':' | b'+' | b'-' | b'"' | b'\'' | b'!' | b';'
    ) || matches!(
        line,
        "authentication-key" | "encrypted-password" | "pre-shared-key"
    ) && before < start
}

/// The word behind `at` on the same line, without quotes.
fn word(bytes: Bytes<'_>, at: usize) -> Span {
    let start = bytes.run(at, 8, |byte| byte == b' ');
    if start == at {
        return Span::empty(at);
    }
    if bytes.at(start) == b'"' {
        let end = bytes.run(start + 1, 256, |byte| byte != b'"' && byte >= b' ');
        return Span::new(start + 1, end);
    }
    let end = bytes.run(start, 512, |byte| {
        byte > b' ' && !matches!(byte, b'"' | b'<' | b'\'')
    });
    Span::new(
        start,
        end - usize::from(end > start && bytes.before(end) == b';'),
    )
}

/// The word is the secret, unless a sentence goes on behind it.
fn secret(scan: &mut Scan<'_>, place: Span, word: Span, end: usize, telling: bool) {
    const BEHIND: &[&str] = &[
        "RO", "RW", "address", "hostname", "no-xauth", "priv", "ro", "rw", "view",
    ];
    let bytes = scan.bytes;
    let text = scan.under(word);
    let letters = text
        .bytes()
        .all(|byte| byte.is_ascii_alphabetic() || b".,:-".contains(&byte));
    let next = self::word(bytes, end);
    let goes_on = !next.is_empty() && !BEHIND.contains(&scan.under(next));
    let quoted = bytes.before(word.start) == b'"';
    let common = value::is_trivial(text) || matches!(text, "public" | "private");
    if text.len() < 3
        || common
        || letters && (goes_on || !telling) && !quoted
        || value::is_reference(text)
    {
        return;
    }
    if word.end > place.start + FAR {
        scan.far.push(Far {
            place,
            read: Span::new(place.start, word.end + FAR),
        });
    }
    scan.secret(&FACTS, word, rank::STRONG_KEY);
}
