//! Whose identity policies are: the role or user that a template attaches a policy to, where it tells.
//!
//! Sources: <https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/iam_role_policy>,
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-policy.html>.

use undeny_document::{Document, MemberKind, Node, Piece, Value};
use undeny_iam::policy::{Bindings, Policy};

use crate::resolve::text;

/// What attaches a policy.
struct Attached<'a> {
    documents: &'a [Document],
    bindings: &'a Bindings,
    names: Vec<String>,
}

/// The names of the roles and users that have `policy`, as far as the documents tell; a name that a template leaves to CloudFormation is
/// its logical id.
pub(crate) fn names(documents: &[Document], bindings: &Bindings, policy: &Policy) -> Vec<String> {
    let mut attached = Attached {
        documents,
        bindings,
        names: Vec::new(),
    };
    if let Some(document) = documents.get(policy.document) {
        let mut node = &document.root;
        for (depth, index) in policy.path.iter().enumerate() {
            let Value::Map(map) = &node.value else { break };
            let Some(member) = map.members.get(*index) else {
                break;
            };
            match &member.kind {
                MemberKind::Block(labels) if depth == 0 => {
                    if let [kind, label] = labels.as_slice() {
                        attached.terraform(kind, label, &member.value);
                    }
                    break;
                }
                _ if depth == 1 => attached.template(&member.key.text, &member.value),
                _ => {}
            }
            node = &member.value;
        }
    }
    attached.names
}

impl Attached<'_> {
    fn add(&mut self, name: Option<String>) {
        self.names
            .extend(name.filter(|name| !name.is_empty() && !name.contains('*')));
    }

    /// The block of that kind and label holds the policy.
    fn terraform(&mut self, kind: &str, label: &str, block: &Node) {
        let attribute = |name: &str| block.get(name).and_then(|node| text(node, self.bindings));
        match kind {
            "aws_iam_role" | "aws_iam_user" => self.add(attribute("name")),
            "aws_iam_role_policy" | "aws_iam_role_policy_attachment" => {
                self.add(attribute("role"));
            }
            "aws_iam_user_policy" | "aws_iam_user_policy_attachment" => {
                self.add(attribute("user"));
            }
            "aws_iam_policy" => self.users_of(&format!("aws_iam_policy.{label}.arn"), "policy_arn"),
            "aws_iam_policy_document" => self.users_of(
                &format!("data.aws_iam_policy_document.{label}.json"),
                "policy",
            ),
            _ => {}
        }
    }

    /// Who has what `expression` stands for, where it stands under `key`.
    fn users_of(&mut self, expression: &str, key: &str) {
        let documents = self.documents;
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
            let refers = member.value.get(key).is_some_and(|node| match &node.value {
                Value::Opaque { expression: found } => found == expression,
                Value::Text(text) => text.pieces == [Piece::Reference(expression.to_owned())],
                _ => false,
            });
            if refers {
                self.terraform(kind, label, &member.value);
            }
        }
    }

    /// The resource of a template with that logical id holds the policy.
    fn template(&mut self, id: &str, resource: &Node) {
        let kind = resource.get("Type").and_then(Node::as_str);
        let property = |name: &str| resource.get("Properties")?.get(name);
        match kind {
            Some("AWS::IAM::Role" | "AWS::IAM::User") => {
                let name = property("RoleName")
                    .or_else(|| property("UserName"))
                    .and_then(|node| text(node, self.bindings));
                self.add(Some(name.unwrap_or_else(|| id.to_owned())));
            }
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
            _ => {}
        }
    }
}

/// Whether a role or user called `caller` is the one that is known as `name`: CloudFormation makes `STACK-LOGICALID-RANDOM` of a logical id.
pub(crate) fn is(name: &str, caller: &str) -> bool {
    name == caller || (name.len() >= 3 && caller.split('-').any(|part| part == name))
}
