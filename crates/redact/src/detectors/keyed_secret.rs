//! Values of keys whose name says that they are secret: in JSON, YAML, HCL, INI, environments, XML, flags, headers, pairs of name and value.

use undeny_text::Span;

use crate::assignment::{self, How};
use crate::bytes::{Bytes, is_word};
use crate::detector::{Anchor, Class, Confidence, Facts, Far, Form, Place, Scan, rank};
use crate::detectors::authorization;
use crate::key::{self, Normal, Promise, Words};
use crate::tally::Tally;
use crate::{caption, language, placeholder, random, settings, value};

detector!(
    /// `password = ..`, `"clientSecret": ".."`, `--token ..`, `<apiKey>..</apiKey>`.
    KeyedSecret,
    Facts {
        id: "keyed-secret",
        class: Class::Secret,
        sees: "the value of a key that names a secret; not references, types and switches",
        source: "https://docs.github.com/en/code-security/secret-scanning/introduction/supported-secret-scanning-patterns",
        example: "db_password = \"{w12}\"",
        near_miss: "db_password = var.db_password",
        placeholder: "<SECRET_1>",
    },
    &[Anchor::Assignment],
    look
);

/// Schemes of HTTP authentication that are registered or widely used, in small letters and alphabetical order.
///
/// <https://www.iana.org/assignments/http-authschemes/http-authschemes.xhtml>
const SCHEMES: &[&str] = &[
    "apikey",
    "basic",
    "bearer",
    "concealed",
    "digest",
    "dpop",
    "gnap",
    "hoba",
    "key",
    "mutual",
    "negotiate",
    "ntlm",
    "oauth",
    "privatetoken",
    "scram-sha-1",
    "scram-sha-256",
    "ssws",
    "token",
    "vapid",
];

fn is_scheme(word: &str) -> bool {
    SCHEMES
        .iter()
        .any(|scheme| scheme.eq_ignore_ascii_case(word))
}

