//! What the name of a key says of its value.

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

/// The name in lower case without separators, at most 96 bytes.
pub(crate) fn normal(key: &str) -> String {
    key.bytes()
        .filter(u8::is_ascii_alphanumeric)
        .take(96)
        .map(|byte| char::from(byte.to_ascii_lowercase()))
        .collect()
}

const PASSWORDS: &[&str] = &[
    "password",
    "passwd",
    "passphrase",
    "passcode",
    "pwd",
    "passwort",
    "contrasena",
    "motdepasse",
    "userpass",
    "dbpass",
    "rootpass",
    "adminpass",
    "mysqlpass",
    "kennwort",
    "senha",
    "wachtwoord",
    "heslo",
];

const TOKENS: &[&str] = &[
    "secret",
    "token",
    "apikey",
    "accesskey",
    "privatekey",
    "signingkey",
    "encryptionkey",
    "encryptkey",
    "decryptkey",
    "masterkey",
    "authkey",
    "sharedkey",
    "storagekey",
    "accountkey",
    "servicekey",
    "sessionkey",
    "cryptkey",
    "clientkey",
    "serverkey",
    "credential",
    "authorization",
    "bearer",
    "connectionstring",
    "connstr",
    "connstring",
    "webhook",
    "mnemonic",
    "seedphrase",
    "hmac",
    "jwt",
    "cookie",
    "licensekey",
    "licencekey",
    "deploykey",
    "writekey",
    "readkey",
    "ingestkey",
    "ingestionkey",
    "adminkey",
    "applicationkey",
    "appkey",
    "consumerkey",
    "integrationkey",
    "routingkey",
    "subscriptionkey",
    "functionkey",
    "hostkey",
    "primarykey",
    "secondarykey",
    "productkey",
    "activationkey",
    "publishkey",
    "partnerkey",
    "merchantkey",
    "vaultkey",
    "unsealkey",
    "recoverykey",
    "rootkey",
    "sshkey",
    "pgpkey",
    "gpgkey",
    "sastoken",
    "presharedkey",
    "psk",
    "wifikey",
    "keydata",
    "sessionid",
    "sessid",
    "csrf",
    "xsrf",
    "otpauth",
    "totp",
    "recoverycode",
    "backupcode",
    "verifycode",
    "personalaccess",
    "pat",
    "oauth",
    "accesscode",
    "authcode",
    "refresh",
    "nonce",
    "signature",
];

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
    "transitivetagkeys",
    "tagkeys",
];

/// Names that hold such a word and are none of it.
const INNOCENT: &[&str] = &[
    "secretsmanager",
    "publickey",
    "keyname",
    "keypair",
    "tokenactionsgithubusercontent",
    "kmskey",
    "keytype",
    "keyusage",
    "keyspec",
    "keypolicy",
    "keystate",
    "authorname",
    "author",
    "authority",
    "oauthscopes",
    "compass",
    "bypass",
    "passrole",
    "passthrough",
    "passed",
    "encompass",
    "passenger",
    "tokenuse",
    "hashkey",
    "rangekey",
    "partitionkey",
    "sortkey",
    "foreignkey",
    "maxtokens",
    "mintokens",
    "tokenlimit",
    "primarykeys",
    "keyvault",
    "patch",
    "path",
    "pattern",
    "dispatch",
    "compat",
    "patient",
    "spatial",
    "sessionname",
    "sessiontags",
    "imagepullsecrets",
    "authenticate",
    "cookiepolicy",
    "noncefile",
];

/// What the name promises. `key` is as written.
pub(crate) fn promise(key: &str) -> Promise {
    let last = key.rsplit(['.', '/']).next().unwrap_or(key);
    let last = if matches!(last, "value" | "default" | "com" | "val") || last.len() < 3 {
        key
    } else {
        last
    };
    if key.contains(".com") || key.contains(".io") {
        return Promise::None;
    }
    let name = normal(last);
    if name.len() < 2 || name.len() > 90 {
        return Promise::None;
    }
    let segments = || segments(last);
    if segments().any(|part| {
        matches!(
            part.as_str(),
            "pass" | "pw" | "pwd" | "passwd" | "pword" | "pin" | "psswd"
        )
    }) && !is_about(&name)
    {
        return Promise::Password;
    }
    if let Some(found) = find(&name, PASSWORDS) {
        return if is_about(&name) && !name.ends_with(found) {
            Promise::About
        } else {
            Promise::Password
        };
    }
    let token = TOKENS
        .iter()
        .any(|word| word.len() > 3 && name.contains(word))
        || segments().any(|part| {
            matches!(
                part.as_str(),
                "auth"
                    | "pat"
                    | "psk"
                    | "jwt"
                    | "dsn"
                    | "sas"
                    | "sig"
                    | "otp"
                    | "cred"
                    | "creds"
                    | "apikey"
                    | "secret"
                    | "token"
                    | "hmac"
            )
        });
    if token {
        if INNOCENT.iter().any(|word| name.contains(word))
            && !name.ends_with("secret")
            && !name.ends_with("token")
            && !name.ends_with("password")
        {
            return Promise::About;
        }
        return if is_about(&name) {
            Promise::About
        } else {
            Promise::Token
        };
    }
    if name.ends_with("key") && !INNOCENT.iter().any(|word| name.contains(word))
        || name == "salt"
        || name.ends_with("keyid")
        || name.ends_with("accessid")
        || name.ends_with("salt")
        || name.ends_with("seed")
    {
        return Promise::Weak;
    }
    if crate::provider::mentioned(&name).is_some() {
        return Promise::Weak;
    }
    if matches!(
        name.as_str(),
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
    {
        return Promise::Weak;
    }
    Promise::None
}

fn is_about(name: &str) -> bool {
    ABOUT.iter().any(|word| name.ends_with(word))
        && !name.ends_with("secretid")
        && !name.ends_with("sessionid")
}

fn find<'w>(name: &str, words: &[&'w str]) -> Option<&'w str> {
    words.iter().find(|word| name.contains(**word)).copied()
}

/// The words of a name: cut at separators and where a capital follows a small letter; lower case.
fn segments(key: &str) -> impl Iterator<Item = String> {
    let mut parts: Vec<String> = Vec::new();
    let mut before = 0_u8;
    for byte in key.bytes().take(96) {
        let new = !byte.is_ascii_alphanumeric()
            || byte.is_ascii_uppercase() && before.is_ascii_lowercase();
        if new || parts.is_empty() {
            parts.push(String::new());
        }
        if byte.is_ascii_alphanumeric()
            && let Some(part) = parts.last_mut()
        {
            part.push(char::from(byte.to_ascii_lowercase()));
        }
        before = byte;
    }
    parts.into_iter()
}
