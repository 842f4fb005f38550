//! What always holds, over generated texts: what is hidden comes back, hiding twice is hiding once, findings are the whole change.
#![allow(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test")]

use proptest::prelude::*;
use undeny_redact::{Level, Options, Redacted, Vault, redact, scan};
use undeny_text::{Edit, Edits};

fn options(level: Level) -> Options {
    Options {
        level,
        ..Options::default()
    }
}

#[track_caller]
fn check(text: &str, level: Level) -> Redacted {
    let mut vault = Vault::new();
    let result = redact(&mut vault, &[text], &options(level)).remove(0);
    let restored = vault.restore(&result.text);
    assert_eq!(restored.text, text, "restored from {:?}", result.text);
    assert!(
        restored.altered.is_empty(),
        "{restored:?} {:?}",
        result.text
    );
    let edits = result
        .findings
        .iter()
        .map(|finding| Edit::replace(finding.span, &finding.placeholder))
        .collect();
    assert_eq!(
        Edits::new(edits).unwrap().apply(text).unwrap(),
        result.text,
        "the findings alone make the output"
    );
    for pair in result.findings.windows(2) {
        assert!(pair[0].span.end <= pair[1].span.start, "{pair:?}");
    }
    let again = redact(&mut Vault::new(), &[&result.text], &options(level)).remove(0);
    assert_eq!(again.text, result.text, "redacting again, from {text:?}");
    let same = redact(&mut vault, &[&result.text], &options(level)).remove(0);
    assert_eq!(same.text, result.text, "redacting again with the vault");
    let entries: Vec<(String, String)> = vault
        .entries()
        .map(|(placeholder, original)| (placeholder.to_owned(), original.to_owned()))
        .collect();
    let read = Vault::from_entries(entries).unwrap();
    assert_eq!(
        read.restore(&result.text).text,
        text,
        "restored from the written map"
    );
    result
}

