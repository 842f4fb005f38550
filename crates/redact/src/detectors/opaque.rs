//! What remains and looks drawn at random: tokens of nobody's known form.

use std::sync::OnceLock;

use undeny_text::{Finder, Span};

use crate::bytes::{Bytes, TOKEN, is_word, kind};
use crate::detector::{Anchor, Class, Confidence, Facts, Far, Form, Place, Scan, rank};
use crate::tally::Tally;
use crate::value::{self, finder_of};
use crate::{encode, placeholder, random};

use super::encoded_text::{self, Json};

detector!(
    /// Sixteen or more characters without the letter pairs of words; not checksums.
    Opaque,
    Facts {
        id: "opaque",
        class: Class::Secret,
        sees: "a long token that looks random, where nothing says that it is a checksum or a version",
        source: "https://csrc.nist.gov/glossary/term/entropy",
        example: "q4pdt26np4oasrkeyd1uik8qd1xcfn",
        near_miss: "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        placeholder: "<SECRET_1>",
    },
    &[Anchor::Token],
    look
);

/// Shortest token that is read as JSON in base64, in bytes.
const JSON: usize = 24;

fn look(place: Place, scan: &mut Scan<'_>) {
    let text = scan.under(place.span).trim_end_matches('.');
    let end = place.span.start + text.len();
    let mut start = place.span.start;
    if text.len() >= JSON && matches!(encoded_text::json(Span::new(start, end), scan), Json::Plain)
    {
        return;
    }
    // `NAME=value`: padding ends what it pads.
    while let Some(equals) = (scan.bytes.under(Span::new(start, end)).iter())
        .position(|byte| *byte == b'=')
        .map(|at| start + at)
    {
        let behind = scan.bytes.run(equals, end - equals, |byte| byte == b'=');
        if behind == end {
            break;
        }
        token(Span::new(start, equals), scan);
        start = behind;
    }
    token(Span::new(start, end), scan);
}

/// Look at a token, or at one side of an assignment.
fn token(span: Span, scan: &mut Scan<'_>) {
    if span.len() < 16 {
        return;
    }
    let text = scan.under(span);
    if value::is_digest(text) {
        return;
    }
    let bytes = scan.bytes;
    let tally = Tally::of(text.as_bytes());
    let mixed = tally.digits > 0 && tally.upper > 0 && tally.lower > 0;
    // A run is met where its first letter stands.
    let begins = matches!(bytes.before(span.start), b'/' | b'+')
        && kind(bytes.before(span.start - 1)) & TOKEN == 0;
    let all = Span::new(span.start - usize::from(begins), span.end);
    for span in [span, all] {
        let value = bytes.under(span);
        if mixed && is_secret_access_key(value, Tally::of(value)) && !in_public_block(scan, span) {
            scan.hit_as(
                "aws-secret-access-key",
                Class::Secret,
                span,
                rank::WEAK_KEY,
                Confidence::Medium,
                Form::Tag("SECRET"),
            );
            return;
        }
    }
    if tally.slashes + tally.dots + tally.joints == 0 {
        judge(scan, span, tally);
        return;
    }
    // Base64 with slashes and pluses is one token; a path is several. Of a checksum in base64 each part is one.
    let mut known = None;
    let mut at = span.start;
    let mut run = Span::empty(at);
    for piece in text.as_bytes().split(|byte| is_joint(*byte)) {
        let part = Span::new(at, at + piece.len());
        at += piece.len() + 1;
        let goes_on = matches!(bytes.before(part.start), b'/' | b'+') && part.start > span.start;
        if goes_on && !run.is_empty() && may_be_base64(piece) {
            run = Span::new(run.start, part.end);
            continue;
        }
        base64(scan, span, run, &mut known);
        run = part;
        if !may_be_base64(piece) {
            base64(scan, span, part, &mut known);
            run = Span::empty(at);
        }
    }
    base64(scan, span, run, &mut known);
}

/// What parts tokens.
fn is_joint(byte: u8) -> bool {
    matches!(byte, b'/' | b'.' | b'~' | b'=' | b'+')
}

