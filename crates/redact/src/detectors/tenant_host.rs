//! Hosts that name a customer: a tenant's host at a provider, and hosts of internal networks.

use std::sync::OnceLock;

use undeny_text::Span;

use crate::detector::{Anchor, Class, Confidence, Detector, Facts, Form, Place, Scan, rank};

/// `acme.eu-west-1.snowflakecomputing.com`, `db1.corp.internal`.
#[derive(Debug)]
pub(super) struct TenantHost;

pub(crate) static FACTS: Facts = Facts {
    id: "tenant-host",
    class: Class::Identifier,
    sees: "a host of a customer at a provider that gives each its own, of a domain that exists inside a network only, or of a company's inner network",
    source: "https://docs.snowflake.com/en/user-guide/organizations-connect",
    example: "xy12345.us-east-1.snowflakecomputing.com",
    near_miss: "www.snowflakecomputing.com.example",
    placeholder: "<HOST_1>",
};

impl Detector for TenantHost {
    fn facts(&self) -> &'static Facts {
        &FACTS
    }

    fn anchors(&self) -> &'static [Anchor] {
        static ANCHORS: OnceLock<Vec<Anchor>> = OnceLock::new();
        ANCHORS.get_or_init(|| {
            let domains = DOMAINS.iter().chain(INSIDE).chain(SHOUTED).chain(PATHS);
            domains.copied().map(Anchor::Literal).collect()
        })
    }

    fn look(&self, place: &Place, scan: &mut Scan<'_>) {
        look(*place, scan);
    }
}

/// Domains of providers that give every customer a host.
const DOMAINS: &[&str] = &[
    "aivencloud.com",
    "appspot.com",
    "atlassian.net",
    "auth0.com",
    "azconfig.io",
    "azmk8s.io",
    "azure-api.net",
    "azure-devices.net",
    "azurecr.io",
    "azuredatabricks.net",
    "azurefd.net",
    "azurehdinsight.net",
    "azurestaticapps.net",
    "azuresynapse.net",
    "azurewebsites.net",
    "bamboohr.com",
    "blob.core.windows.net",
    "clickhouse.cloud",
    "cloud.databricks.com",
    "cloudamqp.com",
    "cloudapp.azure.com",
    "cloudfunctions.net",
    "cockroachlabs.cloud",
    "cognitiveservices.azure.com",
    "confluent.cloud",
    "database.windows.net",
    "databricks.com",
    "dfs.core.windows.net",
    "documents.azure.com",
    "elastic-cloud.com",
    "file.core.windows.net",
    "firebaseapp.com",
    "firebaseio.com",
    "freshdesk.com",
    "freshservice.com",
    "grafana.net",
    "herokuapp.com",
    "jfrog.io",
    "kusto.windows.net",
    "looker.com",
    "mariadb.database.azure.com",
    "mongodb.net",
    "my.salesforce.com",
    "my.site.com",
    "myshopify.com",
    "mysql.database.azure.com",
    "neon.tech",
    "okta-emea.com",
    "okta.com",
    "oktapreview.com",
    "onelogin.com",
    "online.tableau.com",
    "onrender.com",
    "openai.azure.com",
    "pagerduty.com",
    "postgres.database.azure.com",
    "psdb.cloud",
    "queue.core.windows.net",
    "redis-cloud.com",
    "redis.cache.windows.net",
    "redisenterprise.cache.azure.net",
    "redislabs.com",
    "run.app",
    "salesforce.com",
    "search.windows.net",
    "service-now.com",
    "servicebus.windows.net",
    "sharepoint.com",
    "slack.com",
    "snowflakecomputing.com",
    "supabase.co",
    "table.core.windows.net",
    "trafficmanager.net",
    "upstash.io",
    "vault.azure.net",
    "vaultcloud.com",
    "visualstudio.com",
    "web.core.windows.net",
    "workday.com",
    "zendesk.com",
];

/// Addresses behind which the name of a customer stands.
const PATHS: &[&str] = &["app.terraform.io/app/", "dev.azure.com/"];

/// Hosts of a provider's own, by what stands before its domain.
const PUBLIC: &[&str] = &[
    "api",
    "app",
    "auth",
    "cdn",
    "code",
    "developer",
    "docs",
    "edgeapi",
    "events",
    "files",
    "help",
    "hooks",
    "login",
    "marketplace",
    "my",
    "status",
    "support",
    "wss-primary",
    "www",
];

