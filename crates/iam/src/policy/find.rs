//! Where the policies of a reading are, and what each is for.

use undeny_document::{
    Document, Format, Map, Member, MemberKind, Node, Piece, Reading, Role, Text, Value,
};
use undeny_text::Span;

use super::places::{self, Place};
use super::{
    Condition, Dialect, Effect, Element, Item, Policy, Principal, PrincipalKind, Principals,
    RoleSource, Statement, Version,
};

/// Every policy of a reading, by document and then by place.
///
/// A document's own words decide what a policy is for: the user's ([`Document::said`]), the attribute or resource that holds it, what
/// refers to it, its content, and last a name.
#[must_use]
pub fn find(reading: &Reading) -> Vec<Policy> {
    let mut policies = Vec::new();
    let documents = reading.documents.iter().enumerate();
    for (index, document) in documents.filter(|(_, document)| document.made_by().is_none()) {
        let mut found = Found {
            document: index,
            policies: &mut policies,
            keys: Vec::new(),
        };
        found.below(&document.root, &mut Vec::new(), Around::default());
    }
    let uses = Uses::of(reading);
    for policy in &mut policies {
        if let Some(document) = reading.documents.get(policy.document) {
            settle_role(policy, document, &uses);
            mark_references(policy, document.format);
        }
    }
    policies
}

/// References in condition keys as [`super::unknown_reference`] writes them; what a file of JSON has between `${` and `}` is none.
fn mark_references(policy: &mut Policy, format: Format) {
    let is_reference = |name: &str| match format {
        Format::Hcl => true,
        Format::CfnJson | Format::CfnYaml => {
            name.starts_with("Ref:") || name.starts_with("GetAtt:")
        }
        _ => false,
    };
    let conditions = policy
        .statements
        .iter_mut()
        .flat_map(|statement| &mut statement.conditions);
    for condition in conditions.filter(|condition| condition.key.contains("${")) {
        let key = std::mem::take(&mut condition.key);
        condition.key = super::key_pieces(&key)
            .map(|(literal, reference)| match reference {
                Some(name) if is_reference(name) => {
                    format!("{literal}{}", super::unknown_reference(name))
                }
                Some(name) => format!("{literal}${{{name}}}"),
                None => literal.to_owned(),
            })
            .collect();
    }
}

/// The policy that `node` itself is; `None` where it has no `Statement`.
///
/// `role` is what is known of it from elsewhere. The paths in it begin at `node`.
#[must_use]
pub fn from_node(node: &Node, role: Option<Role>) -> Option<Policy> {
    let map = node.as_map()?;
    map.get("Statement")?;
    let mut policy = policy_language(0, node, Vec::new());
    (policy.role, policy.role_source) = match role {
        Some(role) => (role, RoleSource::Said),
        None => role_by_content(&policy).unwrap_or((Role::Identity, RoleSource::Guess)),
    };
    Some(policy)
}

/// What stands around a node on the way down.
#[derive(Clone, Copy, Default)]
struct Around<'a> {
    /// The type of the resource that it is in: `aws_s3_bucket_policy`, `AWS::S3::BucketPolicy`.
    resource_type: Option<&'a str>,
    /// Its name: a Terraform address's last part, a logical id.
    resource_name: Option<&'a str>,
    /// The resource's own attributes.
    resource: Option<&'a Node>,
}

struct Found<'a, 'p> {
    document: usize,
    policies: &'p mut Vec<Policy>,
    /// The keys from the root to where it looks, nearest last.
    keys: Vec<&'a str>,
}

