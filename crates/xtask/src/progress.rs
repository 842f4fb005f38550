//! What the person at the terminal is told while something takes its time. Progress goes to standard error, results to standard output.

use std::{
    io::IsTerminal as _,
    time::{Duration, Instant},
};

/// A header before something long: `== clippy`.
pub(crate) fn step(title: &str) {
    let (on, off) = style("1");
    eprintln!("\n{on}== {title}{off}");
}

/// One line about what is happening now.
pub(crate) fn note(text: &str) {
    let (on, off) = style("36");
    eprintln!("{on}   {text}{off}");
}

/// The sentence a failed command ends with.
pub(crate) fn failure(text: &str) {
    let (on, off) = style("31");
    eprintln!("{on}error:{off} {text}");
}

/// A span of time as a person says it: `4.2 s`, `3 min 05 s`.
pub(crate) fn duration(since: Instant) -> String {
    spell(since.elapsed())
}

fn spell(time: Duration) -> String {
    let seconds = time.as_secs();
    if seconds < 60 {
        return format!("{:.1} s", time.as_secs_f64());
    }
    format!("{} min {:02} s", seconds / 60, seconds % 60)
}

/// Colour only on a terminal, and not where `NO_COLOR` is set.
fn style(code: &str) -> (String, &'static str) {
    if std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none() {
        (format!("\x1b[{code}m"), "\x1b[0m")
    } else {
        (String::new(), "")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_as_a_person_says_them() {
        assert_eq!(spell(Duration::from_millis(4210)), "4.2 s");
        assert_eq!(spell(Duration::from_secs(185)), "3 min 05 s");
    }
}
