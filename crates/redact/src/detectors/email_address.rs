//! E-mail addresses.

use undeny_text::Span;

use crate::detector::{Anchor, Class, Confidence, Facts, Form, Place, Scan, rank};

detector!(
    /// `local@domain.tld`.
    EmailAddress,
    Facts {
        id: "email-address",
        class: Class::Personal,
        sees: "an address with a domain that ends in letters; not git@ and package@version",
        source: "https://www.rfc-editor.org/rfc/rfc5321#section-4.1.2",
        example: "jane.doe+x19@acme.example",
        near_miss: "uses: actions/checkout@v4",
        placeholder: "person1@example.com",
    },
    &[Anchor::Mark(b'@')],
    look
);

fn look(place: Place, scan: &mut Scan<'_>) {
    let bytes = scan.bytes;
    let at = place.span.start;
    let start = bytes.run_back(at, 64, |byte| {
        byte.is_ascii_alphanumeric() || b"._%+-".contains(&byte)
    });
    let start = start
        + bytes
            .under(Span::new(start, at))
            .iter()
            .take_while(|byte| !byte.is_ascii_alphanumeric())
            .count();
    let mut end = bytes.run(at + 1, 253, |byte| {
        byte.is_ascii_alphanumeric() || byte == b'.' || byte == b'-'
    });
    end = bytes.run_back(end, 253, |byte| byte == b'.' || byte == b'-');
    if start >= at || end <= at + 1 {
        return;
    }
    let local = scan.under(Span::new(start, at));
    let domain = scan.under(Span::new(at + 1, end));
    let Some((_, top)) = domain.rsplit_once('.') else {
        return;
    };
    let plain = (2..=24).contains(&top.len()) && top.bytes().all(|byte| byte.is_ascii_alphabetic());
    // `$USER@host`.
    let variable = bytes.before(start) == b'$';
    if !plain
        || variable
        || domain.starts_with('.')
        || local == "git"
        || is_algorithm(domain)
        || bytes.at(end) == b'('
    {
        return;
    }
    scan.hit(
        &FACTS,
        Span::new(start, end),
        rank::PERSONAL,
        Confidence::High,
        Form::Email,
    );
}

/// What SSH's programs call their own algorithms by: `aes256-gcm@openssh.com`.
///
/// Source: <https://github.com/openssh/openssh-portable/blob/master/PROTOCOL>
fn is_algorithm(domain: &str) -> bool {
    matches!(domain, "libssh.org" | "openssh.com" | "lysator.liu.se")
}
