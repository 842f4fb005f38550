//! Characters that nobody sees, made visible: what turns the order of letters round, what has no width, what moves a terminal's cursor.

/// Whether a character is there and not seen, or makes others look like something else.
///
/// Source: Unicode's bidirectional controls and default ignorable code points, <https://www.unicode.org/reports/tr9/> and
/// <https://www.unicode.org/reports/tr36/>.
#[must_use]
pub const fn is_hidden(character: char) -> bool {
    matches!(character,
        '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{ad}' | '\u{34f}' | '\u{61c}'
        | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
        | '\u{fff9}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// `text` with every hidden character as `[U+202E]`.
#[must_use]
pub fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        // A carriage return alone writes over the line.
        let overwrites = character == '\r' && characters.peek() != Some(&'\n');
        if overwrites || is_hidden(character) {
            shown.push_str(&code(character));
        } else {
            shown.push(character);
        }
    }
    shown
}

/// `[U+202E]`
pub(crate) fn code(character: char) -> String {
    format!("[U+{:04X}]", u32::from(character))
}
