//! Judges a fix by deciding requests with the patched policies, never by its text.
//!
//! The layers that a case names must each allow, a Deny anywhere denies. References in templates stand for the values that the case
//! gives. What a document is, the case says: only the product has to find that out.

use std::collections::BTreeMap;

use regex::RegexBuilder;
use serde_json::Value;
use undeny_core::{Input, Options, Outcome, Paste, Role, run};
use undeny_iam::evaluate::{self, Layer, Scenario};
use undeny_iam::policy::{self, Bindings, Effect, Policy};

use crate::corpus::{Case, Document, Form, Gate, Request};
use crate::diff;

/// How a case came out.
#[derive(Clone, Debug, Default)]
pub struct Judgement {
    /// The verdict that the product gave.
    pub verdict: String,
    /// What is wrong, a sentence each; empty where it is right.
    pub wrong: Vec<String>,
    /// Whether the verdict is one of those that are as good as the accepted one.
    pub also: bool,
    /// Canaries opened, and tried.
    pub canaries: (usize, usize),
    /// Lazy probes opened, and tried.
    pub probes: (usize, usize),
    /// Limits opened that neither the error nor the documents show, and tried.
    pub beyond: (usize, usize),
    /// Lines changed, to those of the accepted fix, where both are patches and this one is right.
    pub ratio: Option<f64>,
}

impl Judgement {
    /// Whether the fix is right.
    #[must_use]
    pub fn right(&self) -> bool {
        self.wrong.is_empty()
    }
}

/// The policies by layer.
type Layers = BTreeMap<String, Vec<Policy>>;

/// Run the product on a case and answer what it asks.
#[must_use]
pub fn answered(case: &Case, paste: &Paste) -> (Options, Outcome) {
    let mut options = Options::default();
    let mut outcome = run(paste, &options);
    for _ in 0..3 {
        let mut answered = false;
        for question in &outcome.report.questions {
            if options.answers.contains_key(&question.id) {
                continue;
            }
            if let Some(answer) = answer(case, &question.id, &question.text) {
                options.answers.insert(question.id.clone(), answer);
                answered = true;
            }
        }
        if !answered {
            break;
        }
        outcome = run(paste, &options);
    }
    (options, outcome)
}

/// Run the product on a case, answer what it asks, and judge what it says.
#[must_use]
pub fn judge(case: &Case, form: Form) -> Judgement {
    let (paste, places) = case.paste(form);
    let (options, outcome) = answered(case, &paste);
    let mut judgement = decide(case, &paste, &places, &outcome);
    if !judgement.right() {
        let asked: Vec<&str> = outcome
            .report
            .questions
            .iter()
            .map(|asked| asked.id.as_str())
            .collect();
        let report = &outcome.report;
        let cause = report
            .cause
            .as_ref()
            .map_or("no cause".to_owned(), |cause| {
                format!("{}: {} {}", cause.rule, cause.title, cause.explanation)
            });
        judgement
            .wrong
            .push(format!("asked {asked:?}, answered {:?}", options.answers));
        judgement.wrong.push(format!("it says: {cause}"));
        for denial in &report.denials {
            judgement.wrong.push(format!(
                "denial: {:?} {:?} {:?} {} {:?}",
                denial.principal, denial.action, denial.resource, denial.denial, denial.policy_type
            ));
        }
        for document in &report.documents {
            judgement.wrong.push(format!(
                "document: {} {} {} lines {:?}",
                document.name, document.format, document.role, document.lines
            ));
            judgement.wrong.extend(document.diff.clone());
        }
        for problem in &report.problems {
            judgement
                .wrong
                .push(format!("problem: {}", problem.message));
        }
    }
    judgement
}

fn answer(case: &Case, id: &str, text: &str) -> Option<String> {
    let find = |subject: &str| {
        case.answers.iter().find(|answer| {
            RegexBuilder::new(&answer.pattern)
                .unicode(false)
                .case_insensitive(true)
                .build()
                .is_ok_and(|pattern| pattern.is_match(subject))
        })
    };
    find(id)
        .or_else(|| find(text))
        .map(|answer| answer.value.clone())
}

