//! The pages in `docs/`: a person copies their command lines, so these very lines are run, in a folder with Terraform and a template.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use undeny_guard::{Example, Tool};

use super::{Said, Told, has_principals, rego};
use crate::command;

/// Programs that need no account and change nothing outside of the folder. What else a page names is not run, and the page says so.
pub const PROGRAMS: &[&str] = &["cfn-guard", "checkov", "conftest", "opa", "terraform"];

/// What judges the policies; the other lines are about the files themselves.
const JUDGES: &[&str] = &["cfn-guard ", "checkov ", "conftest ", "opa eval "];

/// The command lines of a page: that which makes the files, and those which run them.
///
/// # Errors
/// What the page lacks.
pub fn lines(page: &str) -> Result<(String, Vec<String>), String> {
    let mut blocks = page
        .split("```sh\n")
        .skip(1)
        .filter_map(|rest| rest.split("```").next());
    let make = blocks.next().ok_or("no command line makes the files")?;
    let run = blocks.next().ok_or("no command line runs the files")?;
    Ok((
        make.trim().to_owned(),
        run.lines().map(str::to_owned).collect(),
    ))
}

/// The program that a line starts.
#[must_use]
pub fn program(line: &str) -> &str {
    let last = line.rsplit("&& ").next().unwrap_or(line);
    last.split(' ').next().unwrap_or_default()
}

/// What the lines of the tool's page do with the policies of `told`, and the programs that are not here.
///
/// # Errors
/// What cannot be read, made or run.
pub fn run(
    tool: &dyn Tool,
    told: &Told,
    given: &[(&str, &str)],
) -> Result<(Vec<Said>, Vec<String>), String> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../docs")
        .join(format!("guard-{}.md", tool.id()));
    let page = std::fs::read_to_string(page).map_err(|error| error.to_string())?;
    let (make, lines) = self::lines(&page)?;
    let programs = tempfile::tempdir().map_err(|error| error.to_string())?;
    let path = path(programs.path())?;
    let mut said = Vec::new();
    let mut missing: Vec<String> = Vec::new();
    for kind in ["fixed", "original", "lazy"] {
        let scratch = tempfile::tempdir().map_err(|error| error.to_string())?;
        let folder = scratch.path();
        for (name, text) in given {
            write(folder, name, text)?;
        }
        shell(folder, &path, &make)?.map_err(|error| format!("{make}: {error}"))?;
        policies(folder, told, kind)?;
        let (mut ran, mut judged, mut refused) = (false, false, false);
        for line in &lines {
            let program = program(line);
            if !PROGRAMS.contains(&program) || which(&path, program).is_none() {
                if !missing.iter().any(|own| own == program) {
                    missing.push(program.to_owned());
                }
                continue;
            }
            let judges = JUDGES.iter().any(|judge| line.starts_with(judge));
            if program == "terraform" && line.contains("plan.tfplan") {
                plan(folder, &path)?;
            }
            let answer = shell(folder, &path, line)?;
            ran = true;
            if line.ends_with("> plan.json") {
                judged = true;
                refused |= !plan_passes(folder)?;
            }
            match answer {
                Ok(()) => judged |= judges,
                Err(_) if judges => (judged, refused) = (true, true),
                Err(error) => return Err(format!("{line}: {error}")),
            }
        }
        if judged || ran && kind == "fixed" {
            said.push(Said {
                form: "as the page says",
                kind: kind.to_owned(),
                passed: Ok(!refused),
                must_pass: kind == "fixed",
            });
        }
    }
    Ok((said, missing))
}