/// Whether what stands between two slashes may be a part of base64, and is no word of a path.
fn may_be_base64(piece: &[u8]) -> bool {
    piece.iter().all(u8::is_ascii_alphanumeric)
        && !is_hexadecimal(piece)
        && (piece.len() < 6
            || random::score(piece) * 3 > i32::try_from(piece.len()).unwrap_or(i32::MAX)
            || !is_in_humps(piece))
}

/// Whether a piece has the length and the digits of a checksum, as `/git/trees/` has behind it; so many are never drawn from 64 signs by chance.
fn is_hexadecimal(piece: &[u8]) -> bool {
    let digit = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b'a'..=b'f');
    piece.len() >= 32 && piece.iter().all(digit)
}

/// Whether letters are written as words are: `path`, `Path`, `PATH`, `camelCase`, each with digits behind.
fn is_in_humps(piece: &[u8]) -> bool {
    let letters = || piece.iter().filter(|byte| byte.is_ascii_alphabetic());
    letters().all(u8::is_ascii_uppercase)
        || piece.windows(2).enumerate().all(|(at, two)| {
            let [one, two] = two else { return true };
            let lone = two.is_ascii_uppercase()
                && !(one.is_ascii_lowercase()
                    && piece.get(at + 2).is_none_or(u8::is_ascii_lowercase));
            !(lone || one.is_ascii_digit() && two.is_ascii_alphabetic())
        })
}

/// Look at a run of base64, a part of the token at `span`; `told` is whether that is a checksum, once it was asked.
fn base64(scan: &mut Scan<'_>, span: Span, run: Span, told: &mut Option<bool>) {
    let bytes = scan.bytes;
    // A short word of a path may stand at either side: `v1`, `api`.
    let is_short = |piece: &[u8]| {
        let digits = piece
            .iter()
            .rev()
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        let upper = piece.iter().skip(1).any(u8::is_ascii_uppercase);
        let lower = piece.iter().any(u8::is_ascii_lowercase);
        let words = piece
            .iter()
            .filter(|byte| byte.is_ascii_alphabetic())
            .count();
        piece.len() < 6 && words + digits == piece.len() && !(upper && lower)
    };
    let mut run = run;
    loop {
        let first = bytes.run(run.start, run.len(), |byte| !is_joint(byte));
        let last = bytes.run_back(run.end, run.len(), |byte| !is_joint(byte));
        if first < run.end && is_short(bytes.under(Span::new(run.start, first))) {
            run = Span::new(first + 1, run.end);
        } else if last > run.start && is_short(bytes.under(Span::new(last, run.end))) {
            run = Span::new(run.start, last - 1);
        } else {
            break;
        }
    }
    if run.len() < 16 || *told.get_or_insert_with(|| is_checksum(scan, span, false)) {
        return;
    }
    let tally = Tally::of(bytes.under(run));
    let joined = tally.slashes + tally.joints > 0;
    let count = scan.hits.len();
    if !joined || tally.digits > 0 && tally.upper > 0 && tally.lower > 0 {
        judge(scan, run, tally);
    }
    // One piece of it tells of all.
    let mut at = run.start;
    while joined && scan.hits.len() == count && at < run.end {
        let end = bytes.run(at, run.end - at, |byte| !is_joint(byte));
        if end - at >= 16 {
            let part = Span::new(at, end);
            judge(scan, part, Tally::of(bytes.under(part)));
        }
        at = end + 1;
    }
    if scan.hits.len() == count || !joined {
        return;
    }
    let padded = bytes.run(run.end, 2, |byte| byte == b'=');
    if let Some(hit) = scan.hits.last_mut() {
        hit.span = Span::new(hit.span.start.min(run.start), padded);
    }
}

/// Forty characters of base64, as AWS's secret keys have: small and capital letters, digits or marks, and no path of words.
fn is_secret_access_key(bytes: &[u8], tally: Tally) -> bool {
    bytes.len() == 40
        && tally.letters() + tally.digits + tally.slashes + tally.joints == 40
        && !bytes.contains(&b'~')
        && tally.hexadecimal < 40
        // `-----BEGIN CERTIFICATE`, in base64.
        && !bytes.starts_with(b"LS0tLS1")
        && random::score(bytes) >= 14
        && !is_text_in_base64(bytes)
}

/// Whether base64 is a text, as the ids of nodes in GraphQL are: what was drawn at random is none.
fn is_text_in_base64(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_ok_and(|token| encode::base64_decoded(token).is_some())
}

