//! Passwords that Terraform made, in its state.

use undeny_text::Span;

use crate::detector::{Anchor, Class, Facts, Far, Place, Scan, rank};
use crate::value;

detector!(
    /// `"result"` and `"bcrypt_hash"` of a resource of type `random_password`.
    RandomPassword,
    Facts {
        id: "random-password",
        class: Class::Secret,
        sees: "the result of a random_password in a state of Terraform's",
        source: "https://registry.terraform.io/providers/hashicorp/random/latest/docs/resources/password",
        example: "{\"type\": \"random_password\", \"instances\": [{\"attributes\": {\"length\": 9, \"result\": \"Zw9-{w5}\"}}]}",
        near_miss: "{\"type\": \"random_pet\", \"instances\": [{\"attributes\": {\"length\": 2, \"result\": \"calm-otter\"}}]}",
        placeholder: "<SECRET_1>",
    },
    &[Anchor::Literal("random_password\"")],
    look
);

/// How far a resource is read, in bytes.
const LONGEST: usize = 4096;

fn look(place: Place, scan: &mut Scan<'_>) {
    let bytes = scan.bytes;
    let start = place.span.start;
    let gap = bytes.run_back(start.saturating_sub(1), 8, |byte| {
        matches!(byte, b' ' | b':')
    });
    let typed = bytes.before(start) == b'"'
        && gap
            .checked_sub(6)
            .is_some_and(|key| bytes.starts(key, "\"type\""));
    // `resource "random_password" "name" {`, in a plan.
    let planned = gap
        .checked_sub(8)
        .is_some_and(|key| bytes.starts(key, "resource"));
    if !typed && !planned {
        return;
    }
    let limit = bytes.len().min(start + LONGEST);
    let mut at = place.span.end + 1;
    while at < limit {
        // The next resource.
        if bytes.starts(at, if typed { "\"type\"" } else { "resource \"" }) {
            break;
        }
        let keys = if typed {
            ["\"result\"", "\"bcrypt_hash\""]
        } else {
            [" result ", " bcrypt_hash "]
        };
        let key = keys
            .into_iter()
            .find(|key| matches!(bytes.at(at), b'"' | b' ') && bytes.starts(at, key));
        let Some(key) = key else {
            at += 1;
            continue;
        };
        let open = bytes.run(at + key.len(), 24, |byte| {
            matches!(byte, b' ' | b':' | b'=')
        });
        at = open + 1;
        if bytes.at(open) != b'"' {
            continue;
        }
        let mut end = at;
        while end < limit && bytes.at(end) != b'"' && bytes.at(end) >= b' ' {
            end += 1 + usize::from(bytes.at(end) == b'\\');
        }
        let span = Span::new(at, end.min(bytes.len()));
        let text = scan.under(span);
        if bytes.at(end) == b'"' && text.len() >= 3 && !value::is_reference(text) {
            scan.secret(&FACTS, span, rank::STRONG_KEY);
        }
        at = end + 1;
    }
    scan.far.push(Far {
        place: place.span,
        read: Span::new(gap.saturating_sub(6), at.min(bytes.len())),
    });
}
