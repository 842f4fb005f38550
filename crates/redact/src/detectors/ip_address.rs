//! Addresses on the net: IPv4, IPv6, hardware addresses. The ranges for documentation and for everybody's machine stay.

use std::net::{Ipv4Addr, Ipv6Addr};

use undeny_text::Span;

use crate::bytes::Bytes;
use crate::detector::{Anchor, Class, Confidence, Facts, Form, Place, Scan, rank};

detector!(
    /// Dotted numbers, `ip-10-0-0-1`, colons and hexadecimal groups, six pairs.
    IpAddress,
    Facts {
        id: "ip-address",
        class: Class::Personal,
        sees: "an IPv4, IPv6 or hardware address; not loopback, unspecified, metadata, documentation and whole private ranges",
        source: "https://www.rfc-editor.org/rfc/rfc5737",
        example: "10.99.15.45",
        near_miss: "0.0.0.0/0",
        placeholder: "198.18.0.1",
    },
    &[
        Anchor::Digits { least: 1, most: 3 },
        Anchor::Mark(b':'),
        Anchor::Literal("ip-"),
        Anchor::Literal("ec2-"),
        Anchor::Literal("ARPA"),
        Anchor::Literal("DYNAMIC"),
        Anchor::Literal("Dynamic"),
        Anchor::Literal("STATIC"),
        Anchor::Literal("address "),
        Anchor::Literal("bia "),
        Anchor::Token,
    ],
    look
);

fn look(place: Place, scan: &mut Scan<'_>) {
    let bytes = scan.bytes;
    if matches!(bytes.at(place.span.start), b'A' | b'D' | b'S' | b'a' | b'b')
        && bytes.at(place.span.end) != b'-'
        && place.span.len() < MAC
    {
        beside(place.span, scan);
    } else if place.span.len() == MAC && bytes.at(place.span.start + 2) == b'-' {
        dashed_mac(place.span, scan);
    } else if place.span.len() == 1 && bytes.at(place.span.start) == b':' {
        colons(place.span.start, scan);
    } else if bytes.at(place.span.start).is_ascii_digit() {
        if place.span.len() <= 3
            && bytes.at(place.span.end) == b'.'
            && !matches!(bytes.before(place.span.start), b'.' | b'-')
        {
            dotted(place.span.start, b'.', scan);
        }
    } else if place.span.len() <= 3 {
        dotted(place.span.end + 1, b'-', scan);
    }
}

/// Bytes of a hardware address.
const MAC: usize = 17;

/// `3C-22-FB-9A-01-7E`, as Windows writes a hardware address; one without a letter may be a date and a time.
fn dashed_mac(span: Span, scan: &mut Scan<'_>) {
    let text = scan.under(span);
    let digits = |pair: &str| pair.len() == 2 && pair.bytes().all(|byte| byte.is_ascii_hexdigit());
    if text.split('-').all(digits)
        && text.bytes().any(|byte| byte.is_ascii_alphabetic())
        && text.bytes().any(|byte| byte.is_ascii_digit())
    {
        hardware(scan, span, Form::Tag("HOST"));
    }
}

/// `mac address 001a.2b3c.4d5e`, and in the tables of addresses that switches and routers print `001a.2b3c.4d5e  DYNAMIC`: as Cisco writes one.
///
/// <https://www.cisco.com/c/en/us/td/docs/switches/lan/catalyst9300/software/release/17-1/command_reference/b_171_9300_cr/layer_2_3_commands.html>
fn beside(word: Span, scan: &mut Scan<'_>) {
    const GROUPS: usize = 14;
    let bytes = scan.bytes;
    let blank = |byte: u8| byte == b' ';
    let start = if bytes.at(word.start).is_ascii_lowercase() {
        let at = bytes.run(word.end, 4, blank);
        let is = ["is ", "to "].iter().find(|is| bytes.starts(at, is));
        at + is.map_or(0, |is| is.len())
    } else {
        bytes.run_back(word.start, 16, blank).saturating_sub(GROUPS)
    };
    let span = Span::new(start, start + GROUPS);
    let inner = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'.';
    if inner(bytes.before(start)) || inner(bytes.at(span.end)) {
        return;
    }
    let groups = bytes.under(span).split(|byte| *byte == b'.');
    let digits = |group: &[u8]| group.len() == 4 && group.iter().all(u8::is_ascii_hexdigit);
    if groups.clone().count() == 3
        && groups.clone().all(digits)
        && !matches!(bytes.under(span), b"0000.0000.0000")
        && !bytes.under(span).eq_ignore_ascii_case(b"ffff.ffff.ffff")
    {
        hardware(scan, span, Form::Tag("HOST"));
    }
}

