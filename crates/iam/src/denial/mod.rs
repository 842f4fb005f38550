//! The text of a denial as data, whatever wrapped it.
//!
//! | where | what |
//! | --- | --- |
//! | [`normalise`] | decoration off, escapes read, a map back to the paste |
//! | [`forms`] | one file a form of denial, one registry |
//! | [`decoys`] | one file a text that looks like a denial and is none, one registry |
//! | [`operations`] | tables: operation to action, service to principal, SQS URL to ARN |
//!
//! The paste is normalised once, all phrases of all forms are found in one pass over the squeezed text, and each form reads
//! only around its phrases: the whole is linear in the paste's length.
//!
//! **Invariant:** a form reports what the text prints. What follows from the wording goes to `inferred_policy_type`, and an
//! action that follows from it is marked [`ActionSource::Implied`].

pub mod decoys;
pub mod event;
pub mod forms;
mod json;
mod late;
pub mod normalise;
pub mod operations;
mod region;
mod sentence;
mod tables;
#[cfg(test)]
mod tests;
mod value;
mod wrapper;

use std::collections::{BTreeSet, HashMap};

use undeny_document::Role;
use undeny_text::{Finder, Span};

pub use decoys::DECOYS;
pub use forms::FORMS;
use forms::{Finding, Weight};
pub use late::LateForms;
use normalise::Normalised;
use wrapper::Call;

/// What one text says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DenialReading {
    /// Every denial, in order of place; equal ones count once.
    pub denials: Vec<Denial>,
    /// Texts that look like an AWS denial and are not.
    pub decoys: Vec<Decoy>,
}

/// A denial as printed. What the text does not say is `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Denial {
    /// Who was denied, quotes dropped, wrapped lines joined, masks kept.
    pub principal: Option<String>,
    /// What was denied: `service:Action`.
    pub action: Option<String>,
    /// On what.
    pub resource: Option<String>,
    /// The kind of policy that the text names.
    pub policy_type: Option<PolicyType>,
    /// Whether the text says that a Deny matched, or that nothing allows.
    pub kind: DenialKind,
    /// The call that the wrapper names: `AssumeRole`.
    pub operation: Option<String>,
    /// Whether the action was read or follows from the wording.
    pub action_source: ActionSource,
    /// The kind of policy that the wording implies.
    pub inferred_policy_type: Option<PolicyType>,
    /// The policy that AWS names.
    pub policy_arn: Option<String>,
    /// Permissions that the text names as missing beside the action: `missing permission: sts:TagSession`.
    pub missing_permissions: Vec<String>,
    /// The encoded message that EC2 and others print beside the denial, as pasted; only AWS decodes it.
    pub encoded_message: Option<String>,
    /// Condition keys that the text tells (CloudTrail events, decoded messages), as the request carried them.
    pub context: Vec<(String, Vec<String>)>,
    /// The bytes that say so, of the text as given.
    pub span: Span,
}

/// Kinds of policies as AWS's messages name them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PolicyType {
    /// "identity-based policy"
    Identity,
    /// "resource-based policy"
    Resource,
    /// "service control policy"
    Scp,
    /// "resource control policy"
    Rcp,
    /// "permissions boundary"
    Boundary,
    /// "session policy"
    Session,
    /// "VPC endpoint policy"
    Vpce,
    /// "role trust policy"
    Trust,
    /// "S3 Block Public Access"
    Bpa,
}

impl PolicyType {
    /// The name in the public JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Resource => "resource",
            Self::Scp => "scp",
            Self::Rcp => "rcp",
            Self::Boundary => "boundary",
            Self::Session => "session",
            Self::Vpce => "vpce",
            Self::Trust => "trust",
            Self::Bpa => "bpa",
        }
    }

    /// The role that a document of this kind has, where there is one.
    #[must_use]
    pub const fn role(self) -> Option<Role> {
        match self {
            Self::Identity => Some(Role::Identity),
            Self::Scp => Some(Role::Scp),
            Self::Rcp => Some(Role::Rcp),
            Self::Boundary => Some(Role::Boundary),
            Self::Session => Some(Role::Session),
            Self::Vpce => Some(Role::Endpoint),
            Self::Trust => Some(Role::Trust),
            Self::Resource | Self::Bpa => None,
        }
    }
}

