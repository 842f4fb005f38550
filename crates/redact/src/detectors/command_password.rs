//! Passwords that commands are given behind an option of one letter, or as an argument.

use std::cell::OnceCell;

use undeny_text::Span;

use crate::bytes::Bytes;
use crate::detector::{Class, FAR, Facts, Far, Place, Scan, rank};
use crate::key::Promise;
use crate::value;

detector!(
    /// `docker login -p password`, `mysql -ppassword`, `redis-cli -a password`; what a long option says, others see.
    CommandPassword,
    Facts {
        id: "command-password",
        class: Class::Secret,
        sees: "the password that a command is given behind an option of its own, such as `-p`",
        source: "https://docs.docker.com/reference/cli/docker/login/",
        example: "docker login -u ci -p Zw9-{w6} registry.acme.example",
        near_miss: "docker run -p 8080:80 registry.acme.example/web",
        placeholder: "<SECRET_1>",
    },
    literals!(COMMANDS.0),
    look
);

/// Where the password stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Argument {
    /// In the word behind its option: `-p password`.
    Next,
    /// In the same word, `-ppassword`; what is in the next is something else.
    Glued,
    /// Either.
    Both,
    /// In the word behind one that begins with the option: `net use \\host\share password`.
    After,
    /// In the second word behind one that begins with the option: `config http-basic.host user password`.
    Second,
    /// Behind this byte in the last word: `config host user:password`.
    LastPair(u8),
    /// Behind this byte in the word behind its option, or in the first one where there is no option: `-U user%password`.
    Pair(u8),
    /// In the last word, if at least so many are no options: `htpasswd -b file user password`.
    Last(usize),
    /// In the word before which so many are no options: `rabbitmqctl add_user user password`.
    Nth(usize),
    /// In the second word, where an option follows or it is more than letters: `net user name password /add`.
    Account,
    /// In the first word, as a login of Oracle's: `user/password@database`.
    Login,
    /// In the only word of a line of settings: `requirepass password`.
    Only,
    /// In the word behind one that names a secret: `kv put app/password value`.
    Named,
}

use Argument::{
    Account, After, Both, Glued, Last, LastPair, Login, Named, Next, Nth, Only, Pair, Second,
};

/// A command's words, its option for a password, and how that is given.
type Command = (&'static str, &'static str, Argument);

