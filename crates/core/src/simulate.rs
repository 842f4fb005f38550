//! Decide a request against policies: the command `simulate`.

use serde::Serialize;
use undeny_document::{Format, Input, Node, Paste, Value};
use undeny_iam::evaluate::{self, Context, Decision, Request, Scenario};
use undeny_iam::policy::{self, Policy};

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
    Ok(simulation(&evaluate::evaluate(&scenario(text)?)))
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
    Ok(Scenario {
        request: Request {
            principal,
            action: field("action")?,
            resource,
            context: context(request)?,
        },
        resource_account: root.get("resource_account").and_then(scalar),
        identity: policies(root, "identity")?,
        resource: policies(root, "resource")?.into_iter().next(),
        boundary: policies(root, "boundary")?,
        session: policies(root, "session")?,
        scps: levels(root, "scps")?,
        rcps: levels(root, "rcps")?,
        endpoint: policies(root, "endpoint")?.into_iter().next(),
    })
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
