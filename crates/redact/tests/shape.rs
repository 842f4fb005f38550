//! What parsed still parses, as the same tree with the same types: files of every format, and those of the folder that `SHAPES` names.
#![allow(clippy::unwrap_used, reason = "a test")]

use std::path::{Path, PathBuf};

use undeny_document::{Input, Node, Paste, Value, read};
use undeny_redact::{Level, Options, Vault, redact};

const FILES: &[(&str, &str)] = &[
    (
        "policy.json",
        "{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [{\n    \"Effect\": \"Allow\", \"Action\": [\"s3:GetObject\"],\n    \"Resource\": \"arn:aws:s3:::acme-prod/*\",\n    \"Condition\": {\"StringEquals\": {\"aws:SourceAccount\": \"596341019084\", \"sts:ExternalId\": \"Ext-aIrwqIy3zHHI\"}}\n  }]\n}\n",
    ),
    (
        "state.json",
        "{\"version\": 4, \"account\": 596341019084, \"ratio\": 0.25, \"on\": true, \"none\": null, \"outputs\": {\"db_password\": {\"value\": \"hunter2x\\\"y\", \"type\": \"string\"}}, \"ids\": [\"vpc-372d89abdebbacf0b\", \"2e9080c3-3ae2-fa16-5131-39654762bd84\"], \"pin\": 48291734, \"token\": 123456789012345}",
    ),
    (
        "embedded.json",
        "{\"body\": \"{\\\"password\\\": \\\"hunter2x\\\", \\\"n\\\": 1}\", \"key\": \"-----BEGIN PRIVATE KEY-----\\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\\n-----END PRIVATE KEY-----\\n\"}",
    ),
    (
        "main.tf",
        "variable \"db_password\" {\n  type    = string\n  default = \"hunter2x\"\n}\n\nlocals {\n  account = 596341019084\n  token   = \"k7Qx2Zr9Wp5Vb3Jm\"\n}\n\nresource \"aws_iam_role_policy\" \"ci\" {\n  role   = \"acme-deployer\"\n  policy = jsonencode({ Statement = [{ Effect = \"Allow\", Action = \"s3:*\", Resource = \"arn:aws:s3:::acme-${var.env}/*\" }] })\n}\n\nresource \"x\" \"y\" {\n  secret = <<EOF\nhunter2x-and-more\nEOF\n}\n",
    ),
    (
        "secret.yaml",
        "apiVersion: v1\nkind: Secret\nmetadata:\n  name: acme-db\n  labels: {team: payments, on: true}\ndata:\n  password: aHVudGVyMng=\n  user: YWRtaW4=\nstringData:\n  token: |\n    k7Qx2Zr9Wp5Vb3Jm\n---\nkind: ConfigMap\ndata:\n  account: 596341019084\n  ratio: 0.5\n",
    ),
    (
        "compose.yaml",
        "services:\n  db:\n    image: postgres:16\n    environment:\n      - POSTGRES_PASSWORD=hunter2x\n      - PORT=5432\n    ports: [\"5432:5432\"]\n  app:\n    environment:\n      DB_PASSWORD: hunter2x\n      PIN: 48291734\n      URL: postgres://svc:m1cM1TyA@db.acme.example:5432/x\n",
    ),
    (
        "template.yaml",
        "AWSTemplateFormatVersion: \"2010-09-09\"\nResources:\n  Role:\n    Type: AWS::IAM::Role\n    Properties:\n      RoleName: !Sub acme-${AWS::Region}\n      ManagedPolicyArns: [!Ref Policy, arn:aws:iam::596341019084:policy/acme-ci]\n      MasterUserPassword: '{{resolve:ssm-secure:/acme/db:1}}'\n",
    ),
    (
        "unquoted.yaml",
        "ThumbprintList:\n  - 3c9d0e7b51f2a86d4c7e90b1a5f3d2e8c6b7a901\nOwner:\n  CanonicalUser: 5e8b1c7d90a2f3e46b7c8d9e0f1a2b3c4d5e6f708192a3b4c5d6e7f809a1b2c3\nPasswordReusePrevention: 24\nAccount: 054676820928\n",
    ),
];

