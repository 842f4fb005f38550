//! The parts of AWS's sentence, in one grammar that every form shares:
//! *who* `is not authorized to perform:` *action* `on resource:` *resource*, then a clause that may name the policy.

use super::normalise::Normalised;
use super::operations;
use super::value::{
    Value, WIDEST, between, continues, cut_head, is_item, printed, token, without_emphasis,
};
use super::{ActionSource, DenialKind, PolicyType};

/// What a clause says after the resource.
#[derive(Clone, Debug, Default)]
pub(super) struct Clause {
    pub(super) kind: DenialKind,
    pub(super) policy_type: Option<PolicyType>,
    pub(super) policy_arn: Option<String>,
    pub(super) missing: Vec<String>,
    /// Where the clause ends in the squeezed text.
    pub(super) end: usize,
}

/// An action as read.
#[derive(Clone, Debug)]
pub(super) struct Action {
    pub(super) name: String,
    pub(super) source: ActionSource,
    pub(super) end: usize,
}

/// Words before `is not authorized` that name nobody.
const NOBODY: &[&str] = &[
    "a",
    "account",
    "action",
    "also",
    "an",
    "and",
    "api",
    "are",
    "because",
    "but",
    "caller",
    "client",
    "credentials",
    "error",
    "function",
    "group",
    "he",
    "i",
    "iam",
    "identity",
    "if",
    "instance",
    "is",
    "it",
    "job",
    "lambda",
    "login",
    "message",
    "or",
    "policy",
    "principal",
    "project",
    "reads",
    "request",
    "requester",
    "role",
    "says",
    "server",
    "service",
    "session",
    "she",
    "still",
    "system",
    "task",
    "that",
    "the",
    "they",
    "this",
    "token",
    "user",
    "users",
    "was",
    "we",
    "what",
    "which",
    "who",
    "with",
    "worker",
    "you",
    "am",
    "rolesession",
    "assumed",
    "pod",
    "node",
    "operation",
];

/// Who stands before the squeezed offset `end`, where `is not authorized` begins.
pub(super) fn principal_before(text: &Normalised, end: usize) -> Option<Value> {
    let window = text.squeezed_before(end, 700);
    let base = end - window.len();
    let stop = text.place(end);
    for label in ["user:", "principal:", "role:", "caller:", "identity:"] {
        let Some(found) = window.rfind(label) else {
            continue;
        };
        let at = text.place(base + found);
        let inside_word = text
            .text()
            .get(..at)
            .and_then(|before| before.chars().next_back())
            .is_some_and(|before| before.is_ascii_alphanumeric() || matches!(before, '/' | '_'));
        if inside_word {
            continue;
        }
        let start = text.place_end(base + found + label.len());
        let raw = text.text().get(start..stop).unwrap_or_default();
        if raw.contains("\n\n\n") {
            continue;
        }
        let Some(value) = between(text, start, stop) else {
            // `User: is not authorized`.
            return None;
        };
        // A variable that source code puts between two literals.
        if value.text.starts_with('+') {
            return None;
        }
        if let Some(value) = who(value) {
            return Some(value);
        }
    }
    before_without_label(text, stop)
}

/// The principal inside what stands after `User:`; `None` where that is prose.
fn who(value: Value) -> Option<Value> {
    let shown = value.text.trim_end_matches([',', ';', ':']).trim();
    let masked = shown.len() >= 3 && shown.bytes().all(|byte| byte == b'*');
    let shown = if masked {
        shown
    } else {
        emphasis(shown).trim()
    };
    let words = shown.split_whitespace().count();
    let arns = shown.matches("arn:").count();
    if arns > 1 || (arns == 1 && !shown.starts_with("arn:") && words > 1) {
        return None;
    }
    let masked = shown.starts_with("arn:") || shown.starts_with(['<', '[', '{', '(']);
    if words > if masked { 6 } else { 3 } {
        return None;
    }
    if !masked && shown.contains(". ") {
        return None;
    }
    Some(Value {
        text: shown.to_owned(),
        ..value
    })
}

