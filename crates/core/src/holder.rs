//! Whose identity policies are: the role or user that a template attaches a policy to, or that AWS's own output names above it, where they tell.
//!
//! Sources: <https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/iam_role_policy>,
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-policy.html>,
//! <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources-function.html>,
//! <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRolePolicy.html>.

use undeny_document::{Document, MemberKind, Node, Piece, Value};
use undeny_iam::policy::{Bindings, Policy};

use crate::resolve::text;

/// What attaches policies, gathered once for all of them.
pub(crate) struct Holders<'a> {
    documents: &'a [Document],
    // INVARIANT: sorted by the expression.
    /// What a resource attaches (`aws_iam_policy.x.arn`, `data.aws_iam_policy_document.x.json`, `Ref:Policy`), and that resource.
    attached: Vec<(&'a str, Block<'a>)>,
}

/// The attributes of Terraform's resources by which they attach policies.
const ATTACHING: &[&str] = &[
    "assume_role_policy",
    "managed_policy_arns",
    "policy",
    "policy_arn",
];

/// The properties by which a template's roles, users, groups and functions take managed policies.
const TAKING: &[&str] = &["ManagedPolicyArns", "Policies"];

/// The kind of a [`Block`] that is a resource of a template.
const TEMPLATE: &str = "";

/// A block with two labels, or a resource of a template with its logical id.
#[derive(Clone, Copy)]
struct Block<'a> {
    kind: &'a str,
    label: &'a str,
    node: &'a Node,
}

/// A document's JSON is in a managed policy, and that is attached: further steps are none that Terraform knows, and might go round.
const STEPS: usize = 2;

impl<'a> Holders<'a> {
    pub(crate) fn new(documents: &'a [Document]) -> Self {
        let mut attached = Vec::new();
        let mut add = |kind, label, node: &'a Node, body: &'a Node, keys: &[&str]| {
            let nodes = keys.iter().filter_map(|key| body.get(key));
            for item in nodes.flat_map(Node::one_or_many) {
                let expression = match &item.value {
                    Value::Opaque { expression } => expression,
                    Value::Text(text) => match text.pieces() {
                        [Piece::Reference(expression)] => expression,
                        _ => continue,
                    },
                    _ => continue,
                };
                attached.push((expression.as_str(), Block { kind, label, node }));
            }
        };
        for member in documents
            .iter()
            .filter_map(|document| document.root.as_map())
            .flat_map(|map| &map.members)
        {
            let key = member.key.text.as_str();
            match (key, &member.kind) {
                ("resource", MemberKind::Block(labels)) => {
                    if let [kind, label] = labels.as_slice() {
                        add(kind, label, &member.value, &member.value, ATTACHING);
                    }
                }
                ("Resources", MemberKind::Attribute) => {
                    let resources = member.value.as_map();
                    for resource in resources.into_iter().flat_map(|map| &map.members) {
                        let (id, node) = (&resource.key.text, &resource.value);
                        let properties = node.get("Properties").unwrap_or(node);
                        add(TEMPLATE, id, node, properties, TAKING);
                    }
                }
                _ => {}
            }
        }
        attached.sort_by_key(|(expression, _)| *expression);
        Self {
            documents,
            attached,
        }
    }

