//! Checkov: runs the checks of `undeny guard --tool checkov` in tests. From PyPI, in a Python environment of its own.

use std::{path::Path, process::Command};

use anyhow::Result;

use super::Tool;
use crate::{apt, environment::Environment, process, progress, workplace::Workplace};

const VERSION: &str = "3.3.30";
const PYTHON: &str = "bin/python";
const PROGRAM: &str = "bin/checkov";

#[derive(Debug)]
pub(crate) struct Checkov;

impl Tool for Checkov {
    fn name(&self) -> &'static str {
        "checkov"
    }

    fn purpose(&self) -> &'static str {
        "runs the guards for Checkov in tests"
    }

    fn find(&self, workplace: &Workplace) -> Result<Option<Environment>> {
        let place = workplace.cache().place(&folder());
        Ok(complete(&place)
            .then(|| Environment::default().with_variable("UNDENY_CHECKOV", place.join(PYTHON))))
    }

    fn install(&self, workplace: &Workplace) -> Result<()> {
        let fill = |partial: &Path| {
            let make = || {
                let mut python = Command::new("python3");
                python.args(["-m", "venv", "--clear"]).arg(partial);
                process::run(&mut python)
            };
            if let Err(error) = make() {
                progress::note(&format!("{error:#}; asking Debian for Python's venv"));
                apt::install(&["python3", "python3-venv"])?;
                make()?;
            }
            progress::note(&format!(
                "installing Checkov {VERSION} from PyPI (about 290 MB, a minute or two)"
            ));
            let mut pip = Command::new(partial.join(PYTHON));
            pip.args(["-m", "pip", "install", "--quiet"])
                .args(["--disable-pip-version-check"])
                .arg(format!("checkov=={VERSION}"));
            process::run(&mut pip)
        };
        workplace.cache().install(&folder(), complete, fill)?;
        Ok(())
    }

    fn remedy(&self, _: &Workplace) -> String {
        format!(
            "See that Python 3.9 or later, its venv and PyPI can be reached: python3 -m venv checkov && checkov/bin/pip install checkov=={VERSION}, then run this again."
        )
    }
}

fn folder() -> String {
    format!("checkov-{VERSION}")
}

fn complete(place: &Path) -> bool {
    place.join(PROGRAM).is_file()
}