fn look(place: Place, scan: &mut Scan<'_>) {
    if place.span.end <= scan.done.secret {
        return;
    }
    let facts = scan.key(place.key);
    let mut promise = facts.promise;
    let mut key = scan.under(place.key);
    // `name: DB_PASSWORD`, `value: ..`.
    let named = if facts.pair {
        named(scan, place)
    } else {
        Span::empty(0)
    };
    if facts.pair && !named.is_empty() {
        paired(scan, named, place.span);
        promise = promise.max(scan.key(named).promise);
        key = scan.under(named);
    } else {
        if facts.pair {
            scan.unnamed = place.span;
        }
        if facts.naming {
            named_late(scan, place);
        }
    }
    if facts.pair && (of_secure_string(scan, place) || is_of_cookie(scan, place)) {
        promise = Promise::Password;
    }
    let mut signs = false;
    if promise == Promise::Weak && key.eq_ignore_ascii_case("key") && signs_with(scan, place) {
        promise = Promise::Token;
        signs = place.quote != 0 && scan.under(place.span).len() >= 12;
    }
    if promise == Promise::About && is_list(scan, place) {
        // `"tokens": ["one", "two"]`.
        promise = key.strip_suffix('s').map_or(promise, key::promise);
    }
    if promise == Promise::None {
        return;
    }
    let text = scan.under(place.span);
    let trimmed = text.trim();
    // `["GetSessionToken", "ListObjects"]`: operations.
    if matches!(place.how, How::Comma | How::Listed) && value::is_verb_and_more(key) {
        return;
    }
    // `--secret-id team/name`: where a secret lies.
    // `secrets = ["alpha-Secret1"]`: nothing is called so that others find it.
    let mixed = is_list(scan, place) && {
        let has = |is: fn(&u8) -> bool| trimmed.bytes().any(|byte| is(&byte));
        has(u8::is_ascii_digit) && has(u8::is_ascii_uppercase) && has(u8::is_ascii_lowercase)
    };
    // `secrets:`, `- session`: what a service of Docker's mounts.
    let named = || {
        key == "secrets"
            && place.quote == 0
            && place.how == How::Colon
            && (trimmed.bytes()).all(|byte| byte.is_ascii_lowercase() || byte == b'_')
    };
    if is_id_of_a_secret(key) && (is_resource_name(trimmed) && !mixed || named()) {
        return;
    }
    // `Credential=AKIA../20260211/us-east-1/sts/aws4_request`: the key's id alone is one, and is found for itself.
    if is_scope(trimmed) {
        return;
    }
    if language::is_syntax(scan, place, trimmed) || is_annotation(scan, place, trimmed) {
        return;
    }
    // `pin: memory`: a number has digits.
    if is_pin(key) && !trimmed.bytes().any(|byte| byte.is_ascii_digit()) {
        return;
    }
    // `"password": value: ..`: another key.
    let bare = trimmed.strip_suffix(':').unwrap_or_default();
    let is_key = place.quote == 0
        && !bare.is_empty()
        && (bare.bytes()).all(|byte| byte.is_ascii_alphabetic() || byte == b'_')
        && scan.bytes.at(place.span.end) == b' ';
    // `[passwordComponent]="component"`, `:password="field"`: an expression of Angular's or Vue's.
    let bound = place.how == How::Equals
        && place.quote != 0
        && match scan.bytes.at(place.key.end) {
            b']' => scan.bytes.before(place.key.start) == b'[',
            b'=' => {
                scan.bytes.before(place.key.start) == b':'
                    && matches!(scan.bytes.before(place.key.start - 1), b' ' | b'\n' | b'd')
            }
            _ => false,
        }
        && trimmed.bytes().all(|byte| byte.is_ascii_alphabetic());
    // `docker build --secret id=npm,src=.npmrc`: where one is, and what it is called.
    let mounted = place.how == How::Flag && key == "secret" && trimmed.starts_with("id=");
    if is_key || mounted || bound {
        return;
    }
    // `.. youtube:: UCx1`, a directive of reStructuredText's; `token :: String`.
    let doubled = promise <= Promise::Weak
        && place.how == How::Colon
        && scan.bytes.starts(place.key.end, "::");
    // `<code>ResourceNotFoundException</code>`, in a text of HTML.
    let element = place.how == How::Markup && promise <= Promise::Weak && key == "code";
    if doubled || element || is_connection(key, trimmed) || is_formatted(scan, place, trimmed) {
        return;
    }
    // `OAuth 2.0-service`: a version.
    let version = |text: &str| {
        text.split_once('.').is_some_and(|(first, rest)| {
            first.len() == 1
                && first.bytes().all(|byte| byte.is_ascii_digit())
                && rest.starts_with(|next: char| next.is_ascii_digit())
        })
    };
    // `@param string $signatureAlgorithm`.
    let variable = |text: &str| {
        (text.strip_prefix('$'))
            .is_some_and(|name| name.bytes().all(|byte| byte.is_ascii_alphabetic()))
    };
    if place.how == How::Space
        && promise <= Promise::Token
        && (version(trimmed) || variable(trimmed))
    {
        return;
    }
    // `PASSWORD=<your password>`.
    if place.quote == 0 && trimmed.starts_with('<') {
        let close = scan.bytes.run(place.span.start + 1, 96, |byte| {
            byte.is_ascii_alphanumeric() || b" _-./:,'".contains(&byte)
        });
        if scan.bytes.at(close) == b'>' {
            return;
        }
    }
    // `Password: <input type="password">`.
    let tag = place.quote == 0 && trimmed.starts_with('<') && {
        let name = scan.bytes.run(place.span.start + 1, 40, |byte| {
            byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'-')
        });
        name > place.span.start + 1
            && scan.bytes.at(name) == b' '
            && scan.bytes.at(name + 1).is_ascii_alphabetic()
    };
    if tag {
        return;
    }
    // The shell's directory.
    if matches!(key, "PWD" | "OLDPWD" | "$PWD") && trimmed.starts_with(['/', '~']) {
        return;
    }
    let variable = is_variable(scan, place);
    let setting = promise >= Promise::Token && in_settings(scan, place, trimmed);
    let first =
        (variable || setting) && promise == Promise::Password && value::is_first_password(trimmed);
    // A quoted `secret!` is no sentence's end.
    let marked = promise == Promise::Password && place.quote != 0 && trimmed.ends_with('!');
    // `"90071284"` looks like a number of ours, which never stands alone in quotes.
    let number = promise == Promise::Password
        && place.quote != 0
        && trimmed.len() == 8
        && trimmed.bytes().all(|byte| byte.is_ascii_digit());
    if trimmed.is_empty()
        || !number && value::is_reference(trimmed)
        || value::is_trivial(trimmed) && !first && !marked
        || promise >= Promise::Token && !place.literal && in_code(scan, place, trimmed)
    {
        if promise >= Promise::Token {
            scan_next(scan, place);
            // `'password' => ['required', 'min:8']`: rules.
            if !(is_list(scan, place) && value::is_trivial(trimmed)) {
                items(scan, place);
            }
        }
        return;
    }
    // Ruby's `:symbol`, psql's `:'VARIABLE'`.
    let symbol = place.how == How::Colon
        && place.span.start == place.key.end + 2 + usize::from(place.quote != 0)
        && scan.bytes.at(place.key.end) == b' '
        && trimmed
            .bytes()
            .all(|byte| byte.is_ascii_alphabetic() || byte == b'_');
    // Ruby's `@variable`.
    let instance = place.quote == 0
        && place.span.start > place.key.end + 1
        && (trimmed.strip_prefix('@')).is_some_and(|name| {
            (name.bytes()).all(|byte| byte.is_ascii_lowercase() || byte == b'_')
        });
    if symbol || instance {
        return;
    }
    let action = place.how == How::Colon
        && place.quote == 0
        && place.span.start == place.key.end + 1
        && (trimmed.len() < 20 || trimmed.starts_with(|first: char| first.is_ascii_uppercase()))
        && trimmed
            .bytes()
            .all(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'*' | b'?'));
    if action && !place.literal && !is_option_of_openssl(scan, place) {
        return;
    }
    // `First pass: exact match.` is no password.
    let walk = key.ends_with("pass") && key.contains(' ');
    if (promise != Promise::Password || walk)
        && (value::is_operation(trimmed) || in_sentence(scan, place, trimmed))
    {
        return;
    }
    let digest = promise != Promise::Password && value::is_digest(trimmed);
    let measure =
        promise <= Promise::Weak && !key.ends_with(['d', 'D', 'y', 'Y']) && is_measure(trimmed);
    let digest = digest || promise <= Promise::Weak && value::is_named_digest(trimmed);
    if digest || measure || is_rule(scan, place, trimmed) || is_type_of_go(place, trimmed) {
        return;
    }
    let mut span = place.span;
    let normal = Normal::new(key);
    let normal = normal.as_str();
    if normal.ends_with("authorization")
        || normal == "auth"
        || normal.ends_with("authheader")
        || normal.ends_with("cookie")
    {
        // `ERLANG_COOKIE=value`: a word that nodes share; a header's cookies have names.
        let shared = variable && !trimmed.contains('=');
        if normal.ends_with("cookie") && !shared {
            cookies(scan, place);
            return;
        }
        // `Authorization: Scheme credentials`.
        let open = |byte: u8| byte > b' ' && byte != b'"' && byte != b'\'' && byte != b'`';
        let scheme = scan.bytes.run(span.start, 64, open);
        let gap = scan.bytes.run(scheme, 8, |byte| byte == b' ');
        let line = scan.bytes.run(gap, 16_384, open);
        let rest = scan.under(Span::new(span.start, line));
        if rest.starts_with("AWS4-") {
            return;
        }
        if let Some((scheme, credentials)) = rest.split_once(' ')
            && scheme.len() < 24
            && !credentials.trim().is_empty()
            && scheme
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        {
            let credentials = credentials.trim();
            let mut words = credentials.split(' ');
            let first = words.next().unwrap_or_default().trim_end_matches(',');
            // `registry auth: execution resource retrieval failed`: a sentence goes on where a header would name its scheme.
            if place.quote == 0 && !is_scheme(scheme) && !authorization::is_telling(first) {
                return;
            }
            let start = span.start + rest.find(credentials).unwrap_or(0);
            let end = start + first.len();
            span = Span::new(start, end);
        }
    }
    // Behind an option, `-Dgpg.passphrase=value`, comes the next one.
    let option = key.starts_with('-');
    if is_phrase(normal)
        && !option
        && place.quote == 0
        && matches!(place.how, How::Colon | How::Equals)
    {
        let end = scan.bytes.run(span.end, 256, |byte| {
            byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'-')
        });
        span = Span::new(span.start, end);
    }
    let text = scan.under(span);
    if text.is_empty() || span != place.span && value::is_reference(text) {
        return;
    }
    // `default: Domain Join User Password`, without quotes.
    if place.quote == 0 && place.how == How::Colon && scan.bytes.at(span.end) == b' ' {
        let line = scan.bytes.run(span.end, 64, |byte| {
            byte == b' ' || byte.is_ascii_alphabetic() || !byte.is_ascii()
        });
        let ends = matches!(scan.bytes.at(line), b'\n' | b'\r' | 0);
        let line = scan.under(Span::new(span.start, line));
        if ends && (is_label(line, promise) || caption::is_caption(line, promise)) {
            return;
        }
    }
    let literal = first || setting || variable && is_lower(text);
    // `login.password=Forgot your password?`: a text of an application's.
    if place.quote == 0
        && place.how == How::Equals
        && key.contains('.')
        && scan.bytes.at(span.end) == b' '
    {
        let end = scan.bytes.run(span.end, 96, |byte| byte >= b' ');
        let ends = matches!(scan.bytes.at(end), b'\n' | b'\r' | 0);
        let line = scan.under(Span::new(span.start, end));
        if ends && (is_statement(line) || caption::is_caption(line, promise)) {
            return;
        }
    }
    if place.quote != 0 && !variable && caption::is_caption(text, promise) {
        return;
    }
    // `auth: kerberos`: what kind it is.
    let kind = promise == Promise::Token
        && place.how == How::Colon
        && place.quote == 0
        && !variable
        && text.bytes().all(|byte| byte.is_ascii_lowercase());
    if kind && KINDS.contains(&text) {
        return;
    }
    // `GPG_KEY=` and a fingerprint, as in images of Python's: the key itself is longer.
    if (normal.ends_with("gpgkey") || normal.ends_with("pgpkey"))
        && text.len() == 40
        && text.bytes().all(|byte| byte.is_ascii_hexdigit())
    {
        return;
    }
    // In YAML a value goes on to its line's end.
    let setting_of_words = place.how == How::Equals && !env_like(place);
    if promise == Promise::Password
        && place.quote == 0
        && (place.how == How::Colon || setting_of_words)
    {
        let whole = to_line_end(scan, place, span);
        // `password = input 1` is code; a mark or a capital letter is not.
        let words = scan.under(whole);
        if place.how == How::Colon
            || words.ends_with(['!', '?'])
            || words.split(' ').all(|word| {
                word.starts_with(|first: char| first.is_ascii_uppercase() || first.is_ascii_digit())
            })
        {
            span = whole;
        }
    }
    let fours = in_fours(scan.bytes, span.start).filter(|_| promise == Promise::Password);
    if let (0, Some(end)) = (place.quote, fours) {
        span = Span::new(span.start, end);
    }
    let text = scan.under(span);
    let believed = believed(promise, normal, text, place, literal);
    // `"Jwt": {"Key": "some words of the developer's"}`.
    let told = signs && !value::is_file(text, true) && !is_address(text);
    let told = told || place.quote != 0 && is_key_of_cipher(scan, place, normal, text);
    let Some(confidence) = believed.or(told.then_some(Confidence::Medium)) else {
        if promise >= Promise::Token {
            scan_next(scan, place);
        }
        return;
    };
    // `PasswordReusePrevention: 24`: a number that small is no secret, and nothing that stays a number is as short.
    let bare = matches!(place.quote, 0 | b'<');
    if span.len() < 4 && bare && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return;
    }
    let class_rank = if promise >= Promise::Token {
        rank::STRONG_KEY
    } else {
        rank::WEAK_KEY
    };
    let span = without_hash(scan, span);
    scan.hit(&FACTS, span, class_rank, confidence, Form::Tag("SECRET"));
    // A word with a digit that is nobody else's is told apart where it is repeated.
    let hit = scan.under(span);
    let own = span.len() >= 6
        && hit.bytes().any(|byte| byte.is_ascii_digit())
        && hit.bytes().filter(u8::is_ascii_alphabetic).count() >= 3
        && !value::is_everybodys(hit.trim_end_matches(|last: char| last.is_ascii_digit()));
    if promise >= Promise::Token && (span.len() >= 8 || own) && !first {
        scan.known();
    }
    if class_rank == rank::STRONG_KEY && place.span == span {
        scan.done.secret = span.end;
    }
    if promise >= Promise::Token {
        scan_next(scan, place);
        items(scan, place);
    }
}

/// Whether a text is filled in where it stands: `hostkey = "|1|{}|{}".format(salt, hash)`.
fn is_formatted(scan: &Scan<'_>, place: Place, text: &str) -> bool {
    place.quote != 0 && text.contains('{') && scan.bytes.starts(place.span.end + 1, ".format(")
}

/// Whether the key of a connection says where a database is, and nothing in that opens it, or only what is found for itself:
/// `dsn = "postgres://app:password@db/main"`, `CONNECTION_STRING=db:1521/orders`.
fn is_connection(key: &str, text: &str) -> bool {
    const KEYS: &[&str] = &["connectionstring", "connstr", "connstring", "dsn"];
    let name = |text: &str| {
        let part = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
        !text.is_empty() && text.bytes().all(part)
    };
    let normal = Normal::new(key);
    if !KEYS.iter().any(|end| normal.as_str().ends_with(end)) {
        return false;
    }
    if let Some((scheme, rest)) = text.split_once("://") {
        let authority = rest.split(['/', '?']).next().unwrap_or_default();
        let (user, host) = authority.rsplit_once('@').unwrap_or(("", authority));
        // What stands alone before the host, as in Sentry's, may be the key; a password may hold a slash.
        let told = user.contains(':') || random::score(user.as_bytes()) < 6;
        let whole = user.is_empty() && !rest.contains('@') || !user.is_empty();
        return !scheme.starts_with("jdbc")
            && !rest.contains(';')
            && !host.is_empty()
            && told
            && whole;
    }
    // Oracle's easy connect.
    let (address, service) = text.split_once('/').unwrap_or((text, "_"));
    let port = |port: &str| port.len() <= 5 && port.bytes().all(|byte| byte.is_ascii_digit());
    (address.split_once(':')).is_some_and(|(host, number)| name(host) && port(number))
        && name(service)
}

