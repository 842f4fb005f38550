//! Room for the first policy of a role, user or function that the paste makes and gives none.
//!
//! It stands among the policies where the new one will be found, has no statement, and allows nothing; a statement added to it is written with a
//! policy around it (`undeny_iam::change`).

use undeny_document::{MemberKind, Node, Piece, Value};
use undeny_iam::denial::{DenialKind, PolicyType};
use undeny_iam::evaluate::{Layer, Request};
use undeny_iam::glob;
use undeny_iam::policy::{Dialect, Policy, RoleSource, Version};

use crate::case::{Case, name_of_caller};
use crate::holder::{self, Maker};
use crate::resolve;
use crate::words::code;

/// Where a first policy has room.
#[derive(Clone, Debug)]
pub(crate) struct Room {
    /// The index that it will have among the policies.
    pub(crate) index: usize,
    document: usize,
    /// The way from the document's root to what makes the role, user or function.
    path: Vec<usize>,
    /// What that is called in a sentence.
    name: String,
}

impl Room {
    /// Put the policy without a statement into `case`, one of whose documents has the room.
    pub(crate) fn open(&self, case: &mut Case<'_>) {
        let document = case.reading.documents.get(self.document);
        let node = document.and_then(|document| node_at(&document.root, &self.path));
        let policy = Policy {
            document: self.document,
            path: self.path.clone(),
            span: node.map(|node| node.span).unwrap_or_default(),
            dialect: Dialect::Unwritten,
            role: undeny_document::Role::Identity,
            role_source: RoleSource::Content,
            name: Some(self.name.clone()),
            version: Version::V2012,
            statements: Vec::new(),
        };
        let index = self.index.min(case.policies.len());
        case.policies.insert(index, policy);
    }
}

fn node_at<'n>(root: &'n Node, path: &[usize]) -> Option<&'n Node> {
    path.iter()
        .try_fold(root, |node, index| node.children().get(*index))
}

/// Open room for the callers of `case` whose denials ask for their policy, and who are made in the paste without one; `false` where there is none.
pub(crate) fn make(case: &mut Case<'_>) -> bool {
    let mut wanted: Vec<Request> = Vec::new();
    for request in crate::rules::asking_for_a_policy(case) {
        if !(wanted.iter()).any(|known| known.principal == request.principal) {
            wanted.push(request);
        }
    }
    for request in &wanted {
        if let Some(room) = find(case, request) {
            if !is_about_identity(case, &request.principal) {
                case.taken.push(format!(
                    "the {} is taken to have no policy besides what was pasted",
                    room.name
                ));
            }
            let is_taken = case.maker(&request.principal).is_none();
            if is_taken && service(case, &request.principal).is_none() {
                let caller = name_of_caller(&request.principal).unwrap_or_default();
                case.taken
                    .push(format!("the {} is taken for {}", room.name, code(&caller)));
            }
            case.make_room(room, &request.principal);
        }
    }
    !case.told.rooms.is_empty()
}

/// The room that what makes the caller of a request has.
fn find(case: &Case<'_>, request: &Request) -> Option<Room> {
    let caller = request.principal.as_str();
    let is_told = is_about_identity(case, caller);
    // The other side's policy as pasted may be what is not in force.
    if !is_told && !(case.setup(request.clone()).policies(Layer::Resource)).is_empty() {
        return None;
    }
    if let Some((document, path, service)) = service(case, caller) {
        return Some(Room {
            index: index_at(case, document, &path),
            document,
            path,
            name: format!("role of the service {}", code(service)),
        });
    }
    let maker = maker(case, caller)?;
    let (document, path, node) = place(case, &maker)?;
    if has_several(node, &maker) {
        return None;
    }
    if !is_told {
        let services: Vec<&str> = services(case, caller).collect();
        if !(attached(case, node, &maker).iter()).all(|policy| gives_none_of(policy, &services)) {
            return None;
        }
    }
    let name = match maker {
        Maker::Terraform(kind, label) => {
            let noun = kind.strip_prefix("aws_iam_").unwrap_or(kind);
            format!("{noun} {}", code(&format!("{kind}.{label}")))
        }
        Maker::Template(id) => match holder::kind_of(node) {
            Some("AWS::IAM::User") => format!("user {}", code(id)),
            Some("AWS::Serverless::StateMachine") => return None,
            _ => format!("role {}", code(id)),
        },
        Maker::Function(id) => format!("function {}", code(id)),
    };
    Some(Room {
        index: index_at(case, document, &path),
        document,
        path,
        name,
    })
}

