//! Random documents: policies in a random hand, and samples with random damage.

use proptest::prelude::*;
use undeny_document::edit::New;

use crate::laws::{Operation, attribute, check_spans, edit_law, operations_at};
use crate::plain::{nodes, read_named};
use crate::samples::SAMPLES;

/// How a random policy is written.
#[derive(Clone, Debug)]
struct Style {
    indent: usize,
    tabs: bool,
    tall: bool,
    compact: bool,
    trailing: bool,
    carriage: bool,
    comments: bool,
    hug: bool,
}

#[derive(Clone, Debug)]
struct Statement {
    actions: Vec<String>,
    resources: Vec<String>,
    condition: bool,
    single: bool,
}

fn style() -> impl Strategy<Value = Style> {
    (0..5_usize, any::<[bool; 7]>()).prop_map(|(indent, flags)| Style {
        indent: indent.max(1),
        tabs: flags[0],
        tall: flags[1],
        compact: flags[2],
        trailing: flags[3],
        carriage: flags[4],
        comments: flags[5],
        hug: flags[6],
    })
}

fn statements() -> impl Strategy<Value = Vec<Statement>> {
    let word = "[a-z0-9:*/${}.#,ü-]{1,12}";
    let statement = (
        prop::collection::vec(word, 0..4),
        prop::collection::vec(word, 1..4),
        any::<bool>(),
        any::<bool>(),
    )
        .prop_map(|(actions, resources, condition, single)| Statement {
            actions,
            resources,
            condition,
            single,
        });
    prop::collection::vec(statement, 1..4)
}

fn unit(style: &Style) -> String {
    if style.tabs {
        "\t".to_owned()
    } else {
        " ".repeat(style.indent)
    }
}

fn json(statements: &[Statement], style: &Style) -> String {
    if style.compact {
        let written: Vec<String> = statements
            .iter()
            .map(|statement| {
                format!(
                    "{{\"Effect\":\"Allow\",\"Action\":{},\"Resource\":{}}}",
                    json_list(&statement.actions, statement.single, style, ""),
                    json_list(&statement.resources, statement.single, style, "")
                )
            })
            .collect();
        return format!(
            "{{\"Version\":\"2012-10-17\",\"Statement\":[{}]}}",
            written.join(",")
        );
    }
    let unit = unit(style);
    let mut text = format!("{{\n{unit}\"Version\": \"2012-10-17\",\n{unit}\"Statement\": [");
    let outer = if style.hug {
        unit.clone()
    } else {
        unit.repeat(2)
    };
    let inner = format!("{outer}{unit}");
    for (index, statement) in statements.iter().enumerate() {
        if index > 0 {
            text.push_str(if style.hug { ", " } else { "," });
        }
        if !style.hug {
            text.push('\n');
            text.push_str(&outer);
        }
        text.push_str("{\n");
        text.push_str(&format!(
            "{inner}\"Effect\": \"Allow\",{}\n",
            if style.comments { " // why" } else { "" }
        ));
        text.push_str(&format!(
            "{inner}\"Action\": {},\n",
            json_list(&statement.actions, statement.single, style, &inner)
        ));
        text.push_str(&format!(
            "{inner}\"Resource\": {}",
            json_list(&statement.resources, statement.single, style, &inner)
        ));
        if statement.condition {
            text.push_str(&format!(
                ",\n{inner}\"Condition\": {{ \"Bool\": {{ \"k\": \"true\" }} }}"
            ));
        }
        if style.trailing {
            text.push(',');
        }
        if style.comments {
            text.push_str(" // last");
        }
        text.push_str(&format!("\n{outer}}}"));
    }
    if !style.hug {
        text.push('\n');
        text.push_str(&unit);
    }
    text.push_str("]\n}");
    text
}

fn json_list(items: &[String], single: bool, style: &Style, indent: &str) -> String {
    let quoted: Vec<String> = items.iter().map(|item| format!("\"{item}\"")).collect();
    if single && quoted.len() == 1 {
        return quoted[0].clone();
    }
    if style.compact {
        return format!("[{}]", quoted.join(","));
    }
    if !style.tall || quoted.is_empty() {
        return format!("[{}]", quoted.join(", "));
    }
    let inner = format!("{indent}{}", unit(style));
    let comma = if style.trailing { "," } else { "" };
    format!(
        "[\n{inner}{}{comma}\n{indent}]",
        quoted.join(&format!(",\n{inner}"))
    )
}

fn yaml(statements: &[Statement], style: &Style) -> String {
    let quote = |item: &String| format!("\"{item}\"");
    let step = " ".repeat(style.indent + 1);
    let list = |key: &str, items: &[String], single: bool| {
        let indent = if style.hug {
            "    ".to_owned()
        } else {
            format!("    {step}")
        };
        if single && items.len() == 1 {
            return format!(
                "    {key}: {}{}\n",
                quote(&items[0]),
                if style.comments { " # c" } else { "" }
            );
        }
        if !style.tall || items.is_empty() {
            return format!(
                "    {key}: [{}]\n",
                items.iter().map(quote).collect::<Vec<_>>().join(", ")
            );
        }
        let mut text = format!("    {key}:\n");
        for item in items {
            text.push_str(&format!(
                "{indent}- {}{}\n",
                quote(item),
                if style.comments { " # c" } else { "" }
            ));
        }
        text
    };
    let mut text = "Statement:\n".to_owned();
    for statement in statements {
        text.push_str("  - Effect: Allow\n");
        text.push_str(&list("Action", &statement.actions, statement.single));
        text.push_str(&list("Resource", &statement.resources, statement.single));
        if statement.condition {
            text.push_str("    Condition:\n      Bool:\n        k: 'true'\n");
        }
    }
    text
}