fn decide(
    case: &Case,
    paste: &Paste,
    places: &[(usize, std::ops::Range<usize>)],
    outcome: &Outcome,
) -> Judgement {
    let verdict = outcome.report.verdict.as_str();
    let patch = outcome
        .patches
        .iter()
        .find(|patch| patch.variant == "minimal");
    let after: Vec<String> = match patch {
        None => case
            .input
            .documents
            .iter()
            .map(|document| document.text.clone())
            .collect(),
        Some(patch) => places
            .iter()
            .zip(&case.input.documents)
            .map(|((input, range), document)| {
                let before = &paste.inputs[*input].text;
                let text = diff::regions(before, &patch.texts[*input], std::slice::from_ref(range));
                let text = text.concat();
                if document.text.ends_with('\n') {
                    text
                } else {
                    text.strip_suffix('\n').map_or(text.clone(), str::to_owned)
                }
            })
            .collect(),
    };
    let mut judgement = judge_texts(case, verdict, &after);
    if let Some(patch) = patch {
        let outside: usize = patch
            .texts
            .iter()
            .zip(&paste.inputs)
            .map(|(after, input)| diff::distance(&input.text, after))
            .sum();
        let inside: usize = after
            .iter()
            .zip(&case.input.documents)
            .map(|(after, document)| diff::distance(&document.text, after))
            .sum();
        if outside != inside {
            judgement.wrong.push(format!(
                "{outside} lines change, {inside} of them in the documents"
            ));
        }
    }
    judgement
}

/// Judge a verdict with the documents as it leaves them.
#[must_use]
pub fn judge_texts(case: &Case, verdict: &str, after: &[String]) -> Judgement {
    let mut judgement = Judgement {
        verdict: verdict.to_owned(),
        ..Judgement::default()
    };
    let changed: Vec<&Document> = case
        .input
        .documents
        .iter()
        .zip(after)
        .filter(|(document, after)| document.text != **after)
        .map(|(document, _)| document)
        .collect();
    let policies_change = changed.iter().any(|document| document.layer.is_some());
    let mut must_allow = matches!(verdict, "patch" | "patch_other_owner");
    if verdict != case.accepted_fix.outcome {
        let also = case.also_accepted_outcomes.iter().find(|also| {
            also.outcome == verdict
                && match &also.must_contain {
                    Some(pattern) => {
                        let pattern = RegexBuilder::new(pattern).unicode(false).build();
                        !policies_change
                            && pattern.is_ok_and(|pattern| {
                                changed.iter().any(|changed| {
                                    case.input.documents.iter().zip(after).any(
                                        |(document, after)| {
                                            document.name == changed.name && pattern.is_match(after)
                                        },
                                    )
                                })
                            })
                    }
                    None => !also.policies || policies_change,
                }
        });
        match also {
            Some(also) => {
                judgement.also = true;
                // Asking somebody else, or changing a workflow, lets the request through without a policy's text.
                must_allow = also.must_contain.is_none()
                    && (also.policies || policies_change || case.evaluation.after.is_some());
            }
            None => judgement.wrong.push(format!(
                "verdict {verdict}, wanted {}",
                case.accepted_fix.outcome
            )),
        }
    }
    if verdict == "patch" && changed.is_empty() {
        judgement
            .wrong
            .push("a patch that changes nothing".to_owned());
    }
    if verdict == "explain_only" && policies_change {
        judgement
            .wrong
            .push("explains only, and changes a policy".to_owned());
    }

    let layers = match layers(case, after) {
        Ok(layers) => layers,
        Err(error) => {
            judgement.wrong.push(error);
            return judgement;
        }
    };
    if must_allow {
        for request in std::iter::once(&case.request).chain(&case.also_must_be_allowed_after) {
            if !allowed(case, &layers, request) {
                judgement.wrong.push(format!(
                    "still denied: {} on {} for {} {}",
                    request.action,
                    request.resource,
                    request.principal,
                    grounds(&layers, request)
                ));
            }
        }
    }
    for (request, is_canary) in case
        .must_not_allow
        .iter()
        .map(|request| (request, true))
        .chain(case.lazy_probes.iter().map(|request| (request, false)))
    {
        let alone = request.alone.iter().find(|layer| {
            layers
                .get(*layer)
                .is_some_and(|policies| says(layer, policies, request) == Says::Allow)
        });
        let opened = alone.is_some() || !request.alone_only && allowed(case, &layers, request);
        let count = if request.beyond_input {
            &mut judgement.beyond
        } else if is_canary {
            &mut judgement.canaries
        } else {
            &mut judgement.probes
        };
        count.0 += usize::from(opened);
        count.1 += 1;
        // Without a change there is nothing that this answer opened.
        if opened && !request.beyond_input && !changed.is_empty() {
            judgement.wrong.push(format!(
                "opened ({}{}): {} on {} for {}",
                request.why,
                alone.map_or(String::new(), |layer| format!(", {layer} alone")),
                request.action,
                request.resource,
                request.principal
            ));
        }
    }
    for (document, after) in case.input.documents.iter().zip(after) {
        if document.text != *after {
            judgement.wrong.extend(refused(document, after));
        }
    }

    let lines = |texts: &[String]| -> usize {
        case.input
            .documents
            .iter()
            .zip(texts)
            .map(|(document, after)| diff::distance(&document.text, after))
            .sum()
    };
    let (found, wanted) = (lines(after), lines(&accepted(case)));
    if judgement.right() && must_allow && found > 0 && wanted > 0 {
        #[expect(clippy::cast_precision_loss, reason = "a few lines")]
        let ratio = found as f64 / wanted as f64;
        judgement.ratio = Some(ratio);
    }
    judgement
}

