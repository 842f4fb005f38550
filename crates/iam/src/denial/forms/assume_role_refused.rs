use undeny_text::Span;

use super::{Finding, Form, Weight};
use crate::denial::normalise::{Normalised, floor};
use crate::denial::operations;
use crate::denial::sentence::{clause_at, principal_before, shown};
use crate::denial::value::{Value, cut_head, token};
use crate::denial::{ActionSource, Denial, PolicyType};

/// *What it reads* · services that could not assume a role: the trust policy does not name them.
/// *What it never does* · put a service's principal in place of the name that the text prints.
#[derive(Debug)]
pub(super) struct AssumeRoleRefused;

impl Form for AssumeRoleRefused {
    fn id(&self) -> &'static str {
        "assume-role-refused"
    }

    fn reads(&self) -> &'static str {
        "`SERVICE was unable to assume the role`, `cannot be assumed by Lambda`, `Neither the global service principal ...`"
    }

    fn source(&self) -> &'static str {
        "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/troubleshooting.html"
    }

    fn examples(&self) -> &'static [&'static str] {
        &[
            "ECS was unable to assume the role 'arn:aws:iam::111122223333:role/task' that was provided for this task.",
            "The role defined for the function cannot be assumed by Lambda.",
            "Neither the global service principal states.amazonaws.com, nor the regional one is authorized to assume the provided role.",
        ]
    }

    fn anchors(&self) -> &'static [&'static str] {
        &[
            "assumerolepermissionsfor",
            "canassumetherole",
            "cannotassumerole",
            "cannotassumetherole",
            "cannotbeassumed",
            "cantassumerole",
            "couldnotassumerole",
            "couldnotbeassumed",
            "failedtoassumerole",
            "failedtoassumetherole",
            "neithertheglobalserviceprincipal",
            "notabletoassumerole",
            "notauthorizedtoassume",
            "notauthorizedtocall:sts:assumerole",
            "toassumetheprovidedrole",
            "toassumetherole",
            "unabletoassumerole",
            "unabletoassumetherole",
            "unabletoassumeiamrole",
            "unabletoassumetheservicelinkedrole",
            "unabletoassumeprovidedrole",
            "unabletoassumetheprovidedrole",
            "unabletoassumetheexecutionrole",
            "validateassumerole",
        ]
    }

    fn read(&self, text: &Normalised, hit: Span) -> Vec<Finding> {
        let Some(phrase) = text.squeezed().get(hit.range()) else {
            return Vec::new();
        };
        match phrase {
            "neithertheglobalserviceprincipal" => {
                let who = token(text, text.place_end(hit.end));
                let end = text
                    .squeezed_window(hit.end, 160)
                    .find("providedrole")
                    .map_or(hit.end, |at| hit.end + at + 12);
                one(who, None, Span::new(hit.start, end))
            }
            "cannotbeassumed" | "couldnotbeassumed" => passive(text, hit),
            "assumerolepermissionsfor" => {
                // `Role X should be given assume role permissions for Glue Service.`
                let who = name_until(text, hit.end, &["service"]);
                let role = role_before(text, hit.start);
                let begin = role
                    .as_ref()
                    .map_or(hit.start, |role| text.squeezed_at(role.start));
                one(who, role, Span::new(begin, hit.end))
            }
            "toassumetherole"
            | "canassumetherole"
            | "toassumetheprovidedrole"
            | "validateassumerole" => permitted(text, hit),
            "notauthorizedtocall:sts:assumerole" => {
                one(principal_before(text, hit.start), None, hit)
            }
            _ => active(text, hit, phrase),
        }
    }
}