impl<'a> Found<'a, '_> {
    fn below(&mut self, node: &'a Node, path: &mut Vec<usize>, around: Around<'a>) {
        let inner = node.inner();
        if let Value::Map(map) = &inner.value
            && map
                .get("Statement")
                .is_some_and(|member| holds_statements(&member.value))
        {
            let mut policy = policy_language(self.document, node, path.clone());
            place(&mut policy, &self.keys, around);
            self.policies.push(policy);
            return;
        }
        // Serverless keeps a list of statements; a list of nothing but whole statements is one anywhere, and a whole statement alone is what
        // somebody copied out of a policy.
        let is_list = matches!(&inner.value, Value::List(list)
            if (self.keys.ends_with(&["iamRoleStatements"]) | self.keys.ends_with(&["role", "statements"])
                && list.items.iter().any(|item| item.get("Effect").is_some()))
                || (!list.items.is_empty() && list.items.iter().all(is_whole_statement)));
        if is_list || (path.is_empty() && is_whole_statement(inner)) {
            let mut policy = policy_language(self.document, node, path.clone());
            place(&mut policy, &self.keys, around);
            self.policies.push(policy);
            return;
        }
        match &node.value {
            Value::Map(map) => {
                for (index, member) in map.members.iter().enumerate() {
                    path.push(index);
                    self.keys.push(&member.key.text);
                    self.member(member, path, around);
                    self.keys.pop();
                    path.pop();
                }
            }
            _ => {
                for (index, child) in node.children().enumerate() {
                    path.push(index);
                    self.below(child, path, around);
                    path.pop();
                }
            }
        }
    }

    fn member(&mut self, member: &'a Member, path: &mut Vec<usize>, mut around: Around<'a>) {
        if let MemberKind::Block(labels) = &member.kind {
            if let (Some(kind), Some(name)) = (labels.first(), labels.get(1)) {
                around.resource_type = Some(kind);
                around.resource_name = Some(name);
                around.resource = Some(&member.value);
                if member.key.text == "data" && kind == "aws_iam_policy_document" {
                    let mut policy = terraform_data(self.document, &member.value, path.clone());
                    policy.name = Some(name.clone());
                    self.policies.push(policy);
                    return;
                }
            }
        } else if let Some(kind) = member.value.get("Type").and_then(Node::as_str)
            && kind.contains("::")
        {
            around.resource_type = Some(kind);
            around.resource_name = Some(&member.key.text);
            around.resource = member.value.get("Properties").or(Some(&member.value));
        }
        self.below(&member.value, path, around);
    }
}

/// Whether this is a statement by itself, whatever stands around it.
fn is_whole_statement(node: &Node) -> bool {
    let effect = node.get("Effect").and_then(Node::as_str);
    matches!(effect, Some("Allow" | "Deny"))
        && (node.get("Action").is_some() || node.get("NotAction").is_some())
}

/// Whether the value of a key `Statement` can be a policy's: not a word in some other file.
fn holds_statements(node: &Node) -> bool {
    let is_statement = |item: &Node| {
        item.as_map().is_some_and(|map| {
            ["Effect", "Action", "NotAction", "Principal", "Resource"]
                .iter()
                .any(|key| map.get(key).is_some())
        }) || matches!(item.value, Value::Call { .. } | Value::Opaque { .. })
    };
    match &node.inner().value {
        Value::List(list) => list.items.is_empty() || list.items.iter().any(is_statement),
        _ => is_statement(node.inner()),
    }
}

fn place(policy: &mut Policy, keys: &[&str], around: Around<'_>) {
    policy.name = around.resource_name.map(str::to_owned);
    let known = places::look_up(around.resource_type, keys);
    match known {
        Some(Place::Role(role)) => (policy.role, policy.role_source) = (role, RoleSource::Content),
        Some(Place::Organizations) => {
            let kind = around
                .resource
                .and_then(|node| node.get("type").or_else(|| node.get("Type")))
                .and_then(Node::as_str);
            let role = if kind == Some("RESOURCE_CONTROL_POLICY") {
                Role::Rcp
            } else {
                Role::Scp
            };
            (policy.role, policy.role_source) = (role, RoleSource::Content);
        }
        None => {}
    }
}

