//! A secret behind a key that says so goes, in whatever writing: every way of writing × every key × every value.
#![allow(clippy::unwrap_used, reason = "a test")]

use undeny_redact::{Options, Vault, redact};

/// `KEY` and `VALUE` stand for what they say.
const WRITINGS: &[&str] = &[
    "KEY=VALUE",
    "export KEY=VALUE",
    "export KEY=\"VALUE\"",
    "KEY='VALUE'",
    "KEY = VALUE",
    "KEY = \"VALUE\"",
    "KEY: VALUE",
    "KEY: \"VALUE\"",
    "KEY: 'VALUE' # from the vault",
    "\"KEY\": \"VALUE\",",
    "{\"KEY\":\"VALUE\"}",
    "{'KEY': 'VALUE'}",
    "\"KEY\" => \"VALUE\"",
    ":KEY => 'VALUE',",
    "KEY := \"VALUE\"",
    "KEY <- \"VALUE\"",
    "KEY += \"VALUE\"",
    "KEY ?= VALUE",
    "<KEY>VALUE</KEY>",
    "<KEY>\n  VALUE\n</KEY>",
    "<KEY><![CDATA[VALUE]]></KEY>",
    "<a KEY=\"VALUE\" b=\"c\"/>",
    "<add key=\"KEY\" value=\"VALUE\" />",
    "<property name=\"KEY\" value=\"VALUE\"/>",
    "<property><name>KEY</name><value>VALUE</value></property>",
    "<property>\n  <name>KEY</name>\n  <value>VALUE</value>\n</property>",
    "<entry key=\"KEY\">VALUE</entry>",
    "<string name=\"KEY\">VALUE</string>",
    "<key>KEY</key>\n<string>VALUE</string>",
    "--KEY VALUE",
    "--KEY=VALUE",
    "--KEY \"VALUE\"",
    "-DKEY=VALUE",
    "/KEY:VALUE",
    "- name: KEY\n  value: VALUE",
    "- name: KEY\n  value: \"VALUE\"",
    "- {name: KEY, value: VALUE}",
    "{\"name\": \"KEY\", \"value\": \"VALUE\"}",
    "{\n  \"name\": \"KEY\",\n  \"value\": \"VALUE\"\n}",
    "{\"Key\": \"KEY\", \"Value\": \"VALUE\"}",
    "{\"value\": \"VALUE\", \"name\": \"KEY\"}",
    "{ParameterKey: KEY, ParameterValue: VALUE}",
    "ParameterKey=KEY,ParameterValue=VALUE",
    "set {\n  name  = \"KEY\"\n  value = \"VALUE\"\n}",
    "environment:\n  - KEY=VALUE",
    "environment:\n  - \"KEY=VALUE\"",
    "environment:\n  KEY: VALUE",
    "ENV KEY VALUE",
    "ENV KEY=VALUE",
    "ARG KEY=VALUE",
    "set KEY=VALUE",
    "setx KEY VALUE",
    "setx KEY \"VALUE\"",
    "$env:KEY = \"VALUE\"",
    "[Environment]::SetEnvironmentVariable(\"KEY\", \"VALUE\")",
    "os.environ[\"KEY\"] = \"VALUE\"",
    "os.environ.setdefault('KEY', 'VALUE')",
    "os.getenv(\"KEY\", \"VALUE\")",
    "process.env.KEY = 'VALUE';",
    "ENV['KEY'] = 'VALUE'",
    "putenv('KEY=VALUE');",
    "define('KEY', 'VALUE');",
    "var KEY = \"VALUE\";",
    "const KEY = 'VALUE';",
    "let KEY: &str = \"VALUE\";",
    "String KEY = \"VALUE\";",
    "private static final String KEY = \"VALUE\";",
    "KEY string = \"VALUE\"",
    "KEY = b'VALUE'",
    "KEY = r\"VALUE\"",
    "KEY=`VALUE`",
    "self.KEY = \"VALUE\"",
    "config.KEY = 'VALUE'",
    "config.set('KEY', 'VALUE')",
    "x(KEY=\"VALUE\", y=1)",
    "x(KEY: \"VALUE\", y: 1)",
    "if KEY == \"VALUE\":",
    "\"{\\\"KEY\\\": \\\"VALUE\\\"}\"",
    "\"body\": \"{\\\"KEY\\\":\\\"VALUE\\\"}\"",
    "\\\"KEY\\\":\\\"VALUE\\\"",
    "https://api.example.com/x?KEY=VALUE",
    "https://api.example.com/x?a=b&KEY=VALUE&c=d",
    "a=b&KEY=VALUE&c=d",
    "KEY: |\n  VALUE",
    "KEY: |-\n  VALUE\nnext: 1",
    "KEY: >-\n  VALUE",
    "KEY = <<EOF\nV\nEOF",
    "KEY = <<-EOT\n    VALUE\n  EOT",
    "KEY = \"\"\"VALUE\"\"\"",
    "variable \"KEY\" {\n  default = \"VALUE\"\n}",
    "variable \"KEY\" {\n  type        = string\n  description = \"x\"\n  default     = \"VALUE\"\n}",
    "output \"KEY\" {\n  value = \"VALUE\"\n}",
    "\"KEY\": {\n  \"value\": \"VALUE\",\n  \"type\": \"string\"\n}",
    "\"KEY\": {\"sensitive\": true, \"type\": \"string\", \"value\": \"VALUE\"}",
    "\"KEY\": [\"VALUE\"]",
    "KEY:\n  - VALUE",
    "\"name\": \"x\", \"attributes\": {\"KEY\": \"VALUE\"}",
    "~ KEY = \"VALUE\" -> (known after apply)",
    "+ KEY = \"VALUE\"",
    "~ KEY = \"old\" -> \"VALUE\"",
    "KEY:\n  Type: String\n  Default: VALUE",
    "set -x KEY VALUE",
    "{\"m\": \"\\u0022KEY\\u0022: \\u0022VALUE\\u0022\"}",
    "[section]\nKEY=VALUE\n",
    "[section]\nKEY = VALUE ; comment\n",
    "| KEY | VALUE |",
    "| `KEY` | `VALUE` |",
    "KEY\tV",
    "2026-11-21 10:00:00 INFO KEY=VALUE user=ann",
    "2026-11-21 10:00:00 DEBUG config {KEY=VALUE, user=ann}",
    "2026-11-21 10:00:00 DEBUG Config(KEY='VALUE', user='ann')",
    "curl -H \"KEY: VALUE\" https://api.example.com",
    "curl -H 'KEY: VALUE' https://api.example.com",
    "curl -d '{\"KEY\": \"VALUE\"}' https://api.example.com",
    "curl -d KEY=VALUE https://api.example.com",
    "curl -F KEY=VALUE https://api.example.com",
    "headers: {'KEY': 'VALUE'}",
    "set('KEY', 'VALUE')",
    "KEY VALUE",
    "the KEY is VALUE",
    "KEY is: VALUE",
    "KEY (VALUE)",
    "Your KEY: `VALUE`",
    "heroku config:set KEY=VALUE",
    "aws configure set KEY VALUE",
    "helm install x --set KEY=VALUE",
    "docker run -e KEY=VALUE image",
    "KEY%3DVALUE%26a%3Db",
    "KEY = sensitive(\"VALUE\")",
    "KEY: cdk.SecretValue.unsafePlainText('VALUE'),",
    "KEY: pulumi.secret(\"VALUE\"),",
    "KEY: aws.String(\"VALUE\"),",
    "KEY := []byte(\"VALUE\")",
    "KEY = String::from(\"VALUE\");",
    "KEY = new SecretString(\"VALUE\");",
    "<failure message=\"{&quot;KEY&quot;:&quot;VALUE&quot;}\"/>",
    "<pre>{&#34;KEY&#34;: &#34;VALUE&#34;, &#34;id&#34;: 12}</pre>",
];

