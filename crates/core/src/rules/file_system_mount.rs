use undeny_iam::arn::Arn;
use undeny_iam::denial::{ActionSource, manual};

use super::whole_set::{self, WholeSet};
use super::{Found, Precedence, Rule, Seen};
use crate::diagnosis::Diagnosis;
use crate::report::Question;
use crate::words;

/// A file system of EFS refuses a mount.
///
/// # What it sees
/// "mount.nfs4: access denied by server while mounting 127.0.0.1:/" of ECS, of the CSI driver in Kubernetes, and of `mount` itself; Lambda's `EFSMountFailureException`. A file system
/// without a policy lets everybody in who reaches it, so there is one, and it asks for a caller who may mount.
///
/// # What it changes
/// The identity policy of the role that mounts gets `elasticfilesystem:ClientMount` and `elasticfilesystem:ClientWrite`, what of them it lacks, on
/// the file system that the paste names; else it asks which one it is.
///
/// # What it never does
/// It never allows `elasticfilesystem:ClientRootAccess`, and never every file system.
///
/// Source: <https://docs.aws.amazon.com/efs/latest/ug/iam-access-control-nfs-efs.html>,
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_EFSAuthorizationConfig.html>
#[derive(Debug)]
pub(super) struct FileSystemMount;

const MOUNT: &str = "elasticfilesystem:ClientMount";
const ACTIONS: &[&str] = &[MOUNT, "elasticfilesystem:ClientWrite"];

/// What the rule says in each of its answers.
const WHY: &str = "EFS asks IAM who mounts only where the mount says so: `iam` beside `tls` in the mount's options, in a task definition \
    `authorization_config { iam = \"ENABLED\" }` with transit encryption. Then the role that mounts decides: in ECS the task role and not the \
    execution role, in Kubernetes the role of the CSI driver's node service account. Without it the caller is anonymous, and only the file \
    system's own policy can let it in.";

/// The same of a function.
const WHY_OF_FUNCTION: &str = "Lambda mounts the file system through the access point in the name of the function's execution role, which has to be \
    let in where the file system has a policy.";

/// Whether the rule may know this denial.
pub(super) fn concerns(seen: &Seen<'_, '_>) -> bool {
    let denial = &seen.denial.value;
    denial.action_source == ActionSource::Implied
        && denial
            .action
            .as_deref()
            .is_some_and(|action| action.ends_with(":ClientMount"))
}

impl Rule for FileSystemMount {
    fn name(&self) -> &'static str {
        "file-system-mount"
    }

    fn summary(&self) -> &'static str {
        manual("A file system of EFS does not let a task, a pod or an instance mount it")
    }

    fn precedence(&self) -> Precedence {
        Precedence::Story
    }

    fn diagnose(&self, seen: &Seen<'_, '_>) -> Option<Found> {
        if !concerns(seen) {
            return None;
        }
        let case = seen.case;
        let is_function = seen.mentions("efsmountfailureexception");
        let why = if is_function { WHY_OF_FUNCTION } else { WHY };
        let Some(file_system) = file_system(seen) else {
            return Some(Found(self.ask(
                why,
                "I need to know: which file system is it?",
                Question {
                    id: "resource".to_owned(),
                    text: "What is the file system's ARN (`aws efs describe-file-systems --query FileSystems[].FileSystemArn`)?".to_owned(),
                    why: "the grant is made on exactly this file system".to_owned(),
                    default: None,
                },
            )));
        };
        let set = whole_set::role_of(case, None, "the role that mounts").and_then(
            |(policy, principal, mut assumptions)| {
                const OF_POLICY: &str = "the file system's own policy denies nothing to this role";
                assumptions.push(if is_function {
                    OF_POLICY.to_owned()
                } else {
                    format!(
                        "the mount is made with IAM (`iam` in its options, `authorization_config` in a task definition), and {OF_POLICY}"
                    )
                });
                WholeSet {
                    rule: self.name(),
                    policy,
                    principal,
                    actions: ACTIONS,
                    resources: vec![file_system],
                    on_one: false,
                    called: "FileSystemMount",
                    lazy: "elasticfilesystem:DeleteFileSystem",
                    assumptions,
                }
                .missing(case, "allow the mount of the file system", why)
            },
        );
        Some(Found(set.unwrap_or_else(|| {
            self.ask(
                why,
                "Paste the policies: the file system's own, and that of the role that mounts.",
                Question {
                    id: "file-system-policy".to_owned(),
                    text: "What does `aws efs describe-file-system-policy` print, and what does the identity policy of the role that mounts say?"
                        .to_owned(),
                    why: "the file system's policy asks for a caller that may mount".to_owned(),
                    default: None,
                },
            )
        })))
    }
}

impl FileSystemMount {
    fn ask(&self, why: &str, title: &str, question: Question) -> Diagnosis {
        let actions: Vec<String> = ACTIONS.iter().map(|action| (*action).to_owned()).collect();
        Diagnosis {
            title: title.to_owned(),
            explanation: format!(
                "{why} The role needs {} on the file system.",
                words::actions(&actions)
            ),
            questions: vec![question],
            ..Diagnosis::asking(self.name())
        }
    }
}

/// The file system's ARN: as answered, as printed, or put together of its id and where the paste is.
fn file_system(seen: &Seen<'_, '_>) -> Option<String> {
    let case = seen.case;
    let is_file_system = |arn: &str| {
        Arn::parse(arn).is_some_and(|arn| {
            arn.service == "elasticfilesystem" && arn.resource.starts_with("file-system/")
        })
    };
    let named = case
        .answer("resource")
        .or(seen.denial.value.resource.as_deref());
    match named {
        Some(arn) if is_file_system(arn) => Some(arn.to_owned()),
        Some(id) if id.starts_with("fs-") => Some(format!(
            "arn:aws:elasticfilesystem:{}:{}:file-system/{id}",
            case.region()?,
            case.account()?
        )),
        _ => None,
    }
}
