//! What a value looks like: a reference to a secret is none, nor is a type, a switch or an everyday word.

use std::sync::OnceLock;

use undeny_text::Finder;

use crate::bytes::is_of_constant;
use crate::key::{self, Promise};

/// Whether `value` refers to a value that stands elsewhere, or masks it: `${X}`, `var.x`, `!Ref`, `***`, `<your-token>`.
pub(crate) fn is_reference(value: &str) -> bool {
    let value = value.trim();
    let bytes = value.as_bytes();
    let Some(&first) = bytes.first() else {
        return true;
    };
    if crate::placeholder::is_placeholder(value)
        || value.len() < 512 && crate::placeholder::is_all_placeholders(value)
    {
        return true;
    }
    if signs(bytes) & OPENS != 0 && holds_template(bytes) {
        return true;
    }
    // `$$.Task.Token`, `$.token`: a path in the data of Step Functions or of any JSON. `uuid.uuid4()`: a call.
    let path = value
        .strip_prefix("$$.")
        .or_else(|| value.strip_prefix("$."));
    let called = value.strip_suffix("()");
    if let Some(names) = path.or(called)
        && names.starts_with(|first: char| first.is_ascii_alphabetic())
        && (names.bytes()).all(|byte| byte.is_ascii_alphanumeric() || b"._".contains(&byte))
    {
        return true;
    }
    // `((name))`: a variable of Concourse's and CredHub's.
    if value.starts_with("((") && value.ends_with("))") {
        return true;
    }
    if is_template(value) || bytes.iter().filter(|byte| **byte == b'*').count() * 2 > bytes.len() {
        return true;
    }
    let identifier = |text: &str| {
        !text.is_empty()
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"_.:-[]\"'".contains(&byte))
            && text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
    };
    match first {
        // `'$NAME'`, in a string of the shell's.
        b'\'' | b'"' if bytes.len() > 2 && bytes.last() == Some(&first) => {
            let inner = value.get(1..value.len() - 1).unwrap_or_default();
            return inner.starts_with('$') && is_reference(inner);
        }
        b'$' => {
            let name = value.trim_start_matches('$');
            // `$1`, `$@`: arguments in a shell.
            if matches!(name, "@" | "*" | "#" | "?") || name.len() == 1 && name < ":" {
                return true;
            }
            // `$NAME`, `$name`, `$env:NAME`; a password such as `$ecret1!` is none.
            // `$NAME/path`, `$NAME@host`.
            let path = name.split_once(['/', '@']).is_some_and(|(name, _)| {
                name.len() > 1
                    && name
                        .bytes()
                        .all(|byte| byte.is_ascii_uppercase() || byte == b'_')
            });
            return path
                || identifier(name)
                    && (name.bytes().all(is_of_constant)
                        || name
                            .bytes()
                            .all(|byte| byte.is_ascii_lowercase() || byte == b'_')
                        || is_scoped(name)
                        || name.contains('.')
                        || name.bytes().all(|byte| byte.is_ascii_alphabetic())
                            && key::promise(name) >= Promise::Token);
        }
        b'%' => {
            return value
                .strip_prefix('%')
                .and_then(|rest| rest.strip_suffix('%'))
                .is_some_and(is_name)
                || matches!(value, "%s" | "%v" | "%d" | "%q" | "%@");
        }
        b'<' => {
            return value
                .strip_prefix('<')
                .and_then(|rest| rest.strip_suffix('>'))
                .is_some_and(is_name);
        }
        b'!' => {
            const TAGS: &[&str] = &[
                "!!binary",
                "!!str",
                "!And",
                "!Base64",
                "!Cidr",
                "!Condition",
                "!Equals",
                "!FindInMap",
                "!GetAZs",
                "!GetAtt",
                "!If",
                "!ImportValue",
                "!Join",
                "!Not",
                "!Or",
                "!Ref",
                "!Select",
                "!Split",
                "!Sub",
                "!Transform",
                "!binary",
                "!reference",
                "!secret",
                "!vault",
            ];
            return TAGS.iter().any(|tag| value.starts_with(tag));
        }
        b'@' if value.starts_with("@Microsoft.KeyVault") || value.starts_with("@/") => return true,
        // `###NAME###`, what a script puts in place of it.
        b'#' if value.starts_with("###") => return true,
        _ => {}
    }
    if bytes.iter().all(|byte| {
        matches!(
            byte,
            b'*' | b'x' | b'X' | b'.' | b'-' | b'_' | b'?' | b'#' | 0x80..
        )
    }) && bytes.len() >= 2
    {
        return true;
    }
    // `^8.1.0`, `~8.1.0`: a range of versions.
    if matches!(first, b'^' | b'~')
        && value.contains('.')
        && bytes
            .iter()
            .skip(1)
            .all(|byte| byte.is_ascii_digit() || *byte == b'.')
    {
        return true;
    }
    static FINDER: OnceLock<Finder<'static>> = OnceLock::new();
    finder_of(&FINDER, HEADS).longest(bytes, 0).is_some()
}

