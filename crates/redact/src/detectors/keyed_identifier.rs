//! Identifiers that only their key tells from other words: external ids, zones, distributions, client ids, names of roles, buckets, tables.

use undeny_text::Span;

use crate::assignment::How;
use crate::bytes::is_word;
use crate::detector::{Anchor, Class, Confidence, Facts, Form, Place, Scan, rank};
use crate::detectors::{aws_endpoint, tenant_host};
use crate::key::{Normal, at_provider};
use crate::provider::PROVIDERS;
use crate::{published, value};

detector!(
    /// `sts:ExternalId`, `zone_id`, `bucket`, `role_name` and their like.
    KeyedIdentifier,
    Facts {
        id: "keyed-identifier",
        class: Class::Identifier,
        sees: "the value of a key that names an AWS resource, a zone, a user, a request",
        source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html",
        example: "\"sts:ExternalId\": \"Ext-aIrwqIy3zHHI\"",
        near_miss: "zone_id = var.zone_id",
        placeholder: "<EXTERNAL_1>",
    },
    &[Anchor::Assignment, Anchor::Literal("hostedzone/"), Anchor::Literal("distribution/"), Anchor::Literal("change/"), Anchor::Literal("id/"), Anchor::Literal("root="), Anchor::Literal("Root="), Anchor::Literal("User ID="), Anchor::Literal("User Id="), Anchor::Literal("user id="), Anchor::Literal("Uid="), Anchor::Literal("UID="), Anchor::Literal("profile "), Anchor::Literal("app/"), Anchor::Literal("net/")],
    look
);

/// Keys whose values may as well be everyday words: they go where what they call goes elsewhere.
const ANYTHING: &[&str] = &[
    "app",
    "application",
    "applicationname",
    "appname",
    "brand",
    "cluster",
    "clusteridentifier",
    "company",
    "companyname",
    "customer",
    "customername",
    "default",
    "family",
    "function",
    "groups",
    "identifier",
    "name",
    "nameprefix",
    "namespace",
    "org",
    "organisation",
    "orgname",
    "prefix",
    "product",
    "productname",
    "profile",
    "project",
    "queue",
    "repository",
    "resource",
    "resourceprefix",
    "roles",
    "service",
    "servicename",
    "streamname",
    "table",
    "team",
    "teamname",
    "topic",
    "users",
];