/// Pieces that mean something to the redactor, whole, cut and in the wrong places.
fn piece() -> impl Strategy<Value = String> {
    let fixed = prop::sample::select(vec![
        "arn:aws:iam::596341019084:role/acme-deployer",
        "arn:aws:s3:::acme-prod-logs/*",
        "\nname,note,password\n\"ann\",\"on leave, back in May\",\"zebra-77-lamp\"\n",
        "\n\"user\",\"password\",\"note\"\n",
        "\n\"ann\",\"zebra-77-lamp\",\"says \"\"hi, all\"\"\"\n",
        "\"password\": \"Passwort vergessen\", ",
        "\n  password: ¿Olvidó su contraseña\n",
        "REPLACE INTO users (name, password) VALUES ('ann', 'zebra-77-lamp');\n",
        "3C-22-FB-9A-01-7E",
        "A temporary password is generated for root@localhost: k3!aB9xZ.wQ2 ",
        "[\\r][\\n]",
        "\nCookie: session=q4pdt26np4oasrkeyd1uik8qd1xcfn",
        "'--value', 'zebra-77-lamp', '--type', 'SecureString'",
        "  |  l2tpd  Service  running\n",
        "<password>zebra-lamp-5</password>",
        "<RequestId>4TP9X0BSA1B2C3D4</RequestId>",
        "<a>",
        "</a>",
        "&lt;SECRET_1&gt;",
        "arn:aws:execute-api:eu-west-1:********9084:a1b2c3d4e5/prod/POST/orders",
        "arn:aws:execute-api:eu-west-1:********0187:a1b2c3d4e5/*/GET/",
        "********6666",
        "222,244,446,666",
        "2222\u{2013}4444\u{2013}6666",
        "222244\u{2026}6666",
        "image: acme/tika:",
        "3.3.1.0",
        "\n  boost: 57d2868c099736d80fcd648bf211b4431e51a558\n",
        "\n-----BEGIN CERTIFICATE-----\n",
        "\nMIIDBTCCAe2gAwIBAgIQH8BQRfTbTtKeWJyLcMZ5mDANBgkqhkiG9w0BAQsFADAU\n",
        "\n- name: KESTREL_REPO_LOGLEVEL\n",
        "<input name=\"password\"> <input value=\"Register9\">",
        "password: env:",
        "\n    class Password:\n",
        "arn:aws-us-gov:sts::320360018785:assumed-role/AcmeRole/jane@acme.example",
        "596341019084",
        "5963-4101-9084",
        "054676820928",
        "034676720527",
        "CanonicalUser: 5e8b1c7d90a2f3e46b7c8d9e0f1a2b3c4d5e6f708192a3b4c5d6e7f809a1b2c3",
        "fa0000000000000000000000000001",
        "&quot;password&quot;: &quot;hunter2x&quot;",
        "SecretValue.unsafePlainText(\"hunter2x\")",
        "sensitive(\"",
        "\n  - jwt_secret=myverysecuresecret\n",
        "setToken(\"correct-horse-battery\")",
        "PASSWORD = N'",
        "''",
        "    name: secret-x\n",
        "\n  value: k7Qx2Zr9Wp5V\n",
        "[token]: #a1b2c3d4e5f6",
        "HUrXCtso/FTiurWYGyGFGebhTpJPzfTkV2jktqW0DEBfVBJrzmGzEkJfzAbpOs9F",
        "/x9Kq2Lm/Tz+8WvBn4Rt/api/v1/",
        "MIIEpAIBAAKCAQEA7v3kzQ8yT2mXw5nB0cR9dF4gH6jK1lP3sU7vY2xZ8aE5iO0q\n",
        "\n-----END RSA PRIVATE KEY-----\n",
        "-  -----BEGIN RSA PRIVATE KEY-----\n-  ",
        "$ echo $DB_PASSWORD\n",
        "\nZebra2024!\n",
        "aws ssm get-parameter --name /acme/db --with-decryption --output text\n",
        "\n||  Type | SecureString ||\n",
        "||  Value | zebra-lamp ||\n",
        "\tSecureString\tzebra-lamp\t3\n",
        "{\"log\":\"",
        "\\\"zebra-77\\\"",
        "\\n\",\"stream\":",
        "gh secret set X --body ",
        "[\"mysqladmin\",\"-uroot\",\"-pzebra-77\"]",
        "\",\"Args\": [\"-a\", \"",
        "SetEnvironmentVariable(\\\"DB_PASS\\\", ",
        "NetworkCredential(\\\"svc\\\", ",
        "\\x1b[36m",
        "^[[0m",
        "docker login --password-stdin r.io <<EOF\n",
        " | passwd ann\n",
        "The password for the staging db is ",
        "pw Zebra!77 ",
        "credentials are ann/Zebra!77 ",
        "password changed from Zebra!77 to Lamp-2024 ",
        "密码：",
        "パスワードは「Zebra!77」です",
        "\nvar.db_password\n  Enter a value: ",
        "Value 'zebra-77' at 'db_password'",
        "Parameter 'DBPassword' value 'zebra-77'",
        "resource \"random_password\" \"x\" {\n  result = \"",
        "poetry config http-basic.acme ci Zebra!77 ",
        "bundle config gems.acme ci:Zebra!77\n",
        "SET PASSWORD FOR 'a'@'%' = '",
        ";password={abc;x9};",
        "\nuser app on >zebra-77 ",
        "\n[smtp.acme.example]:587 ann:zebra-77\n",
        "DB_PASSWORD=hunter2\n",
        " hunter2 ",
        "=> \"",
        "default: Domain Join User Password\n",
        "password: *",
        "\npassword = rootroot\n",
        "\npasswords:\n  - Tulip-77\n  - Rose-78\n",
        "\n  - x: y\n",
        "HTTPBasicAuth('ann', 'zebra-lamp')",
        "mail.login('ann',\n 'zebra-lamp')",
        "jwt.sign({id: ",
        "}, 'zebra-lamp')",
        "hmac.New(sha256.New, []byte(",
        "ann:gopw6@tcp(",
        "thin:scott/tiger99@",
        "DE89 3704 0044 0532 0130 00",
        "creating IAM Role (kestrel-ci)",
        "role with name kestrel-ci cannot be found",
        "pvc-2108e253-1502-4a1b-9c3d-0a1b2c3d4e5f",
        "/us-east-1_kpNrDKj9I",
        "s3://kestrel-lake/year=2024/part-00000-40acbb0b-275e-4f4a-a3eb-eb453d68a18e-c000.snappy.parquet",
        "20240502",
        "cdk-hnb659fds-deploy-role-739204816355-us-east-1",
        "internal-kestrel-1234567890.us-east-1.elb.amazonaws.com",
        "kestrel-cache.ab12cd.0001.use1.cache.amazonaws.com",
        "No cluster found for name: ",
        "DBInstance ",
        " not found",
        "Stack [",
        "AROAQ2TJ5Q7K5CRG3EWE4:",
        "https://console.aws.amazon.com/iam/home#/roles/details/",
        "log-group/$252Faws$252Flambda$252F",
        "%252F",
        "$252F",
        "\n2023-01-01 10:11:12 ",
        "BUCKETS\t",
        "/aws/lambda/",
        "/ecs/",
        "\n[profile kestrel]\n",
        ";User ID=kestrel;",
        "DB_HOST=pg.kestrel.io",
        "--profile ",
        "db_username = ",
        "\"Type\":\"SecureString\",\"Value\":\"zebra-lamp-91\"",
        "::add-mask::hunter2-Freight",
        "\nuser,password\n",
        "\nann,hO2&f!Zq\n",
        "--secret-id pinecrest/api ",
        "arn:aws:iam::596341019084:user/lwagner",
        " lwagner ",
        "acme-ci",
        "\u{1b}[1m",
        "[0m",
        "\u{1b}[33m596341019084\u{1b}[0m",
        "password: &anchor ",
        "${DB_PASSWORD:-Tulip2026}",
        "\"SMTP_PASSWORD=mail box 7\"",
        ";pwd=Tulip 77;",
        "'it''s a9b'",
        "DB_PASSWORD='Tul'\\''ip 77'",
        "Credential=AKIAZVKX3QLMT2WN7P5B/20260211/us-east-1/sts/aws4_request",
        "docker login -u x -p Zw9!kipper ",
        "mysql -pTr0ub4dor ",
        "net user ann zebralamp /add",
        "use \"Zebra!77\" as the password ",
        "Zebra77 is the admin password ",
        "the password (was Zebra77) is now Lamp2024 ",
        "try password Zebra77 ",
        "I set DB_PASSWORD to ",
        "password has been reset to Zebra77. ",
        "Password (temporary): Zebra-77\n",
        "the passphrase is seven blue lamps\n",
        "basic auth is ann:Zebra77 ",
        "- OptionName: DB_PASSWORD\n  Value: ",
        "\\\"cookie\\\":\\\"sid=zebralamp\\\"",
        "the PIN is 4711. ",
        "password → Zebra-77 ",
        "creds for grafana: ann / Zebra77 ",
        "::set-output name=api_token::zebralamp\n",
        "\n||User||Password||\n",
        "|ann|zebralamp|\n",
        "- **Password**: Zebra!77\n",
        "\n      --db-password\n",
        "      zebralamp\n",
        "consul kv put app/password zebralamp ",
        "{:user \"ann\" :password \"zebralamp\"}",
        "\n|  SecretString|  zebralamp  |\n",
        "    checksum/secret: b6589fc6ab0dc82cf12099d1c2d40ab994e8410c\n",
        "    x.acme.io/auth-secret: ",
        "define( 'DB_PASSWORD', 'zebralamp' );",
        "config('DB_PASSWORD', default='",
        "Parameter(this, 'DbPassword', { type: 'String', default: 'zebra-lamp' })",
        "\"password\": value: ",
        "RABBITMQ_ERLANG_COOKIE=zebralamp\n",
        "login.password=Forgot your password?\n",
        "<x:password type=\"plain\">zebra-lamp</x:password>",
        "set the password to \"zebra-lamp-5\" ",
        "password for ann: toor-1234 ",
        "(pw f00bar!9)",
        "login with ann / nimda123 ",
        "contraseña es Verano#88 ",
        "Пароль: Zima2024 ",
        "\"Jwt\": {",
        "\"Key\": \"ThisIsMySuperSecretSigningKey42\"",
        "\"type\": \"random_password\", ",
        "\"result\": \"a8F$k2Lm!\"",
        "secrets = [\"alpha-Secret1\", ",
        "\n id | password\n----+------\n 1 | zebralamp\n",
        "\n+----+\n| password |\n",
        "| zebralamp |\n",
        "<param-name>dbPassword</param-name>",
        "<param-value>zebra-lamp</param-value>",
        "\nchpasswd:\n  list: |\n",
        "    ann:zebralamp\n",
        "chpasswd <<EOF\nann:zebralamp\n",
        "insert into t (name, value) values ('smtp_password', 'zebra-lamp'), ",
        "('smtp_password', ",
        "page.fill('#password', ",
        "cy.get('#password')\n",
        ".type('zebra-lamp')",
        "fill_in 'Password', with: ",
        "expect \"password:\" { ",
        "send \"zebra-lamp\\r\"",
        "\nchild.sendline('",
        "smbclient -U ann%zebralamp ",
        "openssl passwd -6 ",
        "\nrequirepass zebralamp\n",
        "sqlplus ann/Tulip77@orders",
        "\ndb-1.acme.example:5432:orders:ann:",
        "*:*:*:ann:zebralamp\n",
        "\nsnmp-server community ",
        "\nusername ann password 7 0822455D0A16\n",
        "x : PSK \"zebra lamp\"",
        "htpasswd -b x ann Tulip!77 ",
        "smtp_password: abcd efgh ijkl mnop\n",
        "\npassword = Blue Whale 42!\n",
        "password=your(!)Weak7 ",
        "<a:password type=\"x\">Tulip77</a:password>",
        "<token xmlns=\"urn:x\">",
        "Dim password As String = ",
        "char password[20] = ",
        "@pwd NVARCHAR(20) = 'Tulip77'",
        "(\"@password\", \"Tulip77\")",
        "account 7392 0481 6355 ",
        "b6589fc6ab0dc82cf12099d1c2d40ab994e8410c..",
        "356a192b7913b04c54574d18c28d46e6395428ab  x\n",
        "prod-Handler46F56754-ZEeWs4UpqFOE ",
        "arn:aws:lambda:eu-west-1:596341019084:function:prod-Handler46F56754-ZEeWs4UpqFOE",
        "v0.0.0-20240502091422-b6589fc6ab0d ",
        "api-ngq2cd9wfp-xcvjc ",
        "M19 13h-6v6h-2v-6H5v-2h6V5h2v6h6v2z ",
        "version 1.2.3.4-beta ",
        "\"size\": 235442549134",
        "echo 'ann:Tulip!77' | ",
        "chpasswd ",
        "--password-stdin <<< ",
        "process.env.DB_PASSWORD || ",
        "ENV['API_TOKEN'] or ",
        "\"zebra-lamp\"",
        "INSERT INTO t (id, password) ",
        "VALUES (1, 'zebra''s'), ",
        "(NOW(), 'lamp; 9');",
        "password: must be ",
        "ec2-54-12-33-44.compute-1.amazonaws.com",
        "AWS_SECRET_ACCESS_KEY=M0Zkx3fTe3iulHSkqv/ENfDY5yjjCqkMHzX+tLAm",
        "arn:aws:iam::596341019084:role/shop-AcmeOrdersFunctionRole-AbC123dEf456 AcmeOrdersFunction",
        "\n[client]\n",
        "\nuser = shop",
        "\ntoken = x(1);",
        "111122223333",
        "222244446666",
        "2222 4444 6666",
        "2222-4444-6666",
        "<SECRET1>",
        "<SECRET_\u{2060}1>",
        "person1%40example.com",
        "00000000000040008000000000000001",
        "198[.]18[.]0[.]1",
        "NM1X",
        "123456789012",
        "<SECRET_1>",
        "SECRET_1",
        "<SECRET_2>",
        "<KEYID_222244446666_1>",
        "nm1x",
        "qm1x",
        "NM1Z-",
        "northwind",
        "matrix",
        "arn:aws:iam::624639108066:role/northwind-deployerx",
        "Roles: [admin, quokka]\n",
        "arn:aws:iam::624639108066:role/quokka",
        "subnet-096270a1",
        "subnet-90000001",
        "90000001",
        "77777777-8888-9999-aaaa-bbbbbbbbbbbb",
        "Nm2x",
        "NM1X-",
        "xnm1x",
        "secret_1",
        "&lt;SECRET_1&gt;",
        "\\<SECRET_1\\>",
        "SECRET 1",
        "SECRET\\_1",
        "vpc-00000000000000001",
        "vpc-372d89abdebbacf0b",
        "00000000-0000-4000-8000-000000000001",
        "2e9080c3-3ae2-fa16-5131-39654762bd84",
        "198.18.0.1",
        "2E9080C3-3AE2-FA16-5131-39654762BD84",
        "Jane.Doe@Acme.example",
        "JANE.DOE@ACME.EXAMPLE",
        "Person1@example.com",
        "PERSON1@EXAMPLE.COM",
        "00000000-0000-4000-8000-000090000001",
        "DB1.ZEPHYR.INTERNAL:5432",
        "arn:aws:iam::5963*:role/x",
        "arn:aws:iam::59634101908?:role/x",
        "arn:aws:secretsmanager:eu-west-1:596341019084:secret:acme/db-AbCdEf",
        "acme/db-AbCdEf ",
        "000001",
        "10.99.15.45",
        "10.99.0.0/16",
        "10.0.0.0/8",
        "10.99.15.46",
        "ip-10-99-15-45",
        "54.12.33.4/32",
        "240.0.0.1",
        "241.1.2.3",
        "2600:1f18:e018:1f00::/56",
        "3fff:1::1",
        "ExampleCorp",
        "examplecorp",
        "EXAMPLECORP",
        "exampleCorp",
        "arn:aws:s3:::ExampleCorp-logs ",
        "arn:aws:s3:::examplecorp-logs ",
        "nM1x",
        "Nm1X",
        "secret_1_0000",
        "person1@example.com",
        "jane.doe@acme.example",
        "2001:db8::1",
        "2600:1f18:e018:1f6b::e3aa",
        "02:00:00:00:00:01",
        "0a:1b:2c:3d:4e:5f",
        "\nDB_PASSWORD=kCnD8zRA9<}a9)S;k ",
        "DB_PASSWORD=abc)d;e",
        "(a, DB_PASSWORD=abc)d",
        "password=blue.falcon",
        "\n  password: winter.is.coming\n",
        "{User:ann Password:sunflower Host:x}",
        ";password=x]y;",
        "\"vP#{+EHa0}L\"",
        "\\\"abc\\\\\\\"d\\\"",
        "\npasswords:\n  ann: Zonk2024!\n",
        "passwords = { dev = \"Zonk2024!\", ",
        "secretKeys: [Zonk2024!, Bonk-2024]",
        "DB_URL=app:Zonk2024!@db:3306/x",
        "postgres://app:Cka7{>g78@db1:5432/x",
        "set DB_PASSWORD redotoku-55",
        "│ DB_PASSWORD │ Zonk2024! │",
        "DB_PASSWORD -> ",
        "password=",
        "password: ",
        "\"token\": \"",
        "hunter2x",
        "image: postgres:15\nPOSTGRES_PASSWORD: postgres\n",
        "postgres",
        "f(api_key=stored_key)",
        "\nstored_key = ",
        "password: sunflower\n",
        "\nsunflower: ",
        "postgres://svc:m1cM1TyA@db.acme.example:5432/x",
        "<password>",
        "</password>",
        "q4pdt26np4oasrkeyd1uik8qd1xcfn",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhY21lIn0.c2lnbmF0dXJl",
        "WyJvYmplY3QiLHsiYXJuIjoic3RyaW5nIiwic2l6ZSI6Im51bWJlciIsInRhZ3MiOlsibWFwIiwic3RyaW5nIl19XQ==",
        "eyJOZXh0TWFya2VyIjpudWxsLCJib3RvX3RydW5jYXRlX2Ftb3VudCI6MjV9",
        "eyJhcm4iOiJhcm46YXdzOnNuczpldS13ZXN0LTM6NTI2OTU0OTI5OTIzOmFsZXJ0cyIsInNpemUiOjN9",
        "-----BEGIN PRIVATE KEY-----\n",
        "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n",
        "-----END PRIVATE KEY-----",
        "Bearer abcdef1234567890",
        "curl -u ann:s3cr3tpw https://x.example",
        "kind: Secret\ndata:\n  a: YWRtaW4=\n",
        "repo:acme/app:ref:refs/heads/main",
        "o-a1b2c3d4e5/r-e2jo/ou-e2jo-cswdf2mo",
        "ou-0001-00000001",
        "r-0001",
        "+49 30 901820",
        "4111 1111 1111 1111",
        "%3A",
        "%2F",
        "arn%3Aaws%3Aiam%3A%3A596341019084%3Arole%2Facme",
        "cGFzc3dvcmQ9NHVoVnJUejlLcQ==",
        "${var.x}",
        "{{ x }}",
        "\\n",
        "\\\"",
        "\\u003c",
        "ü",
        "😀",
        " ",
        "\n",
        "\t",
        "-",
        "_",
        ".",
        ":",
        "/",
        "=",
        ",",
        "\"",
        "'",
        "<",
        ">",
        "@",
        "acme",
        "Acme",
        "ACME",
        "prod",
        "acme2",
        "deploy",
        "1",
        "12",
        "x",
        "99900",
        "0000",
        "AROAQ2TJ5Q7K5CRG3EWE4",
        "name: DB_PASSWORD\n  value: ",
        "  value: ",
        "db_password:\n    ",
        "password: |\n  ",
        "token = <<EOF\n",
        "\nEOF\n",
        "curl -X POST \\\n -u ",
        "machine acme login ann\n  password ",
        "\"kind\": \"Secret\", \"data\": {\"a\": \"",
        "Private-Lines: 1\n",
        "<password>\n  ",
        " └─ [~] DbPassword\n     ├─ [-] ",
        "\n     └─ [+] ",
        "Key   Value\n---   -----\n",
        "\ndb_password   ",
        "\nteam/db/password:",
        "&lt;password&gt;",
        "&lt;/password&gt;",
        "PlainLoginModule required user_ann=\"",
        "\" user_bob=\"",
        "# client\tserver\tsecret\n",
        "\tl2tpd\t",
        "\", \"--password\", \"",
        "map[host:db password:",
        "Login { UserName = ann, Password = ",
        ", Keep = True }",
        "[password] => ",
        "[\"password\"]=>\n  string(5) \"",
        " /password:",
        " app/acme-lb/50dc6c495c0c9188 ",
        "GITHUB_REPOSITORY=tarnvale/billing\n",
        "https://dev.azure.com/",
        "HOSTNAME=",
        "${DB_PASSWORD:",
        "db_password\n  [input_value='",
        "my password is ",
        "the password for staging is still ",
        "password for the laptop: ",
        "with password \"",
        "{ ",
        "https://sqs.us-east-1.amazonaws.com/649786907366/orders-lx9xf2",
        "\nUSER ann\nPASS zebralamp\n",
        "PASS zebralamp\n",
        "\na1 LOGIN ann zebralamp\n",
        "a1 OK\n",
        "AUTH PLAIN AGFubgB6ZWJyYQ==\n",
        "\n334 UGFzc3dvcmQ6\n",
        "C: YmlyY2h3b29k\n",
        "reply: retcode (334)\n",
        "127.0.0.1:6379> AUTH ann zebralamp\n",
        "\nuser ann on ~* +@all >zebralamp >tulip-77 ",
        "ACL SETUSER ann ",
        ">zebralamp",
        "var.db_password has source value ",
        "cty.StringVal(\"zebralamp\")",
        ", .password: was ",
        "but now ",
        "\"password\":cty.StringVal(\"",
        " --db-password \\\n  ",
        "('password', 'zebralamp')",
        "[('user', 'ann'), ",
        "[\"password\":protected]=>\n  string(9) \"",
        "[password:App\\Config:private] => ",
        "Password: (string) (len=9) \"",
        "MAIL_PASSWORD=abcd efgh ijkl mnop\n",
        "\nuserPassword:: emVicmFsYW1w\n",
        "{\"key\": \"db secret\"}, {\"default\": \"zebralamp\"}",
        "\\u0026mode=fast",
        "lösenordet är Zebra-77 ",
        "contraseña: zebralamp\n",
        "user ann pass Zebra77 ",
        "\nspark.acme.password zebralamp\n",
        "pin: memory\n",
    ])
    .prop_map(str::to_owned);
    prop_oneof![
        6 => fixed,
        1 => "[a-zA-Z0-9]{1,24}",
        1 => "[ -~]{1,12}",
        1 => "\\PC{0,8}",
        1 => "AKIA[A-Z2-7]{16}".prop_map(|key| key),
        1 => "nm[0-9]{1,2}x",
        1 => "<?(SECRET|NM|KEYID|secret)_[0-9]{1,2}>?",
    ]
}

