use undeny_iam::denial::manual;

use super::whole_set::{self, WholeSet};
use super::{Found, Precedence, Rule, Seen};

/// A service works with a bucket in the name of a role or of the caller, and that one may not read or write what the service keeps there.
///
/// # What it sees
/// "Unable to access the artifact .. located in the Amazon S3 artifact bucket" of CodePipeline, "Access denied when writing output to url" of
/// Athena. Both name the bucket and no action.
///
/// # What it changes
/// The identity policy of the role, or of the caller, is allowed what it lacks of what the service does with the objects there: CodePipeline reads
/// artifacts, Athena writes results below the path that it names.
///
/// # What it never does
/// It never allows `s3:*`, another bucket, or to delete anything.
///
/// Source: <https://docs.aws.amazon.com/codepipeline/latest/userguide/security-iam-permissions-console-logs.html>,
/// <https://docs.aws.amazon.com/athena/latest/ug/s3-permissions.html>
#[derive(Debug)]
pub(super) struct OutputBucket;

struct User {
    /// What its message says, without blanks.
    says: &'static str,
    who: &'static str,
    /// What is done with the objects.
    actions: &'static [&'static str],
    title: &'static str,
    why: &'static str,
    called: &'static str,
}

const USERS: &[User] = &[
    User {
        says: "amazons3artifactbucket",
        who: "the pipeline's role, or the action's,",
        actions: &["s3:GetObject", "s3:GetObjectVersion"],
        title: "allow the pipeline's artifacts to be read",
        why: "An action of a pipeline reads what the one before it left in the artifact bucket, with the action's own role where it has one, else \
              with the pipeline's. Where the bucket is encrypted with a key of one's own, the same role needs `kms:Decrypt` on that key.",
        called: "PipelineArtifacts",
    },
    User {
        says: "accessdeniedwhenwritingoutputtourl:",
        who: "the caller",
        actions: &["s3:PutObject"],
        title: "allow the query's result to be written",
        why: "Athena writes a query's result in the name of whoever runs the query. Where the results are encrypted with a key of one's own, the \
              same caller needs `kms:GenerateDataKey` and `kms:Decrypt` on that key.",
        called: "QueryResults",
    },
];

fn user(seen: &Seen<'_, '_>) -> Option<&'static User> {
    if !concerns(seen) {
        return None;
    }
    USERS.iter().find(|user| seen.mentions(user.says))
}

/// Whether the rule may know this denial: what it looks for is not linked here.
pub(super) fn concerns(seen: &Seen<'_, '_>) -> bool {
    let denial = &seen.denial.value;
    denial.action.is_none() && denial.resource.is_some()
}

impl Rule for OutputBucket {
    fn name(&self) -> &'static str {
        "output-bucket"
    }

    fn summary(&self) -> &'static str {
        manual(
            "A role or a caller may not use the bucket in which a service keeps its artifacts or results for it",
        )
    }

    fn precedence(&self) -> Precedence {
        Precedence::Story
    }

    fn diagnose(&self, seen: &Seen<'_, '_>) -> Option<Found> {
        let (case, denial) = (seen.case, &seen.denial.value);
        let user = user(seen)?;
        let named = denial.resource.as_deref()?;
        let path = named
            .strip_prefix("arn:aws:s3:::")
            .or_else(|| named.strip_prefix("s3://"))
            .unwrap_or(named);
        // Every result has a name of its own; what lies before it stays.
        let folder = path.rsplit_once('/').map_or(path, |(folder, _)| folder);
        let is_name = |letter: char| letter.is_ascii_alphanumeric() || "./_-=".contains(letter);
        if folder.is_empty() || !folder.chars().all(is_name) {
            return None;
        }
        let (policy, principal, assumptions) =
            whole_set::role_of(case, denial.principal.as_deref(), user.who)?;
        WholeSet {
            rule: self.name(),
            policy,
            principal,
            actions: user.actions,
            resources: vec![format!("arn:aws:s3:::{folder}/*")],
            on_one: false,
            called: user.called,
            lazy: "s3:DeleteObject",
            assumptions,
        }
        .missing(case, user.title, user.why)
        .map(Found)
    }
}
