//! What is wrong, too wide or without effect in a policy, with its place, what an attacker gets, and a fix where one is safe.
//!
//! Each rule is a unit struct in `rules/` and one entry of the alphabetical [`RULES`]; help, `undeny lint --rules` and the tests are
//! derived from it. A rule that answers to a check of AWS's Access Analyzer names it, so that the two can be laid side by side.
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html>
//!
//! Not responsible for: what a policy allows ([`crate::evaluate`]), or what a change to it opens ([`crate::compare`]).

mod context;
mod rules;
mod words;

use std::collections::BTreeMap;

use undeny_document::{Document, Format, Node, Reading, Role};
use undeny_text::Span;

use crate::change::{Change, ChangeKind};
use crate::order::ranked;
use crate::policy::{self, Dialect, Open, Policy, RoleSource, Statement, Version};
use crate::service::Catalogue;
use words::code;

pub use context::{Context, RawStatement};
pub use rules::{MANUALS, RULES};

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// AWS refuses the policy, or a part of it never does what it says.
    Error,
    /// Somebody gets more than was meant.
    Security,
    /// It may not do what was meant.
    Warning,
    /// It could be written better.
    Suggestion,
}

impl Severity {
    /// The name in the public JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Security => "security",
            Self::Warning => "warning",
            Self::Suggestion => "suggestion",
        }
    }
}

/// One check.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// Its name in the public JSON: words in lower case with hyphens.
    pub name: &'static str,
    /// How bad what it finds is.
    pub severity: Severity,
    /// Look at one policy.
    check: fn(&Context<'_>, &mut Sink),
    /// Look at what could not be read as a policy at all.
    check_unread: Option<fn(&Unread<'_>, &mut Sink)>,
}

/// What a rule says of itself.
#[derive(Clone, Copy, Debug)]
pub struct Manual {
    /// The anchor of AWS's check that it answers to.
    pub aws_name: Option<&'static str>,
    /// What it looks for, in one sentence.
    pub summary: &'static str,
    /// Policies in which it finds something.
    pub bad: &'static [Probe],
    /// Policies close to the bad ones in which it finds nothing.
    pub good: &'static [Probe],
}

/// A part of an input that its format's reader refused.
#[derive(Clone, Copy, Debug)]
pub struct Unread<'a> {
    /// The input's whole text.
    pub text: &'a str,
    /// Where the reader stopped.
    pub span: Span,
    /// What it says.
    pub message: &'a str,
}

/// What a rule says of one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The bytes that it is about.
    pub span: Span,
    /// What is wrong, in one sentence without a full stop that names the values.
    pub message: String,
    /// What it lets somebody do, for security findings.
    pub attack: Option<String>,
    /// What to change, where that is safe.
    pub fix: Option<(String, Vec<ChangeKind>)>,
}

impl Found {
    fn new(span: Span, message: String) -> Self {
        Self {
            span,
            message,
            attack: None,
            fix: None,
        }
    }

    fn attack(mut self, attack: impl Into<String>) -> Self {
        self.attack = Some(attack.into());
        self
    }

    fn fix(mut self, title: impl Into<String>, changes: Vec<ChangeKind>) -> Self {
        self.fix = Some((title.into(), changes));
        self
    }
}

/// What one rule says of one policy. Nobody reads more than a hundred of one kind, and a hostile policy would have one at every word.
#[derive(Debug, Default)]
pub struct Sink {
    found: Vec<Found>,
    more: usize,
}

impl Sink {
    /// Say it of this place. One call for the many rules that say no more: the page downloads each of them.
    #[inline(never)]
    fn say(&mut self, span: Span, message: String) {
        self.push(Found::new(span, message));
    }

    #[inline(never)]
    fn push(&mut self, found: Found) {
        if self.found.len() < MOST_OF_A_RULE {
            self.found.push(found);
        } else {
            self.more += 1;
        }
    }

    fn len(&self) -> usize {
        self.found.len()
    }

    fn take(mut self) -> Vec<Found> {
        if let (true, Some(last)) = (self.more > 0, self.found.last_mut()) {
            last.message.push_str(&format!(
                " (and so at {} more places of this policy)",
                self.more
            ));
        }
        self.found
    }
}

