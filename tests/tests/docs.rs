//! The pages under `docs/` that are made from the registries say what the code does: they are made again and compared.
//!
//! `UPDATE=1 cargo test -p undeny-tests --test docs` writes them.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot read its files has failed"
)]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use undeny_assistant::providers::PROVIDERS;
use undeny_assistant::wire::FAILURES;
use undeny_core::redaction::{DETECTORS, tokens};
use undeny_core::rules;
use undeny_guard::TOOLS;
use undeny_iam::denial::{decoys, forms};
use undeny_iam::evaluate::disputed::DISPUTED;
use undeny_iam::evaluate::rules::RULES as SEMANTICS;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .to_owned()
}

#[track_caller]
fn check(page: &str, made: &str) {
    let path = root().join("docs").join(page);
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, made).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == made,
        "docs/{page} is not what the code says; run `UPDATE=1 cargo test -p undeny-tests --test docs` and commit it"
    );
}

/// Text for a table's cell.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

/// A value for a table's cell, set as code.
fn code(text: &str) -> String {
    let text = cell(text);
    if text.contains('`') {
        format!("`` {text} ``")
    } else {
        format!("`{text}`")
    }
}

/// A link from one page of the repository to another leads to a file, and to a heading in it.
#[test]
fn links() {
    let mut pages = vec![root().join("README.md"), root().join("tests/README.md")];
    for entry in std::fs::read_dir(root().join("docs")).unwrap() {
        pages.push(entry.unwrap().path());
    }
    pages.retain(|page| page.extension().is_some_and(|extension| extension == "md"));
    let mut seen = 0;
    for page in pages {
        let text = std::fs::read_to_string(&page).unwrap();
        for link in text.split("](").skip(1) {
            let link = link.split(')').next().unwrap_or_default();
            if link.contains("://") || link.contains(' ') {
                continue;
            }
            let (file, heading) = link.split_once('#').unwrap_or((link, ""));
            let target = match file {
                "" => page.clone(),
                file => page.parent().unwrap().join(file),
            };
            let broken = format!("{}: the link to {link} leads nowhere", page.display());
            assert!(target.exists(), "{broken}");
            let is_heading = |line: &str| {
                line.starts_with('#')
                    && line
                        .trim_start_matches('#')
                        .trim()
                        .to_lowercase()
                        .replace(' ', "-")
                        == heading
            };
            if !heading.is_empty() {
                let target = std::fs::read_to_string(&target).unwrap();
                assert!(target.lines().any(is_heading), "{broken}");
            }
            seen += 1;
        }
    }
    assert!(seen > 40, "{seen} links were looked at");
}

#[test]
fn rules() {
    let mut page = String::from(
        "# The rules\n\nEach rule knows one cause of denials. What stands here is the rule's own doc comment in `crates/core/src/rules/`.\n\n| rule | what it knows |\n| --- | --- |\n",
    );
    for rule in rules::all() {
        let _ = writeln!(
            page,
            "| [{0}](#{0}) | {1} |",
            rule.name(),
            cell(rule.summary())
        );
    }
    for rule in rules::all() {
        let file = root()
            .join("crates/core/src/rules")
            .join(format!("{}.rs", rule.name().replace('-', "_")));
        let source = std::fs::read_to_string(&file)
            .unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let comment: Vec<&str> = source
            .lines()
            .skip_while(|line| !line.starts_with("///"))
            .take_while(|line| line.starts_with("///"))
            .map(|line| line.trim_start_matches("///").trim_start_matches(' '))
            .collect();
        for heading in [
            "# What it sees",
            "# What it changes",
            "# What it never does",
        ] {
            assert!(
                comment.contains(&heading),
                "{}: its doc comment has no `{heading}`",
                rule.name()
            );
        }
        let manual = comment.join("\n").replace("\n# ", "\n### ");
        let _ = write!(page, "\n## {}\n\n{manual}\n", rule.name());
    }
    check("rules.md", &page);
}

#[test]
fn detectors() {
    let mut page = String::from(
        "# What is detected\n\nMade from the registry in `crates/redact/src/detectors.rs`. In examples `{w30}` stands for thirty letters or digits.\n\n| detector | class | what it sees | example | becomes | source |\n| --- | --- | --- | --- | --- | --- |\n",
    );
    for detector in DETECTORS {
        let facts = detector.facts();
        let _ = writeln!(
            page,
            "| {} | {} | {} | {} | {} | {} |",
            facts.id,
            facts.class.as_str(),
            cell(facts.sees),
            code(facts.example),
            code(facts.placeholder),
            cell(facts.source)
        );
    }
    let _ = write!(
        page,
        "\n## Tokens of known providers\n\n{} formats, as facts from the providers' own pages: prefix, alphabets and lengths. Each becomes a tag, `<SECRET_1>`.\n\n| token | form | source |\n| --- | --- | --- |\n",
        tokens().len()
    );
    for token in tokens() {
        let _ = writeln!(
            page,
            "| {} | {} | {} |",
            token.id,
            code(token.grammar),
            cell(token.page)
        );
    }
    check("detectors.md", &page);
}

#[test]
fn denials() {
    let mut page = String::from(
        "# The denials that are read\n\nMade from the registries in `crates/iam/src/denial/`.\n\n| form | what it reads | source |\n| --- | --- | --- |\n",
    );
    for form in forms::all() {
        let _ = writeln!(
            page,
            "| {} | {} | {} |",
            form.id(),
            cell(form.reads()),
            cell(form.source())
        );
    }
    page.push_str("\n## What looks like a denial by AWS and is not\n\n| kind | what it is, and what to do |\n| --- | --- |\n");
    for decoy in decoys::all() {
        let _ = writeln!(page, "| {} | {} |", decoy.id(), cell(decoy.advice()));
    }
    check("denials.md", &page);
}

