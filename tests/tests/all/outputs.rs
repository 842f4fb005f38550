//! What the command prints for programs: its JSON against `undeny schema`, SARIF against the standard's schema, GitLab's report against what GitLab
//! asks for; and what stands in CI: the hooks, the action, the guards in a folder.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, OnceLock};

use serde_json::{Value, json};
use undeny_guard::TOOLS;
use undeny_tests::case::{self, Case};
use undeny_tests::command::{self, git};
use undeny_tests::guards::pages;

use crate::Test;

/// From the crate serde-sarif; see `tests/schemas/README.md`.
const SARIF: &str = include_str!("../../schemas/sarif-2.1.0.json");
const LOG: &str = include_str!("seed/build.log");
const IDENTITY: &str = include_str!("seed/identity.json");
const TRUST: &str = include_str!("seed/trust.json");

/// A token of GitHub's that ended in 2001, and a policy that lets its subject in.
const ENDED: &str = "eyJhbGciOiAiUlMyNTYiLCAidHlwIjogIkpXVCIsICJraWQiOiAiMSJ9.eyJpc3MiOiAiaHR0cHM6Ly90b2tlbi5hY3Rpb25zLmdpdGh1YnVzZXJjb250ZW50LmNvbSIsICJhdWQiOiAic3RzLmFtYXpvbmF3cy5jb20iLCAic3ViIjogInJlcG86YWNtZS9hcHA6cmVmOnJlZnMvaGVhZHMvbWFpbiIsICJleHAiOiAxMDAwMDAwMDAwLCAiaWF0IjogOTk5OTk5NDAwfQ.c2lnbmF0dXJlLXNpZ25hdHVyZS1zaWduYXR1cmU";
const GITHUB: &str = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Federated": "arn:aws:iam::604718392055:oidc-provider/token.actions.githubusercontent.com"}, "Action": "sts:AssumeRoleWithWebIdentity", "Condition": {"StringEquals": {"token.actions.githubusercontent.com:aud": "sts.amazonaws.com", "token.actions.githubusercontent.com:sub": "repo:acme/app:ref:refs/heads/main"}}}]}"#;

type Check = fn(&Path, &Path) -> Result<(), String>;

const CHECKS: &[(&str, Check)] = &[
    (
        "a guard is written where --out says, as the JSON has it",
        guard_files,
    ),
    (
        "a page of each guard has a command line that does what it says",
        guard_pages,
    ),
    (
        "an unknown tool, a report without a patch and a token that has ended are sentences",
        guard_sentences,
    ),
    ("GitLab's report has what GitLab asks for", gitlab),
    ("JSON of every command fits the schema", schema),
    ("SARIF fits its schema", sarif),
    (
        "the action comments new access once, and writes the comment anew",
        pull_request,
    ),
    (
        "the files of the hooks and the action name what is there",
        manifests,
    ),
    (
        "the hooks of pre-commit tell findings and new access",
        pre_commit,
    ),
];

pub(crate) fn trials() -> Vec<Test> {
    let binary = Arc::new(OnceLock::new());
    CHECKS
        .iter()
        .map(|(name, check)| {
            let binary: Arc<OnceLock<PathBuf>> = Arc::clone(&binary);
            Test::new(format!("output: {name}"), move || {
                let scratch = tempfile::tempdir().map_err(|error| error.to_string())?;
                check(binary.get_or_init(command::build), scratch.path())
            })
        })
        .collect()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .to_owned()
}

fn cases() -> Vec<(String, Case)> {
    case::files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("cases"))
        .into_iter()
        .map(|(name, path)| {
            let text = std::fs::read_to_string(&path).unwrap();
            (name, Case::read(&text).unwrap())
        })
        .collect()
}

fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

fn seed(folder: &Path) {
    write(folder, "error.log", LOG);
    write(folder, "identity.json", IDENTITY);
    write(folder, "trust.json", TRUST);
}

fn ensure(holds: bool, sentence: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(sentence()) }
}

fn printed(binary: &Path, folder: &Path, args: &[&str], stdin: &str) -> Result<String, String> {
    let output = command::run(binary, folder, args, stdin.as_bytes());
    ensure(matches!(output.status, Some(0 | 1)), || {
        format!("{args:?} ended with {:?}: {}", output.status, output.stderr)
    })?;
    String::from_utf8(output.stdout).map_err(|error| error.to_string())
}

