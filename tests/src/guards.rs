//! The guards of a report, run by the tools that they are for.
//!
//! Each guard must pass the policies that the patch leaves, and refuse them as they were and as lazy fixes would leave them.

use std::fmt::Write as _;
use std::path::Path;

use crate::case::{self, Case};
use serde_json::{Value, json};
use undeny_core::report::Report;
use undeny_guard::{Example, File, Story};

mod checkov;
mod config;
pub mod pages;
mod pre_commit;
mod rego;
mod terraform;

/// A report with a name.
#[derive(Clone, Debug)]
pub struct Told {
    /// The case's name.
    pub name: String,
    /// Its report.
    pub report: Report,
    /// What the report's guards are about.
    pub story: Story,
    /// Documents as somebody else has mended them, with their formats: guards have to let these pass too.
    pub mended: Vec<(String, String)>,
    /// Whether the policies that every guard judges alike are judged with this story's guards too.
    pub general: bool,
    /// The tools that cannot see what the story turns on: their guards are not run.
    pub unguarded: Vec<String>,
}

/// What a guard says of one text.
#[derive(Clone, Debug)]
pub struct Said {
    /// Which form the policy was given in: `policy`, `plan`, `cloudformation`, ...
    pub form: &'static str,
    /// What the text is: `fixed`, `original`, `lazy action`, ...
    pub kind: String,
    /// Whether the guard let it pass; an error where the tool itself failed.
    pub passed: Result<bool, String>,
    /// Whether it must.
    pub must_pass: bool,
}

impl Said {
    /// Whether it says what it must.
    #[must_use]
    pub fn right(&self) -> bool {
        self.passed
            .as_ref()
            .is_ok_and(|passed| *passed == self.must_pass)
    }
}

/// A program that runs guards.
pub trait Runner: Sync {
    /// The tool whose guards it runs.
    fn tool(&self) -> &'static str;

    /// Why it cannot run here, if it cannot.
    fn missing(&self) -> Option<String>;

    /// What the guards of each story say, in order.
    fn run(&self, stories: &[(&Told, Vec<File>)]) -> Vec<Vec<Said>>;
}

/// All of them, by tool.
pub const RUNNERS: &[&dyn Runner] = &[
    &checkov::Checkov,
    &config::CfnGuard,
    &rego::Regorus,
    &terraform::Terraform,
];

/// The cases that have something to guard.
#[must_use]
pub fn told(name: String, report: Report) -> Option<Told> {
    let story = Story::read(&report)?;
    Some(Told {
        name,
        report,
        story,
        mended: Vec::new(),
        general: false,
        unguarded: Vec::new(),
    })
}

/// Our own cases that have something to guard.
///
/// # Errors
/// The first file that is no case.
pub fn own_cases() -> Result<Vec<Told>, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    let mut told = Vec::new();
    for (name, path) in case::files(&folder) {
        let text = std::fs::read_to_string(&path).map_err(|error| error.to_string())?;
        let case = Case::read(&text).map_err(|error| format!("{name}: {error}"))?;
        let report = undeny_core::run(&case.files(), &case.options()).report;
        let unguarded = case.expected.unguarded.clone();
        told.extend(self::told(name, report).map(|told| Told { unguarded, ..told }));
    }
    Ok(told)
}

/// The general checks depend on what the story accepts: one story for each of these is asked, and no other.
pub fn ask_in_general(cases: &mut [Told]) {
    let mut asked: Vec<Vec<String>> = Vec::new();
    for told in cases {
        told.general = !asked.contains(&told.story.accepted);
        if told.general {
            asked.push(told.story.accepted.clone());
        }
    }
}

