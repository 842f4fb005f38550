//! A command test: a folder with what is given and what must come back.
//!
//! | file | is |
//! | --- | --- |
//! | `args` | the arguments, one a line |
//! | `stdin` | standard input; none is empty |
//! | `files/` | copied into an empty folder, in which the command runs |
//! | `stdout`, `stderr` | what must be printed; none is nothing. A line `...` stands for any lines, `[..]` for anything in a line |
//! | `status` | the exit status; none is 0 |
//! | `after/` | what must stand in the folder's files afterwards; none is that nothing changed |
//!
//! With `UPDATE=1` what comes back is written over `stdout`, `stderr` and `status`, but for files with `...` or `[..]` in them.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What a run gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// Standard output.
    pub stdout: Vec<u8>,
    /// Standard error.
    pub stderr: String,
    /// The exit status; `None` where a signal ended it.
    pub status: Option<i32>,
}

/// The command, built by cargo; `UNDENY_BIN` names another one.
///
/// # Panics
/// Where it cannot be built.
#[must_use]
pub fn build() -> PathBuf {
    if let Some(path) = std::env::var_os("UNDENY_BIN") {
        return path.into();
    }
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args([
            "build",
            "--quiet",
            "--package",
            "undeny-cli",
            "--message-format",
            "json",
        ])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stderr(Stdio::inherit())
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "the command undeny does not build");
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .filter_map(|message| message.get("executable")?.as_str().map(PathBuf::from))
        .next_back()
        .expect("cargo names the executable")
}

/// Run the command.
///
/// # Panics
/// Where it cannot be started.
#[must_use]
pub fn run(binary: &Path, folder: &Path, args: &[&str], stdin: &[u8]) -> Output {
    let mut child = Command::new(binary)
        .args(args)
        .current_dir(folder)
        .env_remove("RUST_BACKTRACE")
        .env("NO_COLOR", "1")
        .env("COLUMNS", "100")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command starts");
    let mut input = child.stdin.take().expect("standard input");
    let bytes = stdin.to_vec();
    let writer = std::thread::spawn(move || {
        // A command that does not read its input closes it: no error here.
        let _ = input.write_all(&bytes);
    });
    let output = child.wait_with_output().expect("the command ends");
    writer.join().expect("the input is written");
    Output {
        stdout: output.stdout,
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        status: output.status.code(),
    }
}

/// What git prints, of a repository that no settings of this machine reach.
///
/// # Errors
/// What it says where it fails.
pub fn git(folder: &Path, args: &[&str]) -> Result<String, String> {
    let output = Command::new("git")
        .current_dir(folder)
        .args(["-c", "user.name=test", "-c", "user.email=test@example.com"])
        .args(["-c", "commit.gpgsign=false"])
        .args(args)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .output()
        .map_err(|error| error.to_string())?;
    let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    if output.status.success() {
        Ok(text)
    } else {
        let error = String::from_utf8_lossy(&output.stderr);
        Err(format!("git {args:?}: {text}{error}"))
    }
}

/// Run the command test in `folder`, in the empty folder `scratch`.
///
/// # Errors
/// What differs.
pub fn check(binary: &Path, folder: &Path, scratch: &Path) -> Result<(), String> {
    let read = |name: &str| std::fs::read(folder.join(name)).unwrap_or_default();
    let text = |name: &str| String::from_utf8_lossy(&read(name)).into_owned();
    let before = files(&folder.join("files"))?;
    for (name, bytes) in &before {
        let path = scratch.join(name);
        let parent = path.parent().ok_or("a file without a folder")?;
        std::fs::create_dir_all(parent).map_err(|error| error.to_string())?;
        std::fs::write(path, bytes).map_err(|error| error.to_string())?;
    }
    let args = text("args");
    let args: Vec<&str> = args.lines().collect();
    let output = run(binary, scratch, &args, &read("stdin"));
    let mut wrong = Vec::new();
    let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
    let status = output
        .status
        .map_or("a signal".to_owned(), |status| status.to_string());
    let update = std::env::var_os("UPDATE").is_some();
    for (name, found) in [
        ("stdout", stdout),
        ("stderr", output.stderr),
        (
            "status",
            if status == "0" {
                String::new()
            } else {
                format!("{status}\n")
            },
        ),
    ] {
        let wanted = text(name);
        if matches(&wanted, &found) {
            continue;
        }
        if update
            && !wanted
                .lines()
                .any(|line| line == "..." || line.contains("[..]"))
        {
            let path = folder.join(name);
            let result = if found.is_empty() {
                std::fs::remove_file(path)
            } else {
                std::fs::write(path, found)
            };
            result.map_err(|error| error.to_string())?;
            continue;
        }
        wrong.push(format!("{name}, wanted\n{wanted}\nfound\n{found}"));
    }
    let mut wanted = before;
    wanted.extend(files(&folder.join("after"))?);
    let found = files(scratch)?;
    for name in wanted.keys().chain(found.keys()) {
        if wanted.get(name) != found.get(name) {
            let show = |bytes: Option<&Vec<u8>>| {
                bytes.map_or("nothing".to_owned(), |bytes| {
                    String::from_utf8_lossy(bytes).into_owned()
                })
            };
            wrong.push(format!(
                "the file {name}, wanted\n{}\nfound\n{}",
                show(wanted.get(name)),
                show(found.get(name))
            ));
        }
    }
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(wrong.join("\n\n"))
    }
}

/// Every file below `folder`, by its path from there.
fn files(folder: &Path) -> Result<BTreeMap<String, Vec<u8>>, String> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(&next) else {
            continue;
        };
        for entry in entries {
            let path = entry.map_err(|error| error.to_string())?.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path
                    .strip_prefix(folder)
                    .map_err(|error| error.to_string())?;
                let bytes = std::fs::read(&path).map_err(|error| error.to_string())?;
                found.insert(name.to_string_lossy().into_owned(), bytes);
            }
        }
    }
    Ok(found)
}

/// Whether `found` is `wanted`, where a line `...` stands for any lines and `[..]` for anything in a line.
fn matches(wanted: &str, found: &str) -> bool {
    fn lines(wanted: &[&str], found: &[&str]) -> bool {
        match (wanted.split_first(), found.split_first()) {
            (None, None) => true,
            (Some((&"...", rest)), _) => {
                (0..=found.len()).any(|skipped| lines(rest, &found[skipped..]))
            }
            (Some((wanted, rest)), Some((found, others))) => {
                line(wanted, found) && lines(rest, others)
            }
            _ => false,
        }
    }
    fn line(wanted: &str, found: &str) -> bool {
        match wanted.split_once("[..]") {
            None => wanted == found,
            Some((start, rest)) => found.strip_prefix(start).is_some_and(|found| {
                found
                    .char_indices()
                    .map(|(index, _)| index)
                    .chain([found.len()])
                    .any(|index| line(rest, &found[index..]))
            }),
        }
    }
    let wanted: Vec<&str> = wanted.split('\n').collect();
    let found: Vec<&str> = found.split('\n').collect();
    lines(&wanted, &found)
}
