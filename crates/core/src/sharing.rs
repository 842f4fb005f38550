//! Who else has a policy that a patch changes, and gains by it: the role beside the caller's, the copies that `for_each`, `count` and a module
//! called twice make.
//!
//! Sources: <https://developer.hashicorp.com/terraform/language/meta-arguments/for_each>,
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-role.html>.

use undeny_document::{Document, Format, MemberKind, Node, Piece, Role, Value};
use undeny_iam::arn::Arn;
use undeny_iam::evaluate::Request;
use undeny_iam::policy::{Bindings, Policy};

use crate::case::{Case, name_of, name_of_caller};
use crate::diagnosis::Plan;
use crate::holder::{self, Holders};
use crate::rules::is_made_up;
use crate::words::{self, code};

/// Who has a policy besides those that a plan's requests speak of.
#[derive(Debug, Default)]
pub(crate) struct Others {
    /// Roles and users by their names, groups in words.
    pub(crate) told: Vec<String>,
    /// The same, as new access names them: ARNs where the kind is known.
    pub(crate) named: Vec<String>,
}

/// A document's JSON is in a managed policy, and that is attached; one document may be in another.
const STEPS: usize = 4;

/// How many holders are looked for: a list is for people to read.
const MOST: usize = 40;

/// The policies that `plan` changes, with a sentence on each that others have too.
pub(crate) fn told(case: &Case<'_>, plan: &Plan) -> String {
    let mut text = String::new();
    let mut seen: Vec<usize> = Vec::new();
    for index in plan.changes.iter().map(|change| change.policy) {
        let others = others(case, index, &plan.requests).told;
        let Some(policy) = case.policies.get(index) else {
            continue;
        };
        if others.is_empty() || seen.contains(&index) {
            continue;
        }
        seen.push(index);
        let has = if others.len() == 1 { "has" } else { "have" };
        let others = words::list(&others);
        let name = words::policy(case, index);
        text.push_str(&if policy.role == Role::Trust {
            format!(
                " The {name} is not this role's alone: {others} {has} it too and will be opened to the same caller. A trust policy of its own \
                 would open this role only."
            )
        } else {
            format!(
                " The {name} is not the caller's alone: {others} {has} it too and will be allowed the same. A policy of its own would allow it \
                 to the caller only."
            )
        });
    }
    text
}

/// Who has the policy `index` besides the callers of `requests`, or besides the roles that they assume.
pub(crate) fn others(case: &Case<'_>, index: usize, requests: &[Request]) -> Others {
    let mut found = Others::default();
    let Some(policy) = case.policies.get(index) else {
        return found;
    };
    let is_trust = policy.role == Role::Trust;
    if !is_trust && policy.role != Role::Identity {
        return found;
    }
    let own: Vec<String> = requests
        .iter()
        // Whoever has it is everybody who has it.
        .filter(|request| is_trust || !is_made_up(&request.principal))
        .filter_map(|request| {
            if is_trust {
                Some(name_of(&request.resource).to_owned())
            } else {
                name_of_caller(&request.principal)
            }
        })
        .collect();
    let arns = requests.iter().map(|request| {
        if is_trust {
            &request.resource
        } else {
            &request.principal
        }
    });
    let place = arns
        .filter_map(|arn| Arn::parse(arn))
        .map(|arn| (arn.partition.to_owned(), arn.account.to_owned()))
        .next();
    if own.is_empty() {
        return found;
    }
    let documents = &case.reading.documents;
    let bindings = case.told.bindings(policy);
    let mut search = Search {
        documents,
        bindings,
        calls: Vec::new(),
        holders: Vec::new(),
        copies: Vec::new(),
    };
    search.begin(policy);
    search.copies.extend(aliases(case, policy));
    let held = Holders::new(documents).held(policy, bindings);
    for name in held.names {
        search.add("", name);
    }
    let is_own = |name: &str| own.iter().any(|own| holder::is(name, own));
    // The one role that a policy is written in is the one that is asked for, whatever the message calls it.
    if is_trust
        && search.holders.len() + search.copies.len() < 2
        && !search.holders.iter().any(|(_, name)| is_own(name))
    {
        return found;
    }
    for (kind, name) in &search.holders {
        if is_own(name) {
            continue;
        }
        found.told.push(code(name));
        found.named.push(match &place {
            Some((partition, account)) if !kind.is_empty() => {
                format!("arn:{partition}:iam::{account}:{kind}/{name}")
            }
            _ => name.clone(),
        });
    }
    let groups = held.groups.iter();
    let groups = groups.map(|group| format!("everybody in the group `{group}`"));
    for words in groups.chain(search.copies) {
        if !found.told.contains(&words) {
            found.named.push(words.replace('`', ""));
            found.told.push(words);
        }
    }
    found
}

