//! What AFTER allows that BEFORE does not: the command `compare`.

use std::collections::BTreeMap;

use serde::Serialize;
use undeny_document::{Format, Input, MemberKind, Node, Paste, Reading, Value};
use undeny_iam::compare::{self, Owner};
use undeny_iam::policy::{self, Bindings, Dialect, Open, Policy, Settled};
use undeny_text::{LineIndex, Span};

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
    let settled = settled(&reading, text);
    let is_bounded = |it: &policy::Bounded| it.boundary.is_some();
    let open = settled.open.iter().filter(|_| !text.trim().is_empty());
    !settled.policies.is_empty()
        || !settled.limits.is_empty()
        || settled.bounded.iter().any(is_bounded)
        || open.count() > 0
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
    let settled = settled(&reading, text);
    let has_other = settled.open.len() > reading.problems.len() || !settled.limits.is_empty();
    if settled.policies.is_empty() && !has_other {
        return Err(match reading.problems.first() {
            Some(problem) => format!("{name}: {problem}"),
            None => format!("{name} holds no policy: there is no `Statement` in it"),
        });
    }
    let holders = Holders::new(&reading.documents);
    let mut bindings = Bindings::new();
    resolve::written_out(&reading, &Whereabouts::default(), &mut bindings);
    elsewhere(&reading, &mut bindings);
    let mut owners: Vec<Vec<Owner>> = settled
        .policies
        .iter()
        .map(|policy| {
            // What AWS says of one policy tells two roles apart that somebody compares.
            if settled.policies.len() == 1 && holders.said(policy).is_some() {
                return Vec::new();
            }
            let held = holders.held(policy, &bindings);
            let groups = held.groups.into_iter().map(|name| format!("group {name}"));
            let names = held.names.into_iter().chain(groups);
            let mut names: Vec<Owner> = names
                .chain(named_beside(&reading, policy))
                .map(Owner::Holder)
                .collect();
            let kind = if names.is_empty() {
                Owner::Resource
            } else {
                Owner::Held
            };
            names.extend(holders.address(policy).map(kind));
            names
        })
        .collect();
    hand_down(&reading, &settled.policies, &mut owners);
    Ok(Read { owners, settled })
}

/// Whom the resource of a policy names in other ways than as a role's, user's or group's name.
fn named_beside(reading: &Reading, policy: &Policy) -> Vec<String> {
    let mut node = reading
        .documents
        .get(policy.document)
        .map(|document| &document.root);
    let mut found = Vec::new();
    for index in policy.path.iter().take(3) {
        node = node.and_then(|node| node.children().get(*index));
        let nodes = ["permission_set_arn", "Groups", "GroupName"]
            .iter()
            .filter_map(|key| node?.get(key));
        for item in nodes.flat_map(Node::one_or_many) {
            if let Value::Opaque { expression } = &item.value {
                found.push(expression.clone());
            }
        }
    }
    found
}

/// A document that others put in is theirs too.
fn hand_down(reading: &Reading, policies: &[Policy], owners: &mut [Vec<Owner>]) {
    const PUT_IN: &[&str] = &[
        "override_json",
        "override_policy_documents",
        "source_json",
        "source_policy_documents",
    ];
    const MOST: usize = 10_000;
    let documents = policies.iter().enumerate();
    let documents: BTreeMap<String, usize> = documents
        .filter(|(_, policy)| policy.dialect == Dialect::TerraformData)
        .map(|(index, policy)| {
            let name = policy.name.as_deref().unwrap_or_default();
            (format!("data.aws_iam_policy_document.{name}.json"), index)
        })
        .collect();
    // Which document puts in which.
    let mut pairs = Vec::new();
    for (index, policy) in policies.iter().enumerate() {
        let document = reading.documents.get(policy.document);
        let node = document.and_then(|document| policy.node(&document.root));
        let nodes = PUT_IN.iter().filter_map(|key| node?.get(key));
        for item in nodes.flat_map(Node::one_or_many) {
            let Value::Opaque { expression } = &item.value else {
                continue;
            };
            if let Some(inner) = documents.get(expression).filter(|_| pairs.len() < MOST) {
                pairs.push((index, *inner));
            }
        }
    }
    // As deep as anybody nests them.
    for _ in 0..4 {
        for (outer, inner) in &pairs {
            let theirs = owners.get(*outer).cloned().unwrap_or_default();
            if let Some(own) = owners.get_mut(*inner) {
                own.extend(theirs);
                own.sort_unstable();
                own.dedup();
            }
        }
    }
}

