//! `cargo xtask package`: what is published: the static site with the headers for common servers, the page as one file, the command, and the hash of each.

use std::{
    collections::BTreeMap,
    env, fs,
    path::{Path, PathBuf},
    process::Command as Process,
};

use anyhow::{Context as _, Result, bail};
use clap::{ArgMatches, Args, FromArgMatches as _};

use super::Command;
use crate::{
    headers,
    page::{self, Kind},
    process, progress, single, tools,
    workplace::Workplace,
};

#[derive(Debug)]
pub(crate) struct Package;

#[derive(Debug, Args)]
struct Options {
    /// Build everything twice from nothing and fail where a byte differs
    #[arg(long)]
    check_reproducible: bool,
    /// Take dist/ as it is
    #[arg(long)]
    no_build: bool,
}

const FOLDER: &str = "package";
const SITE: &str = "site";
const ONE_FILE: &str = "undeny.html";
/// Bytes of the one file, as it lies on a disk.
const LARGEST_FILE: u64 = 900_000;

impl Command for Package {
    fn name(&self) -> &'static str {
        "package"
    }

    fn usage(&self) -> clap::Command {
        Options::augment_args(clap::Command::new(self.name()).about(
            "Make what is published in package/: the static site, the page as one HTML file, the command, the hash of each",
        ))
    }

    fn run(&self, workplace: &Workplace, matches: &ArgMatches) -> Result<()> {
        let options = Options::from_arg_matches(matches)?;
        if options.check_reproducible {
            return twice(workplace);
        }
        let folder = make(workplace, options.no_build)?;
        let hashes = hashes(&folder)?;
        fs::write(
            folder.join(page::MANIFEST),
            serde_json::to_string_pretty(&hashes)? + "\n",
        )?;
        let one = fs::metadata(folder.join(ONE_FILE))?.len();
        println!("{}", folder.display());
        println!(
            "  {}  one file: {one} bytes of {LARGEST_FILE}",
            if one <= LARGEST_FILE {
                "holds"
            } else {
                "OVER "
            }
        );
        Ok(())
    }
}

fn make(workplace: &Workplace, no_build: bool) -> Result<PathBuf> {
    let dist = if no_build {
        workplace.path("dist")
    } else {
        page::build_page(workplace, Kind::Release)?
    };
    let folder = workplace.path(FOLDER);
    if folder.exists() {
        fs::remove_dir_all(&folder)
            .with_context(|| format!("cannot empty {}", folder.display()))?;
    }
    let site = folder.join(SITE);
    let names = page::file_names(&dist)?;
    for name in &names {
        let to = site.join(name);
        if let Some(parent) = to.parent() {
            fs::create_dir_all(parent)?;
        }
        page::copy_with_packed(&dist.join(name), &to)?;
    }
    let page = fs::read_to_string(dist.join("index.html"))?;
    let policy = page::policy_of(&page).context("index.html carries no content policy")?;
    fs::write(site.join("_headers"), headers::hosted(&names, policy))?;
    fs::write(folder.join("nginx.conf"), headers::nginx(&names, policy))?;
    fs::write(folder.join("Caddyfile"), headers::caddy(&names, policy))?;
    fs::write(folder.join(ONE_FILE), single::make(workplace, &dist)?)?;
    fs::copy(command(workplace)?, folder.join("undeny"))?;
    Ok(folder)
}

/// The command, compiled without any path of this machine in it.
fn command(workplace: &Workplace) -> Result<PathBuf> {
    progress::step("command (release)");
    let environment = tools::ready(workplace, &[])?;
    let mut cargo = environment.command("cargo", workplace.root());
    let homes = [
        (Some(workplace.root().to_owned()), "undeny"),
        (
            env::var_os("CARGO_HOME")
                .map(PathBuf::from)
                .or_else(|| env::home_dir().map(|home| home.join(".cargo"))),
            "cargo",
        ),
    ];
    let flags: Vec<String> = homes
        .iter()
        .filter_map(|(folder, name)| {
            let folder = folder.as_ref()?;
            Some(format!("--remap-path-prefix={}=/{name}", folder.display()))
        })
        .collect();
    let target = workplace.target().join(FOLDER);
    cargo
        .args(["build", "--release", "-p", "undeny-cli", "--target-dir"])
        .arg(&target)
        .env("CARGO_ENCODED_RUSTFLAGS", flags.join("\u{1f}"))
        .env_remove("RUSTFLAGS");
    process::run(&mut cargo)?;
    Ok(target.join("release").join("undeny"))
}

/// The hash of each file, by its name in the folder.
fn hashes(folder: &Path) -> Result<BTreeMap<String, String>> {
    page::file_names(folder)?
        .into_iter()
        .filter(|name| name != page::MANIFEST)
        .map(|name| {
            let hash = page::integrity(&folder.join(&name))?;
            Ok((name, hash))
        })
        .collect()
}

/// Two builds, each from an empty folder, compared.
fn twice(workplace: &Workplace) -> Result<()> {
    let mut both = Vec::new();
    for nth in ["first", "second"] {
        progress::step(&format!("the {nth} build from nothing"));
        let target = workplace.target().join("reproducible");
        if target.exists() {
            fs::remove_dir_all(&target)?;
        }
        let mut ourselves = Process::new(env::current_exe()?);
        ourselves
            .current_dir(workplace.root())
            .arg("package")
            .env("CARGO_TARGET_DIR", &target);
        process::run(&mut ourselves)?;
        both.push(hashes(&workplace.path(FOLDER))?);
    }
    let [first, second] = both.as_slice() else {
        bail!("two builds were not made");
    };
    let different: Vec<&String> = first
        .iter()
        .filter(|(name, hash)| second.get(*name) != Some(hash))
        .map(|(name, _)| name)
        .chain(second.keys().filter(|name| !first.contains_key(*name)))
        .collect();
    if !different.is_empty() {
        bail!("two builds differ in {different:?}");
    }
    println!(
        "two builds from nothing are the same, byte for byte: {} files",
        first.len()
    );
    Ok(())
}
