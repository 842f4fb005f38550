//! The forms and the decoys that few texts have, and what reads a region beside them, behind one door: in the command they are simply there, and the page may fetch them apart from the rest.

use std::sync::LazyLock;
#[cfg(feature = "forms-apart")]
use std::sync::OnceLock;

use super::decoys::{LATE_DECOYS, Lookalike};
use super::forms::{Form, LATE_FORMS};
use super::{Phrases, RegionBeside, region};

/// The forms of [`LATE_FORMS`] and the decoys of [`LATE_DECOYS`].
#[derive(Clone, Copy, Debug)]
pub struct LateForms {
    forms: fn() -> &'static [&'static dyn Form],
    decoys: fn() -> &'static [&'static dyn Lookalike],
    region: RegionBeside,
}

impl LateForms {
    /// All of them: whoever calls this links them in.
    #[must_use]
    pub const fn all() -> Self {
        Self {
            forms: || LATE_FORMS,
            decoys: || LATE_DECOYS,
            region: region::region_beside,
        }
    }

    fn phrases(self) -> Phrases {
        Phrases::with((self.forms)(), (self.decoys)(), self.region)
    }

    /// Listen for these from now on; what was read before has to be read again. Only the first call counts.
    #[cfg(feature = "forms-apart")]
    pub fn install(self) {
        let _ = INSTALLED.set(self.phrases());
    }
}

#[cfg(feature = "forms-apart")]
static INSTALLED: OnceLock<Phrases> = OnceLock::new();

/// The phrases of the forms that are there.
#[cfg(feature = "forms-apart")]
pub(super) fn phrases() -> &'static Phrases {
    static FIRST: LazyLock<Phrases> = LazyLock::new(|| Phrases::with(&[], &[], |_, _| None));
    INSTALLED.get().unwrap_or_else(|| &FIRST)
}

/// The phrases of the forms that are there.
#[cfg(not(feature = "forms-apart"))]
pub(super) fn phrases() -> &'static Phrases {
    static ALL: LazyLock<Phrases> = LazyLock::new(|| LateForms::all().phrases());
    &ALL
}
