//! What a detector is: facts for the manual, the places where it wants to look, and what it says when it has seen something.

use undeny_text::Span;

use crate::assignment::How;
use crate::bytes::Bytes;
use crate::key::{KeyCache, KeyFacts};
use crate::settings::Seen;

/// What kind of harm a value does when it is read by a stranger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// Opens something: a password, a token, a key.
    Secret,
    /// Names something of the user's: an account, a resource, a host.
    Identifier,
    /// Names a person: an e-mail address, an address on the net, a card number.
    Personal,
}

impl Class {
    /// As the JSON says it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Secret => "secret",
            Self::Identifier => "identifier",
            Self::Personal => "personal",
        }
    }
}

/// How sure a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// Grammar, checksum or the name of its key say so.
    High,
    /// The surroundings say so.
    Medium,
    /// It only looks random.
    Low,
}

impl Confidence {
    /// As the JSON says it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
        }
    }
}

/// What the manual says of a detector.
#[derive(Clone, Copy, Debug)]
pub struct Facts {
    /// Its name in findings: lower case, words joined by hyphens.
    pub id: &'static str,
    /// What it finds.
    pub class: Class,
    /// What it sees, in a sentence.
    pub sees: &'static str,
    /// The page that documents the form.
    pub source: &'static str,
    /// A made-up text in which it finds something. `{` counts: `A{w30}` stands for `A` and thirty letters or digits (see the token grammar).
    pub example: &'static str,
    /// A text that looks like one and is none.
    pub near_miss: &'static str,
    /// What stands there afterwards.
    pub placeholder: &'static str,
}

/// One family of values: what it is, where it looks, what it sees.
pub trait Detector: Sync {
    /// What the manual says.
    fn facts(&self) -> &'static Facts;

    /// Where it wants to be called.
    fn anchors(&self) -> &'static [Anchor];

    /// Look at a place that one of its anchors named.
    fn look(&self, place: &Place, scan: &mut Scan<'_>);
}

/// A kind of place in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// A word (letters, digits, `_`) begins with these bytes; the literal may go on behind the word.
    Literal(&'static str),
    /// This byte, outside a word.
    Mark(u8),
    /// A word of digits alone, and of so many: `least` to `most`, both included.
    Digits {
        /// How many at least.
        least: usize,
        /// How many at most.
        most: usize,
    },
    /// A run of 16 or more of `[A-Za-z0-9_+/=.~-]`.
    Token,
    /// A key and its value.
    Assignment,
}

/// Where a detector is asked to look.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// The word, byte or token; for an assignment, its value without quotes.
    pub span: Span,
    /// For an assignment, its key; else empty.
    pub key: Span,
    /// For an assignment: the quote around the value, or 0.
    pub quote: u8,
    /// For an assignment: how it is written.
    pub how: How,
    /// For an assignment: whether the value has no quotes and is just what it says, so that no sign in it is code.
    pub literal: bool,
}

/// What a value becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Form {
    /// `<SECRET_3>`: a tag of this name, opaque.
    Tag(&'static str),
    /// A tag that says which account the key belongs to.
    AccessKey,
    /// Twelve digits.
    Account,
    /// `dddd-dddd-dddd`.
    DashedAccount,
    /// `********dddd`: the last four digits.
    MaskedAccount,
    /// A name, replaced segment by segment.
    Name,
    /// A name of which every segment goes.
    WholeName,
    /// A word that only its key calls a name: it goes where a name elsewhere takes it along, and stays else.
    Echo,
    /// The first bytes stay, the rest becomes a counter of the same length.
    Padded(u8),
    /// `ou-ROOT-UNIT`: the root's counter, then the unit's.
    OrganizationalUnit,
    /// `8-4-4-4-12`.
    Uuid,
    /// An IPv4 address.
    Ipv4,
    /// A private range as a whole; it stays, unless addresses in it are hidden.
    Ipv4Range,
    /// The four numbers of an address, joined by hyphens.
    DashedIpv4,
    /// An IPv6 address.
    Ipv6,
    /// A hardware address.
    Mac,
    /// An e-mail address.
    Email,
    /// A number without quotes, which stays one: `9990000001`.
    Number,
}