// --- JSON ------------------------------------------------------------------------------------------------------------

/// A check by the definition of a command, and whether a member that nobody knows is refused: else the check could not fail.
fn validator(schema: &Value, name: &str) -> Result<jsonschema::Validator, String> {
    let mut one = schema.clone();
    let members = one.as_object_mut().ok_or("the schema is no object")?;
    members.remove("anyOf");
    members.insert("$ref".to_owned(), json!(format!("#/$defs/{name}")));
    jsonschema::validator_for(&one).map_err(|error| error.to_string())
}

fn valid(validator: &jsonschema::Validator, value: &Value, what: &str) -> Result<(), String> {
    let wrong: Vec<String> = validator
        .iter_errors(value)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .take(3)
        .collect();
    ensure(wrong.is_empty(), || format!("{what}: {}", wrong.join("; ")))
}

fn fits(validator: &jsonschema::Validator, value: &Value, what: &str) -> Result<(), String> {
    valid(validator, value, what)?;
    let mut more = value.clone();
    if let Some(members) = more.as_object_mut() {
        members.insert("nobody knows this".to_owned(), json!(1));
    }
    ensure(!validator.is_valid(&more), || {
        format!("{what}: the schema takes any member")
    })
}

fn schema(binary: &Path, folder: &Path) -> Result<(), String> {
    let text = printed(binary, folder, &["schema"], "")?;
    let schema: Value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    jsonschema::meta::validate(&schema).map_err(|error| error.to_string())?;
    let whole = jsonschema::validator_for(&schema).map_err(|error| error.to_string())?;
    let failed = validator(&schema, "job_failed")?;
    let mut jobs = String::from("{\"id\": \"no texts\"}\n");
    for (name, case) in cases() {
        let documents: Vec<Value> = case
            .files()
            .inputs
            .iter()
            .map(|input| json!({"name": input.name, "text": input.text}))
            .collect();
        jobs.push_str(&format!(
            "{}\n",
            json!({"id": name, "documents": documents})
        ));
    }
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    let mut pairs = String::new();
    let mut restores = String::new();
    for (name, args) in [
        ("explain", vec!["explain", "--ndjson"]),
        ("fix", vec!["fix", "--ndjson"]),
        ("guard", vec!["guard", "--ndjson", "--tool", "rego"]),
        ("lint", vec!["lint", "--ndjson"]),
        ("prompt", vec!["prompt", "--ndjson", "--map", "-"]),
        ("redact", vec!["redact", "--ndjson", "--map", "-"]),
    ] {
        let of_command = validator(&schema, name)?;
        for line in printed(binary, folder, &args, &jobs)?.lines() {
            let value: Value = serde_json::from_str(line).map_err(|error| error.to_string())?;
            let what = format!("{name} of {}", value["id"]);
            if value.get("error").is_some() {
                fits(&failed, &value, &what)?;
                *seen.entry("job_failed").or_default() += 1;
                continue;
            }
            fits(&of_command, &value, &what)?;
            ensure(whole.is_valid(&value), || format!("{what}: not in `anyOf`"))?;
            *seen.entry(name).or_default() += 1;
            for document in value["documents"].as_array().into_iter().flatten() {
                if let (Some(before), Some(after)) =
                    (document["before"].as_str(), document["after"].as_str())
                {
                    pairs.push_str(&format!(
                        "{}\n",
                        json!({"id": what, "documents": [{"text": before}, {"text": after}]})
                    ));
                }
            }
            if name == "redact" && value["text"].is_string() {
                restores.push_str(&format!(
                    "{}\n",
                    json!({"id": what, "text": value["text"], "map": value["map"]})
                ));
            }
        }
    }
    let scenario = |action: &str| {
        json!({"id": action, "scenario": {
            "request": {"principal": "arn:aws:iam::111122223333:user/ann", "action": action, "resource": "arn:aws:s3:::b/k", "context": {}},
            "identity": [{"Version": "2012-10-17", "Statement": [
                {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"},
                {"Effect": "Deny", "Action": "s3:DeleteObject", "Resource": "*"}]}]}})
    };
    let scenarios = format!(
        "{}\n{}\n{}\n",
        scenario("s3:GetObject"),
        scenario("s3:PutObject"),
        scenario("s3:DeleteObject")
    );
    for (name, input) in [
        ("compare", &pairs),
        ("restore", &restores),
        ("simulate", &scenarios),
    ] {
        let of_command = validator(&schema, name)?;
        for line in printed(binary, folder, &[name, "--ndjson"], input)?.lines() {
            let value: Value = serde_json::from_str(line).map_err(|error| error.to_string())?;
            if value.get("error").is_none() {
                fits(&of_command, &value, &format!("{name} of {}", value["id"]))?;
                *seen.entry(name).or_default() += 1;
            }
        }
    }
    let rules = printed(binary, folder, &["lint", "--rules", "--format", "json"], "")?;
    let rules = serde_json::from_str(&rules).map_err(|error| error.to_string())?;
    fits(&validator(&schema, "lint_rules")?, &rules, "lint --rules")?;
    *seen.entry("lint_rules").or_default() += 1;
    for name in ["answer-nothing", "answer-proven", "answer-wider"] {
        let files = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("cli")
            .join(name)
            .join("files");
        let args = [
            "answer",
            "--map",
            "map.json",
            "--from",
            "answer.md",
            "--format",
            "json",
            "build.log",
            "identity.json",
            "trust.json",
        ];
        let answer = printed(binary, &files, &args, "")?;
        let answer = serde_json::from_str(&answer).map_err(|error| error.to_string())?;
        fits(&validator(&schema, "answer")?, &answer, name)?;
        *seen.entry("answer").or_default() += 1;
    }
    // Every definition of a command has been held against something.
    for command in schema["anyOf"].as_array().ok_or("no `anyOf`")? {
        let name = command["$ref"]
            .as_str()
            .unwrap_or_default()
            .trim_start_matches("#/$defs/");
        ensure(seen.get(name).is_some_and(|count| *count > 0), || {
            format!("nothing was held against `{name}`")
        })?;
    }
    Ok(())
}

/// What `lint` and `compare` print of every case in a format: the arguments, and the text.
fn reviews(
    binary: &Path,
    folder: &Path,
    format: &str,
    check: &dyn Fn(&str, &Value) -> Result<usize, String>,
) -> Result<(), String> {
    let mut found = 0;
    for (number, (name, case)) in cases().into_iter().enumerate() {
        let place = folder.join(number.to_string());
        let mut names = vec![
            "lint".to_owned(),
            "--if-any".to_owned(),
            "--format".to_owned(),
            format.to_owned(),
        ];
        for (index, input) in case.files().inputs.iter().enumerate() {
            let file = input.name.clone().unwrap_or_else(|| format!("{index}.txt"));
            write(&place, &file, &input.text);
            names.push(file);
        }
        let args: Vec<&str> = names.iter().map(String::as_str).collect();
        let text = printed(binary, &place, &args, "")?;
        let value: Value =
            serde_json::from_str(&text).map_err(|error| format!("{name}: {error}"))?;
        found += check(&format!("lint of {name}"), &value)?;
    }
    seed(folder);
    write(
        folder,
        "wide.json",
        r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}"#,
    );
    for (before, after) in [
        ("identity.json", "wide.json"),
        ("identity.json", "identity.json"),
        ("trust.json", "identity.json"),
    ] {
        let text = printed(
            binary,
            folder,
            &["compare", "--format", format, before, after],
            "",
        )?;
        let value: Value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
        found += check(&format!("compare {before} {after}"), &value)?;
    }
    ensure(found > 20, || {
        format!("only {found} findings were looked at")
    })
}