/// What the text settles, what it leaves open, and what of it cannot be read.
fn settled(reading: &Reading, text: &str) -> Settled {
    let mut settled = policy::settle(reading, &[text], &policy::find(reading));
    policy::grants(reading, &[text], &mut settled);
    let problems = reading.problems.iter().map(|problem| {
        let (document, around) = around(reading, text, problem.span);
        let words: Vec<&str> = around.text(text).split_whitespace().collect();
        Open {
            policy: None,
            document,
            span: problem.span,
            why: problem.message.clone(),
            statements: Vec::new(),
            is_all: false,
            may_say_who: true,
            sign: format!("{}\n{}", problem.message, words.join(" ")),
        }
    });
    settled.open.extend(problems);
    settled
}

/// The part of the text in which what is wrong at `span` can change what is meant: a block, a template's resource, what stands between two of
/// them; with the document that it is in, or the first.
fn around(reading: &Reading, text: &str, span: Span) -> (usize, Span) {
    let mut index = 0;
    let mut found = Span::new(0, text.len());
    let mut node = None;
    let documents = reading.documents.iter().enumerate();
    for (at, document) in documents.filter(|(_, document)| document.format != Format::Text) {
        if narrow(&mut found, document.span, span) {
            (index, node) = (at, Some(&document.root));
        }
    }
    // A block, or `Resources` and a resource in it.
    for _ in 0..2 {
        let members = node.take().and_then(Node::as_map).into_iter();
        for member in members.flat_map(|map| &map.members) {
            if narrow(&mut found, member.span, span) && member.kind == MemberKind::Attribute {
                node = Some(&member.value);
            }
        }
    }
    (index, found)
}

