//! What the name of a key says of its value.

use std::sync::OnceLock;

use undeny_text::Finder;

use crate::bytes::Endings;
use crate::detectors::is_like_another;
use crate::provider::PROVIDERS;
use crate::value::finder_of;

/// How much a key's name promises that its value is a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Promise {
    /// Nothing.
    None,
    /// It speaks of secrets, not of one: `token_type`, `secret_name`.
    About,
    /// It may be one: `key`, `id` of a provider, `user` of a provider.
    Weak,
    /// Something that opens: a token, a key with a purpose.
    Token,
    /// A password.
    Password,
}

/// Longest normal form, in bytes.
const LONGEST: usize = 96;

/// A key's name in lower case without separators.
pub(crate) struct Normal {
    bytes: [u8; LONGEST],
    length: usize,
}

impl Normal {
    /// The normal form of `key`, at most 96 bytes of it.
    pub(crate) fn new(key: &str) -> Self {
        let mut normal = Self {
            bytes: [0; LONGEST],
            length: 0,
        };
        for byte in key.bytes().filter(u8::is_ascii_alphanumeric) {
            let Some(slot) = normal.bytes.get_mut(normal.length) else {
                break;
            };
            *slot = byte.to_ascii_lowercase();
            normal.length += 1;
        }
        normal
    }

    /// As text.
    pub(crate) fn as_str(&self) -> &str {
        self.bytes
            .get(..self.length)
            .and_then(|bytes| std::str::from_utf8(bytes).ok())
            .unwrap_or_default()
    }
}

const PASSWORDS: &str = "\
password passwd passphrase passcode passwrd paswd pasword paswrd pssword psswd psswrd pswd pswrd pwd passwort contrasena motdepasse userpass \
dbpass dbpw rootpass rootpw adminpass adminpw mysqlpass pgpass kennwort senha wachtwoord heslo \
requirepass masterauth passord adgangskode salasana losenord parolachiave secretstring plaintextvalue";

const TOKENS: &str = "\
secret token apikey accesskey privatekey signingkey encryptionkey encryptkey decryptkey masterkey authkey sharedkey storagekey accountkey \
servicekey sessionkey cryptkey clientkey serverkey credential authorization bearer connectionstring connstr connstring webhook mnemonic seedphrase \
hmac jwt cookie licensekey licencekey deploykey writekey readkey ingestkey ingestionkey adminkey applicationkey appkey consumerkey integrationkey \
routingkey subscriptionkey functionkey hostkey primarykey secondarykey productkey activationkey publishkey partnerkey merchantkey vaultkey \
unsealkey recoverykey rootkey sshkey pgpkey gpgkey sastoken presharedkey psk wifikey keydata sessionid sessid csrf xsrf otpauth totp recoverycode \
backupcode authtok verifycode personalaccess pat oauth accesscode authcode refresh nonce signature";