fn sarif(binary: &Path, folder: &Path) -> Result<(), String> {
    // A lone `]` is itself in JavaScript, whose expressions a schema has, and an error in Rust.
    let text = SARIF.replace("{2}]?$", "{2}\\\\]?$");
    let schema: Value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    let validator = jsonschema::validator_for(&schema).map_err(|error| error.to_string())?;
    let check = |what: &str, value: &Value| {
        valid(&validator, value, what)?;
        Ok(value["runs"][0]["results"].as_array().map_or(0, Vec::len))
    };
    ensure(!validator.is_valid(&json!({"version": "2.1.0"})), || {
        "the schema takes a log without runs".to_owned()
    })?;
    reviews(binary, folder, "sarif", &check)
}

/// Source: <https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format>
fn gitlab(binary: &Path, folder: &Path) -> Result<(), String> {
    let check = |what: &str, value: &Value| {
        let issues = value.as_array().ok_or_else(|| format!("{what}: no list"))?;
        let mut known = Vec::new();
        for issue in issues {
            let text = |pointer: &str| {
                issue
                    .pointer(pointer)
                    .and_then(Value::as_str)
                    .filter(|text| !text.is_empty())
                    .ok_or_else(|| format!("{what}: no {pointer} in {issue}"))
            };
            text("/description")?;
            text("/check_name")?;
            let fingerprint = text("/fingerprint")?;
            ensure(!known.contains(&fingerprint), || {
                format!("{what}: {fingerprint} twice")
            })?;
            known.push(fingerprint);
            let severity = text("/severity")?;
            ensure(
                ["info", "minor", "major", "critical", "blocker"].contains(&severity),
                || format!("{what}: {severity}"),
            )?;
            let path = text("/location/path")?;
            ensure(!path.starts_with('/') && !path.starts_with("./"), || {
                format!("{what}: {path} is no path from the root of a repository")
            })?;
            let line = issue
                .pointer("/location/lines/begin")
                .and_then(Value::as_u64);
            ensure(line.is_some_and(|line| line > 0), || {
                format!("{what}: no line in {issue}")
            })?;
        }
        Ok(issues.len())
    };
    reviews(binary, folder, "gitlab", &check)?;
    // Lines that move do not make a finding a new one.
    let policy = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}"#;
    let prints = |text: &str| {
        write(folder, "moved.json", text);
        printed(
            binary,
            folder,
            &["lint", "--format", "gitlab", "moved.json"],
            "",
        )
        .map(|text| {
            let issues: Vec<Value> = serde_json::from_str(&text).unwrap();
            issues
                .iter()
                .map(|issue| issue["fingerprint"].clone())
                .collect::<Vec<_>>()
        })
    };
    let (here, there) = (prints(policy)?, prints(&format!("\n\n\n{policy}"))?);
    ensure(!here.is_empty() && here == there, || {
        format!("{here:?} became {there:?}")
    })
}