/// Whether a template is in a value: it closes what it opens, and holds a name or an expression; one that is cut at a quote or a space closes nothing.
fn holds_template(bytes: &[u8]) -> bool {
    let mut pairs = bytes.windows(2).enumerate();
    pairs.any(|(at, two)| {
        let close = match two {
            b"${" | b"#{" => "}",
            b"{{" => "}}",
            b"$(" => ")",
            b"<%" => "%>",
            _ => return false,
        };
        let rest = bytes.get(at + 2..).unwrap_or_default();
        let end = rest
            .windows(close.len())
            .position(|here| here == close.as_bytes());
        match end.and_then(|end| rest.get(..end)) {
            Some(inside) => is_expression(inside) || two == b"${" && is_expansion(inside),
            // A value without quotes ends at the first space in a template, one in quotes at the first quote.
            None if at == 0 => rest.is_empty() || is_expression(rest),
            None => {
                let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"_.-/:@".contains(byte);
                let named = |byte: &u8| byte.is_ascii_lowercase() || b"_.-/ ".contains(byte);
                let before = bytes.get(..at).unwrap_or_default();
                if rest.is_empty() {
                    before.iter().all(plain)
                } else {
                    bytes.starts_with(b"\"$") || rest.iter().all(named)
                }
            }
        }
    })
}

/// Whether a name or an expression stands in a template: it begins with a name, a number, a quote, or a sign that templates begin with, and has no signs
/// but those that expressions have; with spaces in it, any.
fn is_expression(text: &[u8]) -> bool {
    let text = text.trim_ascii();
    let begins =
        |byte: &u8| byte.is_ascii_alphanumeric() || b"_.$\"'`\\(/-=!@#&>^*~:".contains(byte);
    let part = |byte: &u8| {
        byte.is_ascii_alphanumeric() || !byte.is_ascii() || b"_.$\"'`\\()[]/-:,|?{".contains(byte)
    };
    let rest = text.iter().skip_while(|byte| b"-=!@#&>^*~:".contains(byte));
    text.contains(&b' ') && text.first().is_some_and(begins)
        || text
            .first()
            .is_some_and(|first| begins(first) || *first == b'{')
            && text.iter().any(u8::is_ascii_alphanumeric)
            && rest.clone().all(part)
}

/// Whether a name stands before whatever a shell cuts off of its value: `NAME#prefix/`, `NAME%%.*`.
fn is_expansion(text: &[u8]) -> bool {
    let name = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b'_';
    let length = text.iter().take_while(name).count();
    length >= 3
        && matches!(
            text.get(length),
            Some(b'#' | b'%' | b'^' | b'+' | b'=' | b'@' | b'!')
        )
}

/// Whether it is a name, or words that tell what belongs there.
fn is_name(text: &str) -> bool {
    text.bytes().all(|byte| {
        byte.is_ascii_alphanumeric() || !byte.is_ascii() || b" _-./:,'\"()~=<>%*|@".contains(&byte)
    })
}

/// Whether a name of a variable has a scope before it, as PowerShell and PHP write it: `env:NAME`, `Class::name`.
fn is_scoped(name: &str) -> bool {
    const SCOPES: &[&str] = &[
        "alias", "env", "function", "global", "local", "private", "script", "secure", "using",
        "variable",
    ];
    name.split_once(':').is_some_and(|(scope, name)| {
        name.starts_with(':') || SCOPES.iter().any(|known| known.eq_ignore_ascii_case(scope))
    })
}