#[test]
fn semantics() {
    let mut page = String::from(
        "# How a request is decided\n\nMade from the table in `crates/iam/src/evaluate/rules.rs`. Each rule has tests by its name.\n\n| rule | what holds | source |\n| --- | --- | --- |\n",
    );
    for rule in SEMANTICS {
        let _ = writeln!(
            page,
            "| {} | {} | {} |",
            rule.id,
            cell(rule.sentence),
            rule.source
        );
    }
    page.push_str("\n## Disputed\n\nWhere AWS's guide is silent or evaluators differ: how it is decided here, the rule under whose name it is tested, and AWS's nearest sentence. Made from `crates/iam/src/evaluate/disputed.rs`.\n\n| question | decided | rule | AWS says |\n| --- | --- | --- | --- |\n");
    for disputed in DISPUTED {
        let says = disputed.says.map_or_else(
            || format!("nothing on [its page]({})", disputed.source),
            |says| format!("\"{}\" ([page]({}))", cell(says), disputed.source),
        );
        let _ = writeln!(
            page,
            "| {} | {} | {} | {says} |",
            cell(disputed.question),
            cell(disputed.decided),
            disputed.rule
        );
    }
    check("semantics.md", &page);
}

#[test]
fn providers() {
    let mut page = String::from(
        "# The providers\n\nMade from the registry in `crates/assistant/src/providers/`. Whether a provider answers a browser was measured by big-AGI on 14 August 2026 (`kb/systems/client-side-fetch.md` of enricoros/big-AGI); what follows from documentation or issues names it.\n\n| provider | dialect | base address | headers | answers a browser | model until the list is there | to know | source |\n| --- | --- | --- | --- | --- | --- | --- | --- |\n",
    );
    for provider in PROVIDERS {
        let mut headers: Vec<String> = Vec::new();
        match provider.key_header {
            "" => {}
            "authorization" => headers.push("`authorization: Bearer KEY`".to_owned()),
            name => headers.push(format!("`{name}: KEY`")),
        }
        for (name, value) in provider.headers {
            headers.push(code(&format!("{name}: {value}")));
        }
        let own = |text: &str| {
            if text.is_empty() {
                "your own".to_owned()
            } else {
                code(text)
            }
        };
        let model = if provider.model.is_empty() {
            String::new()
        } else {
            format!("{} ({})", code(provider.model), provider.model_date)
        };
        let _ = writeln!(
            page,
            "| {} | {} | {} | {} | {} | {model} | {} | {} |",
            provider.name,
            provider.dialect.id,
            own(provider.base),
            headers.join(", "),
            provider.cors.as_str(),
            cell(provider.notes),
            provider.source
        );
    }
    page.push_str("\nBeside these headers only `content-type: application/json` is sent. Chrome's built-in Prompt API needs neither key nor address; Bedrock needs a gateway, or the clipboard.\n\n## When it fails\n\n| status | the message has | what it is | what to do |\n| --- | --- | --- | --- |\n");
    for failure in FAILURES {
        let words: Vec<String> = failure.words.iter().map(|word| code(word)).collect();
        let status = if failure.status == 500 {
            "500 and above".to_owned()
        } else {
            failure.status.to_string()
        };
        let _ = writeln!(
            page,
            "| {status} | {} | {} | {} |",
            words.join(", "),
            cell(failure.sentence),
            cell(failure.next)
        );
    }
    check("providers.md", &page);
}

#[test]
fn guards() {
    for tool in TOOLS {
        let mut page = format!(
            "# Guard rails for {}\n\nMade from the registry in `crates/guard/src/tools/`. After a fix, this keeps the same denial, and the lazy fix, out of the next change.\n\n```sh\nundeny guard --tool {} --out ci error.log identity.json trust.json\n```\n\nThat writes, into `ci/`, {}.\n\n## To run it\n\nIn the folder with your policies:\n\n```sh\n",
            tool.name(),
            tool.id(),
            tool.makes()
        );
        for line in tool.lines() {
            let _ = writeln!(page, "{}", line.replace("DIR", "ci"));
        }
        let _ = write!(
            page,
            "```\n\n## What is tested\n\n{}\n{}{GUARDS}",
            tool.tested(),
            if tool.tested().starts_with("**Untested**") {
                ""
            } else {
                TESTED
            }
        );
        check(&format!("guard-{}.md", tool.id()), &page);
    }
}

/// How the guards that can be run are.
const TESTED: &str = "
`cargo xtask guards` runs the guards of all cases with these programs: what the patch leaves must pass; what was pasted, and the lazy fixes (a
service's every action, `Resource: \"*\"`, everyone as principal, no condition, no Deny), must be refused. Of the lines above it runs,
as they stand here, those whose program is on the machine and needs no account.
";

/// What every guard checks.
const GUARDS: &str = "
## What it checks

The policy is known again by what it allows, not by its name, so a guard works in any file. Where this tool's guard sees less than this, it is said
above.

- *This story*: the access that was missing is still there, for the same principal and under the same conditions; no wildcard that the proven
  patch does not have reaches it; a Deny that was given an exception stands as it was left. Where the patch gave a caller its first policy, the guard
  keeps what that policy says; a tool that looks at policies one by one does not miss one that is taken away whole.
- *In general*: `sts:AssumeRole` on a role whose sessions are tagged has `sts:TagSession` beside it; GitHub's tokens are trusted only with an audience
  and a subject that names the repository; no `sts:*`, and no `sts:AssumeRole` on every role. What the proven patch itself has of these is accepted, by name, in
  the file.
";
