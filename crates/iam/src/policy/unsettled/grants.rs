//! What grants without a policy whose text is there (attached policies, policies from other files, permissions that are resources by
//! themselves, ACLs, memberships, modules), and what holds back (permissions boundaries, attached SCPs): a comparison that passed it over
//! would say "nothing new" of what nobody read.

use std::collections::{BTreeMap, BTreeSet};

use undeny_document::{Member, MemberKind, Node, Piece, Reading, Text, Value};
use undeny_text::Span;

use super::{
    Effect, Element, Item, MOST_WORK, NO_VALUE, Names, Open, Reader, Run, Settled, Statement,
    is_list_of, known, shortened, squeezed,
};

/// A resource that can have a permissions boundary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bounded {
    /// What it is called in its template, and by AWS where that is written out.
    pub names: Vec<String>,
    /// Index of the document.
    pub document: usize,
    /// Its bytes.
    pub span: Span,
    /// What it has, as written; equal where it is the same in two texts.
    pub boundary: Option<String>,
}

/// A resource with policies that its template makes as often as something says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// Its type and what it is called in its template.
    pub name: String,
    /// Index of the document.
    pub document: usize,
    /// Its bytes.
    pub span: Span,
    /// What says whether it is made, as written; `None` where it always is.
    pub whether: Option<String>,
    /// What it is made for, each as written; `None` where it is not made for each of something.
    pub each: Option<Vec<String>>,
    /// The resource that its policy is on, as written, where the policy itself does not say which.
    pub on: Option<String>,
}

/// Something outside of the policies that decides what they say, by a name that stands in one of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    /// The name.
    pub name: String,
    /// Index of the document.
    pub document: usize,
    /// The policy's bytes.
    pub span: Span,
    /// What is written under the name: equal where that is the same in two texts.
    pub sign: String,
}

/// A resource that holds back whatever policies allow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limit {
    /// Its type.
    pub kind: String,
    /// Index of the document.
    pub document: usize,
    /// Its bytes.
    pub span: Span,
    /// Equal for those that are the same in two texts.
    pub sign: String,
}

/// Add to `settled`, which is what the texts settle of their policies, what grants and what holds back beside them.
pub fn grants(reading: &Reading, texts: &[&str], settled: &mut Settled) {
    let known = known(reading, texts);
    let made = made(reading);
    for (index, document) in reading.documents.iter().enumerate() {
        if document.made_by().is_some() {
            continue;
        }
        let text = texts.get(document.input).copied().unwrap_or_default();
        let of_it = settled.policies.iter().filter(|it| it.document == index);
        let mut policies: Vec<Span> = of_it.map(|policy| policy.span).collect();
        policies.sort_unstable_by_key(|span| span.start);
        let mut found = Grants {
            index,
            reader: Reader {
                text,
                known: &known,
                documents: reading,
                work: MOST_WORK + text.len(),
                entries: Vec::new(),
            },
            made: &made,
            policies,
            settled: &mut *settled,
        };
        found.below(&document.root, Around::default(), "");
        found.urls(&document.root);
    }
    mentions(reading, texts, settled);
}

/// What the texts define that decides what a policy says, and that is not read into it: by its name, where that is written.
fn defined(reading: &Reading) -> BTreeMap<String, (usize, Span)> {
    const SECTIONS: &[&str] = &["Conditions", "Mappings", "Parameters"];
    let mut defined = BTreeMap::new();
    for document in &reading.documents {
        let mut add = |name: String, span: Span| {
            defined.entry(name).or_insert((document.input, span));
        };
        for member in document.root.as_map().iter().flat_map(|map| &map.members) {
            let inner = member.value.as_map().into_iter();
            let inner = inner.flat_map(|map| &map.members);
            match (member.key.text.as_str(), &member.kind) {
                (section, MemberKind::Attribute) if SECTIONS.contains(&section) => {
                    for member in inner {
                        let value = match section {
                            "Parameters" => member.value.get("Default"),
                            _ => Some(&member.value),
                        };
                        if let Some(value) = value {
                            add(member.key.text.clone(), value.span);
                        }
                    }
                }
                ("locals", MemberKind::Block(_)) => {
                    for local in inner {
                        add(format!("local.{}", local.key.text), local.value.span);
                    }
                }
                ("variable", MemberKind::Block(labels)) => {
                    if let Some((name, value)) = labels.first().zip(member.value.get("default")) {
                        add(format!("var.{name}"), value.span);
                    }
                }
                ("data", MemberKind::Block(labels)) => {
                    if let [kind, label] = labels.as_slice()
                        && kind != DOCUMENT
                    {
                        add(format!("data.{kind}.{label}"), member.span);
                    }
                }
                _ => {}
            }
        }
    }
    defined
}

