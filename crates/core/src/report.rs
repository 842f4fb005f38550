//! What the page and the command show: plain data, and the public JSON of `fix` and `explain`.
//!
//! A field once shipped keeps its name and meaning. A `document` in a span counts the texts given (files, or a job's documents), an
//! `index` the documents found in them; both from 0.

use serde::Serialize;
use undeny_document::Role;
use undeny_text::Span;

/// The version of the JSON.
pub const SCHEMA: u32 = 1;

/// Everything that is known of a paste.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// [`SCHEMA`].
    pub schema: u32,
    /// What was denied, as printed.
    pub denials: Vec<Denial>,
    /// What looks like a denial and is not.
    pub decoys: Vec<Decoy>,
    /// How it ends.
    pub verdict: Verdict,
    /// Why it was denied; `None` where no denial was read or no rule knows it.
    pub cause: Option<Cause>,
    /// The documents found, with the minimal patch where one is proven.
    pub documents: Vec<Document>,
    /// The patches to choose from: `minimal`, and `hardened` where a condition can be added that holds for the request.
    pub variants: Vec<Variant>,
    /// What has to be known to go on, or to be sure.
    pub questions: Vec<Question>,
    /// The proof of the minimal patch.
    pub proof: Option<Proof>,
    /// The text for whoever owns the policy that must change.
    pub handover: Option<String>,
    /// What lint finds in what was pasted, the worst first: what is too wide, with what it would let somebody do; at most a hundred.
    pub warnings: Vec<Warning>,
    /// What could not be read.
    pub problems: Vec<Problem>,
}

impl Report {
    /// The name of the document that opens this access, where several open some: the same access, opened by two, stands there twice.
    #[must_use]
    pub fn opened_by(&self, access: &NewAccess) -> Option<&str> {
        let all = &self.proof.as_ref()?.new_access;
        let several = all.iter().any(|other| other.document != access.document);
        let document = self
            .documents
            .iter()
            .find(|document| several && document.index == access.document)?;
        Some(&document.name)
    }

    /// Make a variant's patch and proof the report's own; nothing where there is no variant of this id.
    pub fn take_variant(&mut self, id: &str) {
        let Some(variant) = self.variants.iter().find(|variant| variant.id == id) else {
            return;
        };
        for document in &mut self.documents {
            let of_variant = variant
                .documents
                .iter()
                .find(|changed| changed.index == document.index);
            document.after = of_variant.and_then(|changed| changed.after.clone());
            document.diff = of_variant.and_then(|changed| changed.diff.clone());
            document.changes = of_variant
                .map(|changed| changed.changes.clone())
                .unwrap_or_default();
        }
        self.proof = Some(variant.proof.clone());
        if self.verdict == Verdict::Unknown {
            // What narrows a policy is a patch when it is asked for by name.
            self.verdict = Verdict::Patch;
        }
    }
}

/// How a report ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// A policy of the user's own changes.
    Patch,
    /// A policy changes that somebody else owns: `handover` is the text to send.
    PatchOtherOwner,
    /// No policy change is right; `cause` says what is.
    ExplainOnly,
    /// What is missing is in `questions`.
    Unknown,
}

impl Verdict {
    /// The name in the JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Patch => "patch",
            Self::PatchOtherOwner => "patch_other_owner",
            Self::ExplainOnly => "explain_only",
            Self::Unknown => "unknown",
        }
    }
}

/// A place in one of the texts given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Place {
    /// Index of the text.
    pub document: usize,
    /// Offset of the first byte.
    pub start: usize,
    /// Offset behind the last byte.
    pub end: usize,
}

impl Place {
    /// The bytes `span` of the text at `input`.
    #[must_use]
    pub const fn new(input: usize, span: Span) -> Self {
        Self {
            document: input,
            start: span.start,
            end: span.end,
        }
    }

    /// The bytes.
    #[must_use]
    pub const fn span(self) -> Span {
        Span::new(self.start, self.end)
    }
}

