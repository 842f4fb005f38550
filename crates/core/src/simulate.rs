//! Decide a request against policies: the command `simulate`.

use serde::Serialize;
use undeny_document::{Format, Input, Node, Paste, Value};
use undeny_iam::evaluate::{self, Context, Decision, Request, Scenario};
use undeny_iam::policy::{self, Policy};
use undeny_iam::service::Catalogue;

use crate::report::SCHEMA;

/// What `simulate` prints.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Simulation {
    /// [`SCHEMA`].
    pub schema: u32,
    /// `Allowed`, `ImplicitlyDenied` or `ExplicitlyDenied`.
    pub decision: &'static str,
    /// The layer that AWS's message would name, where it is denied.
    pub denied_by: Option<&'static str>,
    /// What each layer says.
    pub layers: Layers,
    /// What decided it beyond the statements, in sentences.
    pub notes: Vec<String>,
}

/// Layers by name, in the order in which they are asked.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layers(pub Vec<(&'static str, LayerSays)>);

impl Serialize for Layers {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, says)| (name, says)))
    }
}

/// What one layer says.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LayerSays {
    /// By itself.
    pub decision: &'static str,
    /// Each statement of each policy.
    pub statements: Vec<StatementSays>,
}

/// Whether one statement matches.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StatementSays {
    /// Index of the policy in its layer; levels are counted through.
    pub policy: usize,
    /// Index of the statement in the policy.
    pub statement: usize,
    /// `Allow` or `Deny`.
    pub effect: &'static str,
    /// Whether it matches.
    pub matched: bool,
    /// The first reason why not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// Decide the scenario that `text` holds as JSON.
///
/// # Errors
/// A sentence with a place, where the text is not a scenario.
pub fn simulate(text: &str) -> Result<Simulation, String> {
    let scenario = scenario(text)?;
    let mut simulation = simulation(&evaluate::evaluate(&scenario));
    simulation.notes.extend(unknown(&scenario.request.action));
    Ok(simulation)
}

/// Read a scenario from JSON.
///
/// # Errors
/// A sentence with a place, where the text is not a scenario.
pub fn scenario(text: &str) -> Result<Scenario, String> {
    let paste = Paste {
        inputs: vec![Input {
            text: text.to_owned(),
            ..Input::default()
        }],
    };
    let reading = undeny_document::read(&paste);
    let Some(document) = reading
        .documents
        .iter()
        .find(|document| matches!(document.format, Format::Json | Format::CfnJson))
    else {
        return Err(match reading.problems.first() {
            Some(problem) => problem.to_string(),
            None => "a scenario is a JSON object with a `request`".to_owned(),
        });
    };
    let root = &document.root;
    let request = root.get("request").ok_or("the scenario has no `request`")?;
    let field = |name: &str| -> Result<String, String> {
        let value = request.get(name).and_then(Node::as_str);
        value
            .map(str::to_owned)
            .ok_or_else(|| format!("`request.{name}` is not a string"))
    };
    let principal = if request.get("principal").is_none() {
        "*".to_owned()
    } else {
        field("principal")?
    };
    let resource = if request.get("resource").is_none() {
        "*".to_owned()
    } else {
        field("resource")?
    };
    let action = field("action")?;
    let resource_account = root.get("resource_account").and_then(scalar);
    check_action(&action)?;
    // What a policy has too is meant as it stands, whatever it looks like.
    let is_named = |value: &str| text.match_indices(value).nth(1).is_some();
    if !is_named(&principal) {
        check_principal(&principal)?;
    }
    if !is_named(&resource) {
        check_resource(&resource)?;
    }
    if let Some(account) = &resource_account {
        check_account(account, "resource_account")?;
    }
    Ok(Scenario {
        request: Request {
            principal,
            action,
            resource,
            context: context(request)?,
        },
        resource_account,
        identity: policies(root, "identity")?,
        resource: policies(root, "resource")?.into_iter().next(),
        boundary: policies(root, "boundary")?,
        session: policies(root, "session")?,
        scps: levels(root, "scps")?,
        rcps: levels(root, "rcps")?,
        endpoint: policies(root, "endpoint")?.into_iter().next(),
    })
}