/// The text without `**` around it.
fn emphasis(text: &str) -> &str {
    let text = without_emphasis(text);
    text.strip_prefix("**")
        .filter(|inner| !inner.starts_with('*'))
        .unwrap_or(text)
}

fn before_without_label(text: &Normalised, stop: usize) -> Option<Value> {
    let all = text.text();
    let from = super::normalise::floor(all, stop.saturating_sub(600));
    let window = all.get(from..stop)?;
    if let Some(found) = window.rfind("arn:") {
        let start = from + found;
        if let Some(value) = between(text, start, stop).filter(|value| is_one_arn(text, value)) {
            return Some(Value {
                text: without_emphasis(value.text.trim_end_matches([',', ')'])).to_owned(),
                ..value
            });
        }
    }
    let trimmed =
        window.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '*'));
    let tail = window.get(trimmed.len()..)?;
    if tail.ends_with(['"', '\'', '`']) {
        // The quote opens what begins with the verb.
        return None;
    }
    let closing = tail.chars().find(|c| matches!(c, '"' | '\'' | '`'));
    let start = match (closing, trimmed.chars().next_back()?) {
        (Some(quote), _) => trimmed.rfind(|c: char| c == quote || (quote == '\'' && c == '`'))? + 1,
        (None, '>') => trimmed.rfind("<<").or_else(|| trimmed.rfind('<'))?,
        (None, '}') => trimmed.rfind("${").or_else(|| trimmed.rfind('{'))?,
        (None, ']') => trimmed.rfind('[')?,
        _ => trimmed.rfind(|c: char| c.is_whitespace()).map_or(0, |at| {
            at + trimmed
                .get(at..)
                .and_then(|rest| rest.chars().next())
                .map_or(1, char::len_utf8)
        }),
    };
    let mut start = start;
    if closing.is_none() && !trimmed.ends_with(['>', '}', ']']) {
        // Marks of a format in front: `msg="name`, `<pre>name`.
        let found = trimmed.get(start..)?;
        start += found
            .rfind(['"', '`', '>'])
            .filter(|at| *at + 1 < found.len())
            .map_or(0, |at| at + 1);
    }
    let found = trimmed.get(start..)?;
    let tag = found
        .strip_prefix('<')
        .and_then(|tag| tag.strip_suffix('>'));
    if tag.is_some_and(|tag| {
        [
            "pre", "code", "p", "b", "i", "strong", "em", "li", "td", "br", "br/", "br /", "span",
            "div", "message", "Message", "error", "Error",
        ]
        .contains(&tag)
            || tag.starts_with('/')
    }) {
        return None;
    }
    if found.ends_with(')') && !found.contains('(') {
        return None;
    }
    // `Use` at the end of a line and `r` at the start of the next.
    let number = text.line_at(from + start);
    let begins = text
        .line(number)
        .is_some_and(|line| line.start == from + start);
    if begins {
        let before = all.get(..from + start)?.trim_end();
        let word = before
            .rsplit(|c: char| c.is_whitespace() || c == ':' || c == '"')
            .next()
            .unwrap_or_default();
        if word.len() < 20
            && NOBODY.contains(&format!("{word}{found}").to_ascii_lowercase().as_str())
        {
            return None;
        }
    }
    // `u'...'` of Python.
    let literal = ["u'", "b'", "r'", "f'"]
        .iter()
        .find_map(|mark| found.strip_prefix(mark));
    let name = literal
        .unwrap_or(found)
        .trim_start_matches(['(', '"', '\'', '`', '*', '[', ',']);
    let name = if name.ends_with(']') { found } else { name };
    if name.len() > 200 || name.contains('\n') || name.is_empty() {
        return None;
    }
    if name.ends_with([':', ',', '.', '-', '>', '=', ';', '|', '!'])
        && !name.ends_with("...")
        && !name.starts_with('<')
    {
        return None;
    }
    let lower = name.to_ascii_lowercase();
    if NOBODY.contains(&lower.trim_matches(['\'', '.', '\u{2026}']))
        || name.chars().all(|c| !c.is_alphanumeric()) && name != "*" && !name.starts_with('*')
    {
        return None;
    }
    let at = from + start + (found.len() - name.len());
    let name = match cut_head(text, at).filter(|_| closing.is_none()) {
        Some(head) => format!("{head}{name}"),
        None => name.to_owned(),
    };
    if NOBODY.contains(&name.to_ascii_lowercase().as_str()) {
        return None;
    }
    // `AWS CodeBuild is not authorized`, `CloudWatch Alarms is not authorized`.
    let mut name = name;
    let mut at = at;
    if closing.is_none() && name.starts_with(|c: char| c.is_ascii_uppercase()) {
        let before = all.get(from..at)?;
        let sentence = before
            .rfind(['"', '\'', '`', ':', '(', '>', '\n', '\u{ff08}'])
            .and_then(|at| before.get(at..))
            .map_or(before, |rest| {
                rest.get(rest.chars().next().map_or(0, char::len_utf8)..)
                    .unwrap_or_default()
            });
        let brand = sentence.trim_start();
        let words = brand.trim_end();
        let named = words.len() < brand.len()
            && words.split(' ').count() <= 3
            && words.split(' ').all(|word| {
                word.starts_with(|c: char| c.is_ascii_uppercase())
                    && word.bytes().all(|byte| byte.is_ascii_alphanumeric())
                    && !NOBODY.contains(&word.to_ascii_lowercase().as_str())
            });
        let brand = if named {
            brand
        } else {
            ["AWS ", "Amazon "]
                .iter()
                .find(|brand| before.ends_with(**brand))
                .copied()
                .unwrap_or_default()
        };
        at -= brand.len();
        name = format!("{brand}{name}");
    }
    let end = from + start + found.len();
    Some(Value {
        text: name,
        start: at,
        end,
        quoted: closing.is_some(),
    })
}

