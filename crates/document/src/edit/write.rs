//! New values as text in a given hand.

use undeny_text::Span;

use super::hand::{Hand, quotes_of};
use super::{New, NewMember};
use crate::formats::{cloudformation, json, yaml};
use crate::{Piece, Syntax, Text};

/// `new` as text. Its first line goes where it is put; its other lines begin with `indent`.
pub(super) fn value(new: &New, hand: &Hand, indent: &str, tall: bool) -> Result<String, String> {
    if matches!(hand.syntax, Syntax::YamlBlock | Syntax::YamlFlow) {
        return yaml_value(new, hand, indent, false);
    }
    match new {
        New::Text(content) => Ok(text(&Text::from_literal(content.clone()), hand)?),
        New::Template(content) => text(content, hand),
        New::Reference(expression) => reference(expression, hand),
        New::Bool(content) => Ok(content.to_string()),
        New::List(items) => list(items, hand, indent, tall),
        New::Map(members) => map(members, hand, indent, tall),
    }
}

/// A string in the quotes of the hand.
fn text(content: &Text, hand: &Hand) -> Result<String, String> {
    let mut raw = String::new();
    for piece in content.pieces() {
        match piece {
            Piece::Literal(literal) => {
                let quoted = json::quote(literal);
                let inside = quoted
                    .strip_prefix('"')
                    .and_then(|rest| rest.strip_suffix('"'))
                    .unwrap_or_default();
                if hand.sub {
                    raw.push_str(&inside.replace("${", "${!"));
                } else if hand.template {
                    raw.push_str(&inside.replace("${", "$${").replace("%{", "%%{"));
                } else {
                    raw.push_str(inside);
                }
            }
            Piece::Reference(expression) => {
                if hand.template {
                    raw.push_str("${");
                    raw.push_str(expression);
                    raw.push('}');
                } else if hand.sub
                    && let Some(("Ref" | "GetAtt", target)) = cloudformation::parts(expression)
                {
                    raw.push_str("${");
                    raw.push_str(target);
                    raw.push('}');
                } else if cloudformation::parts(expression).is_some() {
                    let template = json::quote(&cloudformation::template(content)?);
                    let colon = hand.json_colon();
                    return Ok(braced(&format!("\"Fn::Sub\"{colon}{template}"), hand));
                } else {
                    return Err("a reference cannot be written in plain JSON".to_owned());
                }
            }
        }
    }
    Ok(format!("\"{raw}\""))
}

fn reference(expression: &str, hand: &Hand) -> Result<String, String> {
    if hand.syntax == Syntax::Hcl {
        return Ok(expression.to_owned());
    }
    if !hand.template
        && !hand.sub
        && let Some((name, target)) = cloudformation::parts(expression)
    {
        let colon = hand.json_colon();
        let written = match (name, target.split_once('.')) {
            ("GetAtt", Some((resource, attribute))) => format!(
                "\"Fn::GetAtt\"{colon}[{}{}{}]",
                json::quote(resource),
                hand.comma(),
                json::quote(attribute)
            ),
            ("Ref", _) => format!("\"Ref\"{colon}{}", json::quote(target)),
            _ => format!("\"Fn::{name}\"{colon}{}", json::quote(target)),
        };
        return Ok(braced(&written, hand));
    }
    text(
        &Text::new(vec![Piece::Reference(expression.to_owned())]),
        hand,
    )
}

/// In braces on one line.
fn braced(inside: &str, hand: &Hand) -> String {
    if hand.padded && (!hand.compact || hand.syntax == Syntax::YamlFlow) {
        format!("{{ {inside} }}")
    } else {
        format!("{{{inside}}}")
    }
}

