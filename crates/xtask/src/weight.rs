//! What the page weighs, and what it may.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::Result;

use crate::{
    frame, page, pieces, process,
    tools::{self, FOR_THE_PAGE},
    workplace::Workplace,
};

/// All that a person waits for before the first diagnosis.
const LARGEST_FIRST: u64 = 300_000;
const MOST_REQUESTS: usize = 6;
/// Every file of the page but the engine's second piece, which is fetched behind the first.
const LARGEST_PAGE: u64 = 350_000;
const MOST_FILES: usize = 8;

/// What a page weighs.
#[derive(Debug)]
pub(crate) struct Weight {
    /// Each file with its bytes, as they are and compressed.
    pub(crate) table: String,
    /// Each line of the budget, and whether it holds.
    pub(crate) budget: Vec<(bool, String)>,
}

/// Weigh the page in the folder `dist`.
///
/// # Errors
/// A file that cannot be read, or no Node.js to compress with.
pub(crate) fn of(workplace: &Workplace, dist: &Path) -> Result<Weight> {
    let sizes = compressed(workplace, dist)?;
    let total: u64 = sizes.iter().map(|file| file.compressed).sum();
    // The assistant's frame is loaded when somebody opens it.
    let (frame, own): (Vec<&_>, Vec<&_>) = sizes.iter().partition(|file| frame::has(&file.name));
    let assistant: u64 = frame.iter().map(|file| file.compressed).sum();
    let sum = |fits: &dyn Fn(&str) -> bool| -> (u64, usize) {
        let fitting = own.iter().filter(|file| fits(&file.name));
        fitting.fold((0, 0), |(bytes, files), file| {
            (bytes + file.compressed, files + 1)
        })
    };
    let (first, requests) = sum(&page::waited_for);
    let (page, _) = sum(&|name| !name.ends_with(pieces::REST));
    let mut budget = Vec::new();
    budget.push((
        first <= LARGEST_FIRST && requests <= MOST_REQUESTS,
        format!(
            "to the first diagnosis, brotli: {first} bytes of {LARGEST_FIRST} in {requests} files of {MOST_REQUESTS}"
        ),
    ));
    budget.push((
        page <= LARGEST_PAGE,
        format!(
            "page without its second piece, brotli: {page} bytes of {LARGEST_PAGE} ({} with it, {total} with the assistant's frame of {assistant})",
            total - assistant
        ),
    ));
    budget.push((
        own.len() <= MOST_FILES,
        format!(
            "files of the page: {} of {MOST_FILES}, and {} of the assistant's frame",
            own.len(),
            frame.len()
        ),
    ));
    Ok(Weight {
        table: size_table(&sizes),
        budget,
    })
}

#[derive(Debug)]
struct FileSize {
    name: String,
    bytes: u64,
    compressed: u64,
}

/// The files that the page loads.
fn compressed(workplace: &Workplace, dist: &Path) -> Result<Vec<FileSize>> {
    let names: Vec<_> = page::file_names(dist)?
        .into_iter()
        .filter(|name| page::loaded(name))
        .collect();
    let paths: Vec<PathBuf> = names.iter().map(|name| dist.join(name)).collect();
    let mut node = tools::ready(workplace, FOR_THE_PAGE)?.command("node", workplace.root());
    let printed = process::read(
        node.arg(workplace.path("tests/browser/compressed.mjs"))
            .args(&paths),
    )?;
    let sizes: Vec<u64> = serde_json::from_str(&printed)?;
    let sized = names
        .into_iter()
        .zip(paths)
        .zip(sizes)
        .map(|((name, path), compressed)| {
            Ok(FileSize {
                name,
                bytes: fs::metadata(path)?.len(),
                compressed,
            })
        });
    sized.collect()
}

fn size_table(sizes: &[FileSize]) -> String {
    let mut table = format!("{:<44} {:>10} {:>10}\n", "file", "bytes", "brotli");
    for file in sizes {
        table.push_str(&format!(
            "{:<44} {:>10} {:>10}\n",
            file.name, file.bytes, file.compressed
        ));
    }
    let (bytes, compressed) = sizes.iter().fold((0, 0), |(bytes, compressed), file| {
        (bytes + file.bytes, compressed + file.compressed)
    });
    table + &format!("{:<44} {bytes:>10} {compressed:>10}\n", "together")
}
