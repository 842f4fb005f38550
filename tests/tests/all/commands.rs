//! The command, as it is run.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use libtest_mimic::Arguments;
use serde_json::{Value, json};
use undeny_tests::command::{self, Output};
use undeny_tests::diff;

use crate::Test;

type Check = fn(&Run) -> Result<(), String>;

pub(crate) fn trials(_: &Arguments) -> Vec<Test> {
    let binary = Arc::new(OnceLock::new());
    let mut tests = Vec::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("cli");
    let mut folders: Vec<PathBuf> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    folders.sort();
    for folder in folders.into_iter().filter(|path| path.is_dir()) {
        let binary = Arc::clone(&binary);
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        tests.push(Test::new(format!("cli/{name}"), move || {
            let scratch = tempfile::tempdir().map_err(|error| error.to_string())?;
            command::check(binary.get_or_init(command::build), &folder, scratch.path())
        }));
    }
    for (name, check) in CHECKS {
        let binary = Arc::clone(&binary);
        tests.push(Test::new(format!("command: {name}"), move || {
            let scratch = tempfile::tempdir().map_err(|error| error.to_string())?;
            check(&Run {
                binary: binary.get_or_init(command::build).clone(),
                scratch,
            })
        }));
    }
    tests
}

/// The command and an empty folder.
struct Run {
    binary: PathBuf,
    scratch: tempfile::TempDir,
}

impl Run {
    fn command(&self, args: &[&str], stdin: &[u8]) -> Output {
        command::run(&self.binary, self.scratch.path(), args, stdin)
    }

    fn file(&self, name: &str, bytes: impl AsRef<[u8]>) {
        let path = self.scratch.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.scratch.path().join(name)).unwrap()
    }

    /// The seed story as files.
    fn seed(&self) {
        self.file("build.log", LOG);
        self.file("identity.json", IDENTITY);
        self.file("trust.json", TRUST);
    }
}

const LOG: &str = include_str!("seed/build.log");
const IDENTITY: &str = include_str!("seed/identity.json");
const TRUST: &str = include_str!("seed/trust.json");

const CHECKS: &[(&str, Check)] = &[
    (
        "100,000 nested brackets are a sentence, and the rest is shown",
        nested,
    ),
    ("a 10 MB log beside the policies is read", long_log),
    ("a binary file is named, and the rest is shown", binary),
    (
        "a broken policy is a problem with a place, and the other is fixed",
        broken,
    ),
    ("a diff of files is taken by patch -p1", patch),
    ("a file that is not there is named", missing),
    ("a map is readable by its owner alone", private_map),
    ("a patch of a paste is a diff that applies", paste_diff),
    ("a second write changes nothing", write_twice),
    (
        "a stream of jobs is answered in order, and a bad one is no end",
        jobs,
    ),
    (
        "a stream of jobs is answered job by job, and ends with its reader",
        job_by_job,
    ),
    (
        "a policy that AWS refuses is named, with the place",
        refused_policy_named,
    ),
    (
        "bytes that are not UTF-8 are a sentence with the place",
        not_utf8,
    ),
    ("empty text is a sentence", empty),
    ("JSON of every command carries the schema", schemas),
    (
        "nothing is printed that the arguments do not ask for",
        quiet,
    ),
    ("output is the same twice", twice),
    (
        "policies that AWS refuses are read, and nothing panics",
        refused_policies,
    ),
    ("redacted and restored is the input", restored),
    ("redacted and restored in one pipeline is the input", piped),
    ("what cannot be restored is listed", unknown_placeholder),
];

fn wanted<T: PartialEq + std::fmt::Debug>(what: &str, found: T, wanted: T) -> Result<(), String> {
    if found == wanted {
        Ok(())
    } else {
        Err(format!("{what}: wanted {wanted:?}, found {found:?}"))
    }
}

