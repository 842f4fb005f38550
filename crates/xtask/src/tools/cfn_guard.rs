//! cfn-guard, twice: the current one for templates, and the last Guard 2, which AWS Config runs. They run the rules of
//! `undeny guard --tool config` in tests.

use anyhow::Result;

use super::{Tool, cargo_install::Crate};
use crate::{environment::Environment, workplace::Workplace};

/// What a test finds each under.
const BOTH: &[(&str, Crate<'static>)] = &[
    ("UNDENY_CFN_GUARD", version("3.2.1")),
    ("UNDENY_CFN_GUARD_2", version("2.1.4")),
];

const fn version(version: &'static str) -> Crate<'static> {
    Crate {
        package: "cfn-guard",
        version,
        features: &[],
        programs: &["cfn-guard"],
        build_time: "about two minutes on two cores",
    }
}

#[derive(Debug)]
pub(crate) struct CfnGuard;

impl Tool for CfnGuard {
    fn name(&self) -> &'static str {
        "cfn-guard"
    }

    fn purpose(&self) -> &'static str {
        "runs the guards for AWS Config and CloudFormation in tests"
    }

    fn find(&self, workplace: &Workplace) -> Result<Option<Environment>> {
        let found = BOTH.iter().map(|(variable, own)| {
            let program = own.program(workplace)?;
            Some(Environment::default().with_variable(variable, program))
        });
        Ok(found.reduce(|all, one| Some(all?.and(one?))).flatten())
    }

    fn install(&self, workplace: &Workplace) -> Result<()> {
        for (variable, own) in BOTH {
            if own.program(workplace).is_none() {
                own.install(workplace)
                    .map_err(|error| error.context(format!("{variable} would name it")))?;
            }
        }
        Ok(())
    }

    fn remedy(&self, _: &Workplace) -> String {
        BOTH.iter()
            .map(|(_, own)| own.command_by_hand())
            .collect::<Vec<_>>()
            .join(" ")
    }
}
