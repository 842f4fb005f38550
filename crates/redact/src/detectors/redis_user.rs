//! Passwords in the rules of Redis for its users.

use undeny_text::Span;

use crate::detector::{Anchor, Class, FAR, Facts, Far, Place, Scan, rank};
use crate::value;

detector!(
    /// `user ann on >password ~* +@all`, `ACL SETUSER ann >password`, with hashes behind `#`.
    RedisUser,
    Facts {
        id: "redis-user",
        class: Class::Secret,
        sees: "the passwords and their hashes in a user's rules of Redis, behind `>`, `<`, `#` and `!`",
        source: "https://redis.io/docs/latest/operate/oss_and_stack/management/security/acl/",
        example: "user ann on +@all ~* >zw9-{w6}",
        near_miss: "user ann on +@all ~*",
        placeholder: "<SECRET_1>",
    },
    &[
        Anchor::Literal("SETUSER "),
        Anchor::Literal("setuser "),
        Anchor::Literal("user "),
    ],
    look
);

/// Rules of a user, at most.
const RULES: usize = 48;

fn look(place: Place, scan: &mut Scan<'_>) {
    let bytes = scan.bytes;
    let start = place.span.start;
    let set = !bytes.starts(start, "user");
    let line = bytes.run_back(start, 8, |byte| matches!(byte, b' ' | b'"' | b'\''));
    if !set && !matches!(bytes.before(line), b'\n' | 0) {
        return;
    }
    let word = |at: usize| {
        let start = bytes.run(at, 4, |byte| matches!(byte, b' ' | b'"' | b'\''));
        let end = bytes.run(start, 256, |byte| {
            byte > b' ' && !matches!(byte, b'"' | b'\'')
        });
        Span::new(start, end)
    };
    let name = word(place.span.end);
    let mut at = name.end;
    let mut ruled = set;
    let mut found = Vec::new();
    for _ in 0..RULES {
        let rule = word(at);
        if rule.is_empty() || rule.start == at {
            break;
        }
        at = rule.end;
        let text = scan.under(rule);
        let secret = text.get(1..).unwrap_or_default();
        let hash = secret.len() == 64 && secret.bytes().all(|byte| byte.is_ascii_hexdigit());
        match bytes.at(rule.start) {
            b'>' | b'<' if secret.len() >= 3 => found.push(rule),
            b'#' | b'!' if hash => found.push(rule),
            _ => ruled |= is_rule(text),
        }
    }
    if !ruled || found.is_empty() {
        return;
    }
    if at > start + FAR {
        scan.far.push(Far {
            place: place.span,
            read: Span::new(line, at),
        });
    }
    for rule in found {
        let span = Span::new(rule.start + 1, rule.end);
        if !value::is_reference(scan.under(span)) {
            scan.secret(&FACTS, span, rank::STRONG_KEY);
        }
    }
}

/// Whether a word is a rule that says what the user may do.
fn is_rule(text: &str) -> bool {
    matches!(
        text,
        "on" | "off" | "reset" | "resetpass" | "allkeys" | "allcommands" | "allchannels"
    ) || ["~", "&", "+@", "-@", "%R"]
        .iter()
        .any(|mark| text.starts_with(mark))
}
