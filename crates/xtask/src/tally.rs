//! How many tests passed and failed, read from the runners' own closing lines.

use std::fmt;

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
}

impl Tally {
    /// Sums up every closing line in what runners printed: cargo's and wasm-bindgen's `test result: ok. 3 passed; 0 failed; ..`, and ours: `3 passed, 0 failed`.
    pub(crate) fn read(printed: &str) -> Self {
        let lines = printed.lines().map(str::trim).filter(|line| {
            line.starts_with("test result: ")
                || line.starts_with(|first: char| first.is_ascii_digit())
        });
        let mut sum = Self::default();
        for line in lines {
            let line = line
                .strip_prefix("test result: ")
                .and_then(|rest| rest.split_once(". "))
                .map_or(line, |(_, counts)| counts);
            if let Some(tally) = Self::in_line(line) {
                sum = sum.and(tally);
            }
        }
        sum
    }

    #[must_use]
    pub(crate) fn and(self, other: Self) -> Self {
        Self {
            passed: self.passed + other.passed,
            failed: self.failed + other.failed,
        }
    }

    fn in_line(line: &str) -> Option<Self> {
        let mut parts = line.split([',', ';']).map(str::trim);
        let passed = parts.next()?.strip_suffix(" passed")?.parse().ok()?;
        let failed = parts.next()?.strip_suffix(" failed")?.parse().ok()?;
        Some(Self { passed, failed })
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closing_lines_are_summed() {
        let printed = "running 3 tests\ntest result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\
                       test result: FAILED. 1 passed; 2 failed; 0 ignored\n4 passed, 1 failed\n12 passed pawns, not a closing line\n";
        assert_eq!(
            Tally::read(printed),
            Tally {
                passed: 8,
                failed: 3
            }
        );
        assert_eq!(Tally::read("").to_string(), "0 passed, 0 failed");
    }
}