/// Judge the token at `span`, of which `tally` was taken.
fn judge(scan: &mut Scan<'_>, span: Span, tally: Tally) {
    let bytes = scan.bytes;
    let value = bytes.under(span);
    let digits = tally.digits;
    let hex = tally.hexadecimal == value.len();
    if tally.letters() < 3 || random::variety(value.trim_ascii_end()) < 7 {
        return;
    }
    let threshold = if digits == 0 { 110 } else { 75 };
    let drawn = is_drawn(value, tally, threshold);
    let marked = marked(bytes, span, digits);
    if !drawn && marked.is_none()
        || is_built(value)
        || is_drawing(value)
        || is_alphabet(value)
        || is_anchor(bytes, span)
        || crate::published::is_id(scan.under(span))
        || in_public_block(scan, span)
        || value::is_named_digest(scan.under(span))
        || in_arn(bytes, span.start)
    {
        return;
    }
    if let Some(span) = marked {
        scan.likely_secret(&FACTS, span, rank::WEAK_KEY);
        return;
    }
    if is_checksum(scan, span, hex) {
        return;
    }
    if is_replaced(scan.under(span), threshold) {
        return;
    }
    scan.hit(
        &FACTS,
        span,
        rank::OPAQUE,
        Confidence::Low,
        Form::Tag("SECRET"),
    );
}

/// Whether a token looks drawn at random, by its letters alone, of which `tally` was taken.
fn is_drawn(token: &[u8], tally: Tally, threshold: i32) -> bool {
    let (digits, separators) = (tally.digits, tally.separators);
    let hex = tally.hexadecimal == token.len();
    if hex && (token.len() < 32 || digits == 0)
        || separators * 4 > token.len()
        || token.len() - separators < 16
        || !random::is_random(token, threshold)
    {
        return false;
    }
    // What the console calls a statement of a policy.
    if (token.strip_prefix(b"Stmt")).is_some_and(|rest| rest.iter().all(u8::is_ascii_digit)) {
        return false;
    }
    // Dates, versions, counters.
    if !hex && digits * 10 > token.len() * 8 {
        return false;
    }
    // `amzn2-ami-hvm-x86_64-gp2`: many short parts are a name's.
    let mut parts = token.split(|byte| matches!(byte, b'-' | b'_'));
    separators < 4 || parts.any(|part| part.len() > 6)
}

/// Whether a tool made the token of public parts: a version of Go's without a tag, `v0.0.0-20240502091422-b6589fc6ab0d`; a pod's name, of which the
/// ends are drawn from 27 letters and digits.
///
/// Sources: <https://go.dev/ref/mod#pseudo-versions>,
/// <https://github.com/kubernetes/apimachinery/blob/master/pkg/util/rand/rand.go>
fn is_built(token: &[u8]) -> bool {
    let mut parts = token.rsplit(|byte| *byte == b'-');
    let (Some(last), Some(before)) = (parts.next(), parts.next()) else {
        return false;
    };
    let time = before
        .get(before.len().saturating_sub(14)..)
        .unwrap_or_default();
    if last.len() == 12 && last.iter().all(u8::is_ascii_hexdigit) && is_time(time) {
        return true;
    }
    let drawn = |part: &[u8]| {
        part.iter()
            .all(|byte| b"bcdfghjklmnpqrstvwxz2456789".contains(byte))
    };
    let is_hash = |part: &[u8]| (8..=10).contains(&part.len()) && drawn(part);
    let is_name = token
        .iter()
        .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || *byte == b'-');
    is_name && drawn(last) && (is_hash(last) || last.len() == 5 && is_hash(before))
}

/// Whether a token is a path of a drawing: `M19 13h-6v6h-2v-6H5v-2h6V5h2v6h6v2z` without its blanks.
///
/// Source: <https://www.w3.org/TR/SVG2/paths.html#PathData>
fn is_drawing(token: &[u8]) -> bool {
    let commands = |byte: &u8| b"mlhvcsqtazMLHVCSQTAZ".contains(byte);
    let numbers = token.iter().filter(|byte| byte.is_ascii_digit()).count();
    let letters = token.iter().filter(|byte| commands(byte)).count();
    letters + numbers + token.iter().filter(|byte| b".-,".contains(byte)).count() == token.len()
        && numbers >= letters
        && token
            .windows(2)
            .all(|two| two.iter().any(|byte| !commands(byte)) || matches!(two, [b'z' | b'Z', _]))
}