/// Sources: each command's manual.
const COMMANDS: &[Command] = &[
    ("7z", "-p", Glued),
    ("7za", "-p", Glued),
    ("7zr", "-p", Glued),
    ("AUTH", "", Only),
    ("AUTH default", "", Only),
    ("AuthLDAPBindPassword", "", Only),
    ("CONFIG SET masterauth", "", Only),
    ("CONFIG SET requirepass", "", Only),
    ("PsExec", "-p", Next),
    ("ansible-vault encrypt_string", "", Nth(0)),
    ("az acr login", "-p", Next),
    ("az login", "-p", Next),
    ("az mysql flexible-server create", "-p", Next),
    ("az mysql flexible-server update", "-p", Next),
    ("az postgres flexible-server create", "-p", Next),
    ("az postgres flexible-server update", "-p", Next),
    ("az sql db export", "-p", Next),
    ("az sql db import", "-p", Next),
    ("az sql server create", "-p", Next),
    ("az sql server update", "-p", Next),
    ("az synapse workspace create", "-p", Next),
    ("bcp", "-P", Both),
    ("beeline", "-p", Next),
    ("bindpw", "", Only),
    ("buildah login", "-p", Next),
    ("bundle config", "", LastPair(b':')),
    ("bundle config set", "", LastPair(b':')),
    ("bw login", "", Last(2)),
    ("caddy hash-password", "--plaintext", Next),
    ("certutil", "-p", Next),
    ("cf login", "-p", Next),
    ("cmdkey", "/pass:", Glued),
    ("composer config", "github-oauth.", After),
    ("composer config", "gitlab-oauth.", After),
    ("composer config", "gitlab-token.", After),
    ("composer config", "http-basic.", Second),
    ("consul kv put", "", Named),
    ("cqlsh", "-p", Next),
    ("crane auth login", "-p", Next),
    ("curl", "--cert", Pair(b':')),
    ("curl", "-E", Pair(b':')),
    ("curl", "-U", Pair(b':')),
    ("curl", "-u", Pair(b':')),
    ("cypher-shell", "-p", Next),
    ("docker login", "-p", Next),
    ("dotnet nuget add source", "-p", Next),
    ("dotnet user-secrets set", "", Last(2)),
    ("drush user:password", "", Nth(1)),
    ("etcdctl", "--user", Pair(b':')),
    ("etcdctl put", "", Named),
    ("evil-winrm", "-p", Next),
    ("expdp", "", Login),
    ("freebcp", "-P", Both),
    ("ftp> user", "", Nth(1)),
    ("gh secret set", "--body", Next),
    ("gh secret set", "-b", Both),
    ("git config", "", Named),
    ("helm registry login", "-p", Next),
    ("htpasswd -B -b", "", Last(2)),
    ("htpasswd -Bbc", "", Last(2)),
    ("htpasswd -Bbn", "", Last(2)),
    ("htpasswd -b", "", Last(2)),
    ("htpasswd -bB", "", Last(2)),
    ("htpasswd -bc", "", Last(2)),
    ("htpasswd -bn", "", Last(2)),
    ("htpasswd -bnB", "", Last(2)),
    ("htpasswd -c -b", "", Last(2)),
    ("htpasswd -cb", "", Last(2)),
    ("htpasswd -nb", "", Last(2)),
    ("htpasswd -nbB", "", Last(2)),
    ("htpasswd -nbm", "", Last(2)),
    ("http --auth", "", Pair(b':')),
    ("http -a", "", Pair(b':')),
    ("http DELETE", "-a", Pair(b':')),
    ("http GET", "-a", Pair(b':')),
    ("http PATCH", "-a", Pair(b':')),
    ("http POST", "-a", Pair(b':')),
    ("http PUT", "-a", Pair(b':')),
    ("https -a", "", Pair(b':')),
    ("impdp", "", Login),
    ("ipmitool", "-P", Next),
    ("isql", "-P", Both),
    ("jarsigner", "-keypass", Next),
    ("jarsigner", "-storepass", Next),
    ("keytool", "-destkeypass", Next),
    ("keytool", "-deststorepass", Next),
    ("keytool", "-keypass", Next),
    ("keytool", "-srckeypass", Next),
    ("keytool", "-srcstorepass", Next),
    ("keytool", "-storepass", Next),
    ("ldapadd", "-w", Both),
    ("ldapmodify", "-w", Both),
    ("ldappasswd", "-a", Next),
    ("ldappasswd", "-s", Next),
    ("ldappasswd", "-w", Both),
    ("ldapsearch", "-w", Both),
    ("lftp", "-u", Pair(b',')),
    ("mariadb", "-p", Glued),
    ("masterauth", "", Only),
    ("mc alias set", "", Nth(3)),
    ("mc config host add", "", Nth(3)),
    ("mkpasswd -m", "", Last(2)),
    ("mongo", "-p", Next),
    ("mongodump", "-p", Next),
    ("mongorestore", "-p", Next),
    ("mongosh", "-p", Next),
    ("mosquitto_passwd -b", "", Last(3)),
    ("mosquitto_pub", "-P", Next),
    ("mosquitto_rr", "-P", Next),
    ("mosquitto_sub", "-P", Next),
    ("mysql", "-p", Glued),
    ("mysqladmin", "-p", Glued),
    ("mysqldump", "-p", Glued),
    ("mysqlimport", "-p", Glued),
    ("ncftpput", "-p", Next),
    ("net use", "/user:", After),
    ("net use", "\\\\", After),
    ("net user", "", Account),
    ("nmcli", "password", Next),
    ("oc login", "-p", Next),
    ("open -u", "", Pair(b',')),
    ("openssl enc", "-K", Next),
    ("openssl enc", "-k", Next),
    ("openssl passwd", "", Last(1)),
    ("osql", "-P", Both),
    ("plink", "-pw", Next),
    ("podman login", "-p", Next),
    ("pscp", "-pw", Next),
    ("poetry config", "http-basic.", Second),
    ("poetry config", "pypi-token.", After),
    ("poetry publish", "-p", Next),
    ("psexec", "-p", Next),
    ("psftp", "-pw", Next),
    ("putty", "-pw", Next),
    ("rabbitmqadmin", "-p", Next),
    ("rabbitmqctl add_user", "", Nth(1)),
    ("rabbitmqctl authenticate_user", "", Nth(1)),
    ("rabbitmqctl change_password", "", Nth(1)),
    ("rar", "-hp", Glued),
    ("rar", "-p", Glued),
    ("rclone config create", "", Named),
    ("rclone config update", "", Named),
    ("rclone obscure", "", Last(1)),
    ("rdesktop", "-p", Next),
    ("redis-cli", "-a", Next),
    ("requirepass", "", Only),
    ("rman target", "", Login),
    ("rootpw", "", Only),
    ("rpcclient", "-U", Pair(b'%')),
    ("schtasks", "/rp", Next),
    ("security create-keychain", "-p", Next),
    ("security import", "-P", Next),
    ("security unlock-keychain", "-p", Next),
    ("sentinel auth-pass", "", Nth(1)),
    ("signtool sign", "/p", Next),
    ("skopeo login", "-p", Next),
    ("smbclient", "-U", Pair(b'%')),
    ("smbget", "-U", Pair(b'%')),
    ("snmpbulkwalk", "-A", Next),
    ("snmpbulkwalk", "-X", Next),
    ("snmpbulkwalk", "-c", Next),
    ("snmpget", "-A", Next),
    ("snmpget", "-X", Next),
    ("snmpget", "-c", Next),
    ("snmpset", "-A", Next),
    ("snmpset", "-X", Next),
    ("snmpset", "-c", Next),
    ("snmpwalk", "-A", Next),
    ("snmpwalk", "-X", Next),
    ("snmpwalk", "-c", Next),
    ("snowsql", "-p", Next),
    ("sqlcmd", "-P", Both),
    ("sqlldr", "", Login),
    ("sqlplus", "", Login),
    ("ssh-keygen", "-N", Next),
    ("ssh-keygen", "-P", Next),
    ("sshpass", "-p", Both),
    ("tsql", "-P", Both),
    ("twine upload", "-p", Next),
    ("unrar", "-p", Glued),
    ("unzip", "-P", Next),
    ("useradd", "-p", Next),
    ("usermod", "-p", Next),
    ("vault operator unseal", "", Last(1)),
    ("vsql", "-w", Next),
    ("wfreerdp", "/p:", Glued),
    ("winexe", "-U", Pair(b'%')),
    ("winrs", "-p:", Glued),
    ("winrs", "/p:", Glued),
    ("wpa_passphrase", "", Last(2)),
    ("x11vnc", "-passwd", Next),
    ("xfreerdp", "/p:", Glued),
    ("xfreerdp3", "/p:", Glued),
    ("zip", "-P", Next),
];

