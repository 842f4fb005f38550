use crate::denial::manual_list;
use undeny_text::Span;

use super::Lookalike;
use crate::denial::normalise::Normalised;

/// A database's own grants.
#[derive(Debug)]
pub(super) struct Database;

impl Lookalike for Database {
    fn id(&self) -> &'static str {
        "database"
    }

    fn advice(&self) -> &'static str {
        "This is the database's own login or grant, not IAM: look at the database user and its grants."
    }

    fn examples(&self) -> &'static [&'static str] {
        manual_list(&[
            "ERROR 1045 (28000): Access denied for user 'app'@'10.0.0.1' (using password: YES)",
        ])
    }

    fn anchors(&self) -> &'static [&'static str] {
        &[
            "accessdeniedforuser",
            "doesnothaveusecatalog",
            "doesnothaveuseschema",
            "insufficientprivilegestooperateon",
            "passwordauthenticationfailedforuser",
            "permissiondeniedforrelation",
            "permissiondeniedforschema",
            "permissiondeniedfortable",
        ]
    }

    fn sees(&self, text: &Normalised, hit: Span) -> Option<Span> {
        // Lake Formation and Glue say `Access denied for user` of nobody; MySQL always names `'user'@'host'`.
        let window = text.squeezed_window(hit.end, 120);
        let phrase = text.squeezed().get(hit.range())?;
        (phrase != "accessdeniedforuser"
            || window.contains('@')
            || window.contains("usingpassword"))
        .then_some(hit)
    }

    fn hides_calls(&self) -> bool {
        false
    }
}
