//! Rego, by regorus.

use serde_json::{Value, json};
use undeny_guard::File;

use super::{Runner, Said, Told, examples, has_principals, mended, must_pass, text};

#[derive(Debug)]
pub(super) struct Regorus;

impl Runner for Regorus {
    fn tool(&self) -> &'static str {
        "rego"
    }

    fn missing(&self) -> Option<String> {
        None
    }

    fn run(&self, stories: &[(&Told, Vec<File>)]) -> Vec<Vec<Said>> {
        stories
            .iter()
            .map(|(told, files)| {
                let mut said = Vec::new();
                for example in &examples(told) {
                    let trust = has_principals(example);
                    for (form, input) in [
                        ("policy", example.policy.clone()),
                        ("plan", plan(&example.policy, trust)),
                        ("cloudformation", template(&example.policy, trust)),
                        (
                            "short forms as conftest reads them",
                            untagged(&template(&example.policy, trust)),
                        ),
                    ] {
                        said.push(Said {
                            form,
                            kind: example.kind.to_owned(),
                            passed: deny(files, &input).map(|deny| deny.is_empty()),
                            must_pass: must_pass(example.kind),
                        });
                    }
                }
                said.extend(mended(told).map(|policy| Said {
                    form: "accepted fix",
                    kind: "fixed".to_owned(),
                    passed: deny(files, &policy).map(|deny| deny.is_empty()),
                    must_pass: true,
                }));
                said.push(Said {
                    form: "its own test",
                    kind: "test".to_owned(),
                    passed: own_test(files),
                    must_pass: true,
                });
                said
            })
            .collect()
    }
}

fn engine(files: &[File]) -> Result<regorus::Engine, String> {
    let mut engine = regorus::Engine::new();
    for file in files {
        engine
            .add_policy(file.name.clone(), file.text.clone())
            .map_err(|error| format!("{}: {error}", file.name))?;
    }
    Ok(engine)
}

pub(super) fn deny(files: &[File], input: &Value) -> Result<Vec<String>, String> {
    let mut engine = engine(files)?;
    let input = regorus::Value::from_json_str(&input.to_string()).map_err(|e| e.to_string())?;
    engine.set_input(input);
    let deny = engine
        .eval_rule("data.undeny.deny".to_owned())
        .map_err(|error| error.to_string())?;
    let deny: Value = serde_json::from_str(&deny.to_json_str().map_err(|e| e.to_string())?)
        .map_err(|error| error.to_string())?;
    Ok(deny
        .as_array()
        .ok_or("`deny` is no set")?
        .iter()
        .map(ToString::to_string)
        .collect())
}

/// Whether every `test_` rule of the test file holds.
fn own_test(files: &[File]) -> Result<bool, String> {
    let mut engine = engine(files)?;
    let mut run = 0;
    for line in text(files, "undeny_test.rego").lines() {
        let Some(name) = line
            .strip_suffix(" if {")
            .filter(|name| name.starts_with("test_"))
        else {
            continue;
        };
        run += 1;
        let value = engine
            .eval_rule(format!("data.undeny_test.{name}"))
            .map_err(|error| error.to_string())?;
        if value != regorus::Value::from(true) {
            return Err(format!("{name} does not hold"));
        }
    }
    (run > 0)
        .then_some(true)
        .ok_or_else(|| "no test".to_owned())
}

/// As `terraform show -json` prints a plan.
fn plan(policy: &Value, trust: bool) -> Value {
    let attribute = if trust {
        "assume_role_policy"
    } else {
        "policy"
    };
    json!({
        "format_version": "1.2",
        "planned_values": { "root_module": { "child_modules": [ { "resources": [ {
            "address": "module.ci.aws_iam_role.example", "mode": "managed", "type": "aws_iam_role", "name": "example",
            "values": { "name": "example", attribute: policy.to_string() } } ] } ] } },
        "prior_state": { "values": { "root_module": { "resources": [ { "values": { attribute: "{\"Statement\":[]}" } } ] } } }
    })
}

/// A template with the policy in it; references as `Fn::Sub`.
pub(super) fn template(policy: &Value, trust: bool) -> Value {
    let policy = substituted(policy);
    if trust {
        json!({"Resources": {"Example": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": policy}}}})
    } else {
        json!({"Resources": {"Example": {"Type": "AWS::IAM::Policy", "Properties": {"PolicyName": "example", "PolicyDocument": policy, "Roles": ["example"]}}}})
    }
}

/// A reference that is a whole value, `!Ref Role`, as its text alone; any other `!Sub` as a string.
fn untagged(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(untagged).collect(),
        Value::Object(members) => match members.get("Fn::Sub").and_then(Value::as_str) {
            Some(text) => {
                let whole = text
                    .strip_prefix("${")
                    .and_then(|rest| rest.strip_suffix('}'));
                json!(
                    whole
                        .filter(|name| !name.contains(['$', '!']))
                        .unwrap_or(text)
                )
            }
            None => members
                .iter()
                .map(|(key, value)| (key.clone(), untagged(value)))
                .collect(),
        },
        other => other.clone(),
    }
}

fn substituted(value: &Value) -> Value {
    match value {
        Value::String(text) if text.contains("${") => json!({"Fn::Sub": text}),
        Value::Array(items) => items.iter().map(substituted).collect(),
        Value::Object(members) => members
            .iter()
            .map(|(key, value)| (key.clone(), substituted(value)))
            .collect(),
        other => other.clone(),
    }
}
