//! What placeholders look like, and what only looks like one.
//!
//! Each family is visibly fake and recognised again by its grammar, so redacting redacted text changes nothing. The *core* of a placeholder is the part
//! that must be unique, in lower case: `secret_3`, `222244446666`, `nm3x`.

use std::sync::OnceLock;

use undeny_text::Span;

use crate::bytes::{Bytes, is_uuid};

/// The names of tags: `<SECRET_3>`.
pub(crate) const TAGS: &[&str] = &[
    "CARD", "EXTERNAL", "HOST", "IBAN", "KEYID", "MESSAGE", "PHONE", "REQUEST", "SECRET",
    "SESSION", "WORD",
];

/// Account ids that AWS's documentation uses, besides those of the form `aaaabbbbcccc`.
/// <https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-identifiers.html>
const DOCUMENTED_ACCOUNTS: &[&str] = &[
    "012345678901",
    "012345678910",
    "098765432109",
    "123456789012",
    "123456789111",
    "210987654321",
    "987654321098",
];

/// Whether an account id is an example of AWS's documentation, published for everybody, or one of our placeholders, and so says nothing.
pub(crate) fn is_public_account(digits: &str) -> bool {
    DOCUMENTED_ACCOUNTS.contains(&digits)
        || is_fake_account(digits)
        || crate::published::is_account(digits)
}

/// `aaaabbbbcccc`, or one of the reserve that begins with `9900` or `0099`.
fn is_fake_account(digits: &str) -> bool {
    let bytes = digits.as_bytes();
    bytes.len() == 12
        && bytes.iter().all(u8::is_ascii_digit)
        && (bytes
            .chunks(4)
            .all(|four| four.iter().all(|digit| four.first() == Some(digit)))
            || digits.starts_with("9900000")
            || digits.starts_with("0099000"))
}

/// Whether an account id is one that is handed out first: three groups of four, of which all differ, and no example of AWS's documentation.
pub(crate) fn is_handed_out(digits: &str) -> bool {
    let group = |at: usize| digits.as_bytes().get(at);
    is_fake_account(digits)
        && !digits.contains("0000000")
        && group(0) != group(4)
        && group(4) != group(8)
        && group(0) != group(8)
        && !matches!(digits, "111122223333" | "444455556666" | "777788889999")
}

/// Where a tag for an account stands, `ACCOUNT_1`, of which there is none: accounts stay numbers.
pub(crate) fn invented(text: &str) -> impl Iterator<Item = &str> {
    const NAME: &str = "ACCOUNT_";
    let bytes = Bytes(text.as_bytes());
    text.match_indices(NAME).filter_map(move |(start, _)| {
        let digits = start + NAME.len();
        let end = bytes.run(digits, 4, |byte| byte.is_ascii_digit());
        let part = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        let alone = !part(bytes.before(start)) && !part(bytes.at(end));
        (alone && end > digits)
            .then(|| text.get(start..end))
            .flatten()
    })
}

/// Append `number`, with zeros before it to at least `width` digits.
pub(crate) fn push_number(out: &mut String, number: usize, width: usize) {
    let digits = number.checked_ilog10().map_or(1, |log| log as usize + 1);
    for _ in digits..width {
        out.push('0');
    }
    for place in (0..digits).rev() {
        let digit = number / 10_usize.pow(u32::try_from(place).unwrap_or(0)) % 10;
        out.push(char::from(b'0' + u8::try_from(digit).unwrap_or(0)));
    }
}

/// What a parser may take twelve digits without quotes for, by YAML 1.1: <https://yaml.org/type/int.html>.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Written {
    /// A number.
    Decimal,
    /// With a zero before it, and no digit above seven: a number in base 8.
    Octal,
    /// With a zero before it, and such a digit: none.
    Text,
}

impl Written {
    pub(crate) fn of(digits: &str) -> Self {
        Self::known(digits.starts_with('0'), digits.contains(['8', '9']))
    }

