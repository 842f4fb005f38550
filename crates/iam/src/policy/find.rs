//! Where the policies of a document are, and what each is for.

use undeny_document::{Document, Node, Role};

use super::Policy;

/// Every policy in `document`, the document at `index` of its reading, in order of place.
#[must_use]
pub fn find(index: usize, document: &Document) -> Vec<Policy> {
    let _ = (index, document);
    Vec::new()
}

/// The policy that `node` itself is; `None` where it has no `Statement`.
///
/// `role` is what is known of it from elsewhere. The paths in it begin at `node`.
#[must_use]
pub fn from_node(node: &Node, role: Option<Role>) -> Option<Policy> {
    let _ = (node, role);
    None
}
