//! What a command prints that shows a secret, on the line below it.

use undeny_text::Span;

use crate::bytes::{Bytes, is_word};
use crate::detector::{Class, Facts, Far, Place, Scan, rank};
use crate::key::Promise;
use crate::value;

detector!(
    /// `$ echo $DB_PASSWORD`, `$ aws secretsmanager get-secret-value .. --output text`, `$ pass show prod/db` above the value.
    PrintedSecret,
    Facts {
        id: "printed-secret",
        class: Class::Secret,
        sees: "the line that follows a command which prints a secret",
        source: "https://docs.aws.amazon.com/cli/latest/reference/secretsmanager/get-secret-value.html",
        example: "$ aws secretsmanager get-secret-value --secret-id db --query SecretString --output text\nZw9-{w6}",
        near_miss: "$ aws secretsmanager get-secret-value --secret-id db --query SecretString --output text\n$ ls",
        placeholder: "<SECRET_1>",
    },
    literals!(COMMANDS.0),
    look
);

/// How a command begins that prints a secret, and what one of its arguments has to say; `KEY` is a name of a secret.
type Command = (&'static str, &'static [&'static str]);

/// An argument that names a secret.
const KEY: &str = "";

/// Sources: each command's manual.
const COMMANDS: &[Command] = &[
    ("aws codeartifact get-authorization-token", &["text"]),
    ("aws configure get", &[KEY]),
    ("aws ecr get-login-password", &[]),
    ("aws secretsmanager get-random-password", &["text"]),
    ("aws secretsmanager get-secret-value", &["text"]),
    ("aws ssm get-parameter", &["text", "with-decryption"]),
    ("aws ssm get-parameter", &["text", KEY]),
    ("az account get-access-token", &["tsv"]),
    ("az keyvault secret show", &["tsv"]),
    ("bw get password", &[]),
    ("chamber read", &[]),
    ("doppler secrets get", &["plain"]),
    ("echo", &[KEY]),
    ("gcloud auth print-access-token", &[]),
    ("gcloud secrets versions access", &[]),
    ("gh auth token", &[]),
    ("gopass show", &[]),
    ("heroku config:get", &[KEY]),
    ("kubectl create token", &[]),
    ("kubectl get secret", &["jsonpath"]),
    ("kubectl get secret", &["template"]),
    ("kubectl get secrets", &["jsonpath"]),
    ("lpass show", &["password"]),
    ("oc get secret", &["jsonpath"]),
    ("oc whoami", &["-t"]),
    ("op read", &[]),
    ("openssl rand", &[]),
    ("pass show", &[]),
    ("printenv", &[KEY]),
    ("pwgen", &[]),
    ("security find-generic-password", &["-w"]),
    ("terraform output -raw", &[KEY]),
    ("tofu output -raw", &[KEY]),
    ("vault kv get", &["-field"]),
    ("vault read", &["-field"]),
    ("vault token create", &["-field"]),
];

/// How long a command may be, in bytes; it may go on behind a backslash at a line's end.
const LONGEST: usize = 600;
/// Bytes of a prompt, at most.
const PROMPT: usize = 120;
/// Bytes of a line that is printed, at most.
const LINE: usize = 4096;

fn look(place: Place, scan: &mut Scan<'_>) {
    let bytes = scan.bytes;
    let start = place.span.start;
    for (command, says) in bytes.standing(start, COMMANDS, |row| row.0) {
        let end = start + command.len();
        if !matches!(bytes.at(end), b' ' | b'\n') {
            continue;
        }
        let Some(prompted) = prompted(bytes, start) else {
            return;
        };
        let Some((line, next)) = line_end(bytes, end) else {
            return;
        };
        let arguments = Span::new(end, line);
        if !shows(scan, arguments) || !says.iter().all(|word| says_it(scan, arguments, word)) {
            continue;
        }
        let printed = bytes.run(next, LINE, |byte| byte >= b' ');
        // In a text of JSON the next escape, or the quote, ends it.
        let ends = |at: &usize| matches!(bytes.at(*at), b'\\' | b'"');
        let printed = if bytes.at(line) == b'\\' {
            (next..printed).find(ends).unwrap_or(printed)
        } else {
            printed
        };
        let span = Span::new(
            next,
            bytes.run_back(printed, 8, |byte| byte == b' ').max(next),
        );
        scan.far.push(Far {
            place: place.span,
            read: Span::new(bytes.run_back(start, PROMPT, |byte| byte != b'\n'), printed),
        });
        if is_printed(scan.under(span), prompted) {
            scan.secret(&FACTS, span, rank::STRONG_KEY);
        }
        return;
    }
}

/// Whether a prompt stands before the command that begins at `start`; nothing where a command cannot begin.
fn prompted(bytes: Bytes<'_>, start: usize) -> Option<bool> {
    let gap = bytes.run_back(start, 8, |byte| byte == b' ');
    match bytes.before(gap) {
        b'$' | b'#' | b'%' | b'>' | b'+' if gap < start => {
            // `# echo $DB_PASSWORD` alone may be a comment.
            let line = bytes.run_back(gap, PROMPT, |byte| byte != b'\n');
            Some(bytes.before(gap) != b'#' || gap - line > 2)
        }
        0 | b'\n' | b'"' => Some(false),
        b'n' if bytes.before(gap - 1) == b'\\' => Some(false),
        _ => None,
    }
}

/// Where the command ends that goes on at `from`, and where the next line begins.
fn line_end(bytes: Bytes<'_>, from: usize) -> Option<(usize, usize)> {
    let mut at = from;
    while at < from + LONGEST {
        let next = bytes.at(at + 1);
        match bytes.at(at) {
            b'\\' if matches!(next, b'\n' | b'\r') => at += 2,
            // The end of a line in a text of JSON.
            b'\\' if next == b'n' => return Some((at, at + 2)),
            b'\\' if next == b'r' && bytes.starts(at + 2, "\\n") => return Some((at, at + 4)),
            b'\n' => return Some((at, at + 1)),
            b'\r' if next == b'\n' => return Some((at, at + 2)),
            0 => return None,
            _ => at += 1,
        }
    }
    None
}

/// Whether a command with these arguments shows what it prints: nothing else is given it but what decodes it.
fn shows(scan: &Scan<'_>, arguments: Span) -> bool {
    const FILTERS: &[&str] = &["base64", "cut", "head", "jq", "tail", "tr", "xargs"];
    let text = scan.under(arguments);
    let given = |part: &str| {
        let part = part.trim_start();
        FILTERS.iter().any(|filter| {
            part.strip_prefix(filter)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
        })
    };
    !text.contains(['>', '<', ';', '&', '`'])
        && !text.contains("$(")
        && text.split('|').skip(1).all(given)
}

/// Whether one of the arguments says `word`.
fn says_it(scan: &mut Scan<'_>, arguments: Span, word: &str) -> bool {
    if word != KEY {
        return scan.under(arguments).contains(word);
    }
    let bytes = scan.bytes;
    let mut at = arguments.start;
    // A few names are enough.
    for _ in 0..16 {
        let start = bytes.run(at, arguments.end - at, |byte| !is_word(byte));
        let end = bytes.run(start, arguments.end - start, is_word);
        if start == end {
            return false;
        }
        let name = Span::new(start, end);
        if name.len() > 2 && scan.key(name).promise >= Promise::Token {
            return true;
        }
        at = end;
    }
    false
}

/// Whether a line is the secret: one word; where no prompt stands before the command, one with a digit or a sign.
fn is_printed(text: &str, prompted: bool) -> bool {
    let letters = text.bytes().filter(u8::is_ascii_alphanumeric).count();
    let digit = text.bytes().any(|byte| byte.is_ascii_digit());
    let upper = text.bytes().any(|byte| byte.is_ascii_uppercase());
    let lower = text.bytes().any(|byte| byte.is_ascii_lowercase());
    let sign = text.bytes().any(|byte| b"!@#$%^&*+?".contains(&byte));
    text.len() >= 4
        && letters >= 3
        && text.bytes().all(|byte| byte > b' ')
        && !text.starts_with(['{', '[', '<', '`', '-', '/'])
        && !text.ends_with(['$', '>', ':', ';', '{'])
        && !value::is_reference(text)
        && (!value::is_trivial(text) || value::is_first_password(text))
        && (prompted || digit && (upper && lower || sign) && !text.contains(['=', '(']))
}