fn list(items: &[New], hand: &Hand, indent: &str, tall: bool) -> Result<String, String> {
    let maps = items.iter().any(|item| matches!(item, New::Map(_)));
    let long = items.len() > 1 || hand.syntax != Syntax::Hcl;
    let over_lines = tall && !items.is_empty() && (maps || (hand.tall_lists && long));
    if !over_lines {
        let written = items
            .iter()
            .map(|item| value(item, hand, indent, false))
            .collect::<Result<Vec<_>, _>>()?;
        let joined = written.join(hand.comma());
        return Ok(if hand.padded_lists && !joined.is_empty() {
            format!("[ {joined} ]")
        } else {
            format!("[{joined}]")
        });
    }
    let inner = format!("{indent}{}", hand.unit);
    let mut written = "[".to_owned();
    for (index, item) in items.iter().enumerate() {
        written.push_str(hand.newline);
        written.push_str(&inner);
        written.push_str(&value(item, hand, &inner, true)?);
        if index + 1 < items.len() || (hand.trailing_commas && hand.syntax == Syntax::Hcl) {
            written.push(',');
        }
    }
    written.push_str(hand.newline);
    written.push_str(indent);
    written.push(']');
    Ok(written)
}

fn map(members: &[NewMember], hand: &Hand, indent: &str, tall: bool) -> Result<String, String> {
    if members.is_empty() {
        return Ok("{}".to_owned());
    }
    if !tall {
        let written = members
            .iter()
            .map(|new| member(new, hand, indent, false, 0))
            .collect::<Result<Vec<_>, _>>()?;
        let joined = written.join(hand.comma());
        return Ok(braced(&joined, hand));
    }
    let inner = format!("{indent}{}", hand.unit);
    let widths = super::align::new_widths(members, hand);
    let mut written = "{".to_owned();
    for (index, new) in members.iter().enumerate() {
        written.push_str(hand.newline);
        written.push_str(&inner);
        written.push_str(&member(
            new,
            hand,
            &inner,
            true,
            widths.get(index).copied().unwrap_or(0),
        )?);
        if index + 1 < members.len() && (hand.syntax != Syntax::Hcl || hand.commas) {
            written.push(',');
        }
    }
    written.push_str(hand.newline);
    written.push_str(indent);
    written.push('}');
    Ok(written)
}

/// `key: value`, with the key padded to `width` where a `=` has to stand in its column.
pub(super) fn member(
    new: &NewMember,
    hand: &Hand,
    indent: &str,
    tall: bool,
    width: usize,
) -> Result<String, String> {
    if new.block {
        let New::Map(members) = &new.value else {
            return Err("a block needs a body".to_owned());
        };
        let plain = Hand {
            colon: None,
            quoted_keys: false,
            commas: false,
            ..hand.clone()
        };
        return Ok(format!(
            "{} {}",
            new.key,
            map(members, &plain, indent, true)?
        ));
    }
    let tall = tall && !(hand.wide_maps && matches!(new.value, New::Map(_)));
    let written = value(&new.value, hand, indent, tall)?;
    if hand.syntax == Syntax::Hcl {
        let key = if hand.quoted_keys {
            quoted_key(&new.key)
        } else {
            hcl_key(&new.key)
        };
        return Ok(hand.colon.as_ref().map_or_else(
            || format!("{key:<width$} = {written}"),
            |colon| format!("{key}{colon}{written}"),
        ));
    }
    if hand.syntax == Syntax::YamlFlow {
        return Ok(format!("{}: {written}", yaml_key(&new.key, hand)));
    }
    let colon = hand.json_colon();
    let key = if is_quoted(&new.key) {
        new.key.clone()
    } else {
        json::quote(&new.key)
    };
    Ok(format!("{key}{colon}{written}"))
}

/// Whether a key comes as the text writes it, with its quotes: one that a template fills in.
fn is_quoted(key: &str) -> bool {
    key.len() > 1 && key.starts_with('"') && key.ends_with('"')
}

fn quoted_key(key: &str) -> String {
    if is_quoted(key) {
        return key.to_owned();
    }
    json::quote(key).replace("${", "$${").replace("%{", "%%{")
}