fn has(what: &str, text: &str, words: &str) -> Result<(), String> {
    if text.contains(words) {
        Ok(())
    } else {
        let start: String = text.chars().take(2000).collect();
        Err(format!("{what}: no {words:?} in\n{start}"))
    }
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn json(output: &Output) -> Result<Value, String> {
    serde_json::from_slice(&output.stdout)
        .map_err(|error| format!("{error}: {}{}", text(output), output.stderr))
}

/// No panic and no signal, whatever else.
fn alive(output: &Output) -> Result<(), String> {
    if output.stderr.contains("panicked") || !matches!(output.status, Some(0..=2)) {
        return Err(format!("status {:?}: {}", output.status, output.stderr));
    }
    Ok(())
}

fn nested(run: &Run) -> Result<(), String> {
    run.seed();
    for (name, bracket, close) in [
        ("square.json", "[", "]"),
        ("curly.json", "{\"a\":", "}"),
        ("round.tf", "a = (", ")"),
    ] {
        let deep = format!("{}{}", bracket.repeat(100_000), close.repeat(100_000));
        for args in [
            ["fix", name],
            ["explain", name],
            ["redact", name],
            ["simulate", name],
        ] {
            run.file(name, &deep);
            alive(&run.command(&args, b""))?;
        }
        let output = run.command(
            &[
                "fix",
                "--format",
                "json",
                name,
                "build.log",
                "identity.json",
                "trust.json",
            ],
            b"",
        );
        alive(&output)?;
        let report = json(&output)?;
        wanted("verdict", report["verdict"].as_str(), Some("patch"))?;
    }
    let output = run.command(&["fix", "square.json"], b"");
    has("what is said", &text(&output), "square.json:1:")
}

fn long_log(run: &Run) -> Result<(), String> {
    let mut log = String::new();
    let mut number = 0;
    while log.len() < 10_000_000 {
        number += 1;
        log.push_str(&format!("2026-10-02T09:20:57Z [{number}] step {number} of the build, no errors, 200 OK in 12 ms\n"));
    }
    log.push_str(LOG);
    run.file("build.log", &log);
    run.file("identity.json", IDENTITY);
    run.file("trust.json", TRUST);
    let output = run.command(
        &[
            "fix",
            "--format",
            "json",
            "build.log",
            "identity.json",
            "trust.json",
        ],
        b"",
    );
    alive(&output)?;
    wanted("verdict", json(&output)?["verdict"].as_str(), Some("patch"))
}

fn binary(run: &Run) -> Result<(), String> {
    run.seed();
    run.file("picture.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0");
    let output = run.command(
        &[
            "fix",
            "--format",
            "json",
            "build.log",
            "identity.json",
            "trust.json",
            "picture.png",
        ],
        b"",
    );
    alive(&output)?;
    wanted("status", output.status, Some(2))?;
    has("standard error", &output.stderr, "picture.png")?;
    has("the place", &output.stderr, "byte 0")?;
    wanted("verdict", json(&output)?["verdict"].as_str(), Some("patch"))?;
    run.file("zero.bin", b"text\0text");
    let output = run.command(&["explain", "zero.bin"], b"");
    wanted("status", output.status, Some(2))?;
    has("standard error", &output.stderr, "byte 4")
}

fn broken(run: &Run) -> Result<(), String> {
    run.seed();
    run.file("other.json", "{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [\n    { \"Effect\": \"Allow\" \"Action\": \"s3:*\" }\n  ]\n}\n");
    let output = run.command(
        &[
            "fix",
            "--format",
            "json",
            "build.log",
            "identity.json",
            "trust.json",
            "other.json",
        ],
        b"",
    );
    alive(&output)?;
    let report = json(&output)?;
    wanted("verdict", report["verdict"].as_str(), Some("patch"))?;
    let problem = &report["problems"][0];
    wanted(
        "the problem's text",
        problem["span"]["document"].as_u64(),
        Some(3),
    )?;
    wanted("the problem's line", problem["line"].as_u64(), Some(4))?;
    let output = run.command(&["fix", "other.json"], b"");
    has("what people read", &text(&output), "other.json:4:")
}

fn patch(run: &Run) -> Result<(), String> {
    run.seed();
    let output = run.command(
        &[
            "fix",
            "--format",
            "diff",
            "build.log",
            "identity.json",
            "trust.json",
        ],
        b"",
    );
    wanted("status", output.status, Some(0))?;
    // Each file's part, by an applier of our own.
    let whole = text(&output);
    let parts: Vec<&str> = whole.split_inclusive("--- a/").collect();
    let mut applied = Vec::new();
    for part in parts.iter().skip(1) {
        let part = part.strip_suffix("--- a/").unwrap_or(part);
        let part = format!("--- a/{part}");
        let name = part
            .lines()
            .next()
            .unwrap()
            .strip_prefix("--- a/")
            .unwrap()
            .to_owned();
        applied.push((name.clone(), diff::apply(&part, &run.read(&name))?));
    }
    wanted("files", applied.len(), 2)?;
    // And by the system's, where there is one.
    run.file("fix.diff", &whole);
    let status = std::process::Command::new("patch")
        .args(["-p1", "--fuzz=0", "-i", "fix.diff"])
        .current_dir(run.scratch.path())
        .stdout(std::process::Stdio::null())
        .status();
    if let Ok(status) = status {
        wanted("patch", status.success(), true)?;
        for (name, after) in &applied {
            wanted("what patch made", &run.read(name), after)?;
        }
    }
    // And `--write` writes the same.
    run.seed();
    let output = run.command(
        &["fix", "--write", "build.log", "identity.json", "trust.json"],
        b"",
    );
    wanted("status", output.status, Some(0))?;
    for (name, after) in &applied {
        wanted("what --write made", &run.read(name), after)?;
    }
    wanted("the log", run.read("build.log").as_str(), LOG)
}

fn missing(run: &Run) -> Result<(), String> {
    run.seed();
    let output = run.command(
        &[
            "fix",
            "build.log",
            "nowhere.json",
            "identity.json",
            "trust.json",
        ],
        b"",
    );
    wanted("status", output.status, Some(2))?;
    has("standard error", &output.stderr, "nowhere.json")?;
    has("the rest", &text(&output), "sts:TagSession")
}

#[cfg(unix)]
fn private_map(run: &Run) -> Result<(), String> {
    use std::os::unix::fs::PermissionsExt as _;
    run.seed();
    // Also where an open file is written over.
    run.file("map.json", "{}");
    run.file("trust.json", TRUST.replace("123456789012", "604718392055"));
    let output = run.command(&["redact", "--map", "map.json", "trust.json"], b"");
    wanted("status", output.status, Some(0))?;
    let mode = std::fs::metadata(run.scratch.path().join("map.json"))
        .unwrap()
        .permissions()
        .mode();
    wanted("mode", mode & 0o777, 0o600)?;
    if text(&output).contains("604718392055") || output.stderr.contains("604718392055") {
        return Err("an account id is printed".to_owned());
    }
    Ok(())
}

#[cfg(not(unix))]
fn private_map(_: &Run) -> Result<(), String> {
    Ok(())
}

fn paste_diff(run: &Run) -> Result<(), String> {
    let paste = format!("{LOG}\n{IDENTITY}\n{TRUST}");
    let output = run.command(&["fix", "--format", "json"], paste.as_bytes());
    wanted("status", output.status, Some(0))?;
    let report = json(&output)?;
    let mut count = 0;
    for document in report["documents"].as_array().unwrap() {
        if let (Some(text), Some(before)) = (document["diff"].as_str(), document["before"].as_str())
        {
            let after = diff::apply(text, before)?;
            wanted(
                "the patched text",
                document["after"].as_str(),
                Some(after.as_str()),
            )?;
            count += 1;
        }
    }
    wanted("diffs", count, 2)
}

fn write_twice(run: &Run) -> Result<(), String> {
    run.seed();
    let args = ["fix", "--write", "build.log", "identity.json", "trust.json"];
    wanted("status", run.command(&args, b"").status, Some(0))?;
    let once = (run.read("identity.json"), run.read("trust.json"));
    let output = run.command(&args, b"");
    wanted("status", output.status, Some(1))?;
    wanted(
        "the files",
        (run.read("identity.json"), run.read("trust.json")),
        once,
    )?;
    let left: Vec<_> = std::fs::read_dir(run.scratch.path()).unwrap().collect();
    wanted("files in the folder", left.len(), 3)
}

fn jobs(run: &Run) -> Result<(), String> {
    let seed = json!({ "id": 1, "documents": [
        { "name": "build.log", "text": LOG },
        { "name": "identity.json", "text": IDENTITY },
        { "name": "trust.json", "text": TRUST } ] });
    let lines = [
        seed.to_string(),
        "this is no JSON".to_owned(),
        "[1]".to_owned(),
        json!({ "id": "no text" }).to_string(),
        String::new(),
        json!({ "id": { "any": ["value"] }, "text": "hello" }).to_string(),
        json!({ "id": 4, "text": 5 }).to_string(),
        json!({ "id": 5, "documents": [{ "name": "a", "text": "b", "role": "no-role" }] })
            .to_string(),
        seed.to_string(),
    ];
    let input = lines.join("\n");
    for (command, has_answer) in [
        ("fix", "verdict"),
        ("explain", "denials"),
        ("redact", "findings"),
    ] {
        let output = run.command(&[command, "--ndjson"], input.as_bytes());
        wanted("status", output.status, Some(0))?;
        let found: Vec<Value> = text(&output)
            .lines()
            .map(|line| serde_json::from_str(line).map_err(|error| format!("{line}: {error}")))
            .collect::<Result<_, _>>()?;
        let ids: Vec<&Value> = found.iter().map(|line| &line["id"]).collect();
        wanted(
            "ids",
            json!(ids),
            json!([1, null, null, "no text", { "any": ["value"] }, 4, 5, 1]),
        )?;
        let failed: Vec<bool> = found.iter().map(|line| line["error"].is_string()).collect();
        wanted(
            "errors",
            failed,
            vec![false, true, true, true, false, true, true, false],
        )?;
        wanted(has_answer, found[4].get(has_answer).is_some(), true)?;
        wanted("schema", found[4]["schema"].as_u64(), Some(1))?;
        wanted("the first and the last", &found[0], &found[7])?;
    }
    Ok(())
}

fn job_by_job(run: &Run) -> Result<(), String> {
    let fault = |error: std::io::Error| error.to_string();
    let mut child = Command::new(&run.binary)
        .args(["explain", "--ndjson"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(fault)?;
    let mut input = child.stdin.take().ok_or("no standard input")?;
    let mut output = BufReader::new(child.stdout.take().ok_or("no standard output")?);
    for id in 1..=3 {
        // The next job is written only when the answer is there.
        writeln!(input, "{}", json!({ "id": id, "text": LOG })).map_err(fault)?;
        let mut line = String::new();
        output.read_line(&mut line).map_err(fault)?;
        let answer: Value = serde_json::from_str(&line).map_err(|error| error.to_string())?;
        wanted("id", answer["id"].as_i64(), Some(id))?;
    }
    drop(output);
    writeln!(input, "{}", json!({ "id": 4, "text": LOG })).map_err(fault)?;
    drop(input);
    let output = child.wait_with_output().map_err(fault)?;
    wanted("status", output.status.code(), Some(0))?;
    wanted("standard error", output.stderr, Vec::new())
}

fn not_utf8(run: &Run) -> Result<(), String> {
    run.seed();
    run.file("latin.log", b"caf\xe9 arn:aws:iam::123456789012:role/x\n");
    let output = run.command(
        &[
            "fix",
            "build.log",
            "identity.json",
            "trust.json",
            "latin.log",
        ],
        b"",
    );
    alive(&output)?;
    wanted("status", output.status, Some(2))?;
    has(
        "standard error",
        &output.stderr,
        "latin.log: byte 3 is not UTF-8",
    )?;
    has("the rest", &text(&output), "sts:TagSession")?;
    let output = run.command(&["redact"], b"caf\xe9");
    wanted("status", output.status, Some(2))?;
    wanted("nothing is printed", text(&output).as_str(), "")?;
    has("standard error", &output.stderr, "byte 3")
}

fn empty(run: &Run) -> Result<(), String> {
    for command in ["fix", "explain", "simulate", "redact"] {
        for input in ["", " \n\t\n"] {
            let output = run.command(&[command], input.as_bytes());
            wanted(&format!("status of {command}"), output.status, Some(2))?;
            wanted("one line", output.stderr.trim_end().lines().count(), 1)?;
            wanted("nothing is printed", text(&output).as_str(), "")?;
        }
    }
    Ok(())
}

fn schemas(run: &Run) -> Result<(), String> {
    run.seed();
    let scenario = json!({ "request": { "principal": "arn:aws:iam::111122223333:user/ann", "action": "s3:GetObject", "resource": "arn:aws:s3:::b/k" },
        "identity": [{ "Version": "2012-10-17", "Statement": { "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*" } }] });
    run.file("scenario.json", scenario.to_string());
    for (args, status) in [
        (
            vec![
                "fix",
                "--format",
                "json",
                "build.log",
                "identity.json",
                "trust.json",
            ],
            0,
        ),
        (vec!["explain", "--format", "json", "build.log"], 0),
        (vec!["redact", "--format", "json", "build.log"], 0),
        (vec!["simulate", "--format", "json", "scenario.json"], 0),
        (
            vec![
                "compare",
                "--format",
                "json",
                "identity.json",
                "identity.json",
            ],
            0,
        ),
    ] {
        let output = run.command(&args, b"");
        wanted(
            &format!("status of {}", args[0]),
            output.status,
            Some(status),
        )?;
        wanted(
            &format!("schema of {}", args[0]),
            json(&output)?["schema"].as_u64(),
            Some(1),
        )?;
        wanted("standard error", output.stderr.as_str(), "")?;
    }
    Ok(())
}

fn quiet(run: &Run) -> Result<(), String> {
    run.seed();
    let output = run.command(&["fix", "build.log", "identity.json", "trust.json"], b"");
    wanted("standard error", output.stderr.as_str(), "")?;
    if text(&output).contains('\u{1b}') {
        return Err("colours without a terminal".to_owned());
    }
    let output = run.command(&["fix", "--nonsense"], b"");
    wanted("status", output.status, Some(2))?;
    wanted("standard output", text(&output).as_str(), "")
}

fn twice(run: &Run) -> Result<(), String> {
    run.seed();
    for args in [
        vec![
            "fix",
            "--format",
            "json",
            "build.log",
            "identity.json",
            "trust.json",
        ],
        vec![
            "redact",
            "--format",
            "json",
            "--map",
            "-",
            "build.log",
            "identity.json",
            "trust.json",
        ],
    ] {
        wanted(
            "the second run",
            run.command(&args, b""),
            run.command(&args, b""),
        )?;
    }
    Ok(())
}

fn refused_policies(run: &Run) -> Result<(), String> {
    let log = "User: arn:aws:iam::111122223333:user/ann is not authorized to perform: s3:GetObject on resource: \"arn:aws:s3:::b/k\" because no identity-based policy allows the s3:GetObject action\n";
    for policy in [
        r#"{"Version":"2012-10-17","Statement":[]}"#,
        r#"{"Version":"2012-10-17"}"#,
        r#"{"Version":"2012-10-17","Statement":"all"}"#,
        r#"{"Version":2012,"Statement":[{"Effect":"Maybe","Action":"s3:GetObject","Resource":"*"}]}"#,
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Resource":"*"}]}"#,
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":[],"Resource":[]}]}"#,
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":5,"Resource":null}]}"#,
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"GetObject","NotAction":"s3:*","Resource":"b"}]}"#,
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:PutObject","Action":"s3:ListBucket","Resource":"*"}]}"#,
        r#"{"Version":"2012-10-17","Statement":[null,[],{},{"Sid":"x y"}]}"#,
        r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:PutObject","Resource":"*","Condition":[]}}"#,
    ] {
        run.file("error.txt", log);
        run.file("policy.json", policy);
        let output = run.command(
            &["fix", "--format", "json", "error.txt", "policy.json"],
            b"",
        );
        alive(&output)?;
        let report = json(&output)?;
        wanted(
            "denials",
            report["denials"].as_array().map(Vec::len),
            Some(1),
        )?;
    }
    Ok(())
}

