use crate::denial::{manual, manual_list};
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
        manual("assume-role-refused")
    }

    fn reads(&self) -> &'static str {
        manual(
            "`SERVICE was unable to assume the role`, `cannot be assumed by Lambda`, `must be assumable with edgelambda.amazonaws.com`, `Neither the global service principal ...`",
        )
    }

    fn source(&self) -> &'static str {
        manual("https://docs.aws.amazon.com/AmazonECS/latest/developerguide/troubleshooting.html")
    }

    fn examples(&self) -> &'static [&'static str] {
        manual_list(&[
            "ECS was unable to assume the role 'arn:aws:iam::111122223333:role/task' that was provided for this task.",
            "The role defined for the function cannot be assumed by Lambda.",
            "pods.eks.amazonaws.com cannot assume the role",
            "Neither the global service principal states.amazonaws.com, nor the regional one is authorized to assume the provided role.",
        ])
    }

    fn anchors(&self) -> &'static [&'static str] {
        &[
            "assumerolepermissionsfor",
            "beassumable",
            "beassumed",
            "canassumetherole",
            "cantassume",
            "neithertheglobalserviceprincipal",
            "notassume",
            "notauthorizedtocall:sts:assumerole",
            "toassume",
            "validateassumerole",
            "withtrustrelationshipto",
        ]
    }

    fn read(&self, text: &Normalised, hit: Span) -> Vec<Finding> {
        let Some(phrase) = text.squeezed().get(hit.range()) else {
            return Vec::new();
        };
        let before = text.squeezed_before(hit.start, 16);
        match phrase {
            "neithertheglobalserviceprincipal" => {
                let who = token(text, text.place_end(hit.end));
                let end = text
                    .squeezed_window(hit.end, 160)
                    .find("providedrole")
                    .map_or(hit.end, |at| hit.end + at + 12);
                one(who, None, Span::new(hit.start, end))
            }
            "beassumed" => {
                if ["cannot", "cant", "couldnot"]
                    .iter()
                    .any(|verb| before.ends_with(verb))
                {
                    passive(text, hit)
                } else {
                    Vec::new()
                }
            }
            "beassumable" => assumable(text, hit),
            "assumerolepermissionsfor" => {
                // `Role X should be given assume role permissions for Glue Service.`
                let who = name_until(text, hit.end, &["service"]);
                let role = role_before(text, hit.start);
                let begin = role
                    .as_ref()
                    .map_or(hit.start, |role| text.squeezed_at(role.start));
                one(who, role, Span::new(begin, hit.end))
            }
            "withtrustrelationshipto" => related(text, hit),
            "canassumetherole" | "validateassumerole" => permitted(text, hit),
            "notauthorizedtocall:sts:assumerole" => {
                one(principal_before(text, hit.start), None, hit)
            }
            _ => match VERBS.iter().find(|verb| {
                before.ends_with(**verb) && (phrase == "toassume") == verb.len().gt(&5)
            }) {
                Some(verb) => active(text, Span::new(hit.start - verb.len(), hit.end), verb),
                None if phrase == "cantassume" => active(text, hit, "could"),
                None => permitted(text, hit),
            },
        }
    }
}

/// What stands before `to assume`, and (the short ones) before `not assume`.
const VERBS: &[&str] = &[
    "attempting",
    "failed",
    "notable",
    "notauthorized",
    "unable",
    "can",
    "could",
];

/// Words between the verb and the role's name.
const WORDS: &[&str] = &[
    "execution",
    "iam",
    "provided",
    "service-linked",
    "servicelinked",
    "the",
];