/// Domains that exist inside a network only (RFC 6762, ICANN's `internal`, habit).
const INSIDE: &[&str] = &[
    "corp",
    "internal",
    "intra",
    "intranet",
    "lan",
    "local",
    "localdomain",
];

/// The same in capitals, as Windows writes them.
const SHOUTED: &[&str] = &[
    "CORP",
    "INTERNAL",
    "INTRA",
    "INTRANET",
    "LAN",
    "LOCAL",
    "LOCALDOMAIN",
];

/// Words that companies put into the names of their inner networks: `jenkins.corp.example.com`.
const INNER: &[&str] = &["corp", "internal", "intra", "intranet", "lan"];

/// Where such a name ends. It has to end in one of these: a package (`com.example.internal.http`) looks much like a host.
const TOP: &[&str] = &[
    "ai", "app", "at", "au", "be", "biz", "br", "ca", "ch", "cloud", "co", "com", "cz", "de",
    "dev", "dk", "es", "eu", "fi", "fr", "gov", "ie", "in", "info", "io", "it", "jp", "me", "mil",
    "net", "nl", "no", "nz", "org", "pl", "pt", "ru", "se", "sh", "tech", "uk", "us",
];

/// Whether a host ends in a domain of the public internet.
pub(super) fn is_domain(host: &str) -> bool {
    (host.rsplit_once('.')).is_some_and(|(_, top)| TOP.contains(&top))
}

/// Hide a host of a company's own inner network, `labels` before the word at `place` and those between it and the last; whether it is one.
fn own_domain(place: Place, labels: Span, scan: &mut Scan<'_>) -> bool {
    let bytes = scan.bytes;
    let behind = place.span.end + 1;
    if !INNER.contains(&scan.under(place.span)) || bytes.at(place.span.end) != b'.' {
        return false;
    }
    let end = bytes.run(behind, 200, |byte| {
        byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.'
    });
    let end = if bytes.before(end) == b'.' {
        end - 1
    } else {
        end
    };
    let domain = scan.under(Span::new(behind, end));
    let Some((own, top)) = domain.rsplit_once('.') else {
        return false;
    };
    let is_package = scan
        .under(labels)
        .split('.')
        .next()
        .is_some_and(|first| TOP.contains(&first));
    let is_providers = [
        "amazonaws.com",
        "aws.dev",
        "google.com",
        "googleapis.com",
        "microsoft.com",
    ]
    .iter()
    .any(|provider| domain.ends_with(provider));
    if !TOP.contains(&top) || is_package || is_providers || bytes.at(end) == b'(' {
        return false;
    }
    for part in [labels, Span::new(behind, behind + own.len())] {
        scan.hit(&FACTS, part, rank::NAME, Confidence::Medium, Form::Name);
    }
    true
}

fn look(place: Place, scan: &mut Scan<'_>) {
    let bytes = scan.bytes;
    let start = place.span.start;
    if let Some(address) = PATHS.iter().find(|address| bytes.starts(start, address)) {
        let from = start + address.len();
        let name = Span::new(
            from,
            bytes.run(from, 64, |byte| {
                byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
            }),
        );
        scan.hit(&FACTS, name, rank::NAME, Confidence::Medium, Form::Name);
    }
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
    for domain in DOMAINS {
        let end = start + domain.len();
        if bytes.starts(start, domain)
            && !bytes.at(end).is_ascii_alphanumeric()
            && !(bytes.at(end) == b'.' && bytes.at(end + 1).is_ascii_alphabetic())
        {
            if !PUBLIC.contains(&text) {
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
    if own_domain(place, labels, scan) {
        return;
    }
    let word = scan.under(place.span);
    let ends = bytes.at(place.span.end) != b'.'
        && bytes.at(place.span.end) != b'('
        && bytes.at(place.span.end) != b'-'
        && bytes.at(place.span.end) != b'=';
    // `Scope.INTERNAL` is a word of code.
    let shouted = SHOUTED.contains(&word)
        && text.contains('.')
        && !text.bytes().any(|byte| byte.is_ascii_lowercase());
    if (shouted || INSIDE.contains(&word))
        && ends
        && !matches!(text, "var" | "module" | "data" | "each" | "self")
        // AWS's own names of instances: the address in them has a detector of its own.
        && !text.ends_with(".compute")
        && text
            .bytes()
            .any(|byte| byte.is_ascii_digit() || byte == b'-' || byte == b'.')
    {
        scan.hit(&FACTS, labels, rank::NAME, Confidence::Medium, Form::Name);
    }
}
