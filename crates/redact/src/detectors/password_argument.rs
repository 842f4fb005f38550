//! Passwords and keys that a call in code is given at a place of its own: `HTTPBasicAuth("user", "password")`, `jwt.sign(payload, "key")`.

use undeny_text::Span;

use crate::bytes::{Bytes, is_word};
use crate::detector::{Class, Confidence, FAR, Facts, Far, Form, Place, Scan, rank};
use crate::value;

detector!(
    /// `getConnection(url, "user", "password")`, `auth=("user", "password")`, `mail.login("user", "password")`, `createHmac("sha256", "key")`.
    PasswordArgument,
    Facts {
        id: "password-argument",
        class: Class::Secret,
        sees: "the text at the place of the password or key in a call that opens a connection, makes credentials, signs or encrypts",
        source: "https://requests.readthedocs.io/en/latest/user/authentication/",
        example: "HTTPBasicAuth('ann', 'Zw9-{w6}')",
        near_miss: "HTTPBasicAuth(user, password)",
        placeholder: "<SECRET_1>",
    },
    literals!(CALLS.0),
    look
);

/// What a call begins with, which of its arguments is the password, from 0, and what may stand before it.
type Call = (&'static str, usize, Before);

/// What stands before a call.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    /// Anything: the name tells enough.
    Any,
    /// An object whose method it is; a function of so common a name may be anybody's.
    Method,
}

use Before::{Any, Method};