/// Whether everything from `arn:` to the verb is one ARN.
fn is_one_arn(text: &Normalised, value: &Value) -> bool {
    let raw = text.text().get(value.start..value.end).unwrap_or_default();
    let wraps = raw
        .match_indices('\n')
        .all(|(at, _)| continues(text, value.start, value.start + at).is_some());
    let spaces = value
        .text
        .split('<')
        .map(|part| part.split_once('>').map_or(part, |(_, after)| after))
        .any(|part| {
            part.trim_matches(['*'])
                .split(" :")
                .any(|part| part.contains(' '))
        });
    wraps && !spaces && !value.text.contains(['"', '(', ','])
}

/// The actions that stand at `start` of the text: usually one.
pub(super) fn actions_at(text: &Normalised, start: usize) -> Vec<Action> {
    let mut actions = Vec::new();
    let mut at = start;
    while actions.len() < 24 {
        let Some(action) = action_at(text, at) else {
            break;
        };
        at = action.end;
        let rest = text.text().get(at..).unwrap_or_default();
        actions.push(action);
        let next = rest.trim_start_matches(['"', '\'', '`', ' ', '\n']);
        let next = next
            .strip_prefix(',')
            .map(|next| next.trim_start_matches([' ', '\n']))
            .or_else(|| next.strip_prefix("and "))
            .map(|next| next.strip_prefix("and ").unwrap_or(next));
        let Some(next) = next else {
            break;
        };
        let start = at + (rest.len() - next.len());
        let listed = action_at(text, start).is_some_and(|action| {
            action.source == ActionSource::Printed
                && action.name.split_once(':').is_some_and(|(service, name)| {
                    is_service(service) && name.starts_with(|c: char| c.is_ascii_alphabetic())
                })
        });
        if !listed {
            break;
        }
        at = start;
    }
    actions
}

fn is_action(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, ':' | '-' | '_' | '*')
}

fn is_service(service: &str) -> bool {
    !service.is_empty()
        && service.len() <= 40
        && service
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && service.bytes().any(|byte| byte.is_ascii_alphabetic())
}

