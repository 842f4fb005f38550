//! What workflows and manifests say about the token that their job or pod presents.
//!
//! Sources: <https://docs.github.com/en/actions/reference/security/oidc#example-subject-claims>,
//! <https://docs.gitlab.com/ci/secrets/id_token_authentication/>,
//! <https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html>

use undeny_document::{Node, Value};
use undeny_text::Span;

use crate::case::Case;

/// The action that asks AWS for credentials.
const ACTION: &str = "aws-actions/configure-aws-credentials";

/// A job that asks AWS for credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Job {
    /// Index of the text that the workflow stands in.
    pub(crate) input: usize,
    /// The job's bytes.
    pub(crate) span: Span,
    /// The role that it asks for, where it is written out.
    pub(crate) role: Option<String>,
    /// The audience that it asks for, where it is written out.
    pub(crate) audience: Option<String>,
    /// Whether the job may ask for a token: `permissions: id-token: write`.
    pub(crate) may_ask_for_token: bool,
    /// The ends of the subjects that it can present: `environment:dev`, `pull_request`, `ref:refs/heads/main`, with a star where the workflow
    /// has one (`ref:refs/tags/v*`); empty where the file does not tell.
    pub(crate) contexts: Vec<String>,
}

/// Every job of the pasted workflows that asks AWS for credentials.
pub(crate) fn jobs(case: &Case<'_>) -> Vec<Job> {
    let mut found = Vec::new();
    for document in &case.reading.documents {
        let root = &document.root;
        let Some(jobs) = root.get("jobs").and_then(Node::as_map) else {
            continue;
        };
        for member in &jobs.members {
            let job = &member.value;
            let Some(step) = steps(job).find(|step| uses_action(step)) else {
                continue;
            };
            let with = |name: &str| {
                step.get("with")
                    .and_then(|with| with.get(name))
                    .and_then(Node::as_str)
                    .filter(|value| !value.contains("${{"))
                    .map(str::to_owned)
            };
            found.push(Job {
                input: document.input,
                span: member.span,
                role: with("role-to-assume"),
                audience: with("audience"),
                may_ask_for_token: may_ask(job).or_else(|| may_ask(root)).unwrap_or(false),
                contexts: contexts(root, job),
            });
        }
    }
    found
}

/// A service account that a manifest gives a role, or that a pod runs with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ServiceAccount {
    /// `system:serviceaccount:NAMESPACE:NAME`
    pub(crate) subject: String,
    /// The role of its annotation.
    pub(crate) role: Option<String>,
    /// Whether the manifest is the account's own.
    pub(crate) is_account: bool,
    /// Index of the text, and the bytes of the manifest.
    pub(crate) place: (usize, Span),
}

/// Every service account of the pasted manifests.
pub(crate) fn service_accounts(case: &Case<'_>) -> Vec<ServiceAccount> {
    let mut found = Vec::new();
    for document in &case.reading.documents {
        let root = &document.root;
        let text = |path: &[&str]| {
            let node = path.iter().try_fold(root, |node, key| node.get(key))?;
            node.as_str().filter(|text| !text.contains("{{"))
        };
        let is_account = text(&["kind"]) == Some("ServiceAccount");
        let name = if is_account {
            text(&["metadata", "name"])
        } else {
            text(&["spec", "template", "spec", "serviceAccountName"])
                .or_else(|| text(&["spec", "serviceAccountName"]))
        };
        let Some(name) = name else { continue };
        let namespace = text(&["metadata", "namespace"]).unwrap_or("default");
        found.push(ServiceAccount {
            subject: format!("system:serviceaccount:{namespace}:{name}"),
            role: text(&["metadata", "annotations", "eks.amazonaws.com/role-arn"])
                .map(str::to_owned),
            is_account,
            place: (document.input, document.span),
        });
    }
    found
}