/// How long a command may be, in bytes; it may go on behind a backslash at a line's end.
const LONGEST: usize = 1000;

fn look(place: Place, scan: &mut Scan<'_>) {
    let bytes = scan.bytes;
    let start = place.span.start;
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    if is_part(bytes.before(start)) {
        return;
    }
    for (command, option, argument) in bytes.standing(start, COMMANDS, |row| row.0) {
        let end = start + command.len();
        let command = Span::new(start, end);
        if matches!(bytes.at(end), b' ' | b'\t') {
            let words = Words {
                from: end,
                listed: 0,
                start,
                escaped: OnceCell::new(),
            };
            arguments(scan, command, &words, option, *argument);
        } else if let Some(words) = Words::listed(bytes, start, end) {
            arguments(scan, command, &words, option, *argument);
        }
    }
}

/// How the words of a command are written.
struct Words {
    /// Where they begin.
    from: usize,
    /// The quote around each, where they are a list: `["mysql", "-uroot"]`; or 0.
    listed: u8,
    /// Where the command begins.
    start: usize,
    /// Whether it lies in a text in quotes, as in a log in JSON, once that was asked.
    escaped: OnceCell<bool>,
}

impl Words {
    /// The items behind the command that ends at `end` and is one of a list; those of a container stand behind a name of their own.
    fn listed(bytes: Bytes<'_>, start: usize, end: usize) -> Option<Self> {
        let quote = bytes.at(end);
        let comma = bytes.run(end + 1, 4, |byte| byte == b' ');
        let args = bytes.run(comma + 1, 64, |byte| matches!(byte, b' ' | b'\n'));
        let from = if bytes.starts(args, "\"Args\":") {
            bytes.run(args + "\"Args\":".len(), 64, |byte| {
                matches!(byte, b' ' | b'\n' | b'[')
            }) - 1
        } else {
            comma
        };
        (is_quote(quote) && bytes.at(comma) == b',').then_some(Self {
            from,
            listed: quote,
            start,
            escaped: OnceCell::from(false),
        })
    }

