//! What AFTER allows that BEFORE does not: the command `compare`.

use serde::Serialize;
use undeny_document::{Input, MemberKind, Node, Paste, Reading, Value};
use undeny_iam::compare::{self, Owner};
use undeny_iam::policy::{self, Bindings, Settled};
use undeny_text::LineIndex;

use crate::holder::Holders;
use crate::proof::as_request;
use crate::report::{Request, SCHEMA};
use crate::resolve::{self, Whereabouts};

/// What `compare` prints.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ComparisonReport {
    /// [`SCHEMA`].
    pub schema: u32,
    /// Everything that is newly allowed.
    pub new_access: Vec<Access>,
    /// Whether it is exactly that, and not more than that.
    pub exact: bool,
    /// What had to be over-approximated, and why.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub approximated: Vec<String>,
    /// What is nothing new and yet not the same.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// What may allow something and was not read, each with its sentence in `approximated`: where nothing new is listed, these are why that
    /// is not known.
    #[serde(skip)]
    pub unread: Vec<Unread>,
    /// What was asked.
    #[serde(skip)]
    pub question: Question,
}

/// Something that may allow and was not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    /// Which, where, and why.
    pub sentence: String,
    /// Lines and columns in AFTER's text, as in [`Access::place`].
    pub place: [(usize, usize); 2],
}

impl ComparisonReport {
    /// Whether nothing is allowed of what was asked for, for certain.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        self.new_access.is_empty() && self.unread.is_empty()
    }
}

/// What a [`ComparisonReport`] answers: its `new_access` lists every "yes".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    /// What does AFTER allow that BEFORE does not?
    NewAccess,
    /// Does the policy allow any of this?
    AccessNotGranted,
    /// Does the policy allow anything to just anybody?
    NoPublicAccess,
}

/// One box of new access.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Access {
    /// What.
    pub actions: Vec<String>,
    /// On what.
    pub resources: Vec<String>,
    /// To whom; empty where the policies have no `Principal`.
    pub principals: Vec<String>,
    /// Under which conditions, in words.
    pub condition: Option<String>,
    /// A request that AFTER allows and BEFORE does not.
    pub example: Request,
    /// Lines and columns (in characters, from 1) of the granting statement in AFTER's text: of its first character, and behind its last.
    #[serde(skip)]
    pub place: [(usize, usize); 2],
}

/// Compare the policies in two texts.
///
/// # Errors
/// A sentence that says which text holds no policy.
pub fn compare(before: &str, after: &str) -> Result<ComparisonReport, String> {
    let (settled_before, settled_after) = (read(before, "BEFORE")?, read(after, "AFTER")?);
    let comparison = compare::compare_settled(
        &settled_before.settled,
        &settled_after.settled,
        [&settled_before.owners, &settled_after.owners],
    );
    Ok(report(
        comparison,
        Question::NewAccess,
        [("BEFORE", before), ("AFTER", after)],
    ))
}

/// Whether there is anything to compare in the text: a policy, or something that cannot be read and may be one.
#[must_use]
pub fn has_policy(text: &str) -> bool {
    let paste = Paste {
        inputs: vec![Input {
            text: text.to_owned(),
            ..Input::default()
        }],
    };
    let reading = undeny_document::read(&paste);
    let broken = !text.trim().is_empty() && !reading.problems.is_empty();
    broken || !policy::find(&reading).is_empty()
}

/// What the policies in a text allow of these actions on these resources; of all actions or resources where a list is empty.
///
/// # Errors
/// A sentence that says what is no action, or that the text holds no policy.
pub fn access_not_granted(
    text: &str,
    actions: &[String],
    resources: &[String],
) -> Result<ComparisonReport, String> {
    if actions.is_empty() && resources.is_empty() {
        return Err("say which access must not be granted: actions, resources or both".to_owned());
    }
    for action in actions {
        let is_action = action == "*"
            || action.split_once(':').is_some_and(|(service, name)| {
                !name.is_empty() && !service.is_empty() && !service.contains(['*', '?', ' '])
            });
        if !is_action {
            return Err(format!(
                "`{action}` is no action; write it as `service:Name`, with `*` and `?` in the name where more are meant"
            ));
        }
    }
    let read = read(text, "POLICY")?;
    let mut comparison = compare::Comparison::default();
    for policies in compare::by_owner(&read.settled.at_most(), &read.owners) {
        comparison.join(compare::granted(&policies, actions, resources));
    }
    comparison.leave_open(&read.settled);
    Ok(report(
        comparison,
        Question::AccessNotGranted,
        [("", ""), ("POLICY", text)],
    ))
}

