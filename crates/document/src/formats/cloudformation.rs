//! CloudFormation's functions, in the short form of YAML tags and the long form of objects with one key.
//!
//! What is text becomes text with references, a reference becomes [`Value::Opaque`], everything else a [`Value::Call`].
//! The forms of a reference: `Ref:Role`, `Ref:AWS::AccountId`, `GetAtt:Role.Arn`, `ImportValue:name`.

use crate::{Map, Member, Node, Piece, Text, Value};

/// Whether a mapping or document is a CloudFormation or SAM template.
pub(crate) fn is_template(root: &Node) -> bool {
    let Some(map) = root.as_map() else {
        return false;
    };
    if map.get("AWSTemplateFormatVersion").is_some() {
        return true;
    }
    let transform = map.get("Transform").is_some_and(|member| {
        member
            .value
            .one_or_many()
            .iter()
            .any(|name| name.as_str().is_some_and(|name| name.starts_with("AWS::")))
    });
    transform
        || map
            .get("Resources")
            .and_then(|member| member.value.as_map())
            .is_some_and(|resources| resources.members.iter().any(is_resource))
}

fn is_resource(member: &Member) -> bool {
    member
        .value
        .get("Type")
        .and_then(Node::as_str)
        .is_some_and(|kind| {
            kind.starts_with("AWS::") || kind.starts_with("Custom::") || kind.starts_with("Alexa::")
        })
}

/// Turn `{"Fn::Sub": ..}`, `{"Ref": ..}` and the like into what they stand for, below `node`.
pub(crate) fn long_forms(node: &mut Node) {
    match &mut node.value {
        Value::List(list) => list.items.iter_mut().for_each(long_forms),
        Value::Map(map) => map
            .members
            .iter_mut()
            .for_each(|member| long_forms(&mut member.value)),
        Value::Call { arguments, .. } => arguments.iter_mut().for_each(long_forms),
        Value::Embedded(root) => long_forms(root),
        _ => {}
    }
    if let Value::Map(Map { members }) = &node.value
        && let [only] = members.as_slice()
    {
        let name = match only.key.text.as_str() {
            "Ref" => Some("Ref"),
            key => key.strip_prefix("Fn::"),
        };
        if let Some(name) = name
            && name.starts_with(|first: char| first.is_ascii_alphabetic())
        {
            node.value = function(name, &only.value);
        }
    }
}

/// What the function `name` with this argument stands for.
pub(crate) fn function(name: &str, argument: &Node) -> Value {
    match name {
        "Ref" | "ImportValue" => {
            if let Some(target) = argument.as_str() {
                return Value::Opaque {
                    expression: format!("{name}:{target}"),
                };
            }
        }
        "GetAtt" => {
            if let Some(target) = attribute(argument) {
                return Value::Opaque {
                    expression: format!("GetAtt:{target}"),
                };
            }
        }
        "Sub" => {
            if let Some(value) = substitute(argument) {
                return value;
            }
        }
        "Join" => {
            if let Some(text) = join(argument) {
                return Value::Text(text);
            }
        }
        _ => {}
    }
    Value::Call {
        name: name.to_owned(),
        arguments: match &argument.value {
            Value::List(list) => list.items.clone(),
            _ => vec![argument.clone()],
        },
    }
}

/// `Role.Arn`, or `[Role, Arn]`.
fn attribute(argument: &Node) -> Option<String> {
    if let Some(target) = argument.as_str() {
        return target.contains('.').then(|| target.to_owned());
    }
    let names: Vec<&str> = argument
        .as_list()?
        .items
        .iter()
        .map(Node::as_str)
        .collect::<Option<_>>()?;
    (names.len() == 2).then(|| names.join("."))
}

fn substitute(argument: &Node) -> Option<Value> {
    match &argument.value {
        Value::Text(text) => Some(Value::Text(Text::new(pieces(text.literal()?, None)))),
        Value::Embedded(root) => {
            let mut root = root.clone();
            substitute_below(&mut root);
            Some(Value::Embedded(root))
        }
        Value::List(list) => {
            let [template, variables] = list.items.as_slice() else {
                return None;
            };
            Some(Value::Text(Text::new(pieces(
                template.as_str()?,
                variables.as_map(),
            ))))
        }
        _ => None,
    }
}