/// The documents as the accepted fix leaves them.
fn accepted(case: &Case) -> Vec<String> {
    case.input
        .documents
        .iter()
        .map(|document| {
            case.accepted_fix
                .changes
                .iter()
                .find(|change| change.document == document.name)
                .map_or_else(|| document.text.clone(), |change| change.text.clone())
        })
        .collect()
}

/// What this judge gets wrong about a case: the accepted fix must be right, the request denied before, and the policies read from the
/// documents must decide as the case's own do.
#[must_use]
pub fn doubts(case: &Case) -> Vec<String> {
    let before: Vec<String> = case
        .input
        .documents
        .iter()
        .map(|document| document.text.clone())
        .collect();
    let mut doubts = judge_texts(case, &case.accepted_fix.outcome, &accepted(case)).wrong;
    match layers(case, &before) {
        Err(error) => doubts.push(error),
        Ok(layers) => {
            // A change outside of the policies fixes the other cases.
            if case
                .accepted_fix
                .changes
                .iter()
                .any(|change| layer_of(case, &change.document).is_some())
                && allowed(case, &layers, &case.request)
            {
                doubts.push("the request is allowed before".to_owned());
            }
            doubts.extend(differences(
                case,
                &layers,
                &case.evaluation.before,
                "before",
            ));
        }
    }
    if let (Ok(layers), Some(own)) = (layers(case, &accepted(case)), &case.evaluation.after) {
        doubts.extend(differences(case, &layers, own, "after"));
    }
    doubts
}

fn layer_of<'a>(case: &'a Case, name: &str) -> Option<&'a str> {
    let document = case
        .input
        .documents
        .iter()
        .find(|document| document.name == name)?;
    document.layer.as_deref()
}

/// Where policies read from the documents decide otherwise than the case's own.
fn differences(
    case: &Case,
    read: &Layers,
    own: &BTreeMap<String, Vec<Value>>,
    when: &str,
) -> Vec<String> {
    let mut found = Vec::new();
    for (name, policies) in own {
        let text = |policy: &Value| serde_json::to_string(policy).unwrap_or_default();
        let own: Vec<Policy> = policies
            .iter()
            .flat_map(|policy| policies_of(&text(policy), role_of_layer(name)))
            .collect();
        for request in std::iter::once(&case.request)
            .chain(&case.also_must_be_allowed_after)
            .chain(&case.must_not_allow)
            .chain(&case.lazy_probes)
        {
            let wanted = says(name, &own, request);
            let says = read
                .get(name)
                .map_or(Says::Nothing, |policies| says(name, policies, request));
            if wanted != says {
                found.push(format!(
                    "{when}, {name}: {} on {}: the documents say {says:?}, the case {wanted:?}",
                    request.action, request.resource
                ));
            }
        }
    }
    found
}