fn look(place: Place, scan: &mut Scan<'_>) {
    if place.key.is_empty() {
        path(place.span, scan);
        return;
    }
    if !scan.key(place.key).identifier {
        return;
    }
    let text = scan.under(place.span);
    if text.len() > 1300 {
        return;
    }
    let normal = Normal::new(
        scan.under(place.key)
            .rsplit(['.', ':'])
            .next()
            .unwrap_or_default(),
    );
    let key = kind_of(normal.as_str());
    // `--profile acme`: nothing else is called so on a command line.
    let by_flag = key == "profile" && place.how == How::Flag;
    if text.len() < 3 || ANYTHING.contains(&key) && !by_flag {
        echo(scan, place, text);
        listed(scan, place);
        return;
    }
    let bytes = text.as_bytes();
    let upper = bytes
        .iter()
        .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    let lower = bytes
        .iter()
        .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    let hex = bytes.iter().all(u8::is_ascii_hexdigit);
    let digits = bytes.iter().any(u8::is_ascii_digit);
    let form = match key {
        "externalid" | "stsexternalid" if !value::is_trivial(text) => Some(Form::Tag("EXTERNAL")),
        "zoneid" | "hostedzoneid" | "route53zoneid" | "dnszoneid"
            if upper
                && bytes.first() == Some(&b'Z')
                && !published::is_zone(text)
                && text.len() >= 10 =>
        {
            Some(Form::Padded(1))
        }
        "distributionid" | "cloudfrontdistributionid" | "cfdistributionid"
            if upper && text.len() >= 12 =>
        {
            Some(Form::Padded(1))
        }
        "canonicaluser" | "canonicaluserid" | "canonicalid" | "ownerid" | "owner"
            if hex && text.len() == 64 =>
        {
            Some(Form::Padded(0))
        }
        "clientid" | "appclientid" | "userpoolclientid" | "cognitoclientid"
            if lower && digits && (24..=28).contains(&text.len()) =>
        {
            Some(Form::Padded(0))
        }
        "requestid" | "xamzrequestid" | "amzrequestid" | "xamznrequestid" | "hostid"
        | "xamzid2" | "extendedrequestid" | "xamzcfid"
            if text.len() >= 16 && (digits || upper) =>
        {
            Some(Form::Tag("REQUEST"))
        }
        "apiid" | "restapiid" if lower && digits && text.len() == 10 => Some(Form::Name),
        "thumbprint" | "thumbprintlist" | "thumbprints" if hex && text.len() == 40 => {
            Some(Form::Padded(0))
        }
        "accountalias"
        | "accountname"
        | "storageaccount"
        | "storageaccountname"
        | "rolename"
        | "role"
        | "user"
        | "username"
        | "bucket"
        | "bucketname"
        | "s3bucket"
        | "functionname"
        | "tablename"
        | "clustername"
        | "queuename"
        | "topicname"
        | "stackname"
        | "stack"
        | "repositoryname"
        | "existingsecret"
        | "secretid"
        | "secretname"
        | "loggroupname"
        | "loggroup"
        | "groupname"
        | "policyname"
        | "instanceprofile"
        | "instanceprofilename"
        | "projectname"
        | "dbinstanceidentifier"
        | "dbclusteridentifier"
        | "dbname"
        | "database"
        | "tenant"
        | "tenantname"
        | "organization"
        | "rolesessionname"
        | "sessionname"
        | "sourceidentity"
        | "login"
        | "hostname"
        | "host"
        | "servername"
        | "usersuffix"
        | "profile"
        | "awsprofile"
        | "awsdefaultprofile"
        | "keyname"
        | "keypairname"
        | "physicalresourceid"
            if place.quote != 0
                || !value::is_code(text) && !is_argument(scan, place, text)
                || is_host_in_settings(place, text, key) =>
        {
            name(scan, place, text, key);
            None
        }
        "softlayerid" | "softlayeruname" | "softlayeruser" => Some(Form::Name),
        _ if at_provider(key)
            && !is_expression(scan, place, text)
            && !value::is_trivial(text)
            && !text.contains('@')
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_.@".contains(&byte)) =>
        {
            Some(Form::WholeName)
        }
        _ => None,
    };
    if let Some(form) = form.filter(|_| !value::is_reference(text) && !value::is_code(text)) {
        scan.hit(&FACTS, place.span, rank::IDENTIFIER, Confidence::High, form);
    }
}

/// Whether a value is a field of an object in code: `const acme_vpc_id = vpc.vpcId;`.
fn is_expression(scan: &Scan<'_>, place: Place, text: &str) -> bool {
    place.quote == 0
        && place.how == How::Equals
        && place.span.start > place.key.end + 1
        && scan.bytes.at(place.span.end) == b';'
        && text.contains('.')
        && !text.contains('-')
}

/// Whether a value stands for itself in an attribute of Rust's: `#[diesel(table_name = users)]`.
fn is_argument(scan: &Scan<'_>, place: Place, text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte == b'_';
    place.how == How::Equals
        && place.span.start > place.key.end + 1
        && matches!(scan.bytes.at(place.span.end), b')' | b',')
        && text.bytes().all(plain)
        && matches!(scan.bytes.before(place.key.start), b'(' | b' ')
}

/// Whether a key, in normal form, names a bucket whatever the bucket is for: `AWS_STORAGE_BUCKET_NAME`.
pub(crate) fn is_bucket(key: &str) -> bool {
    key.ends_with("bucket") || key.ends_with("bucketname")
}