    fn known(zero_before: bool, above_seven: bool) -> Self {
        match (zero_before, above_seven) {
            (false, _) => Self::Decimal,
            (true, true) => Self::Text,
            (true, false) => Self::Octal,
        }
    }
}

/// The `n`th fake account id, from 1; written as the original is. Without the documented ones.
pub(crate) fn account(n: usize, written: Written) -> String {
    static FAMILIES: OnceLock<[Vec<usize>; 3]> = OnceLock::new();
    let families =
        FAMILIES.get_or_init(|| [Written::Decimal, Written::Octal, Written::Text].map(family));
    let family = families.get(written as usize);
    if let Some(index) = n.checked_sub(1).and_then(|at| family?.get(at)) {
        return repeated(*index);
    }
    if written == Written::Decimal {
        format!("9900{n:08}")
    } else {
        format!("0099{n:08}")
    }
}

/// `aaaabbbbcccc` of `abc`.
fn repeated(index: usize) -> String {
    let (a, b, c) = (index / 100, index / 10 % 10, index % 10);
    format!("{a}{a}{a}{a}{b}{b}{b}{b}{c}{c}{c}{c}")
}

/// The numbers `abc` of the fake accounts `aaaabbbbcccc`: first those of which the three digits differ, then the others.
fn family(written: Written) -> Vec<usize> {
    let mut numbers = Vec::new();
    for mixed in [true, false] {
        for step in 0..1000_usize {
            let index = (step * 371 + 246) % 1000;
            let (a, b, c) = (index / 100, index / 10 % 10, index % 10);
            let differ = a != b && b != c && a != c;
            let documented = matches!(index, 123 | 456 | 789) || a == b && b == c;
            let own = Written::known(a == 0, a.max(b).max(c) > 7);
            if differ == mixed && !documented && own == written {
                numbers.push(index);
            }
        }
    }
    numbers
}

/// Whether `tail` is a counter that was padded with zeros.
pub(crate) fn is_padded(tail: &str) -> bool {
    let zeros = tail.bytes().take_while(|byte| *byte == b'0').count();
    let counter = tail.len().saturating_sub(zeros);
    tail.len() >= 4
        && tail.bytes().all(|byte| byte.is_ascii_digit())
        && counter <= 5
        && zeros >= if tail.len() < 8 { 2 } else { 3 }
}

/// The same behind the prefix of an id: eight digits may begin with a nine, where the original began with a zero.
fn is_padded_id(tail: &str) -> bool {
    is_padded(tail) || tail.len() == 8 && tail.strip_prefix('9').is_some_and(is_padded)
}

/// Whether the whole of `value` is a placeholder, or looks like one.
pub(crate) fn is_placeholder(value: &str) -> bool {
    if value.len() < 4 || value.len() > 200 {
        return false;
    }
    if let Some(tag) = value
        .strip_prefix('<')
        .and_then(|rest| rest.strip_suffix('>'))
        .or_else(|| value.strip_prefix("&lt;")?.strip_suffix("&gt;"))
    {
        return is_tag(tag);
    }
    if is_fake_account(value)
        || value.len() == 14
            && value.contains(['-', ' '])
            && is_fake_account(&value.replace(['-', ' '], ""))
    {
        return true;
    }
    if !value.bytes().any(|byte| byte.is_ascii_digit()) {
        return false;
    }
    if let Some(rest) = value.strip_prefix("00000000-0000-4000-8000-0000") {
        return rest.len() == 8 && rest.bytes().all(|byte| byte.is_ascii_digit());
    }
    if value.starts_with("02:00:00:00:") || value.starts_with("2001:db8") {
        return true;
    }
    // `198.18.`, `240.` and above, `3fff:`.
    let address = value.starts_with(['1', '2', '3'])
        && value.contains(['.', '-', ':'])
        && value
            .replace('-', ".")
            .parse()
            .is_ok_and(crate::network::is_fake);
    if address {
        return true;
    }
    let person = ["person", "Person"]
        .iter()
        .find_map(|person| value.strip_prefix(person)?.strip_suffix("@example.com"))
        .or_else(|| value.strip_prefix("PERSON")?.strip_suffix("@EXAMPLE.COM"));
    if let Some(number) = person {
        return !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    }
    if value.len() == 10
        && value.starts_with("99900")
        && value.bytes().all(|byte| byte.is_ascii_digit())
    {
        return true;
    }
    if let Some(rest) = value.strip_prefix("ou-") {
        return rest.split('-').all(is_padded);
    }
    let letters = value
        .bytes()
        .take_while(|byte| !byte.is_ascii_digit())
        .count();
    // `vpc-0000..`, `AROA0000..`, `Z0000..`: an id, and not any word that ends in zeros and a number.
    if value.get(letters..).is_some_and(is_padded_id)
        && prefix_before(value, Bytes(value.as_bytes()), letters) == 0
    {
        return true;
    }
    is_name(value)
}

