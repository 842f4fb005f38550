//! What applications call a secret in the languages that they are translated to: `"password": "Passwort vergessen"` is a text to read.

use crate::key::{self, Promise};

/// Words for a password, in small letters.
const PASSWORDS: &[&str] = &[
    "adgangskode",
    "clave",
    "contraseña",
    "contrasenya",
    "geslo",
    "hasło",
    "hasła",
    "heslo",
    "khẩu",
    "jelszó",
    "kennwort",
    "kodeord",
    "lozinka",
    "lösenord",
    "passe",
    "passord",
    "password",
    "passwort",
    "passwörter",
    "pasahitza",
    "parola",
    "parolă",
    "parole",
    "salasana",
    "sandi",
    "senha",
    "slaptažodis",
    "wachtwoord",
    "şifre",
    "κωδικός",
    "парол",
    "סיסמה",
    "סיסמא",
    "รหัสผ่าน",
];

/// Words for a token, a key and what else opens, in small letters.
const TOKENS: &[&str] = &[
    "chave",
    "chiave",
    "clave",
    "clé",
    "geheimnis",
    "jeton",
    "klucz",
    "nyckel",
    "schlüssel",
    "secreto",
    "segredo",
    "sleutel",
    "token",
    "zugang",
    "ключ",
    "токен",
];

/// Whether `text` is words alone, one of which is what the key promises, in any of these languages: as a title, or with others beside it.
pub(crate) fn is_caption(text: &str, promise: Promise) -> bool {
    let text = text.trim();
    let names = match promise {
        Promise::Password => PASSWORDS,
        Promise::Token => TOKENS,
        _ => return false,
    };
    let several = text.contains(' ');
    let sign = |sign: char| {
        sign.is_ascii_alphabetic()
            || !sign.is_ascii()
            || matches!(sign, '-' | '\'')
            || several && matches!(sign, ' ' | '.' | ',' | '?' | '!' | ':' | '(' | ')' | '/')
    };
    if !(5..=160).contains(&text.len()) || !text.chars().all(sign) {
        return false;
    }
    // `mi_Clave`, `ClaveNueva`: nobody writes so what others read.
    let humps = |word: &str| {
        let mut signs = word.trim_start_matches(['¿', '¡', '«', '„', '“']).chars();
        signs.next();
        signs.clone().any(char::is_uppercase) && signs.any(char::is_lowercase)
    };
    let mut words = text.split([' ', '-', '/', '\'', '(']);
    let titled =
        several || !text.is_ascii() || text.starts_with(|first: char| first.is_ascii_uppercase());
    if is_foreign(text) && !words.clone().any(humps) {
        return true;
    }
    titled
        && !words.clone().any(humps)
        && words.any(|word| {
            let word = word.to_lowercase();
            let word = word.trim_matches(|sign: char| sign.is_ascii_punctuation());
            // A short one may be a part of any name: `Sandiego`.
            let is = |name: &&str| {
                *word == **name
                    || name.len() > 5 && (word.starts_with(*name) || word.ends_with(*name))
            };
            names.iter().any(is) || promise == Promise::Password && key::names_a_password(word)
        })
}

/// Whether words begin like a sentence or a title, and are written with letters that few keyboards for passwords have: `Korda uut salasõna`, `ახალი პაროლი`.
fn is_foreign(text: &str) -> bool {
    let first = text.trim_start_matches(['¿', '¡']).chars().next();
    let others = text.chars().filter(|sign| !sign.is_ascii()).count();
    first.is_some_and(|first| first.is_alphabetic() && !first.is_lowercase())
        && (text.contains(' ') && others > 0 || others * 2 > text.chars().count())
}