// --- guards ----------------------------------------------------------------------------------------------------------

fn guard_files(binary: &Path, folder: &Path) -> Result<(), String> {
    seed(folder);
    for tool in TOOLS {
        let id = tool.id();
        let given = ["error.log", "identity.json", "trust.json"];
        let mut args = vec!["guard", "--tool", id, "--format", "json"];
        args.extend(given);
        let json: Value = serde_json::from_str(&printed(binary, folder, &args, "")?)
            .map_err(|error| error.to_string())?;
        let files = json["files"].as_array().ok_or("no files")?;
        ensure(!files.is_empty(), || format!("{id} has no files"))?;
        let mut args = vec!["guard", "--tool", id, "--out", id];
        args.extend(given);
        let said = printed(binary, folder, &args, "")?;
        for file in files {
            let name = file["name"].as_str().ok_or("no name")?;
            let text = std::fs::read_to_string(folder.join(id).join(name))
                .map_err(|error| format!("{id}/{name}: {error}"))?;
            ensure(Some(text.as_str()) == file["text"].as_str(), || {
                format!("{id}/{name} is not what the JSON has")
            })?;
            ensure(said.contains(name), || {
                format!("{id} does not say that it wrote {name}: {said}")
            })?;
        }
        for line in tool.lines() {
            ensure(said.contains(&line.replace("DIR", id)), || {
                format!("{id} does not say how to run it: {said}")
            })?;
        }
    }
    Ok(())
}

fn guard_pages(binary: &Path, folder: &Path) -> Result<(), String> {
    let readme =
        std::fs::read_to_string(root().join("README.md")).map_err(|error| error.to_string())?;
    for tool in TOOLS {
        let page = format!("docs/guard-{}.md", tool.id());
        ensure(readme.contains(&format!("({page})")), || {
            format!("README.md does not name {page}")
        })?;
        let text = std::fs::read_to_string(root().join(&page))
            .map_err(|error| format!("{page}: {error}"))?;
        let (make, lines) = pages::lines(&text).map_err(|error| format!("{page}: {error}"))?;
        let line = make
            .strip_prefix("undeny ")
            .ok_or_else(|| format!("{page} begins with {make}"))?;
        let place = folder.join(tool.id());
        std::fs::create_dir_all(&place).map_err(|error| error.to_string())?;
        seed(&place);
        let args: Vec<&str> = line.split(' ').collect();
        printed(binary, &place, &args, "")?;
        let wrote = std::fs::read_dir(place.join("ci"))
            .map_err(|error| format!("{page}: {error}"))?
            .count();
        ensure(wrote > 0, || format!("{page}: nothing was written"))?;
        // `cargo xtask guards` runs the others, or says that they are not here.
        let tested = text.split("## What is tested").nth(1).unwrap_or_default();
        for line in lines {
            let program = pages::program(&line);
            ensure(
                ["cfn-guard", "checkov", "terraform"].contains(&program)
                    || tested.contains("ntested") && tested.contains(&format!("`{program}")),
                || format!("{page} does not say that {program} was never run"),
            )?;
        }
    }
    Ok(())
}

