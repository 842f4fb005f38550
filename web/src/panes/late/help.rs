//! What can be done here, and the keyboard shortcuts, which can be turned off.

use wasm_bindgen::JsCast as _;
use web_sys::HtmlInputElement;

use super::shortcuts::{self, SHORTCUTS};
use crate::state::State;
use crate::view::{Node, dd, div, dl, dt, element, h3, input, label, li, p, ul};

/// What the page does, a sentence each.
const HOW: &[&str] = &[
    "Paste the error and the policies around it, in any order; or drop or open files. What each part was taken for stands below the box, and can be changed.",
    "The verdict, the cause, the patch and its proof follow at once. A line number leads to its place in the text.",
    "“What others may see” is the same text without names and secrets. Press a mark to show what it stands for; select text to hide it too.",
    "“What if” decides any other request by the same policies, before and after the patch.",
    "Nothing is sent and nothing you paste is stored. Closing the page or “Clear everything” forgets it.",
];

/// The dialog's content.
pub(crate) fn content(_: State) -> Node {
    let rows: Vec<Node> = SHORTCUTS
        .iter()
        .flat_map(|shortcut| {
            let keys: Vec<Node> = shortcut
                .keys
                .split(' ')
                .map(|key| element("kbd").child(key).into())
                .collect();
            [dt().child(keys).into(), dd().child(shortcut.does).into()]
        })
        .collect();
    div()
        .class("body")
        .child(
            ul().class("how").child(
                HOW.iter()
                    .map(|said| li().child(*said).into())
                    .collect::<Vec<Node>>(),
            ),
        )
        .child(h3().child("Keyboard"))
        .child(
            dl().class("facts keys")
                .child(dt().child(element("kbd").child("?")))
                .child(dd().child("This help, where nothing is being typed"))
                .child(rows),
        )
        .child(
            label()
                .class("choice")
                .child(
                    input()
                        .attr("type", "checkbox")
                        .test_id("shortcuts-off")
                        .attr("checked", shortcuts::off())
                        .on("change", |event| {
                            let checked = event
                                .target()
                                .and_then(|target| target.dyn_into::<HtmlInputElement>().ok())
                                .is_some_and(|input| input.checked());
                            shortcuts::turn(checked);
                        }),
                )
                .child("Keyboard shortcuts off"),
        )
        .child(
            p().class("stat")
                .child("On a Mac, ⌘ stands for Ctrl and ⌥ for Alt."),
        )
        .into()
}