/// Kinds of credentials, and of what checks them.
const KINDS: &[&str] = &["kerberos", "projected", "trust", "userpass"];

/// Whether the last word of a key is `pin`.
fn is_pin(key: &str) -> bool {
    (key.len()
        .checked_sub(3)
        .and_then(|at| key.split_at_checked(at)))
    .is_some_and(|(before, last)| {
        let begins =
            last.starts_with('P') || !before.ends_with(|end: char| end.is_ascii_alphabetic());
        last.eq_ignore_ascii_case("pin") && begins
    })
}

/// Where a password for an application ends that begins at `start`, as Google makes them: four groups of four letters, and nothing behind them.
///
/// Source: <https://support.google.com/accounts/answer/185833>
fn in_fours(bytes: Bytes<'_>, start: usize) -> Option<usize> {
    let mut at = start;
    for group in 0..4 {
        let end = bytes.run(at, 5, |byte| byte.is_ascii_lowercase());
        if end != at + 4 || group < 3 && bytes.at(end) != b' ' {
            return None;
        }
        at = end + 1;
    }
    let end = at - 1;
    matches!(bytes.at(end), b'\n' | b'\r' | 0).then_some(end)
}

/// Whether the key is an annotation's, or one like it, whose value says which Secret is meant, or what its checksum is:
/// `nginx.ingress.kubernetes.io/auth-secret: basic-auth`, `checksum/secret: ..`.
///
/// Source: <https://kubernetes.io/docs/concepts/overview/working-with-objects/annotations/#syntax-and-character-set>
fn is_annotation(scan: &Scan<'_>, place: Place, text: &str) -> bool {
    let bytes = scan.bytes;
    let slash = place.key.start.saturating_sub(1);
    if bytes.at(slash) != b'/' || place.how != How::Colon {
        return false;
    }
    let start = bytes.run_back(slash, 80, |byte| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.')
    });
    let prefix = scan.under(Span::new(start, slash));
    let name = |byte: u8| byte.is_ascii_lowercase() || b"-./".contains(&byte);
    prefix == "checksum"
        || prefix.contains('.')
            && text.contains(['-', '/'])
            && text.bytes().all(name)
            && random::score(text.as_bytes()) < 6
}

/// Whether the key is a variable of an environment, `NAME=value` or `NAME: value`, whose value is written as it is and refers to nothing.
fn is_variable(scan: &Scan<'_>, place: Place) -> bool {
    let bytes = scan.bytes;
    let key = scan.under(place.key);
    let lower = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    // `- name=value`: what stands alone in a line's list is no argument.
    let item = || {
        let dash = bytes.run_back(place.key.start, 2, |byte| byte == b' ');
        let line = bytes.run_back(dash.saturating_sub(1), 40, |byte| byte == b' ');
        place.how == How::Equals
            && dash < place.key.start
            && bytes.before(dash) == b'-'
            && matches!(bytes.before(line), b'\n' | 0)
            && matches!(bytes.at(place.span.end), b'\n' | b'\r' | 0)
    };
    place.quote == 0
        && matches!(place.how, How::Colon | How::Equals)
        && env_like(place)
        && (value::is_constant(key) || key.contains('_') && key.bytes().all(lower) && item())
}

/// Whether the key, `key`, belongs to settings of what is signed or encrypted: `"Jwt": {"Key": "value"}`.
fn signs_with(scan: &mut Scan<'_>, place: Place) -> bool {
    const WHAT: &[&str] = &["encrypt", "hmac", "jwt", "signing"];
    let says = |scan: &mut Scan<'_>, name: Span| {
        let normal = Normal::new(scan.under(name));
        WHAT.iter().any(|word| normal.as_str().contains(word))
    };
    let container = container(scan, place, says);
    let Some(name) = container.or_else(|| outer(scan, place)) else {
        return false;
    };
    let found = says(scan, name);
    if found {
        paired(scan, name, place.span);
    }
    found
}

/// The key of the braces that the key at `place` stands in, where they open near it.
fn container(
    scan: &mut Scan<'_>,
    place: Place,
    matters: impl Fn(&mut Scan<'_>, Span) -> bool,
) -> Option<Span> {
    let open = scan.braces.innermost()?;
    let name = assignment::container(scan.bytes, open)?;
    let distance = place.key.start.checked_sub(open)?;
    if distance < NEAR {
        return Some(name);
    }
    // What is hidden between may bring it near.
    if matters(scan, name) {
        again(scan, place, name.start);
    }
    None
}

/// Whether a text in code is made the bytes of a key: `key = "some text of sixteen".getBytes()`, `Encoding.UTF8.GetBytes("..")`, `b"..".encode()`. Without
/// another word for it, `key` has as many bytes as a cipher's.
fn is_key_of_cipher(scan: &Scan<'_>, place: Place, key: &str, text: &str) -> bool {
    let bytes = scan.bytes;
    let behind = [".getBytes(", ".toByteArray(", ".encode(", ".utf8)"];
    let before = ["GetBytes(", "getBytes("];
    let made = (behind.iter()).any(|call| bytes.starts(place.span.end + 1, call))
        || (before.iter()).any(|call| {
            (place.span.start.checked_sub(call.len() + 1)).is_some_and(|at| bytes.starts(at, call))
        });
    let long = matches!(text.len(), 16 | 24 | 32) || text.len() >= 20 && text.contains(' ');
    made && key.ends_with("key") && (long || key.len() > "key".len() && text.len() >= 8)
}

/// Whether a value is one that Parameter Store keeps encrypted: its type stands beside it.
///
/// Source: <https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_Parameter.html>
fn of_secure_string(scan: &mut Scan<'_>, place: Place) -> bool {
    stands_beside(scan, place, &["SecureString"])
}

/// Whether a value is a cookie's, as browsers and what drives them export it: its attributes stand beside it, or it is the first of `"cookies": [`.
///
/// Source: <https://playwright.dev/docs/api/class-browsercontext#browser-context-cookies>
fn is_of_cookie(scan: &mut Scan<'_>, place: Place) -> bool {
    if place.quote != b'"' || place.how != How::Colon || place.span.len() < 6 {
        return false;
    }
    let bytes = scan.bytes;
    let blank = |byte: u8| byte.is_ascii_whitespace();
    let open = scan.braces.innermost().unwrap_or_default();
    let bracket = bytes.run_back(open, 40, blank);
    if bytes.before(bracket) == b'[' {
        let colon = bytes.run_back(bracket - 1, 8, blank);
        let end = colon.saturating_sub("cookies\":".len());
        if bytes.starts(end, "cookies\":") && place.span.start - end < NEAR {
            again(scan, place, end);
            return true;
        }
    }
    stands_beside(scan, place, &["httpOnly", "HttpOnly", "sameSite"])
}

/// Whether one of the words stands in the braces in which the key at `place` stands.
fn stands_beside(scan: &mut Scan<'_>, place: Place, words: &[&str]) -> bool {
    let bytes = scan.bytes;
    let inside = |byte: u8| !matches!(byte, b'{' | b'}');
    let start = bytes.run_back(place.key.start, NEAR, inside);
    let end = bytes.run(place.span.end, NEAR, inside);
    let says = |span: Span| {
        let text = bytes.under(span);
        (words.iter()).any(|word| text.windows(word.len()).any(|part| part == word.as_bytes()))
    };
    let found = says(Span::new(start, place.key.start)) || says(Span::new(place.span.end, end));
    // What is hidden between may bring a type nearer.
    let cut = place.key.start - start == NEAR || end - place.span.end == NEAR;
    if found || cut {
        scan.far.push(Far {
            place: Span::new(place.key.start, place.span.end),
            read: Span::new(start, end),
        });
    }
    found
}

/// The whole of a value in YAML that has spaces and no quotes, `password: blue whale 12`: few words, alone behind their key, which begins the line.
fn to_line_end(scan: &Scan<'_>, place: Place, first: Span) -> Span {
    let bytes = scan.bytes;
    let line = bytes.run_back(place.key.start, 64, |byte| {
        matches!(byte, b' ' | b'-' | b'\t')
    });
    let begins = line == 0 || bytes.before(line) == b'\n';
    if !begins || bytes.at(first.end) != b' ' || bytes.before(first.start) != b' ' {
        return first;
    }
    let end = bytes.run(first.end, 48, |byte| {
        byte.is_ascii_alphanumeric()
            || matches!(
                byte,
                b' ' | b'!' | b'?' | b'-' | b'_' | b'$' | b'%' | b'*' | b'+' | b'@'
            )
    });
    let rest = scan.under(Span::new(first.end, end)).trim_end();
    let words = rest.split(' ').filter(|word| !word.is_empty()).count();
    let told = rest
        .bytes()
        .any(|byte| byte.is_ascii_digit() || byte.is_ascii_punctuation());
    let ends = matches!(bytes.at(end), b'\n' | b'\r' | 0);
    let whole = Span::new(first.start, first.end + rest.len());
    if ends && (told && (1..=4).contains(&words) || is_passphrase(scan.under(whole))) {
        Span::new(first.start, first.end + rest.len())
    } else {
        first
    }
}

/// Whether three to eight words in small letters have none among them that a sentence needs: `correct horse battery staple`.
pub(super) fn is_passphrase(text: &str) -> bool {
    text.split(' ').filter(|word| !word.is_empty()).count() >= 3 && are_plain_words(text)
}

/// Whether five to nine words in small letters are no text to read: `i am an awesome accountant`.
fn is_said(text: &str) -> bool {
    const TOLD: &[&str] = &[
        "be",
        "cannot",
        "character",
        "characters",
        "choose",
        "enter",
        "for",
        "if",
        "is",
        "must",
        "not",
        "of",
        "please",
        "reset",
        "should",
        "the",
        "to",
        "used",
        "will",
        "you",
        "your",
    ];
    let words: Vec<&str> = text.split(' ').collect();
    (5..=9).contains(&words.len())
        && words.iter().all(|word| {
            !word.is_empty()
                && word.bytes().all(|byte| byte.is_ascii_lowercase())
                && TOLD.binary_search(word).is_err()
                && key::promise(word) == Promise::None
        })
}

/// The same for two words and more: `keyboard cat`, which the examples of a session's store made known.
fn are_plain_words(text: &str) -> bool {
    const GRAMMAR: &[&str] = &[
        "a", "and", "are", "as", "at", "be", "been", "by", "can", "cannot", "does", "for", "from",
        "has", "have", "if", "in", "is", "it", "must", "no", "not", "of", "on", "or", "please",
        "should", "that", "the", "then", "this", "to", "was", "when", "will", "with", "you",
        "your",
    ];
    let words: Vec<&str> = text.split(' ').filter(|word| !word.is_empty()).collect();
    (2..=8).contains(&words.len())
        && words.iter().all(|word| {
            word.len() >= 3
                && word.bytes().all(|byte| byte.is_ascii_lowercase())
                && GRAMMAR.binary_search(word).is_err()
                && key::promise(word) == Promise::None
        })
}

/// Whether a key says which secret is meant, and not what it is: an argument of AWS's, `SecretId`, or a chart's.
///
/// Source: <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html>
fn is_id_of_a_secret(key: &str) -> bool {
    let normal = Normal::new(key);
    // `secrets: [db-password]`: those that a service of Docker's mounts.
    let mounted = normal.as_str() == "secrets";
    // The last two are annotations of ingresses: <https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/>.
    mounted
        || [
            "secretid",
            "existingsecret",
            "usersecretsid",
            "passwordsecret",
            "tlssecret",
            "sslsecret",
        ]
        .iter()
        .any(|end| normal.as_str().ends_with(end))
}

/// Whether a value is words joined by hyphens, slashes and their like, as names of resources are.
pub(super) fn is_resource_name(text: &str) -> bool {
    let words = text.split(['/', '-', '_', '.']);
    let is_word = |word: &str| {
        let digits = word.bytes().filter(u8::is_ascii_digit).count();
        word.bytes().all(|byte| byte.is_ascii_alphanumeric())
            && digits <= 3
            && digits * 2 <= word.len()
    };
    words.clone().count() > 1
        && words.clone().all(is_word)
        && (random::score(text.as_bytes()) * 3 < i32::try_from(text.len()).unwrap_or(0)
            || text.len() < 10
                && text
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte == b'-'))
}