    /// The name of the role or user of which AWS itself says that it has `policy`: `RoleName` or `UserName` beside or above it in what `GetRolePolicy`,
    /// `GetRole` or `GetAccountAuthorizationDetails` answer.
    pub(crate) fn said(&self, policy: &Policy) -> Option<&'a str> {
        let root = &self.documents.get(policy.document)?.root;
        // A template is no answer: what stands in it under `RoleName` may be made of other things, or be another's.
        if root.get("Resources").is_some() {
            return None;
        }
        let mut node = root;
        let mut said = None;
        for index in &policy.path {
            if let Value::Map(map) = &node.value {
                let is_block = |kind: &MemberKind| matches!(kind, MemberKind::Block(_));
                if map.members.iter().any(|member| is_block(&member.kind)) {
                    return None;
                }
                let named = ["RoleName", "UserName"]
                    .iter()
                    .find_map(|key| node.get(key));
                said = named.and_then(Node::as_str).or(said);
            }
            let Some(next) = node.children().get(*index) else {
                break;
            };
            node = next;
        }
        said
    }

    /// The names of the roles and users that have `policy`, as far as the documents tell; a name that a template leaves to CloudFormation
    /// is its logical id.
    pub(crate) fn of(&self, policy: &Policy, bindings: &Bindings) -> Vec<String> {
        self.held(policy, bindings).names
    }

    /// Who has `policy`, as far as the documents tell.
    pub(crate) fn held(&self, policy: &Policy, bindings: &Bindings) -> Held {
        let mut found = Found {
            holders: self,
            bindings,
            resources: None,
            held: Held::default(),
            is_open: false,
        };
        if let Some(name) = self.said(policy) {
            found.add(Some(name.to_owned()));
        } else {
            self.find(policy, &mut found);
        }
        found.held.is_sure = !found.is_open && !found.held.names.is_empty();
        found.held
    }

    /// The address of the block, or the logical id of the resource of a template, that `policy` stands in.
    pub(crate) fn address(&self, policy: &Policy) -> Option<String> {
        let map = self.documents.get(policy.document)?.root.as_map()?;
        match &map.members.get(*policy.path.first()?)?.kind {
            MemberKind::Block(labels) => Some(labels.join(".")),
            _ => self.label(policy).map(str::to_owned),
        }
    }

    /// What the block or the resource of a template is called that `policy` stands in.
    pub(crate) fn label(&self, policy: &Policy) -> Option<&'a str> {
        let map = self.documents.get(policy.document)?.root.as_map()?;
        let member = map.members.get(*policy.path.first()?)?;
        match &member.kind {
            MemberKind::Block(labels) => labels.last().map(String::as_str),
            _ if member.key.text == "Resources" => {
                let resources = member.value.as_map()?;
                let resource = resources.members.get(*policy.path.get(1)?)?;
                Some(&resource.key.text)
            }
            _ => None,
        }
    }

    fn find(&self, policy: &Policy, found: &mut Found<'a>) {
        let Some(document) = self.documents.get(policy.document) else {
            return;
        };
        found.resources = document.root.get("Resources");
        let mut node = &document.root;
        for (depth, index) in policy.path.iter().enumerate() {
            let Value::Map(map) = &node.value else { break };
            let Some(member) = map.members.get(*index) else {
                break;
            };
            match &member.kind {
                MemberKind::Block(labels) if depth == 0 => {
                    if let [kind, label] = labels.as_slice() {
                        let block = Block {
                            kind,
                            label,
                            node: &member.value,
                        };
                        found.terraform(block, STEPS);
                    }
                    break;
                }
                _ if depth == 1 => found.template(&member.key.text, &member.value),
                _ => {}
            }
            node = &member.value;
        }
    }
}

/// Who has a policy.
#[derive(Clone, Debug, Default)]
pub(crate) struct Held {
    /// The names of the roles and users.
    pub(crate) names: Vec<String>,
    /// The names of the groups.
    pub(crate) groups: Vec<String>,
    /// Whether the text itself says each name, and there is no group: nothing that is only known when it is deployed.
    pub(crate) is_sure: bool,
}

/// What makes a role or user.
pub(crate) enum Maker<'a> {
    /// A resource of Terraform: its type and its label.
    Terraform(&'a str, &'a str),
    /// The logical id of a template's resource.
    Template(&'a str),
    /// The logical id of a template's function, for which SAM makes a role.
    Function(&'a str),
}

/// What makes the role or user that is called `caller`, where the documents do: then a policy that another holds is not its own.
pub(crate) fn maker<'a>(
    documents: &'a [Document],
    bindings: &Bindings,
    caller: &str,
) -> Option<Maker<'a>> {
    documents
        .iter()
        .filter_map(|document| document.root.as_map())
        .flat_map(|map| &map.members)
        .find_map(|member| match &member.kind {
            MemberKind::Block(labels) => {
                let ([kind, label], "resource") = (labels.as_slice(), member.key.text.as_str())
                else {
                    return None;
                };
                let is_it = matches!(kind.as_str(), "aws_iam_role" | "aws_iam_user")
                    && text(member.value.get("name")?, bindings)? == caller;
                is_it.then_some(Maker::Terraform(kind, label))
            }
            _ if member.key.text == "Resources" => {
                let resources = &member.value.as_map()?.members;
                let it = resources.iter().find(|resource| {
                    template_name(&resource.key.text, &resource.value, bindings)
                        .is_some_and(|name| is(&name, caller))
                })?;
                Some(if kind_of(&it.value) == Some(FUNCTION) {
                    Maker::Function(&it.key.text)
                } else {
                    Maker::Template(&it.key.text)
                })
            }
            _ => None,
        })
}

