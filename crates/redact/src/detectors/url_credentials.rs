//! Credentials in URLs: `scheme://user:password@host`, also percent-encoded, and the host of a database.

use std::sync::OnceLock;

use undeny_text::{Finder, Span};

use crate::bytes::{Bytes, is_word};
use crate::detector::{Anchor, Class, Confidence, FAR, Facts, Far, Form, Place, Scan, rank};
use crate::detectors::aws_endpoint;
use crate::random;
use crate::value;

detector!(
    /// User, password and, of databases and brokers, the host.
    UrlCredentials,
    Facts {
        id: "url-credentials",
        class: Class::Secret,
        sees: "what stands before the @ of a URL, and the host that it opens",
        source: "https://www.rfc-editor.org/rfc/rfc3986#section-3.2.1",
        example: "postgresql://svc:m1cM1TyAzGBrCv@db.acme.example:5432/ledger",
        near_miss: "https://example.com:8080/path/@scope",
        placeholder: "postgresql://nm1x:<SECRET_1>@db.nm2x.nm3x:5432/ledger",
    },
    &[Anchor::Mark(b':')],
    look
);

/// What the schemes of databases and brokers hold.
const DATABASES: &str = "\
postgres mysql mariadb mongodb redis amqp mssql sqlserver oracle ldap jdbc cockroach clickhouse cassandra nats kafka snowflake db2 couchbase neo4j bolt \
influx elastic smtp ftp sftp ssh";

/// Users that services have for everybody whose password is a token.
///
/// Sources: <https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/authenticating-as-a-github-app-installation>,
/// <https://docs.gitlab.com/ci/jobs/ci_job_token/>, <https://support.atlassian.com/bitbucket-cloud/docs/using-access-tokens/>,
/// <https://pypi.org/help/#apitoken>
const EVERYBODYS: &[&str] = &[
    "__token__",
    "git",
    "gitlab-ci-token",
    "oauth2",
    "oauth2accesstoken",
    "token",
    "x-access-token",
    "x-token-auth",
];

fn look(place: Place, scan: &mut Scan<'_>) {
    let bytes = scan.bytes;
    let colon = place.span.start;
    if !matches!(bytes.at(colon + 1), b'/' | b'\\') {
        return;
    }
    // JSON may escape the slashes.
    let start = if bytes.starts(colon, "://") {
        colon + 3
    } else if bytes.starts(colon, ":\\/\\/") {
        colon + 5
    } else {
        return;
    };
    let from = bytes.run_back(colon, 40, |byte| {
        is_word(byte) || matches!(byte, b'+' | b'-' | b'.')
    });
    if from == colon {
        return;
    }
    let scheme = scan.under(Span::new(from, colon));
    let is = |name: &str| scheme.eq_ignore_ascii_case(name);
    let database = !is("http") && !is("https") && names_database(scheme);
    let mut end = start;
    while end < start + 2048 {
        let byte = bytes.at(end);
        // A URL in a URL is looked at by itself.
        if byte <= 32
            || matches!(byte, b'"' | b'`')
            || matches!(byte, b'\'' | b'<' | b'>' | b'|') && !in_password(bytes, from, start, end)
            || byte == b':' && bytes.starts(end, "://")
        {
            break;
        }
        end += 1;
    }
    if end - start > FAR {
        scan.far.push(Far {
            place: place.span,
            read: Span::new(start, end),
        });
    }
    let text = scan.under(Span::new(start, end));
    let path = bytes.run(start, text.len(), |byte| {
        !matches!(byte, b'/' | b'?' | b'#')
    }) - start;
    let authority = bytes.under(Span::new(start, start + path));
    let mut at = authority.iter().rposition(|byte| *byte == b'@');
    if at.is_none() {
        // A password may hold a slash, a port may not.
        at = text.find('@').filter(|at| {
            let info = text.get(..*at).unwrap_or_default();
            info.split_once(':').is_some_and(|(user, password)| {
                !user.contains(['/', '?', '#', '.'])
                    && !password
                        .starts_with(|byte: char| byte.is_ascii_digit() && user.contains('.'))
                    && !password.split('/').next().is_some_and(|port| {
                        !port.is_empty()
                            && port.len() <= 5
                            && port.bytes().all(|byte| byte.is_ascii_digit())
                    })
            })
        });
    }
    let Some(at) = at else {
        if database && !is("ssh") {
            hosts(scan, start, start + path);
        }
        return;
    };
    let info = text.get(..at).unwrap_or_default();
    let (user, password) = info.split_once(':').unwrap_or((info, ""));
    let user_span = Span::new(start, start + user.len());
    let password_span = Span::new(start + at - password.len(), start + at);
    if password.is_empty()
        || matches!(
            password,
            "x-oauth-basic" | "x-oauth-token" | "api_token" | "x"
        )
    {
        // The user may be the token.
        if user.len() >= 16
            && (random::is_random(user.as_bytes(), 30)
                || random::variety(user.as_bytes()) > 8
                    && user.bytes().any(|byte| byte.is_ascii_digit()))
            && !value::is_reference(user)
        {
            scan.secret(&FACTS, user_span, rank::URL);
        } else if !EVERYBODYS.contains(&user) && !value::is_reference(user) {
            scan.hit_as(
                FACTS.id,
                Class::Identifier,
                user_span,
                rank::NAME,
                Confidence::Medium,
                Form::Name,
            );
        }
    } else {
        if !value::is_reference(password) {
            scan.secret(&FACTS, password_span, rank::URL);
        }
        if !value::is_reference(user) && !EVERYBODYS.contains(&user) {
            scan.hit_as(
                FACTS.id,
                Class::Identifier,
                user_span,
                rank::NAME,
                Confidence::Medium,
                if user.contains("-at-") || user.len() >= 12 {
                    Form::WholeName
                } else {
                    Form::Name
                },
            );
        }
    }
    let host = start + at + 1;
    let host_end = bytes.run(host, 512, |byte| {
        is_word(byte) || matches!(byte, b'.' | b'-' | b':' | b',')
    });
    let web = bytes.starts_ignoring_case(from, "http");
    if database || !web {
        hosts(scan, host, host_end);
    }
}