/// Add to `settled` what its policies mention.
fn mentions(reading: &Reading, texts: &[&str], settled: &mut Settled) {
    let defined = defined(reading);
    if defined.is_empty() {
        return;
    }
    let source = |(input, span): &(usize, Span)| {
        let text = texts.get(*input).copied().unwrap_or_default();
        span.text(text)
    };
    let mut done: BTreeSet<&str> = BTreeSet::new();
    for policy in &settled.policies {
        let Some(document) = reading.documents.get(policy.document) else {
            continue;
        };
        let mut open = vec![source(&(document.input, policy.span))];
        while let Some(text) = open.pop() {
            for word in words(text) {
                let Some((name, place)) = defined.get_key_value(word) else {
                    continue;
                };
                if !done.insert(name) {
                    continue;
                }
                open.push(source(place));
                // What a local holds is read where it is used.
                if !name.starts_with("local.") {
                    settled.mentions.push(Mention {
                        name: name.clone(),
                        document: policy.document,
                        span: policy.span,
                        sign: squeezed(source(place)),
                    });
                }
            }
        }
    }
}

/// The names in a source that something may be defined under.
fn words(source: &str) -> impl Iterator<Item = &str> {
    let is_name = |character: char| character.is_alphanumeric() || "_-.".contains(character);
    source
        .split(move |character| !is_name(character))
        .filter_map(|word| {
            let parts = match word.split_once('.') {
                Some(("local" | "var", _)) => 2,
                Some(("data", _)) => 3,
                _ => 1,
            };
            let end = word.match_indices('.').nth(parts - 1);
            word.get(..end.map_or(word.len(), |(end, _)| end))
        })
        .filter(|word| !word.is_empty())
}

/// Attributes that attach managed policies by their ARNs.
const ATTACHING: &[&str] = &[
    "ManagedPolicies",
    "ManagedPolicyArns",
    "PolicyArn",
    "iamManagedPolicies",
    "managedPolicies",
    "managed_policy_arn",
    "managed_policy_arns",
    "policy_arn",
    "policy_arns",
];

/// Attributes that hold a policy, in a resource.
const HOLDING: &[&str] = &[
    "AccessPolicies",
    "AssumeRolePolicyDocument",
    "BucketPolicy",
    "FileSystemPolicy",
    "InlinePolicy",
    "KeyPolicy",
    "PolicyDocument",
    "Policies",
    "RepositoryPolicyText",
    "ResourcePolicy",
    "access_policies",
    "access_policy",
    "assume_role_policy",
    "inline_policy",
    "policy",
    "policy_document",
    "resource_policy",
];

/// Resources that are a grant by themselves.
const GRANTING: &[&str] = &[
    "AWS::IAM::UserToGroupAddition",
    "AWS::LakeFormation::Permissions",
    "AWS::LakeFormation::PrincipalPermissions",
    "AWS::Lambda::LayerVersionPermission",
    "AWS::Lambda::Permission",
    "AWS::RAM::ResourceShare",
    "AWS::SSO::Assignment",
    "AWS::Serverless::Connector",
    "aws_ami_launch_permission",
    "aws_iam_group_membership",
    "aws_iam_user_group_membership",
    "aws_kms_grant",
    "aws_lakeformation_permissions",
    "aws_lambda_layer_version_permission",
    "aws_lambda_permission",
    "aws_ram_principal_association",
    "aws_ram_resource_association",
    "aws_snapshot_create_volume_permission",
    "aws_ssoadmin_account_assignment",
    "aws_ssoadmin_customer_managed_policy_attachment",
];

/// Members of a resource that are a grant by themselves.
const GRANTING_MEMBERS: &[(&str, &str)] = &[
    ("AWS::IAM::User", "Groups"),
    ("AWS::SSO::PermissionSet", "CustomerManagedPolicyReferences"),
    ("AWS::Serverless::Function", "Connectors"),
    ("AWS::Serverless::StateMachine", "Connectors"),
    ("aws_s3_bucket", "grant"),
    ("aws_s3_bucket_acl", "access_control_policy"),
];

