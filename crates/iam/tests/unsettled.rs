//! What a comparison says of statements that only their template decides.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop"
)]

use undeny_document::{Input, Paste};
use undeny_iam::compare::{Comparison, compare_settled};
use undeny_iam::policy::{Settled, find, grants, settle};

fn settled(text: &str) -> Settled {
    let reading = undeny_document::read(&Paste {
        inputs: vec![Input {
            text: text.to_owned(),
            ..Input::default()
        }],
    });
    assert_eq!(reading.problems, [], "{text}");
    let mut settled = settle(&reading, &[text], &find(&reading));
    grants(&reading, &[text], &mut settled);
    settled
}

fn compared(before: &str, after: &str) -> Comparison {
    compare_settled(&settled(before), &settled(after), [&[], &[]])
}

/// The new actions, and whether something was not read that may allow more.
#[track_caller]
fn check(name: &str, before: &str, after: &str, actions: &[&str], is_unread: bool) {
    let found = compared(before, after);
    let mut new: Vec<String> = Vec::new();
    for access in &found.new_access {
        for action in &access.actions {
            if !new.contains(action) {
                new.push(action.clone());
            }
        }
    }
    new.sort();
    assert_eq!(new, actions, "{name}: {found:#?}");
    let unread = found.open.iter().any(|open| open.may_allow_more);
    assert_eq!(unread, is_unread, "{name}: {found:#?}");
    let same = compared(after, after);
    assert_eq!(same.new_access, [], "{name}, compared with itself");
    assert_eq!(same.open, [], "{name}, compared with itself");
}

const READ: &str =
    r#"{ Effect = "Allow", Action = "s3:GetObject", Resource = "arn:aws:s3:::a/*" }"#;
const ALL: &str = r#"{ Effect = "Allow", Action = "iam:*", Resource = "*" }"#;

fn encoded(statements: &str, more: &str) -> String {
    format!(
        "{more}resource \"aws_iam_policy\" \"p\" {{\n  policy = jsonencode({{\n    Version = \"2012-10-17\"\n    Statement = {statements}\n  }})\n}}\n"
    )
}

#[test]
fn terraform_expressions_are_read_or_told() {
    let before = encoded(&format!("[{READ}]"), "");
    let local = format!("locals {{\n  admin = {ALL}\n}}\n");
    let variable = format!("variable \"admin\" {{\n  default = {ALL}\n}}\n");
    let table: &[(&str, String, &str, bool)] = &[
        (
            "a conditional",
            format!("[{READ}, var.x ? {ALL} : null]"),
            "",
            false,
        ),
        ("a concat", format!("concat([{READ}], [{ALL}])"), "", false),
        (
            "a conditional list",
            format!("concat([{READ}], var.x ? [{ALL}] : [])"),
            "",
            false,
        ),
        (
            "a flatten",
            format!("flatten([[{READ}], [[{ALL}]]])"),
            "",
            false,
        ),
        (
            "a merge",
            format!("[merge({READ}, {{ Action = \"iam:*\", Resource = \"*\" }})]"),
            "",
            false,
        ),
        (
            "a loop",
            "[for a in [\"iam:*\"] : { Effect = \"Allow\", Action = a, Resource = \"*\" }]"
                .to_owned(),
            "",
            false,
        ),
        ("a local", format!("[{READ}, local.admin]"), &local, false),
        ("a default", format!("[{READ}, var.admin]"), &variable, true),
        (
            "an effect",
            "[{ Effect = var.x ? \"Allow\" : \"Deny\", Action = \"iam:*\", Resource = \"*\" }]"
                .to_owned(),
            "",
            false,
        ),
        (
            "an action",
            "[{ Effect = \"Allow\", Action = var.x ? \"iam:*\" : [], Resource = \"*\" }]"
                .to_owned(),
            "",
            false,
        ),
        (
            "joined",
            "[{ Effect = \"Allow\", Action = join(\":\", [\"iam\", \"*\"]), Resource = \"*\" }]"
                .to_owned(),
            "",
            false,
        ),
    ];
    for (name, after, more, is_unread) in table {
        check(name, &before, &encoded(after, more), &["iam:*"], *is_unread);
    }
    let unread: &[(&str, String)] = &[
        (
            "a value from elsewhere",
            format!("[{READ}, local.elsewhere]"),
        ),
        (
            "a list from elsewhere",
            format!("concat([{READ}], var.more)"),
        ),
        (
            "another function",
            format!("[{READ}, jsondecode(file(\"a.json\"))]"),
        ),
        (
            "actions from elsewhere",
            format!("[{READ}, {{ Effect = \"Allow\", Action = var.actions, Resource = \"*\" }}]"),
        ),
    ];
    for (name, after) in unread {
        check(name, &before, &encoded(after, ""), &[], true);
    }
}

