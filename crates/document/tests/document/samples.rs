//! Documents in many hands, over which every law runs.

pub(crate) const SAMPLES: &[(&str, &str)] = &[
    (
        "pretty.json",
        "{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [\n    {\n      \"Sid\": \"One\",\n      \"Effect\": \"Allow\",\n      \"Action\": [\n        \"s3:GetObject\",\n        \"s3:PutObject\"\n      ],\n      \"Resource\": \"*\"\n    }\n  ]\n}\n",
    ),
    (
        "compact.json",
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["sts:AssumeRole"],"Resource":"arn:aws:iam::123456789012:role/x"}]}"#,
    ),
    (
        "spaced.json",
        r#"{ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": { "AWS": "arn:aws:iam::123456789012:root" } }] }"#,
    ),
    (
        "single-statement.json",
        "{\n\t\"Version\": \"2012-10-17\",\n\t\"Statement\": {\n\t\t\"Effect\": \"Allow\",\n\t\t\"Action\": \"s3:*\",\n\t\t\"Resource\": [ \"a\", \"b\" ]\n\t}\n}",
    ),
    (
        "hugging.json",
        "{\n  \"Statement\": [{\n    \"Effect\": \"Allow\",\n    \"Action\": [ \"a:B\",\n      \"c:D\" ],\n    \"Resource\": [\n      \"x\"\n    ]\n  }, {\n    \"Effect\": \"Deny\",\n    \"Action\": \"*\",\n    \"Resource\": \"*\"\n  }]\n}\n",
    ),
    (
        "comments.json",
        "{ \"Statement\": [{ \"Effect\": \"Allow\", \"Action\": [\n      \"s3:GetObject\" // objects\n], \"Resource\": \"arn:aws:s3:::reports/*\" }] }\n",
    ),
    (
        "comments-everywhere.json",
        "// top\n{\n  /* a */ \"Statement\": [ // b\n    // c\n    {\n      \"Effect\": \"Allow\", // d\n      \"Action\": [ // e\n        \"s3:GetObject\", // f\n        // g\n        \"s3:PutObject\" /* h */ // i\n        // j\n      ], // k\n      \"Resource\": [\n        \"a\",\n        \"b\", // trailing\n      ],\n    }, // l\n    // m\n  ],\n}\n// end\n",
    ),
    (
        "empty.json",
        "{\n  \"Statement\": [],\n  \"A\": {},\n  \"B\": [\n  ],\n  \"C\": [ // none\n  ],\n  \"D\": {\n  },\n  \"E\": [{}]\n}\n",
    ),
    (
        "unicode.json",
        "\u{feff}{\n  \"ключ\": \"значение \\u00e9 \\\"x\\\" \\\\ \\/ \\ud83d\\ude00\",\n  \"list\": [\"ü\", \"日本\"]\n}",
    ),
    (
        "escaped.json",
        "{\n  \"PolicyDocument\": \"{\\\"Version\\\":\\\"2012-10-17\\\",\\\"Statement\\\":[{\\\"Effect\\\":\\\"Allow\\\",\\\"Action\\\":[\\\"a:B\\\"]}]}\",\n  \"AssumeRolePolicyDocument\": \"%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%7D%5D%7D\"\n}\n",
    ),
    (
        "heredoc.tf",
        "resource \"aws_iam_role_policy\" \"p\" {\n  name = \"p\"\n  role = aws_iam_role.this.id\n\n  policy = <<EOF\n{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [\n    {\n      \"Effect\": \"Allow\",\n      \"Action\": [\n        \"s3:GetObject\"\n      ],\n      \"Resource\": \"arn:aws:s3:::${var.bucket}/$${aws:username}/*\",\n      \"Arn\": ${jsonencode(aws_x.y[\"k\"].arns)},\n      \"${local.issuer}:sub\": \"x${ a.b }\\n\"\n    }\n  ]\n}\nEOF\n}\n",
    ),
    (
        "jsonencode.tf",
        "resource \"aws_iam_role\" \"r\" {\n  name = \"r\"\n\n  assume_role_policy = jsonencode({\n    Version = \"2012-10-17\"\n    Statement = [\n      {\n        Effect = \"Allow\"\n        Action = [\n          \"sts:AssumeRole\",\n          \"sts:TagSession\", # tags\n        ]\n        Principal = { Service = \"ec2.amazonaws.com\" }\n      },\n    ]\n  })\n}\n",
    ),
    (
        "jsonencode-colons.tf",
        "resource \"aws_iam_policy\" \"p\" {\n  policy = jsonencode({\n    \"Version\" : \"2012-10-17\",\n    \"Statement\" : [{\n      \"Effect\" : \"Allow\",\n      \"Action\" : \"s3:*\",\n      \"Resource\" : [\"*\", var.x, \"${aws_s3_bucket.b.arn}/*\"]\n    }]\n  })\n}\n",
    ),
    (
        "data.tf",
        "# The runner's policy\ndata \"aws_iam_policy_document\" \"d\" {\n  statement {\n    sid     = \"One\"\n    effect  = \"Allow\"\n    actions = [\"sts:AssumeRole\"]\n    resources = [\n      \"*\",\n      aws_x.y.arn, // why\n    ]\n\n    principals {\n      type        = \"AWS\"\n      identifiers = [\"arn:aws:iam::1:root\"]\n    }\n\n    condition {\n      test     = \"StringLike\"\n      variable = \"s3:prefix\"\n      values   = [\"&{aws:username}/*\", \"a$${x}\"]\n    }\n  }\n\n  statement {\n    actions   = concat([\"a:B\"], var.more)\n    resources = [\"*\"]\n  }\n}\n\n/* next */\nlocals {\n  a = { x = 1, y = \"z\" }\n  b = <<-EOT\n    plain ${var.a} text\n  EOT\n  c = var.d ? [] : null\n}\nvariable \"empty\" {}\nvariable \"one\" { type = string }\n",
    ),
    (
        "ragged.tf",
        "data \"aws_iam_policy_document\" \"d\" {\n  statement {\n    effect  = \"Allow\"\n    actions = [ \"a:B\",\n      \"c:D\" ]\n    resources = []\n  }\n  statement { actions = [\"x:Y\"] }\n  statement {\n  }\n}",
    ),
    (
        "template.yaml",
        "AWSTemplateFormatVersion: \"2010-09-09\"\nResources:\n  fn:\n    Type: AWS::IAM::Policy\n    Properties:\n      PolicyName: fn # the name\n      PolicyDocument:\n        Version: \"2012-10-17\"\n        Statement:\n          - Effect: Allow\n            Action:\n              - dynamodb:GetItem\n              - \"dynamodb:Query*\" # read\n            Resource: !GetAtt Alerts.Arn\n\n          - Sid: Two\n            Effect: Allow\n            Action: [\"a:B\", 'c:D', e:F]\n            Resource:\n              - !Sub \"${Alerts.Arn}/index/*\"\n              - Fn::Join: [\":\", [arn, !Ref AWS::Partition, x]]\n              - !If [A, !Ref B, !Ref AWS::NoValue]\n      Roles:\n        - !Ref Role\n",
    ),
    (
        "flush.yaml",
        "# flush lists\nResources:\n  R:\n    Type: AWS::IAM::Role\n    Properties:\n      AssumeRolePolicyDocument:\n        Statement:\n        - Effect: Allow\n          Principal: {Service: ec2.amazonaws.com}\n          Action: sts:AssumeRole\n        -\n          Effect: Deny\n          Action:\n          - \"*\"\n      Empty:\n      Text: |\n        some\n          text\n\n      Last: 'it''s'\n",
    ),
    (
        "embedded.yaml",
        "Resources:\n  R:\n    Type: AWS::X\n    Properties:\n      Policy: |\n        {\n          \"Statement\": [\n            {\n              \"Action\": \"a:B\",\n              \"Resource\": \"x\"\n            }\n          ]\n        }\n      Sub: !Sub |\n        { \"Statement\": [{ \"Resource\": \"arn:aws:s3:::${Bucket}/${!aws:username}/*\" }] }\n      Quoted: '{\"Statement\": [{\"Action\": [\"a:B\"]}]}'\n      Double: \"{\\\"Statement\\\": [{\\\"Action\\\": [\\\"a:B\\\"]}]}\"\n",
    ),
    (
        "workflow.yml",
        "name: deploy\non:\n  push:\n    branches: [main]\npermissions:\n  id-token: write\njobs:\n  deploy:\n    runs-on: [self-hosted]\n    environment: prod\n    steps:\n      - uses: aws-actions/configure-aws-credentials@v4\n        with:\n          role-to-assume: ${{ secrets.ROLE }}\n          aws-region: us-east-1\n      - run: |\n          echo hi\n          aws sts get-caller-identity\n",
    ),
    (
        "anchors-refused.yaml",
        "apiVersion: v1\nkind: X\nspec:\n  a: &shared\n    - x\n    - y\n  b: *shared\n  c:\n    - z\n",
    ),
    (
        "template.json",
        "{\n  \"Resources\": {\n    \"P\": {\n      \"Type\": \"AWS::IAM::Policy\",\n      \"Properties\": {\n        \"PolicyDocument\": {\n          \"Statement\": [\n            {\n              \"Action\": [\"a:B\"],\n              \"Resource\": { \"Fn::GetAtt\": [\"T\", \"Arn\"] }\n            },\n            {\n              \"Resource\": [{ \"Ref\": \"X\" }, { \"Fn::Sub\": \"${T.Arn}/*\" }, { \"Fn::If\": [\"c\", \"a\", \"b\"] }]\n            }\n          ]\n        }\n      }\n    }\n  }\n}\n",
    ),
];
