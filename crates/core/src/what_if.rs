//! What would be if the request were another one: the layers that decide it, and the statement that allows or denies it.

use undeny_document::{Input, Paste, Role};
use undeny_iam::evaluate::{self, Layer};

use crate::case::{Case, Setup};
use crate::reference::Signs;
use crate::report::{Place, Request};
use crate::run::Options;

/// A request, decided by the policies of a paste.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WhatIf {
    /// `Allowed`, `ImplicitlyDenied` or `ExplicitlyDenied`.
    pub decision: &'static str,
    /// The layer that AWS's message would name, where it is denied.
    pub denied_by: Option<&'static str>,
    /// The layers that have a say, in the order in which they are asked.
    pub layers: Vec<LayerView>,
    /// What decided it beyond the statements, in sentences.
    pub notes: Vec<String>,
    /// The condition keys that the policies ask for, as they write them, each once.
    pub keys: Vec<String>,
}

/// One layer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayerView {
    /// `scp`, `rcp`, `endpoint`, `boundary`, `session`, `identity` or `resource`.
    pub layer: &'static str,
    /// What it says by itself.
    pub decision: &'static str,
    /// Whether the decision needs it to allow.
    pub required: bool,
    /// Whether nothing of it was given and it is taken to allow.
    pub assumed: bool,
    /// Each statement of each of its policies; none where it is assumed.
    pub statements: Vec<StatementView>,
}

/// One statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatementView {
    /// Its number in its policy, from 1.
    pub number: usize,
    /// Its id.
    pub sid: Option<String>,
    /// Where it stands.
    pub place: Place,
    /// `Allow` or `Deny`.
    pub effect: &'static str,
    /// The first reason why it does not match; `None` where it matches.
    pub why: Option<String>,
}

/// Decide `request` by the policies of a paste; by those of `patched`, the same texts after a patch, where it is given.
///
/// A layer that was not given and would have to allow is taken to allow, as in a report.
#[must_use]
pub fn decide(
    paste: &Paste,
    patched: Option<&[String]>,
    options: &Options,
    request: &Request,
) -> WhatIf {
    let case = Case::read(paste, &options.answers, &options.roles, options.now);
    let Some(patched) = patched else {
        return decided(case, request);
    };
    let inputs = paste.inputs.iter().zip(patched).map(|(input, text)| Input {
        text: text.clone(),
        ..input.clone()
    });
    let after = Paste {
        inputs: inputs.collect(),
    };
    let case = Case::read_told(&after, &options.answers, case.told.clone(), &case, None);
    decided(case, request)
}

/// A trust policy or a key's policy names no resource: it speaks for the one role or key that it stands on. Of another one, nothing was given.
fn leave_others_out(case: &mut Case<'_>, request: &Request) {
    let mut denied = case
        .denials
        .iter()
        .filter_map(|denial| denial.value.resource.as_deref());
    if denied.clone().next().is_none() || denied.any(|resource| resource == request.resource) {
        return;
    }
    let name = request.resource.rsplit(['/', ':']).next();
    for policy in &mut case.policies {
        let speaks_for_one = matches!(policy.role, Role::Trust | Role::Key);
        if speaks_for_one && (policy.name.is_none() || policy.name.as_deref() != name) {
            policy.role = Role::Other;
        }
    }
}

fn decided(mut case: Case<'_>, request: &Request) -> WhatIf {
    leave_others_out(&mut case, request);
    let case = &case;
    let mut asked = evaluate::Request {
        principal: request.principal.clone(),
        action: request.action.clone(),
        resource: request.resource.clone(),
        ..evaluate::Request::default()
    };
    let signs = Signs::of(&case.reading);
    signs.read(&mut asked.principal);
    signs.read(&mut asked.resource);
    // What is in no known region was told by its reference alone.
    if asked.resource.starts_with('\u{27e6}')
        && let Some(whole) = case
            .denials
            .iter()
            .filter_map(|denial| denial.value.resource.as_deref())
            .find(|resource| resource.ends_with(&asked.resource))
    {
        whole.clone_into(&mut asked.resource);
    }
    for (key, values) in &request.context {
        let (mut key, mut values) = (key.clone(), values.clone());
        signs.read(&mut key);
        values.iter_mut().for_each(|value| signs.read(value));
        asked.context.set(&key, values);
    }
    let setup = case.setup(asked);
    let decision = evaluate::evaluate(&setup.scenario);
    let layers = decision.layers.iter().map(|layer| LayerView {
        layer: layer.layer.as_str(),
        decision: layer.outcome.as_str(),
        required: layer.required,
        assumed: setup.assumed.contains(&layer.layer),
        statements: layer
            .statements
            .iter()
            .filter_map(|statement| view(case, &setup, layer.layer, statement))
            .collect(),
    });
    WhatIf {
        decision: decision.outcome.as_str(),
        denied_by: decision.denied_by.map(Layer::as_str),
        layers: layers.collect(),
        notes: decision.notes.clone(),
        keys: keys(case),
    }
}