/// `X was unable to assume the role 'ROLE'`, `Could not assume role ROLE`.
fn active(text: &Normalised, hit: Span, phrase: &str) -> Vec<Finding> {
    let from = hit.end;
    let window = text.squeezed_window(from, 60);
    let after = ["iamrole", "therole", "role", "witharn", "arn:aws:iam"]
        .iter()
        .find(|word| window.starts_with(**word) && !word.starts_with("arn"))
        .map_or(from, |word| from + word.len());
    let after = if text.squeezed_from(after).starts_with(':') {
        after + 1
    } else {
        after
    };
    let window = text.squeezed_window(after, 60);
    // Said by wrappers before the sentence itself: `Could not assume role with user credentials: User: ...`.
    if window.starts_with("with")
        || window.starts_with("because")
        || window.contains("isnotauthorized")
    {
        return Vec::new();
    }
    let role = role_at(text, after);
    let who = match phrase {
        "couldnotassumerole"
        | "failedtoassumerole"
        | "cannotassumerole"
        | "cantassumerole"
        | "failedtoassumetherole"
        | "cannotassumetherole" => speaker(text, hit.start, &[]),
        "notauthorizedtoassume" => {
            let start = hit
                .start
                .saturating_sub(if text.squeezed_before(hit.start, 2) == "is" {
                    2
                } else {
                    0
                });
            principal_before(text, start)
        }
        _ => speaker(text, hit.start, &["was", "is", "are"]),
    };
    // `allows principal 'X' to assume the role` may follow and tell more.
    let window = text.squeezed_window(hit.end, 400);
    let allowed = window
        .find("allowsprincipal")
        .filter(|at| {
            window
                .get(*at..)
                .is_some_and(|rest| rest.contains("toassume"))
        })
        .and_then(|at| token(text, text.place_end(hit.end + at + "allowsprincipal".len())));
    let who = allowed.clone().or(who);
    if role.is_none()
        && who.is_none()
        && phrase != "notauthorizedtoassume"
        && !["servicelinked", "provided", "execution"]
            .iter()
            .any(|word| phrase.contains(word))
    {
        return Vec::new();
    }
    if phrase == "couldnotassumerole" && role.is_none() {
        return Vec::new();
    }
    let clause = clause_at(
        text,
        role.as_ref()
            .map_or(hit.end, |role| text.squeezed_at(role.end)),
    );
    let begin = who
        .as_ref()
        .map_or(hit.start, |who| text.squeezed_at(who.start))
        .min(hit.start);
    let end = role
        .as_ref()
        .map_or(hit.end, |role| text.squeezed_at(role.end))
        .max(clause.end);
    let mut found = one(who, role, Span::new(begin, end));
    for finding in &mut found {
        finding.denial.kind = clause.kind;
        finding.denial.policy_type = clause.policy_type;
    }
    found
}

/// `The role defined for the function cannot be assumed by Lambda`, `Role ROLE is invalid or cannot be assumed`.
fn passive(text: &Normalised, hit: Span) -> Vec<Finding> {
    let after = text.squeezed_window(hit.end, 40);
    let by = ["bythe", "byprincipal", "byservice", "by"]
        .iter()
        .find(|word| after.starts_with(**word));
    let who = by.and_then(|word| name_until(text, hit.end + word.len(), &["service", "principal"]));
    let role = role_before(text, hit.start);
    // `cannot be assumed by default`: prose. AWS names a service or the role.
    let service = who.as_ref().is_some_and(|who| {
        operations::service_principal(&who.text).is_some() || who.text.contains(".amazonaws.com")
    });
    let spoken = text.squeezed_before(hit.start, 48).contains("role");
    if role.is_none() && !(service && spoken) {
        return Vec::new();
    }
    let begin = role
        .as_ref()
        .map_or(hit.start, |role| text.squeezed_at(role.start))
        .min(hit.start);
    let end = who
        .as_ref()
        .map_or(hit.end, |who| text.squeezed_at(who.end));
    one(who, role, Span::new(begin, end))
}

/// `The execution role you provide must allow AWS EventBridge Scheduler to assume the role.`
/// `Please ensure that the role exists and allows principal 'sagemaker.amazonaws.com' to assume the role.`
fn permitted(text: &Normalised, hit: Span) -> Vec<Finding> {
    let before = text.squeezed_before(hit.start, 160);
    let base = hit.start - before.len();
    for phrase in [
        "allowsprincipal",
        "mustallow",
        "allowthe",
        "permissionfor",
        "permissionsfor",
    ] {
        if let Some(at) = before.rfind(phrase) {
            let start = text.place_end(base + at + phrase.len());
            let raw = text
                .text()
                .get(start..text.place(hit.start))
                .unwrap_or_default();
            let name = raw
                .trim()
                .trim_matches(['"', '\'', '`', ':'])
                .trim()
                .replace('\n', " ");
            if name.is_empty() || name.len() > 60 {
                continue;
            }
            // The sentence before it named the role and was read already.
            if before.contains("couldnotassumerole") || before.contains("unabletoassume") {
                return Vec::new();
            }
            let role = role_at(text, hit.end).or_else(|| role_before(text, base + at));
            let who = Value {
                text: name.trim_start_matches("service ").to_owned(),
                start,
                end: text.place(hit.start),
                quoted: false,
            };
            return one(Some(who), role, Span::new(base + at, hit.end));
        }
    }
    Vec::new()
}

fn one(who: Option<Value>, role: Option<Value>, span: Span) -> Vec<Finding> {
    let denial = Denial {
        principal: shown(who.as_ref()),
        action: Some("sts:AssumeRole".to_owned()),
        resource: shown(role.as_ref()),
        action_source: ActionSource::Implied,
        inferred_policy_type: Some(PolicyType::Trust),
        ..Denial::default()
    };
    vec![Finding::new(denial, span, Weight::Implied)]
}