/// Where a resource says who may call a function's URL: everybody, unless the calls are to be signed.
const SIGNING: &[(&str, &str)] = &[
    ("AWS::Lambda::Url", "AuthType"),
    ("AWS::Serverless::Function", "AuthType"),
    ("aws_lambda_function_url", "authorization_type"),
];

/// Resources that hold back what policies allow, without one that stands in them.
const LIMITING: &[&str] = &[
    "aws_organizations_policy_attachment",
    "aws_s3_account_public_access_block",
    "aws_s3_bucket_public_access_block",
    "aws_ssoadmin_permissions_boundary_attachment",
];

/// Resources that can have a permissions boundary, and so have none where none is written.
const BOUNDED: &[&str] = &[
    "AWS::IAM::Role",
    "AWS::IAM::User",
    "AWS::SSO::PermissionSet",
    "AWS::Serverless::Function",
    "AWS::Serverless::StateMachine",
    "aws_iam_role",
    "aws_iam_user",
];

/// The attributes that say whose what is attached is.
const HOLDERS: &[&str] = &[
    "group",
    "groups",
    "permission_set_arn",
    "principal_arn",
    "role",
    "roles",
    "user",
    "users",
];

/// Attributes that name the resource which a policy is on.
const TARGETS: &[&str] = &[
    "Bucket",
    "Queues",
    "SecretId",
    "Topics",
    "bucket",
    "file_system_id",
    "key_id",
    "queue_url",
    "repository",
    "rest_api_id",
    "secret_arn",
    "vault_name",
];

/// ACLs that let nobody in whom policies would not.
const PRIVATE: &[&str] = &[
    "awsexecread",
    "bucketownerfullcontrol",
    "bucketownerread",
    "logdeliverywrite",
    "private",
];

/// Words in the names of a module's arguments that say whom it lets do what.
const MODULE: &[&str] = &[
    "assume",
    "grant",
    "permission",
    "polic",
    "principal",
    "statement",
    "subject",
    "trust",
];

/// Terraform's data source of a policy.
const DOCUMENT: &str = "aws_iam_policy_document";

const ADMINISTRATOR: &str = ":iam::aws:policy/AdministratorAccess";

/// How deep one value may refer to others.
const DEPTH: usize = 8;

/// The policies that the texts make, as expressions name them.
fn made(reading: &Reading) -> Vec<String> {
    let mut made = Vec::new();
    for map in reading.documents.iter().filter_map(|it| it.root.as_map()) {
        for member in &map.members {
            match &member.kind {
                MemberKind::Block(labels) => match (member.key.text.as_str(), labels.as_slice()) {
                    ("data", [kind, label]) if kind == DOCUMENT => {
                        made.push(format!("data.{kind}.{label}"));
                    }
                    ("resource", [kind, label]) if kind == "aws_iam_policy" => {
                        made.push(format!("{kind}.{label}"));
                    }
                    _ => {}
                },
                MemberKind::Attribute if member.key.text == "Resources" => {
                    let resources = member.value.as_map().into_iter();
                    for resource in resources.flat_map(|map| &map.members) {
                        let kind = resource.value.get("Type").and_then(Node::as_str);
                        if kind == Some("AWS::IAM::ManagedPolicy") {
                            made.push(resource.key.text.clone());
                        }
                    }
                }
                MemberKind::Attribute => {}
            }
        }
    }
    made.sort_unstable();
    made
}

/// The resource or module that a node is in.
#[derive(Clone, Copy, Default)]
struct Around<'a> {
    kind: &'a str,
    name: &'a str,
    body: Option<&'a Node>,
}

struct Grants<'a, 's> {
    index: usize,
    reader: Reader<'a>,
    made: &'a [String],
    // INVARIANT: sorted.
    /// The policies of the document.
    policies: Vec<Span>,
    settled: &'s mut Settled,
}

impl Grants<'_, '_> {
    fn source(&self, span: Span) -> String {
        squeezed(span.text(self.reader.text))
    }

    fn below(&mut self, node: &Node, around: Around<'_>, key: &str) {
        if self.is_told(node, around, key) {
            return;
        }
        let Value::Map(map) = &node.value else {
            for child in node.children() {
                self.below(child, around, "");
            }
            return;
        };
        // What AWS itself says of a role or user.
        let said = ["RoleName", "UserName", "GroupName"]
            .iter()
            .find_map(|key| node.get(key)?.as_str());
        let around = match said {
            Some(name) if around.kind.is_empty() => {
                self.bounded(node.span, ("role", name), node);
                Around {
                    kind: "role",
                    name,
                    body: Some(node),
                }
            }
            _ => around,
        };
        for member in &map.members {
            self.member(member, around, key);
        }
    }

