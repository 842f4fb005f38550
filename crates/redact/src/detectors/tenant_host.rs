//! Hosts that name a customer: a tenant's host at a provider, and hosts of internal networks.

use undeny_text::Span;

use crate::detector::{Anchor, Class, Confidence, Facts, Form, Place, Scan, rank};

detector!(
    /// `acme.eu-west-1.snowflakecomputing.com`, `db1.corp.internal`.
    TenantHost,
    Facts {
        id: "tenant-host",
        class: Class::Identifier,
        sees: "a host of a customer at a provider that gives each its own, or of a domain that exists inside a network only",
        source: "https://docs.snowflake.com/en/user-guide/organizations-connect",
        example: "xy12345.us-east-1.snowflakecomputing.com",
        near_miss: "www.snowflakecomputing.com.example",
        placeholder: "<HOST_1>",
    },
    ANCHORS,
    look
);

/// First labels of a provider's domain, and the rest of it. Each gives every customer a host.
const DOMAINS: &[(&str, &str)] = &[
    ("atlassian", ".net"),
    ("auth0", ".com"),
    ("azurecr", ".io"),
    ("azuredatabricks", ".net"),
    ("azurewebsites", ".net"),
    ("bamboohr", ".com"),
    ("blob", ".core.windows.net"),
    ("cloud", ".databricks.com"),
    ("databricks", ".com"),
    ("documents", ".azure.com"),
    ("file", ".core.windows.net"),
    ("freshdesk", ".com"),
    ("jfrog", ".io"),
    ("looker", ".com"),
    ("my", ".salesforce.com"),
    ("my", ".site.com"),
    ("myshopify", ".com"),
    ("okta", ".com"),
    ("oktapreview", ".com"),
    ("onelogin", ".com"),
    ("openai", ".azure.com"),
    ("queue", ".core.windows.net"),
    ("redislabs", ".com"),
    ("service-now", ".com"),
    ("servicebus", ".windows.net"),
    ("sharepoint", ".com"),
    ("snowflakecomputing", ".com"),
    ("supabase", ".co"),
    ("table", ".core.windows.net"),
    ("upstash", ".io"),
    ("vault", ".azure.net"),
    ("vaultcloud", ".com"),
    ("workday", ".com"),
    ("zendesk", ".com"),
    ("mongodb", ".net"),
    ("database", ".windows.net"),
];

/// Domains that exist inside a network only (RFC 6762, ICANN's `internal`, habit).
const INSIDE: &[&str] = &[
    "internal",
    "local",
    "corp",
    "lan",
    "intra",
    "intranet",
    "localdomain",
];

const ANCHORS: &[Anchor] = &[
    Anchor::Literal("atlassian.net"),
    Anchor::Literal("auth0.com"),
    Anchor::Literal("azurecr.io"),
    Anchor::Literal("azuredatabricks.net"),
    Anchor::Literal("azurewebsites.net"),
    Anchor::Literal("bamboohr.com"),
    Anchor::Literal("blob.core.windows.net"),
    Anchor::Literal("cloud.databricks.com"),
    Anchor::Literal("documents.azure.com"),
    Anchor::Literal("file.core.windows.net"),
    Anchor::Literal("freshdesk.com"),
    Anchor::Literal("jfrog.io"),
    Anchor::Literal("looker.com"),
    Anchor::Literal("my.salesforce.com"),
    Anchor::Literal("my.site.com"),
    Anchor::Literal("myshopify.com"),
    Anchor::Literal("okta.com"),
    Anchor::Literal("oktapreview.com"),
    Anchor::Literal("onelogin.com"),
    Anchor::Literal("openai.azure.com"),
    Anchor::Literal("queue.core.windows.net"),
    Anchor::Literal("redislabs.com"),
    Anchor::Literal("service-now.com"),
    Anchor::Literal("servicebus.windows.net"),
    Anchor::Literal("sharepoint.com"),
    Anchor::Literal("snowflakecomputing.com"),
    Anchor::Literal("supabase.co"),
    Anchor::Literal("table.core.windows.net"),
    Anchor::Literal("upstash.io"),
    Anchor::Literal("vault.azure.net"),
    Anchor::Literal("workday.com"),
    Anchor::Literal("zendesk.com"),
    Anchor::Literal("mongodb.net"),
    Anchor::Literal("database.windows.net"),
    Anchor::Literal("internal"),
    Anchor::Literal("local"),
    Anchor::Literal("corp"),
    Anchor::Literal("lan"),
    Anchor::Literal("intra"),
    Anchor::Literal("intranet"),
    Anchor::Literal("localdomain"),
];

fn look(place: Place, scan: &mut Scan<'_>) {
    let bytes = scan.bytes;
    let start = place.span.start;
    if bytes.before(start) != b'.' {
        return;
    }
    let from = bytes.run_back(start - 1, 200, |byte| {
        byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.'
    });
    let from = from
        + bytes
            .under(Span::new(from, start))
            .iter()
            .take_while(|byte| !byte.is_ascii_alphanumeric())
            .count();
    if from >= start - 1 {
        return;
    }
    let labels = Span::new(from, start - 1);
    let text = scan.under(labels);
    for (first, rest) in DOMAINS {
        let end = start + first.len() + rest.len();
        if bytes.starts(start, first)
            && bytes.starts(start + first.len(), rest)
            && !bytes.at(end).is_ascii_alphanumeric()
            && !(bytes.at(end) == b'.' && bytes.at(end + 1).is_ascii_alphabetic())
        {
            if !matches!(
                text,
                "www"
                    | "api"
                    | "docs"
                    | "help"
                    | "support"
                    | "login"
                    | "status"
                    | "developer"
                    | "app"
                    | "auth"
                    | "cdn"
            ) {
                scan.hit(
                    &FACTS,
                    Span::new(from, end),
                    rank::IDENTIFIER,
                    Confidence::High,
                    Form::Tag("HOST"),
                );
            }
            return;
        }
    }
    let word = scan.under(place.span);
    let ends = bytes.at(place.span.end) != b'.'
        && bytes.at(place.span.end) != b'('
        && bytes.at(place.span.end) != b'-'
        && bytes.at(place.span.end) != b'=';
    if INSIDE.contains(&word)
        && ends
        && !matches!(text, "var" | "module" | "data" | "each" | "self")
        && text
            .bytes()
            .any(|byte| byte.is_ascii_digit() || byte == b'-' || byte == b'.')
    {
        scan.hit(&FACTS, labels, rank::NAME, Confidence::Medium, Form::Name);
    }
}