fn hardware(scan: &mut Scan<'_>, span: Span, form: Form) {
    let (class, sure) = (Class::Personal, Confidence::High);
    scan.hit_as("mac-address", class, span, rank::PERSONAL, sure, form);
}

fn dotted(start: usize, separator: u8, scan: &mut Scan<'_>) {
    let bytes = scan.bytes;
    let mut numbers = [0_u8; 4];
    let mut at = start;
    for (index, number) in numbers.iter_mut().enumerate() {
        let end = bytes.run(at, 4, |byte| byte.is_ascii_digit());
        let Ok(value) = scan.under(Span::new(at, end)).parse() else {
            return;
        };
        *number = value;
        at = end;
        if index < 3 {
            if bytes.at(at) != separator {
                return;
            }
            at += 1;
        }
    }
    if bytes.at(at) == b'.' && bytes.at(at + 1).is_ascii_digit() && separator == b'.'
        || bytes.at(at).is_ascii_alphanumeric()
    {
        return;
    }
    let address = Ipv4Addr::from(numbers);
    if is_everybodys(address) {
        return;
    }
    if is_range(address, mask(scan, at)) {
        scan.hit(
            &FACTS,
            Span::new(start, at),
            rank::PERSONAL + 1,
            Confidence::Medium,
            Form::Ipv4Range,
        );
        return;
    }
    // `Chrome/120.0.0.0`, `AssemblyVersion("1.0.0.0")`, `1.2.3.4-beta`.
    let is_preview = bytes.at(at) == b'-' && bytes.at(at + 1).is_ascii_lowercase();
    if separator == b'.' && (is_preview || is_named_version(bytes, start)) {
        return;
    }
    if separator == b'.' && bytes.at(at) != b':' && is_tag_of_image(scan, start) {
        return;
    }
    let is_low = numbers.iter().all(|number| *number < 30) && separator == b'.';
    if is_low && is_version(scan, start, address) {
        return;
    }
    let form = if separator == b'.' {
        Form::Ipv4
    } else {
        Form::DashedIpv4
    };
    scan.hit(
        &FACTS,
        Span::new(start, at),
        rank::PERSONAL + 1,
        Confidence::High,
        form,
    );
}

/// Whether what stands before an address of low numbers makes it a version: `v1.2.3.4`, `package==1.2.3.4`, `version=10.2.3.4`. A private one
/// behind any other key is an address, and so is what follows an `@`: versions there have three parts.
fn is_version(scan: &Scan<'_>, start: usize, address: Ipv4Addr) -> bool {
    let bytes = scan.bytes;
    match bytes.before(start) {
        b'v' | b'~' | b'^' => true,
        b'=' => {
            let key = bytes.run_back(start - 1, 40, |byte| {
                byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-'
            });
            let key = scan.under(Span::new(key, start - 1)).to_ascii_lowercase();
            !address.is_private() || key.is_empty() || key.ends_with("version")
        }
        _ => false,
    }
}

/// Whether a product's name and a slash, or the word for a version, stand before the numbers at `start`.
fn is_named_version(bytes: Bytes<'_>, start: usize) -> bool {
    let product = bytes.run_back(start.saturating_sub(1), 32, |byte| {
        byte.is_ascii_alphanumeric()
    });
    if bytes.before(start) == b'/'
        && bytes.at(product).is_ascii_uppercase()
        && product + 3 < start
        && !matches!(bytes.before(product), b'/' | b'.' | b':')
    {
        return true;
    }
    let end = bytes.run_back(start, 4, |byte| {
        matches!(byte, b' ' | b'=' | b':' | b'"' | b'\'' | b'(' | b'>')
    });
    ["version", "section", "kernel", "tag"]
        .iter()
        .any(|word| end < start && bytes.starts_ignoring_case(end.saturating_sub(word.len()), word))
}