/// A finding with everything around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// [`Rule::name`].
    pub rule: &'static str,
    /// [`Rule::severity`].
    pub severity: Severity,
    /// What is wrong, in one sentence without a full stop.
    pub message: String,
    /// What it lets somebody do.
    pub attack: Option<String>,
    /// Index of the document in the reading.
    pub document: usize,
    /// Index of the input.
    pub input: usize,
    /// The bytes of the input that it is about.
    pub span: Span,
    /// What to change, where that is safe.
    pub fix: Option<Fix>,
}

/// A change that takes a finding away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What it does, in a few words.
    pub title: String,
    /// The changes; [`Change::policy`] counts the policies given to [`lint`].
    pub changes: Vec<Change>,
}

/// A policy to try a rule on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Probe {
    /// What the policy is for.
    pub role: Role,
    text: &'static str,
    is_statement: bool,
    padding: usize,
}

impl Probe {
    /// A whole policy, or something that should be one.
    const fn policy(role: Role, text: &'static str) -> Self {
        Self {
            role,
            text,
            is_statement: false,
            padding: 0,
        }
    }

    /// One or several statements of a policy of the newer version.
    const fn statement(role: Role, text: &'static str) -> Self {
        Self {
            role,
            text,
            is_statement: true,
            padding: 0,
        }
    }

    /// Statements with `PADDING` replaced by so many letters.
    const fn padded(role: Role, text: &'static str, padding: usize) -> Self {
        Self {
            role,
            text,
            is_statement: true,
            padding,
        }
    }

    /// The policy's text.
    #[must_use]
    pub fn text(&self) -> String {
        let text = if self.is_statement {
            format!(
                "{{\"Version\": \"2012-10-17\", \"Statement\": [{}]}}",
                self.text
            )
        } else {
            self.text.to_owned()
        };
        if self.padding == 0 {
            text
        } else {
            text.replace("PADDING", &"x".repeat(self.padding))
        }
    }
}

/// Every finding of every rule, by document and place, the worst first where two have one place.
///
/// `texts` are the inputs' texts and `policies` what [`crate::policy::find`] found in `reading`. What is known of services is in
/// `catalogue`: [`Catalogue::common`], or the whole one.
#[must_use]
pub fn lint(
    reading: &Reading,
    texts: &[&str],
    policies: &[Policy],
    catalogue: &Catalogue,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    let settled = policy::settle(reading, texts, policies);
    let mut run = |index: Option<usize>, policy: &Policy, open: &[Open]| {
        let Some(document) = reading.documents.get(policy.document) else {
            return;
        };
        let Some(node) = policy.node(&document.root) else {
            return;
        };
        let text = texts.get(document.input).copied().unwrap_or_default();
        let context = Context::new(policy, node, text, document.format, catalogue, open);
        for rule in RULES {
            let mut found = Sink::default();
            (rule.check)(&context, &mut found);
            if found.len() == 0 {
                continue;
            }
            findings.extend(
                found
                    .take()
                    .into_iter()
                    .map(|found| finding(rule, found, policy.document, document.input, index)),
            );
        }
    };
    let written = |policy: &Policy| policy.dialect != Dialect::Unwritten;
    for (index, policy) in policies.iter().enumerate().filter(|(_, it)| written(it)) {
        // They come by policy, those of none last.
        let from = |index: usize| {
            let is_before = |part: &Open| part.policy.is_some_and(|policy| policy < index);
            settled.open.partition_point(is_before)
        };
        let open = settled.open.get(from(index)..from(index + 1));
        let open = open.unwrap_or_default();
        run(Some(index), policy, open);
        // What only the template puts together counts too; its places are not counted as the policy's, so nothing is offered there.
        // A list that another name stands for is read only there.
        let read: BTreeMap<usize, &Statement> = policy
            .statements
            .iter()
            .map(|read| (read.span.start, read))
            .collect();
        let is_read = |it: &Statement| {
            read.get(&it.span.start).is_some_and(|read| {
                read.span == it.span && read.actions == it.actions && read.resources == it.resources
            })
        };
        let certain = settled.policies.get(index);
        let certain = certain.into_iter().flat_map(|policy| &policy.statements);
        let more: Vec<Statement> = certain
            .chain(open.iter().flat_map(|part| &part.statements))
            .filter(|statement| !is_read(statement))
            .cloned()
            .collect();
        if !more.is_empty() {
            run(None, &policy.with_statements(more), &[]);
        }
    }
    for policy in unrecognised(reading, policies) {
        run(None, &policy, &[]);
    }
    findings.extend(in_json_syntax(reading));
    for problem in &reading.problems {
        let unread = Unread {
            text: texts.get(problem.input).copied().unwrap_or_default(),
            span: problem.span,
            message: &problem.message,
        };
        let document = reading
            .documents
            .iter()
            .position(|document| {
                document.input == problem.input && document.span.contains(problem.span)
            })
            .unwrap_or_default();
        for rule in RULES {
            let Some(check) = rule.check_unread else {
                continue;
            };
            let mut found = Sink::default();
            check(&unread, &mut found);
            findings.extend(
                found
                    .take()
                    .into_iter()
                    .map(|found| finding(rule, found, document, problem.input, None)),
            );
        }
    }
    // Each order keeps the one before it where it has nothing to say.
    let orders: [fn(&Finding) -> usize; 5] = [
        |finding| {
            let known = RULES.binary_search_by(|rule| rule.name.cmp(finding.rule));
            known.unwrap_or_default()
        },
        |finding| finding.span.end,
        |finding| finding.severity as usize,
        |finding| finding.span.start,
        |finding| finding.input,
    ];
    for order in orders {
        findings = ranked(findings, order);
    }
    findings.dedup_by(|right, left| {
        left.rule == right.rule
            && left.input == right.input
            && left.span == right.span
            && left.message == right.message
    });
    findings
}