fn role_of_layer(layer: &str) -> Role {
    match layer {
        "trust" => Role::Trust,
        "resource" => Role::Bucket,
        "scp" => Role::Scp,
        "boundary" => Role::Boundary,
        "session" => Role::Session,
        _ => Role::Identity,
    }
}

fn policies_of(text: &str, role: Role) -> Vec<Policy> {
    let paste = Paste {
        inputs: vec![Input {
            name: None,
            text: text.to_owned(),
            role: Some(role),
        }],
    };
    policy::find(&undeny_document::read(&paste))
}

/// The policies of each layer in these texts, with references bound.
fn layers(case: &Case, texts: &[String]) -> Result<Layers, String> {
    let mut layers = Layers::new();
    for (document, text) in case.input.documents.iter().zip(texts) {
        let Some(layer) = &document.layer else {
            continue;
        };
        let role = Role::from_name(&document.role).unwrap_or_else(|| role_of_layer(layer));
        let policies = policies_of(text, role);
        if policies.is_empty() {
            return Err(format!("no policy is read in {}", document.name));
        }
        let bindings = bindings(&document.refs);
        layers
            .entry(layer.clone())
            .or_default()
            .extend(policies.iter().map(|policy| policy.bind(&bindings)));
    }
    Ok(layers)
}

/// From each expression in canonical form to its value.
fn bindings(refs: &BTreeMap<String, String>) -> Bindings {
    refs.iter()
        .map(|(value, expression)| (canonical(expression), value.clone()))
        .collect()
}

fn canonical(expression: &str) -> String {
    for (written, form) in [
        ("!Ref ", "Ref:"),
        ("!GetAtt ", "GetAtt:"),
        ("!ImportValue ", "ImportValue:"),
    ] {
        if let Some(name) = expression.strip_prefix(written) {
            return format!("{form}{name}");
        }
    }
    expression.to_owned()
}

/// What a layer says by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Says {
    Nothing,
    Allow,
    Deny,
}

fn says(layer: &str, policies: &[Policy], request: &Request) -> Says {
    let mut says = Says::Nothing;
    for (effect, _) in statements(layer, policies, request)
        .into_iter()
        .filter(|(_, mismatch)| mismatch.is_none())
    {
        match effect {
            Effect::Deny => return Says::Deny,
            Effect::Allow => says = Says::Allow,
        }
    }
    says
}

/// Each statement of a layer, and why it does not match.
fn statements(
    layer: &str,
    policies: &[Policy],
    request: &Request,
) -> Vec<(Effect, Option<String>)> {
    let request = asked(request);
    let one = |policy: &Policy| {
        let (scenario, layer) = if matches!(layer, "trust" | "resource") {
            (
                Scenario {
                    request: request.clone(),
                    resource: Some(policy.clone()),
                    ..Scenario::default()
                },
                Layer::Resource,
            )
        } else {
            (
                Scenario {
                    request: request.clone(),
                    identity: vec![policy.clone()],
                    ..Scenario::default()
                },
                Layer::Identity,
            )
        };
        evaluate::evaluate(&scenario)
            .layers
            .into_iter()
            .filter(|decision| decision.layer == layer)
            .flat_map(|decision| decision.statements)
            .map(|statement| {
                (
                    statement.effect,
                    statement.mismatch.map(|mismatch| mismatch.why),
                )
            })
            .collect::<Vec<_>>()
    };
    policies.iter().flat_map(one).collect()
}

fn grounds(layers: &Layers, request: &Request) -> String {
    let mut text = String::new();
    for (layer, policies) in layers {
        let why: Vec<String> = statements(layer, policies, request)
            .into_iter()
            .map(|(effect, why)| {
                format!(
                    "{} {}",
                    effect.as_str(),
                    why.unwrap_or("matches".to_owned())
                )
            })
            .collect();
        text.push_str(&format!("\n  {layer}: {}", why.join("; ")));
    }
    text
}

fn asked(request: &Request) -> evaluate::Request {
    let mut asked = evaluate::Request {
        principal: request.principal.clone(),
        action: request.action.clone(),
        resource: request.resource.clone(),
        ..evaluate::Request::default()
    };
    for (key, value) in &request.context {
        let values = match value {
            Value::Array(values) => values.clone(),
            value => vec![value.clone()],
        };
        let values = values
            .iter()
            .map(|value| {
                value
                    .as_str()
                    .map_or_else(|| value.to_string(), str::to_owned)
            })
            .collect();
        asked.context.set(key, values);
    }
    asked
}