    /// `parent` is the key that the member's mapping stands under.
    fn member<'n>(&mut self, member: &'n Member, around: Around<'n>, parent: &str) {
        let key = member.key.text.as_str();
        let own = match &member.kind {
            MemberKind::Block(labels) => match labels.as_slice() {
                [kind, name, ..] => Some((kind.as_str(), name.as_str())),
                [name] if key == "module" => Some(("module", name.as_str())),
                _ => None,
            },
            // Terraform's JSON syntax.
            MemberKind::Attribute if parent == "resource" && key.starts_with("aws_") => {
                let named = member.value.as_map().into_iter();
                for resource in named.flat_map(|map| &map.members) {
                    self.resource(resource, (key, &resource.key.text));
                }
                return;
            }
            MemberKind::Attribute if parent == "module" => Some(("module", key)),
            MemberKind::Attribute => {
                let kind = member.value.get("Type").and_then(Node::as_str);
                kind.map(|kind| (kind, key))
            }
        };
        let own = own.filter(|(kind, _)| {
            kind.starts_with("aws_") || kind.contains("::") || *kind == "module"
        });
        if let Some(own) = own
            && key != "data"
        {
            return self.resource(member, own);
        }
        if key == DOCUMENT && member.kind == MemberKind::Attribute {
            return self.documents(&member.value);
        }
        self.below(&member.value, around, key);
    }

    fn resource(&mut self, member: &Member, (kind, name): (&str, &str)) {
        if GRANTING.contains(&kind) {
            let sign = self.told(member.span);
            self.unread(member.span, format!("`{kind}` grants by itself"), sign);
            return;
        }
        if LIMITING.contains(&kind) {
            let sign = self.told(member.value.span);
            self.settled.limits.push(Limit {
                kind: kind.to_owned(),
                document: self.index,
                span: member.span,
                sign,
            });
        }
        let body = member.value.get("Properties").unwrap_or(&member.value);
        self.made(member, (kind, name), body);
        if BOUNDED.contains(&kind) || kind == "module" {
            self.bounded(member.span, (kind, name), body);
        }
        let around = Around {
            kind,
            name,
            body: Some(body),
        };
        self.below(&member.value, around, "");
    }

    /// Whether all is said of what stands under this key.
    fn is_told(&mut self, node: &Node, around: Around<'_>, key: &str) -> bool {
        if let Value::Opaque { expression } = &node.value
            && let Some(alias) = expression.strip_prefix('*')
        {
            self.alias(node, alias, around.name, key);
            return false;
        }
        let is_sam = around.kind.starts_with("AWS::Serverless::") && key == "Policies";
        if ATTACHING.contains(&key) || is_sam {
            for names in self.each_time(around) {
                let mut items = Vec::new();
                self.spread(node, &names, DEPTH, &mut items);
                for item in items {
                    // What a local holds is told of where it is used.
                    let is_inside = node.span.contains(item.span);
                    let place = if is_inside { item.span } else { node.span };
                    self.attached(&item, place, around);
                }
            }
            // A policy may be written out among them.
            return !is_sam;
        }
        if GRANTING_MEMBERS.contains(&(around.kind, key)) || is_open_list(node, key) {
            let sign = format!("{} {key} {}", self.whose(around), self.told(node.span));
            self.unread(node.span, format!("`{key}` grants by itself"), sign);
            return true;
        }
        if SIGNING.contains(&(around.kind, key)) {
            if node.as_str() != Some("AWS_IAM") {
                let sign = format!("{} {key} {}", self.whose(around), self.told(node.span));
                let why = format!("`{key}` may let anybody call the function's URL");
                self.unread(node.span, why, sign);
            }
            return true;
        }
        if matches!(key, "acl" | "AccessControl") && around.kind.to_ascii_lowercase().contains("s3")
        {
            self.acl(node, around);
            return true;
        }
        if around.kind == "module" {
            return self.module(node, around, key);
        }
        let is_place = HOLDING.contains(&key)
            || matches!(
                (around.kind, key),
                ("aws_organizations_policy", "content") | ("AWS::Organizations::Policy", "Content")
            );
        // Those are of other languages.
        let is_other = ["lifecycle", "data_protection"]
            .iter()
            .any(|word| around.kind.contains(word));
        if around.kind.is_empty() || !is_place || is_other {
            return false;
        }
        let mut is_unread = false;
        for names in self.each_time(around) {
            is_unread |= self.is_unread_policy(node, &names, DEPTH);
        }
        if is_unread {
            let source = self.source(node.span);
            let sign = format!("{} {key} {}", self.whose(around), self.told(node.span));
            let why = format!(
                "the policy `{}`, which is put in here, was not given",
                shortened(source)
            );
            self.unread(node.span, why, sign);
        }
        is_unread
    }

    /// What may allow anything to anybody.
    fn unread(&mut self, span: Span, why: String, sign: String) {
        self.settled.open.push(Open {
            policy: None,
            document: self.index,
            span,
            why,
            statements: Vec::new(),
            is_all: false,
            may_say_who: true,
            sign,
        });
    }

    /// The URLs that the Serverless Framework gives functions: everybody's, unless the calls are to be signed.
    fn urls(&mut self, root: &Node) {
        let functions = root.get("functions").and_then(Node::as_map);
        let Some(functions) = functions.filter(|_| root.get("provider").is_some()) else {
            return;
        };
        for function in &functions.members {
            let Some(url) = function.value.get("url") else {
                continue;
            };
            let signed = url.get("authorizer").and_then(Node::as_str) == Some("aws_iam");
            if !signed && url.value != Value::Bool(false) {
                let sign = format!("{} url {}", function.key.text, self.told(url.span));
                let why = "`url` may let anybody call the function".to_owned();
                self.unread(url.span, why, sign);
            }
        }
    }

    /// Policy documents in Terraform's JSON syntax, which are read in its own syntax alone.
    fn documents(&mut self, node: &Node) {
        for document in node.as_map().into_iter().flat_map(|map| &map.members) {
            let why = format!("`{DOCUMENT}` is not read in Terraform's JSON syntax");
            let sign = self.source(document.span);
            self.unread(document.span, why, sign);
        }
    }

    /// YAML's `*name` where a policy, statements or what holds them would stand.
    fn alias(&mut self, node: &Node, alias: &str, resource: &str, key: &str) {
        const HOLDING: &[&str] = &["document", "polic", "properties", "resource", "statement"];
        let holder = key.to_ascii_lowercase();
        if key != "<<" && !HOLDING.iter().any(|word| holder.contains(word)) {
            return;
        }
        let from = self
            .policies
            .partition_point(|it| it.start <= node.span.start);
        let policy = from
            .checked_sub(1)
            .and_then(|index| self.policies.get(index));
        if policy.is_some_and(|policy| policy.contains(node.span))
            && self.reader.known.contains_key(&format!("*{alias}"))
        {
            return;
        }
        let why = format!("the alias `*{alias}` stands for what is written elsewhere");
        let text = anchored(self.reader.text, alias);
        self.unread(
            node.span,
            why,
            format!("{resource} {key} {}", squeezed(text)),
        );
    }

    /// The names that a resource's `for_each` gives values to, each time.
    fn each_time(&mut self, around: Around<'_>) -> Vec<Names> {
        let collection = around.body.and_then(|body| body.get("for_each"));
        let Some(collection) = collection else {
            return vec![Names::new()];
        };
        let variables = ("each.key".to_owned(), "each.value".to_owned());
        let all = self.reader.each_of(collection, &Names::new(), &variables);
        all.into_iter().map(|(names, _)| names).collect()
    }

    /// The single values of what may be a list, a conditional or a name for one.
    fn spread(&mut self, node: &Node, names: &Names, depth: usize, items: &mut Vec<Node>) {
        let Some(depth) = depth.checked_sub(1) else {
            return items.push(node.clone());
        };
        match &node.value {
            Value::Null => {}
            Value::List(list) => {
                for item in &list.items {
                    self.spread(item, names, depth, items);
                }
            }
            Value::Call { name, arguments } if name == "If" => {
                for branch in arguments.iter().skip(1) {
                    self.spread(branch, names, depth, items);
                }
            }
            Value::Call { name, arguments } if is_list_of(name) => {
                for argument in arguments {
                    self.spread(argument, names, depth, items);
                }
            }
            Value::Opaque { expression } if expression == NO_VALUE => {}
            Value::Opaque { .. } | Value::Call { .. } | Value::Text(_) => {
                let reference = match &node.value {
                    Value::Opaque { expression } => Some(expression),
                    Value::Text(text) => sole_reference(text),
                    _ => None,
                };
                if let Some(expression) = reference
                    && let Some((value, is_default)) = self.reader.value(expression, names)
                {
                    self.spread(value, names, depth, items);
                    if is_default {
                        items.push(node.clone());
                    }
                    return;
                }
                let found = self
                    .reader
                    .resolved(node, names, &mut Run::default(), 0)
                    .unwrap_or_else(|| node.clone());
                match found.value {
                    Value::List(_) => self.spread(&found, names, depth, items),
                    _ => items.push(found),
                }
            }
            _ => items.push(node.clone()),
        }
    }

    /// Whether an expression is of a policy that the texts make.
    fn is_made(&self, expression: &str) -> bool {
        let parts = if expression.starts_with("data.") {
            3
        } else {
            2
        };
        let mut name = String::new();
        for part in expression.split('.').take(parts) {
            if !name.is_empty() {
                name.push('.');
            }
            name.push_str(part.split('[').next().unwrap_or_default());
        }
        let id = expression
            .strip_prefix("Ref:")
            .or_else(|| expression.strip_prefix("GetAtt:")?.split('.').next());
        self.made
            .binary_search_by(|made| made.as_str().cmp(id.unwrap_or(&name)))
            .is_ok()
    }

    /// Whose what stands here is, as far as a change of it is seen.
    fn whose(&self, around: Around<'_>) -> String {
        let said: Vec<String> = HOLDERS
            .iter()
            .chain(TARGETS)
            .filter_map(|key| around.body?.get(key))
            .map(|node| self.source(node.span))
            .collect();
        if said.is_empty() {
            format!("{} {}", around.kind, around.name)
        } else {
            said.join(" ")
        }
    }

    /// A source with everything that it refers to and the text tells: equal where that is the same too.
    fn told(&mut self, span: Span) -> String {
        let mut all = self.source(span);
        let mut done: Vec<&str> = Vec::new();
        let mut at = 0;
        while let Some(rest) = all.get(at..).filter(|rest| !rest.is_empty()) {
            let found: Vec<_> = references(rest)
                .filter_map(|name| self.reader.known.get_key_value(&name))
                .collect();
            at = all.len();
            for (name, known) in found {
                self.reader.work = self.reader.work.saturating_sub(1);
                if self.reader.work == 0 || done.contains(&name.as_str()) {
                    continue;
                }
                done.push(name);
                all.push('\n');
                all.push_str(&squeezed(known.value.span.text(self.reader.text)));
            }
        }
        all
    }

    fn attached(&mut self, item: &Node, place: Span, around: Around<'_>) {
        let shown = match &item.value {
            Value::Text(text) => match (sole_reference(text), text.pieces()) {
                (Some(expression), _) if self.is_made(expression) => return,
                (None, [Piece::Literal(name)]) if name.is_empty() => return,
                (None, [Piece::Literal(_)]) => text.literal().unwrap_or_default().to_owned(),
                _ => self.source(item.span),
            },
            Value::Opaque { expression } if self.is_made(expression) => return,
            // One of SAM's own, by its name; a policy that is written out is read.
            Value::Map(map) => match map.members.as_slice() {
                [member] if !self.has_policy(item.span) => member.key.text.clone(),
                _ => return,
            },
            Value::Opaque { .. } | Value::Call { .. } => self.source(item.span),
            _ => return,
        };
        let shown = shown.trim_matches(['"', '\'']);
        let is_everything = shown.ends_with(ADMINISTRATOR) || shown == "AdministratorAccess";
        let star = || Element {
            items: vec![Item::literal("*")],
            ..Element::default()
        };
        let everything = Statement {
            path: Vec::new(),
            passed_over: 0,
            span: place,
            sid: None,
            effect: Effect::Allow,
            principals: None,
            actions: Some(star()),
            resources: Some(star()),
            conditions: Vec::new(),
        };
        let said = match &item.value {
            Value::Text(_) => shown.to_owned(),
            _ => self.told(item.span),
        };
        self.settled.open.push(Open {
            policy: None,
            document: self.index,
            span: place,
            why: format!(
                "the text of `{}`, which is attached here, was not given",
                shortened(shown.to_owned())
            ),
            statements: is_everything.then_some(everything).into_iter().collect(),
            is_all: false,
            may_say_who: false,
            sign: format!("{} {said}", self.whose(around)),
        });
    }

    /// Whether a policy is read between these bytes.
    fn has_policy(&self, span: Span) -> bool {
        let from = self.policies.partition_point(|it| it.start < span.start);
        let first = self.policies.get(from);
        first.is_some_and(|policy| span.contains(*policy))
    }

    /// Whether what stands in a policy's place is one whose text is not there.
    fn is_unread_policy(&mut self, node: &Node, names: &Names, depth: usize) -> bool {
        let Some(depth) = depth.checked_sub(1) else {
            return true;
        };
        match &node.value {
            Value::Call { name, arguments } if name == "If" => {
                let mut branches = arguments.iter().skip(1);
                branches.any(|branch| self.is_unread_policy(branch, names, depth))
            }
            Value::Call { name, arguments } if name == "jsonencode" || is_list_of(name) => {
                let mut arguments = arguments.iter();
                arguments.any(|argument| self.is_unread_policy(argument, names, depth))
            }
            Value::List(list) => {
                let mut items = list.items.iter();
                items.any(|item| self.is_unread_policy(item, names, depth))
            }
            _ if self.has_policy(node.span) => false,
            Value::Call { .. } => true,
            Value::Text(text) => match sole_reference(text) {
                Some(expression) => self.is_unread_reference(expression, names, depth),
                // In Terraform's JSON syntax a reference is text.
                None if text.literal().is_some_and(|text| text.starts_with("${")) => true,
                // A policy that is broken, or that directives of a template put together.
                None => text.pieces().iter().any(
                    |piece| matches!(piece, Piece::Literal(part) if part.contains("Statement")),
                ),
            },
            Value::Opaque { expression } => {
                expression != NO_VALUE && self.is_unread_reference(expression, names, depth)
            }
            _ => false,
        }
    }

    fn is_unread_reference(&mut self, expression: &str, names: &Names, depth: usize) -> bool {
        if expression.starts_with('*') || self.is_made(expression) {
            return false;
        }
        match self.reader.value(expression, names) {
            Some((value, is_default)) => is_default || self.is_unread_policy(value, names, depth),
            None => true,
        }
    }

    fn acl(&mut self, node: &Node, around: Around<'_>) {
        for names in self.each_time(around) {
            let mut items = Vec::new();
            self.spread(node, &names, DEPTH, &mut items);
            for item in items {
                let plain = item.as_str().map(|name| {
                    let name = name.to_ascii_lowercase();
                    name.replace('-', "")
                });
                if plain.is_some_and(|name| PRIVATE.contains(&name.as_str())) {
                    continue;
                }
                let source = self.source(item.span);
                let why = format!("the ACL `{}` grants by itself", source.trim_matches('"'));
                let sign = format!("{} acl {}", self.whose(around), self.told(item.span));
                self.unread(node.span, why, sign);
            }
        }
    }

    /// Whether all is said of what a module is given: what it makes of it is not in the text.
    fn module(&mut self, node: &Node, around: Around<'_>, key: &str) -> bool {
        let name = key.to_ascii_lowercase();
        let is_nothing = match &node.value {
            Value::Null | Value::Bool(false) => true,
            Value::List(list) => list.items.is_empty(),
            Value::Map(map) => map.members.is_empty(),
            _ => false,
        };
        if is_nothing
            || name.contains("boundary")
            || !MODULE.iter().any(|word| name.contains(word))
            || self.has_policy(node.span)
        {
            return false;
        }
        let sign = format!("module {} {key} {}", around.name, self.told(node.span));
        let why = format!(
            "what the module `{}` makes of `{key}` was not given",
            around.name
        );
        self.unread(node.span, why, sign);
        true
    }

    /// How often the resource is made, where it has to do with policies.
    fn made(&mut self, member: &Member, (kind, name): (&str, &str), body: &Node) {
        let members = || body.as_map().into_iter().flat_map(|map| &map.members);
        let has_policy = members().any(|member| {
            let key = member.key.text.as_str();
            HOLDING.contains(&key) || ATTACHING.contains(&key)
        });
        let target = TARGETS.iter().find_map(|key| body.get(key));
        let on = target
            .filter(|_| self.is_on_everything(member.span))
            .map(|node| {
                let said = self.told(node.span);
                let names = [".arn", ".bucket", ".id", ".name", ".url"];
                let stem = names.iter().find_map(|name| said.strip_suffix(name));
                stem.unwrap_or(&said).to_owned()
            });
        if !has_policy && kind != "module" {
            return;
        }
        let condition = member.value.get("Condition").and_then(Node::as_str);
        let condition = condition.map(|name| {
            let conditions = self.reader.documents.documents.get(self.index);
            let conditions = conditions.and_then(|document| document.root.get("Conditions"));
            let said = conditions.and_then(|conditions| conditions.get(name));
            said.map_or_else(|| name.to_owned(), |said| self.told(said.span))
        });
        let count = body.get("count").map(|node| node.span);
        let count = count.map(|span| self.told(span));
        let each = body.get("for_each").map(|collection| {
            let variables = (String::new(), "each".to_owned());
            let all = self.reader.each_of(collection, &Names::new(), &variables);
            let mut each: Vec<String> = Vec::new();
            for (names, unknown) in &all {
                let is_known = unknown.is_none() && !all.is_empty();
                let spans: Vec<Span> = names
                    .iter()
                    .filter_map(|(_, node)| Some(node.as_ref()?.span))
                    .collect();
                each.push(if is_known {
                    spans
                        .into_iter()
                        .map(|span| self.told(span))
                        .collect::<Vec<_>>()
                        .join(" ")
                } else {
                    self.told(collection.span)
                });
            }
            each
        });
        self.settled.made.push(Made {
            name: format!("{kind}.{name}"),
            document: self.index,
            span: member.span,
            whether: condition.or(count),
            each,
            on,
        });
    }

    /// Whether a policy in here does not say itself what it is about.
    fn is_on_everything(&self, span: Span) -> bool {
        let policies = self.settled.policies.iter();
        let inside = policies.filter(|it| it.document == self.index && span.contains(it.span));
        let mut statements = inside.flat_map(|policy| &policy.statements);
        statements.any(|statement| {
            let resources = statement.resources.as_ref();
            let mut items = resources.iter().flat_map(|resources| &resources.items);
            statement.effect == Effect::Allow
                && resources.is_none_or(|it| it.negated || items.any(|item| item.value() == "*"))
        })
    }

    fn bounded(&mut self, span: Span, (kind, name): (&str, &str), body: &Node) {
        let called = ["name", "RoleName", "UserName", "Name"];
        let called = called.iter().find_map(|key| body.get(key)?.as_str());
        let mut names = vec![format!("{kind}.{name}")];
        names.extend(called.map(str::to_owned));
        let is_boundary = |member: &&Member| {
            let key = member.key.text.to_ascii_lowercase().replace('_', "");
            key.contains("permissionsboundary") && member.value.value != Value::Null
        };
        let mut members = body.as_map().into_iter().flat_map(|map| &map.members);
        let boundary = members.find(is_boundary).map(|it| it.value.span);
        let boundary = boundary.map(|span| self.told(span));
        self.settled.bounded.push(Bounded {
            names,
            document: self.index,
            span,
            boundary,
        });
    }
}