impl Denial {
    /// Whether the text says neither who nor what nor on what: only that a call was refused.
    #[must_use]
    pub const fn names_nothing(&self) -> bool {
        self.principal.is_none() && self.action.is_none() && self.resource.is_none()
    }
}

/// Whether a Deny matched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum DenialKind {
    /// "with an explicit deny in ..."
    Explicit,
    /// "because no ... allows ..."
    Implicit,
    /// The text does not say.
    #[default]
    Unknown,
}

impl DenialKind {
    /// The name in the public JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Explicit => "explicit",
            Self::Implicit => "implicit",
            Self::Unknown => "unknown",
        }
    }
}

/// Where the action is known from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ActionSource {
    /// The text prints it.
    #[default]
    Printed,
    /// The wording implies it.
    Implied,
}

/// A text that looks like an AWS denial and is not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoy {
    /// Which: `expired-credentials`, `other-cloud`, ...
    pub kind: &'static str,
    /// What it is and what to do, in one or two sentences.
    pub reason: String,
    /// Whether it surely is no denial of a policy.
    pub is_sure: bool,
    /// The bytes that say so, of the text as given.
    pub span: Span,
}

/// Read every denial in `text`.
#[must_use]
pub fn read(text: &str) -> DenialReading {
    if text.len() < 8 {
        return DenialReading::default();
    }
    let text = Normalised::new(text);
    let phrases = late::phrases();
    let mut findings: Vec<Finding> = Vec::new();
    let mut calls: Vec<Call> = Vec::new();
    let mut decoys: Vec<(Span, &'static dyn decoys::Lookalike)> = Vec::new();
    let mut events: Vec<usize> = Vec::new();
    let mut encoded: Vec<usize> = Vec::new();
    let mut hear = |owner: &Owner, hit: Span| match owner {
        Owner::Form(form) => findings.extend(form.read(&text, hit)),
        Owner::Decoy(decoy) => {
            if let Some(span) = decoy.sees(&text, hit) {
                decoys.push((span, *decoy));
            }
        }
        Owner::Call => calls.extend(wrapper::call(&text, hit)),
        Owner::Event => events.push(hit.start),
        Owner::Encoded => encoded.push(hit.end),
    };
    phrases
        .finder
        .find_overlapping(text.squeezed().as_bytes(), &mut |at, number| {
            let mut phrase = None;
            for (said, owner) in phrases.owned.get(number..).unwrap_or_default() {
                // Those who listen for the same words stand together.
                if phrase.is_some_and(|phrase| phrase != said) {
                    break;
                }
                phrase = Some(said);
                hear(owner, Span::new(at, at + said.len()));
            }
        });
    in_order(&mut findings);
    attach_calls(&text, &mut findings, &mut calls);
    let events = event::read(&text, &events);
    let mut findings = settle(&text, findings, events, &decoys);
    attach_encoded(&text, &mut findings, &encoded);
    finish(&text, findings, &decoys)
}

/// What only the manual and the tests show: the page leaves it out of what a person downloads.
#[must_use]
pub const fn manual(text: &'static str) -> &'static str {
    if cfg!(target_family = "wasm") {
        ""
    } else {
        text
    }
}

/// As [`manual`], for lists.
const fn manual_list(texts: &'static [&'static str]) -> &'static [&'static str] {
    if cfg!(target_family = "wasm") {
        &[]
    } else {
        texts
    }
}