/// The roles that the pasted jobs and service accounts ask for, where they are written out; each once per place.
pub(crate) fn roles(case: &Case<'_>) -> Vec<String> {
    let jobs = jobs(case).into_iter().filter_map(|job| job.role);
    let accounts = service_accounts(case)
        .into_iter()
        .filter_map(|account| account.role);
    jobs.chain(accounts)
        .filter(|role| role.contains(":role/") && !role.contains(['*', '<', '$']))
        .collect()
}

/// The audience that the jobs of a pasted `.gitlab-ci.yml` ask for, where it is one.
pub(crate) fn gitlab_audience(case: &Case<'_>) -> Option<String> {
    let mut found: Vec<&str> = Vec::new();
    let members = |node: &Node| -> Vec<Node> {
        node.as_map()
            .iter()
            .flat_map(|map| &map.members)
            .map(|member| member.value.clone())
            .collect()
    };
    let tokens: Vec<Node> = case
        .reading
        .documents
        .iter()
        .flat_map(|document| members(&document.root))
        .filter_map(|job| job.get("id_tokens").cloned())
        .flat_map(|tokens| members(&tokens))
        .collect();
    for audience in tokens
        .iter()
        .filter_map(|token| token.get("aud").and_then(Node::as_str))
        .filter(|audience| !audience.contains('$'))
    {
        if !found.contains(&audience) {
            found.push(audience);
        }
    }
    match found.as_slice() {
        [only] => Some((*only).to_owned()),
        _ => None,
    }
}

fn steps(job: &Node) -> impl Iterator<Item = &Node> {
    job.get("steps")
        .and_then(Node::as_list)
        .map(|list| list.items.as_slice())
        .unwrap_or_default()
        .iter()
}

fn uses_action(step: &Node) -> bool {
    step.get("uses")
        .and_then(Node::as_str)
        .is_some_and(|uses| uses.split('@').next() == Some(ACTION))
}

/// Whether `permissions` here lets a job ask for a token; `None` where there is no `permissions`.
fn may_ask(node: &Node) -> Option<bool> {
    let permissions = node.get("permissions")?;
    if permissions.as_str() == Some("write-all") {
        return Some(true);
    }
    Some(permissions.get("id-token").and_then(Node::as_str) == Some("write"))
}

fn contexts(root: &Node, job: &Node) -> Vec<String> {
    if let Some(environment) = job.get("environment") {
        // An environment replaces whatever started the workflow.
        let name = environment
            .as_str()
            .or_else(|| environment.get("name").and_then(Node::as_str));
        return name
            .filter(|name| is_plain(name))
            .map(|name| format!("environment:{name}"))
            .into_iter()
            .collect();
    }
    let Some(on) = root.get("on") else {
        return Vec::new();
    };
    let mut contexts = Vec::new();
    let mut trigger = |name: &str, filter: Option<&Node>| match name {
        "pull_request" => contexts.push("pull_request".to_owned()),
        "push" => {
            for (key, kind) in [("branches", "heads"), ("tags", "tags")] {
                let filters = filter.and_then(|filter| filter.get(key));
                for name in filters
                    .iter()
                    .flat_map(|filters| filters.one_or_many())
                    .filter_map(Node::as_str)
                {
                    // A star over directories is IAM's only one; a filter of stars alone says nothing.
                    let name = name.replace("**", "*");
                    if is_plain(&name) && name != "*" && !name.contains(['?', '!', '[', '+']) {
                        contexts.push(format!("ref:refs/{kind}/{name}"));
                    }
                }
            }
        }
        _ => {}
    };
    match &on.value {
        Value::Map(map) => map
            .members
            .iter()
            .for_each(|member| trigger(&member.key.text, Some(&member.value))),
        _ => on
            .one_or_many()
            .iter()
            .filter_map(Node::as_str)
            .for_each(|name| trigger(name, None)),
    }
    contexts
}

fn is_plain(text: &str) -> bool {
    !text.is_empty() && !text.contains("${{")
}
