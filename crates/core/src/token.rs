//! Identity tokens in a paste: what their claims say. A signature is not looked at, and nothing is shown that the paste does not show.
//!
//! Source: <https://datatracker.ietf.org/doc/html/rfc7519#section-4.1> (registered claims).

use undeny_document::{Document, Format, Input, Node, Paste, Reading, Value};
use undeny_text::Span;

/// The claims that AWS takes from a token of any provider.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif>
pub(crate) const CLAIMS: &[&str] = &["amr", "aud", "email", "oaud", "sub"];

/// A token's claims.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Token {
    /// Index of the text that it stands in.
    pub(crate) input: usize,
    /// The bytes of the document that it is.
    pub(crate) span: Span,
    /// The issuer as policies write it: host and path.
    pub(crate) issuer: String,
    /// The claims whose values are text, numbers or lists of these, by name.
    pub(crate) claims: Vec<(String, Vec<String>)>,
}

impl std::fmt::Debug for Token {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Token").finish_non_exhaustive()
    }
}

impl Token {
    /// The values of a claim; none where the token does not have it.
    pub(crate) fn claim(&self, name: &str) -> &[String] {
        self.claims
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, values)| values.as_slice())
            .unwrap_or_default()
    }

    /// When it ends, in seconds since 1970.
    pub(crate) fn expires(&self) -> Option<u64> {
        self.claim("exp").first()?.parse().ok()
    }
}

/// Every token of a paste: encoded, or its claims as JSON.
pub(crate) fn find(reading: &Reading) -> Vec<Token> {
    reading
        .documents
        .iter()
        .filter_map(|document| {
            let claims = if is_encoded(document) {
                let text = text_of(document)?;
                decode(text.split('.').nth(1)?)?
            } else if document.format == Format::Json {
                document.root.clone()
            } else {
                return None;
            };
            token(document, &claims)
        })
        .collect()
}

/// Whether a document is an encoded token and nothing else.
pub(crate) fn is_encoded(document: &Document) -> bool {
    text_of(document).is_some_and(|text| {
        text.starts_with("eyJ")
            && text.split('.').count() == 3
            && !text.contains(char::is_whitespace)
    })
}

fn text_of(document: &Document) -> Option<&str> {
    match &document.root.value {
        Value::Text(text) => text.literal().map(str::trim),
        _ => None,
    }
}

fn decode(part: &str) -> Option<Node> {
    let mut bytes = Vec::new();
    let (mut held, mut bits) = (0_u32, 0_u32);
    for letter in part.bytes().filter(|letter| *letter != b'=') {
        let value = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'-' | b'+' => 62,
            b'_' | b'/' => 63,
            _ => return None,
        };
        held = (held << 6) | u32::from(value);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from((held >> bits) & 0xff).ok()?);
        }
    }
    let text = String::from_utf8(bytes).ok()?;
    let paste = Paste {
        inputs: vec![Input {
            name: None,
            text,
            role: None,
        }],
    };
    undeny_document::read(&paste)
        .documents
        .into_iter()
        .find(|document| document.format == Format::Json)
        .map(|document| document.root)
}

fn token(document: &Document, root: &Node) -> Option<Token> {
    let claims: Vec<(String, Vec<String>)> = root
        .as_map()?
        .members
        .iter()
        .filter_map(|member| {
            let values: Vec<String> = member
                .value
                .one_or_many()
                .iter()
                .filter_map(|node| match &node.value {
                    Value::Text(text) => text.literal().map(str::to_owned),
                    Value::Number(number) => Some(number.clone()),
                    Value::Bool(value) => Some(value.to_string()),
                    _ => None,
                })
                .collect();
            (!values.is_empty()).then(|| (member.key.text.clone(), values))
        })
        .collect();
    let mut found = Token {
        input: document.input,
        span: document.span,
        issuer: String::new(),
        claims,
    };
    let issuer = found.claim("iss").first()?;
    let issuer = issuer.strip_prefix("https://").unwrap_or(issuer);
    found.issuer = issuer.trim_end_matches('/').to_owned();
    let names_somebody = !found.claim("sub").is_empty() || !found.claim("aud").is_empty();
    (names_somebody && found.issuer.contains('.')).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_encoded_part_is_an_object() {
        let root = decode("eyJzdWIiOiJ4In0").unwrap();
        assert_eq!(root.get("sub").and_then(Node::as_str), Some("x"));
        assert!(decode("a.b").is_none());
        assert!(decode("eyJ").is_none());
    }
}