/// A key, in normal form, whose value is a name as that of another: `db_username`, `sso_role_name`, `DB_HOST`.
pub(crate) fn is_like_another(key: &str) -> bool {
    kind_of(key) != key
}

/// The key that means the same, of those with a word before it.
fn kind_of(key: &str) -> &str {
    const ENDS: &[&str] = &["username", "rolename", "hostname", "host"];
    if is_bucket(key) {
        return "bucket";
    }
    match key {
        "dbuser" | "databaseuser" | "pguser" | "postgresuser" | "mysqluser" | "redisuser" => {
            "username"
        }
        // What a pipeline calls its repository and whoever started it.
        "bitbucketrepofullname"
        | "bitbucketreposlug"
        | "buildrepositoryname"
        | "ciprojectpath"
        | "circleprojectreponame"
        | "githubrepository"
        | "travisreposlug" => "repositoryname",
        "ciprojectnamespace"
        | "githubactor"
        | "githubrepositoryowner"
        | "githubtriggeringactor"
        | "gitlabuserlogin" => "username",
        "computername" => "hostname",
        // They end in `host` and name none.
        "ghost" | "localhost" => key,
        _ => (ENDS.iter().copied())
            .find(|end| key.ends_with(end))
            .unwrap_or(key),
    }
}

/// Whether the value of a setting is a host, although it could be a path of names in code: `DB_HOST=pg.acme.io`.
fn is_host_in_settings(place: Place, text: &str, key: &str) -> bool {
    const OBJECTS: &[&str] = &[
        "app", "args", "cfg", "conf", "config", "ctx", "data", "each", "env", "local", "module",
        "options", "opts", "params", "process", "props", "req", "request", "self", "settings",
        "state", "this", "url", "uri", "var",
    ];
    let tight = place.how == How::Equals && place.key.end + 1 == place.span.start;
    let prefixed = place.key.len() > key.len();
    let mut labels = text.split('.');
    matches!(key, "host" | "hostname" | "servername")
        && (tight || prefixed && place.how == How::Colon)
        && labels.next().is_some_and(|first| !OBJECTS.contains(&first))
        && labels.count() > 1
        && tenant_host::is_domain(text)
}

/// Whether a host is that of a provider which is the same for all its customers: `smtp.mailgun.org`.
fn is_public_host(host: &str) -> bool {
    let mut labels = host.rsplit('.');
    let top = labels.next().unwrap_or_default();
    let Some(second) = labels.next() else {
        return false;
    };
    if labels.count() > 2 {
        return false;
    }
    let length = top.len() + 1 + second.len();
    let domain = host.get(host.len() - length..).unwrap_or_default();
    PUBLIC.contains(&domain)
        || PROVIDERS
            .split_ascii_whitespace()
            .any(|provider| provider.len() > 4 && provider == second)
}

/// Domains of services that everybody uses, in alphabetical order.
const PUBLIC: &[&str] = &[
    "aol.com",
    "apple.com",
    "azure.com",
    "brevo.com",
    "cloudflare.com",
    "datadoghq.com",
    "debian.org",
    "docker.com",
    "docker.io",
    "elasticemail.com",
    "fastmail.com",
    "gcr.io",
    "ghcr.io",
    "github.com",
    "githubusercontent.com",
    "gmail.com",
    "gmx.de",
    "gmx.net",
    "google.com",
    "googleapis.com",
    "googlemail.com",
    "hotmail.com",
    "icloud.com",
    "ionos.com",
    "live.com",
    "mailgun.org",
    "mandrillapp.com",
    "microsoft.com",
    "npmjs.org",
    "ntp.org",
    "office.com",
    "office365.com",
    "outlook.com",
    "ovh.net",
    "papertrailapp.com",
    "postmarkapp.com",
    "pypi.org",
    "qq.com",
    "quay.io",
    "rubygems.org",
    "sendgrid.net",
    "sendinblue.com",
    "sentry.io",
    "slack.com",
    "smtp2go.com",
    "sparkpostmail.com",
    "ubuntu.com",
    "yahoo.com",
    "yandex.com",
    "yandex.ru",
    "zoho.com",
    "zoho.eu",
];

