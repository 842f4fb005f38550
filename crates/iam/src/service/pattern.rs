//! Whether what a policy writes as a resource and a type's form of ARN have an ARN in common.
//!
//! Both are patterns: `arn:aws:s3:::logs-*` may stand for a bucket and for an object, `arn:aws:s3:::logs/*` for an object only. Each of the six parts is
//! compared by itself, as IAM's wildcards don't cross a colon in the first five.

/// A resource of a policy, in its six parts.
#[derive(Debug)]
pub(super) struct Written<'a> {
    parts: [&'a str; 6],
}

/// IAM's ARNs have at most 2048 letters. What is longer is hostile, and comparing costs the product of both lengths.
const LONGEST: usize = 4096;

impl<'a> Written<'a> {
    /// `None` where it is no ARN. Missing parts (`arn:aws:s3:*`) are `*`.
    pub(super) fn parse(text: &'a str) -> Option<Self> {
        if text.len() > LONGEST {
            return None;
        }
        if text == "*" {
            return Some(Self { parts: ["*"; 6] });
        }
        let mut parts = ["*"; 6];
        for (part, written) in parts.iter_mut().zip(text.splitn(6, ':')) {
            *part = written;
        }
        (parts.first() == Some(&"arn") && text.len() > 4).then_some(Self { parts })
    }
}

/// Whether some ARN of this form is one that `written` stands for. `parent` says that longer ARNs, with a slash behind this form, are of another type.
pub(super) fn meets(form: &str, parent: bool, written: &Written<'_>) -> bool {
    let mut parts = form.splitn(6, ':');
    written.parts.iter().enumerate().all(|(at, written)| {
        let Some(form) = parts.next() else {
            return false;
        };
        // AWS's own resources have no account: `arn:aws:ssm:us-east-1::document/AWS-RunShellScript`.
        let (parent, least) = (parent && at == 5, usize::from(at != 4));
        if is_plain(written) {
            // Nearly all parts: no product of two patterns is needed.
            if is_plain(form) {
                return form == *written;
            }
            if !parent && is_variable(form) {
                return written.len() >= least;
            }
        }
        intersect(&form_tokens(form, parent, least), &written_tokens(written))
    })
}

/// Whether a part stands for itself only.
fn is_plain(part: &str) -> bool {
    undeny_text::first_of(part, b"*?$").is_none()
}

/// Whether a form's part is one variable and nothing else.
fn is_variable(form: &str) -> bool {
    form.starts_with("${") && form.find('}') == Some(form.len() - 1)
}

#[derive(Clone, Copy, Debug)]
enum Token {
    Byte(u8),
    /// One character; whether it may be a slash.
    One(bool),
    /// Any number of characters; whether slashes may be among them.
    Many(bool),
}

impl Token {
    /// Whether one character is allowed by both.
    fn agrees(self, other: Self) -> bool {
        match (self, other) {
            (Self::Byte(one), Self::Byte(two)) => one == two,
            (Self::Byte(byte), Self::One(slash) | Self::Many(slash))
            | (Self::One(slash) | Self::Many(slash), Self::Byte(byte)) => slash || byte != b'/',
            _ => true,
        }
    }

    fn is_many(self) -> bool {
        matches!(self, Self::Many(_))
    }
}

/// A type's form: a variable is at least `least` characters, with slashes unless one follows it, or unless it is the end of a parent's name.
fn form_tokens(form: &str, parent: bool, least: usize) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = form;
    while let Some(letter) = rest.bytes().next() {
        if let Some(variable) = rest.strip_prefix("${")
            && let Some((_, behind)) = variable.split_once('}')
        {
            let ends = behind.starts_with('/') || (parent && behind.is_empty());
            let slash = !ends;
            tokens.extend(std::iter::repeat_n(Token::One(slash), least));
            tokens.push(Token::Many(slash));
            rest = behind;
            continue;
        }
        tokens.push(if letter == b'*' {
            Token::Many(true)
        } else {
            Token::Byte(letter)
        });
        rest = rest.get(1..).unwrap_or_default();
    }
    tokens
}

/// What a policy writes: `*`, `?`, and variables, which may be anything.
fn written_tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let behind = bytes.get(at..).unwrap_or_default();
        let variable = behind
            .starts_with(b"${")
            .then(|| memchr::memchr(b'}', behind))
            .flatten();
        let (token, length) = match (byte, variable) {
            (_, Some(end)) => (Token::Many(true), end + 1),
            (b'*', _) => (Token::Many(true), 1),
            (b'?', _) => (Token::One(true), 1),
            (byte, _) => (Token::Byte(*byte), 1),
        };
        tokens.push(token);
        at += length;
    }
    tokens
}

/// Whether a text matches both. One pass over the pairs of places, as no step goes back.
fn intersect(one: &[Token], two: &[Token]) -> bool {
    let mut here = vec![false; two.len() + 1];
    if let Some(first) = here.first_mut() {
        *first = true;
    }
    for at in 0..=one.len() {
        let token = one.get(at).copied();
        if !here.contains(&true) {
            return false;
        }
        let mut below = vec![false; two.len() + 1];
        for other_at in 0..=two.len() {
            if !here.get(other_at).copied().unwrap_or_default() {
                continue;
            }
            let other = two.get(other_at).copied();
            let reach = |row: &mut Vec<bool>, place: usize| {
                if let Some(reached) = row.get_mut(place) {
                    *reached = true;
                }
            };
            if token.is_some_and(Token::is_many) {
                reach(&mut below, other_at);
            }
            if other.is_some_and(Token::is_many) {
                reach(&mut here, other_at + 1);
            }
            let (Some(token), Some(other)) = (token, other) else {
                continue;
            };
            if token.agrees(other) {
                match (token.is_many(), other.is_many()) {
                    (true, true) => {}
                    (true, false) => reach(&mut here, other_at + 1),
                    (false, true) => reach(&mut below, other_at),
                    (false, false) => reach(&mut below, other_at + 1),
                }
            }
        }
        if at == one.len() {
            return here.last().copied().unwrap_or_default();
        }
        here = below;
    }
    false
}
