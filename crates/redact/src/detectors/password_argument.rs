//! Passwords that a call in code is given at a place of its own: `HTTPBasicAuth("user", "password")`.

use undeny_text::Span;

use crate::bytes::Bytes;
use crate::detector::{Class, Confidence, FAR, Facts, Far, Form, Place, Scan, rank};
use crate::value;

detector!(
    /// `getConnection(url, "user", "password")`, `auth=("user", "password")`, `new NetworkCredential("user", "password")`.
    PasswordArgument,
    Facts {
        id: "password-argument",
        class: Class::Secret,
        sees: "the text at the place of the password in a call that opens a connection or makes credentials",
        source: "https://requests.readthedocs.io/en/latest/user/authentication/",
        example: "HTTPBasicAuth('ann', 'Zw9-{w6}')",
        near_miss: "HTTPBasicAuth(user, password)",
        placeholder: "<SECRET_1>",
    },
    literals!(CALLS.0),
    look
);

/// What a call begins with, and which of its arguments is the password, from 0.
type Call = (&'static str, usize);

/// Sources: the reference of each library.
const CALLS: &[Call] = &[
    ("BasicAWSCredentials(", 1),
    ("BasicAuth(", 1),
    ("HTTPBasicAuth(", 1),
    ("HTTPDigestAuth(", 1),
    ("NetworkCredential(", 1),
    ("PDO(", 2),
    ("PasswordAuthentication(", 1),
    ("SetBasicAuth(", 1),
    ("UsernamePasswordCredentials(", 1),
    ("auth=(", 1),
    ("basicAuth(", 1),
    ("basic_auth(", 1),
    ("fromPassword(", 1),
    ("getConnection(", 2),
    ("mysqli_connect(", 2),
    ("setBasicAuth(", 1),
];

/// How long the arguments may be, in bytes.
const LONGEST: usize = 600;

fn look(place: Place, scan: &mut Scan<'_>) {
    let bytes = scan.bytes;
    let start = place.span.start;
    let Some((call, number)) = CALLS.iter().find(|(call, _)| bytes.starts(start, call)) else {
        return;
    };
    let from = start + call.len();
    let Some(span) = argument(bytes, from, *number) else {
        return;
    };
    if span.end > from + FAR {
        scan.far.push(Far {
            place: place.span,
            read: Span::new(start, span.end + FAR),
        });
    }
    let text = scan.under(span);
    if span.len() >= 3 && !value::is_reference(text) {
        scan.hit(
            &FACTS,
            span,
            rank::STRONG_KEY,
            Confidence::High,
            Form::Tag("SECRET"),
        );
    }
}

/// The text in quotes that is the argument of that number, of those that begin at `from`; also where a call wraps it.
fn argument(bytes: Bytes<'_>, from: usize, number: usize) -> Option<Span> {
    let (mut at, mut depth, mut commas) = (from, 0_usize, 0);
    while at < bytes.len().min(from + LONGEST) {
        let byte = bytes.at(at);
        match byte {
            b'"' | b'\'' | b'`' => {
                let mut end = at + 1;
                while end < from + LONGEST && bytes.at(end) != byte && bytes.at(end) >= b' ' {
                    end += 1 + usize::from(bytes.at(end) == b'\\');
                }
                if bytes.at(end) != byte {
                    return None;
                }
                if commas == number {
                    return (at + 1 < end).then(|| Span::new(at + 1, end));
                }
                at = end;
            }
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.checked_sub(1)?,
            b',' if depth == 0 => {
                commas += 1;
                if commas > number {
                    return None;
                }
            }
            b';' | 0 => return None,
            _ => {}
        }
        at += 1;
    }
    None
}
