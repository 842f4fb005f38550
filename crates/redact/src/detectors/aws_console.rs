//! Names in links to AWS's console: in the path, behind the `#` and in the query.

use undeny_text::Span;

use crate::detector::{Anchor, Class, Confidence, Facts, Form, Place, Scan, rank};

detector!(
    /// `..console.aws.amazon.com/iam/home#/roles/details/acme-ci`, `../s3/buckets/acme-logs?region=eu-west-1`.
    AwsConsole,
    Facts {
        id: "aws-console",
        class: Class::Identifier,
        sees: "the name of a resource in a link to AWS's console, behind the word for its kind",
        source: "https://docs.aws.amazon.com/awsconsolehelpdocs/latest/gsg/learn-whats-new.html",
        example: "https://us-east-1.console.aws.amazon.com/iam/home#/roles/details/NorthwindDeployer9?section=permissions",
        near_miss: "https://us-east-1.console.aws.amazon.com/iam/home#/roles?section=permissions",
        placeholder: "https://us-east-1.console.aws.amazon.com/iam/home#/roles/details/Nm1xNm2x9?section=permissions",
    },
    &[Anchor::Literal("console.aws.amazon.com/"), Anchor::Literal("console.amazonaws.cn/"), Anchor::Literal("console.amazonaws-us-gov.com/")],
    look
);

/// Longest link that is read, in bytes.
const LONGEST: usize = 1024;

/// Words of paths behind which the name of one stands.
const KINDS: &[&str] = &[
    "alarm",
    "apis",
    "applications",
    "bucket",
    "buckets",
    "build",
    "catalog",
    "cluster",
    "clusters",
    "crawlers",
    "dashboard",
    "dashboards",
    "database",
    "databases",
    "dbinstance",
    "delivery-streams",
    "details",
    "distributions",
    "domains",
    "environment",
    "environments",
    "event-buses",
    "eventbus",
    "function",
    "functions",
    "group",
    "groups",
    "identity_providers",
    "instance_profiles",
    "job",
    "jobs",
    "launch-templates",
    "layers",
    "log-events",
    "log-group",
    "nodegroups",
    "object",
    "objects",
    "parameter",
    "parameters",
    "pipelines",
    "policies",
    "private",
    "projects",
    "public",
    "queues",
    "redis",
    "memcached",
    "repositories",
    "role",
    "roles",
    "rules",
    "secrets",
    "secret",
    "services",
    "stacks",
    "streams",
    "table",
    "tables",
    "task-definitions",
    "tasks",
    "topic",
    "topics",
    "user",
    "users",
    "vaults",
    "view",
    "workgroups",
];

/// Keys in the query and behind the `#` whose value is a name.
const KEYS: &[&str] = &[
    "bucket",
    "bucketName",
    "cluster",
    "clusterName",
    "database",
    "dbInstanceIdentifier",
    "functionName",
    "group",
    "groupName",
    "id",
    "jobName",
    "keyName",
    "loadBalancerName",
    "logGroup",
    "logGroupName",
    "name",
    "parameterName",
    "pipeline",
    "prefix",
    "projectName",
    "queueName",
    "repositoryName",
    "role",
    "roleName",
    "search",
    "secretName",
    "selected",
    "stackName",
    "streamName",
    "table",
    "tableName",
    "topicName",
    "userName",
    "workgroup",
];

/// Words of the console's own that stand where a name could.
const ROUTES: &[&str] = &[
    "aliases",
    "changesets",
    "code",
    "configure",
    "create",
    "dashboard",
    "dashboards",
    "default",
    "describe",
    "details",
    "edit",
    "events",
    "home",
    "list",
    "log-group",
    "log-groups",
    "monitoring",
    "new",
    "outputs",
    "overview",
    "permissions",
    "private",
    "public",
    "resources",
    "selected",
    "settings",
    "stackinfo",
    "tables",
    "template",
    "v2",
    "versions",
    "view",
];

fn look(place: Place, scan: &mut Scan<'_>) {
    let bytes = scan.bytes;
    let host = bytes.run(place.span.start, 40, |byte| byte != b'/');
    let end = bytes.run(host, LONGEST, |byte| {
        byte > b' ' && byte.is_ascii() && !b"\"'`<>()[]{}|\\,".contains(&byte)
    });
    scan.reads_to(place.span, end);
    let is_mark = |byte: u8| matches!(byte, b'/' | b'?' | b'#' | b'&' | b'=' | b':' | b';');
    let (mut at, mut before, mut named) = (host + 1, b'/', false);
    while at < end {
        let to = bytes.run(at, end - at, |byte| !is_mark(byte));
        let piece = Span::new(at, to);
        let mark = bytes.at(to);
        let text = scan.under(piece);
        let is_key = mark == b'=';
        // The account stands before the names of repositories.
        let is_account = text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit());
        let route = is_account || ROUTES.contains(&text);
        if named && !is_key && !route && before != b'?' && before != b'&' && text != "arn" {
            name(scan, piece);
        }
        named = if is_key {
            KEYS.contains(&text)
        } else {
            // `roles/details/X`, `log-group/X`: the word between says nothing, and a name has no name behind it.
            mark == b'/' && (KINDS.contains(&text) || named && (route || text.is_empty()))
        };
        before = mark;
        at = to + 1;
    }
}

/// A name in which slashes may be escaped, even twice: `$252Faws$252Flambda$252Facme`.
fn name(scan: &mut Scan<'_>, piece: Span) {
    let bytes = scan.bytes;
    let is_hex =
        |at: usize| bytes.at(at).is_ascii_hexdigit() && bytes.at(at + 1).is_ascii_hexdigit();
    let (mut from, mut at) = (piece.start, piece.start);
    let mut parts = Vec::new();
    while at < piece.end {
        let mut digits = at + 1;
        while bytes.starts(digits, "25") {
            digits += 2;
        }
        // `%2F`, `%252F`, `$252F`; `%25` is one by itself.
        let escaped = matches!(bytes.at(at), b'%' | b'$');
        let to = match () {
            () if escaped && is_hex(digits) => digits + 2,
            () if escaped && digits > at + 1 => digits,
            () => {
                at += 1;
                continue;
            }
        };
        parts.push(Span::new(from, at));
        (from, at) = (to.min(piece.end), to);
    }
    parts.push(Span::new(from, piece.end));
    // An ARN is another's.
    if parts
        .first()
        .is_some_and(|first| scan.under(*first) == "arn")
    {
        return;
    }
    for part in parts.into_iter().filter(|part| part.len() > 1) {
        scan.hit(&FACTS, part, rank::NAME, Confidence::High, Form::Name);
    }
}