/// Narrow `found`, in which `place` is, to `part` where that holds the place, and else to what is left beside it.
fn narrow(found: &mut Span, part: Span, place: Span) -> bool {
    let is_in = part.contains(place);
    if is_in {
        *found = part;
    } else if part.end <= place.start {
        found.start = found.start.max(part.end);
    } else if part.start >= place.end {
        found.end = found.end.min(part.start);
    }
    is_in
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
const HOLDING: &[&str] = &["group", "groups", "role", "roles", "user", "users"];

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
            // What is gone from BEFORE has no place in AFTER.
            let at = |offset: usize| if open.is_after { place(offset) } else { (1, 1) };
            unread.push(Unread {
                sentence: sentence.clone(),
                place: [at(open.span.start), at(open.span.end)],
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

    #[test]
    fn what_cannot_be_read_is_not_known() {
        let broken = "resource \"aws_iam_role_policy\" \"b\" {\n  role   = \"b\"\n  policy = jsonencode({ Statement = [{ Effect = \"Allow\", Action = \"*\", Resource = \"*\" ] })\n}\n";
        let heredoc = "resource \"aws_iam_role_policy\" \"b\" {\n  role   = \"b\"\n  policy = <<EOF\n{ \"Statement\": [{ \"Effect\": \"Allow\", \"Action\": \"*\", \"Resource\": \"*\" }\nEOF\n}\n";
        let directives = heredoc
            .replace("[{", "[\n%{ for a in var.all ~}\n{")
            .replace(" }\n", " },\n%{ endfor ~}\n] }\n");
        let before = document("reader", "s3:GetObject");
        for more in [broken, heredoc, &directives] {
            let after = format!("{before}{more}");
            let found = compare(&before, &after).unwrap();
            assert_eq!(found.new_access, []);
            assert!(!found.is_nothing(), "{after}");
            // What was broken before, and is as it was.
            assert!(compare(&after, &after).unwrap().is_nothing(), "{after}");
            let other = after.replace("\"reader\"", "\"readers\"");
            assert!(compare(&after, &other).unwrap().is_nothing(), "{after}");
        }
        let statement =
            |action: &str| format!(r#"[{{"Effect":"Allow","Action":"{action}","Resource":"*"}}]"#);
        let (get, all) = (statement("s3:GetObject"), statement("*"));
        let once = format!(r#"{{"Statement":{get}}}"#);
        let twice = format!(r#"{{"Statement":{get},"Statement":{all}}}"#);
        assert!(!compare(&once, &twice).unwrap().is_nothing());
    }

    #[test]
    fn what_only_attaches_is_not_passed_over() {
        let attached = |name: &str| {
            format!(
                "resource \"aws_iam_role_policy_attachment\" \"a\" {{\n  role       = \"a\"\n  policy_arn = \"arn:aws:iam::aws:policy/{name}\"\n}}\n"
            )
        };
        check(
            &attached("Billing"),
            &attached("AdministratorAccess"),
            &["*"],
        );
        assert!(has_policy(&attached("Billing")));
        let tags = "resource \"aws_s3_bucket\" \"a\" {\n  bucket = \"a\"\n}\n";
        assert!(!has_policy(tags));
        assert!(compare(tags, tags).is_err());
    }

    #[test]
    fn what_an_scp_no_longer_denies_is_new() {
        let scp = |label: &str, effect: &str, action: &str| {
            format!(
                "resource \"aws_organizations_policy\" \"{label}\" {{\n  content = jsonencode({{ Statement = [{{ Effect = \"{effect}\", Action = \"{action}\", Resource = \"*\" }}] }})\n}}\n"
            )
        };
        let guard = |action: &str| scp("guard", "Deny", action);
        let full = scp("full", "Allow", "*");
        check(&guard("s3:*"), &guard("s3:PutObject"), &["s3:*"]);
        check(&guard("s3:PutObject"), &guard("s3:*"), &[]);
        let beside = |guard: String| full.clone() + &guard;
        let before = beside(guard("s3:*"));
        check(&before, &beside(guard("s3:PutObject")), &["s3:*"]);
        check(&before, &full, &["s3:*"]);
        check(&full, &before, &[]);
        check(&before, &beside(scp("guardrail", "Deny", "s3:*")), &[]);
    }

    #[test]
    fn what_another_gets_is_new_to_it() {
        let all = document("all", "iam:*");
        let inline = |role: &str| {
            format!(
                "resource \"aws_iam_role_policy\" \"p\" {{\n  role   = {role}\n  policy = data.aws_iam_policy_document.all.json\n}}\n"
            )
        };
        let of = |role: &str| all.clone() + &inline(role);
        check(&of("\"few\""), &of("\"everyone\""), &["iam:*"]);
        check(
            &of("aws_iam_role.few.id"),
            &of("aws_iam_role.few.name"),
            &[],
        );
        let group = |name: &str| {
            of(name)
                .replace("aws_iam_role_policy", "aws_iam_group_policy")
                .replace("role  ", "group ")
        };
        check(&group("\"few\""), &group("\"everyone\""), &["iam:*"]);
        let set = |name: &str| {
            of(&format!("aws_ssoadmin_permission_set.{name}.arn"))
                .replace("role  ", "permission_set_arn")
                .replace(
                    "aws_iam_role_policy",
                    "aws_ssoadmin_permission_set_inline_policy",
                )
        };
        check(&set("few"), &set("few"), &[]);
        let template = |key: &str, names: &str| {
            format!(
                "Resources:\n  P:\n    Type: AWS::IAM::Policy\n    Properties:\n      PolicyName: p\n      {key}: [{names}]\n      PolicyDocument:\n        Statement: [{{Effect: Allow, Action: \"iam:*\", Resource: \"*\"}}]\n"
            )
        };
        check(
            &template("Roles", "a"),
            &template("Roles", "a, b"),
            &["iam:*"],
        );
        check(
            &template("Groups", "a"),
            &template("Groups", "b"),
            &["iam:*"],
        );
        check(&template("Roles", "a, b"), &template("Roles", "b"), &[]);
    }

    #[test]
    fn a_document_that_another_puts_in_is_its_too() {
        let inline = |label: &str| {
            format!(
                "resource \"aws_iam_role_policy\" \"{label}\" {{\n  role   = \"{label}\"\n  policy = data.aws_iam_policy_document.{label}.json\n}}\n"
            )
        };
        let rest = document("admin", "iam:*") + &inline("admin") + &inline("app");
        let app = document("app", "s3:GetObject");
        let before = app.clone() + &rest;
        for key in ["source_policy_documents", "override_policy_documents"] {
            let put_in =
                format!("{{\n  {key} = [data.aws_iam_policy_document.admin.json]\n  statement");
            let after = app.replace("{\n  statement", &put_in) + &rest;
            check(&before, &after, &["iam:*"]);
            check(&after, &before, &[]);
        }
    }

    #[test]
    fn what_is_made_otherwise_is_not_known() {
        let known = |before: &str, after: &str| {
            let found = compare(before, after).unwrap();
            assert_eq!(found.new_access, [], "{after}");
            found.is_nothing()
        };
        let policy = |more: &str| {
            format!(
                "resource \"aws_iam_role_policy\" \"p\" {{\n{more}  role   = \"app\"\n  policy = jsonencode({{ Statement = [{{ Effect = \"Allow\", Action = \"iam:*\", Resource = \"*\" }}] }})\n}}\n"
            )
        };
        let count = |count: &str| policy(&format!("  count  = {count}\n"));
        assert!(!known(&count("0"), &count("1")));
        assert!(!known(&count("var.x ? 1 : 0"), &policy("")));
        assert!(known(&policy(""), &count("var.x ? 1 : 0")));
        let local = |is: bool| format!("locals {{\n  on = {is}\n}}\n{}", count("local.on ? 1 : 0"));
        assert!(!known(&local(false), &local(true)));
        let each = |each: &str| policy(&format!("  for_each = toset([{each}])\n"));
        assert!(!known(&each(r#""a""#), &each(r#""a", "b""#)));
        assert!(known(&each(r#""a", "b""#), &each(r#""b""#)));
        assert!(!known(&each(""), &each(r#""a""#)));
        let template = |condition: &str, value: &str| {
            format!(
                "Conditions:\n  Dev: !Equals [!Ref Env, {value}]\nResources:\n  P:\n    Type: AWS::IAM::Policy\n{condition}    Properties:\n      PolicyName: p\n      Roles: [a]\n      PolicyDocument:\n        Statement: [{{Effect: Allow, Action: \"iam:*\", Resource: \"*\"}}]\n"
            )
        };
        let dev = template("    Condition: Dev\n", "dev");
        assert!(!known(&dev, &template("", "dev")));
        assert!(!known(&dev, &template("    Condition: Dev\n", "prod")));
        assert!(known(&template("", "dev"), &dev));
    }

    #[test]
    fn what_is_defined_beside_the_policies_is_read_or_told() {
        let found = |before: &str, after: &str| {
            let found = compare(before, after).unwrap();
            assert!(compare(after, after).unwrap().is_nothing(), "{after}");
            let actions = found.new_access.iter().flat_map(|it| &it.actions);
            (actions.cloned().collect::<Vec<_>>(), found.is_nothing())
        };
        let service = |custom: &str, action: &str, more: &str| {
            format!(
                "service: shop\ncustom:\n  actions: {custom}\nprovider:\n  name: aws\n  iam:\n    role:\n      statements:\n        - &first\n          Effect: Allow\n          Action: {action}\n          Resource: \"arn:aws:s3:::a/*\"\n{more}"
            )
        };
        let merged = "        - <<: *first\n          Resource: \"arn:aws:s3:::b/*\"\n";
        for action in ["*actions", "${self:custom.actions}"] {
            let custom = |actions: &str| {
                let mark = if action == "*actions" {
                    "&actions "
                } else {
                    ""
                };
                service(&format!("{mark}[{actions}]"), action, "")
            };
            let (get, more) = (custom("s3:GetObject"), custom("s3:GetObject, s3:PutObject"));
            assert_eq!(found(&get, &more), (vec!["s3:PutObject".into()], false));
            assert_eq!(found(&more, &get), (vec![], true));
        }
        let plain = service("[]", "s3:GetObject", "");
        let with = service("[]", "s3:GetObject", merged);
        assert_eq!(found(&plain, &with), (vec!["s3:GetObject".into()], false));
        assert_eq!(found(&with, &plain), (vec![], true));

        let unknown = (Vec::new(), false);
        let template = |name: &str, condition: &str, default: &str, bucket: &str| {
            format!(
                "Parameters:\n  Prefix: {{Type: String, Default: {default}}}\nMappings:\n  Names:\n    all: {{name: {name}}}\nConditions:\n  Dev: !Equals [!Ref Env, {condition}]\nResources:\n  P:\n    Type: AWS::S3::BucketPolicy\n    Properties:\n      Bucket: !Ref {bucket}\n      PolicyDocument:\n        Statement:\n          - !If [Dev, {{Effect: Allow, Principal: \"*\", Action: s3:ListBucket, Resource: \"*\"}}, !Ref AWS::NoValue]\n          - Effect: Allow\n            Principal: \"*\"\n            Action: s3:GetObject\n            Resource:\n              - \"*\"\n              - !Sub [\"arn:aws:s3:::${{n}}/${{Prefix}}\", {{n: !FindInMap [Names, all, name]}}]\n"
            )
        };
        let before = template("a", "dev", "x", "One");
        assert_eq!(found(&before, &template("b", "dev", "x", "One")), unknown);
        assert_eq!(found(&before, &template("a", "prod", "x", "One")), unknown);
        assert_eq!(found(&before, &template("a", "dev", "y", "One")), unknown);
        assert_eq!(found(&before, &template("a", "dev", "x", "Two")), unknown);
        let terraform = |default: &str, role: &str, other: &str| {
            format!(
                "variable \"objects\" {{\n  default = \"{default}\"\n}}\ndata \"aws_iam_role\" \"r\" {{\n  name = \"{role}\"\n}}\ndata \"aws_iam_role\" \"s\" {{\n  name = \"{other}\"\n}}\nresource \"aws_s3_bucket_policy\" \"p\" {{\n  bucket = \"a\"\n  policy = jsonencode({{ Statement = [{{ Effect = \"Allow\", Principal = {{ AWS = data.aws_iam_role.r.arn }}, Action = \"s3:GetObject\", Resource = var.objects }}] }})\n}}\n"
            )
        };
        let before = terraform("arn:aws:s3:::a/b/*", "ci", "x");
        assert_eq!(
            found(&before, &terraform("arn:aws:s3:::a/*", "ci", "x")),
            unknown
        );
        assert_eq!(
            found(&before, &terraform("arn:aws:s3:::a/b/*", "dev", "x")),
            unknown
        );
        assert_eq!(
            found(&before, &terraform("arn:aws:s3:::a/b/*", "ci", "y")),
            (Vec::new(), true)
        );
    }

    #[test]
    fn a_role_that_takes_another_policy_may_more_and_what_it_leaves_is_nothing_new() {
        let terraform = |taken: &str| {
            let policy = |name: &str, action: &str| {
                format!(
                    "resource \"aws_iam_policy\" \"{name}\" {{\n  policy = jsonencode({{ Statement = [{{ Effect = \"Allow\", Action = \"{action}\", Resource = \"*\" }}] }})\n}}\n"
                )
            };
            let role = format!(
                "resource \"aws_iam_role\" \"r\" {{\n  name = \"r\"\n  managed_policy_arns = [aws_iam_policy.{taken}.arn]\n}}\n"
            );
            role + &policy("a", "s3:GetObject") + &policy("b", "s3:PutObject")
        };
        check(&terraform("a"), &terraform("b"), &["s3:PutObject"]);
        let template = |taken: &str| {
            let policy = |name: &str, action: &str| {
                format!(
                    "  {name}:\n    Type: AWS::IAM::ManagedPolicy\n    Properties:\n      PolicyDocument:\n        Statement: [{{Effect: Allow, Action: \"{action}\", Resource: \"*\"}}]\n"
                )
            };
            let role = format!(
                "Resources:\n  R:\n    Type: AWS::IAM::Role\n    Properties:\n      ManagedPolicyArns: [{taken}]\n"
            );
            role + &policy("A", "s3:GetObject") + &policy("B", "s3:PutObject")
        };
        check(&template("!Ref A"), &template("!Ref B"), &["s3:PutObject"]);
        check(&template("!Ref A, !Ref B"), &template("!Ref B"), &[]);
    }

    #[test]
    fn other_syntaxes_attach_and_put_in_too() {
        let policy = r#"{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"s3:GetObject\",\"Resource\":\"*\"}]}"#;
        let json = |more: &str| {
            format!(
                r#"{{"resource":{{"aws_iam_role_policy":{{"p":{{"role":"app","policy":"{policy}"}}}}{more}}}}}"#
            )
        };
        let role = |more: &str| {
            json(&format!(
                r#","aws_iam_role":{{"app":{{"name":"app"{more}}}}}"#
            ))
        };
        let bounded = role(r#","permissions_boundary":"arn:aws:iam::604718392055:policy/b""#);
        let said = |attached: &str, more: &str| {
            format!(
                r#"{{"RoleDetailList":[{{"RoleName":"app","RolePolicyList":[{{"PolicyDocument":{{"Statement":[{{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}}]}}}}],"AttachedManagedPolicies":[{attached}]{more}}}]}}"#
            )
        };
        let billing = r#"{"PolicyName":"Billing","PolicyArn":"arn:aws:iam::aws:policy/Billing"}"#;
        let boundary = r#","PermissionsBoundary":{"PermissionsBoundaryArn":"arn:aws:iam::604718392055:policy/b"}"#;
        for (before, after) in [
            (
                json(""),
                json(
                    r#","aws_lambda_permission":{"a":{"action":"lambda:InvokeFunction","principal":"*"}}"#,
                ),
            ),
            (
                json(""),
                json(
                    r#","aws_iam_user_policy":{"a":{"user":"ann","policy":"${file(\"a.json\")}"}}"#,
                ),
            ),
            (bounded, role("")),
            (said("", ""), said(billing, "")),
            (said("", boundary), said("", "")),
        ] {
            assert!(!compare(&before, &after).unwrap().is_nothing(), "{after}");
            assert!(compare(&after, &after).unwrap().is_nothing(), "{after}");
            assert!(compare(&after, &before).unwrap().is_nothing(), "{before}");
        }
    }
}