fn guard_sentences(binary: &Path, folder: &Path) -> Result<(), String> {
    seed(folder);
    let output = command::run(
        binary,
        folder,
        &["guard", "--tool", "nonsense", "error.log"],
        b"",
    );
    ensure(output.status == Some(2), || format!("{:?}", output.status))?;
    for tool in TOOLS {
        ensure(output.stderr.contains(tool.id()), || {
            format!("{} is not named: {}", tool.id(), output.stderr)
        })?;
    }
    // Without the policy, without a denial, and with one that no policy is to blame for.
    write(folder, "nothing.log", "all is well\n");
    write(
        folder,
        "expired.log",
        "An error occurred (ExpiredToken) when calling the GetObject operation: The provided token has expired.\n",
    );
    write(
        folder,
        "web.log",
        "Error: Could not assume role with OIDC: Not authorized to perform sts:AssumeRoleWithWebIdentity\n",
    );
    write(folder, "token.jwt", ENDED);
    write(folder, "github.json", GITHUB);
    for (files, why) in [
        (&["error.log"][..], "there is no proven patch"),
        (&["nothing.log"], "there is no proven patch"),
        (&["expired.log"], "no policy has to change"),
        (
            &["web.log", "token.jwt", "github.json"],
            "no policy has to change",
        ),
    ] {
        let file = files.join(" ");
        let mut args = vec!["guard", "--tool", "rego", "--out", "never"];
        args.extend(files);
        let output = command::run(binary, folder, &args, b"");
        ensure(output.status == Some(1), || {
            format!("{file}: {:?} {}", output.status, output.stderr)
        })?;
        ensure(
            output.stdout.is_empty()
                && output
                    .stderr
                    .starts_with("undeny: there is nothing to guard")
                && output.stderr.contains(why)
                && output.stderr.contains("`undeny fix`"),
            || format!("{file}: {}", output.stderr),
        )?;
        ensure(!folder.join("never").exists(), || {
            format!("{file}: a folder was made")
        })?;
    }
    Ok(())
}

// --- CI --------------------------------------------------------------------------------------------------------------

fn run(mut command: Command) -> Result<(i32, String), String> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .map_err(|error| error.to_string())?;
    let text = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    Ok((output.status.code().unwrap_or(-1), text))
}

const NARROW: &str = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/2026/a.csv"}]}"#;
const WIDE: &str = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}"#;

/// A repository with one policy and a file that has none.
fn repository(folder: &Path) -> Result<PathBuf, String> {
    let repository = folder.join("repository");
    write(&repository, "iam/app role.json", NARROW);
    write(&repository, "package.json", "{\"name\": \"app\"}\n");
    git(
        &repository,
        &["init", "--quiet", "--initial-branch", "main"],
    )?;
    git(&repository, &["add", "."])?;
    git(&repository, &["commit", "--quiet", "-m", "one"])?;
    Ok(repository)
}

fn hook(name: &str, binary: &Path, repository: &Path) -> Command {
    let mut command = Command::new(root().join("hooks").join(name));
    command
        .current_dir(repository)
        .env("UNDENY", binary)
        .env("NO_COLOR", "1");
    for variable in [
        "PRE_COMMIT_FROM_REF",
        "PRE_COMMIT_TO_REF",
        "GITHUB_STEP_SUMMARY",
    ] {
        command.env_remove(variable);
    }
    command
}