#[test]
fn what_was_allowed_and_is_written_otherwise_is_nothing_new() {
    let before = encoded(&format!("[{READ}, {ALL}]"), "");
    check(
        "flatten",
        &before,
        &encoded(&format!("flatten([[{READ}], {ALL}])"), ""),
        &[],
        false,
    );
    check(
        "conditional",
        &before,
        &encoded(&format!("[{READ}, var.x ? {ALL} : null]"), ""),
        &[],
        false,
    );
    // What may have been missing is new once it is certain.
    let open = encoded(&format!("[{READ}, var.x ? {ALL} : null]"), "");
    check("settled", &open, &before, &["iam:*"], false);
}

#[test]
fn a_deny_counts_only_where_it_is_certain() {
    let deny = r#"{ Effect = "Deny", Action = "iam:*", Resource = "*" }"#;
    let all = r#"{ Effect = "Allow", Action = "*", Resource = "*" }"#;
    let certain = encoded(&format!("[{all}, {deny}]"), "");
    let open = encoded(&format!("[{all}, var.x ? {deny} : null]"), "");
    check("no longer certain", &certain, &open, &["iam:*"], false);
    check("certain now", &open, &certain, &[], false);
    let both = encoded(&format!("[{all}, var.x ? {deny} : null, {READ}]"), "");
    check("as before", &open, &both, &[], false);
}

fn data(more: &str) -> String {
    format!(
        "data \"aws_iam_policy_document\" \"a\" {{\n  statement {{\n    actions   = [\"s3:GetObject\"]\n    resources = [\"arn:aws:s3:::a/*\"]\n  }}\n{more}}}\n"
    )
}

#[test]
fn dynamic_blocks_are_gone_through() {
    let block = |each: &str, actions: &str| {
        data(&format!(
            "  dynamic \"statement\" {{\n    for_each = {each}\n    content {{\n      actions   = {actions}\n      resources = [\"*\"]\n    }}\n  }}\n"
        ))
    };
    let before = data("");
    check(
        "written out",
        &before,
        &block("[\"x\"]", "[\"iam:*\"]"),
        &["iam:*"],
        false,
    );
    check(
        "of each",
        &before,
        &block(
            "{ a = \"sqs\", b = \"sns\" }",
            "[\"${statement.value}:Publish\"]",
        ),
        &["sns:Publish", "sqs:Publish"],
        false,
    );
    check(
        "conditional",
        &before,
        &block("var.x ? [1] : []", "[\"iam:*\"]"),
        &["iam:*"],
        false,
    );
    check("none", &before, &block("[]", "[\"iam:*\"]"), &[], false);
    check(
        "not known",
        &before,
        &block("var.all", "statement.value.actions"),
        &[],
        true,
    );
    let condition = "    condition {\n      test     = \"Bool\"\n      variable = \"aws:MultiFactorAuthPresent\"\n      values   = [\"true\"]\n    }\n  }\n";
    let content = "    dynamic \"condition\" {\n      for_each = var.mfa\n      content {\n        test     = \"Bool\"\n        variable = \"aws:MultiFactorAuthPresent\"\n        values   = [\"true\"]\n      }\n    }\n  }\n";
    check(
        "a condition that may be missing",
        &data("").replacen("  }\n", condition, 1),
        &data("").replacen("  }\n", content, 1),
        &["s3:GetObject"],
        false,
    );
    let principals = |each: &str| {
        let block = format!(
            "    dynamic \"principals\" {{\n      for_each = {each}\n      content {{\n        type        = \"AWS\"\n        identifiers = [principals.value]\n      }}\n    }}\n  }}\n"
        );
        data("").replacen("  }\n", &block, 1)
    };
    check(
        "who",
        &principals("[\"arn:aws:iam::604718392055:root\"]"),
        &principals("[\"*\"]"),
        &["s3:GetObject"],
        false,
    );
    check(
        "whoever",
        &principals("[\"arn:aws:iam::604718392055:root\"]"),
        &principals("var.all"),
        &[],
        true,
    );
}