/// What a name that holds such a word speaks of instead, at its end.
const ABOUT: &[&str] = &[
    "type",
    "url",
    "uri",
    "endpoint",
    "name",
    "arn",
    "arns",
    "policy",
    "age",
    "length",
    "expiry",
    "expires",
    "expiration",
    "expiresin",
    "expiresat",
    "method",
    "count",
    "size",
    "limit",
    "ttl",
    "version",
    "versionid",
    "path",
    "file",
    "filename",
    "enabled",
    "required",
    "format",
    "algorithm",
    "alg",
    "issuer",
    "issuetime",
    "usage",
    "description",
    "lifetime",
    "timeout",
    "duration",
    "field",
    "header",
    "prefix",
    "suffix",
    "status",
    "provider",
    "region",
    "scope",
    "scopes",
    "audience",
    "mode",
    "id",
    "ids",
    "ref",
    "hint",
    "rotation",
    "label",
    "title",
    "date",
    "time",
    "manager",
    "reset",
    "changed",
    "hash",
    "store",
    "backend",
    "engine",
    "class",
    "strategy",
    "validity",
    "validation",
    "regex",
    "pattern",
    "min",
    "max",
    "authpolicy",
    "tokens",
    "tokenizer",
    "source",
    "location",
    "email",
    "user",
    "username",
    "parameter",
    "param",
    "template",
    "spec",
    "sha",
    "digest",
    "fingerprint",
    "keys",
    "list",
    "map",
    "env",
    "var",
    "host",
    "port",
    "usable",
    "permission",
    "permissions",
    "function",
    "handler",
    "role",
    "delimiter",
    "separator",
    "timestamp",
    "interval",
    "headers",
    "domain",
    "fqdn",
    "cnt",
    "within",
    "scheme",
    "transitivetagkeys",
    "tagkeys",
    "action",
    "attribute",
    "error",
    "exception",
    "failed",
    "failure",
    "message",
    "msg",
    "number",
    "options",
    "providers",
    "requirements",
    "rules",
    "succeeded",
    "success",
    "validator",
    "mock",
    "wait",
    "claimkey",
    "encryption",
    "selector",
    "passwordkey",
    "changedat",
    "adapter",
    "button",
    "commit",
    "component",
    "controller",
    "createdat",
    "decorator",
    "dialog",
    "encoder",
    "factory",
    "formatter",
    "hasher",
    "hashers",
    "icon",
    "lastset",
    "lastused",
    "listener",
    "matcher",
    "middleware",
    "placeholder",
    "plugin",
    "renderer",
    "resolver",
    "serializer",
    "sock",
    "tooltip",
    "updatedat",
    "widget",
    "namespace",
    "realm",
    "period",
    "cidr",
    "cidrs",
    "iterations",
    "retention",
    "rounds",
    "leeway",
    "equals",
    "events",
    "filter",
    "match",
    "metrictype",
    "cmd",
    "command",
    "maps",
    "empty",
    "matching",
    "sentat",
    "usedat",
    "resetat",
    "issuedat",
    "revokedat",
    "verifiedat",
    "confirmedat",
    "seconds",
    "minutes",
    "properties",
    "defaults",
    "flags",
];

/// Names that hold such a word and are none of it.
const INNOCENT: &str = "\
secretsmanager publickey keyname keypair tokenactionsgithubusercontent kmskey keytype keyusage keyspec keypolicy keystate authorname author \
authority oauthscopes oauthflows authparameters compass bypass passrole passthrough passed encompass passenger tokenuse hashkey rangekey partitionkey sortkey foreignkey \
maxtokens mintokens tokenlimit primarykeys keyvault patch path pattern dispatch compat patient spatial sessionname sessiontags pullsecrets \
authenticate refreshed refreshes refreshing refreshinterval cookiepolicy noncefile deepsky objectkey tokenkey s3key";

/// What follows the last of these bytes of ASCII; all, where there is none.
fn behind_last(key: &str, is_one: impl Fn(u8) -> bool) -> &str {
    let at = key.bytes().rposition(is_one).map_or(0, |at| at + 1);
    key.get(at..).unwrap_or(key)
}