/// A key as HCL writes it: bare where that is a name.
pub(super) fn hcl_key(key: &str) -> String {
    let bare = key
        .chars()
        .all(|character| character.is_ascii_alphanumeric() || character == '_' || character == '-')
        && key.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
    if bare {
        key.to_owned()
    } else {
        quoted_key(key)
    }
}

/// `name` in the quotes of the key at `span`.
pub(super) fn key(text: &str, span: Span, name: &str, syntax: Syntax) -> String {
    let quoted = span.text(text).starts_with('"');
    match syntax {
        Syntax::Hcl if quoted => quoted_key(name),
        Syntax::Hcl => hcl_key(name),
        Syntax::YamlBlock => yaml::scalar(name, quotes_of(text, span), false),
        Syntax::YamlFlow => yaml::scalar(name, quotes_of(text, span), true),
        _ => json::quote(name),
    }
}

/// A key as the keys around are written.
pub(super) fn yaml_key(key: &str, hand: &Hand) -> String {
    yaml::scalar(key, hand.key_quotes, hand.syntax == Syntax::YamlFlow)
}

/// `new` as YAML. `tall`: by indentation, where that is the hand; its lines begin with `indent`, the first one too.
pub(super) fn yaml_value(
    new: &New,
    hand: &Hand,
    indent: &str,
    tall: bool,
) -> Result<String, String> {
    let flow = hand.syntax == Syntax::YamlFlow;
    let scalar = |content: &str| {
        let quotes = if content.contains(':') {
            hand.name_quotes
        } else {
            hand.quotes
        };
        yaml::scalar(content, quotes, flow)
    };
    match new {
        New::Text(content) => Ok(scalar(content)),
        New::Template(content) => {
            if let Some(literal) = content.literal() {
                return Ok(scalar(literal));
            }
            let template = cloudformation::template(content)?;
            Ok(format!(
                "!Sub {}",
                yaml::scalar(&template, hand.sub_quotes, flow)
            ))
        }
        New::Reference(expression) => match cloudformation::parts(expression) {
            Some((name, target)) => Ok(format!(
                "!{name} {}",
                yaml::scalar(target, yaml::Quotes::Plain, false)
            )),
            None => Err(format!("`{expression}` cannot be written in YAML")),
        },
        New::Bool(content) => Ok(content.to_string()),
        New::List(items) => {
            let maps = items.iter().any(|item| matches!(item, New::Map(_)));
            if !tall || flow || items.is_empty() || (hand.flow_lists && !maps) {
                let inline = in_brackets(hand);
                let written = items
                    .iter()
                    .map(|item| yaml_value(item, &inline, indent, false))
                    .collect::<Result<Vec<_>, _>>()?;
                return Ok(format!("[{}]", written.join(", ")));
            }
            let inner = format!("{indent}  ");
            let mut lines = Vec::with_capacity(items.len());
            for item in items {
                let written = yaml_value(item, hand, &inner, true)?;
                lines.push(format!("{indent}- {}", written.trim_start()));
            }
            Ok(lines.join(hand.newline))
        }
        New::Map(members) => {
            if !tall || flow || members.is_empty() {
                let inline = in_brackets(hand);
                let written = members
                    .iter()
                    .map(|new| member(new, &inline, indent, false, 0))
                    .collect::<Result<Vec<_>, _>>()?;
                return Ok(if written.is_empty() {
                    "{}".to_owned()
                } else {
                    braced(&written.join(", "), hand)
                });
            }
            let mut lines = Vec::with_capacity(members.len());
            for new in members {
                lines.push(format!(
                    "{indent}{}",
                    super::block::member(new, hand, indent)?
                ));
            }
            Ok(lines.join(hand.newline))
        }
    }
}

fn in_brackets(hand: &Hand) -> Hand {
    Hand {
        syntax: Syntax::YamlFlow,
        ..hand.clone()
    }
}