/// Whether a value is the scope of a signature: a key's id, then date, region and service.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>
fn is_scope(text: &str) -> bool {
    let id = text.split(['/', '%']).next().unwrap_or_default();
    let is_id = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
    text.len() < 160
        && text.contains("aws4_request")
        && (placeholder::is_placeholder(id) || id.len() >= 16 && id.bytes().all(is_id))
}

/// Whether the value, a word, is one of a file of settings: `password = rootroot`.
fn in_settings(scan: &mut Scan<'_>, place: Place, text: &str) -> bool {
    let word = place.quote == 0
        && place.how == How::Equals
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let Some((found, read)) = word
        .then(|| settings::is_setting(scan.bytes, place.span, &mut scan.done.setting))
        .flatten()
    else {
        return false;
    };
    scan.far.push(Far {
        place: Span::new(place.key.start, place.span.end),
        read,
    });
    found > settings::Setting::No
}

fn is_lower(text: &str) -> bool {
    text.len() >= 8
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
}

/// Whether a value without quotes is the name of a variable, and its line is code: `password := testPassword`, `"password": root_password`, `key: rsaKey,`.
fn in_code(scan: &Scan<'_>, place: Place, text: &str) -> bool {
    if place.quote != 0 || !matches!(place.how, How::Colon | How::Equals) {
        return false;
    }
    let bytes = scan.bytes;
    let is_blank = |byte: u8| byte == b' ';
    let end = place.span.end;
    let line_ends = |at: usize| matches!(bytes.at(at), b'\n' | b'\r');
    let operator = bytes.run(place.key.end, 4, is_blank);
    let letter = |byte: u8| byte.is_ascii_alphabetic() || byte == b'_';
    // Go's `password = *variable`, `channel <- variable`; YAML's `password: *alias`.
    let bare = text.strip_prefix('*').unwrap_or(text);
    let refers = bare.len() < text.len() && (place.how == How::Colon || !env_like(place))
        || bytes.starts(operator, "<-");
    if refers && !bare.is_empty() && bare.bytes().all(letter) {
        return true;
    }
    let camel = || {
        let humps = |two: &[u8]| {
            two.first().is_some_and(u8::is_ascii_lowercase)
                && two.last().is_some_and(u8::is_ascii_uppercase)
        };
        text.as_bytes().windows(2).any(humps)
    };
    // `options.password = dbConfig2;`.
    let is_statement = place.how == How::Equals
        && bytes.at(end) == b';'
        && (line_ends(end + 1) || bytes.at(end + 1) == 0)
        && !env_like(place)
        && text.starts_with(|first: char| first.is_ascii_lowercase())
        && (text.bytes()).all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && camel()
        && random::score(text.as_bytes()) < 6;
    // `self.password_confirmation = new_password_confirmation`.
    let snake = |byte: u8| byte.is_ascii_lowercase() || byte == b'_';
    let is_name = place.how == How::Equals
        && !env_like(place)
        && text.contains('_')
        && text.bytes().all(snake)
        && key::promise(text) >= Promise::Token;
    if is_statement || is_name {
        return true;
    }
    // `for (String token : allTokens)`; `auth=user + ":" + password`.
    let each = place.how == How::Colon
        && bytes.at(place.key.end) == b' '
        && bytes.at(place.span.start - 1) == b' '
        && bytes.at(end) == b')';
    let sum = bytes.starts(end, " + ");
    if (each || sum) && text.bytes().all(letter) {
        return true;
    }
    // `"Acme": OAuth2Setting,`: a value without quotes behind a key with them.
    let quoted_key = matches!(bytes.at(place.key.end), b'"' | b'\'');
    if quoted_key
        && bytes.at(end) == b','
        && text.starts_with(|first: char| first.is_ascii_uppercase())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && camel()
        && random::score(text.as_bytes()) < 6
    {
        return true;
    }
    let upper = |byte: u8| byte.is_ascii_uppercase() || byte == b'_';
    if !text.bytes().all(letter) || text.bytes().all(upper) || !text.contains('_') && !camel() {
        return false;
    }
    // `(auth: AuthenticationBase)`.
    let is_type = || {
        place.how == How::Colon
            && text.starts_with(|first: char| first.is_ascii_uppercase())
            && (matches!(bytes.at(end), b')' | b'<' | b'[' | b'|' | b';')
                || [" {", " =", " | "]
                    .iter()
                    .any(|sign| bytes.starts(end, sign)))
            && bytes.at(place.span.start - 1) == b' '
    };
    // `{ password: newPassword }`, `(token: accessToken)`; `sign({ secret: inputText })` is a call.
    let is_named_argument = || {
        let close = bytes.run(end, 4, is_blank);
        place.how == How::Colon
            && (bytes.at(close) == b'}' && bytes.at(close + 1) == b')'
                || matches!(bytes.at(close), b'}' | b')') && key::promise(text) >= Promise::Token)
    };
    bytes.starts(operator, ":=")
        || quoted_key
        || bytes.at(end) == b',' && line_ends(end + 1)
        || is_type()
        || is_named_argument()
        || language::is_argument(bytes, place.span) && !random::is_random(text.as_bytes(), 60)
}

/// `-passin pass:value`.
///
/// <https://docs.openssl.org/master/man1/openssl-passphrase-options/>
fn is_option_of_openssl(scan: &Scan<'_>, place: Place) -> bool {
    let before = scan
        .bytes
        .run_back(place.key.start, 12, |byte| byte != b'-');
    matches!(
        scan.under(Span::new(before, place.key.start)),
        "passin " | "passout " | "pass " | "password "
    )
}

/// Whether the value is the first item of a list, in quotes.
fn is_list(scan: &Scan<'_>, place: Place) -> bool {
    let open = scan
        .bytes
        .run_back(place.span.start.saturating_sub(1), 4, |byte| byte == b' ');
    matches!(place.quote, b'"' | b'\'') && scan.bytes.before(open) == b'['
}