/// What the name promises. `key` is as written.
pub(crate) fn promise(key: &str) -> Promise {
    let last = behind_last(key, |byte| matches!(byte, b'.' | b'/'));
    let last = if matches!(last, "value" | "default" | "com" | "val") || last.len() < 3 {
        key
    } else if last.eq_ignore_ascii_case("key") {
        // `api.key`, `encrypt.key`.
        let before = key.trim_end_matches(last).trim_end_matches(['.', '/']);
        let word = before.rsplit(['.', '/']).next().unwrap_or_default();
        key.get(before.len() - word.len()..).unwrap_or(last)
    } else {
        last
    };
    let name = Normal::new(last);
    let name = name.as_str();
    if name.len() < 2 || name.len() > 90 || name == "path" {
        return Promise::None;
    }
    let words = Words::of(name);
    let short = short_word(last);
    // `keyA`, `key2`
    let bare = name.trim_end_matches(|last: char| last.is_ascii_digit());
    let numbered = last.ends_with(|last: char| last.is_ascii_uppercase())
        && name.len() > 4
        && name
            .get(..name.len() - 1)
            .is_some_and(|name| name.ends_with("key"));
    let ends_with_key = bare.ends_with("key")
        || numbered
        || name.ends_with("keyid")
        || name.ends_with("accessid")
        || name.ends_with("salt")
        || name.ends_with("seed");
    // `exa` is a provider, and no part of `example`.
    let provider = (words.provider)
        .filter(|provider| provider.len() > 4 || first_word(last).len() <= provider.len());
    let plain =
        provider.is_none() && !words.token && words.password.is_none() && short == Promise::None;
    if plain && !ends_with_key && !is_weak(name) && !name.starts_with("bundle") {
        return Promise::None;
    }
    if key.contains(".com") || key.contains(".io") {
        return Promise::None;
    }
    // `BUNDLE_GEMS__ACME__COM`: Bundler's user and password of a host. <https://bundler.io/man/bundle-config.1.html#CREDENTIALS-FOR-GEM-SOURCES>
    if name.starts_with("bundle") && key.contains("__") {
        return Promise::Password;
    }
    if short == Promise::Password && !is_about(name) {
        return Promise::Password;
    }
    // The option of sudo's; the public half of what signs an assembly of .NET; an option without a value; the hash of a public key.
    if [
        "nopasswd",
        "publickeytoken",
        "passwordstdin",
        "discoverytokencacerthash",
    ]
    .iter()
    .any(|end| name.ends_with(end))
    {
        return Promise::None;
    }
    if let Some(end) = words.password {
        return if is_about(name) && end < name.len() || is_of_a_text(last) {
            Promise::About
        } else {
            Promise::Password
        };
    }
    if words.token || short == Promise::Token {
        if words.innocent
            && !name.ends_with("secret")
            && !name.ends_with("token")
            && !name.ends_with("password")
        {
            return Promise::About;
        }
        return if is_about(name) || is_of_a_text(last) {
            Promise::About
        } else {
            Promise::Token
        };
    }
    let names_a_provider = provider.is_some() && !is_of_an_occasion(name);
    if ends_with_key && !words.innocent || names_a_provider || is_weak(name) {
        return Promise::Weak;
    }
    Promise::None
}

/// Whether a name says what was built, or which call, run or delivery it was: `GITHUB_SHA`, `X-GitHub-Request-Id`. What a provider calls those opens nothing.
fn is_of_an_occasion(name: &str) -> bool {
    const WHAT: &[&str] = &[
        "commit",
        "correlationid",
        "deliveryid",
        "eventid",
        "requestid",
        "sha",
        "sha1",
        "traceid",
    ];
    WHAT.iter().any(|end| name.ends_with(end))
}

/// Whether a word is one for a password, in one of the languages that keys are named in.
pub(crate) fn names_a_password(word: &str) -> bool {
    let name = Normal::new(word);
    (PASSWORDS.split_ascii_whitespace()).any(|known| known == name.as_str())
}

/// Names that may hold a credential, and as often do not.
fn is_weak(name: &str) -> bool {
    matches!(
        name,
        "clientid"
            | "appid"
            | "applicationid"
            | "tenantid"
            | "projectid"
            | "userid"
            | "accessid"
            | "deviceid"
            | "code"
            | "state"
            | "verifier"
            | "challenge"
            | "assertion"
            | "ticket"
            | "hash"
    ) || name.ends_with("clientid")
}

/// The last byte is the quickest to compare.
fn ends_with(name: &str, end: &str) -> bool {
    name.as_bytes().last() == end.as_bytes().last() && name.ends_with(end)
}