/// A denial; see `undeny_iam::denial::Denial`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Denial {
    /// Who, as printed.
    pub principal: Option<String>,
    /// What, as printed or implied.
    pub action: Option<String>,
    /// On what, as printed.
    pub resource: Option<String>,
    /// The kind of policy that the text names.
    pub policy_type: Option<&'static str>,
    /// `explicit`, `implicit` or `unknown`.
    pub denial: &'static str,
    /// The call that the wrapper names.
    pub operation: Option<String>,
    /// `printed` or `implied`.
    pub action_source: &'static str,
    /// What follows from the wording or the other documents, kept apart from what was read.
    pub inferred: Inferred,
    /// The policy that AWS names.
    pub policy_arn: Option<String>,
    /// Permissions that the text names as missing beside the action.
    pub missing_permissions: Vec<String>,
    /// The command that decodes the encoded message beside the denial, for whoever may `sts:DecodeAuthorizationMessage`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decode: Option<String>,
    /// Where it stands.
    pub span: Place,
}

/// What was concluded and not read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Inferred {
    /// The kind of policy.
    pub policy_type: Option<&'static str>,
    /// Who.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub principal: Option<String>,
    /// What: the action behind the call that the text names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action: Option<String>,
    /// On what.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource: Option<String>,
}

/// A text that looks like an AWS denial and is not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Decoy {
    /// Which: `expired-credentials`, `other-cloud`, ...
    pub kind: &'static str,
    /// What it is and what to do.
    pub reason: String,
    /// Where it stands.
    pub span: Place,
}

/// Why a request was denied.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Cause {
    /// The rule's name, also its manual page's.
    pub rule: &'static str,
    /// One sentence with what to do, the headline of the page.
    pub title: String,
    /// Why, in a few sentences; names and values in backticks.
    pub explanation: String,
    /// The error that AWS will show next, if any.
    pub next: Option<String>,
    /// The places in the text that show it.
    pub labels: Vec<Label>,
}

/// A place with what it shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Label {
    /// Where.
    pub span: Place,
    /// What it shows, a short phrase.
    pub text: String,
}

/// A document found in what was given.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Document {
    /// Index among the documents found.
    pub index: usize,
    /// Index of the text that it is a part of.
    pub input: usize,
    /// Its name; made up from its role where it has none.
    pub name: String,
    /// `json hcl cfn-yaml cfn-json yaml text`
    pub format: &'static str,
    /// `identity trust bucket key queue topic secret repository endpoint scp rcp boundary session error workflow token event other`
    pub role: &'static str,
    /// What it was taken for, in words: "identity policy of CodeBuildServiceRole", "error, AssumeRole denied".
    pub taken_for: String,
    /// Its bytes in that text.
    pub span: PlainSpan,
    /// Its lines (from 1, both included) in that text.
    pub lines: (usize, usize),
    /// Its text.
    pub before: String,
    /// Its text when patched; `None` where it does not change.
    pub after: Option<String>,
    /// The patch as a unified diff that `git apply` takes; `None` where it does not change.
    pub diff: Option<String>,
    /// What changes, a sentence each.
    pub changes: Vec<String>,
}

/// Bytes of a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PlainSpan {
    /// Offset of the first byte.
    pub start: usize,
    /// Offset behind the last byte.
    pub end: usize,
}

impl From<Span> for PlainSpan {
    fn from(span: Span) -> Self {
        Self {
            start: span.start,
            end: span.end,
        }
    }
}

/// One way to patch.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Variant {
    /// `minimal` or `hardened`.
    pub id: &'static str,
    /// One sentence.
    pub title: String,
    /// What its conditions buy, and what they may break; empty for `minimal`.
    pub note: String,
    /// The documents that it changes.
    pub documents: Vec<Document>,
    /// Its own proof.
    pub proof: Proof,
}

/// A question whose answer would change the result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Question {
    /// Its name, for `--answer ID=VALUE`.
    pub id: String,
    /// The question.
    pub text: String,
    /// Why it is asked.
    pub why: String,
    /// What is assumed without an answer.
    pub default: Option<String>,
}

/// Questions that a text beside the others answers: a policy, a decoded message.
const ANSWERED_BY_TEXTS: &[&str] = &[
    "decoded-message",
    "identity-policy",
    "other-policies",
    "policy",
    "repository-policy",
    "role-in-use",
    "saml-response",
    "trust-policy",
];