fn action_at(text: &Normalised, start: usize) -> Option<Action> {
    let all = text.text();
    let rest = all.get(start..)?;
    let skipped = rest.trim_start_matches(|c: char| {
        c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '*' | '(' | '[' | '+')
    });
    let from = start + (rest.len() - skipped.len());
    if rest.len() - skipped.len() > 200 {
        return None;
    }
    if skipped.starts_with(['<', '{', '$']) {
        // A placeholder for an action has a name; what follows a sentence may be a policy.
        let value = token(text, from).filter(|value| value.text.len() > 1)?;
        return Some(Action {
            name: value.text,
            source: ActionSource::Printed,
            end: value.end,
        });
    }
    let mut name = String::new();
    let mut at = from;
    while name.len() < 160 {
        match all.get(at..).and_then(|rest| rest.chars().next()) {
            Some(character) if is_action(character) => {
                name.push(character);
                at += 1;
            }
            Some('\n') => match action_continues(text, from, at, &name) {
                Some(next) => at = next,
                None => break,
            },
            _ => break,
        }
    }
    let mut kept = name.trim_end_matches([':', '-', '_']);
    if kept.ends_with("**") {
        kept = kept.trim_end_matches('*');
    }
    let (name, source) = match kept.split_once(':') {
        Some((service, action)) => {
            let action = action.split(':').next().unwrap_or_default();
            let action = action.trim_end_matches(['-']);
            if !is_service(service) || action.is_empty() || action == "arn" {
                return None;
            }
            (format!("{service}:{action}"), ActionSource::Printed)
        }
        None => (
            operations::action_of_operation(kept)?,
            ActionSource::Implied,
        ),
    };
    Some(Action {
        name,
        source,
        end: at,
    })
}

/// Where an action that reaches the line end at `at` goes on.
fn action_continues(text: &Normalised, from: usize, at: usize, so_far: &str) -> Option<usize> {
    let next = text.line(text.line_at(at) + 1)?;
    let rest = text.text().get(next.start..next.end)?;
    if !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == ':' || c == '-')
        || is_item(rest)
    {
        return None;
    }
    let word = rest
        .find(|c: char| !is_action(c))
        .map_or(rest, |end| rest.get(..end).unwrap_or_default());
    let ahead = text.squeezed_window(text.squeezed_at(next.start), 40);
    let follows = [
        "onresource",
        "onrole",
        "onthe",
        "onthis",
        "onservicerole",
        "becauseno",
        "withanexplicit",
        "statuscode",
        "onarn:",
        "on${",
        "on<",
        "on{",
        "onservicerole",
    ]
    .iter()
    .any(|phrase| ahead.starts_with(phrase));
    let follows = follows || word == "action";
    match so_far.split_once(':') {
        Some((_, "")) => Some(next.start),
        Some(_) if so_far.ends_with('-') => Some(next.start),
        Some(_) if follows => None,
        // `GITHUB_REPOSITORY=acme/app` in the next line: no action has such letters.
        Some(_)
            if word.contains('_')
                || rest
                    .get(word.len()..)
                    .is_some_and(|behind| behind.starts_with('=')) =>
        {
            None
        }
        Some(_) => {
            let name = word.bytes().all(|byte| byte.is_ascii_alphanumeric()) && !word.is_empty();
            let after = text.squeezed_window(text.squeezed_at(next.start + word.len()), 24);
            let sentence = [
                "onresource",
                "onthe",
                "onthis",
                "becauseno",
                "withanexplicit",
                "onarn:",
                "on${",
                "on<",
                "on{",
                "onservicerole",
            ]
            .iter()
            .any(|phrase| after.starts_with(phrase))
                || after.starts_with("action");
            if name && sentence {
                Some(next.start)
            } else {
                continues(text, from, at).or_else(|| cut_action(text, at, word))
            }
        }
        None if word.contains(':')
            && so_far
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-') =>
        {
            Some(next.start)
        }
        None if follows => None,
        None => continues(text, from, at),
    }
}