/// All phrases of all forms, decoys and wrappers.
struct Phrases {
    finder: Finder<'static>,
    // INVARIANT: by phrase, and in the order of the finder's words.
    owned: Vec<(&'static str, Owner)>,
    region: RegionBeside,
}

/// Reads the one region that a text tells of a call of a service.
type RegionBeside = fn(&str, &str) -> Option<String>;

/// The one region that this text, what stands around a denial, tells of a call of `service`; none, before the forms that come late are there.
#[must_use]
pub fn region_beside(text: &str, service: &str) -> Option<String> {
    (late::phrases().region)(text, service)
}

enum Owner {
    Form(&'static dyn forms::Form),
    Decoy(&'static dyn decoys::Lookalike),
    Call,
    Event,
    Encoded,
}

impl Phrases {
    /// Those of [`FORMS`], of [`DECOYS`] and of these.
    fn with(
        late: &[&'static dyn forms::Form],
        late_decoys: &[&'static dyn decoys::Lookalike],
        region: RegionBeside,
    ) -> Self {
        let mut owned: Vec<(&'static str, Owner)> = Vec::new();
        for form in FORMS.iter().chain(late) {
            owned.extend(
                form.anchors()
                    .iter()
                    .map(|phrase| (*phrase, Owner::Form(*form))),
            );
        }
        for decoy in DECOYS.iter().chain(late_decoys) {
            owned.extend(
                decoy
                    .anchors()
                    .iter()
                    .map(|phrase| (*phrase, Owner::Decoy(*decoy))),
            );
        }
        owned.extend(wrapper::ANCHORS.iter().map(|phrase| (*phrase, Owner::Call)));
        owned.extend(event::ANCHORS.iter().map(|phrase| (*phrase, Owner::Event)));
        owned.push(("encodedauthorizationfailuremessage:", Owner::Encoded));
        owned.sort_by_key(|(phrase, _)| *phrase);
        let words: Vec<&[u8]> = owned.iter().map(|(phrase, _)| phrase.as_bytes()).collect();
        Self {
            finder: Finder::new(&words),
            owned,
            region,
        }
    }
}

/// Gives each sentence the call that its wrapper names just before it.
fn attach_calls(text: &Normalised, findings: &mut Vec<Finding>, calls: &mut [Call]) {
    calls.sort_by_key(|call| call.span.start);
    let mut used = vec![false; calls.len()];
    let mut floor = 0;
    let mut last: Option<(usize, Option<String>, Option<Span>)> = None;
    for finding in findings.iter_mut() {
        if finding.weight == Weight::Alone {
            continue;
        }
        let start = finding.span.start;
        // One sentence may name several actions.
        if let Some((_, operation, call)) = last.as_ref().filter(|(place, ..)| *place == start) {
            finding.denial.operation = finding.denial.operation.take().or(operation.clone());
            finding.call = *call;
            continue;
        }
        let next = calls.partition_point(|call| call.span.start <= start);
        if let Some((call, used)) = next
            .checked_sub(1)
            .and_then(|at| calls.get(at).zip(used.get_mut(at)))
        {
            let inside = start < call.span.end;
            let after = text.squeezed_window(call.span.end, 16);
            let answered = !inside
                && call.code.is_some()
                && (after.starts_with(":accessdenied") || after.starts_with(":forbidden"));
            if inside
                || call.span.start >= floor && start - call.span.end <= call.reach && !answered
            {
                if finding.denial.operation.is_none() {
                    finding.denial.operation = Some(call.operation.clone());
                }
                finding.call = Some(call.span);
                *used = true;
            }
        }
        floor = floor.max(finding.span.end);
        last = Some((start, finding.denial.operation.clone(), finding.call));
    }
    // A call whose message says nothing more than its code.
    for (call, _) in calls.iter().zip(&used).filter(|(_, used)| !**used) {
        if call.code.as_deref().is_some_and(forms::is_denial_code) {
            findings.push(Finding::alone(call.span, Some(call.operation.clone())));
        }
    }
    let mut kept: Vec<Finding> = Vec::with_capacity(findings.len());
    in_order(findings);
    for mut finding in findings.drain(..) {
        if finding.weight == Weight::Alone && finding.denial.operation.is_none() {
            // The code after the call it belongs to.
            let next = calls.partition_point(|call| call.span.start <= finding.span.start);
            let call = next
                .checked_sub(1)
                .and_then(|at| calls.get(at).zip(used.get(at)));
            if let Some((call, used)) = call {
                if finding.span.start <= call.span.end + call.reach && !*used {
                    finding.denial.operation = Some(call.operation.clone());
                } else if *used && finding.span.start <= call.span.end + call.reach {
                    continue;
                }
            }
        }
        kept.push(finding);
    }
    *findings = kept;
}

/// By place, the surest first: one sort for all, since each is code of its own.
#[inline(never)]
fn in_order(findings: &mut [Finding]) {
    findings.sort_by_key(|finding| (finding.span.start, finding.weight));
}

/// Gives each denial the encoded message that follows it.
fn attach_encoded(text: &Normalised, findings: &mut [Finding], encoded: &[usize]) {
    for at in encoded {
        let before = findings.partition_point(|finding| finding.span.start <= *at);
        let finding = before
            .checked_sub(1)
            .and_then(|last| findings.get_mut(last))
            .filter(|finding| *at <= finding.span.end.saturating_add(NEAR));
        if let Some(finding) = finding {
            finding.denial.encoded_message = value::encoded(text, *at);
        }
    }
}

/// Merges events with the sentences in them, and drops what only repeats that something was denied.
fn settle(
    text: &Normalised,
    findings: Vec<Finding>,
    events: Vec<event::Event>,
    decoys: &[(Span, &'static dyn decoys::Lookalike)],
) -> Vec<Finding> {
    let mut settled: Vec<Finding> = Vec::with_capacity(findings.len() + events.len());
    let mut told = vec![false; events.len()];
    let mut alone = Vec::new();
    for mut finding in findings {
        // Events come by their start; only a few are nested in each other.
        let after = events.partition_point(|event| event.span.start <= finding.span.start);
        let inside = events
            .iter()
            .enumerate()
            .take(after)
            .rev()
            .take(8)
            .find(|(_, event)| event.span.contains(finding.span));
        if let Some((at, event)) = inside {
            if finding.weight == Weight::Alone {
                continue;
            }
            event.complete(&mut finding.denial);
            if let Some(told) = told.get_mut(at) {
                *told = true;
            }
        }
        if finding.weight == Weight::Alone {
            alone.push(finding);
        } else {
            settled.push(finding);
        }
    }
    for (event, told) in events.into_iter().zip(told) {
        if !told {
            settled.extend(event.denial);
        }
    }
    // An implied reading inside a sentence's reading is the same denial.
    let sentences = Places::new(
        settled
            .iter()
            .filter(|finding| finding.weight <= Weight::Sentence)
            .map(|finding| finding.span),
    );
    settled
        .retain(|finding| finding.weight <= Weight::Sentence || !sentences.near(finding.span, 0));
    // `IAM Role (ARN) cannot be assumed` above the sentence that says whom STS refused.
    let mut named: BTreeSet<String> = BTreeSet::new();
    // No action holds a space.
    let told = |action: &Option<String>, resource: &Option<String>| {
        let action = action.as_deref().unwrap_or_default();
        match resource {
            Some(resource) => [action, resource].join(" "),
            None => action.to_owned(),
        }
    };
    for finding in settled
        .iter()
        .filter(|finding| finding.denial.principal.is_some())
    {
        let action = &finding.denial.action;
        named.insert(told(action, &finding.denial.resource));
        // An implied denial without a resource is any of them.
        named.insert(told(action, &None));
    }
    settled.retain(|finding| {
        finding.weight != Weight::Implied
            || finding.denial.principal.is_some()
            || !named.contains(&told(&finding.denial.action, &finding.denial.resource))
    });
    let hiding = |is_call: bool| {
        Places::new(
            decoys
                .iter()
                .filter(|(_, decoy)| decoy.hides() && (!is_call || decoy.hides_calls()))
                .map(|(span, _)| *span),
        )
    };
    let (hiding, hiding_calls) = (hiding(false), hiding(true));
    in_order(&mut settled);
    let mut kept: Vec<Finding> = Vec::new();
    for mut finding in alone {
        let named = finding.denial.operation.is_some();
        let reach = if named { 40 } else { NEAR };
        let near = |span: Span| {
            span.start <= finding.span.end + reach && finding.span.start <= span.end + reach
        };
        let next = settled.partition_point(|other| other.span.start < finding.span.start);
        let neighbour = [next.checked_sub(1), Some(next)]
            .into_iter()
            .flatten()
            .filter_map(|at| settled.get(at))
            .any(|other| {
                near(other.span)
                    && !(finding.complete && separate(text, finding.span, other.span))
                    && (!named
                        || other.denial.operation == finding.denial.operation
                        || other.span.overlaps(finding.span))
            });
        let decoy = if named { &hiding_calls } else { &hiding }.near(finding.span, NEAR);
        if neighbour || decoy {
            continue;
        }
        match kept.last_mut() {
            Some(last)
                if finding.span.start <= last.span.end + NEAR
                    && (!named || last.denial.operation == finding.denial.operation) =>
            {
                last.span = last.span.cover(finding.span);
                // A code, and then the message that says a little more.
                if finding.denial.kind != DenialKind::Unknown {
                    finding.denial.operation = last.denial.operation.take();
                    last.denial = finding.denial;
                }
            }
            _ => kept.push(finding),
        }
    }
    settled.extend(kept);
    in_order(&mut settled);
    settled
}

/// Whether a whole message and a sentence near it tell of two errors: another line or another code begins between them.
fn separate(text: &Normalised, message: Span, sentence: Span) -> bool {
    let from = message.end.min(sentence.end);
    let to = message.start.max(sentence.start);
    let between = text.squeezed().get(from..to).unwrap_or_default();
    let between = between.strip_suffix("user:").unwrap_or(between);
    // The message's own code, of the error that the sentence tells: `Error: Amazon S3:AccessDenied:Access Denied (Service: ...)`.
    if between.ends_with("error:amazons3:accessdenied:") {
        return false;
    }
    let words = between.contains(|c: char| c.is_alphanumeric());
    let lines = text
        .text()
        .get(text.place_end(from)..text.place(to))
        .is_some_and(|between| between.contains('\n'));
    words
        && (lines
            || ["accessdenied", "unauthorizedoperation"]
                .iter()
                .any(|code| between.contains(code)))
}

/// Many spans, asked for neighbours.
struct Places {
    // INVARIANT: sorted by start; beside each start the greatest end up to there.
    spans: Vec<(usize, usize)>,
}

impl Places {
    fn new(spans: impl Iterator<Item = Span>) -> Self {
        let mut spans: Vec<(usize, usize)> = spans.map(|span| (span.start, span.end)).collect();
        spans.sort_unstable();
        let mut greatest = 0;
        for (_, end) in &mut spans {
            greatest = greatest.max(*end);
            *end = greatest;
        }
        Self { spans }
    }

    /// Whether one of them shares a byte with `span` or is at most `reach` bytes away.
    fn near(&self, span: Span, reach: usize) -> bool {
        let next = self
            .spans
            .partition_point(|(start, _)| *start < span.end.saturating_add(reach));
        next.checked_sub(1)
            .and_then(|last| self.spans.get(last))
            .is_some_and(|(_, end)| end.saturating_add(reach) > span.start)
    }
}

/// Squeezed characters within which a code, a headline and a sentence tell of one error.
const NEAR: usize = 400;

/// Spans of the paste, equal denials once.
fn finish(
    text: &Normalised,
    findings: Vec<Finding>,
    decoys: &[(Span, &'static dyn decoys::Lookalike)],
) -> DenialReading {
    let place =
        |span: Span| text.source_span(Span::new(text.place(span.start), text.place_end(span.end)));
    let mut reading = DenialReading::default();
    let mut seen: HashMap<Key, usize> = HashMap::new();
    for finding in findings {
        let mut denial = finding.denial;
        denial.span = place(finding.span);
        let key = Key::of(&denial);
        match seen.get(&key).and_then(|at| reading.denials.get_mut(*at)) {
            Some(known) => {
                known.operation = known.operation.take().or(denial.operation);
                known.policy_arn = known.policy_arn.take().or(denial.policy_arn);
                known.encoded_message = known.encoded_message.take().or(denial.encoded_message);
                for missing in denial.missing_permissions {
                    if !known.missing_permissions.contains(&missing) {
                        known.missing_permissions.push(missing);
                    }
                }
                for (name, values) in denial.context {
                    if !known.context.iter().any(|(known, _)| *known == name) {
                        known.context.push((name, values));
                    }
                }
            }
            None => {
                seen.insert(key, reading.denials.len());
                reading.denials.push(denial);
            }
        }
    }
    for (span, decoy) in decoys {
        if reading.decoys.iter().any(|known| known.kind == decoy.id()) {
            continue;
        }
        reading.decoys.push(Decoy {
            kind: decoy.id(),
            reason: decoy.advice().to_owned(),
            is_sure: decoy.is_sure(),
            span: place(*span),
        });
    }
    reading
}

/// What makes two denials equal. A wrapper may name the call once and not the next time, so the call decides only where nothing else does.
#[derive(PartialEq, Eq, Hash)]
struct Key(
    Option<String>,
    Option<String>,
    Option<String>,
    Option<PolicyType>,
    DenialKind,
    Option<String>,
);

impl Key {
    fn of(denial: &Denial) -> Self {
        Self(
            denial.principal.clone(),
            denial.action.clone(),
            denial.resource.clone(),
            denial.policy_type,
            denial.kind,
            denial.operation.clone().filter(|_| denial.names_nothing()),
        )
    }
}
