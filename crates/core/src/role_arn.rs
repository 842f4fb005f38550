//! The ARN of a role with its path, which a session's ARN leaves out and without which AWS refuses to store it as a principal.
//!
//! Sources: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-friendly-names>,
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-roles>

use std::collections::BTreeMap;

use undeny_document::{MemberKind, Node};
use undeny_iam::arn::{Arn, Caller};
use undeny_iam::evaluate::Request;
use undeny_iam::policy::{Bindings, Policy};

use crate::case::{Case, PRINCIPAL_ARN};
use crate::holder;
use crate::resolve::text;
use crate::understand::name_at;

/// The ARN by which a policy names the caller of a request: of a session its role's, with the path that it is known to have.
pub(crate) fn to_name(request: &Request) -> Option<String> {
    known(request)
        .filter(|arn| !arn.contains('*'))
        .map(str::to_owned)
        .or_else(|| Caller::parse(&request.principal).policy_principal())
}

/// What the request says of the ARN of the session's role.
fn known(request: &Request) -> Option<&str> {
    let [known] = request.context.get(PRINCIPAL_ARN)? else {
        return None;
    };
    is_session_of(&request.principal, known).then_some(known)
}

/// The ARN of the session's role with a star for what is not known of its path, where it has one for sure.
pub(crate) fn hidden(request: &Request) -> Option<&str> {
    known(request).filter(|arn| arn.contains('*'))
}

/// An ARN that one with a star may be.
pub(crate) fn example(hidden: &str) -> String {
    hidden
        .replace("/*/", "/service.amazonaws.com/")
        .replace('*', "")
}

/// Why a role's ARN is not written.
pub(crate) fn why(hidden: &str) -> &'static str {
    if hidden.contains(SERVICE_LINKED) {
        "A service-linked role has its service's path (`role/aws-service-role/SERVICE.amazonaws.com/..`), which the session's ARN leaves out, \
         and AWS refuses a principal without it: so the statement names the account, and a condition on `aws:PrincipalArn` this one role."
    } else {
        "A role of IAM Identity Center has a path (`role/aws-reserved/sso.amazonaws.com/..`, with the region in it where that is not \
         us-east-1), which the session's ARN leaves out, and AWS refuses a principal without it: so the statement names the account, and a \
         condition on `aws:PrincipalArn` this one role. It also holds when the permission set is provisioned again in another region."
    }
}

const SERVICE_LINKED: &str = "role/aws-service-role/";

/// The ARN of a session's role with a star for what its name does not tell of its path: AWS chooses the path of such a role, and not its owner.
///
/// Sources: <https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html>,
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create-service-linked-role.html>
pub(crate) fn by_name(session: &str) -> Option<String> {
    let Caller::RoleSession { arn, role, .. } = Caller::parse(session) else {
        return None;
    };
    let path = if role.starts_with("AWSReservedSSO_") {
        "role/aws-reserved/sso.amazonaws.com/*"
    } else if role.starts_with("AWSServiceRoleFor") {
        "role/aws-service-role/*/"
    } else {
        return None;
    };
    Some(format!(
        "arn:{}:iam::{}:{path}{role}",
        arn.partition, arn.account
    ))
}

/// Whether `role` is the ARN of the role that `session` is a session of.
fn is_session_of(session: &str, role: &str) -> bool {
    let Caller::RoleSession {
        arn, role: name, ..
    } = Caller::parse(session)
    else {
        return false;
    };
    Arn::parse(role).is_some_and(|role| {
        (role.service, role.account, role.partition) == ("iam", arn.account, arn.partition)
            && role
                .resource
                .strip_prefix("role/")
                .and_then(|path| path.rsplit('/').next())
                .is_some_and(|last| last.trim_start_matches('*') == name)
    })
}

/// The ARNs of roles that have a path and stand in what is no policy (an event's `sessionIssuer`, what `aws iam get-role` prints), by account
/// and name.
pub(crate) struct Printed<'c> {
    by_name: BTreeMap<(&'c str, &'c str), Vec<&'c str>>,
}

impl<'c> Printed<'c> {
    pub(crate) fn of(case: &Case<'c>) -> Self {
        let mut by_name: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
        for (input, text) in case.texts.iter().copied().enumerate() {
            for (at, _) in text.match_indices("arn:") {
                let found = name_at(text, at);
                let Some(arn) = Arn::parse(found).filter(|arn| arn.service == "iam") else {
                    continue;
                };
                let path = arn.resource.strip_prefix("role/");
                let Some((_, name)) = path.and_then(|path| path.rsplit_once('/')) else {
                    continue;
                };
                let same = by_name.entry((arn.account, name)).or_default();
                if !same.contains(&found) && !is_in_policy(case, input, at) {
                    same.push(found);
                }
            }
        }
        Self { by_name }
    }
}

fn is_in_policy(case: &Case<'_>, input: usize, at: usize) -> bool {
    case.policies.iter().any(|policy| {
        let document = case.reading.documents.get(policy.document);
        document.is_some_and(|document| document.input == input)
            && (policy.span.start..policy.span.end).contains(&at)
    })
}

