//! Whether an action or a resource is one of those that an element names.
//!
//! Sources: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html>,
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html>

use crate::arn;
use crate::glob::Glob;
use crate::policy::Version;

use super::Context;
use super::template::Template;

/// One value of `Action` or `NotAction`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ActionPattern {
    /// `*` or `*:*`.
    Everything,
    /// `service:Name*`, both in lower case.
    Of {
        /// The service's prefix.
        service: String,
        /// The name.
        name: Glob,
    },
    /// No colon, or a wildcard in the service part: no action is meant.
    Nothing,
}

impl ActionPattern {
    pub(crate) fn new(text: &str) -> Self {
        if matches!(text, "*" | "*:*") {
            return Self::Everything;
        }
        match text.to_ascii_lowercase().split_once(':') {
            Some((service, name)) if !service.contains(['*', '?']) => Self::Of {
                service: service.to_owned(),
                name: Glob::new(name),
            },
            _ => Self::Nothing,
        }
    }

    /// `action` is in lower case, split at its first colon.
    pub(crate) fn matches(&self, (service, name): (&str, &str)) -> bool {
        match self {
            Self::Everything => true,
            Self::Of {
                service: wanted,
                name: pattern,
            } => wanted == service && pattern.matches(name),
            Self::Nothing => false,
        }
    }
}

/// One value of `Resource` or `NotResource`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ResourcePattern {
    /// `*`: every resource, also that of an action without resource types.
    Everything,
    /// An ARN, each part for itself: in the first five nothing crosses a colon.
    Arn {
        /// `arn`, partition, service, region, account.
        head: [Glob; 5],
        /// All of `head` with its colons, where it has no wildcard.
        prefix: Option<String>,
        /// Everything behind the fifth colon.
        resource: Template,
    },
    /// No ARN: matches only a request whose resource is no ARN either.
    Other(Glob),
    /// A wildcard for the service, or a variable before the fifth colon: AWS allows neither, and it names nothing.
    Nothing,
}

impl ResourcePattern {
    pub(crate) fn new(text: &str, version: Version) -> Self {
        if text == "*" {
            return Self::Everything;
        }
        let parts = split_arn(text);
        let Some((&resource, head)) = parts.split_last().filter(|_| parts.len() == 6) else {
            return if parts.first() == Some(&"arn") {
                Self::short(&parts)
            } else if let Some(rest) = text.strip_prefix("execute-api:/") {
                // Source: <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies-examples.html>
                Self::new(&format!("arn:*:execute-api:*:*:*/{rest}"), version)
            } else {
                Self::Other(Glob::new(text))
            };
        };
        let [arn, partition, service, region, account] = head else {
            return Self::Nothing;
        };
        if service.contains(['*', '?'])
            || version == Version::V2012 && head.iter().any(|part| part.contains("${"))
        {
            return Self::Nothing;
        }
        let is_literal = !head.iter().any(|part| part.contains(['*', '?']));
        Self::Arn {
            head: [arn, partition, service, region, account].map(|part| Glob::new(part)),
            prefix: is_literal.then(|| head.join(":") + ":"),
            resource: Template::like(resource, version),
        }
    }

    /// An ARN with fewer than six parts has `*` for those that are missing.
    fn short(parts: &[&str]) -> Self {
        let part = |index: usize| parts.get(index).copied();
        match part(2) {
            Some(service) if !service.contains(['*', '?']) => Self::Arn {
                head: [0, 1, 2, 3, 4].map(|index| Glob::new(part(index).unwrap_or("*"))),
                prefix: None,
                resource: Template::Fixed(Glob::new("*")),
            },
            _ => Self::Nothing,
        }
    }

    /// `text` is the whole of `resource`.
    pub(crate) fn matches(
        &self,
        text: &str,
        resource: &ResourceName<'_>,
        context: &Context,
    ) -> bool {
        match (self, resource) {
            (Self::Everything, _) => true,
            (
                Self::Arn {
                    head,
                    prefix,
                    resource: pattern,
                },
                ResourceName::Arn(parts),
            ) => {
                let [head_parts @ .., last] = parts;
                if let Some(prefix) = prefix {
                    return text.len() == prefix.len() + last.len()
                        && text.starts_with(prefix.as_str())
                        && pattern.matches(last, context);
                }
                head.iter()
                    .zip(head_parts)
                    .all(|(glob, part)| glob.matches(part))
                    && pattern.matches(last, context)
            }
            (Self::Other(glob), ResourceName::Other(text)) => glob.matches(text),
            _ => false,
        }
    }
}

/// A request's resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ResourceName<'a> {
    /// `*`: the action has no resource types.
    Star,
    /// An ARN's six parts.
    Arn([&'a str; 6]),
    /// Something else.
    Other(&'a str),
    /// Longer than any resource of AWS; keeps the time for a hostile request small.
    TooLong,
}

/// AWS's ARNs have at most 2,048 characters.
const LONGEST_RESOURCE: usize = 16 * 1024;

impl<'a> ResourceName<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        if text == "*" {
            return Self::Star;
        }
        if text.len() > LONGEST_RESOURCE {
            return Self::TooLong;
        }
        match arn_parts(text) {
            Some(parts) if parts.first() == Some(&"arn") => Self::Arn(parts),
            _ => Self::Other(text),
        }
    }
}

/// The six parts, or `None` where there are fewer.
pub(crate) fn arn_parts(text: &str) -> Option<[&str; 6]> {
    let mut parts = ArnParts {
        rest: Some(text),
        left: 6,
    };
    let mut next = || parts.next();
    Some([next()?, next()?, next()?, next()?, next()?, next()?])
}

fn split_arn(text: &str) -> Vec<&str> {
    ArnParts {
        rest: Some(text),
        left: 6,
    }
    .collect()
}

/// Parts between colons, at most `left`. A colon inside an unknown reference or a variable is none.
struct ArnParts<'a> {
    rest: Option<&'a str>,
    left: usize,
}

impl<'a> Iterator for ArnParts<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let rest = self.rest?;
        self.left -= 1;
        let end = if self.left == 0 {
            None
        } else {
            arn::colon(rest)
        };
        match end.and_then(|end| Some((rest.get(..end)?, rest.get(end + 1..)?))) {
            Some((part, rest)) => {
                self.rest = Some(rest);
                Some(part)
            }
            None => {
                self.rest = None;
                Some(rest)
            }
        }
    }
}