/// The role where the place did not tell it.
fn settle_role(policy: &mut Policy, document: &Document, uses: &Uses<'_>) {
    if let Some(role) = document.said
        && !matches!(
            role,
            Role::Error | Role::Workflow | Role::Token | Role::Event | Role::Other
        )
    {
        (policy.role, policy.role_source) = (role, RoleSource::Said);
        return;
    }
    if policy.role_source == RoleSource::Content {
        let is_boundary = policy
            .name
            .as_deref()
            .is_some_and(|name| uses.make_a_boundary(name));
        if policy.role == Role::Identity && is_boundary {
            policy.role = Role::Boundary;
        }
        return;
    }
    if policy.dialect == Dialect::TerraformData
        && let Some(role) = policy
            .name
            .as_deref()
            .and_then(|name| uses.role_of_document(name))
    {
        (policy.role, policy.role_source) = (role, RoleSource::Content);
        return;
    }
    let by_content = role_by_content(policy);
    let has_principals = policy
        .statements
        .iter()
        .any(|statement| statement.principals.is_some());
    let names = [document.name.as_deref(), policy.name.as_deref()];
    let by_name = names
        .into_iter()
        .flatten()
        .find_map(|name| role_by_name(name, has_principals));
    (policy.role, policy.role_source) = match (by_content, by_name) {
        // A trust policy's actions are nobody else's; a bucket policy and an endpoint policy can look alike.
        (Some((Role::Trust, source)), _) => (Role::Trust, source),
        (_, Some(role)) => (role, RoleSource::Name),
        (Some(found), None) => found,
        (None, None) => (Role::Identity, RoleSource::Guess),
    };
}

/// What a policy's statements say that it is for: only policies of resources name a principal.
fn role_by_content(policy: &Policy) -> Option<(Role, RoleSource)> {
    if !policy
        .statements
        .iter()
        .any(|statement| statement.principals.is_some())
    {
        return None;
    }
    let mut services: Vec<String> = Vec::new();
    for statement in &policy.statements {
        for item in statement.actions.iter().flat_map(|element| &element.items) {
            let value = item.value();
            let service = value
                .split_once(':')
                .map_or("*", |(service, _)| service)
                .to_ascii_lowercase();
            if !services.contains(&service) {
                services.push(service);
            }
        }
    }
    let has_resource = policy
        .statements
        .iter()
        .any(|statement| statement.resources.is_some());
    let role = match services.as_slice() {
        [service] => match service.as_str() {
            "sts" => Role::Trust,
            "s3" => Role::Bucket,
            "kms" => Role::Key,
            "sqs" => Role::Queue,
            "sns" => Role::Topic,
            "secretsmanager" => Role::Secret,
            "ecr" => Role::Repository,
            "*" => Role::Endpoint,
            _ if !has_resource => Role::Trust,
            _ => Role::Other,
        },
        _ if services.iter().any(|service| service == "sts") && !has_resource => Role::Trust,
        [] => Role::Other,
        _ => Role::Endpoint,
    };
    Some((role, RoleSource::Content))
}

/// A name in lower case, with a dash where a new word begins: `SandboxBoundary` is `sandbox-boundary`.
fn separated(name: &str) -> String {
    let mut result = String::with_capacity(name.len() + 4);
    let mut after_small = false;
    for character in name.chars() {
        if character.is_ascii_uppercase() && after_small {
            result.push('-');
        }
        after_small = character.is_ascii_lowercase() || character.is_ascii_digit();
        result.push(character.to_ascii_lowercase());
    }
    result
}

/// What a file's, resource's or policy's name hints at.
fn role_by_name(name: &str, has_principals: bool) -> Option<Role> {
    let stem = separated(name.rsplit('/').next().unwrap_or(name));
    let words: Vec<&str> = stem
        .split(|character: char| !character.is_ascii_alphanumeric())
        .collect();
    let has = |wanted: &[&str]| words.iter().any(|word| wanted.contains(word));
    if has(&["trust", "assume"]) && has_principals {
        return Some(Role::Trust);
    }
    if has(&["endpoint", "vpce"]) {
        return Some(Role::Endpoint);
    }
    if has_principals {
        if has(&["rcp"]) {
            return Some(Role::Rcp);
        }
        let by_word: &[(&str, Role)] = &[
            ("bucket", Role::Bucket),
            ("key", Role::Key),
            ("kms", Role::Key),
            ("queue", Role::Queue),
            ("sqs", Role::Queue),
            ("topic", Role::Topic),
            ("sns", Role::Topic),
            ("secret", Role::Secret),
            ("repository", Role::Repository),
            ("ecr", Role::Repository),
        ];
        return by_word
            .iter()
            .find(|(word, _)| has(&[word]))
            .map(|(_, role)| *role);
    }
    if has(&["scp", "scps"]) {
        Some(Role::Scp)
    } else if has(&["rcp"]) {
        Some(Role::Rcp)
    } else if words
        .iter()
        .any(|word| word.ends_with("boundary") || word.ends_with("boundaries"))
    {
        Some(Role::Boundary)
    } else if matches!(words.as_slice(), ["session"] | ["session", "json"])
        || (has(&["session"]) && has(&["policy"]))
    {
        Some(Role::Session)
    } else {
        None
    }
}