fn pre_commit(binary: &Path, folder: &Path) -> Result<(), String> {
    let repository = repository(folder)?;
    let files = ["iam/app role.json", "package.json"];
    let of = |name: &str| {
        let mut command = hook(name, binary, &repository);
        command.args(files);
        run(command)
    };
    let wanted = |what: &str, (status, text): (i32, String), wanted: i32, words: &str| {
        ensure(status == wanted && text.contains(words), || {
            format!("{what}: status {status}: {text}")
        })
    };
    wanted("nothing changed", of("compare")?, 0, "")?;
    write(&repository, "empty.yaml", "\n");
    let mut command = hook("lint", binary, &repository);
    command.arg("empty.yaml");
    wanted("nothing in it", run(command)?, 0, "")?;
    wanted("nothing to find", of("lint")?, 0, "")?;
    write(&repository, "iam/app role.json", WIDE);
    wanted("not staged", of("compare")?, 0, "")?;
    git(&repository, &["add", "."])?;
    wanted(
        "staged",
        of("compare")?,
        1,
        "at        iam/app role.json:1\n",
    )?;
    wanted("findings", of("lint")?, 1, "iam/app role.json")?;
    git(&repository, &["commit", "--quiet", "-m", "two"])?;
    let mut command = hook("compare", binary, &repository);
    command
        .args(files)
        .env("PRE_COMMIT_FROM_REF", "HEAD~1")
        .env("PRE_COMMIT_TO_REF", "HEAD");
    wanted("two commits", run(command)?, 1, "s3:")?;
    write(&repository, "package.json", "{\"Statement\": [");
    git(&repository, &["add", "."])?;
    wanted("what cannot be read", of("compare")?, 2, "")
}

/// A `gh` that keeps the comments in a folder, a file each, and answers what the script asks; with a file `refuse` there, it may not.
const GH: &str = r#"#!/usr/bin/env bash
set -euo pipefail
echo "$*" >>"$COMMENTS/log"
[[ ! -f "$COMMENTS/refuse" ]] || exit 1
method=GET
for ((i = 1; i <= $#; i++)); do
    [[ "${!i}" != --method ]] || { n=$((i + 1)); method="${!n}"; }
    [[ "${!i}" != body=@* ]] || body="${!i#body=@}"
done
case $method in
GET) [[ ! -f "$COMMENTS/7" ]] || echo 7 ;;
POST) cp "$body" "$COMMENTS/7" ;;
PATCH) [[ "$*" == *comments/7* ]] && cp "$body" "$COMMENTS/7" ;;
esac
"#;

fn pull_request(binary: &Path, folder: &Path) -> Result<(), String> {
    let repository = repository(folder)?;
    let comments = folder.join("comments");
    write(&comments, "log", "");
    write(folder, "bin/gh", GH);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(folder.join("bin/gh"), mode).map_err(|error| error.to_string())?;
    }
    let base = git(&repository, &["rev-parse", "HEAD"])?;
    let path = format!(
        "{}:{}",
        folder.join("bin").display(),
        std::env::var("PATH").unwrap_or_default()
    );
    let from = |base: &str, fail: &str| {
        let mut command = hook("pull-request", binary, &repository);
        command
            .env("PATH", &path)
            .env("COMMENTS", &comments)
            .env("BASE", base)
            .env("PULL_REQUEST", "5")
            .env("REPOSITORY", "acme/app")
            .env("FAIL", fail)
            .env("SARIF", folder.join("undeny.sarif"));
        run(command)
    };
    let of = |fail: &str| from(&base, fail);
    let comment = || std::fs::read_to_string(comments.join("7")).unwrap_or_default();
    // A clone without the base's commit, and a run that no pull request started.
    for base in ["0123456789012345678901234567890123456789", ""] {
        let (status, text) = from(base, "false")?;
        ensure(status == 2 && text.contains("fetch-depth: 0"), || {
            format!("no base: {status} {text}")
        })?;
    }
    let (status, text) = of("true")?;
    ensure(status == 0 && comment().is_empty(), || {
        format!("nothing is new: {status} {text} {}", comment())
    })?;

    write(&repository, "iam/app role.json", WIDE);
    write(&repository, "new.json", NARROW);
    git(&repository, &["add", "."])?;
    git(&repository, &["commit", "--quiet", "-m", "two"])?;
    let (status, text) = of("false")?;
    ensure(status == 0, || format!("new access: {status} {text}"))?;
    let first = comment();
    for words in [
        "<!-- undeny: new access -->",
        "`iam/app role.json`",
        "`new.json`",
        "s3:",
    ] {
        ensure(first.contains(words), || format!("no {words:?} in {first}"))?;
    }
    ensure(!first.contains("package.json"), || {
        format!("a file without a policy is named: {first}")
    })?;
    let log: Value = serde_json::from_str(
        &std::fs::read_to_string(folder.join("undeny.sarif")).map_err(|error| error.to_string())?,
    )
    .map_err(|error| error.to_string())?;
    let results = log["runs"][0]["results"].as_array().map_or(0, Vec::len);
    ensure(results > 0, || "no findings in the SARIF file".to_owned())?;
    let (status, text) = of("true")?;
    ensure(status == 1 && comment() == first, || {
        format!("asked to fail: {status} {text}")
    })?;
    write(&comments, "refuse", "");
    for (fail, wanted) in [("false", 0), ("true", 1)] {
        let (status, text) = of(fail)?;
        ensure(
            status == wanted && text.contains("could not be written"),
            || format!("a token that only reads: {status} {text}"),
        )?;
    }
    std::fs::remove_file(comments.join("refuse")).map_err(|error| error.to_string())?;

    for number in 0..150 {
        let name = format!("many/ü{number}.json");
        write(
            &repository,
            &name,
            &NARROW.replace("reports", &format!("{}{number}", "ü".repeat(50))),
        );
    }
    git(&repository, &["add", "."])?;
    git(&repository, &["commit", "--quiet", "-m", "many"])?;
    let (status, text) = of("false")?;
    let long = comment();
    ensure(
        status == 0 && (50_000..65_536).contains(&long.len()) && long.ends_with("has all of it.\n"),
        || format!("more than fits: {status} {text} {} bytes", long.len()),
    )?;
    git(&repository, &["rm", "-r", "--quiet", "many"])?;

    write(&repository, "iam/app role.json", NARROW);
    git(&repository, &["rm", "--quiet", "new.json"])?;
    git(&repository, &["add", "."])?;
    git(&repository, &["commit", "--quiet", "-m", "three"])?;
    let (status, text) = of("true")?;
    ensure(status == 0 && comment().contains("None: "), || {
        format!("taken back: {status} {text} {}", comment())
    })?;
    let posts = std::fs::read_to_string(comments.join("log")).map_err(|error| error.to_string())?;
    ensure(
        posts.matches("--method POST").count() == 1 && posts.contains("--method PATCH"),
        || posts.clone(),
    )
}