/// Policy documents in Terraform's JSON syntax: nothing is found in what is not read.
fn in_json_syntax(reading: &Reading) -> Vec<Finding> {
    const DOCUMENT: &str = "aws_iam_policy_document";
    let Some(rule) = RULES.iter().find(|rule| rule.name == "part-not-read") else {
        return Vec::new();
    };
    let mut findings = Vec::new();
    for (index, document) in reading.documents.iter().enumerate() {
        let data = document
            .root
            .get("data")
            .filter(|_| document.format == Format::Json);
        let data = data
            .and_then(|data| data.get(DOCUMENT))
            .and_then(Node::as_map);
        for member in data.into_iter().flat_map(|map| &map.members) {
            let found = Found::new(
                member.span,
                format!(
                    "{} of {} is not read in Terraform's JSON syntax; look at what Terraform makes of it",
                    code(&member.key.text),
                    code(DOCUMENT)
                ),
            );
            findings.push(finding(rule, found, index, document.input, None));
        }
    }
    findings
}

/// Findings of one rule in one policy.
const MOST_OF_A_RULE: usize = 100;

fn finding(
    rule: &'static Rule,
    found: Found,
    document: usize,
    input: usize,
    policy: Option<usize>,
) -> Finding {
    let fix = policy.and_then(|policy| {
        let (title, kinds) = found.fix?;
        let changes = kinds
            .into_iter()
            .map(|kind| Change { policy, kind })
            .collect();
        Some(Fix { title, changes })
    });
    Finding {
        rule: rule.name,
        severity: rule.severity,
        message: found.message,
        attack: found.attack,
        document,
        input,
        span: found.span,
        fix,
    }
}

/// What looks like a policy and was not taken for one: its `Statement` is missing, empty of anything known, or misspelt.
fn unrecognised(reading: &Reading, policies: &[Policy]) -> Vec<Policy> {
    reading
        .documents
        .iter()
        .enumerate()
        .filter(|(index, document)| {
            document.format == Format::Json
                && policies
                    .binary_search_by_key(index, |policy| policy.document)
                    .is_err()
                && looks_like_a_policy(&document.root)
        })
        .map(|(index, document)| Policy {
            document: index,
            path: Vec::new(),
            span: document.root.span,
            dialect: Dialect::PolicyLanguage,
            role: said(document),
            role_source: RoleSource::Guess,
            name: None,
            version: Version::V2012,
            statements: Vec::new(),
        })
        .collect()
}

fn said(document: &Document) -> Role {
    document.said.unwrap_or(Role::Identity)
}

