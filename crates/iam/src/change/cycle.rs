//! Whether a reference would make a template go round: a role whose policy names the key whose policy names the role is one that CloudFormation
//! refuses.
//!
//! Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/troubleshooting.html#troubleshooting-errors-circular-dependency>.

use undeny_document::{MemberKind, Node, Piece, Value};

/// Whether what `expression` names is made of what stands at `path` below `root`, which does not name it yet.
pub(super) fn leads_back(root: &Node, path: &[usize], expression: &str) -> bool {
    let (Some((holder, node)), Some(target)) = (holder(root, path), address(expression)) else {
        return false;
    };
    let mut own = Vec::new();
    named(node, &mut own);
    if own.contains(&target) {
        return false;
    }
    // SAM makes `<id>Role` of a function.
    let role = format!("{holder}Role");
    let mut seen: Vec<String> = vec![target];
    let mut at = 0;
    while let Some(name) = seen.get(at).cloned() {
        if name == holder || name == role {
            return true;
        }
        let mut names = Vec::new();
        if let Some(node) = declared(root, &name) {
            named(node, &mut names);
        }
        for name in names {
            if !seen.contains(&name) {
                seen.push(name);
            }
        }
        at += 1;
    }
    false
}

/// The address of what stands at `path`, and its node.
fn holder<'n>(root: &'n Node, path: &[usize]) -> Option<(String, &'n Node)> {
    let member = root.as_map()?.members.get(*path.first()?)?;
    match &member.kind {
        MemberKind::Block(labels) => {
            let address = labels.join(".");
            let is_data = member.key.text == "data";
            let address = if is_data {
                format!("data.{address}")
            } else {
                address
            };
            Some((address, &member.value))
        }
        MemberKind::Attribute if member.key.text == "Resources" => {
            let resource = member.value.as_map()?.members.get(*path.get(1)?)?;
            Some((resource.key.text.clone(), &resource.value))
        }
        MemberKind::Attribute => None,
    }
}

/// What an expression is an attribute of.
fn address(expression: &str) -> Option<String> {
    if let Some(id) = expression
        .strip_prefix("Ref:")
        .or_else(|| expression.strip_prefix("GetAtt:"))
    {
        return id.split('.').next().map(str::to_owned);
    }
    let parts = if expression.starts_with("data.") {
        3
    } else {
        2
    };
    let address: Vec<&str> = expression.split('.').take(parts).collect();
    (address.len() == parts).then(|| address.join("."))
}

fn declared<'n>(root: &'n Node, address: &str) -> Option<&'n Node> {
    if let Some(resource) = root.get("Resources").and_then(|all| all.get(address)) {
        return Some(resource);
    }
    let (data, address) = match address.strip_prefix("data.") {
        Some(rest) => ("data", rest),
        None => ("resource", address),
    };
    let members = &root.as_map()?.members;
    let it = members.iter().find(|member| {
        member.key.text == data
            && matches!(&member.kind, MemberKind::Block(labels) if labels.join(".") == address)
    })?;
    Some(&it.value)
}

/// The addresses that are named below `node`.
fn named(node: &Node, found: &mut Vec<String>) {
    let mut add = |expression: &str| {
        if let Some(address) = address(expression)
            && !found.contains(&address)
        {
            found.push(address);
        }
    };
    match &node.value {
        Value::Opaque { expression } => add(expression),
        Value::Text(text) => {
            for piece in text.pieces() {
                if let Piece::Reference(expression) = piece {
                    add(expression);
                }
            }
        }
        _ => {}
    }
    if let Some(waited_for) = node.get("DependsOn") {
        for id in waited_for.one_or_many().iter().filter_map(Node::as_str) {
            if !found.iter().any(|known| known == id) {
                found.push(id.to_owned());
            }
        }
    }
    for child in node.children() {
        named(child, found);
    }
}
