//! Bad and hostile input beside a good policy: what is wrong is said with its place, and the good policy is patched all the same.

use std::fmt::Write as _;

use undeny_core::{Input, Options, Paste, run};
use undeny_tests::laws;

use crate::Test;

const ERROR: &str = "User: arn:aws:sts::604718392055:assumed-role/app-role/i-0abc is not authorized to perform: s3:PutObject on resource: \
    \"arn:aws:s3:::reports/a.csv\" because no identity-based policy allows the s3:PutObject action\n";
const GOOD: &str = "resource \"aws_iam_role_policy\" \"app\" {\n  name = \"app\"\n  role = \"app-role\"\n  policy = jsonencode({\n    \
    Version = \"2012-10-17\"\n    Statement = [\n      { Effect = \"Allow\", Action = [\"s3:GetObject\"], Resource = \
    [\"arn:aws:s3:::reports/a.csv\"] },\n    ]\n  })\n}\n";

/// A bad file: its name, its text, and the problem that has to be told with its line and column (from 1); `None` where nothing is wrong.
struct Bad {
    name: &'static str,
    text: String,
    problem: Option<(usize, usize, &'static str)>,
}

fn bad() -> Vec<Bad> {
    let new = |name, text: &str, problem| Bad {
        name,
        text: text.to_owned(),
        problem,
    };
    let deep = |before: &str, after: &str| {
        format!(
            "{before}{}{}{after}",
            "[".repeat(20_000),
            "]".repeat(20_000)
        )
    };
    vec![
        new(
            "directive.tf",
            "resource \"aws_iam_role_policy\" \"other\" {\n  role = \"other\"\n  policy = <<EOF\n{\n  \"Statement\": [\n    %{ if var.admin }\n    { \
             \"Effect\": \"Allow\", \"Action\": \"iam:*\", \"Resource\": \"*\" },\n    %{ endif }\n    { \"Effect\": \"Allow\", \"Action\": \
             \"sqs:*\", \"Resource\": \"*\" }\n  ]\n}\nEOF\n}\n",
            Some((6, 5, "a template directive decides what this policy says")),
        ),
        new(
            "jinja.json",
            "{\n  \"Statement\": [\n    {% for bucket in buckets %}\n    { \"Effect\": \"Allow\", \"Action\": \"s3:GetObject\", \"Resource\": \"{{ bucket \
             }}\" },\n    {% endfor %}\n  ]\n}\n",
            Some((
                3,
                6,
                "a template (`{{ .. }}`) stands where JSON is expected",
            )),
        ),
        new(
            "chart.yaml",
            "apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  annotations:\n    {{- if .Values.irsa }}\n    eks.amazonaws.com/role-arn: a\n    {{- end \
             }}\n",
            Some((
                5,
                7,
                "a template (`{{ .. }}`) stands where YAML is expected",
            )),
        ),
        new(
            "map.yaml",
            "kind: ConfigMap\ndata:\n  policy.json: |\n    { \"Statement\": [\n      {{- range .Values.buckets }}\n      { \"Effect\": \"Allow\", \"Action\": \
             \"s3:GetObject\", \"Resource\": \"{{ . }}\" },\n      {{- end }}\n    ] }\n",
            Some((
                5,
                9,
                "a template (`{{ .. }}`) stands where JSON is expected",
            )),
        ),
        new(
            "twice.json",
            "{ \"Statement\": [{ \"Effect\": \"Allow\", \"Action\": \"s3:GetObject\", \"Action\": \"s3:ListBucket\", \"Resource\": \"*\" }] }\n",
            Some((1, 64, "the key `Action` is there twice")),
        ),
        new(
            "twice.yaml",
            "Resources:\n  P:\n    Type: AWS::IAM::Policy\n    Properties:\n      Roles: [other]\n      PolicyDocument:\n        Statement:\n          - Effect: \
             Allow\n            Action: s3:GetObject\n            Resource: a\n            Resource: \"*\"\n",
            Some((11, 13, "the key `Resource` is there twice")),
        ),
        new(
            "twice.tf",
            "resource \"aws_iam_policy\" \"x\" {\n  policy = jsonencode({\n    Statement = [{\n      Action = \"a:B\"\n      Action = \"a:C\"\n    }]\n  })\n}\n",
            Some((5, 7, "the key `Action` is there twice")),
        ),
        new(
            "tab.yaml",
            "Resources:\n  R:\n\tType: AWS::IAM::Policy\n",
            Some((3, 2, "a tab indents this line")),
        ),
        new(
            "cut.json",
            "{ \"Statement\": [{ \"Effect\": \"Allow\", \"Action\": \"s3:GetObject\"\n",
            Some((1, 17, "this `{` is never closed")),
        ),
        Bad {
            name: "deep.json",
            text: deep("{\"Statement\":", "}"),
            problem: Some((1, 141, "this nests deeper than 128 levels")),
        },
        Bad {
            name: "deep.yaml",
            text: deep("a: ", "\n"),
            problem: Some((1, 64, "this nests deeper than 60 levels")),
        },
        Bad {
            name: "deep.tf",
            text: deep("resource \"aws_iam_policy\" \"x\" {\n  policy = ", "\n}\n"),
            problem: Some((2, 140, "this nests deeper than 128 levels")),
        },
        Bad {
            name: "plan.json",
            text: plan(5_000_000),
            problem: Some((1, 1, "this is a Terraform plan")),
        },
        new(
            "binary",
            "\0\u{1}{\0\"Statement\0\": [\u{fffd}\u{fffd}",
            None,
        ),
    ]
}

/// A plan of at least so many bytes, as `terraform show -json` prints it.
fn plan(bytes: usize) -> String {
    let mut text =
        "{\"format_version\":\"1.2\",\"terraform_version\":\"1.9.0\",\"resource_changes\":["
            .to_owned();
    let mut number = 0;
    while text.len() < bytes {
        let comma = if number > 0 { "," } else { "" };
        let _ = write!(
            text,
            "{comma}{{\"address\":\"aws_iam_role_policy.r{number}\",\"type\":\"aws_iam_role_policy\",\"change\":{{\"actions\":[\"create\"],\"after\":{{\"role\":\
             \"app-role\",\"policy\":\"{{\\\"Statement\\\":[{{\\\"Effect\\\":\\\"Allow\\\",\\\"Action\\\":\\\"s3:GetObject\\\",\\\"Resource\\\":\
             \\\"arn:aws:s3:::reports/{number}\\\"}}]}}\"}}}}}}"
        );
        number += 1;
    }
    text.push_str("]}\n");
    text
}

fn paste(texts: &[(&str, &str)]) -> Paste {
    let inputs = texts
        .iter()
        .map(|(name, text)| Input {
            name: Some((*name).to_owned()),
            text: (*text).to_owned(),
            role: None,
        })
        .collect();
    Paste { inputs }
}

fn holds(bad: &Bad) -> Result<(), String> {
    let texts = [
        ("error.log", ERROR),
        (bad.name, bad.text.as_str()),
        ("main.tf", GOOD),
    ];
    let paste = paste(&texts);
    let outcome = run(&paste, &Options::default());
    let told = outcome
        .report
        .problems
        .iter()
        .map(|problem| {
            (
                problem.span.document,
                problem.line,
                problem.column,
                &problem.message,
            )
        })
        .collect::<Vec<_>>();
    let fits = match bad.problem {
        None => told.is_empty(),
        Some((line, column, words)) => told.iter().any(|(input, at, in_line, message)| {
            (*input, *at, *in_line) == (1, line, column) && message.contains(words)
        }),
    };
    if !fits {
        return Err(format!("wanted {:?}, told {told:?}", bad.problem));
    }
    let patched = outcome
        .report
        .documents
        .iter()
        .filter(|document| document.diff.is_some())
        .map(|document| document.name.as_str())
        .collect::<Vec<_>>();
    if patched != ["main.tf"] {
        return Err(format!("patched {patched:?}: {:?}", outcome.report.cause));
    }
    laws::spans(&paste, &outcome.report)?;
    laws::proven(&outcome.report)
}

/// A byte order mark, tabs and carriage returns are no fault: they stay.
fn stays() -> Result<(), String> {
    let text = "\u{feff}{\r\n\t\"Statement\": [\r\n\t\t{\r\n\t\t\t\"Effect\": \"Allow\",\r\n\t\t\t\"Action\": [\r\n\t\t\t\t\"s3:GetObject\"\r\n\t\t\t],\r\n\t\t\t\
        \"Resource\": \"arn:aws:s3:::reports/a.csv\"\r\n\t\t}\r\n\t]\r\n}\r\n";
    let wanted = text.replace(
        "\t\"s3:GetObject\"\r\n",
        "\t\"s3:GetObject\",\r\n\t\t\t\t\"s3:PutObject\"\r\n",
    );
    let outcome = run(
        &paste(&[("error.log", ERROR), ("policy.json", text)]),
        &Options::default(),
    );
    match outcome.patches.first().and_then(|patch| patch.texts.get(1)) {
        Some(found) if *found == wanted => Ok(()),
        found => Err(format!("{found:?}: {:?}", outcome.report.cause)),
    }
}

pub(crate) fn trials() -> Vec<Test> {
    let mut trials: Vec<Test> = bad()
        .into_iter()
        .map(|bad| {
            Test::new(
                format!("hostile: {} beside a good policy", bad.name),
                move || holds(&bad),
            )
        })
        .collect();
    trials.push(Test::new(
        "hostile: byte order mark, tabs and carriage returns",
        stays,
    ));
    trials
}