/// Whether `value` stands where a secret will: `your-api-key`, `API_KEY_HERE`, `{password}`, `[TOKEN]`, `AKIA...`, `*HIDDEN*`.
fn is_template(value: &str) -> bool {
    let bytes = value.as_bytes();
    let (Some(first), Some(last)) = (bytes.first(), bytes.last()) else {
        return false;
    };
    let ends = |open: char, close: char| value.strip_prefix(open)?.strip_suffix(close);
    let word = |byte: u8| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'-' | b' ' | b'.');
    let shouted = |text: &str| {
        text.bytes()
            .all(|byte| byte.is_ascii_uppercase() || matches!(byte, b'_' | b'-' | b' ' | b'*'))
    };
    match (first, last) {
        (b'{', b'}') => {
            ends('{', '}').is_some_and(|name| name.trim_start_matches('$').bytes().all(word))
        }
        (b'@', b'@') | (b'%', b'%') | (b'_', b'_') if bytes.len() > 4 => value
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte == *first || byte == b'_'),
        (b'[', b']') => ends('[', ']').is_some_and(shouted),
        // `** redacted **`.
        (b'*', b'*') if value.starts_with("**") && value.ends_with("**") => value
            .bytes()
            .all(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'*' | b' ' | b'_')),
        (b'*', b'*') => bytes.len() > 2 && shouted(value),
        // What a shell puts there: ``openssl rand -hex 8``.
        (b'`', b'`') if bytes.len() > 2 && bytes.contains(&b' ') => true,
        // Strings that are joined in code: `" + token + "`, `' . token . '`.
        (b'+', _) if bytes.get(1) == Some(&b' ') => true,
        (_, b'+') if value.ends_with(" +") => true,
        (b'.', b'.') if bytes.len() > 2 && value.contains('(') => true,
        // The same where other quotes are around: `'" + token + "'`.
        (b'"' | b'\'' | b'`', _) if first == last => ends(char::from(*first), char::from(*last))
            .map(|inside| inside.trim_matches(' '))
            .is_some_and(|inside| {
                ['+', '.'].iter().any(|sign| {
                    inside.len() > 2 && inside.starts_with(*sign) && inside.ends_with(*sign)
                })
            }),
        (_, b'.') if value.len() < 12 => value.ends_with("..."),
        (b'y' | b'Y' | b'i' | b'I' | b'r' | b'R', _) | (_, b'e' | b'E') => {
            let apart = |mark: Option<&u8>| matches!(mark, Some(b'-' | b'_' | b' '));
            let begins = ["your", "insert", "replace"].iter().any(|word| {
                let begin = bytes.get(..word.len());
                begin.is_some_and(|begin| begin.eq_ignore_ascii_case(word.as_bytes()))
                    && apart(bytes.get(word.len()))
            });
            let end = bytes.len().checked_sub(5).and_then(|at| bytes.get(at..));
            let ends = end.is_some_and(|end| {
                apart(end.first())
                    && end
                        .get(1..)
                        .is_some_and(|end| end.eq_ignore_ascii_case(b"here"))
            });
            (begins || ends) && value.trim_end_matches('!').bytes().all(word)
        }
        _ => false,
    }
}

/// How references begin.
const HEADS: &str = "\
~/ VALUE_SPECIFIED_IN_NO_LOG_PARAMETER alias/aws/ keybase: var. local. data. module. each. self. process.env os.environ os.getenv env. ENV[ System.getenv secrets. vars. inputs. params. Ref: \
Fn:: ref+ vault: op:// arn: ssm: (sensitive [REDACTED REDACTED [FILTERED FILTERED] [MASKED MASKED] HIDDEN] ENC[AES256_GCM, file( jsonencode( base64encode( getenv( random_password. aws_ \
google_ azurerm_ ssm_parameter {\"Ref\" resolve: {{resolve";

/// A search for `words`, with spaces between, made when it is first asked for.
pub(crate) fn finder_of(
    cell: &'static OnceLock<Finder<'static>>,
    words: &'static str,
) -> &'static Finder<'static> {
    cell.get_or_init(|| {
        let words: Vec<&[u8]> = words.split_ascii_whitespace().map(str::as_bytes).collect();
        Finder::new(&words)
    })
}