/// The other items of a list whose first is the value: `"passwords": ["one", "two"]`.
fn items(scan: &mut Scan<'_>, place: Place) {
    let bytes = scan.bytes;
    let is_blank = |byte: u8| byte == b' ';
    if !is_list(scan, place) {
        lines(scan, place);
        return;
    }
    let limit = bytes.len().min(place.span.end + LIST);
    let mut at = place.span.end + 1;
    loop {
        let comma = bytes.run(at, 4, is_blank);
        let open = bytes.run(comma + 1, 4, is_blank);
        if bytes.at(comma) != b',' || bytes.at(open) != place.quote || open >= limit {
            return;
        }
        let end = bytes.run(open + 1, 512, |byte| byte != place.quote && byte >= b' ');
        let span = Span::new(open + 1, end);
        if bytes.at(end) != place.quote {
            return;
        }
        item(scan, span);
        at = end + 1;
    }
}

/// The other items of a list of YAML's whose first is the value, each on a line of its own.
fn lines(scan: &mut Scan<'_>, place: Place) {
    let bytes = scan.bytes;
    let is_blank = |byte: u8| byte == b' ';
    let quoted = usize::from(place.quote != 0);
    let first = place.span.start - quoted;
    let dash = bytes.run_back(first, 4, is_blank);
    let line = bytes.run_back(dash.saturating_sub(1), 64, is_blank);
    if bytes.before(dash) != b'-' || bytes.before(line) != b'\n' || place.key.end >= line {
        return;
    }
    let start = bytes.run(place.span.end, 512, |byte| byte != b'\n') + 1;
    let limit = bytes.len().min(start + LIST);
    let mut at = start;
    while at < limit {
        let mark = bytes.run(at, 64, is_blank);
        if mark - at != dash - 1 - line || !bytes.starts(mark, "- ") {
            break;
        }
        let from = bytes.run(mark + 1, 8, is_blank);
        let end = bytes.run(from, 512, |byte| byte != b'\n' && byte != b'\r');
        let quote = bytes.at(from);
        let span = if matches!(quote, b'"' | b'\'') && bytes.before(end) == quote && end > from + 1
        {
            Span::new(from + 1, end - 1)
        } else {
            Span::new(from, end)
        };
        if scan.under(span).contains([':', '#', '{', '[']) {
            break;
        }
        item(scan, span);
        at = bytes.run(end, 2, |byte| matches!(byte, b'\r' | b'\n'));
    }
    if at > start {
        scan.far.push(Far {
            place: Span::new(place.key.start, place.key.end + 1),
            read: Span::new(place.key.start, at),
        });
    }
}

/// An item of a list of secrets.
fn item(scan: &mut Scan<'_>, span: Span) {
    let text = scan.under(span);
    if text.len() >= KNOWN_ITEM && !value::is_reference(text) && !value::is_trivial(text) {
        scan.likely_secret(&FACTS, span, rank::STRONG_KEY);
    }
}

/// The shortest item of a list of secrets that goes, in bytes.
const KNOWN_ITEM: usize = 4;

/// So far a list is read, in bytes.
const LIST: usize = 4096;

/// Whether a sentence goes on behind the colon: `fetching credentials: operation error ..`.
fn in_sentence(scan: &Scan<'_>, place: Place, text: &str) -> bool {
    place.how == How::Colon
        && place.quote == 0
        && text.bytes().all(|byte| byte.is_ascii_alphabetic())
        && (text.len() <= 16 && text.bytes().skip(1).all(|byte| byte.is_ascii_lowercase())
            || text.len() <= 24 && words_follow(scan, place.span.end))
        && scan.bytes.at(place.span.end) == b' '
        && (scan.bytes.at(place.span.end + 1).is_ascii_alphabetic()
            || matches!(scan.bytes.at(place.span.end + 1), b'\'' | b'"'))
}

/// Whether a rule or a state is told of the key: `Password: must be at least 12 characters`.
fn is_rule(scan: &Scan<'_>, place: Place, text: &str) -> bool {
    const VERBS: &[&str] = &[
        "can", "cannot", "does", "has", "may", "must", "needs", "shall", "should", "will",
    ];
    let end = place.span.end;
    let sentence = || {
        scan.bytes.at(end) == b' '
            && scan.bytes.at(end + 1).is_ascii_lowercase()
            && VERBS.iter().any(|verb| verb.eq_ignore_ascii_case(text))
    };
    // `Password: incorrect.`
    let word = || {
        text.strip_suffix('.').is_some_and(|word| {
            word.len() >= 4 && word.bytes().all(|byte| byte.is_ascii_lowercase())
        })
    };
    place.how == How::Colon && place.quote == 0 && (sentence() || word())
}

/// Whether a value is a number, with a point or without, or a template: `line-height: 1.42857143`, `refs/heads/{Branch}`.
fn is_measure(text: &str) -> bool {
    text.bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'.')
        && !text.starts_with('0')
        || text.contains('{') && text.ends_with('}')
}

/// Whether a type stands behind the name of a field: `Token  *oauth2.Token`.
fn is_type_of_go(place: Place, text: &str) -> bool {
    let is_name = |part: &str| part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    place.how == How::Space
        && place.quote == 0
        && (text.trim_start_matches(['*', '[', ']']).split_once('.')).is_some_and(
            |(package, name)| {
                package.starts_with(|first: char| first.is_ascii_lowercase())
                    && is_name(package)
                    && name.starts_with(|first: char| first.is_ascii_uppercase())
                    && is_name(name)
                    && name.bytes().any(|byte| byte.is_ascii_lowercase())
                    && random::score(name.as_bytes()) < 6
            },
        )
}

/// Whether three words in small letters stand behind `at`.
fn words_follow(scan: &Scan<'_>, at: usize) -> bool {
    let mut at = at;
    (0..3).all(|_| {
        let word = at + 1;
        let end = (scan.bytes).run(word, 20, |byte| byte.is_ascii_lowercase());
        let follows = scan.bytes.at(at) == b' ' && end > word;
        at = end;
        follows
    })
}

/// Whether a key's normal form speaks of several words.
fn is_phrase(key: &str) -> bool {
    key.ends_with("phrase") || key.ends_with("mnemonic")
}

/// What a plan of Terraform's changes the value to: `key = "old" -> "new"`.
fn scan_next(scan: &mut Scan<'_>, place: Place) {
    let bytes = scan.bytes;
    let arrow = bytes.run(place.span.end + 1, 4, |byte| byte == b' ');
    let is_one = bytes.starts(arrow, "-> \"") || bytes.starts(arrow, "=> \"");
    if place.quote != b'"' || !is_one {
        return;
    }
    let start = arrow + 4;
    let end = bytes.run(start, 4096, |byte| byte != b'"' && byte != b'\n');
    let span = Span::new(start, end);
    if !value::is_reference(scan.under(span)) {
        scan.secret(&FACTS, span, rank::STRONG_KEY);
    }
}

/// The name of a `value` or `default`: that of the pair, or the key of the object around it.
fn named(scan: &mut Scan<'_>, place: Place) -> Span {
    let none = Span::empty(place.key.start);
    if !scan.key(place.key).pair {
        return none;
    }
    let near = |span: Span| place.span.start > span.end && place.span.start - span.end < NEAR;
    let other = in_another_object(scan, place);
    let pair = if other
        || further_left(scan, scan.named, place.key)
        || near(scan.named) && in_another_element(scan, scan.named.end, place)
        // What was hidden names nothing: `<SECRET_1>` is no name of a secret.
        || placeholder::is_placeholder(scan.under(scan.named))
    {
        Span::empty(0)
    } else {
        scan.named
    };
    if !pair.is_empty() && near(pair) && scan.key(pair).promise >= Promise::Token {
        return pair;
    }
    // A brace that is part of a secret closes nothing once that is hidden, and what is hidden between may bring the name near.
    let closed = scan.braces.closed;
    let brace = (closed > 0 && near(Span::empty(closed))).then(|| closed - 1);
    let name = (!near(pair) && scan.key(pair).promise >= Promise::Token).then_some(pair.start);
    if let Some(start) = brace.into_iter().chain(name).min() {
        again(scan, place, start);
    }
    let container = container(scan, place, |scan, name| {
        scan.key(name).promise >= Promise::Token
    });
    let container = container
        .or_else(|| outer(scan, place))
        .filter(|key| scan.key(*key).promise >= Promise::Token)
        .or_else(|| argument(scan.bytes, place.key));
    match container {
        Some(key) if scan.key(key).promise >= Promise::Token => key,
        _ if !pair.is_empty() && near(pair) => pair,
        _ => none,
    }
}

/// `config("DB_PASSWORD", default=..`, `option("--password", default=..`, `Parameter(this, "Password", {default: ..`: the first text of the call, on the
/// same line, in which the key stands.
fn argument(bytes: Bytes<'_>, key: Span) -> Option<Span> {
    let before = bytes.run_back(key.start, 2, |byte| matches!(byte, b' ' | b'{'));
    let more = bytes.before(before);
    if before == key.start || !matches!(more, b',' | b' ' | b'{') {
        return None;
    }
    let open = bytes.run_back(before, 120, |byte| !matches!(byte, b'(' | b')' | b'\n'));
    if bytes.before(open) != b'(' || !is_word(bytes.before(open - 1)) {
        return None;
    }
    let first = bytes.run(open, 24, |byte| {
        is_word(byte) || matches!(byte, b' ' | b',')
    });
    let start = bytes.run(first + 1, 2, |byte| byte == b'-');
    let end = bytes.run(start, 60, |byte| is_word(byte) || byte == b'-');
    let quote = bytes.at(first);
    (matches!(quote, b'"' | b'\'') && bytes.at(end) == quote && end < before)
        .then(|| Span::new(start, end))
}

