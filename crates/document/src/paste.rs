//! What is given, and the documents found in it.

use undeny_text::Span;

use crate::{Node, Parsers, Problem, split};

/// Everything given at once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Paste {
    /// The texts, in the order given: one for a paste, one a file.
    pub inputs: Vec<Input>,
}

/// One text as given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Input {
    /// The file's name, where there is one. A hint (`scp-root.json`), never believed over the content.
    pub name: Option<String>,
    /// The text.
    pub text: String,
    /// What the user says that it is; decides.
    pub role: Option<Role>,
}

/// A part of an input that was recognised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Index of the input that it is a part of.
    pub input: usize,
    /// Its bytes in that input's text. Documents of one input are disjoint and in order. A file that is one document, with nothing but
    /// blanks and comments around it, is that document from its first byte to its last, so that its diff is the file's.
    pub span: Span,
    /// The input's name, or the name in a comment line just above (`# trust.json`), where a paste holds several files.
    pub name: Option<String>,
    /// The format that it was read in.
    pub format: Format,
    /// What the user says that it is ([`Input::role`]), where the input is this one document.
    pub said: Option<Role>,
    /// The tree; for [`Format::Text`] one string without escapes, the document's bytes.
    pub root: Node,
}

/// The formats by the names of the public JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// JSON, also with comments.
    Json,
    /// Terraform.
    Hcl,
    /// A CloudFormation or SAM template in YAML.
    CfnYaml,
    /// A CloudFormation template in JSON.
    CfnJson,
    /// Other YAML: workflows, Kubernetes manifests, Serverless.
    Yaml,
    /// Everything else: errors, logs, prose.
    Text,
}

impl Format {
    /// The name in the public JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Hcl => "hcl",
            Self::CfnYaml => "cfn-yaml",
            Self::CfnJson => "cfn-json",
            Self::Yaml => "yaml",
            Self::Text => "text",
        }
    }
}

/// What a document is for, by the names of the public JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Attached to a user, group or role.
    Identity,
    /// Who may assume a role.
    Trust,
    /// An S3 bucket's policy.
    Bucket,
    /// A KMS key's policy.
    Key,
    /// An SQS queue's policy.
    Queue,
    /// An SNS topic's policy.
    Topic,
    /// A secret's resource policy.
    Secret,
    /// An ECR repository's policy.
    Repository,
    /// A VPC endpoint's policy.
    Endpoint,
    /// A service control policy.
    Scp,
    /// A resource control policy.
    Rcp,
    /// A permissions boundary.
    Boundary,
    /// A session policy.
    Session,
    /// An error message or log.
    Error,
    /// A CI workflow or build specification.
    Workflow,
    /// A JSON Web Token.
    Token,
    /// A CloudTrail event.
    Event,
    /// Anything else.
    Other,
}

impl Role {
    /// Every role, in the order of the public JSON.
    pub const ALL: &[Self] = &[
        Self::Identity,
        Self::Trust,
        Self::Bucket,
        Self::Key,
        Self::Queue,
        Self::Topic,
        Self::Secret,
        Self::Repository,
        Self::Endpoint,
        Self::Scp,
        Self::Rcp,
        Self::Boundary,
        Self::Session,
        Self::Error,
        Self::Workflow,
        Self::Token,
        Self::Event,
        Self::Other,
    ];

    /// The name in the public JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Trust => "trust",
            Self::Bucket => "bucket",
            Self::Key => "key",
            Self::Queue => "queue",
            Self::Topic => "topic",
            Self::Secret => "secret",
            Self::Repository => "repository",
            Self::Endpoint => "endpoint",
            Self::Scp => "scp",
            Self::Rcp => "rcp",
            Self::Boundary => "boundary",
            Self::Session => "session",
            Self::Error => "error",
            Self::Workflow => "workflow",
            Self::Token => "token",
            Self::Event => "event",
            Self::Other => "other",
        }
    }

    /// The role with this name in the public JSON.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|role| role.as_str() == name)
    }

    /// Whether a policy of this kind is attached to a resource and says who with `Principal`.
    #[must_use]
    pub const fn is_resource_policy(self) -> bool {
        matches!(
            self,
            Self::Trust
                | Self::Bucket
                | Self::Key
                | Self::Queue
                | Self::Topic
                | Self::Secret
                | Self::Repository
        )
    }
}

/// What was found in a paste.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// The parts, by input and then by place. Text between two of them that is not blank is a document too.
    pub documents: Vec<Document>,
    /// What could not be read.
    pub problems: Vec<Problem>,
}

impl Reading {
    /// Whether every format in the paste had its reader: the page's parsers may be on their way.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.problems
            .iter()
            .all(|problem| problem.message != Parsers::ABSENT)
    }
}

/// Find the documents in a paste. Never fails: a part that cannot be read is a problem, and stays in the reading as text; a Terraform
/// block that cannot be read is left out of its document's tree. Of one input no more than fifty problems are told.
///
/// The time grows with the length and no faster; log lines are looked at once and not parsed.
#[must_use]
pub fn read(paste: &Paste) -> Reading {
    read_with(paste, &[])
}

/// As [`read`], and with the same result, for a paste much of which was read before: a block of Terraform that stands word for word in one
/// of `texts`, of which `before` is the reading, is not parsed again, which is most of the time that reading takes.
#[must_use]
pub fn read_again(paste: &Paste, texts: &[&str], before: &Reading) -> Reading {
    read_with(paste, &split::known(texts, before))
}

fn read_with(paste: &Paste, known: &[split::Known<'_>]) -> Reading {
    let mut reading = Reading::default();
    for (index, input) in paste.inputs.iter().enumerate() {
        split::split(index, input, known, &mut reading);
    }
    for document in &reading.documents {
        let text = paste.inputs.get(document.input);
        let text = text.map_or("", |input| document.span.text(&input.text));
        // A chat or a word processor writes them; to JSON they are letters.
        if document.format == Format::Text
            && (text.contains("“Effect”") || text.contains("\"Effect\"") && text.contains('\u{a0}'))
            && let Some(at) = text.find(['“', '\u{a0}'])
        {
            let at = document.span.start + at;
            reading.problems.push(Problem {
                input: document.input,
                span: Span::new(at, at),
                message: "typographic quotes or no-break spaces stand in this policy".to_owned(),
                help: "write plain ones".to_owned(),
            });
        }
        if let Some(made) = document.made_by() {
            reading.problems.push(Problem {
                input: document.input,
                span: Span::new(document.span.start, document.span.start + 1),
                message: format!("this is {made}: policies in it are not looked at"),
                help: "paste the Terraform files that it is made from".to_owned(),
            });
        }
    }
    reading
}

impl Document {
    /// What a tool wrote this for itself, so that a change of it mends nothing: `terraform show -json` prints plans and states.
    ///
    /// Source: <https://developer.hashicorp.com/terraform/internals/json-format>
    #[must_use]
    pub fn made_by(&self) -> Option<&'static str> {
        let has = |key: &str| self.root.get(key).is_some();
        if self.format != Format::Json || !has("terraform_version") {
            None
        } else if has("resource_changes") || has("planned_values") {
            Some("a Terraform plan")
        } else if has("lineage") || has("values") {
            Some("a Terraform state")
        } else {
            None
        }
    }
}
