//! Where one document of a paste ends and the next begins.

use crate::{Input, Reading};

pub(crate) fn split(_index: usize, _input: &Input, _reading: &mut Reading) {}