/// The role named from the squeezed offset `at` on: an ARN, or a name in quotes.
fn role_at(text: &Normalised, at: usize) -> Option<Value> {
    let value = token(text, text.place_end(at))?;
    let name = value.text.trim_end_matches(['.', ',']);
    let role = name.starts_with("arn:")
        || value.quoted
        || name.starts_with(['<', '*'])
        || name.contains("role/");
    (role && !name.contains(' ') || name.starts_with("arn:")).then_some(value)
}

/// The role named before the squeezed offset `at`, in the same sentence.
fn role_before(text: &Normalised, at: usize) -> Option<Value> {
    let before = text.squeezed_before(at, 260);
    let found = before.rfind("arn:")?;
    let start = text.place(at - before.len() + found);
    let value = token(text, start)?;
    let gap = text.text().get(value.end..text.place(at))?;
    let name = value.text.trim_end_matches([',', ':', ')']).to_owned();
    (!gap.contains(". ") && !gap.contains("\n\n") && name.contains(":role/")).then_some(Value {
        text: name,
        ..value
    })
}

/// The name from the squeezed offset `at` to one of the words `ends` or the end of the sentence.
fn name_until(text: &Normalised, at: usize, ends: &[&str]) -> Option<Value> {
    let start = text.place_end(at);
    let first = token(text, start)?;
    if first.quoted {
        return Some(first);
    }
    let start = first.start;
    let rest = text.text().get(start..)?;
    let rest = rest.get(..floor(rest, 80))?;
    let stop = rest
        .char_indices()
        .find(|(at, c)| {
            let next = rest.get(at + 1..).and_then(|next| next.chars().next());
            matches!(c, ',' | '"' | '(' | ';' | '`' | '<')
                || *c == '.' && next.is_none_or(|next| !next.is_ascii_alphanumeric())
                || *c == '\n' && next.is_none_or(|next| next.is_whitespace())
        })
        .map_or(rest.len(), |(at, _)| at);
    let raw = rest.get(..stop)?.trim();
    let upto = |phrase: String| {
        let mut name = phrase.as_str();
        for end in ends {
            let at = name.to_ascii_lowercase().find(&format!(" {end}"));
            name = at.and_then(|at| name.get(..at)).unwrap_or(name);
        }
        name.trim_matches(['"', '\'', '`', ' ']).to_owned()
    };
    let line = raw.split('\n').next().unwrap_or_default();
    // A name that goes on in the next line, cut inside a word or between two.
    let shapes = [
        line.to_owned(),
        raw.replace('\n', ""),
        raw.replace('\n', " "),
    ]
    .map(upto);
    let known = shapes
        .iter()
        .rev()
        .find(|name| operations::service_principal(name).is_some());
    let name = known.or(shapes.first())?.clone();
    (!name.is_empty() && name.split_whitespace().count() <= 4).then_some(Value {
        text: name,
        start,
        end: start + line.len(),
        quoted: false,
    })
}

/// The name of the service before a verb: `ECS was unable`, `Amazon Data Firehose is unable`.
fn speaker(text: &Normalised, at: usize, verbs: &[&str]) -> Option<Value> {
    let before = text.squeezed_before(at, 8);
    let verb = verbs.iter().find(|verb| before.ends_with(**verb));
    if !verbs.is_empty() && verb.is_none() {
        return None;
    }
    let stop = text.place(at - verb.map_or(0, |verb| verb.len()));
    let all = text.text();
    let from = floor(all, stop.saturating_sub(80));
    let window = all.get(from..stop)?.trim_end();
    let sentence = window
        .rfind(|c: char| {
            matches!(
                c,
                '.' | ':' | '\n' | '(' | '"' | '\'' | '`' | ',' | '>' | '=' | ']'
            )
        })
        .map_or(window, |at| {
            window.get(at..).map_or("", |rest| {
                rest.get(rest.chars().next().map_or(0, char::len_utf8)..)
                    .unwrap_or_default()
            })
        });
    let words: Vec<&str> = sentence.split_whitespace().collect();
    let mut name: Vec<&str> = words
        .iter()
        .rev()
        .take_while(|word| word.starts_with(|c: char| c.is_ascii_uppercase()))
        .copied()
        .collect();
    name.reverse();
    while matches!(
        name.first(),
        Some(
            &"The" | &"Error" | &"Service" | &"We" | &"I" | &"Unable" | &"This" | &"It" | &"Reason"
        )
    ) {
        name.remove(0);
    }
    if name.is_empty() || name.len() > 4 {
        return None;
    }
    let name = name.join(" ");
    let start = from + window.rfind(name.split(' ').next()?)?;
    let name = match cut_head(text, start) {
        Some(head) if head.starts_with(|c: char| c.is_ascii_uppercase()) => format!("{head}{name}"),
        _ => name,
    };
    Some(Value {
        text: name,
        start,
        end: from + window.len(),
        quoted: false,
    })
}
