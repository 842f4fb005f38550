//! The parsers that are large, behind one door: in the command they are simply there, and the page may fetch them apart from the rest.

use undeny_text::Span;

use super::{Trouble, hcl, yaml};
use crate::{Member, Node};

/// Reads the bytes of a span; what is only noted goes into the list.
type Parser<T> = fn(&str, Span, &mut Vec<Trouble>) -> Result<T, Trouble>;

/// The parsers of Terraform and YAML.
#[derive(Clone, Copy, Debug)]
pub struct Parsers {
    hcl: Parser<Vec<Member>>,
    yaml: Parser<Node>,
}

impl Parsers {
    /// What a [`crate::Problem`] says where a parser is not there.
    pub(crate) const ABSENT: &str = "the reader of this format has not been loaded";

    /// The parsers themselves: whoever calls this links them in.
    #[must_use]
    pub const fn all() -> Self {
        Self {
            hcl: hcl::parse,
            yaml: yaml::parse,
        }
    }

    /// Stand-ins until the parsers are there: every block of Terraform and every YAML document is one [`crate::Problem`] that says so.
    #[cfg(feature = "parsers-apart")]
    const fn absent() -> Self {
        const HELP: &str = "it comes in a moment; if it does not, reload the page";
        Self {
            hcl: |_, span, _| Err(Trouble::new(span, Self::ABSENT, HELP)),
            yaml: |_, span, _| Err(Trouble::new(span, Self::ABSENT, HELP)),
        }
    }

    /// Use these from now on; what was read before has to be read again. Only the first call counts.
    #[cfg(feature = "parsers-apart")]
    pub fn install(self) {
        let _ = INSTALLED.set(self);
    }

    pub(crate) fn hcl(
        self,
        text: &str,
        span: Span,
        troubles: &mut Vec<Trouble>,
    ) -> Result<Vec<Member>, Trouble> {
        (self.hcl)(text, span, troubles)
    }

    pub(crate) fn yaml(
        self,
        text: &str,
        span: Span,
        notes: &mut Vec<Trouble>,
    ) -> Result<Node, Trouble> {
        (self.yaml)(text, span, notes)
    }
}

#[cfg(feature = "parsers-apart")]
static INSTALLED: std::sync::OnceLock<Parsers> = std::sync::OnceLock::new();

/// The parsers that are there.
#[cfg(feature = "parsers-apart")]
pub(crate) fn parsers() -> Parsers {
    INSTALLED
        .get()
        .copied()
        .unwrap_or(const { Parsers::absent() })
}

/// The parsers that are there.
#[cfg(not(feature = "parsers-apart"))]
pub(crate) const fn parsers() -> Parsers {
    Parsers::all()
}