/// What refers to policies in templates, gathered in one walk: asked for each policy, it must not cost the whole template each time.
#[derive(Default)]
struct Uses<'a> {
    // INVARIANT: sorted.
    /// An expression, and the role that the place of it gives what it stands for.
    found: Vec<(&'a str, Role)>,
    // INVARIANT: sorted.
    /// An expression, and the label of the managed policy whose text it is.
    managed: Vec<(&'a str, &'a str)>,
    // INVARIANT: sorted.
    /// Managed policies, by label or logical id, that are the permissions boundary of some role or user.
    boundaries: Vec<&'a str>,
    /// The keys from the root to where it looks, nearest last.
    keys: Vec<&'a str>,
}

/// A block of Terraform: its type and its label.
type Block<'a> = (&'a str, &'a str);

impl<'a> Uses<'a> {
    fn of(reading: &'a Reading) -> Self {
        let mut uses = Self::default();
        let mut names = Names::default();
        for document in &reading.documents {
            uses.below(&document.root, None, &mut names);
        }
        let written_out = names
            .policies
            .iter()
            .filter(|(name, _)| names.boundaries.contains(name));
        uses.boundaries.extend(written_out.map(|(_, label)| *label));
        uses.boundaries.sort_unstable();
        uses.found.sort_unstable();
        uses.managed.sort_unstable();
        uses
    }

    /// `block` is the one that `node` is in.
    fn below(&mut self, node: &'a Node, block: Option<Block<'a>>, names: &mut Names<'a>) {
        match &node.value {
            Value::Opaque { expression } => self.used(expression, block),
            Value::Text(text) => {
                if let [Piece::Reference(expression)] = text.pieces() {
                    self.used(expression, block);
                }
            }
            Value::Map(map) => {
                for member in &map.members {
                    let own = match &member.kind {
                        MemberKind::Block(labels) => match labels.as_slice() {
                            [kind, label, ..] => Some((kind.as_str(), label.as_str())),
                            _ => None,
                        },
                        _ => None,
                    };
                    if let Some((MANAGED_POLICY, label)) = own
                        && let Some(name) = member.value.get("name").and_then(Node::as_str)
                    {
                        names.policies.push((name, label));
                    }
                    if names_boundary(&member.key.text) {
                        self.boundary(&member.value, names);
                    }
                    self.keys.push(&member.key.text);
                    self.below(&member.value, own.or(block), names);
                    self.keys.pop();
                }
            }
            _ => {
                for child in node.children() {
                    self.below(child, block, names);
                }
            }
        }
    }

    /// The place refers to a Terraform policy document.
    fn used(&mut self, expression: &'a str, block: Option<Block<'a>>) {
        if !(expression.starts_with(DATA) && expression.ends_with(JSON)) {
            return;
        }
        if let Some((MANAGED_POLICY, label)) = block {
            self.managed.push((expression, label));
        }
        match places::look_up(block.map(|(kind, _)| kind), &self.keys) {
            Some(Place::Role(role)) => self.found.push((expression, role)),
            Some(Place::Organizations) => self.found.push((expression, Role::Scp)),
            None => {}
        }
    }

    /// The value of a role's permissions boundary.
    fn boundary(&mut self, value: &'a Node, names: &mut Names<'a>) {
        match &value.value {
            Value::Opaque { expression } => self.boundaries.extend(policy_behind(expression)),
            Value::Text(text) => {
                for piece in text.pieces() {
                    match piece {
                        Piece::Reference(expression) => {
                            self.boundaries.extend(policy_behind(expression));
                        }
                        Piece::Literal(arn) => {
                            if let Some((_, name)) = arn.split_once(":policy/") {
                                names.boundaries.extend(name.rsplit('/').next());
                            }
                        }
                    }
                }
            }
            _ => {}
        }
    }

