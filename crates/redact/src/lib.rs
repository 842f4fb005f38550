//! Identifiers and secrets out, placeholders in, and back: what a stranger may read of a paste.
//!
//! Detectors (one file each in `detectors/`, listed in [`DETECTORS`]) say where a value stands; the engine settles overlaps, hides every other
//! occurrence of what was found, and asks the [`Vault`] for placeholders. The rewritten text holds no original, parses like the original and keeps
//! every relation that a diagnosis needs: equal values, ARN fields, prefixes, wildcards.
//!
//! It reads no policy and decides nothing about access: that is `undeny-iam`.

mod assignment;
mod bytes;
mod caption;
mod detector;
mod detectors;
mod encode;
mod engine;
mod generic;
mod key;
mod language;
mod name;
mod network;
mod options;
mod placeholder;
mod pool;
mod provider;
mod published;
mod random;
mod redacted;
mod restore;
mod settings;
mod tally;
mod value;
mod vault;
mod written;

pub use assignment::How;
pub use bytes::Bytes;
pub use detector::{Anchor, Class, Confidence, Detector, Facts, Form, Hit, Place, Scan};
pub use detectors::{Check, DETECTORS, TokenFact, tokens};
pub use options::{Level, Options};
pub use redacted::{Finding, Redacted, Sighting, redact, redact_in_steps, scan};
pub use vault::{Restored, Vault, VaultError};