/// Whether `value` names a type, a switch, or says that there is nothing.
pub(crate) fn is_trivial(value: &str) -> bool {
    let value = value.trim_end_matches(['.', ',', ';', '!', '?']);
    let mut lower = [0; 12];
    let Some(lower) = lower.get_mut(..value.len()) else {
        return false;
    };
    lower.copy_from_slice(value.as_bytes());
    lower.make_ascii_lowercase();
    static FINDER: OnceLock<Finder<'static>> = OnceLock::new();
    let finder = finder_of(&FINDER, TRIVIAL);
    finder
        .longest(lower, 0)
        .is_some_and(|found| finder.word(found).len() == lower.len())
}

/// Whether `value` is a word that stands in everybody's files: an environment, a service, a product. As a password it is guessed, and not found elsewhere.
pub(crate) fn is_everybodys(value: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    value.len() <= 40
        && value.bytes().all(plain)
        && value.split(['-', '_', '.']).all(|word| {
            let lower = word.to_ascii_lowercase();
            crate::generic::is_generic(&lower) || is_product(&lower)
        })
}

/// Whether `word` names a product that runs in a container of its own.
fn is_product(word: &str) -> bool {
    static FINDER: OnceLock<Finder<'static>> = OnceLock::new();
    let finder = finder_of(&FINDER, PRODUCTS);
    finder
        .longest(word.as_bytes(), 0)
        .is_some_and(|found| finder.word(found).len() == word.len())
}

/// Names of products, and of what their images and schemes are called, in lower case.
const PRODUCTS: &str = "\
activemq adminer airbyte alpine amqp apache arangodb artemis bitnami bitwarden busybox caddy celery centos clickhouse cockroach cockroachdb codimd \
collabora compose couchbase couchdb debezium debian directus django dotnet dovecot drupal druid elasticsearch emqx etherpad express fastapi fedora ferretdb \
flask forgejo ghost gitea gogs golang graylog gunicorn haproxy harbor hasura hazelcast hive homeassistant httpd immich influx influxdb invoiceninja jaeger \
jdbc jellyfin jitsi joomla joplin keycloak kibana kong laravel localhost localstack logstash loki magento mailcatcher mailhog mailpit mariadb matomo matrix \
mattermost mediawiki meilisearch memcached metabase minio miniflux moodle mosquitto mssql mysql n8n nats neo4j netbox nextcloud odoo openldap orientdb \
outline owncloud paperless percona pgadmin pgbouncer phpmyadmin plausible pocketbase portainer postfix postgis postgres postgresql prestashop prosody \
pulsar questdb rails ravendb redash redmine rethinkdb rocketchat roundcube ruby rust samba scylla scylladb selenium sentry solr sonarqube sonar spring \
strapi superset supabase swagger symfony synapse syncthing taiga temporal tikv timescale timescaledb tomcat trino typesense umami unleash uvicorn varnish \
vaultwarden verdaccio vitess wallabag weaviate wikijs wildfly woocommerce wordpress yugabyte zabbix zammad zipkin zitadel zookeeper";

/// Whether `value` is one of the words that a password is set to before anybody thinks of one.
pub(crate) fn is_first_password(value: &str) -> bool {
    const WORDS: &[&str] = &[
        "admin", "changeme", "example", "password", "private", "public", "secret",
    ];
    WORDS.iter().any(|word| word.eq_ignore_ascii_case(value))
}

/// Whether `value` is an action of IAM's: `secretsmanager:GetSecretValue`.
pub(crate) fn is_action(value: &str) -> bool {
    value.split_once(':').is_some_and(|(service, name)| {
        let wild = |byte: u8| matches!(byte, b'*' | b'?');
        service.len() >= 2
            && service
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || wild(byte))
            && name
                .bytes()
                .next()
                .is_some_and(|first| first.is_ascii_uppercase() || wild(first))
            && (is_verb_and_more(name)
                || crate::random::score(name.as_bytes()) * 4
                    < i32::try_from(name.len()).unwrap_or(0).max(8))
    })
}

