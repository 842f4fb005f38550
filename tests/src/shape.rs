//! The shapes in which the same input is given.

use std::ops::Range;

use undeny_core::{Input, Paste};

/// Texts as one paste: the error first, blank lines between, the name as a comment line where the format has comments.
///
/// `commented` says for each input whether its format has comments. Gives the paste and each input's bytes in it, in the order of the
/// inputs; an input whose last line does not end gets its line end in the paste only.
#[must_use]
pub fn as_paste(
    inputs: &[Input],
    commented: &[bool],
    errors: &[bool],
) -> (Paste, Vec<Range<usize>>) {
    let mut order: Vec<usize> = (0..inputs.len()).collect();
    order.sort_by_key(|index| !errors[*index]);
    let mut text = String::new();
    let mut ranges = vec![0..0; inputs.len()];
    for index in order {
        let input = &inputs[index];
        if !text.is_empty() {
            text.push('\n');
        }
        if let Some(name) = input
            .name
            .as_deref()
            .filter(|_| commented[index] && !errors[index])
        {
            text.push_str("# ");
            text.push_str(name);
            text.push('\n');
        }
        let start = text.len();
        text.push_str(&input.text);
        ranges[index] = start..text.len();
        if !text.ends_with('\n') {
            text.push('\n');
            ranges[index].end = text.len();
        }
    }
    let input = Input {
        name: None,
        text,
        role: None,
    };
    (
        Paste {
            inputs: vec![input],
        },
        ranges,
    )
}

/// The same with `\r\n` for every `\n`.
#[must_use]
pub fn with_crlf(paste: &Paste) -> Paste {
    let inputs = paste
        .inputs
        .iter()
        .map(|input| Input {
            text: input.text.replace("\r\n", "\n").replace('\n', "\r\n"),
            ..input.clone()
        })
        .collect();
    Paste { inputs }
}