/// Whether the sign at `at` is part of a password: a user stands before it, and what follows goes on to an `@` and a host.
fn in_password(bytes: Bytes<'_>, from: usize, start: usize, at: usize) -> bool {
    let before = bytes.under(Span::new(start, at));
    let plain = |byte: u8| byte > b' ' && !matches!(byte, b'"' | b'`' | b'/' | b'@');
    let Some(colon) = before.iter().position(|byte| *byte == b':') else {
        return false;
    };
    let port = before.get(colon + 1..).unwrap_or_default();
    let end = bytes.run(at, LONGEST, plain);
    let opened = match bytes.at(at) {
        b'\'' => b'\'',
        _ => b'<',
    };
    bytes.before(from) != opened
        && !before
            .iter()
            .any(|byte| matches!(byte, b'/' | b'@' | b'?' | b'#'))
        && (before.get(..colon)).is_some_and(|user| !user.contains(&b'.'))
        && (port.is_empty() || !port.iter().all(u8::is_ascii_digit))
        && bytes.at(end) == b'@'
        && is_word(bytes.at(end + 1))
}

/// So far the rest of a password is read, in bytes.
const LONGEST: usize = 64;

fn names_database(scheme: &str) -> bool {
    static FINDER: OnceLock<Finder<'static>> = OnceLock::new();
    let mut names = false;
    let lower = scheme.to_ascii_lowercase();
    value::finder_of(&FINDER, DATABASES).find(lower.as_bytes(), &mut |_, _| names = true);
    names
}

/// Hosts with ports, joined by commas.
fn hosts(scan: &mut Scan<'_>, start: usize, end: usize) {
    let text = scan.under(Span::new(start, end));
    let mut from = start;
    for host in text.split(',') {
        let name = host.split(':').next().unwrap_or_default();
        let span = Span::new(from, from + name.len());
        if name.contains('.')
            && !aws_endpoint::is_host(name)
            && !name.starts_with("127.")
            && !value::is_reference(name)
        {
            scan.hit_as(
                "host-name",
                Class::Identifier,
                span,
                rank::NAME,
                Confidence::Medium,
                Form::Name,
            );
        }
        from += host.len() + 1;
    }
}