/// Whether `value` is a command of PowerShell's: `Get-Secret`.
pub(crate) fn is_command(value: &str) -> bool {
    [
        "ConvertFrom-",
        "ConvertTo-",
        "Get-",
        "Import-",
        "New-",
        "Read-",
    ]
    .iter()
    .filter_map(|verb| value.strip_prefix(verb))
    .any(|noun| {
        noun.starts_with(|first: char| first.is_ascii_uppercase())
            && noun.bytes().all(|byte| byte.is_ascii_alphabetic())
    })
}

/// Whether `value` is a day or a moment: `2016-04-03T18:24:42Z`.
pub(crate) fn is_moment(value: &str) -> bool {
    let bytes = value.as_bytes();
    let is_like = |bytes: &[u8], pattern: &[u8]| {
        bytes.len() == pattern.len()
            && bytes.iter().zip(pattern).all(|(byte, sign)| match sign {
                b'0' => byte.is_ascii_digit(),
                b'T' => matches!(byte, b'T' | b' '),
                _ => byte == sign,
            })
    };
    let Some((day, time)) = bytes.split_at_checked(10) else {
        return false;
    };
    is_like(day, b"0000-00-00")
        && (time.is_empty()
            || time.split_at_checked(9).is_some_and(|(time, zone)| {
                is_like(time, b"T00:00:00")
                    && zone.len() <= 16
                    && zone
                        .iter()
                        .all(|byte| byte.is_ascii_digit() || b".:+-Z".contains(byte))
            }))
}

/// Whether so many characters of `value` and more are Chinese, Japanese or Korean, as those of no token are.
pub(crate) fn is_prose_of_cjk(value: &str, least: usize) -> bool {
    let is_one = |sign: &char| matches!(sign, '\u{3000}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' | '\u{ff00}'..='\u{ffef}');
    !value.is_ascii() && value.chars().filter(is_one).take(least).count() == least
}

/// Whether `value` is the path of a file that holds a key or settings: `certs/server.pem`; with `alone`, the name of one will do.
pub(crate) fn is_file(value: &str, alone: bool) -> bool {
    const KINDS: &[&str] = &[
        "asc",
        "cer",
        "conf",
        "creds",
        "crt",
        "env",
        "gpg",
        "jks",
        "json",
        "key",
        "md",
        "p12",
        "pem",
        "pfx",
        "properties",
        "pub",
        "toml",
        "txt",
        "xml",
        "yaml",
        "yml",
    ];
    let path = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-~".contains(&byte);
    value.rsplit_once('.').is_some_and(|(name, kind)| {
        KINDS.contains(&kind)
            && !name.is_empty()
            && name.bytes().all(path)
            && (name.contains('/') || alone && crate::random::score(name.as_bytes()) < 6)
    })
}

/// Whether `value` is a path of words that begins as a domain turned round, as names of classes and of settings do: `org.apache.acme.auth.Realm`; or several
/// with commas between.
pub(crate) fn is_qualified_name(value: &str) -> bool {
    const TOPS: &[&str] = &[
        "ch", "com", "de", "edu", "io", "java", "javax", "net", "org",
    ];
    let word = |part: &str| {
        part.starts_with(|first: char| first.is_ascii_alphabetic())
            && part
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'$'))
            && crate::random::score(part.as_bytes()) < 6
    };
    let plain = |name: &str| {
        let mut parts = name.split('.');
        parts.clone().count() >= 4 && parts.all(word)
    };
    value
        .split(['.', ','])
        .next()
        .is_some_and(|top| TOPS.contains(&top))
        && value.split(',').all(plain)
}

/// Whether `value` is the begin of a URL and no more: `https://`.
pub(crate) fn is_scheme(value: &str) -> bool {
    let part = |byte: u8| {
        byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'+' | b'.' | b'-')
    };
    value
        .strip_suffix("://")
        .is_some_and(|scheme| scheme.len() <= 24 && scheme.bytes().all(part))
}

/// Whether `value` is the line before or behind a block in PEM, with the escapes around it: `-----END PRIVATE KEY-----\n`.
pub(crate) fn is_boundary(value: &str) -> bool {
    let escapes = |text: &str| {
        let bare = text.replace("\\n", "").replace("\\r", "");
        bare.trim_matches([' ', '\t', '\r', '\n', '\\']).is_empty()
    };
    let Some((before, line)) = value.split_once("-----") else {
        return false;
    };
    line.rsplit_once("-----").is_some_and(|(label, behind)| {
        (label.bytes()).all(|byte| byte.is_ascii_uppercase() || byte == b' ')
            && escapes(before)
            && escapes(behind)
    })
}