/// Whether something in the paste may make the caller.
pub(crate) fn is_made(case: &Case<'_>, caller: &str) -> bool {
    service(case, caller).is_some() || maker(case, caller).is_some()
}

/// The index among the policies of one that is to stand below `path`, behind the others there.
fn index_at(case: &Case<'_>, document: usize, path: &[usize]) -> usize {
    let is_before = |policy: &&Policy| {
        let start = policy.path.get(..path.len()).unwrap_or(&policy.path);
        (policy.document, start) <= (document, path)
    };
    case.policies.iter().filter(is_before).count()
}

/// The service of Serverless that makes the caller's role, `SERVICE-STAGE-REGION-lambdaRole`, and gives it no statement: its document, the way to
/// its provider, and its name.
///
/// Source: <https://www.serverless.com/framework/docs/providers/aws/guide/iam>
fn service<'c>(case: &'c Case<'_>, caller: &str) -> Option<(usize, Vec<usize>, &'c str)> {
    let called = name_of_caller(caller)?;
    let called = called.strip_suffix("-lambdaRole")?;
    case.reading
        .documents
        .iter()
        .enumerate()
        .find_map(|(index, document)| {
            let root = document.root.as_map()?;
            let named = document.root.get("service")?;
            let name = named.as_str().or_else(|| named.get("name")?.as_str())?;
            let at = root
                .members
                .iter()
                .position(|it| it.key.text == "provider")?;
            let provider = &root.members.get(at)?.value;
            let is_own = called.strip_prefix(name)?.starts_with('-')
                && provider.get("name").and_then(Node::as_str) == Some("aws")
                && ["iamManagedPolicies", "iamRoleStatements", "role"]
                    .iter()
                    .all(|key| provider.get(key).is_none());
            let role = provider.get("iam").and_then(|iam| iam.get("role"));
            let has_room = role.is_none_or(|role| {
                role.as_map().is_some()
                    && ["managedPolicies", "statements"]
                        .iter()
                        .all(|key| role.get(key).is_none())
            });
            (is_own && has_room).then(|| (index, vec![at], name))
        })
}

/// What in the paste makes the caller's role or user: what is called so, else the one role of Terraform whose name may come out so.
fn maker<'c>(case: &'c Case<'_>, caller: &str) -> Option<Maker<'c>> {
    case.maker(caller).or_else(|| {
        let called = name_of_caller(caller)?;
        let mut fitting = resolve::resources(&case.reading, ROLE).filter(|(_, node)| {
            node.get("name")
                .is_some_and(|name| may_be(name, &called, case))
        });
        match (fitting.next(), fitting.next()) {
            (Some((label, _)), None) => Some(Maker::Terraform(ROLE, label)),
            _ => None,
        }
    })
}

const ROLE: &str = "aws_iam_role";

/// Whether a name that is put together may come out as `called`: what of it is written is in the right place, and says more than what it is.
fn may_be(name: &Node, called: &str, case: &Case<'_>) -> bool {
    const SAY_NOTHING: &[&str] = &[
        "access",
        "execution",
        "exec",
        "function",
        "iam",
        "lambda",
        "role",
        "service",
        "task",
    ];
    let Value::Text(text) = &name.value else {
        return false;
    };
    let mut tells = false;
    let pattern: String = text
        .pieces()
        .iter()
        .map(|piece| match piece {
            Piece::Literal(text) => {
                let mut words = text.split(|letter: char| !letter.is_alphanumeric());
                tells |= words.any(|word| word.len() > 2 && !SAY_NOTHING.contains(&word));
                text.as_str()
            }
            Piece::Reference(expression) => {
                case.known().get(expression).map_or("*", String::as_str)
            }
        })
        .collect();
    tells && glob::matches(&pattern, called)
}

