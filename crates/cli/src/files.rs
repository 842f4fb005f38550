//! Files in and out.

use std::collections::HashSet;
use std::fs;
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Result, anyhow, bail};
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

impl Given {
    /// Whether no text has anything in it.
    pub(crate) fn is_blank(&self) -> bool {
        let mut inputs = self.paste.inputs.iter();
        inputs.all(|input| input.text.trim().is_empty())
    }
}

/// Read files, the files of folders, or standard input. A file that is given twice is read once.
///
/// A file that cannot be read, is not UTF-8 or is not text is a sentence in `unreadable`; the others are read all the same.
///
/// # Errors
/// Where nothing at all could be read, or what was read is empty.
pub(crate) fn read(files: &[PathBuf], roles: &[(String, Role)]) -> Result<Given> {
    let given = read_any(files, roles)?;
    if !given.is_blank() {
        return Ok(given);
    }
    if !given.unreadable.is_empty() {
        bail!("{}", given.unreadable.join("\nundeny: "));
    }
    if given.paste.inputs.is_empty() {
        bail!(
            "nothing to read: no file lies in the folder itself; folders in it and hidden files are not looked into"
        );
    }
    bail!(
        "nothing to read: the text is empty; give it the error message and the policies around it"
    )
}

/// As [`read`], and where there is no text, that is what was read.
///
/// # Errors
/// Where `--role` names no file.
pub(crate) fn read_any(files: &[PathBuf], roles: &[(String, Role)]) -> Result<Given> {
    let mut given = Given::default();
    let standard = [PathBuf::from("-")];
    let files = if files.is_empty() { &standard } else { files };
    for path in expand(files, &mut given.unreadable) {
        match read_text(&path) {
            Ok(text) => {
                let file_name = (!is_standard(&path)).then(|| slashes(&path));
                let role = roles.iter().rev().find(|(wanted, _)| {
                    file_name
                        .as_deref()
                        .is_some_and(|name| is_named(name, wanted))
                });
                given.paste.inputs.push(Input {
                    name: file_name,
                    text,
                    role: role.map(|(_, role)| *role),
                });
                given.paths.push((!is_standard(&path)).then_some(path));
            }
            Err(error) => given.unreadable.push(format!("{error:#}")),
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
    Ok(given)
}

/// One text from a file or standard input, for commands that take one.
pub(crate) fn read_one(path: Option<&Path>) -> Result<String> {
    read_text(path.unwrap_or_else(|| Path::new("-")))
}

fn is_standard(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// What an error calls a file, or standard input.
pub(crate) fn title(path: Option<&Path>) -> String {
    path.filter(|path| !is_standard(path))
        .map_or_else(|| "standard input".to_owned(), slashes)
}

/// A file's name in a report.
pub(crate) fn name(path: &Path) -> String {
    if is_standard(path) {
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

/// The files, each once, with folders replaced by the files in them, by name.
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
            Err(error) => unreadable.push(format!("{}: {}", path.display(), unread(&error))),
        }
    }
    let mut known = HashSet::new();
    all.retain(|path| known.insert(fs::canonicalize(path).unwrap_or_else(|_| path.clone())));
    all
}

fn read_text(path: &Path) -> Result<String> {
    let mut bytes = Vec::new();
    let name = title(Some(path));
    let result = if is_standard(path) {
        io::stdin().lock().read_to_end(&mut bytes).map(drop)
    } else {
        fs::read(path).map(|read| bytes = read)
    };
    if let Err(error) = result {
        bail!("{name}: {}", unread(&error));
    }
    if is_utf16(&bytes) {
        bail!(
            "{name}: this is UTF-16, as PowerShell's `>` writes it; save it as UTF-8 (`Out-File -Encoding utf8`)"
        );
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        anyhow!("{name}: byte {at} is not UTF-8; save the file as UTF-8, or leave it out")
    })?;
    if let Some(at) = text.bytes().position(|byte| byte == 0) {
        bail!("{name}: byte {at} is zero, so this is not a text; leave the file out");
    }
    Ok(text)
}

/// By its mark, or by a zero beside each of the first letters.
fn is_utf16(bytes: &[u8]) -> bool {
    matches!(
        bytes,
        [0xff, 0xfe, ..]
            | [0xfe, 0xff, ..]
            | [1..=255, 0, 1..=255, 0, ..]
            | [0, 1..=255, 0, 1..=255, ..]
    )
}

/// Why something could not be read, and what to do.
fn unread(error: &io::Error) -> String {
    let said = match error.kind() {
        ErrorKind::NotFound => {
            "there is no such file; check the name and the folder that this runs in"
        }
        ErrorKind::PermissionDenied => "this user may not read it; check its permissions",
        ErrorKind::IsADirectory => "this is a folder; name a file in it",
        ErrorKind::NotADirectory => "a part of the path is a file and no folder; check the path",
        _ => return error.to_string(),
    };
    said.to_owned()
}

/// Why something could not be written, and what to do.
fn unwritten(path: &Path, error: &io::Error) -> anyhow::Error {
    let said = match error.kind() {
        ErrorKind::NotFound => "there is no such folder; make it first, or name another one",
        ErrorKind::PermissionDenied => "this user may not write there; check the permissions",
        // Linux says so of a file that is to take the place of a folder in use.
        ErrorKind::IsADirectory | ErrorKind::ResourceBusy => {
            "a folder has that name; name a file in it"
        }
        ErrorKind::NotADirectory | ErrorKind::AlreadyExists => {
            "a part of the path is a file and no folder; name another folder"
        }
        ErrorKind::ReadOnlyFilesystem => "the file system is read-only; name another folder",
        ErrorKind::StorageFull => "no space is left there; make some, or name another folder",
        _ => return anyhow!("{} was not written: {error}", path.display()),
    };
    anyhow!("{} was not written: {said}", path.display())
}

/// Write `text` to a file that may be new, in a folder that may be new.
pub(crate) fn write(path: &Path, text: &str) -> Result<()> {
    path.parent()
        .map_or(Ok(()), fs::create_dir_all)
        .and_then(|()| fs::write(path, text))
        .map_err(|error| unwritten(path, &error))
}

/// Write `text` in the place of the file at `path`, at once or not at all; its permissions stay.
pub(crate) fn replace(path: &Path, text: &str) -> Result<()> {
    // A link's target is written, not the link.
    let put = || {
        let target = fs::canonicalize(path)?;
        let permissions = fs::metadata(&target)?.permissions();
        put(&target, text, Some(permissions))
    };
    put().map_err(|error| unwritten(path, &error))
}

/// Write originals to a file that only this user can read.
pub(crate) fn write_private(path: &Path, text: &str) -> Result<()> {
    put(path, text, None).map_err(|error| unwritten(path, &error))
}

/// Write a file at once or not at all; without permissions, for this user alone.
fn put(path: &Path, text: &str, permissions: Option<fs::Permissions>) -> io::Result<()> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or_else(|| Path::new("."));
    // A temporary file is made with mode 0600.
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(text.as_bytes())?;
    if let Some(permissions) = permissions {
        file.as_file().set_permissions(permissions)?;
    }
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}