/// Run every guard of every case, and where `pages` is set the command lines of each tool's page; the table, and how many are right and wrong.
#[must_use]
pub fn matrix(
    cases: &[Told],
    tool: Option<&str>,
    pages: bool,
    verbose: bool,
) -> (String, usize, usize) {
    let mut text = String::new();
    let (mut right, mut wrong) = (0, 0);
    let wanted_tool = |own: &str| tool.is_none_or(|tool| tool == own);
    for runner in RUNNERS.iter().filter(|runner| wanted_tool(runner.tool())) {
        let Some(tool) = undeny_guard::find(runner.tool()) else {
            continue;
        };
        if let Some(why) = runner.missing() {
            let _ = writeln!(text, "{}: not run: {why}", runner.tool());
            continue;
        }
        let seen: Vec<&Told> = cases
            .iter()
            .filter(|case| !case.unguarded.iter().any(|own| own == runner.tool()))
            .collect();
        let stories: Vec<(&Told, Vec<File>)> = seen
            .iter()
            .map(|case| (*case, tool.files(&case.story)))
            .collect();
        for case in cases
            .iter()
            .filter(|case| case.unguarded.iter().any(|own| own == runner.tool()))
        {
            let _ = writeln!(
                text,
                "{:<10} {:<44} not run: it cannot see what the story turns on",
                runner.tool(),
                case.name
            );
        }
        for (case, said) in seen.iter().zip(runner.run(&stories)) {
            text.push_str(&row(runner.tool(), &case.name, &said, verbose));
            right += said.iter().filter(|said| said.right()).count();
            wrong += said.iter().filter(|said| !said.right()).count();
        }
    }
    if pages {
        let (lines, said) = self::pages(&wanted_tool, verbose);
        text.push_str(&lines);
        right += said.iter().filter(|said| said.right()).count();
        wrong += said.iter().filter(|said| !said.right()).count();
    }
    let _ = writeln!(text, "{right} passed, {wrong} failed");
    (text, right, wrong)
}

/// A line of the table.
fn row(tool: &str, name: &str, said: &[Said], verbose: bool) -> String {
    let mut kinds: Vec<(&str, Vec<&Said>)> = Vec::new();
    for said in said {
        let kind = said.kind.split(' ').next().unwrap_or_default();
        match kinds.iter_mut().find(|(own, _)| *own == kind) {
            Some((_, list)) => list.push(said),
            None => kinds.push((kind, vec![said])),
        }
    }
    let cells: Vec<String> = kinds
        .iter()
        .map(|(kind, list)| {
            let good = list.iter().filter(|said| said.right()).count();
            let mark = if good == list.len() { "" } else { " WRONG" };
            let word = match *kind {
                "original" | "lazy" | "bad" => "refused",
                _ => "passes",
            };
            format!("{kind} {word} {good}/{}{mark}", list.len())
        })
        .collect();
    let mut text = format!("{tool:<10} {name:<44} {}\n", cells.join(", "));
    for said in said.iter().filter(|said| verbose && !said.right()) {
        let _ = writeln!(
            text,
            "    {} as {}: {}",
            said.kind,
            said.form,
            match &said.passed {
                Ok(true) => "passed",
                Ok(false) => "refused",
                Err(error) => error,
            }
        );
    }
    text
}

/// The lines of the tools' pages in `docs/` and of the hooks, which are run as they stand on the first story of all.
fn pages(wanted: &dyn Fn(&str) -> bool, verbose: bool) -> (String, Vec<Said>) {
    let inputs = SEED.iter().map(|(name, text)| undeny_core::Input {
        name: Some((*name).to_owned()),
        text: (*text).to_owned(),
        role: None,
    });
    let paste = undeny_core::Paste {
        inputs: inputs.collect(),
    };
    let report = undeny_core::run(&paste, &undeny_core::Options::default()).report;
    let told = told("the first story".to_owned(), report).unwrap();
    let (mut text, mut all) = (String::new(), Vec::new());
    for tool in undeny_guard::TOOLS.iter().filter(|tool| wanted(tool.id())) {
        let (said, missing) = pages::run(*tool, &told, SEED).unwrap_or_else(|why| {
            let failed = Said {
                form: "as the page says",
                kind: "fixed".to_owned(),
                passed: Err(why),
                must_pass: true,
            };
            (vec![failed], Vec::new())
        });
        let name = format!("docs/guard-{}.md", tool.id());
        text.push_str(&row(tool.id(), &name, &said, verbose));
        if !missing.is_empty() {
            let _ = writeln!(text, "    not run: {}", missing.join(", "));
        }
        all.extend(said);
    }
    match pre_commit::missing() {
        _ if !wanted("pre-commit") => {}
        Some(why) => {
            let _ = writeln!(text, "pre-commit: not run: {why}");
        }
        None => {
            let said = pre_commit::run(&told);
            text.push_str(&row("pre-commit", pre_commit::PAGE, &said, verbose));
            all.extend(said);
        }
    }
    (text, all)
}