fn substitute_below(node: &mut Node) {
    match &mut node.value {
        Value::List(list) => list.items.iter_mut().for_each(substitute_below),
        Value::Map(map) => {
            for member in &mut map.members {
                if member.key.text.contains("${") {
                    member.key.text = pieces(&member.key.text, None)
                        .into_iter()
                        .map(|piece| match piece {
                            Piece::Literal(literal) => literal,
                            Piece::Reference(reference) => format!("${{{reference}}}"),
                        })
                        .collect();
                }
                substitute_below(&mut member.value);
            }
        }
        Value::Text(text) => {
            if let Some(literal) = text.literal() {
                node.value = Value::Text(Text::new(pieces(literal, None)));
            }
        }
        _ => {}
    }
}

/// The pieces of a `Sub` template; `${!x}` is the literal `${x}`.
fn pieces(template: &str, variables: Option<&Map>) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = template;
    while let Some((before, behind)) = rest.split_once("${") {
        push(&mut pieces, Piece::Literal(before.to_owned()));
        let Some((name, after)) = behind.split_once('}') else {
            push(&mut pieces, Piece::Literal(format!("${{{behind}")));
            return pieces;
        };
        let name = name.trim();
        if let Some(literal) = name.strip_prefix('!') {
            push(&mut pieces, Piece::Literal(format!("${{{literal}}}")));
        } else if let Some(variable) = variables.and_then(|map| map.get(name)) {
            match &variable.value.value {
                Value::Text(text) => text
                    .pieces()
                    .iter()
                    .cloned()
                    .for_each(|piece| push(&mut pieces, piece)),
                Value::Opaque { expression } => {
                    push(&mut pieces, Piece::Reference(expression.clone()))
                }
                _ => push(&mut pieces, Piece::Reference(format!("Ref:{name}"))),
            }
        } else if is_reference(name) {
            let kind = if name.contains('.') { "GetAtt" } else { "Ref" };
            push(&mut pieces, Piece::Reference(format!("{kind}:{name}")));
        } else {
            // `${aws:username}`: CloudFormation refuses it; what was meant is the IAM variable.
            push(&mut pieces, Piece::Literal(format!("${{{name}}}")));
        }
        rest = after;
    }
    push(&mut pieces, Piece::Literal(rest.to_owned()));
    pieces
}

fn is_reference(name: &str) -> bool {
    let plain = name.strip_prefix("AWS::").unwrap_or(name);
    !plain.is_empty()
        && plain.chars().all(|character| {
            character.is_ascii_alphanumeric() || character == '.' || character == '_'
        })
}

fn push(pieces: &mut Vec<Piece>, piece: Piece) {
    match (pieces.last_mut(), piece) {
        (_, Piece::Literal(literal)) if literal.is_empty() => {}
        (Some(Piece::Literal(last)), Piece::Literal(literal)) => last.push_str(&literal),
        (_, piece) => pieces.push(piece),
    }
}

/// `[separator, [part, ..]]` where every part is text or a reference.
fn join(argument: &Node) -> Option<Text> {
    let [separator, parts] = argument.as_list()?.items.as_slice() else {
        return None;
    };
    let separator = separator.as_str()?;
    let mut pieces = Vec::new();
    for (index, part) in parts.as_list()?.items.iter().enumerate() {
        if index > 0 {
            push(&mut pieces, Piece::Literal(separator.to_owned()));
        }
        match &part.value {
            Value::Text(text) => text
                .pieces()
                .iter()
                .cloned()
                .for_each(|piece| push(&mut pieces, piece)),
            Value::Opaque { expression } => push(&mut pieces, Piece::Reference(expression.clone())),
            Value::Number(number) => push(&mut pieces, Piece::Literal(number.clone())),
            _ => return None,
        }
    }
    Some(Text::new(pieces))
}

/// A reference as the short form of YAML writes it (`!Ref Role`), with its argument.
pub(crate) fn parts(expression: &str) -> Option<(&str, &str)> {
    let (name, target) = expression.split_once(':')?;
    matches!(name, "Ref" | "GetAtt" | "ImportValue").then_some((name, target))
}

/// A text with references as a `Sub` template.
pub(crate) fn template(text: &Text) -> Result<String, String> {
    let mut template = String::new();
    for piece in text.pieces() {
        match piece {
            Piece::Literal(literal) => template.push_str(&literal.replace("${", "${!")),
            Piece::Reference(expression) => match parts(expression) {
                Some(("Ref" | "GetAtt", target)) => {
                    template.push_str("${");
                    template.push_str(target);
                    template.push('}');
                }
                _ => return Err(format!("`{expression}` cannot be written into a text here")),
            },
        }
    }
    Ok(template)
}
