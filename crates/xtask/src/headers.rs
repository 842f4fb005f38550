//! The headers that the page's files are to be served with: one list, from which our own server answers and the files for others' servers are written.

use std::collections::BTreeMap;

use crate::frame;

/// Names and values, in the order in which they are sent.
pub(crate) type Headers<'a> = Vec<(&'static str, &'a str)>;

/// Sent with every file, after its content policy.
const ALWAYS: &[(&str, &str)] = &[
    ("Vary", "Accept-Encoding"),
    ("X-Content-Type-Options", "nosniff"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Referrer-Policy", "no-referrer"),
    (
        "Permissions-Policy",
        "accelerometer=(), camera=(), clipboard-read=(), display-capture=(), geolocation=(), gyroscope=(), microphone=(), payment=(), usb=()",
    ),
];

/// The headers of a file, by its name inside the page's folder, where `policy` is the page's ([`crate::page::policy_of`]). Its type is the server's matter.
pub(crate) fn of<'a>(name: &str, policy: &'a str) -> Headers<'a> {
    let policy = if name == frame::PAGE {
        frame::POLICY
    } else {
        policy
    };
    let mut headers = vec![
        ("Cache-Control", cache(name)),
        ("Content-Security-Policy", policy),
    ];
    headers.extend_from_slice(ALWAYS);
    headers
}

/// A file whose name carries its content's hash never changes; every other one is asked for again.
fn cache(name: &str) -> &'static str {
    let hashed = name
        .split(['-', '.', '_'])
        .any(|part| part.len() == 16 && part.bytes().all(|byte| byte.is_ascii_hexdigit()));
    if hashed {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    }
}

/// Names that have the same headers, together; `/` is the first page.
fn groups<'a>(names: &[String], policy: &'a str) -> Vec<(Vec<String>, Headers<'a>)> {
    let mut groups: BTreeMap<Headers, Vec<String>> = BTreeMap::new();
    for name in names {
        let group = groups.entry(of(name, policy)).or_default();
        if name == "index.html" {
            group.push("/".to_owned());
        }
        group.push(format!("/{name}"));
    }
    groups
        .into_iter()
        .map(|(headers, paths)| (paths, headers))
        .collect()
}

/// For Cloudflare Pages and Netlify. Every path has a block of its own: of several that fit, one joins their headers and the other does not.
pub(crate) fn hosted(names: &[String], policy: &str) -> String {
    let mut text = String::new();
    for (paths, headers) in groups(names, policy) {
        for path in paths {
            text.push_str(&format!("{path}\n"));
            for (name, value) in &headers {
                text.push_str(&format!("  {name}: {value}\n"));
            }
        }
    }
    text
}

/// For nginx: the inside of a `server` block.
pub(crate) fn nginx(names: &[String], policy: &str) -> String {
    let mut text = "# Inside a server block; root is the folder `site`.\ntypes_hash_max_size 2048;\ntypes { application/wasm wasm; text/html html; text/css css; text/javascript js; application/json json; }\nindex index.html;\n# Beside each file lies its brotli; this takes the module ngx_brotli: brotli_static on;\ngzip on;\ngzip_types application/wasm text/css text/javascript application/json;\n".to_owned();
    for (paths, headers) in groups(names, policy) {
        for path in paths {
            text.push_str(&format!("location = {path} {{\n"));
            for (name, value) in &headers {
                text.push_str(&format!("  add_header {name} \"{value}\" always;\n"));
            }
            text.push_str("}\n");
        }
    }
    text
}

/// For Caddy: the inside of a site block.
pub(crate) fn caddy(names: &[String], policy: &str) -> String {
    let mut text = "# Inside a site block; the folder `site` is beside this file.\nroot * site\nfile_server {\n  precompressed br\n}\nencode zstd gzip\n".to_owned();
    for (number, (paths, headers)) in groups(names, policy).into_iter().enumerate() {
        text.push_str(&format!("@files{number} path {}\n", paths.join(" ")));
        text.push_str(&format!("header @files{number} {{\n"));
        for (name, value) in &headers {
            text.push_str(&format!("  {name} \"{value}\"\n"));
        }
        text.push_str("}\n");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::POLICY;

    fn names() -> Vec<String> {
        [
            "assistant.html",
            "boot.js",
            "index.html",
            "undeny-web-6b1f17990a4b3f4f_bg.wasm",
        ]
        .map(str::to_owned)
        .to_vec()
    }

    #[test]
    fn a_file_with_its_hash_in_its_name_is_kept_and_others_are_asked_for() {
        assert_eq!(
            cache("undeny-web-6b1f17990a4b3f4f_bg.wasm"),
            "public, max-age=31536000, immutable"
        );
        for name in ["index.html", "boot.js", "undeny-web.js"] {
            assert_eq!(cache(name), "no-cache", "{name}");
        }
    }

    #[test]
    fn every_server_is_told_every_header_of_every_file() {
        let names = names();
        let hosted = hosted(&names, POLICY);
        let block = |path: &str| -> Vec<&str> {
            hosted
                .lines()
                .skip_while(|line| *line != path)
                .skip(1)
                .take_while(|line| line.starts_with("  "))
                .map(str::trim)
                .collect()
        };
        for (path, name) in [
            ("/", "index.html"),
            ("/assistant.html", "assistant.html"),
            ("/boot.js", "boot.js"),
            (
                "/undeny-web-6b1f17990a4b3f4f_bg.wasm",
                "undeny-web-6b1f17990a4b3f4f_bg.wasm",
            ),
        ] {
            let wanted: Vec<String> = of(name, POLICY)
                .iter()
                .map(|(name, value)| format!("{name}: {value}"))
                .collect();
            assert_eq!(block(path), wanted, "{path}");
        }
        for text in [nginx(&names, POLICY), caddy(&names, POLICY)] {
            for name in &names {
                assert!(
                    text.contains(&format!("/{name}")),
                    "{name} is not in {text}"
                );
                for (header, value) in of(name, POLICY) {
                    assert!(
                        text.contains(&format!("{header} \"{value}\"")),
                        "{header} is not in {text}"
                    );
                }
            }
            assert_eq!(text.matches('{').count(), text.matches('}').count());
        }
    }

    /// No header may break out of its line or its quotes in any of the files.
    #[test]
    fn values_need_no_escaping() {
        for (name, value) in of("index.html", POLICY) {
            assert!(
                !format!("{name}{value}").contains(['"', '\n', '\\', '$']),
                "{name}: {value}"
            );
        }
    }
}
