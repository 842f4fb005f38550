//! Passwords that commands are given behind an option of one letter, or as an argument.

use undeny_text::Span;

use crate::bytes::Bytes;
use crate::detector::{Class, FAR, Facts, Far, Place, Scan, rank};
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

/// How the password follows its option.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Argument {
    /// As the next word: `-p password`.
    Next,
    /// In the same word, `-ppassword`; what is in the next is something else.
    Glued,
    /// Either.
    Both,
    /// As the last word: `htpasswd -b file user password`.
    Last,
}

/// A command's words, its option for a password, and how that is given.
type Command = (&'static str, &'static str, Argument);

/// Sources: each command's manual.
const COMMANDS: &[Command] = &[
    ("7z", "-p", Argument::Glued),
    ("az acr login", "-p", Argument::Next),
    ("az login", "-p", Argument::Next),
    ("bcp", "-P", Argument::Both),
    ("buildah login", "-p", Argument::Next),
    ("cf login", "-p", Argument::Next),
    ("docker login", "-p", Argument::Next),
    ("gh secret set", "--body", Argument::Next),
    ("gh secret set", "-b", Argument::Next),
    ("helm registry login", "-p", Argument::Next),
    ("htpasswd -B -b", "", Argument::Last),
    ("htpasswd -Bbc", "", Argument::Last),
    ("htpasswd -Bbn", "", Argument::Last),
    ("htpasswd -b", "", Argument::Last),
    ("htpasswd -bB", "", Argument::Last),
    ("htpasswd -bc", "", Argument::Last),
    ("htpasswd -bn", "", Argument::Last),
    ("htpasswd -bnB", "", Argument::Last),
    ("htpasswd -c -b", "", Argument::Last),
    ("htpasswd -cb", "", Argument::Last),
    ("htpasswd -nb", "", Argument::Last),
    ("htpasswd -nbB", "", Argument::Last),
    ("htpasswd -nbm", "", Argument::Last),
    ("keytool", "-keypass", Argument::Next),
    ("keytool", "-storepass", Argument::Next),
    ("ldapadd", "-w", Argument::Next),
    ("ldapmodify", "-w", Argument::Next),
    ("ldappasswd", "-w", Argument::Next),
    ("ldapsearch", "-w", Argument::Next),
    ("mariadb", "-p", Argument::Glued),
    ("mongo", "-p", Argument::Next),
    ("mongodump", "-p", Argument::Next),
    ("mongorestore", "-p", Argument::Next),
    ("mongosh", "-p", Argument::Next),
    ("mosquitto_pub", "-P", Argument::Next),
    ("mosquitto_sub", "-P", Argument::Next),
    ("mysql", "-p", Argument::Glued),
    ("mysqladmin", "-p", Argument::Glued),
    ("mysqldump", "-p", Argument::Glued),
    ("mysqlimport", "-p", Argument::Glued),
    ("oc login", "-p", Argument::Next),
    ("podman login", "-p", Argument::Next),
    ("redis-cli", "-a", Argument::Next),
    ("schtasks", "/rp", Argument::Next),
    ("skopeo login", "-p", Argument::Next),
    ("sqlcmd", "-P", Argument::Both),
    ("sshpass", "-p", Argument::Both),
    ("unzip", "-P", Argument::Next),
    ("zip", "-P", Argument::Next),
];

/// How long a command may be, in bytes; it may go on behind a backslash at a line's end.
const LONGEST: usize = 1000;

fn look(place: Place, scan: &mut Scan<'_>) {
    let bytes = scan.bytes;
    let start = place.span.start;
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    for (command, option, argument) in COMMANDS {
        let end = start + command.len();
        let is_it =
            bytes.starts(start, command) && bytes.at(end) == b' ' && !is_part(bytes.before(start));
        if is_it {
            arguments(scan, end, option, *argument);
        }
    }
}

/// The arguments of a command, of which the words end at `from`.
fn arguments(scan: &mut Scan<'_>, from: usize, option: &str, argument: Argument) {
    let bytes = scan.bytes;
    let mut at = from;
    let mut words = 0;
    while at < from + LONGEST {
        let start = bytes.run(at, 64, |byte| byte == b' ');
        let word = word(bytes, start);
        if word.is_empty() || start == at {
            return;
        }
        at = word.end + usize::from(is_quote(bytes.at(word.end)));
        if argument == Argument::Last {
            let next = bytes.run(at, 64, |byte| byte == b' ');
            words += usize::from(bytes.at(word.start) != b'-');
            if self::word(bytes, next).is_empty() && bytes.at(next) != b'<' && words > 1 {
                found(scan, from, word);
            }
            continue;
        }
        if !bytes.starts(word.start, option) {
            continue;
        }
        let rest = Span::new(word.start + option.len(), word.end);
        let value = if rest.is_empty() && argument != Argument::Glued {
            let next = self::word(bytes, bytes.run(word.end, 4, |byte| byte == b' '));
            if bytes.at(next.start) == b'-' {
                continue;
            }
            unquoted(bytes, next)
        } else if argument != Argument::Next && !rest.is_empty() {
            unquoted(bytes, rest)
        } else {
            continue;
        };
        found(scan, from, value);
    }
}

/// What a command is given behind `from` as its password.
fn found(scan: &mut Scan<'_>, from: usize, value: Span) {
    if value.end > from + FAR {
        scan.far.push(Far {
            place: Span::new(from - 1, from),
            read: Span::new(from, value.end + FAR),
        });
    }
    let text = scan.under(value);
    if value.len() >= 3 && !value::is_reference(text) {
        scan.secret(&FACTS, value, rank::STRONG_KEY);
    }
}

fn is_quote(byte: u8) -> bool {
    matches!(byte, b'"' | b'\'')
}

/// The word at `start`, without quotes around it; empty where the command ends.
fn word(bytes: Bytes<'_>, start: usize) -> Span {
    let quote = bytes.at(start);
    if is_quote(quote) {
        let end = bytes.run(start + 1, 512, |byte| byte != quote && byte != b'\n');
        return Span::new(start + 1, end);
    }
    if matches!(quote, b'|' | b';' | b'&' | b'>' | b'<' | b'#') {
        return Span::empty(start);
    }
    let end = bytes.run(start, 512, |byte| byte > b' ' && byte != b'`');
    Span::new(start, end - usize::from(bytes.before(end) == b';'))
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
    let end = bytes.run(word.start, word.len(), |byte| !is_quote(byte));
    Span::new(word.start, end)
}