/// The ARN of a session's role, where the paste shows it with a path: as it is printed, else as the template has it that makes the role. A
/// role's name is an account's only one, whatever the path.
pub(crate) fn of_session(
    case: &Case<'_>,
    printed: &Printed<'_>,
    bindings: &Bindings,
    session: &str,
) -> Option<String> {
    let Caller::RoleSession { arn, role, .. } = Caller::parse(session) else {
        return None;
    };
    let same = printed.by_name.get(&(arn.account, role));
    match same.map(Vec::as_slice).unwrap_or_default() {
        [only] => return is_session_of(session, only).then(|| (*only).to_owned()),
        [] => {}
        // Two that fit are none that is known.
        _ => return None,
    }
    let mut paths = Vec::new();
    for document in &case.reading.documents {
        paths_in(&document.root, bindings, role, &mut paths);
    }
    paths.sort();
    paths.dedup();
    let [path] = paths.as_slice() else {
        return None;
    };
    // Without the slashes it is none, or not known.
    let is_path = path.len() > 1 && path.starts_with('/') && path.ends_with('/');
    is_path.then(|| {
        format!(
            "arn:{}:iam::{}:role{path}{role}",
            arn.partition, arn.account
        )
    })
}

/// The paths of the roles called `name` that a template makes: `/` where it says none.
fn paths_in(root: &Node, bindings: &Bindings, name: &str, paths: &mut Vec<String>) {
    let mut add = |path: Option<&Node>| {
        let path = path.map_or_else(|| Some("/".to_owned()), |node| text(node, bindings));
        // A path that is not known is no other's.
        paths.push(path.unwrap_or_default());
    };
    for member in root.as_map().iter().flat_map(|map| &map.members) {
        match &member.kind {
            MemberKind::Block(labels) => {
                let is_it = member.key.text == "resource"
                    && labels.first().is_some_and(|kind| kind == "aws_iam_role")
                    && member
                        .value
                        .get("name")
                        .and_then(|node| text(node, bindings))
                        .is_some_and(|known| known == name);
                if is_it {
                    add(member.value.get("path"));
                }
            }
            MemberKind::Attribute if member.key.text == "Resources" => {
                let resources = member.value.as_map().map(|map| map.members.as_slice());
                for resource in resources.unwrap_or_default() {
                    let kind = resource.value.get("Type").and_then(Node::as_str);
                    if kind != Some("AWS::IAM::Role") {
                        continue;
                    }
                    let property = |key: &str| resource.value.get("Properties")?.get(key);
                    let known = match property("RoleName") {
                        Some(node) => text(node, bindings),
                        None => Some(resource.key.text.clone()),
                    };
                    if known.is_some_and(|known| holder::is(&known, name)) {
                        add(property("Path"));
                    }
                }
            }
            MemberKind::Attribute => {}
        }
    }
}

/// What `read` finds last in the nodes that hold a policy, from the document's root on.
fn around<'c>(
    case: &'c Case<'_>,
    policy: &Policy,
    read: impl Fn(&'c Node) -> Option<&'c str>,
) -> Option<&'c str> {
    let mut node = &case.reading.documents.get(policy.document)?.root;
    let mut found = None;
    for index in &policy.path {
        found = read(node).or(found);
        node = node.children().get(*index)?;
    }
    found
}

/// The ARN of the role whose trust policy this is, where it stands beside it: what `aws iam get-role` prints.
fn beside<'c>(case: &'c Case<'_>, policy: &Policy) -> Option<&'c str> {
    around(case, policy, |node| {
        let arn = node.get("Arn").and_then(Node::as_str);
        arn.filter(|arn| {
            Arn::parse(arn)
                .is_some_and(|arn| arn.service == "iam" && arn.resource.starts_with("role/"))
        })
    })
}

/// The name that a template or a module gives the role whose trust policy this is, written out and without a path.
fn given<'c>(case: &'c Case<'_>, policy: &Policy) -> Option<&'c str> {
    const NAMES: &[(&str, &str, &str)] = &[
        ("AssumeRolePolicyDocument", "RoleName", "Path"),
        ("assume_role_policy", "name", "path"),
    ];
    around(case, policy, |node| {
        (NAMES.iter())
            .filter(|(policy, _, path)| node.get(policy).is_some() && node.get(path).is_none())
            .find_map(|(_, name, _)| node.get(name).and_then(Node::as_str))
    })
}

/// The ARN of the role whose trust policy this is: as it stands beside it, else in `account` by the name that it is given, or by the policy's.
pub(crate) fn of_trust_policy(case: &Case<'_>, policy: &Policy, account: &str) -> String {
    beside(case, policy).map_or_else(
        || {
            let name = given(case, policy).or(policy.name.as_deref());
            let name = name.unwrap_or("this-role");
            format!("arn:aws:iam::{account}:role/{name}")
        },
        str::to_owned,
    )
}
