//! The hooks of `docs/ci.md`, run by pre-commit itself: `UNDENY_PRE_COMMIT` is the Python that has it, which `cargo xtask guards` sets.

use std::path::Path;
use std::process::Command;

use super::{Said, Told};
use crate::command::{self, git};

const PROGRAM: &str = "UNDENY_PRE_COMMIT";

/// The page that says how a repository is set up.
pub(super) const PAGE: &str = "docs/ci.md";

/// Why it cannot run here, if it cannot.
pub(super) fn missing() -> Option<String> {
    std::env::var_os(PROGRAM)
        .is_none()
        .then(|| format!("{PROGRAM} names no Python with pre-commit; `cargo xtask guards` sets it"))
}

/// A repository is set up as the page says, with the fix as its first commit. A change of something else passes both hooks, a policy for everything
/// fails both.
pub(super) fn run(told: &Told) -> Vec<Said> {
    let said = |kind: &str, must_pass: bool, passed: Result<bool, String>| Said {
        form: "as the page says",
        kind: kind.to_owned(),
        passed,
        must_pass,
    };
    let scratch = tempfile::tempdir().unwrap();
    let answers = answers(scratch.path(), told);
    match answers {
        Err(error) => vec![said("fixed", true, Err(error))],
        Ok((nothing, wider)) => vec![
            said("good nothing new", true, Ok(nothing)),
            said("lazy", false, Ok(wider)),
        ],
    }
}

/// Whether a commit without new access passes, and one with a policy for everything.
fn answers(folder: &Path, told: &Told) -> Result<(bool, bool), String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let read = |path: std::path::PathBuf| {
        std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))
    };
    // What is published, as a repository of its own: what is not committed yet is tested too.
    let published = folder.join("undeny");
    std::fs::create_dir_all(published.join("hooks")).map_err(|error| error.to_string())?;
    for name in [
        ".pre-commit-hooks.yaml",
        "hooks/lint",
        "hooks/compare",
        "hooks/undeny",
    ] {
        std::fs::copy(root.join(name), published.join(name))
            .map_err(|error| format!("{name}: {error}"))?;
    }
    git(&published, &["init", "--quiet", "--initial-branch", "main"])?;
    git(&published, &["add", "."])?;
    git(&published, &["commit", "--quiet", "-m", "published"])?;
    let revision = git(&published, &["rev-parse", "HEAD"])?;

    let page = read(root.join(PAGE))?;
    let config: String = page
        .lines()
        .skip_while(|line| line.trim() != "repos:")
        .take_while(|line| !line.contains("```"))
        .map(|line| line.strip_prefix("  ").unwrap_or(line).to_owned() + "\n")
        .collect();
    let (address, commit) = ("https://example.com/your/copy/of/undeny", "COMMIT");
    if !config.contains(address) || !config.contains(commit) {
        return Err(format!(
            "the configuration in {PAGE} names neither {address} nor {commit}: {config}"
        ));
    }
    let config = config
        .replace(address, &published.display().to_string())
        .replace(commit, &revision);

    let repository = folder.join("repository");
    let policy = |policy: &serde_json::Value| {
        std::fs::create_dir_all(repository.join("iam")).unwrap();
        std::fs::write(repository.join("iam/app role.json"), policy.to_string()).unwrap();
    };
    let fixed = told
        .story
        .examples
        .iter()
        .find(|example| example.passes())
        .ok_or("no example passes")?;
    policy(&fixed.policy);
    std::fs::write(repository.join("package.json"), "{\"name\": \"app\"}\n").unwrap();
    std::fs::write(repository.join(".pre-commit-config.yaml"), config).unwrap();
    git(
        &repository,
        &["init", "--quiet", "--initial-branch", "main"],
    )?;
    git(&repository, &["add", "."])?;
    git(&repository, &["commit", "--quiet", "-m", "one"])?;
    std::fs::write(repository.join("package.json"), "{\"name\": \"other\"}\n").unwrap();
    git(&repository, &["add", "."])?;
    let nothing = hooks(folder, &repository)?;
    policy(
        &serde_json::json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}),
    );
    git(&repository, &["add", "."])?;
    let wider = hooks(folder, &repository)?;
    Ok((nothing, wider))
}

/// Whether both hooks pass; an error where pre-commit itself failed, or only one of them did.
fn hooks(folder: &Path, repository: &Path) -> Result<bool, String> {
    let output = Command::new(std::env::var_os(PROGRAM).ok_or("no pre-commit")?)
        .current_dir(repository)
        .args(["-m", "pre_commit", "run", "--color", "never"])
        .env("PRE_COMMIT_HOME", folder.join("cache"))
        .env("UNDENY", command::build())
        .output()
        .map_err(|error| error.to_string())?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let ended = |how: &str| text.matches(how).count();
    match output.status.code() {
        Some(0) if ended("Failed") == 0 => Ok(true),
        Some(1) if ended("Failed\n") == 2 && text.contains("iam/app role.json") => Ok(false),
        _ => Err(format!(
            "{}: {text}{}",
            output.status,
            String::from_utf8_lossy(&output.stderr)
        )),
    }
}