/// A value that a detector saw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Bytes of the text.
    pub span: Span,
    /// Who wins where two overlap: higher.
    pub rank: u8,
    /// The detector's id.
    pub detector: &'static str,
    /// What it is.
    pub class: Class,
    /// How sure.
    pub confidence: Confidence,
    /// What it becomes.
    pub form: Form,
    /// Whether other occurrences are hidden even when the value is short.
    pub known: bool,
}

/// One text while detectors look at it.
#[derive(Debug)]
pub struct Scan<'t> {
    /// The text.
    pub text: &'t str,
    /// Its bytes, with safe access.
    pub bytes: Bytes<'t>,
    /// What was seen.
    pub hits: Vec<Hit>,
    /// What was read far from its place, or on other lines.
    pub(crate) far: Vec<Far>,
    /// Hide every name.
    pub strict: bool,
    /// How often this text was decoded from another.
    pub depth: u8,
    /// Behind this offset nothing was decoded yet.
    pub decoded_to: usize,
    /// The value of the last `name:` or `key:`, for the `value:` that follows.
    pub named: Span,
    /// The value met last whose name may follow it: `value: .., name: ..`.
    pub(crate) unnamed: Span,
    pub(crate) braces: Braces,
    pub(crate) keys: KeyCache<'t>,
    /// The key asked of last.
    pub(crate) last_key: Option<(Span, KeyFacts)>,
    /// The value without quotes read last, and how many assignments lay in it.
    pub(crate) unquoted: (Span, usize),
    pub(crate) done: Done,
}

/// What is read for a place farther than this goes far, in bytes.
pub(crate) const FAR: usize = 128;

/// A place, and all that was read for it where that goes beyond a line, or goes far.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Far {
    pub(crate) place: Span,
    pub(crate) read: Span,
}

/// The braces that are open, the last few of them.
#[derive(Debug, Default)]
pub(crate) struct Braces {
    open: [usize; Self::KEPT],
    depth: usize,
    /// Behind the brace closed last.
    pub(crate) closed: usize,
}

impl Braces {
    const KEPT: usize = 16;

    pub(crate) fn open(&mut self, at: usize) {
        if let Some(slot) = self.open.get_mut(self.depth % Self::KEPT) {
            *slot = at;
        }
        self.depth += 1;
    }

    pub(crate) fn close(&mut self, at: usize) {
        self.depth = self.depth.saturating_sub(1);
        self.closed = at + 1;
    }

    /// Where the innermost open brace stands.
    pub(crate) fn innermost(&self) -> Option<usize> {
        let last = self.depth.checked_sub(1)?;
        self.open.get(last % Self::KEPT).copied()
    }
}

/// How far a detector has looked: what begins before is part of what it has seen, and is not read again.
#[derive(Debug, Default)]
pub(crate) struct Done {
    pub(crate) token: usize,
    /// No token behind an everyday prefix begins before this offset.
    pub(crate) words: usize,
    pub(crate) block: usize,
    /// No block is closed before this offset.
    pub(crate) unclosed: usize,
    pub(crate) manifest: usize,
    pub(crate) curl: usize,
    pub(crate) cookies: usize,
    pub(crate) host: usize,
    pub(crate) secret: usize,
    pub(crate) secrets: usize,
    pub(crate) setting: Option<Seen>,
    pub(crate) colours: usize,
    /// Where a line in PEM ends, and whether its block is public.
    pub(crate) armour: (usize, bool),
}

impl<'t> Scan<'t> {
    /// Report a value.
    pub fn hit(&mut self, facts: &Facts, span: Span, rank: u8, confidence: Confidence, form: Form) {
        self.hit_as(facts.id, facts.class, span, rank, confidence, form);
    }

    /// Report what is a secret for sure, which is hidden wherever else it stands, however short.
    pub fn secret(&mut self, facts: &Facts, span: Span, rank: u8) {
        self.hit(facts, span, rank, Confidence::High, Form::Tag("SECRET"));
        self.known();
    }

    /// Report what is a secret as far as what is around it tells.
    pub fn likely_secret(&mut self, facts: &Facts, span: Span, rank: u8) {
        self.hit(facts, span, rank, Confidence::Medium, Form::Tag("SECRET"));
    }