    fn escaped(&self, bytes: Bytes<'_>) -> bool {
        *self.escaped.get_or_init(|| bytes.in_string(self.start))
    }

    /// Behind what stands between two words.
    fn gap(&self, bytes: Bytes<'_>, at: usize) -> usize {
        let listed = self.listed != 0;
        bytes.run(at, 64, |byte| {
            matches!(byte, b' ' | b'\t') || listed && matches!(byte, b',' | b'\n' | b'\r' | b'[')
        })
    }

    /// The word at `start`, without quotes around it; empty where the command ends.
    fn word(&self, bytes: Bytes<'_>, start: usize) -> Span {
        let quote = bytes.at(start);
        if self.listed != 0 && quote != self.listed {
            return Span::empty(start);
        }
        if is_quote(quote) {
            let end = bytes.run(start + 1, 512, |byte| byte != quote && byte != b'\n');
            return Span::new(start + 1, end);
        }
        if quote == b'\\' && is_quote(bytes.at(start + 1)) && self.escaped(bytes) {
            return Span::new(start + 2, closing(bytes, start + 2));
        }
        if matches!(quote, b'|' | b';' | b'&' | b'>' | b'<' | b'#') {
            return Span::empty(start);
        }
        let mut end = start;
        while end < start + 512 && bytes.at(end) > b' ' && bytes.at(end) != b'`' {
            let marked = matches!(bytes.at(end), b'"' | b'\\') && self.escaped(bytes);
            if marked && (bytes.at(end) == b'"' || bytes.escaped_line_end(end)) {
                break;
            }
            if marked && is_quote(bytes.at(end + 1)) {
                // `-p\"value\"`.
                if matches!(quote, b'-' | b'/') && end < start + OPTION {
                    end = closing(bytes, end + 2);
                }
                break;
            }
            end += 1;
        }
        let end = end.min(bytes.len());
        Span::new(
            start,
            end - usize::from(end > start && bytes.before(end) == b';'),
        )
    }

    /// Behind the quote that closes a word that ends at `end`.
    fn behind(&self, bytes: Bytes<'_>, end: usize) -> usize {
        let escaped = bytes.at(end) == b'\\' && is_quote(bytes.at(end + 1)) && self.escaped(bytes);
        end + if escaped {
            2
        } else {
            usize::from(is_quote(bytes.at(end)))
        }
    }
}

/// How long an option is whose value stands in quotes in the same word, in bytes.
const OPTION: usize = 24;

/// Where the escaped quote stands that closes what begins at `from`.
fn closing(bytes: Bytes<'_>, from: usize) -> usize {
    bytes.run(from, 512, |byte| {
        byte >= b' ' && !matches!(byte, b'\\' | b'"')
    })
}