/// The files that the pages name.
const SEED: &[(&str, &str)] = &[
    ("error.log", include_str!("../tests/all/seed/build.log")),
    (
        "identity.json",
        include_str!("../tests/all/seed/identity.json"),
    ),
    ("trust.json", include_str!("../tests/all/seed/trust.json")),
];

/// The story's examples, and what must pass in other words too.
fn of_story(told: &Told) -> Vec<Example> {
    let mut examples = told.story.examples.clone();
    let fixed = told.story.examples.iter().filter(|own| own.passes());
    examples.extend(fixed.map(|own| Example {
        kind: "fixed in other words",
        policy: in_other_words(&own.policy),
        ..own.clone()
    }));
    examples
}

/// The story's examples, and policies that every guard refuses or lets pass in general.
fn examples(told: &Told) -> Vec<Example> {
    let mut examples = of_story(told);
    for (kind, accepts, policy) in GENERAL.iter().filter(|_| told.general) {
        // What the proven patch itself has of these is accepted.
        if told
            .story
            .accepted
            .iter()
            .any(|own| accepts.iter().any(|one| one.eq_ignore_ascii_case(own)))
        {
            continue;
        }
        // A story about the trust in such a provider knows its policy by nothing else: to it, this is the policy without the fix.
        let mut needs = told.story.rules.iter().flat_map(|rule| &rule.needs);
        if kind.starts_with("good trust")
            && needs.any(|need| need.action.ends_with("WithWebIdentity"))
        {
            continue;
        }
        examples.push(Example {
            kind,
            rule: usize::MAX,
            policy: serde_json::from_str(policy).unwrap(),
        });
    }
    examples
}

/// Whether a guard lets a policy of this kind pass.
fn must_pass(kind: &str) -> bool {
    matches!(kind.split(' ').next(), Some("fixed" | "good"))
}

/// A kind, what of it a story may accept, and the policy.
const GENERAL: &[(&str, &[&str], &str)] = &[
    (
        "bad every action of STS",
        &["sts:*"],
        r#"{"Statement": {"Effect": "Allow", "Action": "sts:*", "Resource": "arn:aws:iam::999988887777:role/undeny-general"}}"#,
    ),
    (
        "bad every role",
        &["sts:AssumeRole"],
        r#"{"Statement": [{"Effect": "Allow", "Action": ["sts:AssumeRole", "sts:TagSession"], "Resource": "*"}]}"#,
    ),
    (
        "bad every role of an account",
        &["sts:AssumeRole"],
        r#"{"Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": ["arn:aws:iam::999988887777:role/*"]}]}"#,
    ),
    (
        "bad trust without a subject",
        &[":sub"],
        r#"{"Statement": [{"Effect": "Allow", "Principal": {"Federated": "arn:aws:iam::999988887777:oidc-provider/token.actions.githubusercontent.com"}, "Action": "sts:AssumeRoleWithWebIdentity", "Condition": {"StringEquals": {"token.actions.githubusercontent.com:aud": "sts.amazonaws.com"}}}]}"#,
    ),
    (
        "bad trust without an audience",
        &[":aud"],
        r#"{"Statement": [{"Effect": "Allow", "Principal": {"Federated": "arn:aws:iam::999988887777:oidc-provider/token.actions.githubusercontent.com"}, "Action": "sts:AssumeRoleWithWebIdentity", "Condition": {"StringEquals": {"token.actions.githubusercontent.com:sub": "repo:undeny-general/app:ref:refs/heads/main"}}}]}"#,
    ),
    (
        "bad trust of every repository",
        &["repo:*", "repo:undeny-general/*"],
        r#"{"Statement": [{"Effect": "Allow", "Principal": {"Federated": "arn:aws:iam::999988887777:oidc-provider/token.actions.githubusercontent.com"}, "Action": "sts:AssumeRoleWithWebIdentity", "Condition": {"StringEquals": {"token.actions.githubusercontent.com:aud": "sts.amazonaws.com"}, "StringLike": {"token.actions.githubusercontent.com:sub": "repo:undeny-general/*"}}}]}"#,
    ),
    (
        "good assumption of a role by name",
        &[],
        r#"{"Statement": [{"Effect": "Allow", "Action": ["sts:AssumeRole", "sts:TagSession"], "Resource": "arn:aws:iam::999988887777:role/undeny-general"}]}"#,
    ),
    (
        "good trust of a branch",
        &[],
        r#"{"Statement": [{"Effect": "Allow", "Principal": {"Federated": "arn:aws:iam::999988887777:oidc-provider/token.actions.githubusercontent.com"}, "Action": "sts:AssumeRoleWithWebIdentity", "Condition": {"StringEquals": {"token.actions.githubusercontent.com:aud": "sts.amazonaws.com"}, "StringLike": {"token.actions.githubusercontent.com:sub": "repo:undeny-general/app:ref:refs/heads/*"}}}]}"#,
    ),
];