    /// Report a value under another name than the detector's own.
    pub fn hit_as(
        &mut self,
        detector: &'static str,
        class: Class,
        span: Span,
        rank: u8,
        confidence: Confidence,
        form: Form,
    ) {
        // A colour is no part of what it colours.
        let colour = match self.bytes.before(span.start) {
            b'[' => self.bytes.colour(span.start - 1).saturating_sub(1),
            _ => 0,
        };
        let span = Span::new((span.start + colour).min(span.end), span.end);
        if span.is_empty() {
            return;
        }
        let named = matches!(form, Form::Tag(_) | Form::Name | Form::WholeName);
        let form = if named && span.len() >= 4 && self.is_bare_number(span) {
            Form::Number
        } else {
            form
        };
        self.hits.push(Hit {
            span,
            rank,
            detector,
            class,
            confidence,
            form,
            known: false,
        });
    }

    /// Whether a number stands under `span` that a format reads as one: digits behind `: `, ` = `, `[` or `,`, and the end of the value behind them.
    pub(crate) fn is_bare_number(&self, span: Span) -> bool {
        let bytes = self.bytes;
        if !bytes.under(span).iter().all(u8::is_ascii_digit) {
            return false;
        }
        let before = bytes.run_back(span.start, 4, |byte| byte == b' ');
        let after = bytes.run(span.end, 4, |byte| byte == b' ');
        let opens = match bytes.before(before) {
            b':' | b'[' | b',' => true,
            b'=' => before < span.start,
            b'-' => before < span.start && matches!(bytes.before(before - 1), b' ' | b'\n'),
            _ => false,
        };
        opens
            && matches!(
                bytes.at(after),
                b',' | b']' | b'}' | b'\n' | b'\r' | b'#' | 0
            )
    }

    /// The last value reported is hidden wherever it stands, however short.
    pub fn known(&mut self) {
        if let Some(hit) = self.hits.last_mut() {
            hit.known = true;
        }
    }

    /// What stands at `place` was judged by what is read to `end`: where that goes far, it is judged again once any of it is hidden, though nothing was
    /// seen. Every value of so many bytes at most is such a case, since one that is too long may not be once a part of it is hidden.
    pub(crate) fn reads_to(&mut self, place: Span, end: usize) {
        if end > place.start + FAR {
            self.far.push(Far {
                place,
                read: Span::new(place.start, end),
            });
        }
    }

    /// What is known of the key under a span.
    pub(crate) fn key(&mut self, span: Span) -> KeyFacts {
        // Several ask of the same key in turn.
        if let Some((_, facts)) = self.last_key.filter(|(last, _)| *last == span) {
            return facts;
        }
        let key = self.under(span);
        let facts = self.keys.facts(key);
        self.last_key = Some((span, facts));
        facts
    }

    /// The text under a span, without the characters that it cuts: a look of so many bytes back may begin within a letter.
    #[must_use]
    pub fn under(&self, span: Span) -> &'t str {
        let is_whole = |at: &usize| self.text.is_char_boundary(*at);
        let whole = self.text.get(span.start..span.end);
        whole.unwrap_or_else(|| {
            let length = self.text.len();
            let start = (span.start..length).find(is_whole);
            let end = (0..=span.end.min(length)).rev().find(is_whole);
            let (start, end) = (start.unwrap_or(length), end.unwrap_or_default());
            self.text.get(start..end).unwrap_or_default()
        })
    }
}

/// Who wins where two values overlap.
pub(crate) mod rank {
    /// A word that waits for a name elsewhere takes nothing from others.
    pub(crate) const ECHO: u8 = 5;
    pub(crate) const OPAQUE: u8 = 10;
    pub(crate) const NAME: u8 = 20;
    pub(crate) const WEAK_KEY: u8 = 30;
    pub(crate) const PERSONAL: u8 = 40;
    pub(crate) const BACKSTOP: u8 = 45;
    pub(crate) const IDENTIFIER: u8 = 50;
    pub(crate) const STRONG_KEY: u8 = 60;
    pub(crate) const URL: u8 = 70;
    pub(crate) const TOKEN: u8 = 80;
    pub(crate) const BLOCK: u8 = 90;
    pub(crate) const USER: u8 = 100;
}
