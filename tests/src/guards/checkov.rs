//! Checkov from PyPI, on Terraform and CloudFormation. `cargo xtask guards` says where it is: `UNDENY_CHECKOV` is the Python that has it.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use undeny_guard::File;

use super::{Form, Runner, Said, Told, must_pass, text_forms};

#[derive(Debug)]
pub(super) struct Checkov;

impl Runner for Checkov {
    fn tool(&self) -> &'static str {
        "checkov"
    }

    fn missing(&self) -> Option<String> {
        std::env::var_os("UNDENY_CHECKOV").is_none().then(|| {
            "UNDENY_CHECKOV names no Python with Checkov; `cargo xtask guards` sets it".to_owned()
        })
    }

    fn run(&self, stories: &[(&Told, Vec<File>)]) -> Vec<Vec<Said>> {
        let scratch = tempfile::tempdir().unwrap();
        let mut jobs = String::new();
        let mut forms: Vec<Vec<(PathBuf, Form)>> = Vec::new();
        for (index, (told, files)) in stories.iter().enumerate() {
            let folder = scratch.path().join(index.to_string());
            write_all(&folder.join("guard"), files);
            let texts = folder.join("texts");
            let mut list = Vec::new();
            for (number, form) in text_forms(told).into_iter().enumerate() {
                let path = texts.join(format!("{number}.{}", form.extension));
                write(&path, &form.text);
                list.push((path, form));
            }
            forms.push(list);
            let job = json!({"checks": folder.join("guard/undeny_checks"), "texts": texts});
            jobs.push_str(&format!("{job}\n"));
        }
        let answers = ask(&jobs);
        forms
            .into_iter()
            .enumerate()
            .map(|(index, list)| {
                let answer = answers.get(index).cloned().unwrap_or_default();
                list.into_iter()
                    .map(|(path, form)| Said {
                        form: form.form,
                        kind: form.kind.to_owned(),
                        passed: passed(&answer, &path),
                        must_pass: must_pass(form.kind),
                    })
                    .collect()
            })
            .collect()
    }
}

fn passed(answer: &Value, path: &Path) -> Result<bool, String> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let among = |key: &str| {
        answer.get(key).and_then(Value::as_array).map(|names| {
            names.iter().filter_map(Value::as_str).any(|own| {
                Path::new(own)
                    .file_name()
                    .is_some_and(|own| own.to_string_lossy() == name)
            })
        })
    };
    match (among("broken"), among("refused"), among("seen")) {
        (Some(false), Some(refused), Some(true)) => Ok(!refused),
        (Some(false), Some(_), Some(false)) => Err("no check looked at the file".to_owned()),
        (Some(true), ..) => Err("Checkov cannot read the file".to_owned()),
        _ => Err(format!("Checkov gave no answer: {answer}")),
    }
}

fn ask(jobs: &str) -> Vec<Value> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/guards/run_checkov.py");
    let mut child = Command::new(std::env::var_os("UNDENY_CHECKOV").unwrap())
        .arg(script)
        .env("LOG_LEVEL", "ERROR")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let jobs = jobs.to_owned();
    let writer = std::thread::spawn(move || stdin.write_all(jobs.as_bytes()));
    let output = child.wait_with_output().unwrap();
    let _ = writer.join();
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_default())
        .collect()
}

fn write_all(folder: &Path, files: &[File]) {
    for file in files {
        write(&folder.join(&file.name), &file.text);
    }
}

fn write(path: &Path, text: &str) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}