/// A request is for one action.
fn check_action(action: &str) -> Result<(), String> {
    let is_action = action.split_once(':').is_some_and(|(service, name)| {
        !service.is_empty()
            && !name.is_empty()
            && !action.contains(|it: char| it.is_whitespace() || matches!(it, '*' | '?' | ','))
    });
    if is_action {
        return Ok(());
    }
    Err(format!(
        "`request.action` is `{action}`, and a request calls one action, written as `service:Name`"
    ))
}

/// Why the action may be none, where AWS's list has its service and not it.
fn unknown(action: &str) -> Option<String> {
    let catalogue = Catalogue::common();
    let (service, _) = action.split_once(':')?;
    catalogue.service(service)?;
    if catalogue.action(action).is_some() {
        return None;
    }
    let nearest = catalogue.nearest(action).into_iter().next();
    Some(format!(
        "{action} is not among AWS's actions as of {}{}",
        catalogue.date(),
        nearest.map_or_else(String::new, |nearest| format!("; you may mean {nearest}"))
    ))
}

fn check_principal(principal: &str) -> Result<(), String> {
    const MARKS: &[char] = &[':', '.', '/', '*', '⟦', '<', '{', '$'];
    let is_id = ["AIDA", "AROA", "ASIA"]
        .iter()
        .any(|start| principal.starts_with(start));
    let is_number = !principal.is_empty() && principal.chars().all(|digit| digit.is_ascii_digit());
    if is_number {
        return check_account(principal, "request.principal");
    }
    if !principal.contains(MARKS) && !is_id {
        return Err(format!(
            "`request.principal` is `{principal}`; write an ARN, a service as `lambda.amazonaws.com`, or `*` for the anonymous caller"
        ));
    }
    check_arn(principal, "request.principal")
}

fn check_resource(resource: &str) -> Result<(), String> {
    const MARKS: &[char] = &['*', '⟦', '<', '{', '$'];
    if !resource.starts_with("arn:") && !resource.contains(MARKS) {
        return Err(format!(
            "`request.resource` is `{resource}`; write an ARN, or `*` for a call that is about no resource"
        ));
    }
    check_arn(resource, "request.resource")
}

fn check_arn(arn: &str, place: &str) -> Result<(), String> {
    if !arn.starts_with("arn:") {
        return Ok(());
    }
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let [.., account, _] = parts.as_slice() else {
        return Ok(());
    };
    if parts.len() < 6 {
        return Err(format!(
            "`{place}` is `{arn}`, which has {} of an ARN's six parts: arn:partition:service:region:account:resource",
            parts.len()
        ));
    }
    check_account(account, place)
}

fn check_account(account: &str, place: &str) -> Result<(), String> {
    let is_number = !account.is_empty() && account.chars().all(|digit| digit.is_ascii_digit());
    if is_number && account.len() != 12 {
        return Err(format!(
            "`{place}` has the account `{account}`; an account id has 12 digits, not {}",
            account.len()
        ));
    }
    Ok(())
}

fn scalar(node: &Node) -> Option<String> {
    match &node.value {
        Value::Number(number) => Some(number.clone()),
        Value::Bool(value) => Some(value.to_string()),
        _ => node.as_str().map(str::to_owned),
    }
}

fn context(request: &Node) -> Result<Context, String> {
    let mut context = Context::default();
    let Some(node) = request.get("context") else {
        return Ok(context);
    };
    let map = node.as_map().ok_or("`request.context` is not an object")?;
    for member in &map.members {
        let values: Option<Vec<String>> = match &member.value.value {
            Value::Null => Some(Vec::new()),
            _ => member.value.one_or_many().iter().map(scalar).collect(),
        };
        let values = values.ok_or_else(|| {
            format!(
                "`request.context` has a value of `{}` that is not text",
                member.key.text
            )
        })?;
        context.set(&member.key.text, values);
    }
    Ok(context)
}

fn policy(node: &Node, place: &str) -> Result<Policy, String> {
    policy::from_node(node, None)
        .ok_or_else(|| format!("`{place}` has a policy without `Statement`"))
}

fn policies(root: &Node, name: &str) -> Result<Vec<Policy>, String> {
    match root.get(name) {
        None => Ok(Vec::new()),
        Some(node) if matches!(node.value, Value::Null) => Ok(Vec::new()),
        Some(node) => node
            .one_or_many()
            .iter()
            .map(|node| policy(node, name))
            .collect(),
    }
}

