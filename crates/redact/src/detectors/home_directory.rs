//! Whose machine it was: the user's name in the path of a home directory.

use undeny_text::Span;

use crate::detector::{Anchor, Class, Confidence, Facts, Form, Place, Scan, rank};
use crate::generic;

detector!(
    /// `/Users/NAME`, `/home/NAME`, `C:\Users\NAME`.
    HomeDirectory,
    Facts {
        id: "home-directory",
        class: Class::Personal,
        sees: "the user in the path of a home directory, but not accounts that systems and images bring",
        source: "https://refspecs.linuxfoundation.org/FHS_3.0/fhs/ch03s08.html",
        example: "/Users/jwinterbottom/src/ledger",
        near_miss: "/home/runner/work",
        placeholder: "/Users/nm1x/src/ledger",
    },
    &[Anchor::Literal("Users"), Anchor::Literal("home")],
    look
);

/// Accounts that systems, images and services of continuous integration bring, in alphabetical order.
const BROUGHT: &[&str] = &[
    "Administrator",
    "Default",
    "Public",
    "Shared",
    "admin",
    "airflow",
    "app",
    "appuser",
    "argocd",
    "azureuser",
    "build",
    "centos",
    "circleci",
    "coder",
    "codespace",
    "core",
    "debian",
    "deploy",
    "docker",
    "ec2-user",
    "fedora",
    "git",
    "gitpod",
    "gradle",
    "jenkins",
    "jovyan",
    "linuxbrew",
    "node",
    "nonroot",
    "opc",
    "pi",
    "rocky",
    "root",
    "runner",
    "runneradmin",
    "sandbox",
    "spark",
    "ssm-user",
    "travis",
    "ubuntu",
    "user",
    "username",
    "vagrant",
    "vscode",
    "vsts",
    "webapp",
    "work",
    "www",
    "you",
    "yourname",
];

fn look(place: Place, scan: &mut Scan<'_>) {
    let bytes = scan.bytes;
    let slash = bytes.before(place.span.start);
    if !matches!(slash, b'/' | b'\\') || bytes.at(place.span.end) != slash {
        return;
    }
    let start = bytes.run(place.span.end, 4, |byte| byte == slash);
    // A path of the web's, `https://example.com/home/page`, is none of the machine's.
    let before = bytes.run_back(place.span.start, 4, |byte| byte == slash);
    let from = bytes.before(before);
    let root = !from.is_ascii_alphanumeric() && !matches!(from, b'.' | b'-' | b'_' | b'}' | b')');
    if !root {
        return;
    }
    let end = bytes.run(start, 64, |byte| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.')
    });
    let name = scan.under(Span::new(start, end)).trim_end_matches('.');
    let letters = name.starts_with(|first: char| first.is_ascii_alphabetic());
    if name.len() < 3 || !letters || BROUGHT.contains(&name) {
        return;
    }
    scan.hit(
        &FACTS,
        Span::new(start, start + name.len()),
        rank::NAME,
        Confidence::Medium,
        Form::WholeName,
    );
    // A person's name stands alone elsewhere.
    if !generic::is_generic(&name.to_ascii_lowercase()) {
        scan.known();
    }
}