/// `main.tf`, `template.yaml` and a Terraform program that plans without a provider, with the examples of one kind.
fn policies(folder: &Path, told: &Told, kind: &str) -> Result<(), String> {
    let of_kind = |own: &&Example| own.kind.split(' ').next() == Some(kind);
    let mut terraform = String::new();
    let mut planned = String::new();
    let mut resources = serde_json::Map::new();
    for (number, example) in told.story.examples.iter().filter(of_kind).enumerate() {
        let trust = has_principals(example);
        let (resource, attribute) = if trust {
            ("aws_iam_role", "assume_role_policy")
        } else {
            ("aws_iam_policy", "policy")
        };
        let policy = example.policy.to_string();
        terraform.push_str(&format!(
            "resource \"{resource}\" \"example_{number}\" {{\n  {attribute} = jsonencode({policy})\n}}\n"
        ));
        planned.push_str(&format!(
            "resource \"terraform_data\" \"example_{number}\" {{\n  input = jsonencode({policy})\n}}\n"
        ));
        let template = rego::template(&example.policy, trust);
        resources.insert(
            format!("Example{number}"),
            template["Resources"]["Example"].clone(),
        );
    }
    write(folder, "main.tf", &terraform)?;
    write(folder, "planned/main.tf", &planned)?;
    let template = json!({"Resources": resources});
    write(folder, "template.yaml", &template.to_string())
}

/// `plan.tfplan`, by Terraform itself. Its built-in provider needs no download.
fn plan(folder: &Path, path: &OsString) -> Result<(), String> {
    for line in [
        "terraform -chdir=planned init -input=false",
        "terraform -chdir=planned plan -input=false -out ../plan.tfplan",
    ] {
        shell(folder, path, line)?.map_err(|error| format!("{line}: {error}"))?;
    }
    Ok(())
}

fn plan_passes(folder: &Path) -> Result<bool, String> {
    let read = |name: &str| {
        std::fs::read_to_string(folder.join(name)).map_err(|error| format!("{name}: {error}"))
    };
    let plan: Value = serde_json::from_str(&read("plan.json")?).map_err(|e| e.to_string())?;
    let policy = undeny_guard::File {
        name: "undeny.rego".to_owned(),
        text: read("ci/undeny.rego")?,
    };
    Ok(rego::deny(&[policy], &plan)?.is_empty())
}

/// `PATH` with the command, Checkov and cfn-guard before everything else.
fn path(folder: &Path) -> Result<OsString, String> {
    // A program of a Python environment that was moved names another Python.
    if let Some(python) = std::env::var_os("UNDENY_CHECKOV") {
        let script = format!(
            "#!/bin/sh\nexec '{}' -m checkov.main \"$@\"\n",
            python.display()
        );
        write(folder, "checkov", &script)?;
        shell(folder, &OsString::from("/usr/bin:/bin"), "chmod +x checkov")??;
    }
    let programs = [
        std::env::var_os("UNDENY_CFN_GUARD"),
        Some(command::build().into()),
    ];
    let folders = programs
        .into_iter()
        .flatten()
        .filter_map(|program| Path::new(&program).parent().map(Path::to_owned));
    let before = std::env::var_os("PATH").unwrap_or_default();
    std::env::join_paths(
        std::iter::once(folder.to_owned())
            .chain(folders)
            .chain(std::env::split_paths(&before)),
    )
    .map_err(|error| error.to_string())
}

fn which(path: &OsString, program: &str) -> Option<PathBuf> {
    std::env::split_paths(path)
        .map(|folder| folder.join(program))
        .find(|file| file.is_file())
}

/// Run a line; its failure has what it printed.
fn shell(folder: &Path, path: &OsString, line: &str) -> Result<Result<(), String>, String> {
    let output = Command::new("sh")
        .args(["-c", line])
        .current_dir(folder)
        .env("PATH", path)
        .env("CHECKPOINT_DISABLE", "1")
        .env("LOG_LEVEL", "ERROR")
        .stdin(Stdio::null())
        .output()
        .map_err(|error| error.to_string())?;
    Ok(if output.status.success() {
        Ok(())
    } else {
        Err(format!(
            "{}: {}{}",
            output.status,
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        ))
    })
}

fn write(folder: &Path, name: &str, text: &str) -> Result<(), String> {
    let path = folder.join(name);
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent).map_err(|error| error.to_string())?;
    }
    std::fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))
}
