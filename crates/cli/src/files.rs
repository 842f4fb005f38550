//! Files in and out.

use std::fs;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use undeny_core::{Input, Paste, Role};

/// What was read.
#[derive(Debug, Default)]
pub(crate) struct Given {
    /// The texts.
    pub(crate) paste: Paste,
    /// The file of each text; none for standard input.
    pub(crate) paths: Vec<Option<PathBuf>>,
    /// What could not be read, a sentence each.
    pub(crate) unreadable: Vec<String>,
}

/// Read files, the files of folders, or standard input.
///
/// A file that cannot be read, is not UTF-8 or is not text is a sentence in `unreadable`; the others are read all the same.
///
/// # Errors
/// Where nothing at all could be read, or what was read is empty.
pub(crate) fn read(files: &[PathBuf], roles: &[(String, Role)]) -> Result<Given> {
    let mut given = Given::default();
    let standard = [PathBuf::from("-")];
    let files = if files.is_empty() { &standard } else { files };
    for path in expand(files, &mut given.unreadable) {
        let is_standard = path.as_os_str() == "-";
        let name = if is_standard {
            "standard input".to_owned()
        } else {
            path.display().to_string()
        };
        match read_text(&path) {
            Ok(text) => {
                let file_name = (!is_standard).then(|| slashes(&path));
                let role = roles.iter().find(|(wanted, _)| {
                    file_name
                        .as_deref()
                        .is_some_and(|name| is_named(name, wanted))
                });
                given.paste.inputs.push(Input {
                    name: file_name,
                    text,
                    role: role.map(|(_, role)| *role),
                });
                given.paths.push((!is_standard).then_some(path));
            }
            Err(error) => given.unreadable.push(format!("{name}: {error:#}")),
        }
    }
    for (wanted, _) in roles {
        if !given.paste.inputs.iter().any(|input| {
            input
                .name
                .as_deref()
                .is_some_and(|name| is_named(name, wanted))
        }) {
            bail!("no file is called `{wanted}`, which --role names");
        }
    }
    if given
        .paste
        .inputs
        .iter()
        .all(|input| input.text.trim().is_empty())
    {
        if !given.unreadable.is_empty() {
            bail!("{}", given.unreadable.join("\nundeny: "));
        }
        bail!(
            "nothing to read: the text is empty; give it the error message and the policies around it"
        );
    }
    Ok(given)
}

/// One text from a file or standard input, for commands that take one.
pub(crate) fn read_one(path: Option<&Path>) -> Result<String> {
    let path = path.unwrap_or_else(|| Path::new("-"));
    read_text(path).with_context(|| {
        if path.as_os_str() == "-" {
            "standard input".to_owned()
        } else {
            path.display().to_string()
        }
    })
}

/// A file's name in a report.
pub(crate) fn name(path: &Path) -> String {
    if path.as_os_str() == "-" {
        "standard-input".to_owned()
    } else {
        slashes(path)
    }
}

fn is_named(name: &str, wanted: &str) -> bool {
    name == wanted || name.rsplit('/').next() == Some(wanted)
}

fn slashes(path: &Path) -> String {
    let text = path.to_string_lossy().replace('\\', "/");
    text.strip_prefix("./").map_or(text.clone(), str::to_owned)
}

/// The files, with folders replaced by the files in them, by name.
fn expand(files: &[PathBuf], unreadable: &mut Vec<String>) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for path in files {
        if !path.is_dir() {
            all.push(path.clone());
            continue;
        }
        match fs::read_dir(path) {
            Ok(entries) => {
                let mut inside: Vec<PathBuf> = entries
                    .filter_map(std::result::Result::ok)
                    .map(|entry| entry.path())
                    .filter(|path| {
                        path.is_file()
                            && !path
                                .file_name()
                                .is_some_and(|name| name.to_string_lossy().starts_with('.'))
                    })
                    .collect();
                inside.sort();
                all.extend(inside);
            }
            Err(error) => unreadable.push(format!("{}: {error}", path.display())),
        }
    }
    all
}

fn read_text(path: &Path) -> Result<String> {
    let mut bytes = Vec::new();
    if path.as_os_str() == "-" {
        std::io::stdin().lock().read_to_end(&mut bytes)?;
    } else {
        bytes = fs::read(path)?;
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        anyhow::anyhow!("byte {at} is not UTF-8; save the file as UTF-8, or leave it out")
    })?;
    if let Some(at) = text.bytes().position(|byte| byte == 0) {
        bail!("byte {at} is zero, so this is not a text; leave the file out");
    }
    Ok(text)
}

/// Write `text` in the place of the file at `path`, at once or not at all; its permissions stay.
pub(crate) fn replace(path: &Path, text: &str) -> Result<()> {
    let context = || format!("{} was not written", path.display());
    // A link's target is written, not the link.
    let target = fs::canonicalize(path).with_context(context)?;
    let folder = target.parent().unwrap_or_else(|| Path::new("."));
    let permissions = fs::metadata(&target).with_context(context)?.permissions();
    let mut file = tempfile::NamedTempFile::new_in(folder).with_context(context)?;
    file.write_all(text.as_bytes()).with_context(context)?;
    file.as_file()
        .set_permissions(permissions)
        .with_context(context)?;
    file.as_file().sync_all().with_context(context)?;
    file.persist(&target).with_context(context)?;
    Ok(())
}

/// Write originals to a file that only this user can read.
pub(crate) fn write_private(path: &Path, text: &str) -> Result<()> {
    let context = || format!("{} was not written", path.display());
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or_else(|| Path::new("."));
    // A temporary file is made with mode 0600.
    let mut file = tempfile::NamedTempFile::new_in(folder).with_context(context)?;
    file.write_all(text.as_bytes()).with_context(context)?;
    file.persist(path).with_context(context)?;
    Ok(())
}
