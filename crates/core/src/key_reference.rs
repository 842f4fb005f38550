//! Which reference of a template is the KMS key that a message names by its id: the one that what was called is encrypted with.
//!
//! A key's id is made when the key is, so no template tells it. What does is the queue, bucket or secret beside it that the caller may call.

use undeny_document::{MemberKind, Node, Piece, Value};
use undeny_iam::policy::Effect;

use crate::case::Case;
use crate::words::code;

/// Know the references that are the keys of the messages.
pub(crate) fn bind(case: &mut Case<'_>) {
    let mut found: Vec<(String, String)> = Vec::new();
    for (index, denial) in case.denials.iter().enumerate() {
        let key = denial.value.resource.as_deref().unwrap_or_default();
        let is_key =
            key.contains(":kms:") && key.contains(":key/") && !key.contains(['*', '\u{27e6}']);
        if !is_key || found.iter().any(|(_, known)| known == key) {
            continue;
        }
        let service = crate::rules::encrypting_service(case, index);
        if let Some(expression) = service.and_then(|service| reference(case, index, service)) {
            found.push((expression, key.to_owned()));
        }
    }
    found.retain(|(expression, key)| {
        let known = case.known();
        !known.contains_key(expression) && !known.values().any(|value| value == key)
    });
    for (expression, key) in found {
        case.taken.push(format!(
            "{} is taken for {}: what is called is encrypted with it",
            code(&crate::resolve::shown(&expression)),
            code(&key)
        ));
        case.know(expression, key);
    }
}

/// The ARN of the one key that what the caller may call of `service` is encrypted with.
fn reference(case: &Case<'_>, denial: usize, service: &str) -> Option<String> {
    let principal = case.denials.get(denial)?.value.principal.as_deref()?;
    let mut keys: Vec<String> = Vec::new();
    let mut is_any = false;
    for index in case.own_policies(principal) {
        let policy = case.policies.get(index)?;
        let root = &case.reading.documents.get(policy.document)?.root;
        let allowing = policy
            .statements
            .iter()
            .filter(|statement| statement.effect == Effect::Allow);
        for statement in allowing {
            let actions = statement.actions.iter().flat_map(|element| &element.items);
            let mut services = actions.map(|item| {
                let value = item.value().into_owned();
                value
                    .split(':')
                    .next()
                    .unwrap_or_default()
                    .to_ascii_lowercase()
            });
            if !services.any(|of| of == service) {
                continue;
            }
            // As it is written: what is known of it was put in.
            let resources = statement
                .resources
                .iter()
                .flat_map(|element| &element.items);
            for item in resources {
                let node = policy.node(root).and_then(|node| at(node, item.span))?;
                let called = first_reference(node)?;
                for key in keys_of(root, address(called)?) {
                    is_any = true;
                    if !keys.contains(&key) {
                        keys.push(key);
                    }
                }
            }
        }
    }
    match keys.as_slice() {
        [only] if is_any => Some(only.clone()),
        _ => None,
    }
}

fn at(node: &Node, span: undeny_text::Span) -> Option<&Node> {
    if node.span == span {
        return Some(node);
    }
    node.children()
        .filter(|child| child.span.contains(span))
        .find_map(|child| at(child, span))
}

fn first_reference(node: &Node) -> Option<&str> {
    match &node.value {
        Value::Opaque { expression } => Some(expression),
        Value::Text(text) => text.pieces().iter().find_map(|piece| match piece {
            Piece::Reference(expression) => Some(expression.as_str()),
            Piece::Literal(_) => None,
        }),
        _ => None,
    }
}

/// What an expression is an attribute of: `aws_sqs_queue.jobs`, a template's logical id.
fn address(expression: &str) -> Option<&str> {
    if let Some(id) = expression
        .strip_prefix("Ref:")
        .or_else(|| expression.strip_prefix("GetAtt:"))
    {
        return id.split('.').next();
    }
    let (address, _) = expression.rsplit_once('.')?;
    (address.matches('.').count() == 1).then_some(address)
}

/// The keys of what is declared there, and of what says of itself that it is about that: a bucket's encryption.
fn keys_of(root: &Node, called: &str) -> Vec<String> {
    let mut keys = Vec::new();
    for member in root.as_map().into_iter().flat_map(|map| &map.members) {
        match &member.kind {
            MemberKind::Block(labels) if member.key.text == "resource" => {
                let is_about = labels.join(".") == called
                    || member.value.as_map().is_some_and(|map| {
                        let mut attributes = map.members.iter();
                        attributes.any(|attribute| {
                            first_reference(&attribute.value).and_then(address) == Some(called)
                        })
                    });
                if is_about {
                    each_key(&member.value, root, &mut keys);
                }
            }
            _ if member.key.text == "Resources" => {
                if let Some(resource) = member.value.get(called) {
                    each_key(resource, root, &mut keys);
                }
            }
            _ => {}
        }
    }
    keys
}

/// The ARNs of the declared keys below `node`, by their references.
fn each_key(node: &Node, root: &Node, keys: &mut Vec<String>) {
    for member in node.as_map().into_iter().flat_map(|map| &map.members) {
        if member.key.text.to_ascii_lowercase().contains("kms")
            && let Some(expression) = first_reference(&member.value)
            && let Some(arn) = arn_of_key(expression, root)
        {
            keys.push(arn);
        }
    }
    for child in node.children() {
        each_key(child, root, keys);
    }
}

/// The reference to the ARN of the key that `expression` names, where `root` declares that.
fn arn_of_key(expression: &str, root: &Node) -> Option<String> {
    let address = address(expression)?;
    if let Some(label) = address.strip_prefix("aws_kms_key.") {
        let members = root.as_map().into_iter().flat_map(|map| &map.members);
        let is_declared = members.into_iter().any(|member| {
            matches!(&member.kind, MemberKind::Block(labels) if labels.as_slice() == ["aws_kms_key", label])
                && member.value.get("count").or_else(|| member.value.get("for_each")).is_none()
        });
        return is_declared.then(|| format!("{address}.arn"));
    }
    let kind = crate::holder::kind_of(root.get("Resources")?.get(address)?)?;
    (kind == "AWS::KMS::Key").then(|| format!("GetAtt:{address}.Arn"))
}