/// Bytes of names of AWS's resources.
fn is_plain(text: &str) -> bool {
    text.bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"-_./+=,@*".contains(&byte))
}

/// A word that is no name by its looks: it goes where an ARN, a host or another key made it one, so that the two still agree.
fn echo(scan: &mut Scan<'_>, place: Place, text: &str) {
    let letters = text.bytes().any(|byte| byte.is_ascii_alphabetic());
    // `aws_sqs_queue.orders.arn`: what stands for it in Terraform is called otherwise.
    let code = place.quote == 0
        && (value::is_code(text) || text.starts_with("aws_") && text.contains('.'));
    if letters && !code && text.len() <= 255 && is_plain(text) {
        scan.hit(
            &FACTS,
            place.span,
            rank::ECHO,
            Confidence::Medium,
            Form::Echo,
        );
    }
}

/// Items of a list on one line, at most.
const ITEMS: usize = 16;

/// The other words of a list in brackets, `roles: [one, "two"]`, of which the value is the first.
fn listed(scan: &mut Scan<'_>, first: Place) {
    let bytes = scan.bytes;
    let quote = usize::from(first.quote != 0);
    let open = bytes.run_back(first.span.start.saturating_sub(quote), 8, |byte| {
        byte == b' '
    });
    if bytes.before(open) != b'[' {
        return;
    }
    let mut at = first.span.end + quote;
    for _ in 0..ITEMS {
        let comma = bytes.run(at, 8, |byte| byte == b' ');
        if bytes.at(comma) != b',' {
            return;
        }
        let start = bytes.run(comma + 1, 8, |byte| byte == b' ');
        let quote = matches!(bytes.at(start), b'"' | b'\'');
        let start = start + usize::from(quote);
        let end = bytes.run(start, 80, |byte| is_word(byte) || b"-./+=@".contains(&byte));
        at = end + usize::from(quote);
        let span = Span::new(start, end);
        if !span.is_empty() {
            let place = Place {
                span,
                quote: u8::from(quote),
                ..first
            };
            echo(scan, place, scan.under(span));
        }
    }
}

fn name(scan: &mut Scan<'_>, place: Place, text: &str, key: &str) {
    let plain = is_plain(text);
    let host = key.ends_with("host") || key.ends_with("hostname") || key == "servername";
    let telling = text.contains(['-', '_', '.', '@'])
        || (key.starts_with("secret") || key == "repositoryname") && text.contains('/')
        || text.bytes().any(|byte| byte.is_ascii_digit())
        || text.bytes().skip(1).any(|byte| byte.is_ascii_uppercase());
    if !telling && !scan.strict {
        echo(scan, place, text);
        return;
    }
    if value::is_reference(text)
        || !plain
        || text.len() > 255
        || host && (!text.contains('.') && !scan.strict || is_public_host(text))
        || host && text == "localhost"
        || aws_endpoint::is_host(text)
        || text.contains("://")
        || value::is_trivial(text)
    {
        return;
    }
    scan.hit(
        &FACTS,
        place.span,
        rank::NAME,
        Confidence::Medium,
        Form::Name,
    );
}

/// `[profile acme-prod]`, in the settings of AWS's command line.
fn profile(word: Span, scan: &mut Scan<'_>) {
    let bytes = scan.bytes;
    let name = Span::new(
        word.end + 1,
        bytes.run(word.end + 1, 64, |byte| {
            is_word(byte) || b"-.@+".contains(&byte)
        }),
    );
    if bytes.before(word.start) == b'['
        && bytes.at(name.end) == b']'
        && name.len() > 1
        && scan.under(name) != "default"
    {
        scan.hit(&FACTS, name, rank::NAME, Confidence::Medium, Form::Name);
    }
}