/// What the resource policies in a text allow to just anybody: to callers that they neither name nor tell by a fixed account, organisation,
/// source or network.
///
/// # Errors
/// A sentence, where the text holds no policy or the policies do not say who.
pub fn no_public_access(text: &str) -> Result<ComparisonReport, String> {
    let mut read = read(text, "POLICY")?;
    read.settled.open.retain(|open| open.may_say_who);
    let mut comparison = compare::Comparison::default();
    let mut says_who = false;
    for policies in compare::by_owner(&read.settled.at_most(), &read.owners) {
        let mut statements = policies.iter().flat_map(|policy| &policy.statements);
        if statements.any(|statement| statement.principals.is_some()) {
            says_who = true;
            comparison.join(compare::public(&policies));
        }
    }
    comparison.leave_open(&read.settled);
    if !says_who && comparison.open.is_empty() {
        return Err(
            "POLICY has no `Principal`: only a resource's policy can make something public"
                .to_owned(),
        );
    }
    Ok(report(
        comparison,
        Question::NoPublicAccess,
        [("", ""), ("POLICY", text)],
    ))
}

/// The policies of a text.
struct Read {
    settled: Settled,
    /// Whose each is.
    owners: Vec<Vec<Owner>>,
}

fn read(text: &str, name: &str) -> Result<Read, String> {
    let paste = Paste {
        inputs: vec![Input {
            text: text.to_owned(),
            ..Input::default()
        }],
    };
    let reading = undeny_document::read(&paste);
    let policies = policy::find(&reading);
    if policies.is_empty() {
        return Err(match reading.problems.first() {
            Some(problem) => format!("{name}: {problem}"),
            None => format!("{name} holds no policy: there is no `Statement` in it"),
        });
    }
    let settled = policy::settle(&reading, &[text], &policies);
    let holders = Holders::new(&reading.documents);
    let mut bindings = Bindings::new();
    resolve::written_out(&reading, &Whereabouts::default(), &mut bindings);
    elsewhere(&reading, &mut bindings);
    let owners = settled.policies.iter().map(|policy| {
        let names = holders.of(policy, &bindings);
        if names.is_empty() {
            let address = holders.address(policy).map(Owner::Resource);
            address.into_iter().collect()
        } else {
            names.into_iter().map(Owner::Holder).collect()
        }
    });
    Ok(Read {
        owners: owners.collect(),
        settled,
    })
}

/// Names for the roles and users that policies are attached to and that another file makes: `aws_iam_role.ci.id` and `.name` are one.
fn elsewhere(reading: &Reading, bindings: &mut Bindings) {
    let documents = reading.documents.iter();
    let blocks = documents
        .filter_map(|document| document.root.as_map())
        .flat_map(|map| &map.members)
        .filter(|member| matches!(member.kind, MemberKind::Block(_)));
    let nodes = blocks
        .flat_map(|member| HOLDING.iter().filter_map(|key| member.value.get(key)))
        .flat_map(Node::one_or_many);
    for node in nodes {
        if let Value::Opaque { expression } = &node.value
            && !bindings.contains_key(expression)
        {
            let stem = expression
                .strip_suffix(".id")
                .or_else(|| expression.strip_suffix(".name"));
            let name = stem.unwrap_or(expression).to_owned();
            bindings.insert(expression.clone(), name);
        }
    }
}

/// The attributes that say whose a policy is.
const HOLDING: &[&str] = &["role", "roles", "user", "users"];