const KEYS: &[&str] = &[
    "password",
    "DB_PASSWORD",
    "dbPassword",
    "db-password",
    "api_key",
    "apiKey",
    "X-Api-Key",
    "client_secret",
    "clientSecret",
    "auth_token",
    "accessToken",
    "SECRET_KEY",
    "aws_secret_access_key",
    "private_token",
    "secret",
];

const VALUES: &[&str] = &[
    "48291734",
    "482917345518273645",
    "hunter2x",
    "P@ssw0rd!",
    "k7Qx2Zr9Wp5Vb3Jm",
    "9f86d081884c7d659a2feaa0c55ad015",
    "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "2e9080c3-3ae2-fa16-5131-39654762bd84",
    "abcdefghijklmnopqrstuvwxyz",
    "correct-horse-battery-staple",
    "trustnoone13",
    "YWRtaW46aHVudGVyMg==",
    "a1b2.c3d4-e5_f6~g7",
];

/// Writings that may show a value which could as well be an everyday word: what a table, a tab or prose says of a key is not always its value.
const LOOSE: &[&str] = &[
    "KEY VALUE",
    "KEY\tV",
    "| KEY | VALUE |",
    "| `KEY` | `VALUE` |",
    "the KEY is VALUE",
    "KEY is: VALUE",
    "KEY (VALUE)",
    "Your KEY: `VALUE`",
    "aws configure set KEY VALUE",
    "if KEY == \"VALUE\":",
];

#[test]
fn a_secret_goes_in_every_writing() {
    let mut leaks = Vec::new();
    let mut count = 0;
    for writing in WRITINGS {
        for key in KEYS {
            for value in VALUES {
                let loose = LOOSE.contains(writing);
                let word = !value.bytes().any(|byte| byte.is_ascii_digit());
                if loose && word {
                    continue;
                }
                count += 1;
                let text = writing.replace("KEY", key).replace("VALUE", value);
                let mut vault = Vault::new();
                let result = redact(&mut vault, &[&text], &Options::default()).remove(0);
                assert_eq!(vault.restore(&result.text).text, text);
                if leaks_of(value, &result.text) {
                    leaks.push(format!("{writing:?} {key} {value}: {:?}", result.text));
                }
            }
        }
    }
    assert!(
        leaks.is_empty(),
        "{} of {count} leak:\n{}",
        leaks.len(),
        leaks.join("\n")
    );
}

/// Whether the value, or a run of 8 or more of its characters that is at least half of it, is still there.
fn leaks_of(value: &str, text: &str) -> bool {
    let length = 8.max(value.len().div_ceil(2)).min(value.len());
    (0..=value.len() - length).any(|at| text.contains(value.get(at..at + length).unwrap()))
}