fn is_tag(tag: &str) -> bool {
    let Some((name, numbers)) = tag.split_once('_') else {
        return false;
    };
    TAGS.contains(&name)
        && numbers
            .split('_')
            .all(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Where the name placeholder ends that begins at `at`: `nm3x`, `Nm3x`, `NM3X`, `Nm3X`, ...; `qm3x` for a word that begins with `n`, `nm3z` for one
/// that ends with `x`, so that no letter of the word stays at its place.
pub(crate) fn name_at(bytes: Bytes<'_>, at: usize) -> Option<usize> {
    if !matches!(bytes.at(at) | 32, b'n' | b'q') || bytes.at(at + 1) | 32 != b'm' {
        return None;
    }
    let end = bytes.run(at + 2, 9, |byte| byte.is_ascii_digit());
    (end > at + 2 && matches!(bytes.at(end) | 32, b'x' | b'z')).then_some(end + 1)
}

/// Whether the whole of `placeholder` stands for a name.
pub(crate) fn is_name(placeholder: &str) -> bool {
    name_at(Bytes(placeholder.as_bytes()), 0) == Some(placeholder.len())
}

/// Whether the shaped placeholder at `span` is a word of its own, or a segment of a name.
pub(crate) fn is_whole(bytes: Bytes<'_>, span: Span) -> bool {
    let (before, first) = (bytes.before(span.start), bytes.at(span.start));
    let (last, after) = (bytes.before(span.end), bytes.at(span.end));
    let escaped = bytes.escaped_before(span.start);
    if name_at(bytes, span.start) == Some(span.end) {
        let begins = !before.is_ascii_alphanumeric() || first.is_ascii_uppercase() || escaped;
        // A short number may follow, as in `acme2`; then the segment ends.
        let number = bytes.run(span.end, 4, |byte| byte.is_ascii_digit());
        if number > span.end {
            return begins && number - span.end <= 3 && !bytes.at(number).is_ascii_lowercase();
        }
        return begins && (!after.is_ascii_lowercase() || last.is_ascii_uppercase());
    }
    let address =
        last.is_ascii_digit() && first.is_ascii_digit() && span.len() < 16 && span.len() != 12;
    if address && after == b'.' && bytes.at(span.end + 1).is_ascii_digit() {
        return false;
    }
    // A longer address may begin with one of ours.
    let next = bytes.at(span.end + 1);
    let goes_on = after == b':'
        && (next.is_ascii_hexdigit() || next == b':')
        && bytes.under(span).contains(&b':');
    (!before.is_ascii_alphanumeric() || escaped) && !after.is_ascii_alphanumeric() && !goes_on
}

/// What looks like a placeholder: where it stands, and whether it is one as we write it.
pub(crate) struct Lookalike {
    pub(crate) span: Span,
    pub(crate) exact: bool,
    core: Core,
}

/// How the core follows from what stands there.
#[derive(Clone, Copy)]
enum Core {
    Same,
    Lower,
    /// Without hyphens or spaces.
    Joined,
    /// With dots for hyphens.
    Dotted,
    /// The counter from this offset on.
    Counter(usize),
    /// The name of a tag, and where its number stands.
    Tag(&'static str, Span),
}

impl Lookalike {
    /// The core, of the text in which it was found.
    pub(crate) fn core(&self, text: &str) -> String {
        let written = self.span.text(text);
        match self.core {
            Core::Same => written.to_owned(),
            Core::Lower => written.to_ascii_lowercase(),
            Core::Joined => written.replace(['-', ' '], ""),
            Core::Dotted => written.replace('-', "."),
            Core::Counter(at) => Span::new(at, self.span.end).text(text).to_owned(),
            Core::Tag(name, number) => name.to_ascii_lowercase() + "_" + number.text(text),
        }
    }
}

/// Whether the digits at `span` go on behind a space or hyphen, as those of a card do.
pub(crate) fn goes_on(bytes: Bytes<'_>, span: Span) -> bool {
    let sign = |byte: u8| matches!(byte, b' ' | b'-');
    let digits = bytes.at(span.start).is_ascii_digit() && bytes.before(span.end).is_ascii_digit();
    digits
        && (sign(bytes.before(span.start))
            && bytes.before(span.start - 1).is_ascii_digit()
            && !bytes.under(span).contains(&b'.')
            || sign(bytes.at(span.end)) && bytes.at(span.end + 1).is_ascii_digit())
}

/// Everything in `text` that looks like a placeholder of ours.
pub(crate) fn lookalikes(text: &str) -> Vec<Lookalike> {
    lookalikes_in(text, &[Span::of(text)])
}

/// Everything that looks like a placeholder of ours and has its number in one of `windows`, which are in order.
pub(crate) fn lookalikes_in(text: &str, windows: &[Span]) -> Vec<Lookalike> {
    let bytes = Bytes(text.as_bytes());
    let mut found = Vec::new();
    // Every placeholder holds a number: look at the first digit of each.
    let mut at = 0;
    for window in windows {
        at = at.max(window.start);
        let within = bytes.0.get(..window.end).unwrap_or_default();
        while let Some(start) = next_digit(within, at) {
            at = start + 1;
            while bytes.at(at).is_ascii_digit() {
                at += 1;
            }
            if may_be_placeholder(bytes, start, at) {
                number(text, bytes, start, &mut found);
            }
        }
    }
    for lookalike in &mut found {
        // A part of a longer word is none of ours; it is only never handed out.
        let span = lookalike.span;
        lookalike.exact &= matches!(bytes.at(span.start), b'<' | b'&') || is_whole(bytes, span);
    }
    found
}

/// The first digit from `at` on.
fn next_digit(bytes: &[u8], mut at: usize) -> Option<usize> {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = ONES << 7;
    let mut rest = bytes.get(at..)?;
    // Eight at once. A digit without its bits of `0` is below ten; the lowest of which subtraction of ten borrows is one for sure.
    while let Some((eight, behind)) = rest.split_first_chunk::<8>() {
        let low = u64::from_le_bytes(*eight) ^ (ONES * 0x30);
        let digits = low.wrapping_sub(ONES * 10) & !low & HIGH;
        if digits != 0 {
            return Some(at + (digits.trailing_zeros() >> 3) as usize);
        }
        at += 8;
        rest = behind;
    }
    let ahead = rest.iter().position(u8::is_ascii_digit)?;
    Some(at + ahead)
}

/// Whether the number at `start..end` can be the first of a placeholder: most cannot, by their length and the bytes beside them.
fn may_be_placeholder(bytes: Bytes<'_>, start: usize, end: usize) -> bool {
    let (first, next) = (bytes.at(start), bytes.at(end));
    let shaped = match end - start {
        1 => first == b'3' && next == b'f',
        2 => first == b'0' && next == b':',
        3 => matches!(first, b'1' | b'2') && matches!(next, b'.' | b'-'),
        4 => {
            let joined = matches!(next, b'-' | b' ') && bytes.at(end + 5) == next;
            first == b'0' || joined || next == b':' && matches!(first, b'2' | b'3')
        }
        8 | 10 => matches!(first, b'0' | b'9'),
        12 => true,
        _ => first == b'0',
    };
    shaped
        || match bytes.before(start) {
            b'm' | b'M' | b'n' | b'N' => true,
            b'_' | b'-' | b' ' | b'\n' | b'F' | b'f' => may_end_tag(bytes, start - 1),
            _ => false,
        }
}

/// The placeholder whose first number begins at `at`.
fn number(text: &str, bytes: Bytes<'_>, at: usize, found: &mut Vec<Lookalike>) {
    let before = bytes.before(at);
    match before {
        b'm' | b'M' if matches!(bytes.before(at - 1) | 32, b'n' | b'q') => {
            let end = bytes.run(at, 9, |byte| byte.is_ascii_digit());
            if matches!(bytes.at(end) | 32, b'x' | b'z') {
                let span = Span::new(at - 2, end + 1);
                // `AROAQM3X7K..`: in a run of capital letters and digits it is nobody's.
                let capital = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
                let within = [
                    bytes.before(at - 2),
                    before,
                    bytes.at(end),
                    bytes.at(end + 1),
                ];
                found.push(Lookalike {
                    span,
                    core: Core::Lower,
                    exact: name_at(bytes, at - 2).is_some() && !within.into_iter().all(capital),
                });
                return;
            }
        }
        b'n' | b'N' if at >= 6 && bytes.starts_ignoring_case(at - 6, "person") => {
            let end = bytes.run(at, 12, |byte| byte.is_ascii_digit());
            if bytes.starts_ignoring_case(end, "@example.com") {
                let span = Span::new(at - 6, end + 12);
                let written = span.text(text);
                found.push(Lookalike {
                    span,
                    core: Core::Lower,
                    exact: is_placeholder(written),
                });
                return;
            }
        }
        b'_' | b'-' | b' ' | b'\n' | b'F' | b'f' if may_end_tag(bytes, at - 1) => {
            tag_ending(text, bytes, at - 1, found);
        }
        _ => {}
    }
    let network = match bytes.at(at) {
        b'2' => bytes.at(at + 4) == b':' && bytes.starts(at, "2001:db8:"),
        b'3' => bytes.at(at + 4) == b':' && bytes.starts(at, "3fff:"),
        _ => false,
    };
    if network {
        let end = bytes.run(at, 40, |byte| byte.is_ascii_hexdigit() || byte == b':');
        // The colon of a sentence is no part of it: `2001:db8::1: connection refused`.
        let colon = bytes.before(end) == b':' && bytes.before(end - 1) != b':';
        let span = Span::new(at, end - usize::from(colon));
        found.push(Lookalike {
            span,
            core: Core::Same,
            exact: true,
        });
        return;
    }
    digits(text, bytes, at, found);
}

/// Whether the letters before the separator at `at` can be the last of a tag's name.
fn may_end_tag(bytes: Bytes<'_>, at: usize) -> bool {
    let last = bytes.before(at);
    let pair = [bytes.before(at.saturating_sub(1)) | 32, last | 32];
    // A separator may be written with several bytes.
    matches!(
        &pair,
        b"rd" | b"al" | b"st" | b"an" | b"id" | b"ge" | b"ne" | b"et" | b"on"
    ) || !last.is_ascii_alphanumeric()
        || last == b'5'
}

/// `SECRET_3`, and what becomes of it (`secret\_3`, `Secret 3`, `SECRET%5F3`); `separator` is the byte before the number.
fn tag_ending(text: &str, bytes: Bytes<'_>, separator: usize, found: &mut Vec<Lookalike>) {
    let mut gap = separator + 1;
    gap = bytes.run_back(gap, 6, |byte| {
        matches!(byte, b'_' | b'-' | b' ' | b'\n' | b'\\')
    });
    if bytes.starts_ignoring_case(gap, "%5F")
        || bytes.starts_ignoring_case((separator + 1).saturating_sub(3), "%5F")
    {
        gap = gap.min((separator + 1).saturating_sub(3));
    }
    let start = bytes.run_back(gap, 9, |byte| byte.is_ascii_alphabetic());
    let mut end = bytes.run(separator + 1, 20, |byte| byte.is_ascii_digit());
    let shortest = TAGS.iter().map(|tag| tag.len()).min().unwrap_or(0);
    let Some(name) = text.get(start..gap).filter(|name| name.len() >= shortest) else {
        return;
    };
    let Some(name) = TAGS.iter().find(|tag| {
        name.len() >= tag.len()
            && name
                .as_bytes()
                .get(name.len() - tag.len()..)
                .is_some_and(|ending| ending.eq_ignore_ascii_case(tag.as_bytes()))
    }) else {
        return;
    };
    if *name == "KEYID" && bytes.at(end) == b'_' && bytes.at(end + 1).is_ascii_digit() {
        end = bytes.run(end + 1, 20, |byte| byte.is_ascii_digit());
    }
    let number = Span::new(separator + 1, end);
    let start = gap - name.len();
    let ours = text.get(start..gap) == Some(*name) && text.get(gap..=separator) == Some("_");
    // In the text of markup its brackets are written as entities.
    let between = |open: &str, close: &str| {
        let from = start.checked_sub(open.len())?;
        let whole = bytes.starts(from, open) && bytes.starts(end, close);
        (ours && whole).then(|| Span::new(from, end + close.len()))
    };
    let tag = between("<", ">").or_else(|| between("&lt;", "&gt;"));
    let exact = tag.is_some();
    let span = tag.unwrap_or(Span::new(start, end));
    found.push(Lookalike {
        span,
        core: Core::Tag(name, number),
        exact,
    });
}

fn digits(text: &str, bytes: Bytes<'_>, at: usize, found: &mut Vec<Lookalike>) {
    let end = bytes.run(at, 70, |byte| byte.is_ascii_digit());
    let number = text.get(at..end).unwrap_or_default();
    // A part of a UUID is none of ours, whatever it looks like.
    if is_in_uuid(bytes, at) && !bytes.starts(at, "00000000-0000-4000-8000-0000") {
        return;
    }
    let mut push = |from: usize, to: usize, core: Core| {
        found.push(Lookalike {
            span: Span::new(from, to),
            core,
            exact: true,
        });
    };
    match end - at {
        12 if is_fake_account(number) => push(at, end, Core::Same),
        4 if matches!(bytes.at(end), b'-' | b' ') && bytes.at(end + 5) == bytes.at(end) => {
            let written = text.get(at..at + 14).unwrap_or_default();
            let joined = written.replace(char::from(bytes.at(end)), "");
            let spaced = bytes.at(end) == b' ';
            let is_longer = spaced && goes_on(bytes, Span::new(at, at + 14));
            if is_fake_account(&joined) && !is_longer {
                push(at, at + 14, Core::Joined);
            }
        }
        3 if matches!(bytes.at(end), b'.' | b'-')
            && (number == "198" || number.starts_with("24") || number.starts_with("25")) =>
        {
            let separator = bytes.at(end);
            let mut to = end;
            for _ in 0..3 {
                if bytes.at(to) == separator {
                    to = bytes.run(to + 1, 3, |byte| byte.is_ascii_digit());
                }
            }
            let address = text.get(at..to).unwrap_or_default().replace('-', ".");
            if address.parse().is_ok_and(crate::network::is_fake) {
                push(at, to, Core::Dotted);
            }
        }
        2 if bytes.at(at) == b'0' && bytes.starts(at, "02:00:00:00:") => {
            push(at, at + 17, Core::Same)
        }
        8 if bytes.starts(at, "00000000-0000-4000-8000-0000") => {
            push(at, at + 36, Core::Same);
            return;
        }
        10 if number.starts_with("99900") => push(at, end, Core::Same),
        _ => {}
    }
    if is_padded_id(number) && !bytes.at(end).is_ascii_alphanumeric() {
        let start = prefix_before(text, bytes, at);
        if start == at && !is_padded(number) {
            return;
        }
        found.push(Lookalike {
            span: Span::new(start, end),
            core: Core::Counter(at),
            // A short number alone may be a part of anything: `4851-9858-0056`.
            exact: start < at || number.len() >= 8,
        });
    }
}

/// Whether a group of a UUID begins at `at`.
fn is_in_uuid(bytes: Bytes<'_>, at: usize) -> bool {
    let hyphen = |at: usize| bytes.at(at) == b'-';
    (hyphen(at + 4) || hyphen(at + 8) || bytes.before(at) == b'-')
        && [0, 9, 14, 19, 24].iter().any(|back| {
            let start = at.wrapping_sub(*back);
            let whole = bytes.0.get(start..start.wrapping_add(36));
            whole.is_some_and(is_uuid)
                && !bytes.before(start).is_ascii_alphanumeric()
                && !bytes.at(start.wrapping_add(36)).is_ascii_alphanumeric()
        })
}

/// What stands before the counter of a long id that has letters, so that no parser takes it for a number.
pub(crate) const LETTERED: &str = "fa";
/// Shortest id without a prefix that is written so, in bytes.
pub(crate) const LONG: usize = 24;

/// Where the id begins whose counter begins at `at`: `vpc-`, `AROA`, `tgw-attach-` belong to it.
fn prefix_before(text: &str, bytes: Bytes<'_>, at: usize) -> usize {
    let lettered = at.saturating_sub(LETTERED.len());
    if bytes.starts(lettered, LETTERED)
        && !bytes.before(lettered).is_ascii_alphanumeric()
        && bytes.run(at, LONG, |byte| byte.is_ascii_digit()) - lettered >= LONG
    {
        return lettered;
    }
    let letters = bytes.run_back(at, 4, |byte| byte.is_ascii_uppercase());
    if letters < at {
        return if bytes.before(letters).is_ascii_alphanumeric() {
            at
        } else {
            letters
        };
    }
    if bytes.before(at) != b'-' {
        return at;
    }
    let mut start = at;
    for _ in 0..2 {
        let word = bytes.run_back(start - 1, 10, |byte| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit()
        });
        let known = text
            .get(word..start - 1)
            .is_some_and(crate::detectors::is_id_prefix);
        if !known || bytes.before(word).is_ascii_alphanumeric() {
            break;
        }
        start = word;
        if bytes.before(start) != b'-' {
            break;
        }
    }
    start
}

/// Whether `kept`, with its hyphen, begins ids of AWS: what is padded behind it is seen to belong to it.
pub(crate) fn begins_id(kept: &str) -> bool {
    kept.strip_suffix('-')
        .is_some_and(|word| word.split('-').all(crate::detectors::is_id_prefix))
}

/// Whether placeholders are all that `value` says, apart from everybody's words.
pub(crate) fn is_all_placeholders(value: &str) -> bool {
    let found = lookalikes(value);
    if !found.iter().any(|lookalike| lookalike.exact) {
        return false;
    }
    let mut rest = value.to_owned();
    for lookalike in found.iter().rev().filter(|lookalike| lookalike.exact) {
        if rest.is_char_boundary(lookalike.span.start)
            && rest.is_char_boundary(lookalike.span.end)
            && lookalike.span.end <= rest.len()
        {
            rest.replace_range(lookalike.span.range(), "-");
        }
    }
    crate::name::segments(&rest)
        .iter()
        .all(|segment| segment.generic)
}
