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
    /// What a resource of Terraform attaches (`aws_iam_policy.x.arn`, `data.aws_iam_policy_document.x.json`), and that resource.
    attached: Vec<(&'a str, Block<'a>)>,
}

/// A block with two labels.
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
        for member in documents
            .iter()
            .filter_map(|document| document.root.as_map())
            .flat_map(|map| &map.members)
        {
            let MemberKind::Block(labels) = &member.kind else {
                continue;
            };
            let ([kind, label], "resource") = (labels.as_slice(), member.key.text.as_str()) else {
                continue;
            };
            let block = Block {
                kind,
                label,
                node: &member.value,
            };
            for key in ["assume_role_policy", "policy", "policy_arn"] {
                let expression = member.value.get(key).and_then(|node| match &node.value {
                    Value::Opaque { expression } => Some(expression.as_str()),
                    Value::Text(text) => match text.pieces() {
                        [Piece::Reference(expression)] => Some(expression.as_str()),
                        _ => None,
                    },
                    _ => None,
                });
                if let Some(expression) = expression {
                    attached.push((expression, block));
                }
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
        let mut found = Found {
            holders: self,
            bindings,
            names: Vec::new(),
        };
        if let Some(name) = self.said(policy) {
            found.add(Some(name.to_owned()));
            return found.names;
        }
        let Some(document) = self.documents.get(policy.document) else {
            return found.names;
        };
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
        found.names
    }
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

fn kind_of(resource: &Node) -> Option<&str> {
    resource.get("Type").and_then(Node::as_str)
}

/// The name of the role or user that a template's resource is, or that SAM makes for it.
fn template_name(id: &str, resource: &Node, bindings: &Bindings) -> Option<String> {
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
    names: Vec<String>,
}

impl Found<'_> {
    fn add(&mut self, name: Option<String>) {
        self.names
            .extend(name.filter(|name| !name.is_empty() && !name.contains('*')));
    }

    /// The block holds the policy.
    fn terraform(&mut self, block: Block<'_>, steps: usize) {
        let attribute = |name: &str| {
            let node = block.node.get(name)?;
            text(node, self.bindings)
        };
        let label = block.label;
        match block.kind {
            "aws_iam_role" | "aws_iam_user" => self.add(attribute("name")),
            "aws_iam_role_policy" | "aws_iam_role_policy_attachment" => {
                self.add(attribute("role"));
            }
            "aws_iam_user_policy" | "aws_iam_user_policy_attachment" => {
                self.add(attribute("user"));
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
        let property = |name: &str| resource.get("Properties")?.get(name);
        match kind_of(resource) {
            Some("AWS::IAM::Policy" | "AWS::IAM::ManagedPolicy") => {
                let holders: Vec<String> = ["Roles", "Users"]
                    .iter()
                    .filter_map(|key| property(key))
                    .flat_map(Node::one_or_many)
                    .filter_map(|node| {
                        text(node, self.bindings).or_else(|| match &node.value {
                            Value::Opaque { expression } => {
                                expression.strip_prefix("Ref:").map(str::to_owned)
                            }
                            _ => None,
                        })
                    })
                    .collect();
                self.names.extend(holders);
            }
            _ => self.add(template_name(id, resource, self.bindings)),
        }
    }
}

/// Whether a role or user called `caller` is the one that is known as `name`: CloudFormation makes `STACK-LOGICALID-RANDOM` of a logical id.
pub(crate) fn is(name: &str, caller: &str) -> bool {
    name == caller || (name.len() >= 3 && caller.split('-').any(|part| part == name))
}