/// Where an action goes on that was cut at a usual width and is followed by the end of the sentence.
fn cut_action(text: &Normalised, at: usize, word: &str) -> Option<usize> {
    let number = text.line_at(at);
    let current = text.line(number)?;
    let next = text.line(number + 1)?;
    let rest = text.text().get(next.start..next.end)?;
    let after = rest.get(word.len()..)?;
    let ends = after.is_empty()
        || after == "."
        || after.starts_with(". ")
        || after.starts_with([',', '"', '\'', '`', ')', ';', '}', '<', '*'])
        || after.starts_with(" - ")
        || after.starts_with(" (")
        || after.starts_with(" [")
        || after.starts_with(" ...");
    let plain = !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let wide = current.width >= 40
        && (current.width <= WIDEST || !after.is_empty())
        && next.width <= current.width
        && next.indent <= current.indent;
    let inside_word = word.starts_with(|c: char| c.is_ascii_lowercase())
        || text
            .text()
            .get(..at)?
            .ends_with(|c: char| c.is_ascii_lowercase());
    (ends && plain && wide && inside_word).then_some(next.start)
}

/// The resource that the sentence names from the squeezed offset `at` on, and where that part ends.
pub(super) fn resource_after(text: &Normalised, at: usize) -> (Option<Value>, usize) {
    let window = text.squeezed_window(at, 80);
    let skipped = window.trim_start_matches([',', '.', '\u{2026}', ')', ']']);
    let at = at + (window.len() - skipped.len());
    let window = skipped;
    for phrase in [
        "ontheresourceassociatedwiththisciphertext",
        "onthisresource",
        "ontheresource",
        "ontherequestedresource",
        "onthespecifiedresource",
        "onanyresource",
    ] {
        if window.starts_with(phrase) {
            let after = at + phrase.len();
            if phrase == "ontheresource" && text.squeezed_from(after).starts_with(':') {
                return value_after(text, after + 1);
            }
            return (None, after);
        }
    }
    for phrase in [
        "onresource(s):",
        "onresources:",
        "onresource:",
        "onresource",
        "onthefollowingresource:",
        "onthefollowingresources:",
        "onthefollowingresource(s):",
        "forresource:",
        "forresource",
        "resource:",
    ] {
        if window.starts_with(phrase) {
            let after = at + phrase.len();
            // `... on resource` at the end of a line, and something else in the next.
            let start = text.place_end(after);
            let rest = text.text().get(start..).unwrap_or_default();
            let rest = rest.trim_start_matches([' ', '"', '\'', '`']);
            let value = |next: &str| {
                next.starts_with("arn:")
                    || next.starts_with(['"', '\'', '<', '$', '{', '*', '.', '\u{2026}', ':'])
                    || next.starts_with('`') && !next.starts_with("```")
            };
            if !phrase.ends_with(':')
                && rest
                    .strip_prefix('\n')
                    .is_some_and(|next| !value(next.trim_start()))
            {
                return (None, after);
            }
            return value_after(text, after);
        }
    }
    for phrase in [
        "ontherole",
        "onrole:",
        "onrole",
        "onbucket",
        "onkey",
        "ontable",
        "onfunction",
        "ontopic",
        "onqueue",
        "onstack",
    ] {
        if window.starts_with(phrase) {
            return value_after(text, at + phrase.len());
        }
    }
    if window.starts_with("onservicerole") {
        let after = at + "onservicerole".len();
        if text
            .squeezed_from(after)
            .trim_start_matches(':')
            .starts_with("arn:")
        {
            return value_after(text, after);
        }
        let start = text.place(at + 2);
        let end = text.place_end(after);
        return (
            Some(Value {
                text: "service role".to_owned(),
                start,
                end,
                quoted: false,
            }),
            after,
        );
    }
    if ["on...", "onarn:", "on:arn:", "on${", "on<", "on{"]
        .iter()
        .any(|phrase| window.starts_with(phrase))
    {
        return value_after(text, at + 2);
    }
    if window.starts_with("on") {
        let start = text.place_end(at + 2);
        let quoted = text.text().get(start..).is_some_and(|rest| {
            rest.starts_with(" \"") || rest.starts_with(" '") || rest.starts_with(" `")
        });
        if quoted {
            return value_after(text, at + 2);
        }
    }
    (None, at)
}