/// Whether a token lists letters or digits in their order: `0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ`.
fn is_alphabet(token: &[u8]) -> bool {
    let follow = (token.windows(2))
        .filter(|two| matches!(two, [one, other] if other.checked_sub(*one) == Some(1)))
        .count();
    follow * 10 > token.len() * 7
}

/// Whether a token is what a place in a page of HTML is called: `<table id="w57aab5b7d169c11c17">`, `href="#w57aab5b7d169c11c17"`.
fn is_anchor(bytes: Bytes<'_>, span: Span) -> bool {
    const ELEMENTS: &[&str] = &[
        "a", "dd", "div", "dl", "dt", "h1", "h2", "h3", "h4", "h5", "h6", "img", "li", "ol", "p",
        "pre", "section", "span", "svg", "table", "tbody", "td", "th", "tr", "ul",
    ];
    if bytes.before(span.start) == b'#' {
        return span.start >= 7 && bytes.starts(span.start - 7, "href=\"#");
    }
    if span.start < 5 || !bytes.starts(span.start - 5, " id=\"") {
        return false;
    }
    let open = bytes.run_back(span.start, 96, |byte| !matches!(byte, b'<' | b'>'));
    let name = bytes.run(open, 8, |byte| byte.is_ascii_alphanumeric());
    let name = std::str::from_utf8(bytes.under(Span::new(open, name))).unwrap_or_default();
    bytes.before(open) == b'<' && ELEMENTS.contains(&name)
}

/// Longest block in PEM of which a line is known to be public, in bytes.
const BLOCK: usize = 4096;

/// Whether a token is a line of a certificate, a request for one or a public key in PEM: only private keys tell anything.
///
/// Source: <https://www.rfc-editor.org/rfc/rfc7468>
fn in_public_block(scan: &mut Scan<'_>, span: Span) -> bool {
    const LABELS: &[&str] = &[
        "CERTIFICATE",
        "CERTIFICATE REQUEST",
        "PUBLIC KEY",
        "RSA PUBLIC KEY",
    ];
    let bytes = scan.bytes;
    let of_block = |byte: u8| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b'\n' | b'\r' | b' ')
    };
    let indent = bytes.run_back(span.start, 16, |byte| byte == b' ');
    if bytes.before(indent) != b'\n' {
        return false;
    }
    // What was said of the line before holds for this one.
    let (end, public) = scan.done.armour;
    let next = bytes.run(end, 20, |byte| matches!(byte, b'\n' | b'\r' | b' '));
    let public = if end > 0 && next == span.start {
        public
    } else {
        let start = bytes.run_back(indent, BLOCK, of_block);
        let begin = bytes.run_back(start, 40, |byte| byte != b'\n');
        let line = scan.under(Span::new(begin, start)).trim_start();
        let label = (line.strip_prefix("-----BEGIN ")).and_then(|line| line.strip_suffix("-----"));
        if label.is_some() {
            scan.far.push(Far {
                place: span,
                read: Span::new(begin, span.end),
            });
        }
        label.is_some_and(|label| LABELS.contains(&label))
    };
    scan.done.armour = (span.end, public);
    public
}

/// Whether fourteen digits are a moment of this century.
pub(super) fn is_time(digits: &[u8]) -> bool {
    let number = |from: usize| match digits.get(from..from + 2) {
        Some([tens @ b'0'..=b'9', ones @ b'0'..=b'9']) => (tens - b'0') * 10 + ones - b'0',
        _ => u8::MAX,
    };
    digits.len() == 14
        && number(0) == 20
        && number(2) < 100
        && (1..=12).contains(&number(4))
        && (1..=31).contains(&number(6))
        && number(8) < 24
        && number(10) < 60
        && number(12) < 60
}