#[test]
fn cloudformation_conditions_are_read_both_ways() {
    let template = |entry: &str| {
        format!(
            "Resources:\n  P:\n    Type: AWS::IAM::ManagedPolicy\n    Properties:\n      PolicyDocument:\n        Version: \"2012-10-17\"\n        Statement:\n          - Effect: Allow\n            Action: s3:GetObject\n            Resource: arn:aws:s3:::a/*\n{entry}"
        )
    };
    let before = template("");
    for (name, entry) in [
        (
            "short",
            "          - !If [IsProd, {Effect: Allow, Action: \"iam:*\", Resource: \"*\"}, !Ref \"AWS::NoValue\"]\n",
        ),
        (
            "long",
            "          - Fn::If:\n              - IsProd\n              - {Effect: Allow, Action: \"iam:*\", Resource: \"*\"}\n              - Ref: AWS::NoValue\n",
        ),
        (
            "an action",
            "          - Effect: Allow\n            Action: !If [P, \"iam:*\", \"s3:GetObject\"]\n            Resource: arn:aws:s3:::a/*\n",
        ),
    ] {
        check(name, &before, &template(entry), &["iam:*"], false);
    }
    let sub = "          - Effect: Allow\n            Action: !Sub \"${Service}:*\"\n            Resource: \"*\"\n";
    check("put together", &before, &template(sub), &[], true);
}

#[test]
fn grants_beside_the_policies_are_told() {
    let before = encoded(&format!("[{READ}]"), "");
    let attached = |name: &str| {
        format!(
            "resource \"aws_iam_role_policy_attachment\" \"a\" {{\n  role       = \"r\"\n  policy_arn = \"arn:aws:iam::aws:policy/{name}\"\n}}\n"
        )
    };
    let with = |more: &str| encoded(&format!("[{READ}]"), more);
    check(
        "administrator",
        &before,
        &with(&attached("AdministratorAccess")),
        &["*"],
        true,
    );
    check(
        "another",
        &before,
        &with(&attached("ReadOnlyAccess")),
        &[],
        true,
    );
    let permission = "resource \"aws_lambda_permission\" \"x\" {\n  action        = \"lambda:InvokeFunction\"\n  function_name = \"f\"\n  principal     = \"*\"\n}\n";
    check("a permission", &before, &with(permission), &[], true);
}