/// `texts` are the two sides' with their names; a question about one policy has the second only.
fn report(
    comparison: compare::Comparison,
    question: Question,
    texts: [(&str, &str); 2],
) -> ComparisonReport {
    let [before, after] = texts.map(|(name, text)| (name, text, LineIndex::new(text)));
    let place_in = |(_, text, lines): &(&str, &str, LineIndex), offset: usize| {
        let at = lines.line_column(text, offset);
        (at.line, at.column)
    };
    let place = |offset: usize| place_in(&after, offset);
    let mut approximated = comparison.approximated;
    let mut unread = Vec::new();
    for open in comparison.open {
        let side = if open.is_after { &after } else { &before };
        let (line, _) = place_in(side, open.span.start);
        let how = if open.may_allow_more {
            "what it may allow was not read"
        } else if open.is_after {
            "it is taken to allow all that it may, and to deny nothing"
        } else {
            "it is taken to allow nothing"
        };
        let sentence = format!(
            "{} has an open part in line {line}: {}; {how}",
            side.0, open.why
        );
        if open.may_allow_more {
            unread.push(Unread {
                sentence: sentence.clone(),
                place: [place(open.span.start), place(open.span.end)],
            });
        }
        if !approximated.contains(&sentence) {
            approximated.push(sentence);
        }
    }
    ComparisonReport {
        schema: SCHEMA,
        new_access: comparison
            .new_access
            .into_iter()
            .map(|access| Access {
                actions: access.actions,
                resources: access.resources,
                principals: access.principals,
                condition: access.condition,
                example: as_request(&access.example),
                place: [place(access.span.start), place(access.span.end)],
            })
            .collect(),
        exact: approximated.is_empty(),
        approximated,
        unread,
        notes: comparison.notes,
        question,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A role with what it may do and who may become it.
    fn role(name: &str, action: &str, service: &str) -> String {
        format!(
            r#"
resource "aws_iam_role" "{name}" {{
  name               = "{name}"
  assume_role_policy = jsonencode({{ Statement = [{{ Effect = "Allow", Principal = {{ Service = "{service}" }}, Action = "sts:AssumeRole" }}] }})
}}
resource "aws_iam_role_policy" "{name}" {{
  role   = aws_iam_role.{name}.name
  policy = jsonencode({{ Statement = [{{ Effect = "Allow", Action = "{action}", Resource = "*" }}] }})
}}
"#
        )
    }

    fn document(label: &str, action: &str) -> String {
        format!(
            r#"
data "aws_iam_policy_document" "{label}" {{
  statement {{
    actions   = ["{action}"]
    resources = ["*"]
  }}
}}
"#
        )
    }

    #[track_caller]
    fn check(before: &str, after: &str, new: &[&str]) {
        let found = compare(before, after).unwrap();
        let actions: Vec<&str> = found
            .new_access
            .iter()
            .flat_map(|access| access.actions.iter().map(String::as_str))
            .collect();
        assert_eq!(actions, new, "{after}");
    }

    #[test]
    fn what_a_role_may_is_seen_beside_who_may_become_it() {
        let before = role("app", "s3:GetObject", "ec2.amazonaws.com");
        check(&before, &before, &[]);
        let after = role("app", "s3:PutObject", "ec2.amazonaws.com");
        check(&before, &after, &["s3:PutObject"]);
        let after = role("app", "s3:GetObject", "lambda.amazonaws.com");
        check(&before, &after, &["sts:AssumeRole"]);
    }

    #[test]
    fn what_one_role_may_is_new_to_another() {
        let admin = role("admin", "*", "ec2.amazonaws.com");
        let of = |action: &str, service: &str| admin.clone() + &role("app", action, service);
        let before = of("s3:GetObject", "lambda.amazonaws.com");
        let after = of("s3:PutObject", "lambda.amazonaws.com");
        check(&before, &after, &["s3:PutObject"]);
        let after = of("s3:GetObject", "ec2.amazonaws.com");
        check(&before, &after, &["sts:AssumeRole"]);
        check(&admin, &before, &["s3:GetObject", "sts:AssumeRole"]);
        check(&before, &admin, &[]);
    }

    #[test]
    fn another_policy_of_the_same_role_is_nothing_new() {
        let inline = |statements: &str| {
            format!(
                "resource \"aws_iam_role_policy\" \"a\" {{\n  role   = aws_iam_role.app.id\n  policy = jsonencode({{ Statement = [{statements}] }})\n}}\n"
            )
        };
        let managed = |role: &str, statements: &str| {
            format!(
                "resource \"aws_iam_policy\" \"b\" {{\n  policy = jsonencode({{ Statement = [{statements}] }})\n}}\n\
                 resource \"aws_iam_role_policy_attachment\" \"b\" {{\n  role       = {role}\n  policy_arn = aws_iam_policy.b.arn\n}}\n"
            )
        };
        let get = r#"{ Effect = "Allow", Action = "s3:GetObject", Resource = "*" }"#;
        let send = r#"{ Effect = "Allow", Action = "sqs:SendMessage", Resource = "*" }"#;
        let before = inline(&format!("{get}, {send}"));
        check(
            &before,
            &(inline(get) + &managed("aws_iam_role.app.name", send)),
            &[],
        );
        check(
            &before,
            &(inline(get) + &managed("aws_iam_role.other.name", send)),
            &["sqs:SendMessage"],
        );
    }

    #[test]
    fn a_renamed_document_is_nothing_new() {
        let all = document("all", "*");
        check(
            &(all.clone() + &document("reader", "s3:GetObject")),
            &(all.clone() + &document("readers", "s3:GetObject")),
            &[],
        );
        check(
            &(all.clone() + &document("reader", "s3:GetObject")),
            &(all + &document("readers", "s3:PutObject")),
            &["s3:PutObject"],
        );
    }

    #[test]
    fn another_format_is_nothing_new() {
        let json = r#"{"Statement":{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}}"#;
        check(json, &document("reader", "s3:GetObject"), &[]);
        check(json, &document("reader", "s3:PutObject"), &["s3:PutObject"]);
        check(&document("reader", "s3:GetObject"), json, &[]);
    }
}