fn is_about(name: &str) -> bool {
    static ENDINGS: Endings = Endings::of(ABOUT);
    ENDINGS.may_end(name.as_bytes())
        && ABOUT.iter().any(|word| ends_with(name, word))
        && !name.ends_with("secretid")
        && !name.ends_with("sessionid")
}

/// Whether the first word of a key says that its value is a text to read: `LABEL_NEW_PASSWORD`, `forgotPassword`, `title-token`.
fn is_of_a_text(key: &str) -> bool {
    const WHAT: &[&str] = &[
        "forgot",
        "hide",
        "hint",
        "label",
        "lbl",
        "mandatory",
        "placeholder",
        "remove",
        "show",
        "title",
        "tooltip",
        "txt",
    ];
    let word = first_word(key);
    word.len() < key.len() && WHAT.iter().any(|what| what.eq_ignore_ascii_case(word))
}

/// The letters with which a key begins, up to a separator, a digit or a hump: `new` of `newPassword`, `NEW` of `NEW_PASSWORD`.
fn first_word(key: &str) -> &str {
    let letters = key.bytes().take_while(u8::is_ascii_alphabetic);
    let shouted = letters
        .clone()
        .take(2)
        .all(|byte| byte.is_ascii_uppercase());
    let length = if shouted {
        letters.count()
    } else {
        let hump = letters.skip(1).take_while(u8::is_ascii_lowercase);
        1 + hump.count()
    };
    key.get(..length).unwrap_or_default()
}

/// Longest of the short words, in bytes.
const SHORT: usize = 5;

/// Words of a key that are too short to be looked for inside other words: `DB_PASS`, `x-auth`, `npmPat`.
fn short_word(key: &str) -> Promise {
    let mut best = Promise::None;
    let bytes = key.as_bytes();
    let mut start = 0;
    for at in 0..=bytes.len() {
        let byte = bytes.get(at).copied().unwrap_or(0);
        let before = if at > start {
            bytes.get(at - 1).copied().unwrap_or(0)
        } else {
            0
        };
        let camel = byte.is_ascii_uppercase() && before.is_ascii_lowercase();
        if byte.is_ascii_alphanumeric() && !camel {
            continue;
        }
        let word = bytes.get(start..at).unwrap_or_default();
        start = if camel { at } else { at + 1 };
        if word.len() < 2 || word.len() > SHORT {
            continue;
        }
        let mut lower = [0; SHORT];
        for (slot, byte) in lower.iter_mut().zip(word) {
            *slot = byte.to_ascii_lowercase();
        }
        match lower.get(..word.len()).unwrap_or_default() {
            b"pass" | b"psk" | b"psw" | b"pw" | b"pwd" | b"pword" | b"pin" | b"psswd" => {
                return Promise::Password;
            }
            b"auth" | b"pat" | b"jwt" | b"dsn" | b"sas" | b"sig" | b"otp" | b"cred" | b"creds"
            | b"hmac" => best = Promise::Token,
            _ => {}
        }
    }
    best
}

/// The telling words in the normal form of a key.
pub(crate) struct Words {
    // Where the last word for a password ends.
    password: Option<usize>,
    token: bool,
    innocent: bool,
    /// The provider that is named.
    pub(crate) provider: Option<&'static str>,
}

impl Words {
    /// Of the normal form `name`.
    pub(crate) fn of(name: &str) -> Self {
        let mut words = Self {
            password: None,
            token: false,
            innocent: false,
            provider: None,
        };
        let lists = lists();
        (lists.finder).find_overlapping(name.as_bytes(), &mut |start, number| match lists
            .means
            .get(number)
        {
            Some(Means::Password(length)) => {
                let end = start + length;
                words.password = words.password.max(Some(end));
            }
            Some(Means::Token) => words.token = true,
            Some(Means::Innocent) => words.innocent = true,
            Some(Means::Provider(provider)) if provider.len() > 4 || start == 0 => {
                words.provider = Some(provider);
            }
            _ => {}
        });
        words
    }
}