fn levels(root: &Node, name: &str) -> Result<Vec<Vec<Policy>>, String> {
    let Some(node) = root.get(name) else {
        return Ok(Vec::new());
    };
    if matches!(node.value, Value::Null) {
        return Ok(Vec::new());
    }
    node.one_or_many()
        .iter()
        .map(|level| {
            level
                .one_or_many()
                .iter()
                .map(|node| policy(node, name))
                .collect()
        })
        .collect()
}

fn simulation(decision: &Decision) -> Simulation {
    let layers = decision.layers.iter().map(|layer| {
        let statements = layer.statements.iter().map(|statement| StatementSays {
            policy: statement.policy,
            statement: statement.statement,
            effect: statement.effect.as_str(),
            matched: statement.mismatch.is_none(),
            why: statement
                .mismatch
                .as_ref()
                .map(|mismatch| mismatch.why.clone()),
        });
        (
            layer.layer.as_str(),
            LayerSays {
                decision: layer.outcome.as_str(),
                statements: statements.collect(),
            },
        )
    });
    Simulation {
        schema: SCHEMA,
        decision: decision.outcome.as_str(),
        denied_by: decision.denied_by.map(evaluate::Layer::as_str),
        layers: Layers(layers.collect()),
        notes: decision.notes.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(principal: &str, action: &str, resource: &str, more: &str) -> Result<Simulation, String> {
        simulate(&format!(
            r#"{{ "request": {{ "principal": "{principal}", "action": "{action}", "resource": "{resource}" }}{more} }}"#
        ))
    }

    #[test]
    fn nonsense_is_refused_with_a_sentence() {
        const ANN: &str = "arn:aws:iam::111122223333:user/ann";
        const OBJECT: &str = "arn:aws:s3:::reports/a";
        for (principal, action, resource, more, said) in [
            (ANN, "GetObject", OBJECT, "", "one action"),
            (ANN, "s3:*", OBJECT, "", "one action"),
            (ANN, "s3: GetObject", OBJECT, "", "one action"),
            ("ann", "s3:GetObject", OBJECT, "", "write an ARN"),
            ("1111", "s3:GetObject", OBJECT, "", "not 4"),
            (
                "arn:aws:iam::11112222333:user/ann",
                "s3:GetObject",
                OBJECT,
                "",
                "not 11",
            ),
            (ANN, "s3:GetObject", "reports/a", "", "write an ARN"),
            (ANN, "s3:GetObject", "arn:aws:s3", "", "3 of an ARN's"),
            (
                ANN,
                "s3:GetObject",
                OBJECT,
                r#", "resource_account": "1""#,
                "not 1",
            ),
        ] {
            let found = of(principal, action, resource, more);
            assert!(
                found.clone().is_err_and(|it| it.contains(said)),
                "{found:?}"
            );
        }
        let odd = r#", "identity": [{ "Statement": { "Effect": "Allow", "Action": "*", "Resource": "reports" } }]"#;
        for (principal, action, resource, more) in [
            (ANN, "s3:GetObject", OBJECT, ""),
            (ANN, "s3:GetObject", "*", ""),
            (ANN, "s3:GetObject", "⟦Ref:Bucket⟧/x", ""),
            (ANN, "s3:GetObject", "reports", odd),
            ("*", "s3:GetObject", OBJECT, ""),
            ("lambda.amazonaws.com", "sts:AssumeRole", OBJECT, ""),
            ("111122223333", "s3:GetObject", OBJECT, ""),
            ("⟦aws_iam_role.r.arn⟧", "s3:GetObject", OBJECT, ""),
            (
                "arn:aws:iam::example:user/example",
                "s3:GetObject",
                OBJECT,
                "",
            ),
            ("AIDACKCEVSQ6C2EXAMPLE", "s3:GetObject", OBJECT, ""),
        ] {
            let found = of(principal, action, resource, more);
            assert!(
                found.is_ok_and(|it| !it.notes.iter().any(|note| note.contains("not among"))),
                "{principal}"
            );
        }
        let notes = of(ANN, "s3:GetObjekt", OBJECT, "").unwrap().notes;
        assert!(
            notes.iter().any(|note| note.contains("s3:GetObject")),
            "{notes:?}"
        );
    }
}