impl Question {
    /// Whether it is answered by a text pasted beside the others, and not by a line of its own.
    #[must_use]
    pub fn wants_text(&self) -> bool {
        ANSWERED_BY_TEXTS.contains(&self.id.as_str())
    }
}

/// That a patch does what it says, and nothing else.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Proof {
    /// Each request that the denied call needs, decided before and after.
    pub requests: Vec<ProvenRequest>,
    /// Everything that is allowed after and was not before, policy by policy.
    pub new_access: Vec<NewAccess>,
    /// Whether the new access is exactly what was planned.
    pub only_planned: bool,
    /// Whether running on the patched text changes nothing more.
    pub idempotent: bool,
    /// Whether the fix of the redacted text, restored, is this fix.
    pub restores: bool,
    /// What the decision assumes of what was not given, in sentences.
    pub assumptions: Vec<String>,
    /// Requests that a lazier fix would open, and that stay denied.
    pub still_denied: Vec<StillDenied>,
}

/// One request, before and after.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ProvenRequest {
    /// Who.
    pub principal: String,
    /// What.
    pub action: String,
    /// On what.
    pub resource: String,
    /// The condition keys that it carries.
    pub context: ContextMap,
    /// `Allowed`, `ImplicitlyDenied` or `ExplicitlyDenied`.
    pub before: &'static str,
    /// The same, decided with the patched policies.
    pub after: &'static str,
}

/// Condition keys with their values, in alphabetical order.
pub type ContextMap = std::collections::BTreeMap<String, Vec<String>>;

/// A request as the JSON has it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Request {
    /// Who.
    pub principal: String,
    /// What.
    pub action: String,
    /// On what.
    pub resource: String,
    /// The condition keys that it carries.
    pub context: ContextMap,
}

/// Access that a patch opens.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NewAccess {
    /// Index of the document that opens it.
    pub document: usize,
    /// To whom.
    pub principal: String,
    /// What.
    pub actions: Vec<String>,
    /// On what.
    pub resources: Vec<String>,
    /// Under which conditions, in words.
    pub condition: Option<String>,
    /// One request that it allows.
    pub example: Request,
}

/// A request that a lazier fix would allow and this one does not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StillDenied {
    /// The request.
    pub request: Request,
    /// The lazy fix that would open it: `Resource: "*"`.
    pub lazy_fix: String,
}

/// A finding of lint in what was pasted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Warning {
    /// Which rule of lint: `wildcard-passrole`.
    pub rule: &'static str,
    /// `error`, `security`, `warning` or `suggestion`, as in `undeny lint`.
    pub severity: &'static str,
    /// One sentence.
    pub message: String,
    /// For `security`: what it lets somebody do who has stolen the caller's credentials. Else empty.
    pub blast_radius: String,
    /// Where it stands.
    pub span: Place,
}

impl Warning {
    /// Whether it gives somebody more than was meant, which is said also where there is little room.
    #[must_use]
    pub fn is_too_wide(&self) -> bool {
        self.severity == "security"
    }
}

/// A part that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// Where.
    pub span: Place,
    /// Line and column (in characters) of where, from 1.
    pub line: usize,
    /// See `line`.
    pub column: usize,
    /// What, in one sentence.
    pub message: String,
    /// What to do about it.
    pub help: String,
}

/// The name of a role as a person reads it: "identity policy", "trust policy", "error".
#[must_use]
pub const fn role_in_words(role: Role) -> &'static str {
    match role {
        Role::Identity => "identity policy",
        Role::Trust => "trust policy",
        Role::Bucket => "bucket policy",
        Role::Key => "key policy",
        Role::Queue => "queue policy",
        Role::Topic => "topic policy",
        Role::Secret => "secret's resource policy",
        Role::Repository => "repository policy",
        Role::Endpoint => "VPC endpoint policy",
        Role::Scp => "service control policy",
        Role::Rcp => "resource control policy",
        Role::Boundary => "permissions boundary",
        Role::Session => "session policy",
        Role::Error => "error or log",
        Role::Workflow => "workflow",
        Role::Token => "token",
        Role::Event => "CloudTrail event",
        Role::Other => "other",
    }
}