/// `X was unable to assume the role 'ROLE'`, `Could not assume role ROLE`. `hit` reaches from the verb on.
fn active(text: &Normalised, hit: Span, verb: &str) -> Vec<Finding> {
    let Object {
        mut end,
        named,
        mut described,
    } = object(text, hit.end);
    let mut printed = false;
    let mut wraps = false;
    for word in ["(sts:assumerole)", "onresource", "witharn", "provided", ":"] {
        if text.squeezed_from(end).starts_with(word) {
            described |= word == "provided";
            printed |= word.starts_with('(');
            wraps |= word == ":";
            end += word.len();
        }
    }
    let window = text.squeezed_window(end, 60);
    // Said by wrappers before the sentence itself: `Could not assume role with user credentials: User: ...`.
    if window.starts_with("with")
        || window.starts_with("because")
        || window.contains("isnotauthorized")
    {
        return Vec::new();
    }
    let role = role_at(text, end);
    // .. or before another library's wrapper: `failed to assume role: operation error STS: AssumeRole, https response error .. User: ...`.
    if role.is_none()
        && wraps
        && text
            .squeezed_window(end, 400)
            .contains("isnotauthorizedtoperform")
    {
        return Vec::new();
    }
    if !named && role.is_none() {
        return Vec::new();
    }
    let who = match verb {
        "can" | "could" | "failed" => speaker(text, hit.start, &[]),
        "attempting" => None,
        "notauthorized" => {
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
    let allowed = ["allowsprincipal", "theserviceprincipal"]
        .iter()
        .find_map(|phrase| window.find(phrase).map(|at| at + phrase.len()))
        .and_then(|at| token(text, text.place_end(hit.end + at)));
    let who = allowed.or(who);
    let alone = role.is_none() && who.is_none();
    let refused = match verb {
        "notauthorized" => true,
        "attempting" => text.squeezed_before(hit.start, 24).contains("accessdenied"),
        // `pods.eks.amazonaws.com cannot assume the role`
        "can" | "could" => {
            let is_service = |who: &Value| who.text.ends_with(".amazonaws.com");
            role.is_some() || named && who.as_ref().is_some_and(is_service)
        }
        "unable" => !alone || described || begins(text, hit.start),
        _ => !alone || described,
    };
    if !refused {
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
        if printed {
            finding.denial.action_source = ActionSource::Printed;
        }
    }
    found
}

/// What stands after `to assume`: `the provided role`.
struct Object {
    /// Where the squeezed text goes on.
    end: usize,
    /// Whether it is a role in so many words.
    named: bool,
    /// Whether a word says which role, without naming it.
    described: bool,
}

fn object(text: &Normalised, at: usize) -> Object {
    let mut end = at;
    let mut described = false;
    while let Some(word) = WORDS
        .iter()
        .find(|word| text.squeezed_from(end).starts_with(**word))
    {
        described |= word.len() > 3;
        end += word.len();
    }
    let named = text.squeezed_from(end).starts_with("role");
    Object {
        end: if named { end + 4 } else { end },
        named,
        described,
    }
}

/// Whether a message begins at the squeezed offset `at`: a capital behind a quote or a colon, or at the start of a line.
fn begins(text: &Normalised, at: usize) -> bool {
    let place = text.place(at);
    let all = text.text();
    all.get(place..)
        .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_uppercase()))
        && all.get(..place).is_some_and(|before| {
            before.is_empty() || before.ends_with(['"', '\'', '`', '\n']) || before.ends_with(": ")
        })
        && !all.get(place..).is_some_and(|rest| {
            let line = rest.split('\n').next().unwrap_or_default();
            line.contains(['%', '{'])
        })
}

/// `The function execution role must be assumable with edgelambda.amazonaws.com as well as ... Role: ROLE`
fn assumable(text: &Normalised, hit: Span) -> Vec<Finding> {
    let window = text.squeezed_window(hit.end, 300);
    let Some(rest) = window
        .strip_prefix("with")
        .or_else(|| window.strip_prefix("by"))
    else {
        return Vec::new();
    };
    let who = token(text, text.place_end(hit.end + (window.len() - rest.len())))
        .filter(|who| who.text.contains(".amazonaws.com"));
    if who.is_none() {
        return Vec::new();
    }
    let role = window
        .find("role:arn:")
        .and_then(|at| token(text, text.place_end(hit.end + at + 5)));
    let end = role
        .as_ref()
        .or(who.as_ref())
        .map_or(hit.end, |last| text.squeezed_at(last.end));
    one(who, role, Span::new(hit.start, end))
}