/// Serverless takes its list of statements from another file.
fn is_open_list(node: &Node, key: &str) -> bool {
    key == "iamRoleStatements" && matches!(node.value, Value::Text(_))
}

/// The reference that a string is nothing but.
fn sole_reference(text: &Text) -> Option<&String> {
    match text.pieces() {
        [Piece::Reference(expression)] => Some(expression),
        _ => None,
    }
}

/// The names of locals, variables and parameters in a source.
fn references(source: &str) -> impl Iterator<Item = String> {
    let is_name = |character: char| character.is_alphanumeric() || "_-.".contains(character);
    source
        .split(move |character| !is_name(character))
        .filter(|word| !word.is_empty())
        .map(|word| {
            let mut parts = word.split('.');
            match (parts.next(), parts.next()) {
                (Some(kind @ ("local" | "var")), Some(name)) => format!("{kind}.{name}"),
                _ => format!("Ref:{word}"),
            }
        })
}

/// What the anchor `&name` in YAML marks: its line, and the lines below it that are indented further; empty where there is none.
fn anchored<'t>(text: &'t str, name: &str) -> &'t str {
    let marks = |line: &str| {
        let mut words = line.split_ascii_whitespace();
        words.any(|word| word.strip_prefix('&') == Some(name))
    };
    let indent = |line: &str| line.len() - line.trim_start_matches([' ', '-']).len();
    let mut begin = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        match begin {
            None if marks(line) => begin = Some((at, indent(line))),
            Some((start, own)) if !line.trim().is_empty() && indent(line) <= own => {
                return text.get(start..at).unwrap_or_default();
            }
            _ => {}
        }
        at += line.len();
    }
    begin
        .and_then(|(start, _)| text.get(start..))
        .unwrap_or_default()
}