/// `User ID=acme;`, in a connection string of ADO.
fn user(word: Span, scan: &mut Scan<'_>) {
    let bytes = scan.bytes;
    let from = bytes.run(word.end, 4, |byte| byte != b'=') + 1;
    let name = Span::new(
        from,
        bytes.run(from, 64, |byte| is_word(byte) || b"-.@\\".contains(&byte)),
    );
    let text = scan.under(name);
    let in_string = bytes.at(name.end) == b';'
        || bytes.before(word.start) == b';'
            && matches!(bytes.at(name.end), b'"' | b'\'' | b'\n' | b'\r' | 0);
    let letters = text.bytes().any(|byte| byte.is_ascii_alphabetic());
    if in_string && letters && text.len() > 2 && !value::is_trivial(text) {
        scan.hit(&FACTS, name, rank::NAME, Confidence::Medium, Form::Name);
    }
}

/// `app/acme-web/50dc6c495c0c9188`, a load balancer as its access logs name it.
///
/// Source: <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html>
fn balancer(word: Span, scan: &mut Scan<'_>) {
    let bytes = scan.bytes;
    let start = word.end + 1;
    let name = Span::new(
        start,
        bytes.run(start, 33, |byte| {
            byte.is_ascii_alphanumeric() || byte == b'-'
        }),
    );
    let id = Span::new(
        name.end + 1,
        bytes.run(name.end + 1, 17, |byte| byte.is_ascii_hexdigit()),
    );
    let stands_alone = matches!(
        bytes.before(word.start),
        0 | b' ' | b'\n' | b'\t' | b'"' | b',' | b'|'
    );
    if stands_alone && !name.is_empty() && bytes.at(name.end) == b'/' && id.len() == 16 {
        scan.hit(&FACTS, name, rank::NAME, Confidence::Medium, Form::Name);
        scan.hit(
            &FACTS,
            id,
            rank::IDENTIFIER,
            Confidence::High,
            Form::Padded(0),
        );
    }
}

/// `hostedzone/Z..`, `distribution/E..`, `oidc.eks.REGION.amazonaws.com/id/<32 hex>`, `Root=1-..-..`.
fn path(word: Span, scan: &mut Scan<'_>) {
    let bytes = scan.bytes;
    match scan.under(word) {
        "profile" => return profile(word, scan),
        "app" | "net" => return balancer(word, scan),
        "User" | "user" | "Uid" | "UID" => return user(word, scan),
        _ => {}
    }
    let start = word.end + 1;
    let end = bytes.run(start, 128, |byte| byte.is_ascii_alphanumeric());
    let span = Span::new(start, end);
    let value = bytes.under(span);
    let upper = value
        .iter()
        .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
        && (value.len() >= 13 || value.iter().any(u8::is_ascii_digit));
    match scan.under(word) {
        "id" if span.len() == 32 && value.iter().all(u8::is_ascii_hexdigit) => {
            scan.hit(
                &FACTS,
                span,
                rank::IDENTIFIER,
                Confidence::High,
                Form::Padded(0),
            );
        }
        "Root" | "root" if bytes.starts(start, "1-") && bytes.at(start + 10) == b'-' => {
            let end = bytes.run(start + 11, 24, |byte| byte.is_ascii_hexdigit());
            if end == start + 35 {
                scan.hit(
                    &FACTS,
                    Span::new(start, end),
                    rank::IDENTIFIER,
                    Confidence::High,
                    Form::Tag("REQUEST"),
                );
            }
        }
        "hostedzone" | "distribution" | "change"
            if upper && span.len() >= 8 && !published::is_zone(scan.under(span)) =>
        {
            scan.hit(
                &FACTS,
                span,
                rank::IDENTIFIER,
                Confidence::High,
                Form::Padded(1),
            );
        }
        _ => {}
    }
}