    /// What a Terraform policy document is used for: the attribute that refers to its `json`.
    fn role_of_document(&self, name: &str) -> Option<Role> {
        let wanted = format!("{DATA}{name}{JSON}");
        let from = self
            .found
            .partition_point(|(expression, _)| *expression < wanted.as_str());
        let (_, role) = self
            .found
            .get(from)
            .filter(|(expression, _)| *expression == wanted)?;
        let from = self
            .managed
            .partition_point(|(expression, _)| *expression < wanted.as_str());
        let is_boundary = self
            .managed
            .iter()
            .skip(from)
            .take_while(|(expression, _)| *expression == wanted)
            .any(|(_, label)| self.make_a_boundary(label));
        Some(
            if *role == Role::Identity && (is_boundary || self.make_a_boundary(name)) {
                Role::Boundary
            } else {
                *role
            },
        )
    }

    /// Whether a managed policy is called a boundary, or some role names it as its own.
    fn make_a_boundary(&self, label: &str) -> bool {
        role_by_name(label, false) == Some(Role::Boundary)
            || self.boundaries.binary_search(&label).is_ok()
    }
}

/// Names that are written out where an ARN is put together from them.
#[derive(Default)]
struct Names<'a> {
    /// Managed policies' names, each with its label.
    policies: Vec<(&'a str, &'a str)>,
    /// Names of permissions boundaries.
    boundaries: Vec<&'a str>,
}

/// The label or logical id of the managed policy whose ARN an expression is.
fn policy_behind(expression: &str) -> Option<&str> {
    let after = expression
        .strip_prefix("aws_iam_policy.")
        .or_else(|| expression.strip_prefix("Ref:"))
        .or_else(|| expression.strip_prefix("GetAtt:"))?;
    // `aws_iam_policy.boundary[0].arn`
    after.split(['.', '[']).next()
}

const MANAGED_POLICY: &str = "aws_iam_policy";

/// What an expression begins and ends with that stands for a Terraform policy document.
const DATA: &str = "data.aws_iam_policy_document.";
const JSON: &str = ".json";

fn names_boundary(key: &str) -> bool {
    matches!(key, "permissions_boundary" | "PermissionsBoundary")
}

fn policy_language(document: usize, node: &Node, path: Vec<usize>) -> Policy {
    let root = node.inner();
    let map = root.as_map();
    let version = match map
        .and_then(|map| map.get("Version"))
        .and_then(|member| member.value.as_str())
    {
        Some("2012-10-17") => Version::V2012,
        _ => Version::V2008,
    };
    // A policy without a version inside a document is read like the newer one only where the format adds it itself (Serverless), and a statement
    // without its policy.
    let version = if map.is_none_or(|map| map.get("Statement").is_none()) {
        Version::V2012
    } else {
        version
    };
    let to_inner = path_to_inner(node);
    let mut statements = Vec::new();
    let (list, mut at) = match map.and_then(|map| {
        map.members
            .iter()
            .enumerate()
            .find(|(_, m)| m.key.text == "Statement")
    }) {
        Some((index, member)) => {
            let mut at = to_inner;
            at.push(index);
            at.extend(path_to_inner(&member.value));
            (member.value.inner(), at)
        }
        None => (root, to_inner),
    };
    if let Value::List(_) = &list.value {
        statements_of(list, &mut at, &mut statements);
    } else if let Some(arguments) = concatenated(list) {
        for (index, argument) in arguments.iter().enumerate() {
            at.push(index);
            statements_of(argument, &mut at, &mut statements);
            at.pop();
        }
    } else {
        statements.extend(statement(list, at));
    }
    Policy {
        document,
        path,
        span: node.span,
        dialect: Dialect::PolicyLanguage,
        role: Role::Identity,
        role_source: RoleSource::Guess,
        name: None,
        version,
        statements,
    }
}

/// The statements that a list at the path `at` holds; none where it is no list.
fn statements_of(list: &Node, at: &mut Vec<usize>, statements: &mut Vec<Statement>) {
    if let Value::List(list) = &list.value {
        let before = statements.len();
        for (index, item) in list.items.iter().enumerate() {
            at.push(index);
            let passed_over = (before + index).saturating_sub(statements.len());
            let read = statement(item, at.clone());
            statements.extend(read.map(|read| Statement {
                passed_over,
                ..read
            }));
            at.pop();
        }
    }
}