/// First words of what follows a resource, squeezed.
const CLAUSES: &[&str] = &["becauseno", "becausepublic", "becausethe", "withanexplicit"];

fn value_after(text: &Normalised, at: usize) -> (Option<Value>, usize) {
    let window = text.squeezed_window(at, 40);
    let colons = window.len() - window.trim_start_matches(':').len();
    let at = at + colons;
    let start = text.place_end(at);
    let none = (None, at);
    let ahead = text.squeezed_window(at, 12);
    if ahead.is_empty()
        || CLAUSES
            .iter()
            .any(|clause| text.squeezed_from(at).starts_with(clause))
    {
        // `on resource: * because`: an asterisk is not in the squeezed text.
        let before = text
            .text()
            .get(start..text.place(at).max(start))
            .unwrap_or_default();
        let before = if ahead.is_empty() {
            text.text().get(start..).unwrap_or_default()
        } else {
            before
        };
        let Some(found) = before.find('*') else {
            return none;
        };
        let stars = before.get(found..).map_or(0, |rest| {
            rest.bytes().take_while(|byte| *byte == b'*').count()
        });
        // `*` is everything, `***` a mask, `**` the end of emphasis.
        if stars == 2 {
            return none;
        }
        let value = Value {
            text: "*".repeat(stars),
            start: start + found,
            end: start + found + stars,
            quoted: false,
        };
        return (Some(value), at);
    }
    // `on resource:` and the end of what was quoted.
    let mut ahead = text.text().get(start..).unwrap_or_default().chars();
    if ahead.next().is_some_and(|c| matches!(c, '"' | '\'' | '`'))
        && ahead
            .next()
            .is_none_or(|c| c.is_whitespace() || !c.is_ascii() || matches!(c, ')' | ',' | '.'))
    {
        return none;
    }
    let Some(found) = token(text, start) else {
        return none;
    };
    if found.text.chars().all(|c| matches!(c, '.' | '\u{2026}')) {
        return elided(text, found);
    }
    let end = text.squeezed_at(found.end);
    if found.quoted {
        return (Some(found), end);
    }
    // Where a clause follows, it says where the resource ends, spaces and wraps or not.
    let window = text.squeezed_window(at, 500);
    let clause = CLAUSES
        .iter()
        .chain(&["(service:"])
        .filter_map(|clause| window.find(clause))
        .min()
        .map(|clause| at + clause);
    if let Some(clause) = clause.filter(|clause| *clause > end) {
        let raw = text
            .text()
            .get(start..text.place(clause))
            .unwrap_or_default();
        let longer = between(text, start, text.place(clause)).filter(|longer| {
            longer.text.split_whitespace().count() <= 9
                && !raw.contains("\n\n")
                && !longer.text.contains(". ")
                && !longer.text.contains(['"', ';', '{', '('])
                && !longer.text.contains("User:")
                && !longer.text.to_ascii_lowercase().contains("status code")
                && !longer.text.to_ascii_lowercase().contains("authorized")
        });
        if let Some(longer) = longer {
            let kept = longer.text.trim_end_matches([',', '.', ';']).to_owned();
            return (
                Some(Value {
                    text: kept,
                    ..longer
                }),
                clause,
            );
        }
    }
    let mut found = found;
    // IAM's own words: `role app`, `instance profile web`.
    while [
        "group",
        "instance",
        "instance profile",
        "policy",
        "role",
        "user",
    ]
    .contains(&found.text.as_str())
    {
        let Some(name) = token(text, found.end)
            .filter(|name| text.text().get(found.end..name.start) == Some(" "))
        else {
            break;
        };
        found.text = format!("{} {}", found.text, name.text);
        found.end = name.end;
    }
    let end = text.squeezed_at(found.end);
    if found.text.ends_with(':') && clause != Some(end) && !found.text.ends_with("log-stream:") {
        let kept = found.text.trim_end_matches(':').len();
        let cut = found.text.len() - kept;
        found.text.truncate(kept);
        found.end -= cut.min(found.end - found.start);
    }
    if found.text.is_empty() {
        return none;
    }
    (Some(found), end)
}