fn manifests(_: &Path, _: &Path) -> Result<(), String> {
    let read = |name: &str| {
        std::fs::read_to_string(root().join(name)).map_err(|error| format!("{name}: {error}"))
    };
    let hooks = read(".pre-commit-hooks.yaml")?;
    let mut count = 0;
    for line in hooks.lines() {
        if let Some(entry) = line.trim().strip_prefix("entry: ") {
            count += 1;
            ensure(root().join(entry).is_file(), || {
                format!("there is no {entry}")
            })?;
        }
    }
    for key in [
        "- id: ",
        "  name: ",
        "  description: ",
        "  language: script",
        "  files: ",
    ] {
        ensure(hooks.matches(key).count() == count, || {
            format!("not every hook has `{}`", key.trim())
        })?;
    }
    let action = read("action.yml")?;
    let declared: Vec<&str> = action
        .lines()
        .skip_while(|line| *line != "inputs:")
        .skip(1)
        .take_while(|line| line.starts_with(' '))
        .filter_map(|line| {
            line.strip_prefix("  ")
                .filter(|line| !line.starts_with(' '))?
                .strip_suffix(':')
        })
        .collect();
    let used: Vec<&str> = action
        .split("inputs.")
        .skip(1)
        .filter_map(|rest| rest.split(' ').next())
        .collect();
    ensure(!used.is_empty(), || "the action reads no input".to_owned())?;
    for name in &used {
        ensure(declared.contains(name), || {
            format!("the action reads `{name}`, which it does not declare")
        })?;
    }
    for name in &declared {
        ensure(used.contains(name), || {
            format!("the action declares `{name}` and does not read it")
        })?;
    }
    // An expression in a shell line would be run as shell.
    let lines = action
        .lines()
        .filter(|line| line.trim_start().starts_with("run:"));
    for line in lines {
        ensure(!line.contains("${{"), || {
            format!("an expression in a shell line: {line}")
        })?;
    }
    let script = read("hooks/pull-request")?;
    for variable in [
        "BASE",
        "COMMENT",
        "FAIL",
        "PULL_REQUEST",
        "REPOSITORY",
        "SARIF",
    ] {
        ensure(
            action.contains(&format!("        {variable}: ")) && script.contains(variable),
            || format!("{variable} is not handed on"),
        )?;
    }
    Ok(())
}