/// A statement of a policy that was given.
fn view(
    case: &Case<'_>,
    setup: &Setup,
    layer: Layer,
    decided: &evaluate::StatementDecision,
) -> Option<StatementView> {
    let (_, given) = setup.given.iter().find(|(given, _)| *given == layer)?;
    let policy = case.policies.get(*given.get(decided.policy)?)?;
    let statement = policy.statements.get(decided.statement)?;
    let document = case.reading.documents.get(policy.document)?;
    Some(StatementView {
        number: decided.statement + 1,
        sid: statement.sid.clone(),
        place: Place::new(document.input, statement.span),
        effect: decided.effect.as_str(),
        why: decided
            .mismatch
            .as_ref()
            .map(|mismatch| mismatch.why.clone()),
    })
}

fn keys(case: &Case<'_>) -> Vec<String> {
    let mut keys: Vec<String> = Vec::new();
    let conditions = case
        .policies
        .iter()
        .flat_map(|policy| &policy.statements)
        .flat_map(|statement| &statement.conditions);
    for condition in conditions {
        if !keys
            .iter()
            .any(|known| known.eq_ignore_ascii_case(&condition.key))
        {
            keys.push(condition.key.clone());
        }
    }
    keys
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run;

    const PASTE: &str = r#"User: arn:aws:iam::111122223333:user/ann is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::reports/a.csv" because no identity-based policy allows the s3:PutObject action

{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::reports/*"},{"Sid":"Office","Effect":"Deny","Action":"s3:*","Resource":"*","Condition":{"StringEquals":{"aws:RequestedRegion":"us-east-1"}}}]}
"#;

    fn asked(action: &str, region: Option<&str>, after: bool) -> WhatIf {
        let paste = Paste {
            inputs: vec![Input {
                text: PASTE.to_owned(),
                ..Input::default()
            }],
        };
        let options = Options::default();
        let patch = run(&paste, &options).patches;
        let mut request = Request {
            principal: "arn:aws:iam::111122223333:user/ann".to_owned(),
            action: action.to_owned(),
            resource: "arn:aws:s3:::reports/a.csv".to_owned(),
            ..Request::default()
        };
        if let Some(region) = region {
            let key = "aws:RequestedRegion".to_owned();
            request.context.insert(key, vec![region.to_owned()]);
        }
        let patched = after.then(|| patch[0].texts.as_slice());
        decide(&paste, patched, &options, &request)
    }

    #[test]
    fn a_trust_policy_speaks_for_its_own_role_alone() {
        let role = |name: &str| format!("arn:aws:iam::111122223333:role/{name}");
        let text = format!(
            r#"User: arn:aws:iam::111122223333:user/ann is not authorized to perform: sts:AssumeRole on resource: {}

{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{{"AWS":"arn:aws:iam::111122223333:user/ann"}}}}]}}
"#,
            role("a")
        );
        let paste = Paste {
            inputs: vec![Input {
                text,
                ..Input::default()
            }],
        };
        for (name, assumed) in [("a", false), ("b", true)] {
            let request = Request {
                principal: "arn:aws:iam::111122223333:user/ann".to_owned(),
                action: "sts:AssumeRole".to_owned(),
                resource: role(name),
                ..Request::default()
            };
            let answer = decide(&paste, None, &Options::default(), &request);
            let trust = answer
                .layers
                .iter()
                .find(|layer| layer.layer == "resource")
                .unwrap();
            assert_eq!(trust.assumed, assumed, "{name}: {answer:?}");
        }
    }

    #[test]
    fn a_request_is_decided_by_the_statement_that_the_text_shows() {
        for (action, region, after, decision, matching) in [
            ("s3:PutObject", None, false, "ImplicitlyDenied", None),
            ("s3:PutObject", None, true, "Allowed", Some("Allow")),
            ("s3:GetObject", None, false, "Allowed", Some("Allow")),
            (
                "s3:GetObject",
                Some("us-east-1"),
                false,
                "ExplicitlyDenied",
                Some("Deny"),
            ),
            ("s3:DeleteObject", None, true, "ImplicitlyDenied", None),
        ] {
            let answer = asked(action, region, after);
            assert_eq!(answer.decision, decision, "{action} {region:?} {after}");
            let identity = &answer.layers[0];
            assert_eq!((identity.layer, identity.assumed), ("identity", false));
            let found = identity
                .statements
                .iter()
                .rev()
                .find(|statement| statement.why.is_none());
            assert_eq!(found.map(|found| found.effect), matching, "{action}");
            assert_eq!(answer.keys, ["aws:RequestedRegion"]);
        }
        let denied = asked("s3:GetObject", Some("us-east-1"), false);
        let by = &denied.layers[0].statements[1];
        assert_eq!((by.number, by.sid.as_deref()), (2, Some("Office")));
        assert!(by.place.span().text(PASTE).contains("us-east-1"));
    }
}
