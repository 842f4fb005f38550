//! Ids that AWS draws for resources, principals and organisations: the prefix tells the type and stays.

use undeny_text::Span;

use crate::bytes::is_word;
use crate::detector::{Anchor, Class, Confidence, Facts, Form, Place, Scan, rank};

detector!(
    /// `vpc-..`, `i-..`, `AROA..`, `o-..`, `ou-..`, `ps-..`, `mrk-..`.
    AwsResourceId,
    Facts {
        id: "aws-resource-id",
        class: Class::Identifier,
        sees: "an id with a prefix of AWS's: EC2-style hexadecimal ids, unique ids of principals, ids of Organizations and Identity Center",
        source: "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/resource-ids.html",
        example: "vpc-372d89abdebbacf0b",
        near_miss: "vpc-cidr-block",
        placeholder: "vpc-00000000000000001",
    },
    ANCHORS,
    look
);

/// Prefixes of `-` and 8 or 17 hexadecimal digits, from EC2's and others' API references.
const HEX: &[&str] = &[
    "acl",
    "ami",
    "aki",
    "ari",
    "asg",
    "bgp",
    "bundle",
    "capacity",
    "cb",
    "cbr",
    "cfh",
    "cgw",
    "cni",
    "cr",
    "cvpn",
    "db",
    "dedicated",
    "dopt",
    "dxcon",
    "dxlag",
    "dxvif",
    "eice",
    "eigw",
    "eipalloc",
    "eipassoc",
    "elbv2",
    "eni",
    "erp",
    "ers",
    "export",
    "fl",
    "fleet",
    "fr",
    "fs",
    "fsa",
    "fsap",
    "fsmt",
    "fsvol",
    "h",
    "host",
    "i",
    "igw",
    "iipa",
    "import",
    "instance",
    "ipam",
    "lag",
    "lcr",
    "lgw",
    "locals",
    "lt",
    "ltb",
    "mi",
    "mount",
    "nat",
    "nacl",
    "net",
    "nfs",
    "nia",
    "npc",
    "opt",
    "pcx",
    "phd",
    "pg",
    "pl",
    "r",
    "rslvr",
    "rtb",
    "rtbassoc",
    "sfr",
    "sg",
    "sgr",
    "sir",
    "snap",
    "spot",
    "subnet",
    "svol",
    "tgw",
    "tmf",
    "tmr",
    "tms",
    "tmt",
    "trn",
    "usgr",
    "vai",
    "vap",
    "vagr",
    "vatp",
    "verified",
    "vgw",
    "vol",
    "volatt",
    "vpc",
    "vpce",
    "vpn",
    "vsg",
    "vtp",
    "wl",
];

/// Prefixes whose rest is `rule-..` and the like: `tgw-attach-..`.
const CHAINED: &[&str] = &[
    "attach",
    "rtb",
    "svc",
    "svcr",
    "scope",
    "pool",
    "res",
    "disco",
    "exch",
    "connect",
    "peer",
    "mcast",
    "subnet",
    "cidr",
    "assoc",
    "endpoint",
    "snap",
    "task",
    "image",
    "fleet",
    "event",
    "qe",
    "in",
    "out",
    "reservation",
    "association",
    "block",
    "group",
    "rule",
    "table",
    "access",
    "trust",
    "instance",
    "vol",
    "ami",
    "mt",
    "slr",
    "rr",
    "rrva",
    "dr",
    "nvme",
];

/// The unique ids of IAM: [`Form::Padded`] keeps the four letters.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids>
const UNIQUE: &[&str] = &[
    "ABIA", "ACCA", "AGPA", "AIDA", "AIPA", "ANPA", "ANVA", "APKA", "AROA", "ASCA",
];

const ANCHORS: &[Anchor] = &[
    Anchor::Mark(b'-'),
    Anchor::Literal("ABIA"),
    Anchor::Literal("ACCA"),
    Anchor::Literal("AGPA"),
    Anchor::Literal("AIDA"),
    Anchor::Literal("AIPA"),
    Anchor::Literal("ANPA"),
    Anchor::Literal("ANVA"),
    Anchor::Literal("APKA"),
    Anchor::Literal("AROA"),
    Anchor::Literal("ASCA"),
];

/// Whether ids of AWS begin with this and a hyphen.
pub(crate) fn is_id_prefix(word: &str) -> bool {
    HEX.contains(&word)
        || CHAINED.contains(&word)
        || matches!(
            word,
            "mrk" | "ssoins" | "ins" | "ps" | "tu" | "d" | "o" | "p" | "r" | "ou"
        )
}

fn look(place: Place, scan: &mut Scan<'_>) {
    if place.span.len() > 1 {
        unique(place.span, scan);
    } else {
        prefixed(place.span.start, scan);
    }
}

fn unique(word: Span, scan: &mut Scan<'_>) {
    let end = scan.bytes.run(word.start, 128, |byte| {
        byte.is_ascii_uppercase() || byte.is_ascii_digit()
    });
    let apart = end == word.end;
    if apart
        && (16..=128).contains(&(end - word.start))
        && UNIQUE
            .iter()
            .any(|prefix| scan.bytes.starts(word.start, prefix))
    {
        scan.hit(
            &FACTS,
            word,
            rank::IDENTIFIER,
            Confidence::High,
            Form::Padded(4),
        );
        session(end, scan);
    }
}