/// The same policy as somebody else would write it: the statements backwards, an Allow of several actions cut up, lists as single values and single
/// values as lists, actions and condition keys in lower case, an account's number for its root, another operator that says the same.
fn in_other_words(policy: &Value) -> Value {
    let mut statements = Vec::new();
    for statement in policy["Statement"].as_array().into_iter().flatten().rev() {
        let mut other = serde_json::Map::new();
        for (name, value) in statement.as_object().into_iter().flatten() {
            let value = match name.as_str() {
                "Action" | "NotAction" => relisted(value, &str::to_ascii_lowercase),
                "Resource" | "NotResource" => relisted(value, &str::to_owned),
                "Principal" | "NotPrincipal" => principals(value),
                "Condition" => conditions(value),
                _ => value.clone(),
            };
            other.insert(name.clone(), value);
        }
        let actions = other.get("Action").and_then(Value::as_array).cloned();
        match actions.filter(|_| statement["Effect"] == "Allow") {
            Some(actions) => statements.extend(actions.into_iter().map(|action| {
                let mut one = other.clone();
                one.insert("Action".to_owned(), action);
                Value::Object(one)
            })),
            None => statements.push(Value::Object(other)),
        }
    }
    json!({"Version": "2012-10-17", "Statement": statements})
}

fn relisted(value: &Value, word: &dyn Fn(&str) -> String) -> Value {
    let of = |value: &Value| {
        value
            .as_str()
            .map_or(value.clone(), |text| json!(word(text)))
    };
    match value {
        Value::Array(items) if items.len() == 1 => of(&items[0]),
        Value::Array(items) => items.iter().rev().map(of).collect(),
        other => json!([of(other)]),
    }
}

fn principals(value: &Value) -> Value {
    let Some(kinds) = value.as_object() else {
        return json!({"AWS": "*"});
    };
    let other = |name: &str| {
        let account = name
            .strip_prefix("arn:aws:iam::")
            .and_then(|rest| rest.strip_suffix(":root"));
        match account {
            Some(account) => account.to_owned(),
            None if name.len() == 12 && name.bytes().all(|byte| byte.is_ascii_digit()) => {
                format!("arn:aws:iam::{name}:root")
            }
            None => name.to_owned(),
        }
    };
    let kinds = kinds.iter().map(|(kind, names)| {
        let names = if kind == "AWS" {
            relisted(names, &other)
        } else {
            relisted(names, &str::to_owned)
        };
        (kind.clone(), names)
    });
    Value::Object(kinds.collect())
}

