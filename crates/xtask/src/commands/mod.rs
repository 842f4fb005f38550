//! The commands. A new one is one file here and one line in [`COMMANDS`]; help is made from it.

mod bench;
mod bench_page;
mod build;
mod corpus;
mod fuzz;
mod guards;
mod journeys;
mod leak_test;
mod package;
mod screenshots;
mod serve;
mod service_data;
mod setup;
mod test;

use anyhow::Result;
use clap::ArgMatches;

use crate::workplace::Workplace;

/// All commands, by name.
pub(crate) const COMMANDS: &[&dyn Command] = &[
    &bench::Bench,
    &build::Build,
    &corpus::Corpus,
    &fuzz::Fuzz,
    &guards::Guards,
    &journeys::Journeys,
    &leak_test::LeakTest,
    &package::Package,
    &screenshots::Screenshots,
    &serve::Serve,
    &service_data::ServiceData,
    &setup::Setup,
    &test::Test,
];

pub(crate) trait Command: Sync {
    fn name(&self) -> &'static str;

    /// Its options and its help.
    fn usage(&self) -> clap::Command;

    fn run(&self, workplace: &Workplace, matches: &ArgMatches) -> Result<()>;
}