fn refused_policy_named(run: &Run) -> Result<(), String> {
    run.file("error.txt", "User: arn:aws:iam::604718392055:user/ann is not authorized to perform: s3:GetObject on resource: \"arn:aws:s3:::b/k\" because no identity-based policy allows the s3:GetObject action\n");
    run.file(
        "policy.json",
        "{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [\n    { \"Effect\": \"Maybe\", \"Action\": \"s3:PutObject\", \"Resource\": \"*\" }\n  ]\n}\n",
    );
    let output = run.command(
        &["fix", "--format", "json", "error.txt", "policy.json"],
        b"",
    );
    alive(&output)?;
    let report = json(&output)?;
    wanted(
        "the problem's line",
        report["problems"][0]["line"].as_u64(),
        Some(4),
    )
}

fn restored(run: &Run) -> Result<(), String> {
    // AWS's own example ids are public and stay.
    let paste = format!(
        "{LOG}\r\nAWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYzzzzzzzKEY\nAKIAIOSFODNN7QMPLXQZ ann@acme-corp.com 81.2.69.77\n{IDENTITY}\n{TRUST}no line end"
    )
    .replace("123456789012", "604718392055")
    .replace("TargetDeployRole", "acme-zebra-deploy");
    for level in ["standard", "strict"] {
        let output = run.command(
            &["redact", "--map", "map.json", "--level", level],
            paste.as_bytes(),
        );
        wanted("status", output.status, Some(0))?;
        for original in [
            "604718392055",
            "acme-zebra",
            "wJalrXUtnFEMI",
            "AKIAIOSFODNN7",
            "acme-corp",
            "81.2.69.77",
        ] {
            if text(&output).contains(original) {
                return Err(format!(
                    "{original} is still there at {level}:\n{}",
                    text(&output)
                ));
            }
        }
        let back = run.command(&["restore", "--map", "map.json"], &output.stdout);
        wanted("status", back.status, Some(0))?;
        wanted("the text", text(&back).as_str(), paste.as_str())?;
    }
    // A job carries its own map.
    let job = json!({ "id": 1, "text": paste }).to_string();
    let output = run.command(&["redact", "--ndjson", "--map", "-"], job.as_bytes());
    let back = run.command(&["restore", "--ndjson"], &output.stdout);
    wanted(
        "the job's text",
        json(&back)?["text"].as_str(),
        Some(paste.as_str()),
    )
}