fn conditions(value: &Value) -> Value {
    let mut operators = serde_json::Map::new();
    for (operator, keys) in value.as_object().into_iter().flatten() {
        for (key, values) in keys.as_object().into_iter().flatten() {
            // Values without a wildcard: an operator that knows wildcards says the same.
            let plain = !values.to_string().contains(['*', '?']);
            let other = if plain && operator.starts_with("String") && !operator.contains("Case") {
                operator.replace("Equals", "Like")
            } else if operator.starts_with("Arn") {
                operator.replace("Like", "Equals")
            } else {
                operator.clone()
            };
            operators
                .entry(other)
                .or_insert_with(|| json!({}))
                .as_object_mut()
                .unwrap()
                .insert(key.to_ascii_lowercase(), relisted(values, &str::to_owned));
        }
    }
    Value::Object(operators)
}

fn text<'a>(files: &'a [File], name: &str) -> &'a str {
    files
        .iter()
        .find(|file| file.name == name)
        .map_or("", |file| file.text.as_str())
}

/// A policy as people write it in a file.
struct Form {
    form: &'static str,
    /// `fixed`, `original`, `lazy action`, ...
    kind: &'static str,
    extension: &'static str,
    text: String,
}

/// Each example as Terraform and as CloudFormation, and what was pasted in these formats as it stands.
fn text_forms(told: &Told) -> Vec<Form> {
    let mut forms = Vec::new();
    for example in &examples(told) {
        let trust = has_principals(example);
        let family = written_in(told, example);
        let mut form = |form, extension: &'static str, text| {
            if family.is_some_and(|family| (family == "hcl") != (extension == "tf")) {
                return;
            }
            forms.push(Form {
                form,
                kind: example.kind,
                extension,
                text,
            });
        };
        let (kind, attribute) = if trust {
            ("aws_iam_role", "assume_role_policy")
        } else {
            ("aws_iam_policy", "policy")
        };
        // Terraform would evaluate IAM's variables.
        let terraform = iam_variable(&example.policy.to_string(), "$$");
        form(
            "jsonencode",
            "tf",
            format!(
                "resource \"{kind}\" \"example\" {{\n  {attribute} = jsonencode({terraform})\n}}\n"
            ),
        );
        form(
            "heredoc",
            "tf",
            format!(
                "resource \"{kind}\" \"example\" {{\n  {attribute} = <<POLICY\n{terraform}\nPOLICY\n}}\n"
            ),
        );
        form("data document", "tf", data_document(&example.policy));
        let template = rego::template(&example.policy, trust);
        form("cloudformation", "json", template.to_string());
        form("cloudformation", "yaml", flow(&template));
        if !trust {
            let policy = &template["Resources"]["Example"]["Properties"]["PolicyDocument"];
            let function = json!({"Type": "AWS::Serverless::Function", "Properties": {"Handler": "a.b", "Runtime": "nodejs22.x", "CodeUri": "a", "Policies": [policy]}});
            let template = json!({"Transform": "AWS::Serverless-2016-10-31", "Resources": {"Example": function}});
            form("serverless", "yaml", flow(&template));
        }
    }
    for document in &told.report.documents {
        let extension = match document.format {
            "hcl" => "tf",
            "cfn-yaml" => "yaml",
            "cfn-json" => "json",
            _ => continue,
        };
        let Some(after) = &document.after else {
            continue;
        };
        // Checkov looks at resources and data; statements in `locals` it sees in what uses them.
        let has_blocks = ["resource", "data"].iter().any(|word| {
            document
                .before
                .lines()
                .any(|line| line.trim_start().starts_with(&format!("{word} \"")))
        });
        if extension == "tf" && !has_blocks {
            continue;
        }
        // A tool that looks at policies one by one does not miss one that was never there.
        let mut rules = told.story.rules.iter();
        let is_missed = rules.any(|rule| rule.name == document.name && !rule.is_first);
        let original = is_missed.then_some(("original", &document.before));
        for (kind, text) in std::iter::once(("fixed", after)).chain(original) {
            forms.push(Form {
                form: "as pasted",
                kind,
                extension,
                text: text.clone(),
            });
        }
    }
    for (format, text) in &told.mended {
        let extension = match format.as_str() {
            "hcl" => "tf",
            "cfn-yaml" => "yaml",
            "cfn-json" => "json",
            _ => continue,
        };
        forms.push(Form {
            form: "accepted fix",
            kind: "fixed",
            extension,
            text: text.clone(),
        });
    }
    forms
}