fn cases() -> u32 {
    std::env::var("PROPTEST_CASES")
        .ok()
        .and_then(|count| count.parse().ok())
        .unwrap_or(750)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), ..ProptestConfig::default() })]

    #[test]
    fn pieces_come_back(pieces in prop::collection::vec(piece(), 0..12)) {
        check(&pieces.concat(), Level::Standard);
    }

    #[test]
    fn pieces_come_back_strict(pieces in prop::collection::vec(piece(), 0..10)) {
        check(&pieces.concat(), Level::Strict);
    }

    #[test]
    fn any_text_comes_back(text in "\\PC{0,200}|[ -~\n]{0,300}") {
        check(&text, Level::Standard);
    }

    #[test]
    fn a_session_of_turns_comes_back(turns in prop::collection::vec(prop::collection::vec(piece(), 0..6), 1..4)) {
        let mut vault = Vault::new();
        let texts: Vec<String> = turns.iter().map(|pieces| pieces.concat()).collect();
        let all: Vec<&str> = texts.iter().map(String::as_str).collect();
        let results = redact(&mut vault, &all, &Options::default());
        for (text, result) in texts.iter().zip(&results) {
            prop_assert_eq!(&vault.restore(&result.text).text, text);
        }
        let other = redact(&mut Vault::new(), &all, &Options::default());
        for (one, two) in results.iter().zip(&other) {
            prop_assert_eq!(&one.text, &two.text);
        }
        let _ = scan(all[0]);
    }
}