/// The arguments of the command that stands at `command`.
fn arguments(scan: &mut Scan<'_>, command: Span, given: &Words, option: &str, argument: Argument) {
    let bytes = scan.bytes;
    let from = given.from;
    let mut at = from;
    // Those that are no options.
    let mut words = 0;
    // The one that begins with the option.
    let mut named = 0;
    while at < from + LONGEST {
        let start = given.gap(bytes, at);
        let word = given.word(bytes, start);
        if word.is_empty() || start == at {
            return;
        }
        // The command again, which is looked at by itself.
        let counted = matches!(
            argument,
            Last(_) | Nth(_) | Account | Only | Login | LastPair(_)
        );
        let again = word.start + command.len();
        if !counted
            && matches!(bytes.at(again), b' ' | b'\t')
            && bytes.starts(word.start, scan.under(command))
        {
            return;
        }
        at = given.behind(bytes, word.end);
        let first = bytes.at(word.start);
        let is_option = first == b'-' || first == b'/' && argument == Account;
        words += usize::from(!is_option);
        let next = given.word(bytes, given.gap(bytes, at));
        let is_last = next.is_empty() && bytes.at(next.start) != b'<';
        let begins = bytes.starts(word.start, option);
        let rest = Span::new((word.start + option.len()).min(word.end), word.end);
        match argument {
            Last(least) => {
                let value = unquoted(bytes, word);
                if is_last && !is_option && words >= least && is_run(bytes, command, value) {
                    found(scan, command, value);
                }
            }
            Nth(before) => {
                let value = unquoted(bytes, word);
                if !is_option && words == before + 1 {
                    if is_run(bytes, command, value) {
                        found(scan, command, value);
                    }
                    return;
                }
            }
            Account if !is_option && words == 2 => {
                let value = unquoted(bytes, word);
                if bytes.at(next.start) == b'/' || is_last && !is_letters(bytes, value) {
                    found(scan, command, value);
                }
                return;
            }
            Only => {
                let line = bytes.run_back(command.start, 64, |byte| byte != b'\n');
                let before = scan.under(Span::new(line, command.start)).trim();
                let ends = matches!(
                    bytes.at(bytes.run(at, 64, |byte| byte == b' ')),
                    b'\n' | b'\r' | 0
                );
                // `AUTH LOGIN`, in a dialogue of SMTP: a mechanism.
                let mechanism = scan.under(command) == "AUTH"
                    && (before.is_empty()
                        || (bytes.under(word).iter()).all(|byte| !byte.is_ascii_lowercase()));
                if ends
                    && !mechanism
                    && (before.is_empty() || before.ends_with(['>', '$', '#', '+', '-']))
                {
                    found(scan, command, word);
                }
                return;
            }
            Named if !is_option && !next.is_empty() && bytes.at(next.start) != b'-' => {
                let name = unquoted(bytes, word);
                let spoken = scan.key(name).promise >= Promise::Token;
                if words >= 1 && spoken && is_run(bytes, command, Span::empty(at)) {
                    found(scan, command, unquoted(bytes, next));
                    return;
                }
            }
            Second if begins => named = words,
            Second if named > 0 && words == named + 2 => {
                found(scan, command, unquoted(bytes, word));
                return;
            }
            LastPair(mark) if is_last && words >= 2 => {
                pair(scan, command, unquoted(bytes, word), mark);
            }
            Login if !is_option => {
                login(scan, command, word);
                return;
            }
            After if begins && !rest.is_empty() => {
                let option = matches!(bytes.at(next.start), b'-' | b'/' | b'*' | b'\\');
                if !option {
                    found(scan, command, unquoted(bytes, next));
                }
            }
            Pair(mark) if option.is_empty() => {
                pair(scan, command, word, mark);
                return;
            }
            Pair(mark) if begins => {
                let value = if rest.is_empty() { next } else { rest };
                pair(scan, command, unquoted(bytes, value), mark);
            }
            Next | Both if begins && rest.is_empty() && bytes.at(next.start) != b'-' => {
                found(scan, command, unquoted(bytes, next));
            }
            Glued | Both if begins && !rest.is_empty() => {
                found(scan, command, unquoted(bytes, rest));
            }
            _ => {}
        }
    }
}