/// The name of the session behind the id of a role, `AROA..:jane`, as it stands at the end of the session's ARN, too.
fn session(colon: usize, scan: &mut Scan<'_>) {
    let bytes = scan.bytes;
    if bytes.at(colon) != b':' {
        return;
    }
    let end = bytes.run(colon + 1, 64, |byte| {
        is_word(byte) || b"+=,.@-".contains(&byte)
    });
    let end = bytes.run_back(end, 3, |byte| matches!(byte, b',' | b'.'));
    if end > colon + 2 {
        scan.hit(
            &FACTS,
            Span::new(colon + 1, end),
            rank::WEAK_KEY + 1,
            Confidence::High,
            Form::Name,
        );
    }
}

/// The id whose last hyphen stands at `hyphen`.
fn prefixed(hyphen: usize, scan: &mut Scan<'_>) {
    let bytes = scan.bytes;
    if !bytes.before(hyphen).is_ascii_alphanumeric() {
        return;
    }
    let end = bytes.run(hyphen + 1, 130, |byte| {
        byte.is_ascii_alphanumeric() || byte == b'_'
    });
    let length = end - hyphen - 1;
    if length < 4 {
        return;
    }
    let body = bytes.under(Span::new(hyphen + 1, end));
    let hex = body
        .iter()
        .all(|byte| byte.is_ascii_digit() || matches!(byte, b'a'..=b'f'));
    let lower = hex
        || body
            .iter()
            .all(|byte| byte.is_ascii_digit() || byte.is_ascii_lowercase());
    if !lower {
        return;
    }
    let digits = body.iter().filter(|byte| byte.is_ascii_digit()).count();
    let start = bytes.run_back(hyphen, 16, |byte| {
        byte.is_ascii_lowercase() || byte.is_ascii_digit()
    });
    let prefix = scan.under(Span::new(start, hyphen));
    let chained = bytes.before(start) == b'-';
    if bytes.before(start).is_ascii_alphanumeric()
        || bytes.before(start) == b'_' && prefix.len() < 3
    {
        return;
    }
    let mut from = start;
    if chained {
        from = bytes.run_back(start - 1, 12, |byte| byte.is_ascii_lowercase());
    }
    let joined = scan.under(Span::new(from, hyphen));
    let keep = |from: usize| Form::Padded(u8::try_from(hyphen + 1 - from).unwrap_or(0));
    let dashed = bytes.at(end) == b'-';
    let unit =
        chained && (8..=32).contains(&length) && joined.starts_with("ou-") && prefix.len() >= 4;
    if unit {
        scan.hit(
            &FACTS,
            Span::new(from, end),
            rank::IDENTIFIER,
            Confidence::High,
            Form::OrganizationalUnit,
        );
        return;
    }
    // A UUID begins with eight such digits, too.
    let uuid = length == 8 && dashed && bytes.at(end + 5) == b'-';
    let numbered = hex && (length == 17 || length == 8) && !uuid && {
        HEX.contains(&prefix) || chained && CHAINED.contains(&prefix) || length == 17 && digits >= 3
    };
    let found = if numbered {
        let first = joined.split('-').next().unwrap_or_default();
        let both = chained && HEX.contains(&first) && CHAINED.contains(&prefix);
        Some(if both { from } else { start })
    } else if hex && is_fixed(prefix, length)
        || !chained && !dashed && is_of_organization(scan, start, prefix, body)
    {
        Some(start)
    } else {
        None
    };
    if let Some(from) = found {
        scan.hit(
            &FACTS,
            Span::new(from, end),
            rank::IDENTIFIER,
            Confidence::High,
            keep(from),
        );
    }
}

/// Ids of which the length is fixed: KMS's multi-region keys, Identity Center, directories.
fn is_fixed(prefix: &str, length: usize) -> bool {
    match prefix {
        "mrk" => length == 32,
        "ssoins" | "ins" | "ps" | "tu" => length == 16,
        "d" => length == 10,
        _ => false,
    }
}

/// Organisations, their policies and roots.
fn is_of_organization(scan: &Scan<'_>, start: usize, prefix: &str, body: &[u8]) -> bool {
    let named = || organization_key(scan, start);
    let digits = body.iter().any(u8::is_ascii_digit);
    match prefix {
        "o" => {
            (10..=32).contains(&body.len()) && (digits || crate::random::score(body) > 4 || named())
        }
        // `p-limit`, `p-cancelable`: packages of npm's.
        "p" => (8..=128).contains(&body.len()) && (digits || in_policy(scan, start)),
        "r" => (4..=32).contains(&body.len()) && named(),
        _ => false,
    }
}

/// Whether a policy of Organizations is spoken of in the line before: `policy/o-../service_control_policy/p-..`, `PolicyId`.
fn in_policy(scan: &Scan<'_>, start: usize) -> bool {
    let bytes = scan.bytes;
    let line = bytes.run_back(start, 80, |byte| byte != b'\n');
    let before = scan.under(Span::new(line, start)).to_ascii_lowercase();
    let path = before.ends_with("_policy/") || before.ends_with("policy_id/");
    let key = before.trim_end_matches([' ', ':', '=', '"', '\'']);
    path || key.len() < before.len() && key.ends_with("policyid")
        || key.ends_with("policy_id")
        || key.ends_with("policy-id")
}

/// Whether the place before is a path of Organizations or a key that names one: `r-` and `p-` alone are too common.
fn organization_key(scan: &Scan<'_>, start: usize) -> bool {
    let bytes = scan.bytes;
    if matches!(bytes.before(start), b'/') {
        return true;
    }
    let line = bytes.run_back(start, 80, |byte| byte != b'\n');
    let before = scan.under(Span::new(line, start)).to_ascii_lowercase();
    ["org", "root", "parent", "policy", "target", "ou"]
        .iter()
        .any(|word| before.contains(word))
}