// Longer texts, and so fewer of them.
proptest! {
    #![proptest_config(ProptestConfig { cases: cases() / 10, ..ProptestConfig::default() })]

    #[test]
    fn pieces_far_apart_come_back(pieces in prop::collection::vec((piece(), 0_usize..24), 0..12)) {
        let plain = "2026-11-21 10:15:42 INFO com.example.app: request handled, status ok, next run in 30 s\n";
        let mut text = String::new();
        for (piece, lines) in pieces {
            text.push_str(&piece);
            if lines > 0 {
                text.push('\n');
                text.push_str(&plain.repeat(lines));
            }
        }
        check(&text, Level::Standard);
    }

    /// What is read around a place ends somewhere, and a value that was hidden moves that end.
    #[test]
    fn pieces_in_a_long_line_come_back(pieces in prop::collection::vec((piece(), 0_usize..420), 0..8)) {
        let plain = "request handled, status ok, next run in 30 s; ".repeat(10);
        let mut text = String::new();
        for (piece, between) in pieces {
            text.push_str(&piece);
            text.extend(plain.chars().take(between));
        }
        check(&text, Level::Standard);
    }
}

#[test]
fn named_cases() {
    for text in [
        "",
        "password = \"<SECRET_1>\" and token = \"a1b2c3d4e5f6\"",
        "nm1x acme-nm1x arn:aws:s3:::acme-prod/nm1x",
        "SECRET_1=abcdefg1234567",
        "arn:aws:iam::596341019084:role/acme-deployerx*nm8xH0000",
        "arn:aws:iam::596341019084:role/acme-deployer#nm0xA0000",
        "arn:aws:iam::596341019084:role/acme-deployer>10.0.0.0/8~7",
        "2600:1f18:e018:1f6b::e3aa\n2001:db8::1: refused",
        "2600:1f18:e018:1f6b::e3aa\n2001:db8::1:5",
        "o-a1b2c3d4e5/r-e2jo/ou-e2jo-cswdf2mo\nr-0001_",
        "-----BEGIN PRIVATE KEY-----\nsecret_8>SECRET\\_1nm46xNM_08>SECRET_7>:Bearer abcdef1234567890nm49x",
        "-----BEGIN PRIVATE KEY-----\n!:00 00eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhY21lIn0.c2lnbmF0dXJl",
        "\"Type\":\"SecureString\",\"Value\":\"zebra-lamp-91\"\n2026-11-21 10:15:42 INFO com.example.app: request handled, status ok, next run in 30 s\n2026-11-21 10:15:42 INFO com.example.app: request handled, status ok, next run in 30 s\n<input name=\"password\"> <input value=\"Register9\">",
        "password=&lt;SECRET_1&gt;\npasswords:\n  ann: Zonk2024!\n",
        "name: DB_PASSWORD\n  value: A# A=Aarn:aws:s3:::acme-prod-logs/*",
        "q4pdt26np4oasrkeyd1uik8qd1xcfn{0name: DB_PASSWORD\n  value: SECRET_0",
        "SECRET 100000000-0000-4000-8000-000000000001<SECRET_2>00000000-0000-4000-8000-0000000000010a0Aa00aAaAaa0Aa00o-a1b2c3d4e5/r-e2jo",
    ] {
        check(text, Level::Standard);
        check(text, Level::Strict);
    }
}