/// The aliases in YAML that stand for what a policy is, or is in.
fn aliases(case: &Case<'_>, policy: &Policy) -> Option<String> {
    let document = case.reading.documents.get(policy.document)?;
    let text = case.texts.get(document.input)?;
    if !matches!(document.format, Format::Yaml | Format::CfnYaml) {
        return None;
    }
    let mut node = &document.root;
    for index in &policy.path {
        node = node.children().get(*index)?;
        let before = text.get(..node.span.start)?.trim_end();
        let own = node.span.text(text).split_whitespace().next();
        let anchor = before.rsplit(char::is_whitespace).next();
        let name = [anchor, own]
            .into_iter()
            .flatten()
            .find_map(|word| word.strip_prefix('&'));
        let Some(name) = name.filter(|name| !name.is_empty()) else {
            continue;
        };
        let is_alias = |word: &str| {
            let word = word.trim_matches([',', '[', ']', '{', '}']);
            word.strip_prefix('*') == Some(name)
        };
        if text.split_whitespace().any(is_alias) {
            return Some(format!("what `*{name}` stands in"));
        }
    }
    None
}

/// A block of Terraform, with the document that it stands in.
#[derive(Clone, Copy)]
struct Block<'a> {
    document: usize,
    kind: &'a str,
    label: &'a str,
    node: &'a Node,
}

struct Search<'a> {
    documents: &'a [Document],
    bindings: &'a Bindings,
    /// The calls of the module that the policy stands in.
    calls: Vec<Block<'a>>,
    /// Roles and users: what they are, where it is known, and their names.
    holders: Vec<(&'static str, String)>,
    /// Those whose names are not known, in words.
    copies: Vec<String>,
}

impl<'a> Search<'a> {
    fn add(&mut self, kind: &'static str, name: String) {
        let is_new = self.holders.iter().all(|(_, known)| *known != name);
        if is_new && !name.is_empty() && !name.contains('*') && self.holders.len() < MOST {
            self.holders.push((kind, name));
        }
    }

    fn begin(&mut self, policy: &Policy) {
        let Some(document) = self.documents.get(policy.document) else {
            return;
        };
        let members = document.root.as_map().map(|map| map.members.as_slice());
        let first = policy.path.first().and_then(|at| members?.get(*at));
        match document.format {
            Format::Hcl => {
                let Some(member) = first else { return };
                self.calls = self.calls_of(policy.document);
                if let MemberKind::Block(labels) = &member.kind
                    && let [kind, label] = labels.as_slice()
                {
                    let block = Block {
                        document: policy.document,
                        kind,
                        label,
                        node: &member.value,
                    };
                    self.block(block, STEPS);
                } else if member.key.text == "locals"
                    && let Some(map) = member.value.as_map()
                    && let Some(local) = policy.path.get(1).and_then(|at| map.members.get(*at))
                {
                    self.users_of(&format!("local.{}", local.key.text), STEPS);
                }
            }
            Format::CfnYaml | Format::CfnJson => self.template(&document.root, policy),
            _ => {
                if let Some(name) = &document.name {
                    self.users(STEPS, &|node| reads_file(node, name));
                }
            }
        }
    }