/// Whether the object of the last name was closed before the one that the value at `place` stands in was opened: `{"key": "..."}, {"default": value}`.
fn in_another_object(scan: &mut Scan<'_>, place: Place) -> bool {
    let name = scan.named;
    let Some(open) = scan.braces.innermost() else {
        return false;
    };
    let other = scan.braces.closed > name.end && open > name.end && open < place.key.start;
    if other && place.key.start - name.end < NEAR {
        // The braces may be part of a secret, which goes.
        again(scan, place, name.end);
    }
    other
}

/// Whether a name that ends at `end` is an attribute of an element that is closed before the value, an attribute of another.
fn in_another_element(scan: &Scan<'_>, end: usize, place: Place) -> bool {
    let between = scan.under(Span::new(end, place.key.start));
    place.how == How::Equals
        && (between.split_once('>'))
            .is_some_and(|(own, rest)| !own.contains('<') && rest.contains('<'))
}

/// Whether `value` stands on a later line than `name` that begins further left: in YAML, what `name` belongs to has ended there.
fn further_left(scan: &Scan<'_>, name: Span, value: Span) -> bool {
    let bytes = scan.bytes;
    let line_of = |at: usize| bytes.run_back(at, NEAR, |byte| byte != b'\n');
    let (first, second) = (line_of(name.start), line_of(value.start));
    let indent = |line: usize| bytes.run(line, 64, |byte| matches!(byte, b' ' | b'-')) - line;
    // In braces and quotes columns say nothing.
    let begins = |line: usize| bytes.at(line + indent(line)).is_ascii_alphabetic();
    first != second
        && begins(first)
        && begins(second)
        && value.start > name.end
        && value.start - name.end < NEAR
        && bytes.before(second) == b'\n'
        && indent(second) < indent(first)
}

/// What is read of `later` depends on the value `first`, and that on its key.
fn paired(scan: &mut Scan<'_>, first: Span, later: Span) {
    let key = scan.bytes.run_back(first.start, 80, |byte| byte != b'\n');
    let read = Span::new(key, later.end);
    scan.far.push(Far { place: read, read });
}

/// In YAML, the key of the mapping that the key at `place` belongs to: the last line before it that begins further left.
fn outer(scan: &mut Scan<'_>, place: Place) -> Option<Span> {
    let bytes = scan.bytes;
    let blank = |byte: u8| byte == b' ';
    let start = place.key.start;
    let mut line = bytes.run_back(start, 64, blank);
    let indent = start - line;
    if indent == 0 || bytes.before(line) != b'\n' {
        return None;
    }
    let least = start.saturating_sub(NEAR);
    while line > least {
        let end = line - 1;
        line = bytes.run_back(end, NEAR, |byte| byte != b'\n');
        // A line that is cut says nothing of where it begins.
        if line > 0 && bytes.before(line) != b'\n' {
            break;
        }
        let key = bytes.run(line, indent, blank);
        if key - line < indent && key < end {
            let colon = bytes.run_back(end, 2, |byte| matches!(byte, b' ' | b'\r'));
            let whole = Span::new(key, colon.saturating_sub(1).max(key));
            let named = bytes
                .under(whole)
                .iter()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'));
            return (bytes.before(colon) == b':' && named && !whole.is_empty()).then_some(whole);
        }
    }
    // What is hidden between may bring it near.
    if line > 0 {
        again(scan, place, line - 1);
    }
    None
}

/// What is read of the value at `place` depends on what stands before it, from `start` on.
fn again(scan: &mut Scan<'_>, place: Place, start: usize) {
    scan.far.push(Far {
        place: Span::new(place.key.start, place.span.end),
        read: Span::new(start, place.key.start),
    });
}

/// How far a value may be from its name, in bytes.
const NEAR: usize = 240;
/// How far it may be before anything between is hidden, in bytes.
const FARTHEST: usize = 4096;

/// `value: .., name: ..`: the value was met before its name.
fn named_late(scan: &mut Scan<'_>, place: Place) {
    let value = std::mem::replace(&mut scan.unnamed, Span::empty(0));
    let distance = place.key.start.checked_sub(value.end);
    if value.is_empty()
        || distance.is_none_or(|distance| distance > FARTHEST)
        || scan.key(place.span).promise < Promise::Token
    {
        return;
    }
    // What is hidden between may bring them together: a long secret, one with a brace in it.
    paired(scan, value, place.span);
    if distance.is_some_and(|distance| distance > NEAR)
        || scan.braces.closed > value.end
        || in_another_element(scan, value.end, place)
    {
        return;
    }
    let text = scan.under(value);
    if value::is_reference(text) || value::is_trivial(text) || text.len() < 4 {
        return;
    }
    scan.likely_secret(&FACTS, value, rank::STRONG_KEY);
}

/// A value of several lines or words may carry a comment behind it; quotes keep it whole.
fn without_hash(scan: &Scan<'_>, span: Span) -> Span {
    let text = scan.under(span);
    let trimmed = text.trim();
    let start = span.end - text.trim_start().len();
    Span::new(start, start + trimmed.len())
}