/// What is put in beside a policy and was not given is told; the same in BEFORE is nothing new.
#[test]
fn what_is_attached_or_put_in_from_elsewhere_is_told() {
    let before = encoded(&format!("[{READ}]"), "");
    let locals = "locals {\n  arns = [\"arn:aws:iam::aws:policy/ReadOnlyAccess\", \"arn:aws:iam::aws:policy/Billing\"]\n}\n";
    let attached = |more: &str, arn: &str| {
        format!(
            "{locals}resource \"aws_iam_role_policy_attachment\" \"a\" {{\n{more}  role       = aws_iam_role.app.name\n  policy_arn = {arn}\n}}\n"
        )
    };
    let inline = |policy: &str| {
        format!(
            "locals {{\n  text = file(\"a.json\")\n}}\nresource \"aws_iam_role_policy\" \"more\" {{\n  role   = aws_iam_role.app.id\n  policy = {policy}\n}}\n"
        )
    };
    let table: &[(&str, String, bool)] = &[
        ("a local", attached("", "local.arns[0]"), true),
        (
            "each of a list",
            attached("  for_each   = toset(local.arns)\n", "each.value"),
            true,
        ),
        (
            "one of a list",
            attached("  count      = 2\n", "local.arns[count.index]"),
            true,
        ),
        (
            "a policy of another file",
            attached("", "aws_iam_policy.other.arn"),
            true,
        ),
        ("a module's", attached("", "module.policies.arn"), true),
        ("a policy of this file", attached("", "aws_iam_policy.p.arn"), false),
        (
            "one of several of this file",
            attached("  for_each   = var.all\n", "aws_iam_policy.p[each.key].arn"),
            false,
        ),
        ("a file", inline("file(\"a.json\")"), true),
        (
            "a template",
            inline("templatefile(\"a.tpl\", { bucket = \"a\" })"),
            true,
        ),
        ("a variable", inline("var.policy"), true),
        ("a file in a local", inline("local.text"), true),
        (
            "one of two files",
            inline("var.x ? file(\"a.json\") : file(\"b.json\")"),
            true,
        ),
        (
            "a document of another file",
            inline("data.aws_iam_policy_document.other.json"),
            true,
        ),
        (
            "a policy in a local",
            format!(
                "locals {{\n  doc = {{ Statement = [{READ}] }}\n}}\n{}",
                inline("jsonencode(local.doc)").replacen("locals", "locals_", 1)
            )
            .replace("locals_ {\n  text = file(\"a.json\")\n}\n", ""),
            false,
        ),
        (
            "a life cycle's policy",
            "resource \"aws_ecr_lifecycle_policy\" \"l\" {\n  policy = file(\"l.json\")\n}\n".to_owned(),
            false,
        ),
        (
            "a membership",
            "resource \"aws_iam_user_group_membership\" \"g\" {\n  user   = \"ann\"\n  groups = [\"admins\"]\n}\n".to_owned(),
            true,
        ),
        (
            "a public ACL",
            "resource \"aws_s3_bucket_acl\" \"b\" {\n  acl = \"public-read\"\n}\n".to_owned(),
            true,
        ),
        (
            "a private ACL",
            "resource \"aws_s3_bucket_acl\" \"b\" {\n  acl = \"private\"\n}\n".to_owned(),
            false,
        ),
        (
            "a module that is given policies",
            "module \"role\" {\n  source                  = \"./role\"\n  custom_role_policy_arns = [\"arn:aws:iam::aws:policy/Billing\"]\n}\n".to_owned(),
            true,
        ),
        (
            "another module",
            "module \"vpc\" {\n  source = \"./vpc\"\n  cidr   = \"10.0.0.0/16\"\n}\n".to_owned(),
            false,
        ),
    ];
    for (name, more, is_unread) in table {
        let after = encoded(&format!("[{READ}]"), more);
        check(name, &before, &after, &[], *is_unread);
    }
    // The resource stays, and what it says is another.
    let with = |more: &str| encoded(&format!("[{READ}]"), more);
    let each = attached("  for_each   = toset(local.arns)\n", "each.value");
    for (name, was, is) in [
        ("another of a list", "Billing", "PowerUserAccess"),
        ("another role", "aws_iam_role.app.name", "\"admin\""),
    ] {
        check(name, &with(&each), &with(&each.replace(was, is)), &[], true);
    }
    check(
        "renamed",
        &with(&each),
        &with(&each.replace("\"a\"", "\"b\"")),
        &[],
        false,
    );
}

#[test]
fn what_a_template_attaches_or_puts_in_from_elsewhere_is_told() {
    let template = |properties: &str, resources: &str| {
        format!(
            "Resources:\n  R:\n    Type: AWS::IAM::Role\n    Properties:\n{properties}      Policies:\n        - PolicyName: p\n          PolicyDocument:\n            Statement:\n              - Effect: Allow\n                Action: s3:GetObject\n                Resource: arn:aws:s3:::a/*\n{resources}"
        )
    };
    let arns = |arn: &str| template(&format!("      ManagedPolicyArns:\n        - {arn}\n"), "");
    let resource = |kind: &str, properties: &str| {
        template(
            "",
            &format!("  X:\n    Type: {kind}\n    Properties:\n{properties}"),
        )
    };
    let before = template("", "");
    for (name, after) in [
        ("a parameter", arns("!Ref Arn")),
        ("an import", arns("!ImportValue Arn")),
        ("a mapping", arns("!FindInMap [A, b, c]")),
        (
            "a condition",
            arns("!If [X, \"arn:aws:iam::aws:policy/Billing\", !Ref AWS::NoValue]"),
        ),
        (
            "a policy of SAM's",
            resource(
                "AWS::Serverless::Function",
                "      Policies:\n        - S3CrudPolicy:\n            BucketName: a\n",
            ),
        ),
        (
            "a managed policy by its name",
            resource(
                "AWS::Serverless::Function",
                "      Policies: AWSLambdaExecute\n",
            ),
        ),
        (
            "a connector",
            resource("AWS::Serverless::Connector", "      Permissions: [Read]\n"),
        ),
        (
            "an included document",
            resource(
                "AWS::IAM::ManagedPolicy",
                "      PolicyDocument:\n        Fn::Transform: {Name: AWS::Include, Parameters: {Location: s3://a/b}}\n",
            ),
        ),
        (
            "a document from a parameter",
            resource(
                "AWS::IAM::ManagedPolicy",
                "      PolicyDocument: !Ref Document\n",
            ),
        ),
        (
            "a group's member",
            resource(
                "AWS::IAM::UserToGroupAddition",
                "      GroupName: admins\n      Users: [ann]\n",
            ),
        ),
        (
            "a public ACL",
            resource("AWS::S3::Bucket", "      AccessControl: PublicRead\n"),
        ),
    ] {
        check(name, &before, &after, &[], true);
    }
    check(
        "a policy of SAM's function that is written out",
        &before,
        &resource(
            "AWS::Serverless::Function",
            "      Policies:\n        - Statement:\n            - Effect: Allow\n              Action: sqs:SendMessage\n              Resource: \"*\"\n",
        ),
        &["sqs:SendMessage"],
        false,
    );
    let framework = |url: &str| {
        format!(
            "service: a\nprovider:\n  name: aws\nfunctions:\n  f:\n    handler: a.b\n    url:{url}\n"
        )
    };
    let signed = framework("\n      authorizer: aws_iam");
    check("a signed URL of Serverless", "", &signed, &[], false);
    check(
        "an open URL of Serverless",
        &signed,
        &framework(" true"),
        &[],
        true,
    );
    check(
        "no URL of Serverless",
        &signed,
        &framework(" false"),
        &[],
        false,
    );
    let url = |sign: &str| {
        let properties = format!("      FunctionUrlConfig:\n        AuthType: {sign}\n");
        resource("AWS::Serverless::Function", &properties)
    };
    let signed = url("AWS_IAM");
    check("a URL for whom IAM lets", &before, &signed, &[], false);
    check("a URL for everybody", &signed, &url("NONE"), &[], true);
    check(
        "a URL not told whose",
        &signed,
        &url("!Ref Auth"),
        &[],
        true,
    );
    check(
        "a private ACL",
        &before,
        &resource("AWS::S3::Bucket", "      AccessControl: LogDeliveryWrite\n"),
        &[],
        false,
    );
}

