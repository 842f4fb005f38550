//! The first policy of a role, user or function: a list of `Policies` in a template, a resource of its own in Terraform, the statements of the role
//! that Serverless makes.
//!
//! Sources: <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-iam-role-policy.html>,
//! <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-function.html#sam-function-policies>,
//! <https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/iam_role_policy>,
//! <https://www.serverless.com/framework/docs/providers/aws/guide/iam>.

use undeny_document::edit::{self, New, NewBlock, NewMember, Refusal};
use undeny_document::{MemberKind, Node, Syntax, Value};
use undeny_text::Edit;

use super::{NewStatement, attribute, statement_members};

/// The type of a SAM function, whose policies have no names.
const FUNCTION: &str = "AWS::Serverless::Function";

/// The edits of `text` that give `node`, which stands at `path` below `root`, a policy of these statements. `dress` writes values with the document's
/// references.
pub(super) fn write(
    text: &str,
    (root, path, node): (&Node, &[usize], &Node),
    statements: &[NewStatement],
    dress: impl Fn(Vec<NewMember>) -> Vec<NewMember>,
) -> Result<Vec<Edit>, Refusal> {
    let lost = || Refusal {
        span: node.span,
        reason: "there is no place for a policy".to_owned(),
    };
    let first = statements.first().ok_or_else(lost)?;
    let name = first.sid.clone().unwrap_or_else(|| "Inline".to_owned());
    let scalars = prefers_scalars(root);
    let document = vec![
        attribute("Version", New::Text("2012-10-17".to_owned())),
        attribute(
            "Statement",
            New::List(
                statements
                    .iter()
                    .map(|statement| New::Map(dress(statement_members(statement, scalars))))
                    .collect(),
            ),
        ),
    ];
    let labels = path.first().and_then(|index| labels_at(root, *index));
    if let Some([kind, label]) = labels {
        let (holder, by) = match kind.as_str() {
            "aws_iam_role" => ("role", "id"),
            "aws_iam_user" => ("user", "name"),
            _ => return Err(lost()),
        };
        let service = first
            .actions
            .iter()
            .find_map(|action| action.split(':').next());
        let service = service.unwrap_or("inline").replace('-', "_");
        let kind_of_policy = format!("{kind}_policy");
        let own = free(format!("{label}_{service}"), |name| {
            has_block(root, &kind_of_policy, name)
        });
        let block = NewBlock {
            head: format!("resource \"{kind_of_policy}\" \"{own}\""),
            attributes: vec![
                attribute("name", New::Text(name)),
                attribute(holder, New::Reference(format!("{kind}.{label}.{by}"))),
            ],
            encoded: attribute("policy", New::Map(document)),
        };
        return edit::add_block(text, node, &block, encoded(root));
    }
    if root.get("service").is_some() {
        let (_, statements) = document.split_at(1);
        return in_service(text, node, statements).ok_or_else(lost)?;
    }
    let properties = node.get("Properties").ok_or_else(lost)?;
    let present = properties.get("Policies");
    let is_function = node.get("Type").and_then(Node::as_str) == Some(FUNCTION);
    let policy = if is_function {
        New::Map(document)
    } else {
        let name = free(name, |name| {
            let listed = present.into_iter().flat_map(Node::one_or_many);
            listed
                .filter_map(|policy| policy.get("PolicyName")?.as_str())
                .any(|taken| taken == name)
        });
        New::Map(vec![
            attribute("PolicyName", New::Text(name)),
            attribute("PolicyDocument", New::Map(document)),
        ])
    };
    let at = properties
        .as_map()
        .and_then(|map| map.members.iter().position(|it| it.key.text == "Policies"));
    match present {
        // An empty list in brackets gives its line to one by indentation.
        Some(list)
            if list.syntax == Syntax::YamlFlow
                && properties.syntax == Syntax::YamlBlock
                && list.as_list().is_some_and(|list| list.items.is_empty())
                && at.is_some_and(|at| at > 0) =>
        {
            let at = at.unwrap_or_default();
            let member = attribute("Policies", New::List(vec![policy]));
            let mut edits = edit::insert_members(text, properties, at.checked_sub(1), &[member])?;
            edits.extend(edit::remove(text, properties, at)?);
            Ok(edits)
        }
        Some(list) => edit::append(text, list, &[policy]),
        None => {
            let member = attribute("Policies", New::List(vec![policy]));
            edit::insert_members(text, properties, None, &[member])
        }
    }
}

/// The statements in the `provider` of a service of Serverless, `None` where its role is another's.
fn in_service(
    text: &str,
    provider: &Node,
    statements: &[NewMember],
) -> Option<Result<Vec<Edit>, Refusal>> {
    let written = |name: &str, value: Vec<NewMember>| attribute(name, New::Map(value));
    let list = statements.first()?.value.clone();
    let list = attribute("statements", list);
    let (node, member) = match provider.get("iam") {
        None => (provider, written("iam", vec![written("role", vec![list])])),
        Some(iam) => match iam.get("role") {
            None => (iam, written("role", vec![list])),
            Some(role) => (role, list),
        },
    };
    node.as_map()?;
    Some(edit::insert_members(text, node, None, &[member]))
}

fn labels_at(root: &Node, index: usize) -> Option<&[String; 2]> {
    match &root.as_map()?.members.get(index)?.kind {
        MemberKind::Block(labels) => labels.as_slice().try_into().ok(),
        MemberKind::Attribute => None,
    }
}

fn has_block(root: &Node, kind: &str, label: &str) -> bool {
    let members = root.as_map().into_iter().flat_map(|map| &map.members);
    members.into_iter().any(
        |member| matches!(&member.kind, MemberKind::Block(labels) if labels.as_slice() == [kind, label]),
    )
}

/// `name`, with a number where that is taken.
fn free(name: String, is_taken: impl Fn(&str) -> bool) -> String {
    if !is_taken(&name) {
        return name;
    }
    (2..)
        .map(|number| format!("{name}{number}"))
        .find(|name| !is_taken(name))
        .unwrap_or(name)
}

/// Each statement below `node`, in order of place.
fn statements<'n>(node: &'n Node, visit: &mut impl FnMut(&'n Node)) {
    if node.get("Effect").is_some() && node.get("Action").is_some() {
        return visit(node);
    }
    for child in node.children() {
        statements(child, visit);
    }
}

/// Whether the document's policies write a single action without a list.
fn prefers_scalars(root: &Node) -> bool {
    let (mut scalars, mut lists) = (0, 0);
    statements(
        root,
        &mut |statement| match statement.get("Action").map(|it| &it.value) {
            Some(Value::List(list)) if list.items.len() == 1 => lists += 1,
            Some(Value::Text(_)) => scalars += 1,
            _ => {}
        },
    );
    scalars >= lists
}

/// The last statement in Terraform's own objects, whose hand is to be copied.
fn encoded(root: &Node) -> Option<&Node> {
    let mut found = None;
    statements(root, &mut |statement| {
        let is_object = statement.inner().syntax == Syntax::Hcl;
        if is_object {
            found = Some(statement);
        }
    });
    found
}