/// How much the value itself confirms what its key promises.
fn believed(
    promise: Promise,
    key: &str,
    text: &str,
    place: Place,
    literal: bool,
) -> Option<Confidence> {
    let bytes = text.as_bytes();
    let length = bytes.len();
    let quoted = place.quote != 0;
    let told_of = Told::of(bytes);
    let Told {
        digits,
        letters,
        spaces,
        special,
        identifier,
        ..
    } = told_of;
    let upper = told_of.capitals > 0 && told_of.capitals < letters;
    let random = random::score(bytes);
    let looks = |per_cent: i32| {
        random * 100 >= i32::try_from(length).unwrap_or(i32::MAX / 100) * per_cent && random >= 3
    };
    let code = !quoted && !place.literal && value::is_code(text);
    let same = !literal && (identifier || length <= key.len() * 2) && {
        let plain = Normal::new(text);
        plain.as_str() == key || identifier && key.ends_with(plain.as_str())
    };
    if same
        || is_address(text)
        || text.starts_with("arn:")
        || is_name_of_a_secret(text)
        || value::is_file(text, promise != Promise::Password)
        || promise != Promise::Password
            && (value::is_moment(text) || value::is_prose_of_cjk(text, 1) || is_namespace(text))
        // Nobody types as many for a password.
        || value::is_prose_of_cjk(text, 10)
        || value::is_action(text)
        || !quoted && value::is_command(text)
        || is_regular_expression(text)
        || quoted && are_rules(text)
        || value::is_qualified_name(text)
        // `token = 'token_example'`, in the documentation that is made of a description of an API.
        || text.ends_with("_example")
        // `data-cookie-string="@cookieString"`: a variable of Razor's.
        || text.strip_prefix('@').is_some_and(|name| {
            name.bytes().all(|byte| byte.is_ascii_alphabetic()) && key.ends_with(Normal::new(name).as_str())
        })
        || value::is_boundary(text)
        || is_path(text)
        // `KEY=`command``, in a shell.
        || place.quote == b'`' && spaces > 0 && place.span.start == place.key.end + 2
        || spaces > 0 && (is_label(text, promise) || is_statement(text))
        || (promise != Promise::Password || !quoted) && is_short_hex(text)
        || value::is_constant(text)
            && (place.how == How::Space
                || promise != Promise::Password && quoted && digits == 0 && random < 6)
        // `STORAGE_KEY = 'acme_conversations'`: a name under which something is kept.
        || identifier
            && quoted
            && digits == 0
            && random < 6
            && text.contains(['_', '-', '.'])
            && ["cookiekey", "storagekey"].iter().any(|end| key.ends_with(end))
        // `primary_key="campaign_id"`: a column.
        || identifier && letters < length && digits == 0 && is_of_a_table(key)
    {
        return None;
    }
    // `keys plus `password`, `password_confirmation``: names beside names.
    let name = || identifier && text.contains('_') && key::promise(text) >= Promise::Token;
    // `'serverAuth' => '1.3.6.1.5.5.7.3.1'`: a number in parts.
    let numbers = || {
        let parts = text.split('.');
        parts.clone().count() > 3
            && parts
                .clone()
                .all(|part| !part.is_empty() && part.len() <= 6)
            && digits + parts.count() == length + 1
    };
    if matches!(place.how, How::Comma | How::Listed) && name() || numbers() {
        return None;
    }
    if place.how == How::Argument && !told(text, false) && !looks(50)
        || place.how == How::Listed && identifier && !looks(50)
    {
        return None;
    }
    // Words are what a passphrase is made of.
    if spaces > 0 && promise >= Promise::Token && is_phrase(key) {
        return Some(Confidence::High);
    }
    // `output_token: NextToken`: the name of one.
    if promise < Promise::Password
        && identifier
        && letters == text.trim_start_matches('_').len()
        && !literal
        && (!quoted || told_of.capitals > 0)
        && random * 10 < i32::try_from(length).unwrap_or(0)
        && key::promise(text) >= Promise::Token
    {
        return None;
    }
    let all_punctuation = letters + digits == 0;
    match promise {
        Promise::Password => {
            if place.how == How::Space {
                let word = place.literal && is_word_with_number(text);
                return (word || told(text, quoted) || numbered(text))
                    .then_some(Confidence::Medium);
            }
            if all_punctuation && length < 6
                || code && (!(special && digits > 0) || is_query(text))
                || place.how == How::Comma && identifier && length < 12
                || spaces > 3 && !(quoted && is_said(text))
            {
                return None;
            }
            // `self.password = password`, in code.
            let word = !text.contains('-') && length < 20;
            if !quoted
                && identifier
                && (place.how == How::Equals
                    && !env_like(place)
                    && !literal
                    && !place.literal
                    && word
                    || length < 4)
            {
                return None;
            }
            Some(if quoted || digits > 0 || special {
                Confidence::High
            } else {
                Confidence::Medium
            })
        }
        Promise::Token => {
            if place.how == How::Space {
                let word = place.literal && is_word_with_number(text);
                return (word || told(text, quoted) || numbered(text))
                    .then_some(Confidence::Medium);
            }
            if quoted && spaces > 0 && key.ends_with("secret") && are_plain_words(text) {
                return Some(Confidence::Medium);
            }
            // `jbsw y3dp ehpk 3pxp`, as a key for one-time codes is shown.
            let group = |word: &str| {
                word.len() == 4 && word.bytes().all(|byte| byte.is_ascii_alphanumeric())
            };
            if (3..=15).contains(&spaces)
                && digits >= 2
                && letters >= 4
                && text.split(' ').all(group)
            {
                return Some(Confidence::Medium);
            }
            // `Configuration 2FA`: words.
            let letters_only =
                |word: &str| word.chars().all(|sign| sign.is_alphabetic() || sign == '-');
            let mut words = text.split(' ');
            if spaces > 0
                && quoted
                && words
                    .clone()
                    .all(|word| word.len() <= 4 || letters_only(word))
                && words.any(|word| word.len() > 4)
            {
                return None;
            }
            if spaces > 0 && spaces * 6 > length
                || spaces > 2
                || length < 4
                || code && (!looks(60) || value::is_call(text))
            {
                return None;
            }
            let number = digits == length;
            if number && length < 6 {
                return None;
            }
            let strong = looks(30)
                || length >= 6 && digits > 0 && letters > 0
                || length >= 8 && special
                || length >= 20 && (upper || digits > 0) && !identifier
                || number;
            if strong && (place.how != How::Comma || told(text, false) || numbered(text))
                || looks(50)
                || length >= 16 && digits >= 3
            {
                return Some(Confidence::High);
            }
            let phrase = quoted && length >= 6 && (!identifier || length >= 12)
                || place.how == How::Flag && length >= 6
                || (env_like(place) || literal) && length >= 6;
            let written = place.how != How::Comma || length >= 16;
            let plain = length >= 20 && !text.contains(['_', '.', '/']);
            ((phrase || plain) && written && spaces == 0).then_some(Confidence::Medium)
        }
        Promise::Weak | Promise::About => {
            if code || spaces > 0 || length < 6 || key == "key" && length < 16 {
                return None;
            }
            // `GITHUB_RUN_ID=7283645512`: a number that counts.
            if digits == length && length < 12 {
                return None;
            }
            let provider = Words::of(key).provider.is_some();
            // `"linkedin": "janedoe"`: what somebody is called there.
            if HANDLES.contains(&key) && letters == length && told_of.capitals == 0 {
                return None;
            }
            let id = key.ends_with("id")
                || key.ends_with("key")
                || key.ends_with("user")
                || key.ends_with("username")
                || key.ends_with("login");
            let path = text.contains('/') && !text.ends_with('=') && random < 20
                || text.starts_with('/') && text.matches('/').count() > 2;
            if path && text.starts_with('/') || is_pairs(text) {
                return None;
            }
            // `"code": "SnapshotFeatureNotSupportedFault"`: words.
            let drawn = digits > 0 || !upper || looks(40);
            if promise == Promise::Weak
                && quoted
                && length >= 32
                && letters + digits == length
                && drawn
            {
                return Some(Confidence::Medium);
            }
            if looks(if provider { 50 } else { 70 })
                && (length >= 12 || provider && length >= 8)
                && !path
            {
                return Some(Confidence::Medium);
            }
            // Padding says what no word ends with.
            let padded = text.ends_with('=') && length >= 16 && length.is_multiple_of(4);
            if padded && id_or_salt(key) && may_be_base64(text) {
                return Some(Confidence::Medium);
            }
            let mixed = digits >= 2 && letters >= 2 && !path;
            if provider
                && promise == Promise::Weak
                && (length >= 10 && mixed && looks(35) || id && mixed && length >= 8 && random >= 4)
            {
                return Some(Confidence::Medium);
            }
            if id && promise == Promise::Weak && mixed && length >= 16 && digits >= 4 {
                return Some(Confidence::Medium);
            }
            // `TABLEAU_TOKEN_NAME`, `CLOUDINARY_CLOUD_NAME`: names at a provider.
            (provider
                && promise == Promise::About
                && key.contains("token")
                && key.ends_with("name"))
            .then_some(Confidence::Medium)
        }
        Promise::None => None,
    }
}

/// Whether a key's normal form names what is drawn once for all: a key, a salt, a seed.
fn id_or_salt(key: &str) -> bool {
    ["key", "salt", "seed"].iter().any(|end| key.ends_with(end))
}

/// Whether a value has the signs of base64 alone.
fn may_be_base64(text: &str) -> bool {
    let text = text.trim_end_matches('=');
    text.bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_'))
}

/// Places where people are called by a name of one word.
const HANDLES: &[&str] = &[
    "facebook",
    "flickr",
    "github",
    "gitlab",
    "instagram",
    "linkedin",
    "medium",
    "reddit",
    "soundcloud",
    "tiktok",
    "twitch",
    "twitter",
    "youtube",
];

/// Whether a key's normal form names a key of a table or a queue as well as one that opens.
fn is_of_a_table(key: &str) -> bool {
    ["primarykey", "secondarykey", "routingkey"]
        .iter()
        .any(|end| key.ends_with(end))
}

/// `https://acme.example/path`, `git:https://acme.example`: the address of something, in which nobody is named.
fn is_address(text: &str) -> bool {
    let is_scheme = |byte: u8| byte.is_ascii_lowercase() || byte == b':';
    // Most values have no colon.
    text.contains(':')
        && text.split_once("://").is_some_and(|(scheme, rest)| {
            let plain = !rest.is_empty() && !rest.contains(['?', ';', '=']);
            (text.starts_with("http")
                || plain && !scheme.is_empty() && scheme.bytes().all(is_scheme))
                && !text.contains('@')
                && !text.contains("hooks")
        })
}

/// `[a-f0-9]{32}`: a class of characters and how often.
fn is_regular_expression(text: &str) -> bool {
    ["]{", "]+", "]*"].iter().any(|sign| {
        (text.split_once(sign)).is_some_and(|(before, _)| {
            let class = before.rsplit_once('[').map_or("", |(_, class)| class);
            let range = |three: &[u8]| {
                matches!(three, [first, b'-', last] if first.is_ascii_alphanumeric() && last.is_ascii_alphanumeric())
            };
            class.starts_with(['^', '\\']) || class.as_bytes().windows(3).any(range)
        })
    })
}

/// `login:token:`: what stands before a name that is joined to it.
fn is_namespace(text: &str) -> bool {
    text.ends_with(':')
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphabetic() || b":-_.".contains(&byte))
}

/// Whether a value is where a secret is found: the name of a variable, `DB_PASSWORD`, or a path of settings or fields, `session.redis.password`.
fn is_name_of_a_secret(text: &str) -> bool {
    let field = |byte: u8| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'.');
    let capital = |byte: u8| byte.is_ascii_uppercase() || byte == b'-';
    let joins =
        |mark: char| text.contains(mark) && !text.starts_with(mark) && !text.ends_with(mark);
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    (joins('_') && digits * 4 < text.len() && value::is_constant(text)
        || joins('-') && text.bytes().all(capital)
        || joins('.') && text.bytes().all(field))
        && key::promise(text) >= Promise::Token
        && random::score(text.as_bytes()) < 6
}

/// `required|confirmed|min:6`: what Laravel checks a field for.
///
/// Source: <https://laravel.com/docs/validation#available-validation-rules>
fn are_rules(text: &str) -> bool {
    const RULES: &[&str] = &[
        "bail",
        "confirmed",
        "filled",
        "nullable",
        "present",
        "required",
        "sometimes",
        "string",
    ];
    let name = |rule: &str| {
        rule.bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte == b'_')
    };
    text.contains('|')
        && text.split('|').any(|rule| RULES.contains(&rule))
        && text
            .split('|')
            .all(|rule| rule.split(':').next().is_some_and(name))
}

