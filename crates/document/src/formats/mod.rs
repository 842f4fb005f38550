//! One file a format: the only users of the parser crates.
