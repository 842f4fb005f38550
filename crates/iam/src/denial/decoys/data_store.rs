use crate::denial::manual_list;
use undeny_text::Span;

use super::Lookalike;
use crate::denial::normalise::Normalised;

/// The own users and grants of a database, a cache or a broker.
#[derive(Debug)]
pub(super) struct DataStore;

impl Lookalike for DataStore {
    fn id(&self) -> &'static str {
        "data-store"
    }

    fn advice(&self) -> &'static str {
        "The database, cache or broker refused this by its own users and grants, and IAM was not asked: look at that user there."
    }

    fn examples(&self) -> &'static [&'static str] {
        manual_list(&[
            "ORA-01031: insufficient privileges",
            "ERROR 1227 (42000): Access denied; you need (at least one of) the SUPER privilege(s) for this operation",
            "The SELECT permission was denied on the object 'orders', database 'shop', schema 'dbo'.",
            "not authorized on admin to execute command { listDatabases: 1 }",
            "NOPERM this user has no permissions to run the 'flushall' command",
            "ACCESS_REFUSED - access to exchange 'orders' in vhost '/' refused for user 'app'",
            "WRONGPASS invalid username-password pair or user is disabled.",
            "Access Denied: Cannot select from columns [id] in table orders",
        ])
    }

    fn anchors(&self) -> &'static [&'static str] {
        &[
            "access_refused-",
            "accessdenied:cannot",
            "accessdenied;youneed",
            "invalidcredentialswithsaslmechanism",
            "nopermthisuserhasnopermissions",
            "ora-01017",
            "ora-01031",
            "permissiondeniedindatabase",
            "permissionwasdeniedontheobject",
            "toexecutecommand{",
            "wrongpassinvalidusername",
        ]
    }

    fn sees(&self, text: &Normalised, hit: Span) -> Option<Span> {
        let phrase = text.squeezed().get(hit.range())?;
        match phrase {
            "toexecutecommand{" => text
                .squeezed_before(hit.start, 80)
                .contains("notauthorizedon")
                .then_some(hit),
            // Trino's own rules name the verb of SQL.
            "accessdenied:cannot" => [
                "access", "create", "delete", "drop", "execute", "insert", "select", "show",
                "update",
            ]
            .iter()
            .any(|verb| text.squeezed_window(hit.end, 12).starts_with(verb))
            .then_some(hit),
            _ => Some(hit),
        }
    }

    fn hides_calls(&self) -> bool {
        false
    }
}
