//! The facts: tokens that providers issue with a prefix of their own, one row each in `table.tsv`, written from the providers' pages: id, grammar,
//! check (`-`, `crc32` or `random`), page.
//!
//! No row holds a token: examples and near misses are made from the grammar when the tests run.

use std::sync::OnceLock;

/// One kind of token.
#[derive(Clone, Copy, Debug)]
pub struct TokenFact {
    /// The name in findings.
    pub id: &'static str,
    /// Prefix, alphabets and lengths, in the words of `grammar`.
    pub grammar: &'static str,
    /// What in it can be checked. A check that fails never un-hides.
    pub check: Check,
    /// The provider's page.
    pub page: &'static str,
}

/// A checksum in a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Check {
    /// None that is documented.
    None,
    /// CRC-32 in base 62, the last six characters.
    Crc32,
    /// The prefix is an everyday word: what follows has digits, or looks drawn at random.
    Random,
}

/// The rows as written; they are in alphabetical order of their ids.
const ROWS: &[u8] = include_bytes!("table.tsv");
/// How many columns of a row are kept: the page is for the manual, which is no part of what the browser loads.
const COLUMNS: usize = if cfg!(target_family = "wasm") { 3 } else { 4 };

static KEPT: [u8; KEPT_LENGTH] = {
    let mut kept = [0; KEPT_LENGTH];
    copy(&mut kept);
    kept
};
const KEPT_LENGTH: usize = copy(&mut []);

/// Write the columns that are kept as far as there is room, and count their bytes.
#[allow(long_running_const_eval, reason = "every byte of the table once")]
#[expect(clippy::indexing_slicing, reason = "both offsets are compared before")]
const fn copy(kept: &mut [u8]) -> usize {
    let (mut from, mut to, mut column) = (0, 0, 0);
    while from < ROWS.len() {
        let byte = ROWS[from];
        column = match byte {
            b'\n' => 0,
            b'\t' => column + 1,
            _ => column,
        };
        if column < COLUMNS {
            if to < kept.len() {
                kept[to] = byte;
            }
            to += 1;
        }
        from += 1;
    }
    to
}

/// Every kind of token, in alphabetical order of its id.
pub fn tokens() -> &'static [TokenFact] {
    static TOKENS: OnceLock<Vec<TokenFact>> = OnceLock::new();
    TOKENS.get_or_init(|| {
        let rows = std::str::from_utf8(&KEPT).unwrap_or_default();
        rows.lines().map(fact).collect()
    })
}

fn fact(row: &'static str) -> TokenFact {
    let mut columns = row.split('\t');
    let mut next = || columns.next().unwrap_or_default();
    TokenFact {
        id: next(),
        grammar: next(),
        check: match next() {
            "crc32" => Check::Crc32,
            "random" => Check::Random,
            _ => Check::None,
        },
        page: next(),
    }
}
