//! Writes the texts of the built-in examples: stories of `examples/` and cases of `tests/cases/`, each as one paste.
#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a build script says what is wrong by stopping the build"
)]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

/// Id (in the page's address), what the button says, where the story is. In the order of the page.
const EXAMPLES: &[(&str, &str, &str)] = &[
    (
        "session-tags",
        "CodeBuild session tags",
        "examples/codebuild",
    ),
    ("github", "GitHub Actions web identity", "examples/github"),
    (
        "environment",
        "GitHub environment",
        "tests/cases/web-identity-condition/workflow-names-the-environment.md",
    ),
    (
        "id-token",
        "Workflow without id-token",
        "tests/cases/missing-id-token-permission/no-permissions.md",
    ),
    (
        "service-account",
        "EKS service account",
        "tests/cases/web-identity-condition/service-account.md",
    ),
    (
        "terraform",
        "Session tags in Terraform",
        "tests/cases/missing-session-tagging/terraform.md",
    ),
    (
        "lazy-fix",
        "The lazy fix",
        "tests/cases/missing-session-tagging/lazy-fix-pasted.md",
    ),
    (
        "source-identity",
        "Source identity",
        "tests/cases/missing-source-identity/both-sides.md",
    ),
    (
        "service-role",
        "A role for a service",
        "tests/cases/service-role-trust/codebuild.md",
    ),
    (
        "pass-role",
        "Passing a role",
        "tests/cases/pass-role/bedrock-terraform.md",
    ),
    (
        "bucket",
        "A bucket of another account",
        "tests/cases/missing-permission/bucket-cross-account.md",
    ),
    (
        "encrypted",
        "An encrypted bucket",
        "tests/cases/encrypted-data/upload.md",
    ),
    (
        "invented-action",
        "An action that is none",
        "tests/cases/invented-action/head-object.md",
    ),
    (
        "vpc-function",
        "A function in a VPC",
        "tests/cases/function-in-vpc/yaml.md",
    ),
    (
        "deployment",
        "CDK deployment roles",
        "tests/cases/deployment-role/deploy.md",
    ),
    (
        "boundary",
        "A permissions boundary",
        "tests/cases/missing-permission/boundary.md",
    ),
    (
        "organisation",
        "A service control policy",
        "tests/cases/missing-permission/scp.md",
    ),
    (
        "mfa",
        "A Deny that asks for MFA",
        "tests/cases/explicit-deny/deny-with-a-condition.md",
    ),
    (
        "external-id",
        "A condition that fails",
        "tests/cases/condition-not-met/external-id.md",
    ),
    (
        "anonymous",
        "An unsigned request",
        "tests/cases/anonymous-caller/search-domain.md",
    ),
    (
        "encoded",
        "An encoded message",
        "tests/cases/unknown-denial/encoded.md",
    ),
    (
        "decoy",
        "No denial at all",
        "tests/cases/missing-permission/silent-decoy.md",
    ),
];

/// What the two stories of `examples/` show; a case says it in its first line.
const ABOUT: &[(&str, &str)] = &[
    ("session-tags", "AssumeRole is allowed, and still denied"),
    ("github", "An error that names nothing"),
];

fn main() {
    if env::var_os("CARGO_FEATURE_SPLIT").is_some() {
        // The splitter works on what the linker leaves for linking once more.
        println!("cargo::rustc-link-arg-bins=--emit-relocs");
    }
    let here =
        PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo says where the crate is"));
    let root = here
        .parent()
        .expect("the crate is a folder of the workspace");
    let mut list = String::from("&[\n");
    let mut texts = String::from("&[\n");
    for (id, title, place) in EXAMPLES {
        let path = root.join(place);
        println!("cargo::rerun-if-changed={}", path.display());
        let (about, text) = if path.is_dir() {
            let about = ABOUT
                .iter()
                .find(|(of, _)| of == id)
                .expect("a story says what it shows")
                .1;
            (about.to_owned(), story(&path))
        } else {
            case(&path)
        };
        let _ = writeln!(
            list,
            "Example {{ id: {id:?}, title: {title:?}, about: {about:?} }},"
        );
        let _ = writeln!(texts, "{text:?},");
    }
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo says where to write"));
    fs::write(out.join("examples.rs"), list + "]").expect("the list can be written");
    fs::write(out.join("texts.rs"), texts + "]").expect("the texts can be written");
}

/// The files of a story: the log first, then the rest by name.
fn story(folder: &Path) -> String {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .expect("the story's folder can be read")
        .map(|entry| entry.expect("the story's folder can be read").path())
        .collect();
    files.sort_by_key(|file| {
        (
            file.extension().is_none_or(|extension| extension != "log"),
            file.clone(),
        )
    });
    let texts: Vec<String> = files
        .iter()
        .map(|file| read(file).trim_end().to_owned())
        .collect();
    texts.join("\n\n") + "\n"
}

/// A case's first line, and its error and documents.
fn case(file: &Path) -> (String, String) {
    let whole = read(file);
    let about = whole
        .lines()
        .next()
        .and_then(|line| line.strip_prefix("# "))
        .expect("a case begins with its title")
        .replace('`', "");
    let mut parts: Vec<String> = Vec::new();
    let mut block: Option<String> = None;
    let mut wanted = false;
    for line in whole.lines() {
        match (line.strip_prefix("```"), &mut block) {
            (Some(""), Some(text)) => {
                if wanted {
                    parts.push(text.trim_end().to_owned());
                }
                block = None;
            }
            (Some(info), None) => {
                let (kind, name) = info.split_once(' ').unwrap_or((info, ""));
                wanted = !matches!(kind, "diff" | "expect" | "hardened");
                // The name that a file would have tells what a policy is for; here a line above it does.
                let named = wanted && kind != "error" && !name.is_empty();
                block = Some(if named {
                    format!("# {name}\n")
                } else {
                    String::new()
                });
            }
            (_, Some(text)) => {
                text.push_str(line);
                text.push('\n');
            }
            (_, None) => {}
        }
    }
    (about, parts.join("\n\n") + "\n")
}

fn read(file: &Path) -> String {
    fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}