/// Whether the numbers at `start` are the tag of an image: `image: docker.io/apache/tika:3.3.1.0`, `FROM postgres:16.2.0.1`.
fn is_tag_of_image(scan: &Scan<'_>, start: usize) -> bool {
    const KEYS: &[&str] = &["image", "FROM", "pull", "run", "push", "tag"];
    let bytes = scan.bytes;
    if bytes.before(start) != b':' {
        return false;
    }
    let name = bytes.run_back(start - 1, 128, |byte| {
        byte.is_ascii_alphanumeric() || b"./_-".contains(&byte)
    });
    let gap = bytes.run_back(name, 8, |byte| b" :=\"'".contains(&byte));
    let word = bytes.run_back(gap, 32, |byte| byte.is_ascii_alphanumeric());
    let word = scan.under(Span::new(word, gap));
    // `gcr.io/acme/web:1.2.3.4`: a host and a path.
    let path = scan.under(Span::new(name, start - 1)).split_once('/');
    let stored = path.is_some_and(|(host, path)| {
        let top = host.rsplit('.').next().unwrap_or_default();
        host.len() > top.len()
            && top.bytes().all(|byte| byte.is_ascii_lowercase())
            && !path.is_empty()
    });
    name + 1 < start
        && (stored
            || gap < name
                && (KEYS.contains(&word) || word.ends_with("Image") || word.ends_with("image")))
}

/// RFC 5737, 6890; the metadata service, Amazon's DNS and time.
fn is_everybodys(address: Ipv4Addr) -> bool {
    let [first, ..] = address.octets();
    address.is_loopback()
        || address.is_unspecified()
        || address.is_broadcast()
        || address.is_documentation()
        || first == 255
        || first == 0
        || crate::network::is_fake(address.into())
        || address.octets() == [169, 254, 169, 254]
        || address.octets() == [169, 254, 170, 2]
}

/// The number behind the `/` at `at`, or 0.
fn mask(scan: &Scan<'_>, at: usize) -> u8 {
    if scan.bytes.at(at) != b'/' {
        return 0;
    }
    let end = scan.bytes.run(at + 1, 3, |byte| byte.is_ascii_digit());
    scan.under(Span::new(at + 1, end)).parse().unwrap_or(0)
}

/// A private or shared range as a whole says nothing of anybody.
const fn is_range(address: Ipv4Addr, mask: u8) -> bool {
    matches!(
        (address.octets(), mask),
        ([10, 0, 0, 0], 8)
            | ([172, 16, 0, 0], 12)
            | ([192, 168, 0, 0] | [169, 254, 0, 0], 16)
            | ([100, 64, 0, 0], 10)
    )
}

fn colons(colon: usize, scan: &mut Scan<'_>) {
    let bytes = scan.bytes;
    let is_part = |byte: u8| byte.is_ascii_hexdigit() || byte == b':';
    if !is_part(bytes.at(colon + 1)) {
        return;
    }
    let start = bytes.run_back(colon, 5, |byte| byte.is_ascii_hexdigit());
    if colon - start > 4
        || bytes.before(start) == b':'
        || bytes.before(start).is_ascii_alphanumeric()
        || bytes.before(start) == b'_'
    {
        return;
    }
    let mut end = bytes.run(start, 48, |byte| is_part(byte) || byte == b'.');
    while end > start
        && (matches!(bytes.before(end), b'.')
            || bytes.before(end) == b':' && bytes.before(end - 1) != b':')
    {
        end -= 1;
    }
    let span = Span::new(start, end);
    let text = scan.under(span);
    if bytes.at(end).is_ascii_alphanumeric() || text.len() < 6 {
        return;
    }
    if text.len() == MAC
        && text.split(':').count() == 6
        && text.split(':').all(|pair| pair.len() == 2)
    {
        if text != "00:00:00:00:00:00" && !text.eq_ignore_ascii_case("ff:ff:ff:ff:ff:ff") {
            hardware(scan, span, Form::Mac);
        }
        return;
    }
    // Seven colons, six before an address of version 4, or two beside each other; a time of day has none of it.
    let colons = text.bytes().filter(|byte| *byte == b':').count();
    if colons < 6 && !text.contains("::") {
        return;
    }
    let Ok(address) = text.parse::<Ipv6Addr>() else {
        return;
    };
    let [first, second, ..] = address.segments();
    if address.is_loopback()
        || address.is_unspecified()
        || crate::network::is_fake(address.into())
        || first == 0x64 && second == 0xff9b
        || text.len() < 8
    {
        return;
    }
    scan.hit(
        &FACTS,
        span,
        rank::PERSONAL + 1,
        Confidence::High,
        Form::Ipv6,
    );
}