/// What a `concat(..)` puts together, where one of it is written out.
fn concatenated(node: &Node) -> Option<&[Node]> {
    match &node.value {
        Value::Call { name, arguments } if name == "concat" => arguments
            .iter()
            .any(|argument| matches!(argument.value, Value::List(_)))
            .then_some(arguments.as_slice()),
        _ => None,
    }
}

/// The steps of [`Node::inner`], as a path.
fn path_to_inner(node: &Node) -> Vec<usize> {
    let mut path = Vec::new();
    let mut at = node;
    loop {
        match &at.value {
            Value::Embedded(root) => at = root,
            Value::Call { name, arguments } if name == "jsonencode" && !arguments.is_empty() => {
                let Some(first) = arguments.first() else {
                    return path;
                };
                at = first;
            }
            _ => return path,
        }
        path.push(0);
    }
}

pub(super) fn statement(node: &Node, path: Vec<usize>) -> Option<Statement> {
    let map = node.as_map()?;
    // AWS stores neither another effect nor a key that is there twice. A statement has eight.
    let effect = match map.get("Effect")?.value.as_str()? {
        "Allow" => Effect::Allow,
        "Deny" => Effect::Deny,
        _ => return None,
    };
    let mut keys = map.members.iter().take(8);
    if keys.any(|member| map.all(&member.key.text).nth(1).is_some()) {
        return None;
    }
    let mut conditions = Vec::new();
    for operator in map
        .get("Condition")
        .and_then(|member| member.value.as_map())
        .iter()
        .flat_map(|map| &map.members)
    {
        for key in operator.value.as_map().iter().flat_map(|map| &map.members) {
            conditions.push(Condition {
                operator: operator.key.text.clone(),
                operator_span: operator.key.span,
                key: key.key.text.clone(),
                key_span: key.key.span,
                values: items(&key.value),
                span: key.span,
            });
        }
    }
    Some(Statement {
        path,
        passed_over: 0,
        span: node.span,
        sid: map
            .get("Sid")
            .and_then(|member| member.value.as_str())
            .map(str::to_owned),
        effect,
        principals: principals(map),
        actions: element(map, "Action", "NotAction"),
        resources: element(map, "Resource", "NotResource"),
        conditions,
    })
}

fn principals(map: &Map) -> Option<Principals> {
    let (negated, member) = either(map, "Principal", "NotPrincipal")?;
    let mut found = Principals {
        negated,
        span: member.span,
        items: Vec::new(),
    };
    if let Some(kinds) = member.value.as_map() {
        for kind in &kinds.members {
            let principal_kind = principal_kind(&kind.key.text);
            let items = items(&kind.value).into_iter();
            found.items.extend(items.map(|item| Principal {
                kind: principal_kind,
                item,
            }));
        }
    } else {
        let items = items(&member.value).into_iter();
        found.items.extend(items.map(|item| {
            let kind = if item.value() == "*" {
                PrincipalKind::Everyone
            } else {
                PrincipalKind::Unknown
            };
            Principal { kind, item }
        }));
    }
    Some(found)
}

fn principal_kind(name: &str) -> PrincipalKind {
    match name {
        "AWS" => PrincipalKind::Aws,
        "Service" => PrincipalKind::Service,
        "Federated" => PrincipalKind::Federated,
        "CanonicalUser" => PrincipalKind::CanonicalUser,
        "*" => PrincipalKind::Everyone,
        _ => PrincipalKind::Unknown,
    }
}

fn either<'a>(map: &'a Map, plain: &str, negated: &str) -> Option<(bool, &'a Member)> {
    map.get(plain)
        .map(|member| (false, member))
        .or_else(|| map.get(negated).map(|member| (true, member)))
}

fn element(map: &Map, plain: &str, negated: &str) -> Option<Element> {
    let (negated, member) = either(map, plain, negated)?;
    Some(Element {
        negated,
        span: member.span,
        items: items(&member.value),
    })
}

/// What stands for nothing in a template, as the CDK writes it into every grant on a table without an index.
///
/// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html#cfn-pseudo-param-novalue>
pub(super) const NO_VALUE: &str = "Ref:AWS::NoValue";

fn items(node: &Node) -> Vec<Item> {
    match concatenated(node.inner()) {
        Some(arguments) => arguments
            .iter()
            .flat_map(Node::one_or_many)
            .filter_map(item)
            .collect(),
        None => node.one_or_many().iter().filter_map(item).collect(),
    }
}