/// What says nothing as a value, in lower case.
const TRIVIAL: &str = "\
true false null nil none undefined yes no on off string str bool boolean int integer number object array any bytes text secret password token \
required optional enabled disabled default auto empty void const let var new bearer basic opaque write-only read write admin public private is the \
and or not for in with a to of has was will invalid incorrect wrong expired missing unknown stdin self this input value header query cookie body type name key id \
authorizer aws_iam custom iam jwt oauth oauth2 oidc saml ldap sso mfa return function async await import from if else del delete create update get \
set list add remove example changeme? anonymous credentials int64 int32 varchar char uuid sensitive known (known plaintext encrypted hash hashed \
inherit prompt manual automatic range lambda (null) !0 !1 same-origin filtered masked redacted omitted buffer bytearray chararray uint8array \
securestring secretstring on_create include omit always never once minutes hours days &str usize isize u8 u16 u32 u64 i8 i16 i32 i64 f32 f64 vec<u8>";

/// Whether `value` is the name of an operation of AWS's: a verb and the words behind it, as in `AssumeRoleForPodIdentity`.
pub(crate) fn is_operation(value: &str) -> bool {
    is_verb_and_more(value)
        && crate::random::score(value.as_bytes()) * 4
            < i32::try_from(value.len()).unwrap_or(i32::MAX)
}

/// Whether `value` is letters that begin with a verb of AWS's operations and go on with a capital.
pub(crate) fn is_verb_and_more(value: &str) -> bool {
    const VERBS: &[&str] = &[
        "Add",
        "Assume",
        "Associate",
        "Attach",
        "Batch",
        "Cancel",
        "Create",
        "Decode",
        "Decrypt",
        "Delete",
        "Deregister",
        "Describe",
        "Detach",
        "Disable",
        "Disassociate",
        "Enable",
        "Encrypt",
        "Generate",
        "Get",
        "Invoke",
        "List",
        "Modify",
        "Pass",
        "Publish",
        "Put",
        "Query",
        "Read",
        "Receive",
        "Register",
        "Remove",
        "Retrieve",
        "Revoke",
        "Rotate",
        "Run",
        "Send",
        "Set",
        "Start",
        "Stop",
        "Tag",
        "Untag",
        "Update",
        "Upload",
        "Validate",
        "Verify",
        "Write",
    ];
    value.bytes().all(|byte| byte.is_ascii_alphabetic())
        && VERBS.iter().any(|verb| {
            value.strip_prefix(verb).is_some_and(|rest| {
                rest.len() >= 3 && rest.starts_with(|first: char| first.is_ascii_uppercase())
            })
        })
}

/// Signs that only code has; those that operators of two begin with; those that references of two begin with.
const CODE: u8 = 1;
const OPERATOR: u8 = 2;
const OPENS: u8 = 4;

static SIGNS: [u8; 256] = {
    let mut signs = [0; 256];
    let mut at = 0_usize;
    while at < 256 {
        #[expect(clippy::cast_possible_truncation, reason = "at is below 256")]
        let sign = match at as u8 {
            b'(' | b'[' | b';' => CODE,
            b'{' => CODE | OPENS,
            b'-' | b':' | b'&' | b'|' => OPERATOR,
            b'$' | b'<' | b'#' => OPENS,
            _ => 0,
        };
        #[expect(clippy::indexing_slicing, reason = "at is below 256, in a constant")]
        {
            signs[at] = sign;
        }
        at += 1;
    }
    signs
};

/// Which signs are among the bytes, as a sum.
fn signs(bytes: &[u8]) -> u8 {
    bytes.iter().fold(0, |all, byte| {
        all | SIGNS.get(usize::from(*byte)).copied().unwrap_or(0)
    })
}

