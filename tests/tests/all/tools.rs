//! The tools of these tests are themselves right.

use undeny_core::Input;
use undeny_tests::case::Case;
use undeny_tests::{diff, shape};

use crate::Test;

pub(crate) fn trials() -> Vec<Test> {
    vec![
        Test::new("tools: a diff that does not fit is refused", || {
            let text = "--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n";
            wanted(diff::apply(text, "a\nb\n"), Ok("a\nc\n".to_owned()))?;
            wanted(diff::apply(text, "a\nd\n").is_err(), true)?;
            wanted(diff::apply(text, "a\n").is_err(), true)
        }),
        Test::new("tools: a last line without an end is kept", || {
            let text = "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n\\ No newline at end of file\n";
            wanted(diff::apply(text, "a"), Ok("b".to_owned()))
        }),
        Test::new("tools: what became of each part of a paste", || {
            let inputs = ["x\n", "a\nb\n", "c\nd"].map(|text| Input {
                name: Some("n".to_owned()),
                text: text.to_owned(),
                role: None,
            });
            let (paste, ranges) =
                shape::as_paste(&inputs, &[false, true, true], &[false, false, true]);
            let text = &paste.inputs[0].text;
            wanted(text.as_str(), "c\nd\n\nx\n\n# n\na\nb\n")?;
            let after = text.replace("a\n", "a\ne\n").replace("d\n", "d\nf\n");
            // Regions in order of place.
            let mut order = ranges.clone();
            order.sort_by_key(|range| range.start);
            wanted(
                diff::regions(text, &after, &order),
                vec!["c\nd\nf\n".into(), "x\n".into(), "a\ne\nb\n".into()],
            )
        }),
        Test::new("tools: a case without a diff names its verdict", || {
            wanted(Case::read("# t\n```error\nx\n```\n").is_err(), true)?;
            wanted(
                Case::read("# t\n```error\nx\n```\n```expect\nverdict: unknown\n```\n").is_ok(),
                true,
            )
        }),
    ]
}

fn wanted<T: PartialEq + std::fmt::Debug>(found: T, wanted: T) -> Result<(), String> {
    if found == wanted {
        Ok(())
    } else {
        Err(format!("wanted {wanted:?}, found {found:?}"))
    }
}