/// `...`, or `... name` where the sentence ends after the name.
fn elided(text: &Normalised, dots: Value) -> (Option<Value>, usize) {
    let end = text.squeezed_at(dots.end);
    let rest = text.text().get(dots.end..).unwrap_or_default();
    let next = token(text, dots.end).filter(|next| {
        let after = text.text().get(next.end..).unwrap_or_default();
        rest.starts_with(' ')
            && !rest.trim_start().starts_with(['"', '\'', '`', '\n'])
            && after.starts_with(['`', '"', '\''])
            && !next.text.starts_with("with")
            && !next.text.starts_with("because")
            && !next.text.contains(' ')
    });
    match next {
        Some(next) => (
            Some(Value {
                text: format!("{} {}", dots.text, next.text),
                start: dots.start,
                end: next.end,
                quoted: false,
            }),
            text.squeezed_at(next.end),
        ),
        None => (None, end),
    }
}

/// The clause that begins at the squeezed offset `at`, or soon after it where something was elided.
pub(super) fn clause_at(text: &Normalised, at: usize) -> Clause {
    let window = text.squeezed_window(at, 120);
    let skipped =
        window.trim_start_matches([',', '.', '\u{2026}', ')', ']', ':', ';', '-', '>', '_']);
    let mut start = at + (window.len() - skipped.len());
    let begins = |at: usize| {
        CLAUSES
            .iter()
            .any(|clause| text.squeezed_from(at).starts_with(clause))
    };
    if !begins(start) {
        let nearby = CLAUSES
            .iter()
            .filter_map(|clause| skipped.find(clause))
            .min()
            .filter(|found| {
                let before = skipped.get(..*found).unwrap_or_default();
                *found <= 64
                    && ![
                        "user:",
                        "authorized",
                        "statuscode",
                        "error",
                        "denied",
                        "\u{fffd}",
                    ]
                    .iter()
                    .any(|other| before.contains(other))
            });
        let Some(found) = nearby else {
            return Clause {
                end: at,
                ..Clause::default()
            };
        };
        // A sentence end between the two means another sentence.
        let between = text
            .text()
            .get(text.place(start)..text.place(start + found))
            .unwrap_or_default();
        if between.contains(". ") || between.contains("\n\n") {
            return Clause {
                end: at,
                ..Clause::default()
            };
        }
        start += found;
    }
    let rest = text.squeezed_window(start, 240);
    if let Some(after) = rest.strip_prefix("withanexplicitdeny") {
        return explicit(text, start + (rest.len() - after.len()), after);
    }
    if let Some(after) = rest.strip_prefix("becauseno") {
        let here = start + (rest.len() - after.len());
        let (policy_type, end) = policy_type(after, here);
        return Clause {
            kind: if policy_type.is_some() || !after.starts_with('t') {
                DenialKind::Implicit
            } else {
                DenialKind::Unknown
            },
            policy_type,
            policy_arn: policy_type.and_then(|_| policy_arn(text, end)),
            end,
            ..Clause::default()
        };
    }
    if rest.contains("blockpublic")
        || rest.contains("publicpoliciesareblocked")
        || rest.contains("publicaccessblock")
    {
        let end = rest.find("blockpublicaccess").map_or(start + 13, |found| {
            start + found + "blockpublicaccess".len()
        });
        return Clause {
            kind: DenialKind::Explicit,
            policy_type: Some(PolicyType::Bpa),
            end,
            ..Clause::default()
        };
    }
    if rest.starts_with("becausetheresourcedoesnotexist") {
        let named = rest.find("resource-basedpolic");
        return Clause {
            kind: DenialKind::Unknown,
            policy_type: named.map(|_| PolicyType::Resource),
            end: start
                + rest
                    .find("deniesaccess")
                    .map_or("becausetheresourcedoesnotexist".len(), |found| found + 12),
            ..Clause::default()
        };
    }
    Clause {
        end: at,
        ..Clause::default()
    }
}

