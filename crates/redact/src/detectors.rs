//! The registry: every detector, in alphabetical order of its name.

use crate::Detector;

/// Every detector, in alphabetical order of its id; help and manual derive from it.
pub const DETECTORS: &[&dyn Detector] = &[];