/// Sources: the reference of each library.
const CALLS: &[Call] = &[
    ("AES.new(", 0, Any),
    ("AES_DECRYPT(", 1, Any),
    ("AES_ENCRYPT(", 1, Any),
    ("ActiveMQConnectionFactory(", 1, Any),
    ("AddPasswordAsync(", 1, Any),
    ("Auth(", 1, Method),
    ("AuthTokens.basic(", 1, Any),
    ("BCrypt.checkpw(", 0, Any),
    ("BCrypt.hashpw(", 0, Any),
    ("BasicAWSCredentials(", 1, Any),
    ("BasicAuth(", 1, Any),
    ("Bind(", 1, Method),
    ("CRAMMD5Auth(", 1, Any),
    ("ChangePasswordAsync(", 1, Any),
    ("ChangePasswordAsync(", 2, Any),
    ("CheckPasswordAsync(", 1, Any),
    ("CompareHashAndPassword(", 1, Any),
    ("CryptoJS.AES.decrypt(", 1, Any),
    ("CryptoJS.AES.encrypt(", 1, Any),
    ("CryptoJS.HmacSHA1(", 1, Any),
    ("CryptoJS.HmacSHA256(", 1, Any),
    ("CryptoJS.HmacSHA512(", 1, Any),
    ("DBI->connect(", 2, Any),
    ("DBI.connect(", 2, Any),
    ("FTP(", 2, Any),
    ("FTP.open(", 2, Any),
    ("FTP_TLS(", 2, Any),
    ("Fernet(", 0, Any),
    ("GenerateFromPassword(", 0, Any),
    ("HMAC.digest(", 1, Any),
    ("HMAC.hexdigest(", 1, Any),
    ("HMAC256(", 0, Any),
    ("HMAC384(", 0, Any),
    ("HMAC512(", 0, Any),
    ("HMACSHA1(", 0, Any),
    ("HMACSHA256(", 0, Any),
    ("HMACSHA512(", 0, Any),
    ("HTTPBasicAuth(", 1, Any),
    ("HTTPDigestAuth(", 1, Any),
    ("Hash::check(", 0, Any),
    ("Hash::make(", 0, Any),
    ("HashPassword(", 0, Any),
    ("HashPassword(", 1, Any),
    ("JWT.decode(", 1, Any),
    ("JWT.encode(", 1, Any),
    ("JWT::decode(", 1, Any),
    ("JWT::encode(", 1, Any),
    ("LoginAuth(", 1, Any),
    ("MySQLdb.connect(", 2, Any),
    ("Mysql.new(", 2, Any),
    ("NetworkCredential(", 1, Any),
    ("NewCookieStore(", 0, Any),
    ("NewDialer(", 3, Any),
    ("NewPlainDialer(", 3, Any),
    ("PBEKeySpec(", 0, Any),
    ("PDO(", 2, Any),
    ("PDO->__construct(", 2, Any),
    ("PQsetdbLogin(", 6, Any),
    ("PasswordAuthentication(", 1, Any),
    ("PasswordSignInAsync(", 1, Any),
    ("PlainAuth(", 2, Any),
    ("PlainCredentials(", 1, Any),
    ("ResetPasswordAsync(", 2, Any),
    ("SecretKeySpec(", 0, Any),
    ("Sequelize(", 2, Any),
    ("SetBasicAuth(", 1, Any),
    ("SignedString(", 0, Any),
    ("SymmetricSecurityKey(", 0, Any),
    ("TimedJSONWebSignatureSerializer(", 0, Any),
    ("URLSafeSerializer(", 0, Any),
    ("URLSafeTimedSerializer(", 0, Any),
    ("UserManager.CreateAsync(", 1, Any),
    ("UsernamePasswordCredentials(", 1, Any),
    ("VerifyHashedPassword(", 2, Any),
    ("WiFi.begin(", 1, Any),
    ("WiFi.softAP(", 1, Any),
    ("_userManager.CreateAsync(", 1, Any),
    ("aes.NewCipher(", 0, Any),
    ("argon2.hash(", 0, Any),
    ("argon2.verify(", 1, Any),
    ("auth(", 1, Method),
    ("auth=(", 1, Any),
    ("authenticate(", 1, Method),
    ("bCryptPasswordEncoder.encode(", 0, Any),
    ("basic(", 1, Method),
    ("basicAuth(", 1, Any),
    ("basic_auth(", 1, Any),
    ("bcrypt(", 0, Any),
    ("bcrypt.checkpw(", 0, Any),
    ("bcrypt.compare(", 0, Any),
    ("bcrypt.compareSync(", 0, Any),
    ("bcrypt.hash(", 0, Any),
    ("bcrypt.hashSync(", 0, Any),
    ("bcrypt.hashpw(", 0, Any),
    ("changeUserPassword(", 1, Any),
    ("check_password_hash(", 1, Any),
    ("cookie.NewStore(", 0, Any),
    ("cookieParser(", 0, Any),
    ("createCipher(", 1, Any),
    ("createCipheriv(", 1, Any),
    ("createConnection(", 1, Method),
    ("createCredential(", 2, Method),
    ("createDecipher(", 1, Any),
    ("createDecipheriv(", 1, Any),
    ("createHmac(", 1, Any),
    ("createUserWithEmailAndPassword(", 1, Method),
    ("createUserWithEmailAndPassword(", 2, Any),
    ("create_superuser(", 2, Method),
    ("create_user(", 2, Method),
    ("cx_Oracle.connect(", 1, Any),
    ("epgsql:connect(", 2, Any),
    ("fromPassword(", 1, Any),
    ("from_secret(", 0, Any),
    ("ftp_login(", 2, Any),
    ("generate_password_hash(", 0, Any),
    ("getConnection(", 2, Any),
    ("hash_hmac(", 2, Any),
    ("hmac.New(", 1, Any),
    ("hmac.digest(", 0, Any),
    ("hmac.new(", 0, Any),
    ("hmacShaKeyFor(", 0, Any),
    ("ibase_connect(", 2, Any),
    ("imap_open(", 2, Any),
    ("jedis.auth(", 0, Any),
    ("jwt.decode(", 1, Any),
    ("jwt.encode(", 1, Any),
    ("jwt.sign(", 1, Any),
    ("jwt.verify(", 1, Any),
    ("ldap_bind(", 2, Any),
    ("login(", 1, Method),
    ("make_password(", 0, Any),
    ("mariadb.connect(", 2, Any),
    ("mssql_connect(", 2, Any),
    ("mysql_connect(", 2, Any),
    ("mysql_pconnect(", 2, Any),
    ("mysql_real_connect(", 3, Any),
    ("mysqli(", 2, Any),
    ("mysqli->__construct(", 2, Any),
    ("mysqli_connect(", 2, Any),
    ("mysqli_real_connect(", 3, Any),
    ("oci_connect(", 1, Any),
    ("oci_pconnect(", 1, Any),
    ("odbc_connect(", 2, Any),
    ("openssl_decrypt(", 2, Any),
    ("openssl_encrypt(", 2, Any),
    ("oracledb.connect(", 1, Any),
    ("passwordEncoder().encode(", 0, Any),
    ("passwordEncoder().matches(", 0, Any),
    ("passwordEncoder.encode(", 0, Any),
    ("passwordEncoder.matches(", 0, Any),
    ("password_hash(", 0, Any),
    ("password_verify(", 0, Any),
    ("pbkdf2(", 0, Any),
    ("pbkdf2Sync(", 0, Any),
    ("pbkdf2_hmac(", 1, Any),
    ("pgp_sym_decrypt(", 1, Any),
    ("pgp_sym_encrypt(", 1, Any),
    ("pymssql.connect(", 2, Any),
    ("pymysql.connect(", 2, Any),
    ("redis->auth(", 0, Any),
    ("redis.auth(", 0, Any),
    ("scryptSync(", 0, Any),
    ("setBasicAuth(", 1, Any),
    ("signInWithEmailAndPassword(", 1, Method),
    ("signInWithEmailAndPassword(", 2, Any),
    ("signWith(", 1, Any),
    ("simple_bind(", 1, Any),
    ("simple_bind_s(", 1, Any),
    ("sp_addlogin ", 1, Any),
    ("ssh.connect(", 3, Any),
    ("ssh2_auth_password(", 2, Any),
    ("userManager.CreateAsync(", 1, Any),
];

/// How long the arguments may be, in bytes.
const LONGEST: usize = 600;