/// The password behind `mark`, of `user:password`.
fn pair(scan: &mut Scan<'_>, command: Span, word: Span, mark: u8) {
    let bytes = scan.bytes;
    let at = bytes.run(word.start, word.len(), |byte| byte != mark);
    if at > word.start && at < word.end {
        found(scan, command, Span::new(at + 1, word.end));
    }
}

/// The password in `user/password@database`; a path of a file is none.
fn login(scan: &mut Scan<'_>, command: Span, word: Span) {
    let bytes = scan.bytes;
    let user = bytes.run(word.start, word.len(), |byte| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'#')
    });
    if user == word.start || bytes.at(user) != b'/' || user >= word.end {
        return;
    }
    let end = bytes.run(user + 1, word.end - user - 1, |byte| {
        byte != b'@' && byte != b'/'
    });
    let value = Span::new(user + 1, end);
    if bytes.at(end) != b'/' && is_run(bytes, command, value) {
        found(scan, command, value);
    }
}

/// Whether a value is letters alone, as the words of a sentence are.
fn is_letters(bytes: Bytes<'_>, value: Span) -> bool {
    (bytes.under(value).iter()).all(|byte| byte.is_ascii_alphabetic() || b".,!?-".contains(byte))
}

/// Whether the command is run, and no sentence speaks of it: its argument is more than letters, or it stands where a command does.
fn is_run(bytes: Bytes<'_>, command: Span, value: Span) -> bool {
    let before = bytes.run_back(command.start, 16, |byte| byte == b' ');
    let opens = matches!(
        bytes.before(before),
        0 | b'\n' | b'$' | b'#' | b'>' | b'&' | b'|' | b';' | b'(' | b'=' | b':'
    );
    let word = bytes.run_back(before, 8, |byte| byte.is_ascii_alphabetic());
    let runs = matches!(
        bytes.under(Span::new(word, before)),
        b"sudo" | b"RUN" | b"exec"
    );
    !is_letters(bytes, value) || opens || runs
}

/// The command is given this password.
fn found(scan: &mut Scan<'_>, command: Span, value: Span) {
    let bytes = scan.bytes;
    if value.end > command.end + FAR {
        scan.far.push(Far {
            place: Span::new(command.end - 1, command.end),
            read: Span::new(command.end, value.end + FAR),
        });
    }
    // `$(openssl passwd -6 password)`.
    let inner = bytes.before(value.end) == b')'
        && !is_quote(bytes.at(value.end))
        && !bytes.under(value).contains(&b'(');
    let value = Span::new(value.start, value.end - usize::from(inner));
    let text = scan.under(value);
    // Words such as `public` are what everybody has.
    let common = value::is_trivial(text) && !value::is_first_password(text)
        || matches!(text, "public" | "private");
    if value.len() >= 3 && !common && !value::is_reference(text) {
        scan.secret(&FACTS, value, rank::STRONG_KEY);
    }
}

fn is_quote(byte: u8) -> bool {
    matches!(byte, b'"' | b'\'')
}

/// The value in a word: without its quotes, `-p'value'`, and without one that ends the text around it.
fn unquoted(bytes: Bytes<'_>, word: Span) -> Span {
    if is_quote(bytes.before(word.start)) {
        return word;
    }
    let quote = bytes.at(word.start);
    if is_quote(quote) {
        let end = bytes.run(word.start + 1, 512, |byte| byte != quote && byte != b'\n');
        return Span::new(word.start + 1, end);
    }
    if quote == b'\\' && is_quote(bytes.at(word.start + 1)) && word.len() > 2 {
        return Span::new(word.start + 2, word.end);
    }
    let end = bytes.run(word.start, word.len(), |byte| !is_quote(byte));
    Span::new(word.start, end)
}