/// Terraform's `aws_iam_policy_document`, which writes IAM's variables `&{aws:username}`.
fn data_document(policy: &Value) -> String {
    let list = |value: &Value| match value {
        Value::Array(_) => value.to_string(),
        one => json!([one]).to_string(),
    };
    let mut text = String::from("data \"aws_iam_policy_document\" \"example\" {\n");
    let statements = match &policy["Statement"] {
        Value::Array(statements) => statements.iter().collect(),
        one => vec![one],
    };
    for statement in statements {
        let _ = writeln!(text, "  statement {{\n    effect = {}", statement["Effect"]);
        for (name, argument) in [
            ("Action", "actions"),
            ("NotAction", "not_actions"),
            ("Resource", "resources"),
            ("NotResource", "not_resources"),
        ] {
            if let Some(value) = statement.get(name) {
                let _ = writeln!(text, "    {argument} = {}", list(value));
            }
        }
        for (name, block) in [
            ("Principal", "principals"),
            ("NotPrincipal", "not_principals"),
        ] {
            match statement.get(name) {
                Some(Value::Object(kinds)) => {
                    for (kind, names) in kinds {
                        let _ = writeln!(
                            text,
                            "    {block} {{\n      type = \"{kind}\"\n      identifiers = {}\n    }}",
                            list(names)
                        );
                    }
                }
                Some(_) => {
                    let _ = writeln!(
                        text,
                        "    {block} {{\n      type = \"*\"\n      identifiers = [\"*\"]\n    }}"
                    );
                }
                None => {}
            }
        }
        for (operator, keys) in statement["Condition"].as_object().into_iter().flatten() {
            for (key, values) in keys.as_object().into_iter().flatten() {
                let _ = writeln!(
                    text,
                    "    condition {{\n      test = \"{operator}\"\n      variable = \"{key}\"\n      values = {}\n    }}",
                    list(values)
                );
            }
        }
        text.push_str("  }\n");
    }
    iam_variable(&(text + "}\n"), "&")
}

/// YAML in flow style, with the short form of `Fn::Sub`.
fn flow(value: &Value) -> String {
    match value {
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(flow).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Object(members) => match members.get("Fn::Sub") {
            Some(text) => format!("!Sub {text}"),
            None => {
                let members: Vec<String> = members
                    .iter()
                    .map(|(key, value)| format!("{}: {}", json!(key), flow(value)))
                    .collect();
                format!("{{{}}}", members.join(", "))
            }
        },
        other => other.to_string(),
    }
}

/// Plain policies as somebody else has mended them.
fn mended(told: &Told) -> impl Iterator<Item = Value> {
    told.mended
        .iter()
        .filter(|(format, _)| format == "json")
        .filter_map(|(_, text)| serde_json::from_str(text).ok())
}

/// The format whose references the example has, if it has any: they mean nothing elsewhere.
fn written_in<'a>(told: &'a Told, example: &Example) -> Option<&'a str> {
    let name = &told.story.rules.get(example.rule)?.name;
    let mut documents = told.report.documents.iter();
    let document = documents.find(|document| document.name == *name)?;
    example
        .policy
        .to_string()
        .contains("${")
        .then_some(document.format)
}

/// IAM's variables (`${aws:username}`) with another sign in the place of the `$`.
fn iam_variable(text: &str, sign: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        out.push_str(before);
        let inside = after.split('}').next().unwrap_or_default();
        let variable = inside.contains(':') && !inside.contains("::");
        out.push_str(if variable { sign } else { "$" });
        out.push('{');
        rest = after;
    }
    out.push_str(rest);
    out
}

/// The policy of an example in the property that a template or a plan has it in.
fn has_principals(example: &Example) -> bool {
    example
        .policy
        .get("Statement")
        .and_then(Value::as_array)
        .is_some_and(|statements| {
            statements.iter().any(|statement| {
                statement.get("Principal").is_some() || statement.get("NotPrincipal").is_some()
            })
        })
}
