//! IAM: policies as a view over documents, how a request is decided, what a change newly allows, and what a denial's text says.
//!
//! | where | what |
//! | --- | --- |
//! | [`policy`] | finds policies in a document's tree, whatever its format, and keeps the place of every element |
//! | [`change`] | what may change in a policy, in IAM's words, and the edits that do it in the document's hand |
//! | [`evaluate`] | decides a request: which layer, which statement, and why the others did not match |
//! | [`compare`] | exactly what one set of policies allows that another does not |
//! | [`service`] | what services know: actions, resource types and condition keys, from a table that is checked in |
//! | [`denial`] | the error text as data, whatever wrapped it: one file a form |
//! | [`lint`] | what is wrong, too wide or without effect: one rule a check |
//!
//! Nothing here does input or output, and no input makes it panic.

pub mod arn;
pub mod change;
pub mod compare;
pub mod denial;
pub mod evaluate;
pub mod glob;
pub mod lint;
mod order;
pub mod policy;
pub mod service;
