use crate::denial::manual_list;

use super::Lookalike;

/// OpenSearch's fine-grained access control.
#[derive(Debug)]
pub(super) struct OpenSearchRoles;

impl Lookalike for OpenSearchRoles {
    fn id(&self) -> &'static str {
        "opensearch-roles"
    }

    fn advice(&self) -> &'static str {
        "OpenSearch's fine-grained access control refused this, after IAM let the request through: map the user or the IAM role (the backend role) to a role of OpenSearch that has the permission, in Dashboards under Security or by its API."
    }

    fn examples(&self) -> &'static [&'static str] {
        manual_list(&[
            "no permissions for [indices:data/write/index] and User [name=arn:aws:iam::111122223333:role/ingest, backend_roles=[arn:aws:iam::111122223333:role/ingest], requestedTenant=null]",
        ])
    }

    fn anchors(&self) -> &'static [&'static str] {
        &["nopermissionsfor["]
    }
}