fn item(node: &Node) -> Option<Item> {
    let text = match &node.value {
        // CloudFormation leaves such an entry out.
        Value::Opaque { expression } if expression == NO_VALUE => return None,
        Value::Text(text) if matches!(text.pieces(), [Piece::Reference(expression)] if expression == NO_VALUE) =>
        {
            return None;
        }
        Value::Text(text) => text.clone(),
        Value::Number(number) => Text::from_literal(number.clone()),
        Value::Bool(value) => Text::from_literal(value.to_string()),
        Value::Opaque { expression } => Text::new(vec![Piece::Reference(expression.clone())]),
        Value::Call { name, .. } => Text::new(vec![Piece::Reference(format!("{name}(..)"))]),
        Value::Null | Value::List(_) | Value::Map(_) | Value::Embedded(_) => return None,
    };
    Some(Item {
        text,
        span: node.span,
    })
}

fn terraform_data(document: usize, node: &Node, path: Vec<usize>) -> Policy {
    let map = node.as_map();
    let version = match map
        .and_then(|map| map.get("version"))
        .and_then(|member| member.value.as_str())
    {
        Some("2008-10-17") => Version::V2008,
        _ => Version::V2012,
    };
    let members = map.map(|map| map.members.as_slice()).unwrap_or_default();
    let statements = members
        .iter()
        .enumerate()
        .filter(|(_, member)| member.key.text == "statement")
        .filter_map(|(index, member)| terraform_statement(&member.value, vec![index]))
        .collect();
    Policy {
        document,
        path,
        span: node.span,
        dialect: Dialect::TerraformData,
        role: Role::Identity,
        role_source: RoleSource::Guess,
        name: None,
        version,
        statements,
    }
}

pub(super) fn terraform_statement(node: &Node, path: Vec<usize>) -> Option<Statement> {
    let map = node.as_map()?;
    let effect = match map.get("effect").map(|member| &member.value) {
        None => Effect::Allow,
        Some(value) if value.as_str()? == "Allow" => Effect::Allow,
        Some(value) if value.as_str()? == "Deny" => Effect::Deny,
        Some(_) => return None,
    };
    let conditions = map
        .all("condition")
        .filter_map(|member| {
            let block = member.value.as_map()?;
            let test = block.get("test")?;
            let variable = block.get("variable")?;
            Some(Condition {
                operator: test.value.as_str()?.to_owned(),
                operator_span: test.value.span,
                key: text_of(&variable.value)?,
                key_span: variable.value.span,
                values: block
                    .get("values")
                    .map(|member| items(&member.value))
                    .unwrap_or_default(),
                span: member.span,
            })
        })
        .collect();
    Some(Statement {
        path,
        passed_over: 0,
        span: node.span,
        sid: map
            .get("sid")
            .and_then(|member| member.value.as_str())
            .map(str::to_owned),
        effect,
        principals: terraform_principals(map),
        actions: element(map, "actions", "not_actions"),
        resources: element(map, "resources", "not_resources"),
        conditions,
    })
}

/// A condition's key, which may hold a reference (`"${local.issuer}:sub"`).
fn text_of(node: &Node) -> Option<String> {
    item(node).map(|item| item.value().into_owned())
}

fn terraform_principals(map: &Map) -> Option<Principals> {
    let negated = map.get("principals").is_none();
    let blocks: Vec<&Member> = map
        .all(if negated {
            "not_principals"
        } else {
            "principals"
        })
        .collect();
    let first: &Member = blocks.first()?;
    let span = blocks
        .iter()
        .fold(first.span, |span: Span, member| span.cover(member.span));
    let mut found = Principals {
        negated,
        span,
        items: Vec::new(),
    };
    for member in blocks {
        let Some(block) = member.value.as_map() else {
            continue;
        };
        let kind = block
            .get("type")
            .and_then(|member| member.value.as_str())
            .map_or(PrincipalKind::Unknown, principal_kind);
        let items = block
            .get("identifiers")
            .map(|member| items(&member.value))
            .unwrap_or_default();
        found
            .items
            .extend(items.into_iter().map(|item| Principal { kind, item }));
    }
    Some(found)
}