fn looks_like_a_policy(root: &Node) -> bool {
    let version = root.get("Version").and_then(Node::as_str);
    let is_version =
        version.is_some_and(|version| version.starts_with("20") && version.len() == 10);
    let Some(map) = root.as_map() else {
        return false;
    };
    let named = |name: &str| {
        map.members
            .iter()
            .any(|member| member.key.text.eq_ignore_ascii_case(name))
    };
    is_version || named("Statement") && (named("Version") || map.members.len() == 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use undeny_document::{Input, Paste};

    /// The whole table.
    fn catalogue() -> &'static Catalogue {
        static READ: std::sync::OnceLock<Catalogue> = std::sync::OnceLock::new();
        READ.get_or_init(|| {
            Catalogue::read(&include_bytes!("../../data/services.bin")[..]).unwrap()
        })
    }

    fn findings(probe: &Probe) -> Vec<Finding> {
        let text = probe.text();
        let paste = Paste {
            inputs: vec![Input {
                name: None,
                text: text.clone(),
                role: Some(probe.role),
            }],
        };
        let reading = undeny_document::read(&paste);
        let policies = policy::find(&reading);
        lint(&reading, &[&text], &policies, catalogue())
    }

    #[track_caller]
    fn check(text: &str, rules: &[&str]) {
        let paste = Paste {
            inputs: vec![Input {
                text: text.to_owned(),
                ..Input::default()
            }],
        };
        let reading = undeny_document::read(&paste);
        let found = lint(&reading, &[text], &policy::find(&reading), catalogue());
        let found: Vec<&str> = found.iter().map(|finding| finding.rule).collect();
        assert_eq!(found, rules, "{text}");
    }

    #[test]
    fn what_names_stand_for_is_looked_at() {
        check(
            "locals {\n  roles = [\"*\"]\n}\ndata \"aws_iam_policy_document\" \"d\" {\n  statement {\n    actions   = [\"iam:PassRole\"]\n    resources = local.roles\n  }\n}\n",
            &["wildcard-passrole"],
        );
        let service = |second: &str| {
            format!(
                "service: shop\nprovider:\n  name: aws\n  iam:\n    role:\n      statements:\n        - &pass\n          Effect: Allow\n          Action: iam:PassRole\n          Resource: arn:aws:iam::604718392055:role/harbour\n        - <<: *pass\n          Resource: \"{second}\"\n"
            )
        };
        check(&service("arn:aws:iam::604718392055:role/shore"), &[]);
        check(&service("*"), &["wildcard-passrole"]);
    }

    #[test]
    fn a_document_in_terraform_s_json_syntax_is_told() {
        check(
            r#"{"data": {"aws_iam_policy_document": {"d": {"statement": [{"actions": ["*"], "resources": ["*"]}]}}}}"#,
            &["part-not-read"],
        );
    }

    #[test]
    fn the_registry_is_sorted_and_every_rule_says_what_it_is() {
        assert!(
            RULES.is_sorted_by(|left, right| left.name < right.name),
            "{:#?}",
            RULES
                .windows(2)
                .filter(|pair| pair[0].name >= pair[1].name)
                .map(|pair| pair[1].name)
                .collect::<Vec<_>>()
        );
        let mut aws: Vec<&str> = MANUALS
            .iter()
            .filter_map(|manual| manual.aws_name)
            .collect();
        aws.sort_unstable();
        assert!(
            aws.windows(2).all(|pair| pair[0] != pair[1]),
            "one rule a check of AWS's: {aws:?}"
        );
        for (rule, manual) in RULES.iter().zip(MANUALS) {
            let name = rule.name;
            assert!(!manual.summary.is_empty(), "{name}");
            assert!(!manual.summary.ends_with('.'), "{name}");
            assert!(!manual.bad.is_empty(), "{name} has no bad probe");
            assert!(!manual.good.is_empty(), "{name} has no good probe");
        }
    }

    #[test]
    fn every_rule_finds_its_bad_probes_and_nothing_in_its_good_ones() {
        let mut wrong = Vec::new();
        for (rule, manual) in RULES.iter().zip(MANUALS) {
            let name = rule.name;
            for probe in manual.bad {
                let found = findings(probe);
                if !found.iter().any(|finding| finding.rule == name) {
                    wrong.push(format!(
                        "{name} does not find {}",
                        probe.text().chars().take(400).collect::<String>()
                    ));
                }
                for other in found
                    .iter()
                    .filter(|other| other.rule != name && other.severity == Severity::Error)
                {
                    wrong.push(format!(
                        "a bad probe of {name} is also an error of {}: {}",
                        other.rule, other.message
                    ));
                }
            }
            for probe in manual.good {
                for other in findings(probe)
                    .iter()
                    .filter(|other| other.rule == name || other.severity == Severity::Error)
                {
                    wrong.push(format!(
                        "a good probe of {name} is found by {}: {}",
                        other.rule, other.message
                    ));
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn every_finding_has_a_place_and_says_what_an_attacker_gets() {
        for manual in MANUALS {
            for probe in manual.bad {
                let text = probe.text();
                for finding in findings(probe) {
                    assert!(
                        text.get(finding.span.range()).is_some(),
                        "{} {:?}",
                        finding.rule,
                        finding.span
                    );
                    assert!(!finding.message.ends_with('.'), "{}", finding.message);
                    assert_eq!(
                        finding.attack.is_some(),
                        finding.severity == Severity::Security,
                        "{}",
                        finding.rule
                    );
                }
            }
        }
    }

    #[test]
    fn every_fix_takes_its_finding_away_and_brings_no_error() {
        for manual in MANUALS {
            for probe in manual.bad {
                let text = probe.text();
                let paste = |text: &str| Paste {
                    inputs: vec![Input {
                        name: None,
                        text: text.to_owned(),
                        role: Some(probe.role),
                    }],
                };
                let reading = undeny_document::read(&paste(&text));
                let policies = policy::find(&reading);
                for finding in lint(&reading, &[&text], &policies, catalogue()) {
                    let Some(fix) = &finding.fix else { continue };
                    let edits =
                        crate::change::edits(&reading, &[&text], &policies, &fix.changes).unwrap();
                    let fixed = edits[0].apply(&text).unwrap();
                    assert_ne!(fixed, text, "{}: the fix changes nothing", finding.rule);
                    let reading = undeny_document::read(&paste(&fixed));
                    let policies = policy::find(&reading);
                    let before = lint(
                        &undeny_document::read(&paste(&text)),
                        &[&text],
                        &policy::find(&undeny_document::read(&paste(&text))),
                        catalogue(),
                    );
                    let after = lint(&reading, &[&fixed], &policies, catalogue());
                    let count = |findings: &[Finding]| {
                        findings
                            .iter()
                            .filter(|other| other.rule == finding.rule)
                            .count()
                    };
                    assert!(
                        count(&after) < count(&before),
                        "{}: still found in {fixed}",
                        finding.rule
                    );
                    let errors = |findings: &[Finding]| {
                        findings
                            .iter()
                            .filter(|other| other.severity == Severity::Error)
                            .count()
                    };
                    assert!(
                        errors(&after) <= errors(&before),
                        "{}: an error in {fixed}",
                        finding.rule
                    );
                }
            }
        }
    }

    #[test]
    fn what_is_wrong_everywhere_is_told_a_hundred_times() {
        let one = r#"{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*", "Condition": {"Bogus": {"k:x": "a"}}}"#;
        let many = vec![one; 300].join(", ");
        let text = Box::leak(many.into_boxed_str());
        let found = findings(&Probe::statement(Role::Identity, text));
        let of_rule: Vec<&Finding> = found
            .iter()
            .filter(|finding| finding.rule == "invalid-condition-operator")
            .collect();
        assert_eq!(of_rule.len(), MOST_OF_A_RULE);
        assert!(
            of_rule
                .last()
                .unwrap()
                .message
                .ends_with("(and so at 200 more places of this policy)")
        );
    }

    #[test]
    fn nothing_is_found_in_what_is_no_policy() {
        for text in [
            "",
            "{}",
            "[]",
            "{\"Version\": \"3.8\"}",
            "User: ann is not authorized",
            "{\"name\": \"undeny\", \"version\": \"1.0.0\"}",
        ] {
            let found = findings(&Probe::policy(
                Role::Identity,
                Box::leak(text.to_owned().into_boxed_str()),
            ));
            assert!(found.is_empty(), "{text}: {found:?}");
        }
    }
}