    /// The resources of Terraform, and its data.
    fn blocks(&self) -> impl Iterator<Item = Block<'a>> + use<'a> {
        self.documents
            .iter()
            .enumerate()
            .flat_map(|(index, document)| {
                let members = document.root.as_map().into_iter();
                members
                    .flat_map(|map| &map.members)
                    .filter_map(move |member| {
                        let MemberKind::Block(labels) = &member.kind else {
                            return None;
                        };
                        let (kind, label) = match labels.as_slice() {
                            [kind, label] => (kind.as_str(), label),
                            [label] if member.key.text == "module" => ("module", label),
                            _ => return None,
                        };
                        Some(Block {
                            document: index,
                            kind,
                            label,
                            node: &member.value,
                        })
                    })
            })
    }

    /// The calls of the module that a file is a part of.
    fn calls_of(&self, document: usize) -> Vec<Block<'a>> {
        let folder = |index: usize| {
            let name = self.documents.get(index)?.name.as_deref()?;
            Some(name.rsplit_once('/').map_or("", |(folder, _)| folder))
        };
        let Some(own) = folder(document) else {
            return Vec::new();
        };
        self.blocks()
            .filter(|block| block.kind == "module")
            .filter(|block| {
                let source = block.node.get("source").and_then(Node::as_str);
                source
                    .filter(|source| source.starts_with('.'))
                    .zip(folder(block.document))
                    .is_some_and(|(source, from)| joined(from, source) == joined("", own))
            })
            .collect()
    }

    /// The block has the policy.
    fn block(&mut self, block: Block<'a>, steps: usize) {
        match block.kind {
            "aws_iam_role" => self.maker("role", block),
            "aws_iam_user" => self.maker("user", block),
            "aws_iam_role_policy"
            | "aws_iam_role_policy_attachment"
            | "aws_iam_user_policy"
            | "aws_iam_user_policy_attachment"
            | "aws_iam_policy_attachment" => {
                for key in ["role", "roles", "user", "users"] {
                    let kind = if key.starts_with('r') { "role" } else { "user" };
                    let nodes = block.node.get(key).into_iter();
                    for node in nodes.flat_map(Node::one_or_many) {
                        self.holder(kind, node, block);
                    }
                }
            }
            "aws_iam_policy" => {
                self.users_of(&format!("aws_iam_policy.{}.arn", block.label), steps)
            }
            "aws_iam_policy_document" => {
                let data = format!("data.aws_iam_policy_document.{}.json", block.label);
                self.users_of(&data, steps);
            }
            _ => {}
        }
    }

    /// Whoever has what `expression` stands for, or one of its copies.
    fn users_of(&mut self, expression: &str, steps: usize) {
        self.users(steps, &|node| {
            reference(node).is_some_and(|found| without_index(found) == expression)
        });
    }

    fn users(&mut self, steps: usize, is_it: &dyn Fn(&Node) -> bool) {
        let Some(steps) = steps.checked_sub(1) else {
            return;
        };
        const KEYS: &[&str] = &[
            "assume_role_policy",
            "managed_policy_arns",
            "override_policy_documents",
            "policy",
            "policy_arn",
            "source_policy_documents",
        ];
        for block in self.blocks() {
            let mut nodes = KEYS
                .iter()
                .filter_map(|key| block.node.get(key))
                .flat_map(Node::one_or_many);
            if nodes.any(is_it) {
                self.block(block, steps);
            }
        }
    }

    /// The block makes a role or user.
    fn maker(&mut self, kind: &'static str, block: Block<'a>) {
        match block.node.get("name") {
            Some(name) => self.holder(kind, name, block),
            None => self.copies_of(kind, None, block),
        }
    }

    /// `node` names who has the policy, in `block`.
    fn holder(&mut self, kind: &'static str, node: &'a Node, block: Block<'a>) {
        if let Some(expression) = reference(node)
            && !self.bindings.contains_key(expression)
        {
            let expression = without_index(expression);
            let mut parts = expression.split('.');
            let meant = (parts.next(), parts.next());
            let maker = self
                .blocks()
                .find(|other| (Some(other.kind), Some(other.label)) == meant);
            if let Some(maker) = maker
                && matches!(maker.kind, "aws_iam_role" | "aws_iam_user")
            {
                return self.maker(kind, maker);
            }
        }
        let Some(names) = self.names(node, block) else {
            return self.copies_of(kind, Some(node), block);
        };
        for name in names {
            self.add(kind, name);
        }
    }

    /// Copies of a block whose names are not told: `name` makes them, or they have none of their own.
    fn copies_of(&mut self, kind: &str, name: Option<&Node>, block: Block<'_>) {
        // Two of one name there cannot be, so what has no part of a copy in its name is there once or not at all.
        let tells = |part: &str| name.is_none_or(|name| refers_to(name, part));
        let key = [("for_each", "each."), ("count", "count.index")]
            .into_iter()
            .filter(|(_, part)| tells(part))
            .filter_map(|(key, _)| Some((key, block.node.get(key)?)))
            .find(|(_, times)| !refers_to(times, "?"))
            .map(|(key, _)| key);
        let words = match key {
            Some(key) => format!(
                "every other {kind} of `{}.{}` (`{key}`)",
                block.kind, block.label
            ),
            None if self.calls.len() > 1 => {
                let calls: Vec<String> = self.calls.iter().map(|call| code(call.label)).collect();
                format!("every {kind} of the modules {}", words::list(&calls))
            }
            None => return,
        };
        if !self.copies.contains(&words) {
            self.copies.push(words);
        }
    }

    /// The values of `node`, one for each copy of `block`; `None` where the text does not tell them.
    fn names(&self, node: &Node, block: Block<'_>) -> Option<Vec<String>> {
        let alone;
        let pieces = match &node.value {
            Value::Text(text) => text.pieces(),
            Value::Opaque { expression } => {
                alone = [Piece::Reference(expression.clone())];
                &alone
            }
            _ => return None,
        };
        let mut names = vec![String::new()];
        for piece in pieces {
            let values = match piece {
                Piece::Literal(text) => vec![text.clone()],
                Piece::Reference(reference) => self.values(reference, block)?,
            };
            // Two references of one copy go together.
            names = if names.len() == values.len() {
                let pairs = names.iter().zip(&values);
                pairs
                    .map(|(name, value)| format!("{name}{value}"))
                    .collect()
            } else {
                let all = names
                    .iter()
                    .flat_map(|name| values.iter().map(move |value| format!("{name}{value}")));
                all.take(MOST).collect()
            };
        }
        Some(names)
    }

    /// What a reference stands for in each copy of `block`.
    fn values(&self, reference: &str, block: Block<'_>) -> Option<Vec<String>> {
        let each = || block.node.get("for_each");
        match reference {
            "each.key" => self.items(each()?, true),
            "each.value" => self.items(each()?, false),
            "count.index" => match &block.node.get("count")?.value {
                Value::Number(number) => {
                    let count: usize = number.parse().ok()?;
                    Some((0..count.min(MOST)).map(|at| at.to_string()).collect())
                }
                _ => None,
            },
            _ => {
                if let Some(list) = reference.strip_suffix("[count.index]") {
                    return self.items(self.local(list)?, false);
                }
                if let Some(name) = reference.strip_prefix("var.")
                    && !self.calls.is_empty()
                {
                    let given = |call: &Block<'a>| match &call.node.get(name)?.value {
                        Value::Text(text) => text.literal().map(str::to_owned),
                        _ => None,
                    };
                    return self.calls.iter().map(given).collect();
                }
                Some(vec![self.bindings.get(reference)?.clone()])
            }
        }
    }

    /// The node of `local.x`.
    fn local(&self, expression: &str) -> Option<&'a Node> {
        let name = expression.strip_prefix("local.")?;
        self.documents
            .iter()
            .filter_map(|document| document.root.as_map())
            .flat_map(|map| &map.members)
            .filter(|member| member.key.text == "locals")
            .find_map(|member| member.value.get(name))
    }

    /// The strings of a set, a list or a map, or a map's keys.
    fn items(&self, node: &'a Node, keys: bool) -> Option<Vec<String>> {
        match &node.value {
            Value::Call { name, arguments } if matches!(name.as_str(), "toset" | "tolist") => {
                self.items(arguments.first()?, keys)
            }
            Value::Opaque { expression } => match &self.local(expression)?.value {
                // One step: a local may be made of another, or of itself.
                Value::Opaque { .. } => None,
                Value::Call { arguments, .. }
                    if !matches!(
                        arguments.first().map(|first| &first.value),
                        Some(Value::List(_))
                    ) =>
                {
                    None
                }
                _ => self.items(self.local(expression)?, keys),
            },
            Value::Map(map) if keys => {
                let members = map.members.iter();
                Some(members.map(|member| member.key.text.clone()).collect())
            }
            Value::Map(_) | Value::List(_) => {
                let nodes = node.children();
                nodes.map(|node| node.as_str().map(str::to_owned)).collect()
            }
            _ => None,
        }
    }

    /// The roles and users of a template that name the managed policy.
    fn template(&mut self, root: &'a Node, policy: &Policy) {
        let Some(resources) = root.get("Resources").and_then(Node::as_map) else {
            return;
        };
        let Some(own) = policy.path.get(1).and_then(|at| resources.members.get(*at)) else {
            return;
        };
        let wanted = format!("Ref:{}", own.key.text);
        for resource in &resources.members {
            let arns = resource
                .value
                .get("Properties")
                .and_then(|properties| properties.get("ManagedPolicyArns"));
            let mut arns = arns.into_iter().flat_map(Node::one_or_many);
            if !arns.any(|arn| reference(arn) == Some(&wanted)) {
                continue;
            }
            let (id, kind) = (&resource.key.text, holder::kind_of(&resource.value));
            if kind == Some("AWS::IAM::Group") {
                self.copies.push(format!("everybody in the group `{id}`"));
            } else if let Some(name) = holder::template_name(id, &resource.value, self.bindings) {
                let is_user = kind == Some("AWS::IAM::User");
                self.add(if is_user { "user" } else { "role" }, name);
            }
        }
    }
}