#[test]
fn what_parsed_parses_to_the_same_shape() {
    let mut files: Vec<(PathBuf, String)> = FILES
        .iter()
        .map(|(name, text)| (PathBuf::from(name), (*text).to_owned()))
        .collect();
    if let Ok(folder) = std::env::var("SHAPES") {
        collect(Path::new(&folder), &mut files);
    }
    let mut wrong = Vec::new();
    for (path, text) in &files {
        for level in [Level::Standard, Level::Strict] {
            let options = Options {
                level,
                ..Options::default()
            };
            let result = redact(&mut Vault::new(), &[text], &options).remove(0);
            let (before, after) = (shapes(path, text), shapes(path, &result.text));
            if before != after {
                let at = before
                    .bytes()
                    .zip(after.bytes())
                    .take_while(|(a, b)| a == b);
                let at = at.count().saturating_sub(40);
                wrong.push(format!(
                    "{} {level:?}: {:?} became {:?}",
                    path.display(),
                    before
                        .get(at..)
                        .map(|rest| rest.chars().take(120).collect::<String>()),
                    after
                        .get(at..)
                        .map(|rest| rest.chars().take(120).collect::<String>()),
                ));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        files.len() * 2,
        wrong.join("\n")
    );
}

fn collect(folder: &Path, files: &mut Vec<(PathBuf, String)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if let Ok(text) = std::fs::read_to_string(&path) {
            files.push((path, text));
        }
    }
}

/// Formats, types and counts of all documents of a file, and how many problems it has.
fn shapes(path: &Path, text: &str) -> String {
    let name = path
        .file_name()
        .map(|name| name.to_string_lossy().into_owned());
    let reading = read(&Paste {
        inputs: vec![Input {
            name,
            text: text.to_owned(),
            role: None,
        }],
    });
    let mut told = format!("{} problems", reading.problems.len());
    for document in &reading.documents {
        told.push_str(&format!("; {:?} ", document.format));
        shape(&document.root, &mut told);
    }
    told
}

fn shape(node: &Node, told: &mut String) {
    match &node.value {
        Value::Null => told.push('0'),
        Value::Bool(value) => told.push(if *value { 't' } else { 'f' }),
        Value::Number(_) => told.push('n'),
        Value::Text(_) => told.push('s'),
        Value::Opaque { .. } => told.push('o'),
        Value::Embedded(inner) => {
            told.push('e');
            shape(inner, told);
        }
        Value::List(list) => {
            told.push('[');
            for item in &list.items {
                shape(item, told);
            }
            told.push(']');
        }
        Value::Map(map) => {
            told.push('{');
            for member in &map.members {
                shape(&member.value, told);
            }
            told.push('}');
        }
        Value::Call { name, arguments } => {
            told.push_str(name);
            told.push('(');
            for argument in arguments {
                shape(argument, told);
            }
            told.push(')');
        }
    }
}

#[test]
fn an_account_without_quotes_stays_what_yaml_takes_it_for() {
    // YAML 1.1 reads digits behind a zero as a number in base 8, where none is above seven.
    for (account, octal) in [
        ("054676820918", false),
        ("034676720527", true),
        ("596341019084", false),
    ] {
        let text = format!("account: {account}\n");
        let result = redact(&mut Vault::new(), &[&text], &Options::default()).remove(0);
        let written = result.text.trim_end().trim_start_matches("account: ");
        assert_ne!(written, account);
        assert_eq!(written.len(), 12);
        assert_eq!(written.starts_with('0'), account.starts_with('0'));
        let is_octal = written.starts_with('0') && !written.contains(['8', '9']);
        assert_eq!(is_octal, octal, "{account} became {written}");
    }
}