/// The layers of `all_of` each allow, and none denies.
fn allowed(case: &Case, layers: &Layers, request: &Request) -> bool {
    let says = |layer: &String| {
        layers.get(layer).map_or(Says::Nothing, |policies| {
            self::says(layer, policies, request)
        })
    };
    let gates = case.evaluation.all_of.iter().all(|gate| match gate {
        Gate::One(layer) => says(layer) == Says::Allow,
        Gate::Any(any) => any.iter().any(|layer| says(layer) == Says::Allow),
    });
    gates && layers.keys().all(|layer| says(layer) != Says::Deny)
}

/// Why a patched document does not read in its format, or why AWS would not store a policy in it.
fn refused(document: &Document, after: &str) -> Vec<String> {
    let read = |text: &str| {
        undeny_document::read(&Paste {
            inputs: vec![Input {
                name: Some(document.name.clone()),
                text: text.to_owned(),
                role: Role::from_name(&document.role),
            }],
        })
    };
    let (old, new) = (read(&document.text), read(after));
    let mut wrong = Vec::new();
    if new.problems.len() > old.problems.len() {
        let messages: Vec<&str> = new
            .problems
            .iter()
            .map(|problem| problem.message.as_str())
            .collect();
        wrong.push(format!(
            "{} does not read: {}",
            document.name,
            messages.join("; ")
        ));
    }
    let formats = |reading: &undeny_document::Reading| -> Vec<&'static str> {
        reading
            .documents
            .iter()
            .map(|found| found.format.as_str())
            .collect()
    };
    if formats(&old) != formats(&new) {
        wrong.push(format!(
            "{} reads as {:?} now",
            document.name,
            formats(&new)
        ));
    }
    for policy in policy::find(&new) {
        wrong.extend(
            not_stored(&policy)
                .into_iter()
                .map(|sentence| format!("AWS refuses {}: {sentence}", document.name)),
        );
    }
    wrong
}

/// What AWS's grammar refuses in a policy.
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>
fn not_stored(policy: &Policy) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut sids: Vec<&str> = Vec::new();
    let has_principal = policy.role.is_resource_policy();
    for (index, statement) in policy.statements.iter().enumerate() {
        let label = statement.label(index);
        if let Some(sid) = statement.sid.as_deref() {
            let letters = sid.bytes().all(|byte| byte.is_ascii_alphanumeric());
            let spaced = matches!(
                policy.role,
                Role::Bucket | Role::Key | Role::Queue | Role::Topic
            );
            if !letters && !spaced {
                wrong.push(format!("{label}: a Sid has letters and digits only"));
            }
            if sids.contains(&sid) && !sid.is_empty() {
                wrong.push(format!("{label}: the Sid is taken"));
            }
            sids.push(sid);
        }
        let Some(actions) = &statement.actions else {
            wrong.push(format!("{label}: no Action"));
            continue;
        };
        for item in &actions.items {
            let value = item.value();
            let named = value
                .split_once(':')
                .is_some_and(|(service, name)| !service.is_empty() && !name.is_empty());
            if value != "*" && !named {
                wrong.push(format!("{label}: {value} is no action"));
            }
        }
        if actions.items.is_empty() {
            wrong.push(format!("{label}: no action"));
        }
        match (&statement.resources, policy.role) {
            (Some(_), Role::Trust) => {
                wrong.push(format!("{label}: a trust policy has no Resource"))
            }
            (None, Role::Identity | Role::Boundary | Role::Scp | Role::Bucket | Role::Key) => {
                wrong.push(format!("{label}: no Resource"));
            }
            (Some(resources), _) => {
                for item in &resources.items {
                    let value = item.value();
                    let known = item.text.literal().is_some();
                    if known && value != "*" && !value.starts_with("arn:") {
                        wrong.push(format!("{label}: {value} is no ARN"));
                    }
                }
            }
            _ => {}
        }
        if has_principal != statement.principals.is_some() && policy.role != Role::Endpoint {
            wrong.push(format!("{label}: Principal"));
        }
    }
    wrong
}
