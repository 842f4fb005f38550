//! `cargo xtask serve`: the page in a browser on this machine, from nothing.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    thread,
    time::{Duration, SystemTime},
};

use anyhow::Result;
use clap::{ArgMatches, Args, FromArgMatches as _};

use super::Command;
use crate::{
    page::{self, Kind},
    progress,
    server::Server,
    workplace::Workplace,
};

#[derive(Debug)]
pub(crate) struct Serve;

#[derive(Debug, Args)]
struct Options {
    /// The port on 127.0.0.1; 0 takes any free one
    #[arg(long, default_value_t = 8017)]
    port: u16,
    /// The page as it is shipped: slower to build, quicker to load
    #[arg(long)]
    release: bool,
    /// Build again when a source file changes
    #[arg(long)]
    watch: bool,
}

/// What the page is made of.
const SOURCES: &[&str] = &[
    "Cargo.toml",
    "Cargo.lock",
    "Trunk.toml",
    "index.html",
    "crates",
    "examples",
    "frame",
    "web",
];
const LOOK_EVERY: Duration = Duration::from_millis(500);

impl Command for Serve {
    fn name(&self) -> &'static str {
        "serve"
    }

    fn usage(&self) -> clap::Command {
        Options::augment_args(
            clap::Command::new(self.name())
                .about("Set up what is missing, build the page and serve it on 127.0.0.1"),
        )
    }

    fn run(&self, workplace: &Workplace, matches: &ArgMatches) -> Result<()> {
        let options = Options::from_arg_matches(matches)?;
        let kind = if options.release {
            Kind::Release
        } else {
            Kind::Development
        };
        // A port that is taken is known before a build of minutes.
        let server = Server::bind(&workplace.path("dist"), options.port)?;
        let address = server.address()?;
        page::build_page(workplace, kind)?;
        println!("{address}");
        progress::note("the page is served at that address, on this machine only; Ctrl-C ends it");
        if !options.watch {
            server.run();
            return Ok(());
        }
        server.run_in_background();
        watch(workplace, || {
            if let Err(error) = page::build_page(workplace, kind) {
                progress::failure(&format!("{error:#}"));
            }
        })
    }
}

/// Looks at the sources' times; plain, and the same on every system.
fn watch(workplace: &Workplace, changed: impl Fn()) -> Result<()> {
    let mut before = times(workplace)?;
    loop {
        thread::sleep(LOOK_EVERY);
        let now = times(workplace)?;
        if now != before {
            changed();
            before = now;
        }
    }
}

fn times(workplace: &Workplace) -> Result<BTreeMap<PathBuf, SystemTime>> {
    fn walk(path: &Path, times: &mut BTreeMap<PathBuf, SystemTime>) -> Result<()> {
        // An editor may replace a file between two looks at it: what is gone is a change, not an error.
        let Ok(metadata) = fs::metadata(path) else {
            return Ok(());
        };
        if metadata.is_dir() {
            for entry in fs::read_dir(path)?.flatten() {
                walk(&entry.path(), times)?;
            }
        } else {
            times.insert(path.to_owned(), metadata.modified()?);
        }
        Ok(())
    }
    let mut all = BTreeMap::new();
    for source in SOURCES {
        walk(&workplace.path(source), &mut all)?;
    }
    Ok(all)
}
