//! cfn-guard: the current one on templates and plain policies, and Guard 2, which AWS Config runs, on configuration items.
//! `cargo xtask guards` says where they are: `UNDENY_CFN_GUARD` and `UNDENY_CFN_GUARD_2`.

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};
use undeny_guard::File;

use super::{
    Form, Runner, Said, Told, examples, has_principals, mended, must_pass, of_story, text_forms,
};

#[derive(Debug)]
pub(super) struct CfnGuard;

const CURRENT: &str = "UNDENY_CFN_GUARD";
const SECOND: &str = "UNDENY_CFN_GUARD_2";

impl Runner for CfnGuard {
    fn tool(&self) -> &'static str {
        "config"
    }

    fn missing(&self) -> Option<String> {
        [CURRENT, SECOND]
            .iter()
            .any(|name| std::env::var_os(name).is_none())
            .then(|| {
                format!("{CURRENT} and {SECOND} name no cfn-guard; `cargo xtask guards` sets them")
            })
    }

    fn run(&self, stories: &[(&Told, Vec<File>)]) -> Vec<Vec<Said>> {
        stories
            .iter()
            .map(|(told, files)| {
                let mut forms: Vec<Form> = text_forms(told)
                    .into_iter()
                    .filter(|form| form.extension != "tf")
                    .collect();
                forms.extend(examples(told).iter().map(|example| Form {
                    form: "policy",
                    kind: example.kind,
                    extension: "json",
                    text: example.policy.to_string(),
                }));
                forms.extend(mended(told).map(|policy| Form {
                    form: "accepted fix",
                    kind: "fixed",
                    extension: "json",
                    text: policy.to_string(),
                }));
                let mut said = judged(CURRENT, rules(files, "undeny.guard"), &forms);
                said.extend(of_items(told, files));
                said
            })
            .collect()
    }
}

/// What the rules for AWS Config say together: each is about one of the policies.
fn of_items(told: &Told, files: &[File]) -> Vec<Said> {
    let mut all: Vec<Said> = Vec::new();
    let items = items(told);
    for file in files {
        if !file.name.starts_with("undeny-config-") || !file.name.ends_with(".guard") {
            continue;
        }
        let said = judged(SECOND, &file.text, &items);
        if all.is_empty() {
            all = said;
            continue;
        }
        for (all, said) in all.iter_mut().zip(said) {
            if matches!(all.passed, Ok(true)) {
                all.passed = said.passed;
            }
        }
    }
    all
}

fn rules<'a>(files: &'a [File], name: &str) -> &'a str {
    super::text(files, name)
}

/// Policies as AWS Config records them: <https://github.com/awslabs/aws-config-resource-schema>.
fn items(told: &Told) -> Vec<Form> {
    let mut forms = Vec::new();
    for example in &of_story(told) {
        let text = encoded(&example.policy);
        let item = |kind: &str, configuration: Value| {
            json!({"version": "1.3", "resourceType": format!("AWS::IAM::{kind}"), "configuration": configuration}).to_string()
        };
        let other = encoded(&json!({"Version": "2012-10-17", "Statement": []}));
        let texts = if has_principals(example) {
            vec![item(
                "Role",
                json!({"roleName": "example", "assumeRolePolicyDocument": text, "rolePolicyList": []}),
            )]
        } else {
            vec![
                item(
                    "Policy",
                    json!({"policyVersionList": [{"versionId": "v1", "isDefaultVersion": false, "document": other}, {"versionId": "v2", "isDefaultVersion": true, "document": text}]}),
                ),
                item(
                    "Role",
                    json!({"assumeRolePolicyDocument": other, "rolePolicyList": [{"policyName": "other", "policyDocument": other}, {"policyName": "example", "policyDocument": text}]}),
                ),
                item(
                    "User",
                    json!({"userName": "example", "userPolicyList": [{"policyName": "example", "policyDocument": text}]}),
                ),
                item(
                    "Group",
                    json!({"groupName": "example", "groupPolicyList": [{"policyName": "example", "policyDocument": text}]}),
                ),
            ]
        };
        forms.extend(texts.into_iter().map(|text| Form {
            form: "configuration item",
            kind: example.kind,
            extension: "json",
            text,
        }));
    }
    forms
}

/// Each reference by a value of its own; variables of IAM's (`${aws:username}`) stay.
fn resolved(text: &str) -> String {
    let mut parts = text.split("${");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (inside, after) = part.split_once('}').unwrap_or((part, ""));
        if inside.contains(':') && !inside.contains("::") {
            out = out + "${" + part;
        } else {
            out = out + &inside.replace([':', '"', '\\'], "-") + after;
        }
    }
    out
}

/// As AWS Config records a policy: percent-encoded, and with values where the file has references.
fn encoded(policy: &Value) -> String {
    resolved(&policy.to_string())
        .bytes()
        .map(|byte| {
            if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect()
}

/// What the rules say of each text; one run for all of them.
fn judged(program: &str, rules: &str, forms: &[Form]) -> Vec<Said> {
    let scratch = tempfile::tempdir().unwrap();
    let data = scratch.path().join("data");
    std::fs::create_dir_all(&data).unwrap();
    std::fs::write(scratch.path().join("rules.guard"), rules).unwrap();
    for (number, form) in forms.iter().enumerate() {
        std::fs::write(
            data.join(format!("{number}.{}", form.extension)),
            &form.text,
        )
        .unwrap();
    }
    let answers = ask(program, scratch.path());
    forms
        .iter()
        .enumerate()
        .map(|(number, form)| Said {
            form: form.form,
            kind: form.kind.to_owned(),
            passed: passed(&answers, number),
            must_pass: must_pass(form.kind),
        })
        .collect()
}

fn passed(answers: &Result<String, String>, number: usize) -> Result<bool, String> {
    let answers = answers.as_ref().map_err(Clone::clone)?;
    for line in answers.lines() {
        let Some((path, status)) = line.split_once(" Status = ") else {
            continue;
        };
        let name = Path::new(path.trim()).file_stem().unwrap_or_default();
        if name.to_string_lossy() == number.to_string() {
            return match status.trim() {
                "PASS" | "SKIP" => Ok(true),
                "FAIL" => Ok(false),
                other => Err(format!("cfn-guard says {other}")),
            };
        }
    }
    Err(format!(
        "cfn-guard says nothing of text {number}: {answers}"
    ))
}

/// What it prints, a line for each file. Exit status 0 is a pass of all, 19 (Guard 2: 5) a refusal of some.
/// Source: <https://github.com/aws-cloudformation/cloudformation-guard/blob/main/guard/src/commands/mod.rs>.
fn ask(program: &str, folder: &Path) -> Result<String, String> {
    let output = Command::new(std::env::var_os(program).ok_or("no cfn-guard")?)
        .current_dir(folder)
        .args([
            "validate",
            "--rules",
            "rules.guard",
            "--data",
            "data",
            "--show-summary",
            "all",
        ])
        .output()
        .map_err(|error| error.to_string())?;
    match output.status.code() {
        Some(0 | 5 | 19) => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
        _ => Err(format!(
            "{}: {}{}",
            output.status,
            String::from_utf8_lossy(&output.stderr),
            String::from_utf8_lossy(&output.stdout)
        )),
    }
}