/// What a node is a reference to, if nothing else stands in it.
fn reference(node: &Node) -> Option<&str> {
    match &node.value {
        Value::Opaque { expression } => Some(expression),
        Value::Text(text) => match text.pieces() {
            [Piece::Reference(expression)] => Some(expression),
            _ => None,
        },
        _ => None,
    }
}

/// Whether an expression in a node has `part` in it.
fn refers_to(node: &Node, part: &str) -> bool {
    match &node.value {
        Value::Opaque { expression } => expression.contains(part),
        Value::Text(text) => text.pieces().iter().any(
            |piece| matches!(piece, Piece::Reference(expression) if expression.contains(part)),
        ),
        _ => false,
    }
}

/// Whether a node reads the file `name`: `file("${path.module}/policies/x.json")`.
fn reads_file(node: &Node, name: &str) -> bool {
    let Value::Call {
        name: function,
        arguments,
    } = &node.value
    else {
        return false;
    };
    if !matches!(function.as_str(), "file" | "templatefile") {
        return false;
    }
    let Some(Value::Text(path)) = arguments.first().map(|first| &first.value) else {
        return false;
    };
    let Some(Piece::Literal(path)) = path.pieces().last() else {
        return false;
    };
    let path = path.trim_start_matches(['.', '/']);
    !path.is_empty()
        && name
            .strip_suffix(path)
            .is_some_and(|before| before.is_empty() || before.ends_with('/'))
}

/// A reference to one copy as a reference to all: `aws_iam_role.x[each.key].id` is `aws_iam_role.x.id`.
fn without_index(expression: &str) -> String {
    let mut depth = 0_usize;
    let mut plain = String::new();
    for letter in expression.chars() {
        match letter {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            _ if depth == 0 => plain.push(letter),
            _ => {}
        }
    }
    plain
}

/// The folder at `path`, as seen from `folder`.
fn joined<'p>(folder: &'p str, path: &'p str) -> Vec<&'p str> {
    let mut parts: Vec<&str> = Vec::new();
    for part in folder.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            _ => parts.push(part),
        }
    }
    parts
}