/// `Account 111122223333 should have 'ROLE' role with trust relationship to CloudFormation service.`
fn related(text: &Normalised, hit: Span) -> Vec<Finding> {
    let before = text.squeezed_before(hit.start, 160);
    let Some(at) = before.rfind("shouldhave") else {
        return Vec::new();
    };
    let role = token(
        text,
        text.place_end(hit.start - before.len() + at + "shouldhave".len()),
    );
    let after = hit.end
        + if text.squeezed_from(hit.end).starts_with("role") {
            4
        } else {
            0
        };
    let who = name_until(text, after, &["service"]);
    one(who, role, hit)
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
    let object = object(text, hit.end);
    if !object.named && !before.contains("role") {
        return Vec::new();
    }
    // `S3 Files does not have permissions to assume the provided role.`
    if let Some(lacking) = before
        .strip_suffix('s')
        .unwrap_or(before)
        .strip_suffix("permission")
        .and_then(|rest| {
            ["doesnothave", "doesnthave"]
                .iter()
                .find_map(|verb| rest.strip_suffix(verb))
        })
    {
        let who = speaker(text, base + lacking.len(), &[]);
        return if who.is_some() {
            one(
                who,
                role_at(text, object.end),
                Span::new(base + lacking.len(), hit.end),
            )
        } else {
            Vec::new()
        };
    }
    for phrase in [
        "allowsprincipal",
        "mustallow",
        "allowthe",
        "allowing",
        "permissionfor",
        "permissionsfor",
        "havegiven",
    ] {
        if let Some(at) = before.rfind(phrase) {
            let start = text.place_end(base + at + phrase.len());
            // `given SERVICE permission`: the name ends before it.
            let said = ["permissions", "permission"]
                .iter()
                .find(|word| before.ends_with(**word))
                .map_or(0, |word| word.len());
            let raw = text
                .text()
                .get(start..text.place(hit.start - said))
                .unwrap_or_default();
            let raw = raw.trim().trim_matches(['"', '\'', '`', ':']).trim();
            // Cut inside a word, or between two.
            let name = match raw.split_once('\n') {
                Some((head, tail)) if tail.starts_with(|c: char| c.is_ascii_lowercase()) => {
                    format!("{head}{tail}")
                }
                _ => raw.replace('\n', " "),
            };
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
        || name.starts_with('<')
        || name.starts_with("***")
        || name.contains("role/");
    let role = role && name.contains(|c: char| c.is_alphanumeric() || c == '*');
    (role && !name.contains(' ') || name.starts_with("arn:")).then(|| Value {
        text: value.text.trim_end_matches(':').to_owned(),
        ..value
    })
}

/// The role named before the squeezed offset `at`, in the same sentence.
pub(super) fn role_before(text: &Normalised, at: usize) -> Option<Value> {
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
    // A name that goes on in the next line: cut inside a word, or between two that begin with capitals.
    let mut shapes = [
        raw.replace('\n', ""),
        raw.replace('\n', " "),
        line.to_owned(),
    ];
    if raw
        .split_once('\n')
        .is_some_and(|(_, next)| next.starts_with(|c: char| c.is_ascii_uppercase()))
    {
        shapes.swap(0, 1);
    }
    let shapes = shapes.map(upto);
    let known = shapes
        .iter()
        .find(|name| operations::service_principal(name).is_some());
    let name = known.or(shapes.last())?.clone();
    (!name.is_empty() && name.split_whitespace().count() <= 4).then_some(Value {
        text: name,
        start,
        end: start + line.len(),
        quoted: false,
    })
}

/// Words that begin a sentence in front of a verb and name nobody.
const NOT_NAMES: &[&str] = &[
    "Error", "I", "It", "Reason", "Service", "The", "This", "Unable", "We",
];

/// Whether a word is a logger's level: `ERR`, `WARN`, `ERROR`.
fn is_level(word: &str) -> bool {
    [
        "CRIT", "CRITICAL", "DBG", "DEBUG", "ERR", "ERROR", "FATAL", "FTL", "INF", "INFO", "PANIC",
        "TRACE", "WARN", "WARNING", "WRN",
    ]
    .contains(&word)
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
    // `AWS IoT (iot.amazonaws.com) is unable`.
    if let Some(raw) = window
        .strip_suffix(')')
        .and_then(|window| window.rsplit('(').next())
    {
        let name = raw.replace('\n', "");
        if name.ends_with(".amazonaws.com") && !name.contains(' ') {
            let end = from + window.len() - 1;
            return Some(Value {
                text: name,
                start: end - raw.len(),
                end,
                quoted: false,
            });
        }
    }
    // `pods.eks.amazonaws.com cannot assume`.
    let unquoted = window.trim_end_matches(['\'', '"', '`']);
    if let Some(name) = unquoted
        .rsplit(|c: char| c.is_whitespace() || "'\"`(:=".contains(c))
        .next()
        .filter(|name| name.ends_with(".amazonaws.com"))
    {
        let end = from + unquoted.len();
        return Some(Value {
            text: name.to_owned(),
            start: end - name.len(),
            end,
            quoted: false,
        });
    }
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
    while name
        .first()
        .is_some_and(|word| NOT_NAMES.contains(word) || is_level(word))
    {
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