fn piped(run: &Run) -> Result<(), String> {
    let fault = |error: std::io::Error| error.to_string();
    run.seed();
    let start = |arguments: &[&str], input: Stdio| {
        Command::new(&run.binary)
            .args(arguments)
            .current_dir(run.scratch.path())
            .stdin(input)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
    };
    // Both run at once, and there is no map yet.
    let mut first = start(&["redact", "--map", "new.json"], Stdio::piped()).map_err(fault)?;
    let between = first.stdout.take().ok_or("no standard output")?;
    let second = start(&["restore", "--map", "new.json"], between.into()).map_err(fault)?;
    let mut input = first.stdin.take().ok_or("no standard input")?;
    // Time for the second to look for the map too early; a slow machine only sees less.
    std::thread::sleep(Duration::from_millis(200));
    input.write_all(LOG.as_bytes()).map_err(fault)?;
    drop(input);
    let output = second.wait_with_output().map_err(fault)?;
    wanted(
        "status of redact",
        first.wait().map_err(fault)?.code(),
        Some(0),
    )?;
    wanted("status of restore", output.status.code(), Some(0))?;
    wanted(
        "the text",
        String::from_utf8_lossy(&output.stdout).as_ref(),
        LOG,
    )
}

fn unknown_placeholder(run: &Run) -> Result<(), String> {
    run.seed();
    let redacted = run.command(&["redact", "--map", "map.json", "build.log"], b"");
    run.file("empty.json", "{}");
    let output = run.command(&["restore", "--map", "empty.json"], &redacted.stdout);
    // Some placeholders look like values, and an empty map cannot know them.
    alive(&output)?;
    wanted("the text stays", text(&output), text(&redacted))?;
    run.file("no-map.json", "[]");
    let output = run.command(&["restore", "--map", "no-map.json"], &redacted.stdout);
    wanted("status", output.status, Some(2))?;
    has("standard error", &output.stderr, "no-map.json")
}