fn look(place: Place, scan: &mut Scan<'_>) {
    let bytes = scan.bytes;
    let start = place.span.start;
    let method = matches!(bytes.before(start), b'.' | b'>' | b':');
    // `{{ password | password_hash('sha512') }}`: what is filtered stands before the bar.
    if bytes.before(bytes.run_back(start, 4, |byte| byte == b' ')) == b'|' {
        return;
    }
    for (call, number, before) in bytes.standing(start, CALLS, |row| row.0) {
        if *before == Method && !method {
            continue;
        }
        let from = start + call.len();
        let Some(span) = argument(bytes, from, *number) else {
            continue;
        };
        let lines = bytes.under(Span::new(from, span.end)).contains(&b'\n');
        if lines || span.end > from + FAR {
            scan.far.push(Far {
                place: place.span,
                read: Span::new(start, span.end + FAR),
            });
        }
        let text = scan.under(span);
        if span.len() >= 3 && is_written_out(text) {
            scan.hit(
                &FACTS,
                span,
                rank::STRONG_KEY,
                Confidence::High,
                Form::Tag("SECRET"),
            );
        }
    }
}

/// Whether a text is the password itself: no reference, no name of a variable, no file, no key that a block of PEM shows.
fn is_written_out(text: &str) -> bool {
    let constant = value::is_constant(text);
    // `key.encode("utf-8")`.
    const ENCODINGS: &[&str] = &[
        "ascii",
        "base64",
        "base64url",
        "binary",
        "hex",
        "latin-1",
        "latin1",
        "us-ascii",
        "utf-16",
        "utf-16le",
        "utf-8",
        "utf8",
    ];
    let encoding = ENCODINGS.iter().any(|name| name.eq_ignore_ascii_case(text));
    // `HS256`, of JSON Web Algorithms.
    let algorithm = text.len() == 5
        && ["ES", "HS", "PS", "RS"]
            .iter()
            .any(|kind| text.starts_with(kind))
        && text.bytes().skip(2).all(|byte| byte.is_ascii_digit());
    !constant
        && !encoding
        && !algorithm
        && !value::is_reference(text)
        && !value::is_file(text, true)
        && (!value::is_trivial(text) || value::is_first_password(text))
        && !text.starts_with("-----BEGIN")
}

/// The text in quotes that is the argument of that number, of those that begin at `from`; also where a call wraps it that makes nothing else of it.
fn argument(bytes: Bytes<'_>, from: usize, number: usize) -> Option<Span> {
    let (mut at, mut depth, mut commas) = (from, 0_usize, 0);
    // What was opened last of what the argument is in.
    let mut opened = None;
    while at < bytes.len().min(from + LONGEST) {
        let byte = bytes.at(at);
        match byte {
            b'"' | b'\'' | b'`' => {
                // In a text of JSON the quotes are escaped.
                let escaped = bytes.before(at) == b'\\';
                let mut end = at + 1;
                while end < from + LONGEST && bytes.at(end) != byte && bytes.at(end) >= b' ' {
                    if escaped && bytes.at(end) == b'\\' && bytes.at(end + 1) == byte {
                        break;
                    }
                    end += 1 + usize::from(bytes.at(end) == b'\\');
                }
                let close = end + usize::from(escaped && bytes.at(end) == b'\\');
                if bytes.at(close) != byte {
                    return None;
                }
                if commas == number {
                    let told = at + 1 < end && opened.is_none_or(|open| only_wraps(bytes, open));
                    return told.then(|| Span::new(at + 1, end));
                }
                at = close;
            }
            b'(' | b'[' | b'{' => {
                depth += 1;
                opened = Some(at);
            }
            b')' | b']' | b'}' => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    opened = None;
                }
            }
            b',' if depth == 0 => {
                commas += 1;
                if commas > number {
                    return None;
                }
            }
            // `database="name"`, `key: "value"`: an argument that has a name stands at no place.
            b'=' if depth == 0 && commas == number => return None,
            b':' if depth == 0 && commas == number => {
                if bytes.at(at + 1) != b':' {
                    return None;
                }
                at += 1;
            }
            b';' | 0 => return None,
            _ => {}
        }
        at += 1;
    }
    None
}

/// How calls begin that are given the name of a secret, in small letters.
const ASKS: &[&str] = &[
    "ask", "config", "env", "fetch", "find", "get", "input", "load", "lookup", "open", "param",
    "prompt", "read", "require", "resolve", "section", "setting", "t",
];

/// Whether what was opened at `open` gives the text in it on, as `Buffer.from(` and `[]byte(` do; `config.get(` and `settings[` take the name of another.
fn only_wraps(bytes: Bytes<'_>, open: usize) -> bool {
    let start = bytes.run_back(open, 40, is_word);
    let name = bytes.under(Span::new(start, open)).to_ascii_lowercase();
    match bytes.at(open) {
        b'[' => name.is_empty() && !matches!(bytes.before(open), b')' | b']'),
        b'{' => false,
        _ if name == b"getbytes" || name == b"get_bytes" => true,
        _ => {
            !ASKS.iter().any(|ask| {
                name.strip_prefix(ask.as_bytes())
                    .is_some_and(|rest| ask.len() > 1 || rest.is_empty())
            }) && !name.ends_with(b"env")
        }
    }
}
