//! Other people's files, for the programs that try something at each.

use std::path::{Path, PathBuf};

use crate::case::Case;

/// What is read of a folder.
const EXTENSIONS: &[&str] = &["tf", "json", "yaml", "yml", "template", "hcl", "md"];

/// The Terraform, CloudFormation, YAML and JSON files below the folders, with the path of each in its folder; of a case, the files in it.
#[must_use]
pub fn below(folders: &[PathBuf]) -> Vec<(PathBuf, String)> {
    let mut files = Vec::new();
    for folder in folders {
        let mut paths = Vec::new();
        collect(folder, &mut paths);
        paths.sort();
        for path in paths {
            let name = path.strip_prefix(folder).unwrap_or(&path);
            let Ok(text) = std::fs::read_to_string(&path) else {
                continue;
            };
            if path.extension().is_none_or(|extension| extension != "md") {
                files.push((name.to_owned(), text));
                continue;
            }
            let case = Case::read(&text).unwrap_or_default();
            for (input, is_error) in case.inputs.into_iter().zip(&case.errors) {
                if !is_error {
                    let inner = input.name.as_deref().unwrap_or("file");
                    files.push((name.with_extension("").join(inner), input.text));
                }
            }
        }
    }
    files
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let kind = entry.file_type();
        let known = |path: &Path| {
            let extension = path.extension();
            extension.is_some_and(|extension| EXTENSIONS.iter().any(|known| extension == *known))
        };
        if kind.as_ref().is_ok_and(std::fs::FileType::is_dir) {
            collect(&path, paths);
        } else if kind.is_ok_and(|kind| kind.is_file()) && known(&path) {
            paths.push(path);
        }
    }
}

/// Writes a file and the folders around it.
///
/// # Errors
/// A sentence with the path, where that fails.
pub fn write(path: &Path, text: &str) -> Result<(), String> {
    path.parent()
        .map_or(Ok(()), std::fs::create_dir_all)
        .and_then(|()| std::fs::write(path, text))
        .map_err(|error| format!("{} cannot be written: {error}", path.display()))
}
