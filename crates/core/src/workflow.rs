//! What a GitHub Actions workflow says about the token that its job presents.
//!
//! Source: <https://docs.github.com/en/actions/reference/security/oidc#example-subject-claims>

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
    /// Whether the job may ask for a token: `permissions: id-token: write`.
    pub(crate) may_ask_for_token: bool,
    /// The ends of the subjects that it can present: `environment:dev`, `pull_request`, `ref:refs/heads/main`; empty where the file does not
    /// tell.
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
            let role = step
                .get("with")
                .and_then(|with| with.get("role-to-assume"))
                .and_then(Node::as_str);
            found.push(Job {
                input: document.input,
                span: member.span,
                role: role.filter(|role| !role.contains("${{")).map(str::to_owned),
                may_ask_for_token: may_ask(job).or_else(|| may_ask(root)).unwrap_or(false),
                contexts: contexts(root, job),
            });
        }
    }
    found
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
            let branches = filter.and_then(|filter| filter.get("branches"));
            for branch in branches
                .iter()
                .flat_map(|branches| branches.one_or_many())
                .filter_map(Node::as_str)
            {
                if is_plain(branch) && !branch.contains(['*', '?', '!', '[', '+']) {
                    contexts.push(format!("ref:refs/heads/{branch}"));
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