fn explicit(text: &Normalised, at: usize, after: &str) -> Clause {
    if after.starts_with("ormissingpermission") {
        let colon = after
            .find(':')
            .filter(|colon| *colon <= "ormissingpermission(s)".len());
        let missing = colon.map_or_else(Vec::new, |colon| {
            actions_at(text, text.place_end(at + colon + 1))
        });
        let end = missing
            .last()
            .map_or(at, |action| text.squeezed_at(action.end));
        return Clause {
            kind: DenialKind::Unknown,
            missing: missing.into_iter().map(|action| action.name).collect(),
            end,
            ..Clause::default()
        };
    }
    let named = [
        "inan", "ina", "inthe", "in", "byan", "bya", "bythe", "fromthe", "froma",
    ]
    .iter()
    .find_map(|word| after.strip_prefix(word).map(|rest| (word.len(), rest)));
    let (policy, end) = match named {
        Some((skipped, rest)) => policy_type(rest, at + skipped),
        None => (None, at),
    };
    Clause {
        kind: DenialKind::Explicit,
        policy_type: policy,
        policy_arn: policy.and_then(|_| policy_arn(text, end)),
        end,
        ..Clause::default()
    }
}

const POLICIES: &[(&str, PolicyType)] = &[
    ("identity-basedpolic", PolicyType::Identity),
    ("identitybasedpolic", PolicyType::Identity),
    ("identitypolic", PolicyType::Identity),
    ("permissionboundar", PolicyType::Boundary),
    ("permissionsboundar", PolicyType::Boundary),
    ("resource-basedpolic", PolicyType::Resource),
    ("resourcebasedpolic", PolicyType::Resource),
    ("resourcecontrolpolic", PolicyType::Rcp),
    ("resourcepolic", PolicyType::Resource),
    ("role-trustpolic", PolicyType::Trust),
    ("roletrustpolic", PolicyType::Trust),
    ("servicecontrolpolic", PolicyType::Scp),
    ("sessionpolic", PolicyType::Session),
    ("trustpolic", PolicyType::Trust),
    ("vpcendpointpolic", PolicyType::Vpce),
    ("endpointpolic", PolicyType::Vpce),
    ("scp", PolicyType::Scp),
    ("rcp", PolicyType::Rcp),
    ("s3blockpublicaccess", PolicyType::Bpa),
    ("blockpublicaccess", PolicyType::Bpa),
];

/// The kind of policy that `rest` names soon, and where the squeezed text goes on after it; `at` is where `rest` begins.
pub(super) fn policy_type(rest: &str, at: usize) -> (Option<PolicyType>, usize) {
    for (phrase, policy) in POLICIES {
        if let Some(after) = rest.strip_prefix(phrase) {
            let tail = ["ies", "ys", "y"]
                .iter()
                .find(|tail| after.starts_with(**tail))
                .map_or(0, |tail| tail.len());
            return (Some(*policy), at + phrase.len() + tail);
        }
        // Cut off where the paste ends.
        if rest.len() >= 5
            && rest.len() < phrase.len()
            && phrase.starts_with(rest.trim_end_matches('.'))
        {
            return (Some(*policy), at + rest.len());
        }
    }
    (None, at)
}

/// The ARN that AWS appends to the name of the policy.
fn policy_arn(text: &Normalised, at: usize) -> Option<String> {
    let rest = text.squeezed_window(at, 24);
    let skipped = rest.trim_start_matches([':', '(', ',']);
    let skipped = skipped.strip_prefix("arn:").map_or(skipped, |_| skipped);
    if !skipped.starts_with("arn:") {
        return None;
    }
    let start = text.place(at + (rest.len() - skipped.len()));
    token(text, start).map(|value| value.text)
}

/// What stands for a value, or nothing where it is elided.
pub(super) fn shown(value: Option<&Value>) -> Option<String> {
    value.and_then(|value| printed(&value.text))
}