/// What a word in a key's name speaks of.
#[derive(Clone, Copy)]
enum Means {
    Password(usize),
    Token,
    Innocent,
    Provider(&'static str),
}

struct Lists {
    finder: Finder<'static>,
    // By the numbers of the finder.
    means: Vec<Means>,
}

fn lists() -> &'static Lists {
    static LISTS: OnceLock<Lists> = OnceLock::new();
    LISTS.get_or_init(|| {
        let mut all: Vec<(&str, Means)> = Vec::new();
        for (list, means) in [
            (PASSWORDS, Means::Password(0)),
            (TOKENS, Means::Token),
            (INNOCENT, Means::Innocent),
            (PROVIDERS, Means::Provider("")),
        ] {
            for word in list.split_ascii_whitespace() {
                let means = match means {
                    Means::Password(_) => Means::Password(word.len()),
                    Means::Provider(_) => Means::Provider(word),
                    other => other,
                };
                all.push((word, means));
            }
        }
        let words: Vec<&[u8]> = all.iter().map(|(word, _)| word.as_bytes()).collect();
        Lists {
            finder: Finder::new(&words),
            means: all.iter().map(|(_, means)| *means).collect(),
        }
    })
}

/// What is known of a key, so that it is asked once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct KeyFacts {
    /// What its name promises.
    pub(crate) promise: Promise,
    /// Whether its value names a resource, a user, a tenant.
    pub(crate) identifier: bool,
    /// Whether its value is the name of the `value` that follows.
    pub(crate) naming: bool,
    /// Whether its value belongs to the name before.
    pub(crate) pair: bool,
}

impl KeyFacts {
    fn of(key: &str) -> Self {
        let normal = Normal::new(behind_last(key, |byte| matches!(byte, b'.' | b':')));
        let name = normal.as_str();
        Self {
            promise: promise(key),
            identifier: is_identifier(name) || is_like_another(name) || at_provider(name),
            naming: matches!(
                key,
                "name"
                    | "key"
                    | "Name"
                    | "Key"
                    | "NAME"
                    | "KEY"
                    | "id"
                    | "OptionName"
                    | "ParameterKey"
                    | "parameterKey"
                    | "config-property-name"
                    | "env-entry-name"
                    | "param-name"
                    | "property-name"
            ),
            pair: matches!(
                key,
                "value"
                    | "--value"
                    | "Value"
                    | "VALUE"
                    | "val"
                    | "string"
                    | "default"
                    | "Default"
                    | "defaultValue"
                    | "DefaultValue"
                    | "parameterValue"
                    | "ParameterValue"
                    | "stringValue"
                    | "StringValue"
                    | "config-property-value"
                    | "env-entry-value"
                    | "param-value"
                    | "property-value"
            ),
        }
    }

    /// Whether no detector cares for its value.
    pub(crate) fn is_dull(self) -> bool {
        self.promise == Promise::None && !self.identifier && !self.naming && !self.pair
    }
}

/// The facts of the keys met last: logs and lists repeat theirs.
#[derive(Debug)]
pub(crate) struct KeyCache<'t> {
    // INVARIANT: as many as a power of two.
    slots: Vec<Option<(&'t str, KeyFacts)>>,
    count: usize,
}

impl<'t> KeyCache<'t> {
    /// A cache for the keys of a text of `length` bytes; a short one has few.
    pub(crate) fn new(length: usize) -> Self {
        Self {
            slots: Vec::new(),
            count: (length / 64).next_power_of_two().clamp(8, 4096),
        }
    }