/// Whether the token is a part of an ARN, of which the names are another's to find.
fn in_arn(bytes: Bytes<'_>, at: usize) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b":/_.*?$[]+=,@-!#".contains(&byte);
    let start = bytes.run_back(at, 256, is_part);
    let before = bytes.under(Span::new(start, at));
    let find = |word: &[u8]| before.windows(word.len()).position(|window| window == word);
    // In a longer word it is none. What an issuer of tokens has in its address is no name.
    find(b"arn:").is_some_and(|arn| !is_word(bytes.before(start + arn)))
        && find(b":oidc-provider/").is_none()
}

/// Whether only what looks like a placeholder makes the token look random: names that were replaced do.
fn is_replaced(token: &str, threshold: i32) -> bool {
    let mut at = 0;
    let mut any = false;
    for lookalike in placeholder::lookalikes(token)
        .iter()
        .filter(|lookalike| lookalike.exact)
    {
        any = true;
        let piece = token.get(at..lookalike.span.start).unwrap_or_default();
        if piece.len() >= 16 && random::is_random(piece.as_bytes(), threshold) {
            return false;
        }
        at = lookalike.span.end;
    }
    let rest = token.get(at..).unwrap_or_default();
    any && !(rest.len() >= 16 && random::is_random(rest.as_bytes(), threshold))
}

/// Words before a token that say what it is, in lower case; those of five letters and more may end a longer word, as in `acmeSECRET`.
const MARKS: &[&str] = &[
    "access", "apikey", "key", "live", "pat", "private", "prod", "secret", "test", "token",
];

/// Those of [`MARKS`] that names begin with too, `prod-Handler46F56754-ZEeWs4UpqFOE`: in a token an underscore follows, as in `ak_live_value`.
const STAGES: &[&[u8]] = &[b"access", b"live", b"private", b"prod", b"test"];

fn is_mark(word: &[u8]) -> bool {
    // The last letter tells most words apart.
    let last = word.last().map_or(0, |last| last | 32);
    matches!(last, b's' | b'y' | b'e' | b't' | b'd' | b'n')
        && MARKS.iter().any(|mark| {
            let end = word.len().checked_sub(mark.len());
            end.is_some_and(|end| end == 0 || mark.len() >= 5)
                && end
                    .and_then(|end| word.get(end..))
                    .is_some_and(|end| end.eq_ignore_ascii_case(mark.as_bytes()))
        })
}

/// The part of a token that a word for tokens says is one, and letters mixed with digits confirm: `acme SECRET value`, `acme-key-value`, `ak_live_value`.
fn marked(bytes: Bytes<'_>, span: Span, digits: usize) -> Option<Span> {
    if digits < 4 {
        return None;
    }
    let is_separator = |byte: u8| matches!(byte, b'-' | b'_');
    // The word before the token.
    let gap = bytes.run_back(span.start, 2, |byte| matches!(byte, b' ' | b'\n'));
    let word = bytes.run_back(gap, 16, |byte| byte.is_ascii_alphanumeric());
    let mut start = None;
    if gap < span.start && is_mark(bytes.under(Span::new(word, gap))) {
        start = Some(span.start);
    }
    // The last such word in it.
    let mut at = span.start;
    while at < span.end {
        let end = bytes.run(at, span.end - at, |byte| !is_separator(byte));
        let word = bytes.under(Span::new(at, end));
        if end < span.end
            && is_mark(word)
            && (bytes.at(end) == b'_'
                || !(STAGES.iter()).any(|stage| stage.eq_ignore_ascii_case(word)))
        {
            start = Some(end + 1);
        }
        at = end + 1;
    }
    let value = Span::new(start?, span.end);
    let text = bytes.under(value);
    let digits = text.iter().filter(|byte| byte.is_ascii_digit()).count();
    let letters = text
        .iter()
        .filter(|byte| byte.is_ascii_alphabetic())
        .count();
    // A word of five letters or more makes it a name, `8-4-4-4-12` an id.
    let mixed = text
        .split(|byte| is_separator(*byte))
        .all(|part| part.len() < 5 || part.iter().any(u8::is_ascii_digit));
    let id = text.len() == 36 && text.get(8) == Some(&b'-') && text.get(23) == Some(&b'-');
    (digits >= 4
        && letters >= 4
        && digits + letters >= 16
        && mixed
        && !id
        && random::score(text) >= 8)
        .then_some(value)
}