/// A policy that is not read is another one on another bucket.
#[test]
fn a_policy_not_read_is_on_its_bucket() {
    let on = |bucket: &str| {
        format!(
            "resource \"aws_s3_bucket_policy\" \"b\" {{\n  bucket = \"{bucket}\"\n  policy = file(\"a.json\")\n}}\n"
        )
    };
    check("another bucket", &on("a"), &on("b"), &[], true);
    check(
        "the same bucket",
        &on("a"),
        &format!("# as before\n{}", on("a")),
        &[],
        false,
    );
}

#[test]
fn what_no_longer_holds_back_is_told() {
    let role = |more: &str| {
        encoded(
            &format!("[{READ}]"),
            &format!("resource \"aws_iam_role\" \"app\" {{\n  name = \"app\"\n{more}}}\n"),
        )
    };
    let bounded = role("  permissions_boundary = \"arn:aws:iam::604718392055:policy/b\"\n");
    check("a boundary is gone", &bounded, &role(""), &[], true);
    check(
        "another boundary",
        &bounded,
        &bounded.replace("policy/b", "policy/c"),
        &[],
        true,
    );
    check("a boundary is new", &role(""), &bounded, &[], false);
    let gone = encoded(&format!("[{READ}]"), "");
    check("the role is gone too", &bounded, &gone, &[], false);
    let block = "resource \"aws_s3_bucket_public_access_block\" \"b\" {\n  bucket            = \"b\"\n  block_public_acls = true\n}\n";
    let blocked = encoded(&format!("[{READ}]"), block);
    check("a block is gone", &blocked, &gone, &[], true);
    check("a block is new", &gone, &blocked, &[], false);
}

/// What is denied no longer is said, where nothing in the texts allows it.
#[test]
fn less_denied_is_noted() {
    let with = |statements: &str| encoded(&format!("[{statements}]"), "");
    let deny = r#"{ Effect = "Deny", Action = "iam:*", Resource = "*" }"#;
    let before = with(&format!("{READ}, {deny}"));
    let found = compared(&before, &with(READ));
    assert_eq!(found.new_access, []);
    assert!(
        matches!(found.notes.as_slice(), [note] if note.contains("iam:*")),
        "{found:#?}"
    );
    assert_eq!(compared(&with(READ), &before).notes, Vec::<String>::new());
    let moved = with(&format!("{deny}, {READ}"));
    assert_eq!(compared(&before, &moved).notes, Vec::<String>::new());
}