const FUNCTION: &str = "AWS::Serverless::Function";

pub(crate) fn kind_of(resource: &Node) -> Option<&str> {
    resource.get("Type").and_then(Node::as_str)
}

/// The name of the role or user that a template's resource is, or that SAM makes for it.
pub(crate) fn template_name(id: &str, resource: &Node, bindings: &Bindings) -> Option<String> {
    let properties = resource.get("Properties");
    match kind_of(resource)? {
        "AWS::IAM::Role" | "AWS::IAM::User" => {
            let property = |name: &str| properties?.get(name).and_then(|node| text(node, bindings));
            let name = property("RoleName").or_else(|| property("UserName"));
            Some(name.unwrap_or_else(|| id.to_owned()))
        }
        // SAM makes `<id>Role` for what is not given one.
        FUNCTION | "AWS::Serverless::StateMachine"
            if properties.is_none_or(|properties| properties.get("Role").is_none()) =>
        {
            Some(format!("{id}Role"))
        }
        _ => None,
    }
}

/// The names found of one policy's holders.
struct Found<'a> {
    holders: &'a Holders<'a>,
    bindings: &'a Bindings,
    /// The resources of the template that the policy stands in.
    resources: Option<&'a Node>,
    held: Held,
    /// Whether somebody else may have it as well.
    is_open: bool,
}