/// Whether what stands before says that this is a checksum, a commit, a digest, an integrity value.
fn is_checksum(scan: &Scan<'_>, span: Span, hex: bool) -> bool {
    let bytes = scan.bytes;
    let before = bytes.run_back(span.start, 48, |byte| byte != b'\n');
    let mut lower = [0; 48];
    let near = lower.get_mut(..span.start - before).unwrap_or_default();
    near.copy_from_slice(bytes.under(Span::new(before, span.start)));
    near.make_ascii_lowercase();
    static CHECKSUM: OnceLock<Finder<'static>> = OnceLock::new();
    static REVISION: OnceLock<Finder<'static>> = OnceLock::new();
    if has(near, finder_of(&CHECKSUM, CHECKSUMS)) && near.trim_ascii_end().last() != Some(&b'~') {
        return true;
    }
    if !hex {
        return false;
    }
    let word = bytes.before(span.start);
    word == b'@'
        || has(near, finder_of(&REVISION, REVISIONS))
        || is_word(word)
        || is_listed(bytes, span)
        || is_among_checksums(scan, span)
}

/// Whether a line of a list begins with the hexadecimal token: `<sha1>  file`, `<sha1> HEAD`, `<sha1>  refs/heads/main`, `<sha1> Fix it`; or another of
/// its length stands shortly before it: `index <sha1>..<sha1>`, `expected <sha256> got <sha256>`.
fn is_listed(bytes: Bytes<'_>, span: Span) -> bool {
    let begins = span.start == 0 || matches!(bytes.before(span.start), b'\n' | b'"');
    let length = matches!(span.len(), 32 | 40 | 56 | 64 | 96 | 128);
    let next = bytes.run(span.end, 2, |byte| matches!(byte, b' ' | b'\t' | b'*'));
    if begins && length && next > span.end && bytes.at(next).is_ascii_graphic() {
        return true;
    }
    let between = bytes.run_back(span.start, 12, |byte| {
        !byte.is_ascii_digit() && !matches!(byte, b'\n' | b'=')
    });
    // A word between the two, of which the letters may be hexadecimal digits.
    (between..span.start).any(|end| {
        let start = bytes.run_back(end, span.len() + 1, |byte| byte.is_ascii_hexdigit());
        end - start == span.len() && end < span.start
    })
}

/// Whether a list of checksums goes on at the token: the line before or behind is a name and forty digits, too, as in `SPEC CHECKSUMS` of a `Podfile.lock`.
fn is_among_checksums(scan: &Scan<'_>, span: Span) -> bool {
    let bytes = scan.bytes;
    let line_end = |byte: u8| byte != b'\n';
    let start = bytes.run_back(span.start, 100, line_end);
    let is_like = |line: Span| {
        let text = scan.under(line).trim_end_matches('\r');
        text.starts_with("  ")
            && text.rsplit_once(": ").is_some_and(|(_, value)| {
                value.len() == 40 && value.bytes().all(|byte| byte.is_ascii_hexdigit())
            })
    };
    let own = Span::new(start, span.end);
    let before = bytes.run_back(start.saturating_sub(1), 100, line_end);
    let next = span.end + 1;
    let behind = Span::new(next, bytes.run(next, 100, line_end));
    span.len() == 40
        && bytes.at(span.end) == b'\n'
        && bytes.before(start) == b'\n'
        && is_like(own)
        && (is_like(Span::new(before, start - 1)) || is_like(behind))
}

fn has(text: &[u8], words: &Finder<'_>) -> bool {
    let mut any = false;
    words.find(text, &mut |_, _| any = true);
    any
}

/// What is said before checksums and versions of bytes.
const CHECKSUMS: &str = "checksum crc data:audio data:font data:image data:video digest etag h1: hash integrity md5 sha1 sha256 sha384 sha512 ssh-ed25519 ssh-rsa zh:";

/// What is said before hexadecimal names of revisions, images and traces.
const REVISIONS: &str = "\"hexpm\", \"reference\": .tgz# /blob/ /blobs/ /packages/ /pull/ /statuses/ /tarball/ /zipball/ :hex, /rustc/ ?ref= build cache checked checking commit containerd: docker: fingerprint git gpg_key head image index layer merge \
parent recv-keys reference rev s3key sha span thumbprint trace tree version";