/// Whether a sentence is said of a secret, as in the texts of an application: `Password is required`, `Forgot your password?`
pub(super) fn is_statement(text: &str) -> bool {
    const GRAMMAR: &[&str] = &[
        "cannot",
        "incorrect",
        "invalid",
        "is",
        "must",
        "please",
        "required",
        "should",
        "the",
        "your",
    ];
    let plain = |byte: u8| byte.is_ascii_alphabetic() || b" .,?!'".contains(&byte);
    // `at least 6 characters`.
    let plain = |word: &str| {
        word.bytes().all(plain) || word.len() <= 3 && word.bytes().all(|byte| byte.is_ascii_digit())
    };
    let verb = |text: &str| {
        let first = text.split(' ').next().unwrap_or_default();
        matches!(first, "cannot" | "is" | "may" | "must" | "should")
    };
    (text.starts_with(|first: char| first.is_ascii_uppercase()) || verb(text))
        && text.split(' ').all(plain)
        && text.split(' ').any(|word| {
            GRAMMAR
                .binary_search(&word.trim_end_matches(['.', ',', '?', '!']))
                .is_ok()
        })
}

/// `/latest/meta-data/iam/`: a path of words.
fn is_path(text: &str) -> bool {
    let part = |byte: u8| byte.is_ascii_lowercase() || b"/-_.".contains(&byte);
    text.starts_with('/')
        && text.bytes().filter(|byte| *byte == b'/').count() >= 2
        && text.bytes().all(part)
        && random::score(text.as_bytes()) * 4 < i32::try_from(text.len()).unwrap_or(0)
}

/// Whether a value says what belongs there: `API token with the permission to edit`, `User password`.
fn is_label(text: &str, promise: Promise) -> bool {
    const NOUNS: &[&str] = &[
        "api",
        "credential",
        "credentials",
        "key",
        "keys",
        "passphrase",
        "password",
        "secret",
        "secrets",
        "token",
        "tokens",
    ];
    let mut words = text
        .trim()
        .split(' ')
        .map(|word| word.trim_matches([',', '.', ':', '(', ')', '\'', '"']));
    let noun = |word: &str| {
        NOUNS.iter().any(|noun| noun.eq_ignore_ascii_case(word)) || is_name_of_a_secret(word)
    };
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let word = |word: &str| {
        word.bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_.:-/'".contains(&byte))
            && random::score(word.as_bytes()) < 6
    };
    digits * 8 < text.len()
        && words.clone().all(word)
        && if promise == Promise::Password {
            digits == 0 && words.next_back().is_some_and(noun)
        } else {
            words.any(noun)
        }
}

/// `01:69:9A`: bytes, as the identifier of a public key is written.
fn is_pairs(text: &str) -> bool {
    text.len() > 8
        && (text.split(':'))
            .all(|pair| pair.len() == 2 && pair.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// `crypt($1`: a call in SQL, of a parameter of the statement's.
fn is_query(text: &str) -> bool {
    text.split_once('(').is_some_and(|(name, rest)| {
        (name.bytes()).all(|byte| byte.is_ascii_lowercase() || byte == b'_')
            && !name.is_empty()
            && rest.starts_with(['$', ':', '?', '@'])
    })
}

/// `0x809b`: a number, too small for a secret.
fn is_short_hex(text: &str) -> bool {
    (text.strip_prefix("0x")).is_some_and(|digits| {
        digits.len() <= 8 && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}

/// What a value is made of.
struct Told {
    digits: usize,
    letters: usize,
    capitals: usize,
    spaces: usize,
    /// Whether a mark that passwords have is among it.
    special: bool,
    /// Whether it is nothing but letters, underscores, hyphens and dots.
    identifier: bool,
}

impl Told {
    fn of(bytes: &[u8]) -> Self {
        let tally = Tally::of(bytes);
        let letters = tally.letters();
        let plain = letters + tally.separators + tally.dots;
        let special = |byte: &u8| {
            matches!(
                byte,
                b'!' | b'@' | b'#' | b'$' | b'%' | b'^' | b'&' | b'*' | b'?' | b'+' | b'~' | b'|'
            )
        };
        Self {
            digits: tally.digits,
            letters,
            capitals: tally.upper,
            spaces: tally.spaces,
            special: plain + tally.digits < bytes.len() && bytes.iter().any(special),
            identifier: plain == bytes.len(),
        }
    }
}

/// Whether a value that stands behind its key with nothing between says by itself that it is one: letters with digits or marks, and no path, number of a
/// version, or word.
pub(super) fn told(text: &str, quoted: bool) -> bool {
    let bytes = text.as_bytes();
    let tally = Tally::of(bytes);
    let (digits, letters) = (tally.digits, tally.letters());
    let marks = bytes.iter().any(|byte| b"!@#$%^&*+".contains(byte));
    // `file2`, `v10` are words with a number.
    let inner = bytes
        .iter()
        .rev()
        .skip_while(|byte| byte.is_ascii_digit())
        .any(u8::is_ascii_digit);
    let prose = text.contains([' ', '(', '{', '[', '<', '\\'])
        || text.contains("://")
        || text.contains('/') && !text.ends_with('=') && random::score(bytes) < 20;
    // `8-character`, `12stellig`: a length.
    let unit = text.trim_start_matches(|first: char| first.is_ascii_digit());
    let length = unit.len() < text.len()
        && text.len() - unit.len() <= 2
        && unit
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte == b'-');
    (6..=512).contains(&bytes.len())
        && !prose
        && !length
        && (letters >= 2 && digits > 0 && (inner || marks || random::score(bytes) >= 5)
            || letters == 0 && digits == bytes.len() && (digits >= 8 || quoted)
            || quoted && digits >= 2 && letters >= 2)
}

/// A word and a number of two digits or more, with a hyphen between: `hunter-52`.
fn is_word_with_number(text: &str) -> bool {
    text.rsplit_once(['-', '_', '.'])
        .is_some_and(|(word, number)| {
            word.len() >= 4
                && (2..=6).contains(&number.len())
                && number.bytes().all(|byte| byte.is_ascii_digit())
                && word
                    .bytes()
                    .all(|byte| byte.is_ascii_alphabetic() || byte == b'-')
        })
}

/// A long word or two, and a number of two digits or more: people's passwords; no path, no version, no name with parts.
fn numbered(text: &str) -> bool {
    let letters = text.trim_end_matches(|last: char| last.is_ascii_digit());
    text.len() >= 10
        && text.len() - letters.len() >= 2
        && text.len() - letters.len() <= 6
        && letters.bytes().filter(|byte| *byte == b'-').count() <= 1
        && letters
            .bytes()
            .all(|byte| byte.is_ascii_alphabetic() || byte == b'-')
        && !letters.ends_with('-')
}

/// `NAME=value`: no spaces around, or not in code at all.
fn env_like(place: Place) -> bool {
    place.how != How::Equals || place.span.start <= place.key.end + 1
}

const WIRE: &str = "[\\r][\\n]";

/// The values of a cookie header, or of several in a list of YAML's.
fn cookies(scan: &mut Scan<'_>, place: Place) {
    let bytes = scan.bytes;
    if place.span.start < scan.done.cookies {
        return;
    }
    let is_blank = |byte: u8| byte == b' ';
    let mut end = cookie(scan, place.span.start);
    let dash = bytes.run_back(place.span.start, 4, is_blank);
    let line = bytes.run_back(dash.saturating_sub(1), 64, is_blank);
    if bytes.before(dash) != b'-' || bytes.before(line) != b'\n' || place.key.end >= line {
        return;
    }
    let limit = bytes.len().min(end + LIST);
    while end < limit {
        let next = bytes.run(end, 2, |byte| matches!(byte, b'\r' | b'\n'));
        let mark = bytes.run(next, 64, is_blank);
        if next == end || mark - next != dash - 1 - line || !bytes.starts(mark, "- ") {
            break;
        }
        end = cookie(scan, bytes.run(mark + 1, 8, is_blank));
    }
    scan.far.push(Far {
        place: Span::new(place.key.start, place.key.end + 1),
        read: Span::new(place.key.start, end),
    });
}

/// The values of the cookies that begin at `start`, and where they end.
fn cookie(scan: &mut Scan<'_>, start: usize) -> usize {
    let bytes = scan.bytes;
    let end = bytes.run(start, 8192, |byte| {
        byte >= b' ' && byte != b'"' && byte != b'\''
    });
    // In a text of JSON the quotes are escaped.
    let end = bytes.run_back(end, end - start, |byte| byte == b'\\');
    // As Apache's client logs a line's end.
    let line = end.saturating_sub(WIRE.len());
    let end = if bytes.starts(line, WIRE) && line > start {
        line
    } else {
        end
    };
    scan.done.cookies = end;
    let text = scan.under(Span::new(start, end));
    let mut at = start;
    for pair in text.split(';') {
        let name = pair.split('=').next().unwrap_or_default();
        let value = pair.get(name.len() + 1..).unwrap_or_default();
        let token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        let attribute = [
            "path", "domain", "expires", "max-age", "samesite", "version",
        ]
        .contains(&name.trim().to_ascii_lowercase().as_str());
        let named = name.trim().bytes().all(token);
        if value.len() >= 6 && named && !attribute && !value::is_reference(value) {
            let start = at + name.len() + 1;
            scan.hit(
                &FACTS,
                Span::new(start, start + value.len()),
                rank::STRONG_KEY,
                Confidence::High,
                Form::Tag("SECRET"),
            );
        }
        at += pair.len() + 1;
    }
    end
}