impl Found<'_> {
    fn add(&mut self, name: Option<String>) {
        self.held
            .names
            .extend(name.filter(|name| !name.is_empty() && !name.contains('*')));
    }

    /// Each of these names one who has it.
    fn add_nodes<'n>(&mut self, nodes: impl Iterator<Item = &'n Node>) {
        for node in nodes {
            self.is_open |= !self.is_written(node);
            self.add(text(node, self.bindings));
        }
    }

    fn add_groups<'n>(&mut self, nodes: impl Iterator<Item = &'n Node>) {
        for node in nodes {
            self.is_open = true;
            self.held.groups.extend(text(node, self.bindings));
        }
    }

    /// Whether a name stands in the text: itself, or in the role or user of Terraform that is meant.
    fn is_written(&self, node: &Node) -> bool {
        let expression = match &node.value {
            Value::Text(text) => match text.pieces() {
                [Piece::Literal(_)] => return true,
                [Piece::Reference(expression)] => expression,
                _ => return false,
            },
            Value::Opaque { expression } => expression,
            _ => return false,
        };
        let mut parts = expression.split('.');
        let (Some(kind @ ("aws_iam_role" | "aws_iam_user")), Some(label), Some("id" | "name")) =
            (parts.next(), parts.next(), parts.next())
        else {
            return false;
        };
        let blocks = self
            .holders
            .documents
            .iter()
            .filter_map(|document| document.root.as_map())
            .flat_map(|map| &map.members);
        blocks
            .filter(|member| {
                member.key.text == "resource"
                    && matches!(&member.kind, MemberKind::Block(labels) if labels.as_slice() == [kind, label])
            })
            .filter_map(|member| member.value.get("name"))
            .any(|name| {
                matches!(&name.value, Value::Text(text) if matches!(text.pieces(), [Piece::Literal(_)]))
            })
    }

    /// The block holds the policy.
    fn terraform(&mut self, block: Block<'_>, steps: usize) {
        let nodes = |name: &str| {
            let node = block.node.get(name);
            node.into_iter().flat_map(Node::one_or_many)
        };
        let label = block.label;
        match block.kind {
            "aws_iam_role" | "aws_iam_user" => self.add_nodes(nodes("name")),
            "aws_iam_role_policy" | "aws_iam_role_policy_attachment" => {
                self.add_nodes(nodes("role"));
            }
            "aws_iam_user_policy" | "aws_iam_user_policy_attachment" => {
                self.add_nodes(nodes("user"));
            }
            "aws_iam_group_policy" | "aws_iam_group_policy_attachment" => {
                self.add_groups(nodes("group"));
            }
            "aws_iam_policy_attachment" => {
                self.add_nodes(nodes("roles").chain(nodes("users")));
                self.add_groups(nodes("groups"));
            }
            TEMPLATE => {
                // Another template may use the same logical ids, and a policy takes none: it might go round.
                let own = self.resources.and_then(|resources| resources.get(label));
                let is_policy = kind_of(block.node).is_some_and(|kind| kind.ends_with("Policy"));
                if own.is_some_and(|own| std::ptr::eq(own, block.node)) && !is_policy {
                    self.template(label, block.node);
                }
            }
            "aws_iam_policy" => self.users_of(&format!("aws_iam_policy.{label}.arn"), steps),
            "aws_iam_policy_document" => {
                self.users_of(&format!("data.aws_iam_policy_document.{label}.json"), steps);
            }
            _ => {}
        }
    }

    /// Who has what `expression` stands for.
    fn users_of(&mut self, expression: &str, steps: usize) {
        let Some(steps) = steps.checked_sub(1) else {
            return;
        };
        let attached = &self.holders.attached;
        let from = attached.partition_point(|(found, _)| *found < expression);
        let users = attached
            .iter()
            .skip(from)
            .take_while(|(found, _)| *found == expression);
        for (_, block) in users {
            self.terraform(*block, steps);
        }
    }

    /// The resource of a template with that logical id holds the policy.
    fn template(&mut self, id: &str, resource: &Node) {
        let nodes = |name: &str| {
            let node = resource.get("Properties").and_then(|node| node.get(name));
            node.into_iter().flat_map(Node::one_or_many)
        };
        match kind_of(resource) {
            Some("AWS::IAM::Policy" | "AWS::IAM::ManagedPolicy") => {
                self.add_named(nodes("Roles").chain(nodes("Users")));
                self.add_groups(nodes("Groups"));
                self.users_of(&format!("Ref:{id}"), STEPS);
            }
            Some("AWS::IAM::RolePolicy") => self.add_named(nodes("RoleName")),
            Some("AWS::IAM::UserPolicy") => self.add_named(nodes("UserName")),
            Some("AWS::IAM::GroupPolicy") => self.add_groups(nodes("GroupName")),
            Some("AWS::IAM::Group") => {
                self.is_open = true;
                self.held.groups.push(id.to_owned());
            }
            _ => {
                self.is_open |= !self.is_named(resource);
                self.add(template_name(id, resource, self.bindings));
            }
        }
    }

    /// Each of these names one who has it, or is a reference to what makes one.
    fn add_named<'n>(&mut self, nodes: impl Iterator<Item = &'n Node>) {
        for node in nodes {
            if let Some(name) = text(node, self.bindings) {
                self.is_open |= !self.is_written(node);
                self.add(Some(name));
                continue;
            }
            let id = match &node.value {
                Value::Opaque { expression } => expression.strip_prefix("Ref:"),
                _ => None,
            };
            let Some(id) = id else {
                self.is_open = true;
                continue;
            };
            let resource = self.resources.and_then(|resources| resources.get(id));
            let name = resource.and_then(|resource| template_name(id, resource, self.bindings));
            self.is_open |= !resource.is_some_and(|resource| self.is_named(resource));
            self.held.names.push(name.unwrap_or_else(|| id.to_owned()));
        }
    }

    /// Whether the text names the role or user that a template's resource makes.
    fn is_named(&self, resource: &Node) -> bool {
        let name = resource
            .get("Properties")
            .and_then(|node| node.get("RoleName").or_else(|| node.get("UserName")));
        name.is_some_and(|name| self.is_written(name))
    }
}

/// Whether a role or user called `caller` is the one that is known as `name`: CloudFormation makes `STACK-LOGICALID-RANDOM` of a logical id.
pub(crate) fn is(name: &str, caller: &str) -> bool {
    name == caller || (name.len() >= 3 && caller.split('-').any(|part| part == name))
}
