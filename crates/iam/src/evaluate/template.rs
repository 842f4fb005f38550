//! Values with policy variables: `arn:aws:s3:::home/${aws:username}/*`.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>

use std::borrow::Cow;

use crate::glob::{Glob, ONE, STAR};
use crate::policy::Version;

use super::Context;

/// A value that may hold variables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Template {
    /// No variable: the same for every request.
    Fixed(Glob),
    /// With variables.
    Variable(Vec<Token>),
}

/// A piece of a [`Template::Variable`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Token {
    /// Characters and wildcards, as in [`Glob`].
    Marked(Vec<u8>),
    /// `${key}` or `${key, 'default'}`; the key in lower case.
    Variable {
        /// The context key.
        key: String,
        /// What stands for it where the request has none.
        default: Option<String>,
    },
}

impl Template {
    /// A value in which `*` and `?` are wildcards.
    pub(crate) fn like(text: &str, version: Version) -> Self {
        Self::read(text, version, true)
    }

    /// A value whose `*` and `?` are characters.
    pub(crate) fn exact(text: &str, version: Version) -> Self {
        Self::read(text, version, false)
    }

    fn read(text: &str, version: Version, wildcards: bool) -> Self {
        if version == Version::V2008 || !text.contains("${") {
            return Self::Fixed(if wildcards {
                Glob::new(text)
            } else {
                Glob::literal(text)
            });
        }
        let mut tokens = Vec::new();
        let mut marked = Vec::new();
        let mut rest = text;
        while let Some((before, inside, after)) =
            rest.split_once("${").and_then(|(before, rest)| {
                let (inside, after) = rest.split_once('}')?;
                Some((before, inside, after))
            })
        {
            mark(before, wildcards, &mut marked);
            if matches!(inside, "*" | "?" | "$") {
                marked.extend_from_slice(inside.as_bytes());
            } else {
                if !marked.is_empty() {
                    tokens.push(Token::Marked(std::mem::take(&mut marked)));
                }
                let (key, default) = match inside.split_once(',') {
                    Some((key, default)) => (key, Some(unquoted(default).to_owned())),
                    None => (inside, None),
                };
                tokens.push(Token::Variable {
                    key: key.trim().to_ascii_lowercase(),
                    default,
                });
            }
            rest = after;
        }
        mark(rest, wildcards, &mut marked);
        if tokens.is_empty() {
            return Self::Fixed(Glob::from_marked(marked));
        }
        if !marked.is_empty() {
            tokens.push(Token::Marked(marked));
        }
        Self::Variable(tokens)
    }

    /// The pattern for this request; `None` where a variable has no value.
    pub(crate) fn resolve(&self, context: &Context) -> Option<Cow<'_, Glob>> {
        let tokens = match self {
            Self::Fixed(glob) => return Some(Cow::Borrowed(glob)),
            Self::Variable(tokens) => tokens,
        };
        let mut marked = Vec::new();
        for token in tokens {
            match token {
                Token::Marked(bytes) => marked.extend_from_slice(bytes),
                Token::Variable { key, default } => {
                    let value = match context.get(key) {
                        Some([value]) => value,
                        _ => default.as_ref()?,
                    };
                    marked.extend_from_slice(value.as_bytes());
                }
            }
            // A request cannot be made to build something huge out of a small policy.
            if marked.len() > LONGEST {
                return None;
            }
        }
        Some(Cow::Owned(Glob::from_marked(marked)))
    }

    pub(crate) fn matches(&self, text: &str, context: &Context) -> bool {
        self.resolve(context).is_some_and(|glob| glob.matches(text))
    }

    /// The first variable that this request gives no value to.
    pub(crate) fn missing(&self, context: &Context) -> Option<&str> {
        let Self::Variable(tokens) = self else {
            return None;
        };
        tokens.iter().find_map(|token| match token {
            Token::Variable { key, default: None } if !matches!(context.get(key), Some([_])) => {
                Some(key.as_str())
            }
            _ => None,
        })
    }
}

/// Longer than any value that AWS takes.
const LONGEST: usize = 64 * 1024;

fn mark(text: &str, wildcards: bool, marked: &mut Vec<u8>) {
    marked.extend(text.bytes().map(|byte| match byte {
        b'*' if wildcards => STAR,
        b'?' if wildcards => ONE,
        other => other,
    }));
}

fn unquoted(text: &str) -> &str {
    let text = text.trim();
    text.strip_prefix('\'')
        .and_then(|text| text.strip_suffix('\''))
        .unwrap_or(text)
}
