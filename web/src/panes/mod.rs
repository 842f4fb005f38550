//! The panes, one file each: what it shows of the answer, and what the user can do there.

pub(crate) mod assistant;
pub(crate) mod cause;
pub(crate) mod decoys;
pub(crate) mod documents;
pub(crate) mod fix;
pub(crate) mod foot;
pub(crate) mod handover;
pub(crate) mod late;
pub(crate) mod menu;
pub(crate) mod paste;
pub(crate) mod problems;
pub(crate) mod proof;
pub(crate) mod questions;
pub(crate) mod redacted;
pub(crate) mod verdict;
pub(crate) mod warnings;
pub(crate) mod welcome;