fn hcl(statements: &[Statement], style: &Style) -> String {
    let escape = |items: &[String]| -> Vec<String> {
        items
            .iter()
            .map(|item| item.replace("${", "$${").replace("%{", "%%{"))
            .collect()
    };
    let flat = Style {
        compact: false,
        tabs: false,
        ..style.clone()
    };
    let mut text = "data \"aws_iam_policy_document\" \"d\" {\n".to_owned();
    for statement in statements {
        text.push_str("  statement {\n");
        if style.comments {
            text.push_str("    # why\n    effect    = \"Allow\" # here\n");
        }
        text.push_str(&format!(
            "    actions   = {}\n",
            json_list(&escape(&statement.actions), false, &flat, "    ")
        ));
        text.push_str(&format!(
            "    resources = {}\n",
            json_list(&escape(&statement.resources), false, &flat, "    ")
        ));
        if statement.condition {
            if style.hug {
                text.push('\n');
            }
            text.push_str("    condition {\n      test = \"Bool\"\n    }\n");
        }
        text.push_str("  }\n");
        if style.hug {
            text.push('\n');
        }
    }
    text.push_str("}\n");
    text
}

fn heredoc(statements: &[Statement], style: &Style) -> String {
    let policy = json(
        statements,
        &Style {
            comments: false,
            trailing: false,
            ..style.clone()
        },
    )
    .replace("${", "$${")
    .replace("%{", "%%{");
    format!("resource \"x\" \"y\" {{\n  policy = <<EOF\n{policy}\nEOF\n}}\n")
}

/// One edit of one node, by two numbers.
fn some_edit(name: &str, text: &str, node: usize, operation: usize) {
    let reading = read_named(Some(name), text);
    check_spans(text, &reading);
    let all: Vec<_> = reading
        .documents
        .iter()
        .enumerate()
        .flat_map(|(index, document)| {
            nodes(&document.root)
                .into_iter()
                .map(move |(path, node)| (index, path, node))
        })
        .collect();
    if all.is_empty() {
        return;
    }
    let (index, path, node) = &all[node % all.len()];
    let operations = operations_at(&reading.documents[*index].root, path, node);
    // What is left of a document in a broken text may be none.
    if operations.is_empty() || (path.is_empty() && reading.documents.len() > 1) {
        return;
    }
    edit_law(
        Some(name),
        text,
        *index,
        path,
        &operations[operation % operations.len()],
    );
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn policies_in_every_hand(statements in statements(), style in style(), node in 0..1000_usize, operation in 0..1000_usize) {
        for (name, text) in [
            ("a.json", json(&statements, &style)),
            ("a.yaml", yaml(&statements, &style)),
            ("a.tf", hcl(&statements, &style)),
            ("b.tf", heredoc(&statements, &style)),
        ] {
            let text = if style.carriage { text.replace('\n', "\r\n") } else { text };
            let reading = read_named(Some(name), &text);
            prop_assert!(reading.problems.is_empty(), "{:?} in\n{text}", reading.problems);
            prop_assert_eq!(reading.documents.len(), 1);
            some_edit(name, &text, node, operation);
        }
    }

    #[test]
    fn damaged_samples(
        sample in 0..SAMPLES.len(),
        wounds in prop::collection::vec((0..4000_usize, 0..6_u8, "[ \\t\\n\\r{}\\[\\]()\",':#/*$%<\\\\a-c0=&!|>~?@`\u{feff}üE-]{1,3}"), 1..4),
        node in 0..1000_usize,
        operation in 0..1000_usize,
    ) {
        let (name, text) = SAMPLES[sample];
        let mut characters: Vec<char> = text.chars().collect();
        for (place, kind, insert) in wounds {
            let at = place % (characters.len() + 1);
            match kind {
                0 | 1 => { characters.splice(at..at, insert.chars()); }
                2 => { let end = (at + insert.len()).min(characters.len()); characters.drain(at..end); }
                3 => characters.truncate(at),
                4 => { let copy: Vec<char> = characters[..at].iter().rev().take(40).rev().copied().collect(); characters.splice(at..at, copy); }
                _ => if at < characters.len() { characters[at] = insert.chars().next().unwrap(); }
            }
        }
        let text: String = characters.into_iter().collect();
        some_edit(name, &text, node, operation);
        check_spans(&text, &read_named(None, &text));
    }
}

#[test]
fn an_operation_can_be_shown() {
    let operation = Operation::Append(vec![New::Map(vec![attribute("a", New::Bool(true))])]);
    assert!(format!("{operation:?}").contains("Bool(true)"));
}