    pub(crate) fn facts(&mut self, key: &'t str) -> KeyFacts {
        if self.slots.is_empty() {
            self.slots = vec![None; self.count];
        }
        let hash = key.bytes().fold(0xcbf2_u32, |hash, byte| {
            (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
        });
        let place = (hash ^ hash >> 16) as usize & (self.count - 1);
        match self.slots.get_mut(place) {
            Some(Some((known, facts))) if *known == key => *facts,
            Some(slot) => {
                let facts = KeyFacts::of(key);
                *slot = Some((key, facts));
                facts
            }
            None => KeyFacts::of(key),
        }
    }
}

/// Keys, in normal form and alphabetical order, whose values are identifiers; `keyed-identifier` knows which form each has.
const IDENTIFIERS: &str = "\
accountalias accountname amzrequestid apiid app appclientid application applicationname appname awsdefaultprofile awsprofile brand bucket bucketname \
canonicalid canonicaluser canonicaluserid cfdistributionid clientid cloudfrontdistributionid cluster clusteridentifier clustername cognitoclientid \
company companyname customer customername database dbclusteridentifier dbinstanceidentifier dbname default distributionid dnszoneid existingsecret \
extendedrequestid externalid family function functionname groupname groups host hostedzoneid hostid hostname identifier instanceprofile instanceprofilename \
keyname keypairname loggroup loggroupname login name nameprefix namespace org organisation organization orgname owner ownerid physicalresourceid \
policyname prefix product productname profile project projectname queue queuename repository repositoryname requestid resource resourceprefix \
restapiid role rolename roles rolesessionname route53zoneid s3bucket secretid secretname servername service servicename sessionname softlayerid \
softlayeruname softlayeruser sourceidentity stack stackname storageaccount storageaccountname streamname stsexternalid table tablename team teamname \
tenant tenantname thumbprint thumbprintlist thumbprints topic topicname user username userpoolclientid users usersuffix xamzcfid xamzid2 xamznrequestid \
xamzrequestid zoneid";

fn is_identifier(name: &str) -> bool {
    static FINDER: OnceLock<Finder<'static>> = OnceLock::new();
    let finder = finder_of(&FINDER, IDENTIFIERS);
    finder
        .longest(name.as_bytes(), 0)
        .is_some_and(|found| finder.word(found).len() == name.len())
}

/// Whether the key names a tenant, a user, a cloud of a customer at a provider: `CLOUDINARY_CLOUD_NAME`.
pub(crate) fn at_provider(key: &str) -> bool {
    const WHAT: &[&str] = &[
        "cloud",
        "cloudname",
        "username",
        "user",
        "account",
        "accountname",
        "tenant",
        "tenantid",
        "subdomain",
        "workspace",
        "workspaceid",
        "org",
        "orgid",
        "organization",
        "patname",
        "tokenname",
        "userid",
        "email",
        "login",
        "id",
    ];
    static ENDINGS: Endings = Endings::of(WHAT);
    ENDINGS.may_end(key.as_bytes())
        && WHAT
            .iter()
            .any(|what| ends_with(key, what) && key.len() > what.len() + 2)
        && Words::of(key).provider.is_some_and(|provider| {
            !matches!(
                provider,
                "google"
                    | "docker"
                    | "postgres"
                    | "redis"
                    | "azure"
                    | "gcp"
                    | "terraform"
                    | "github"
                    | "gitlab"
                    | "npm"
                    | "line"
                    | "front"
                    | "segment"
                    | "render"
                    | "square"
                    | "modal"
                    | "linear"
                    | "fly"
                    | "exa"
                    | "ibm"
                    | "checkout"
                    | "trigger"
                    | "together"
                    | "expo"
                    | "mux"
                    | "wiz"
                    | "lob"
                    | "heap"
                    | "elastic"
                    | "mongodb"
                    | "oracle"
                    | "microsoft"
                    | "crates"
                    | "defined"
                    | "readme"
                    | "surge"
                    | "uber"
                    | "buddy"
                    | "neon"
                    | "monday"
                    | "apollo"
                    | "astra"
                    | "lark"
                    | "clerk"
                    | "beamer"
                    | "polar"
                    | "persona"
                    | "ramp"
                    | "weights"
                    | "confluence"
                    | "prefect"
                    | "runway"
                    | "gemini"
            )
        })
}