/// Whether `value` is a hash with its algorithm before it: `sha256:..`, `sha512-..`, as in files that lock versions.
pub(crate) fn is_digest(value: &str) -> bool {
    const ALGORITHMS: &[&str] = &["md5", "sha1", "sha224", "sha256", "sha384", "sha512"];
    let behind = |algorithm: &&str| value.strip_prefix(*algorithm)?.strip_prefix([':', '-']);
    let may_be_one = matches!(value.as_bytes(), [b'm' | b's', ..]);
    let digest = may_be_one
        .then(|| ALGORITHMS.iter().find_map(behind))
        .flatten();
    let Some(digest) = digest else {
        return false;
    };
    digest.len() >= 24
        && (digest.bytes()).all(|byte| byte.is_ascii_alphanumeric() || b"+/=_-".contains(&byte))
}

/// Whether a value is a name or a path of words with a checksum at its end: `Linux-node-<sha256>`, `builds/<sha256>.zip`.
pub(crate) fn is_named_digest(text: &str) -> bool {
    let Some((words, name)) = text.rsplit_once(['/', '-']) else {
        return false;
    };
    let digest = name.split('.').next().unwrap_or_default();
    matches!(digest.len(), 32 | 40 | 64)
        && digest.bytes().all(|byte| byte.is_ascii_hexdigit())
        && words
            .bytes()
            .all(|byte| byte.is_ascii_alphabetic() || b"-_./".contains(&byte))
}

/// Whether `value` is a call from its name to its last bracket, in which nothing long is written out: `md5(uniqid())`.
pub(crate) fn is_call(value: &str) -> bool {
    let Some((name, rest)) = value.split_once('(') else {
        return false;
    };
    let path = |byte: u8| byte.is_ascii_alphanumeric() || b"_.:>-$".contains(&byte);
    let long = |part: &[u8]| part.len() >= 16 && part.iter().any(u8::is_ascii_digit);
    name.len() >= 2
        && name.starts_with(|first: char| first.is_ascii_alphabetic() || matches!(first, '_' | '$'))
        && name.bytes().all(path)
        && rest.ends_with(')')
        && !(rest.as_bytes())
            .split(|byte| !byte.is_ascii_alphanumeric())
            .any(long)
}

/// Whether `value` without quotes is code: a call, a path of names, an expression.
pub(crate) fn is_code(value: &str) -> bool {
    let bytes = value.as_bytes();
    let operator = |two: &[u8]| matches!(two, b"->" | b"::" | b"&&" | b"||");
    let signs = signs(bytes);
    // Go's receipt from a channel, what minifiers make of `true` and `false`, and types: `List<Credential>`, `Credential?`.
    let mut parts = value.split(['<', '>', ',', '?', ' ']);
    let is_type = value.ends_with(['?', '>'])
        && value.starts_with(|first: char| first.is_ascii_uppercase())
        && parts.all(|part| (part.bytes()).all(|byte| byte.is_ascii_alphabetic() || byte == b'.'));
    // `my(pass)word`: no call goes on behind its arguments.
    let broken = value.rsplit_once(')').is_some_and(|(call, rest)| {
        call.contains('(') && rest.starts_with(|first: char| first.is_ascii_alphanumeric())
    });
    if broken {
        return false;
    }
    if is_type
        || ["<-", "!0", "!1"]
            .iter()
            .any(|code| value.starts_with(code))
        || signs & CODE != 0
        // Kotlin's `that!!.password`.
        || value.contains("!!.")
        || value.contains("?.")
        || bytes.last() == Some(&b')')
        || signs & OPERATOR != 0 && bytes.windows(2).any(operator)
    {
        return true;
    }
    if !bytes.contains(&b'.') {
        return false;
    }
    // `4.days.ago`, in Ruby.
    let counted = value.trim_start_matches(|first: char| first.is_ascii_digit());
    if counted.len() < value.len()
        && counted.len() > 4
        && counted.starts_with('.')
        && (counted.bytes()).all(|byte| byte.is_ascii_lowercase() || matches!(byte, b'.' | b'_'))
    {
        return true;
    }
    // `&schema.Default`: the address of one.
    let mut parts = value.trim_start_matches(['&', '*', '!']).split('.');
    parts.all(|part| {
        part.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
            && part
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
            && crate::random::score(part.as_bytes()) < 4
    })
}

/// `NEO4J_SHA256`: the name of a constant or variable.
pub(crate) fn is_constant(text: &str) -> bool {
    text.contains('_') && text.bytes().all(is_of_constant)
}