/// Where the paste makes it: the document, the way to it, and the node.
fn place<'c>(case: &'c Case<'_>, maker: &Maker<'_>) -> Option<(usize, Vec<usize>, &'c Node)> {
    case.reading
        .documents
        .iter()
        .enumerate()
        .find_map(|(index, document)| {
            let members = &document.root.as_map()?.members;
            members.iter().enumerate().find_map(|(at, member)| match maker {
                Maker::Terraform(kind, label) => {
                    let is_it = member.key.text == "resource"
                        && matches!(&member.kind, MemberKind::Block(labels) if labels.as_slice() == [*kind, *label]);
                    is_it.then_some((index, vec![at], &member.value))
                }
                Maker::Template(id) | Maker::Function(id) => {
                    let resources = member.value.as_map().filter(|_| member.key.text == "Resources")?;
                    let inner = resources.members.iter().position(|it| it.key.text == *id)?;
                    let resource = resources.members.get(inner)?;
                    Some((index, vec![at, inner], &resource.value))
                }
            })
        })
}

/// Whether a block makes several, or has what keeps other policies away.
///
/// Source: <https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/iam_role#inline_policy>
fn has_several(node: &Node, maker: &Maker<'_>) -> bool {
    const KEYS: &[&str] = &["count", "for_each", "inline_policy", "name_prefix"];
    matches!(maker, Maker::Terraform(..)) && KEYS.iter().any(|key| node.get(key).is_some())
}

/// Whether the message says that the caller's own policies do not allow the call.
fn is_about_identity(case: &Case<'_>, caller: &str) -> bool {
    let mut own = case
        .denials
        .iter()
        .map(|denial| &denial.value)
        .filter(|denial| denial.principal.as_deref() == Some(caller))
        .peekable();
    own.peek().is_some()
        && own.all(|denial| {
            denial.kind == DenialKind::Implicit && denial.policy_type == Some(PolicyType::Identity)
        })
}

/// The services of what the caller was denied.
fn services<'c>(case: &'c Case<'_>, caller: &'c str) -> impl Iterator<Item = &'c str> {
    let denials = case.denials.iter().map(|denial| &denial.value);
    denials
        .filter(move |denial| denial.principal.as_deref() == Some(caller))
        .filter_map(|denial| denial.action.as_deref()?.split(':').next())
}

/// Managed policies of AWS that everybody attaches, each with the services of its actions.
///
/// Source: <https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html>
const OF_AWS: &[(&str, &[&str])] = &[
    ("AWSLambdaBasicExecutionRole", &["logs"]),
    ("AWSLambdaDynamoDBExecutionRole", &["dynamodb", "logs"]),
    ("AWSLambdaKinesisExecutionRole", &["kinesis", "logs"]),
    ("AWSLambdaSQSQueueExecutionRole", &["logs", "sqs"]),
    ("AWSLambdaVPCAccessExecutionRole", &["ec2", "logs"]),
    ("AWSXRayDaemonWriteAccess", &["xray"]),
    ("AWSXrayWriteOnlyAccess", &["xray"]),
    ("AmazonEC2ContainerRegistryReadOnly", &["ecr"]),
    ("AmazonECSTaskExecutionRolePolicy", &["ecr", "logs"]),
    (
        "AmazonSSMManagedInstanceCore",
        &["ec2messages", "ssm", "ssmmessages"],
    ),
    (
        "CloudWatchAgentServerPolicy",
        &["cloudwatch", "ec2", "logs", "ssm", "xray"],
    ),
];

/// Whether a policy, as it is attached, is known to allow nothing of these services.
fn gives_none_of(policy: &Node, services: &[&str]) -> bool {
    let mut literal = None;
    each_literal(policy, &mut |text| literal = Some(text));
    let name = literal.and_then(|text| text.rsplit('/').next());
    OF_AWS
        .iter()
        .find(|(known, _)| name == Some(*known))
        .is_some_and(|(_, given)| services.iter().all(|service| !given.contains(service)))
}

fn each_literal<'n>(node: &'n Node, visit: &mut impl FnMut(&'n str)) {
    if let Value::Text(text) = &node.value {
        for piece in text.pieces() {
            if let Piece::Literal(text) = piece {
                visit(text);
            }
        }
    }
    for child in node.children() {
        each_literal(child, visit);
    }
}

