//! Guard rails: from a report with a proven patch, files that catch the same denial, and its lazy fix, before a merge.
//!
//! A [`Story`] is what must hold from now on, said once for all tools: which policy it is about, what it must grant, and how wide.
//! A tool is one file in `tools/` and one line in [`TOOLS`]; it turns the story into files in its own language.
//!
//! Architecture invariant: no I/O, and nobody outside of `tools/` names a tool.

mod examples;
mod story;
mod tools;

pub use examples::Example;
pub use story::{Access, Anchor, Known, Need, Rule, Story};
pub use tools::{TOOLS, Tool, commands, find};

use undeny_core::report::{Report, Verdict};

/// A file that a tool reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its path below the folder that the user chose, with `/`.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// What `tool` needs to keep this report's patch in place.
///
/// # Errors
/// A sentence that says why there is nothing to guard.
pub fn guard(report: &Report, tool: &dyn Tool) -> Result<Vec<File>, String> {
    let story = Story::read(report).ok_or_else(|| nothing(report).to_owned())?;
    Ok(tool.files(&story))
}

fn nothing(report: &Report) -> &'static str {
    match report.verdict {
        Verdict::Patch | Verdict::PatchOtherOwner => {
            if report
                .documents
                .iter()
                .any(|document| document.after.is_some())
            {
                "there is nothing to guard: the patch changes no policy, and a guard watches policies"
            } else {
                "there is nothing to guard yet: the policy that has to change was not given; add it"
            }
        }
        Verdict::ExplainOnly => {
            "there is nothing to guard: no policy has to change; the diagnosis says what does"
        }
        Verdict::Unknown => {
            "there is nothing to guard yet: there is no proven patch; the diagnosis says what is missing"
        }
    }
}
