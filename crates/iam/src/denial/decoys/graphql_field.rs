use crate::denial::manual_list;
use undeny_text::Span;

use super::Lookalike;
use crate::denial::normalise::Normalised;

/// AppSync's refusal of a field, which only sometimes is IAM's.
///
/// Source: <https://docs.aws.amazon.com/appsync/latest/devguide/security-authz.html>
#[derive(Debug)]
pub(super) struct GraphqlField;

impl Lookalike for GraphqlField {
    fn id(&self) -> &'static str {
        "graphql-field"
    }

    fn advice(&self) -> &'static str {
        "AppSync refused this field. Where the API is used with IAM, the caller's identity policy has to allow `appsync:GraphQL` on the field (`apis/API/types/TYPE/fields/FIELD`); with an API key, Cognito, OpenID Connect or Lambda, the schema's directives and the resolver decide, and no policy does."
    }

    fn examples(&self) -> &'static [&'static str] {
        manual_list(&["Not Authorized to access listOrders on type Query"])
    }

    fn anchors(&self) -> &'static [&'static str] {
        &["notauthorizedtoaccess"]
    }

    fn is_sure(&self) -> bool {
        false
    }

    fn sees(&self, text: &Normalised, hit: Span) -> Option<Span> {
        let window = text.squeezed_window(hit.end, 80);
        let typed = window.find("ontype").is_some_and(|at| at < 60);
        typed.then_some(hit)
    }
}