/// What gives it policies that are not in the paste.
fn attached<'c>(case: &'c Case<'_>, node: &'c Node, maker: &Maker<'_>) -> Vec<&'c Node> {
    match maker {
        Maker::Terraform(kind, label) => {
            let references = ["name", "id", "arn"].map(|it| format!("{kind}.{label}.{it}"));
            let documents = case.reading.documents.iter();
            let members = documents
                .filter_map(|document| document.root.as_map())
                .flat_map(|map| &map.members);
            let attachments = members.filter(|member| {
                matches!(&member.kind, MemberKind::Block(labels) if labels.first().is_some_and(|kind| kind.contains("_attachment")))
                    && refers(&member.value, &references)
            });
            attachments
                .map(|member| member.value.get("policy_arn").unwrap_or(&member.value))
                .chain(listed(node.get("managed_policy_arns")))
                .collect()
        }
        _ => {
            let properties = node.get("Properties");
            let of = |key: &str| listed(properties.and_then(|it| it.get(key)));
            of("ManagedPolicyArns").chain(of("Policies")).collect()
        }
    }
}

fn listed(node: Option<&Node>) -> impl Iterator<Item = &Node> {
    node.into_iter().flat_map(Node::one_or_many)
}

fn refers(node: &Node, references: &[String]) -> bool {
    let is_it = match &node.value {
        Value::Opaque { expression } => references.contains(expression),
        Value::Text(text) => {
            matches!(text.pieces(), [Piece::Reference(expression)] if references.contains(expression))
        }
        _ => false,
    };
    is_it || node.children().any(|child| refers(child, references))
}

/// What is said of a plan that writes a first policy.
pub(crate) fn told(case: &Case<'_>, changed: impl Iterator<Item = usize>) -> String {
    let mut text = String::new();
    let mut indexes: Vec<usize> = changed.collect();
    indexes.dedup();
    for policy in indexes.iter().filter_map(|index| case.policies.get(*index)) {
        if policy.dialect == Dialect::Unwritten {
            let name = policy.name.as_deref().unwrap_or_default();
            text.push_str(&format!(
                " None of the pasted policies is the {name}'s own, so it gets one with what is missing and nothing else."
            ));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use crate::rules::tests::report_and_texts;

    const ERROR: &str = "User: arn:aws:sts::604718392055:assumed-role/harbour-prod-worker/x is not authorized to perform: sqs:SendMessage on \
                         resource: arn:aws:sqs:eu-west-1:604718392055:jobs because no identity-based policy allows the sqs:SendMessage action";

    fn role(label: &str, name: &str) -> String {
        format!(
            "resource \"aws_iam_role\" \"{label}\" {{\n  name               = \"{name}\"\n  assume_role_policy = file(\"t.json\")\n}}\n"
        )
    }

    /// The story stands here and not among the cases: redaction renames the caller's role, and not what its name is put together of.
    #[test]
    fn the_one_role_whose_name_may_come_out_as_the_callers_is_taken_for_it() {
        let roles =
            role("worker", "harbour-${var.env}-worker") + &role("api", "harbour-${var.env}-api");
        let (report, texts) = report_and_texts(&[("error.txt", ERROR), ("main.tf", &roles)]);
        assert_eq!(report.verdict.as_str(), "patch");
        let patched = texts.get(1).map(String::as_str).unwrap_or_default();
        assert!(
            patched.contains("  role = aws_iam_role.worker.id\n"),
            "{patched}"
        );
        let assumptions = report
            .proof
            .map(|proof| proof.assumptions)
            .unwrap_or_default();
        assert!(
            assumptions
                .iter()
                .any(|it| it.contains("is taken for `harbour-prod-worker`")),
            "{assumptions:?}"
        );
    }

    #[test]
    fn a_name_that_says_nothing_or_fits_two_is_nobodys() {
        for roles in [
            role("it", "${var.name}"),
            role("one", "harbour-${var.env}-worker") + &role("two", "${var.app}-prod-worker"),
        ] {
            let (report, _) = report_and_texts(&[("error.txt", ERROR), ("main.tf", &roles)]);
            assert_eq!(report.verdict.as_str(), "unknown", "{roles}");
        }
    }
}
