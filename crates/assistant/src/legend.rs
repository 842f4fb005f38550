//! What each kind of placeholder stands for, and what may be concluded from it: a model that is not told takes `<SECRET_1>` for a mistake.

/// A family of placeholders.
struct Family {
    /// Whether a placeholder is of it.
    has: fn(&str) -> bool,
    /// How it looks.
    looks: &'static str,
    /// What it stands for, and the relations that it keeps.
    stands_for: &'static str,
}

/// In the order in which they are explained.
const FAMILIES: &[Family] = &[
    Family {
        has: |text| text.starts_with("<KEYID_"),
        looks: "<KEYID_1>, <KEYID_222244446666_1>",
        stands_for: "an access key's id; the twelve digits are the account that it belongs to",
    },
    Family {
        has: |text| text.starts_with('<') && !text.starts_with("<KEYID_"),
        looks: "<SECRET_1>, <HOST_1>, <SESSION_1>, <EXTERNAL_1>, <WORD_1>, ...",
        stands_for: "one hidden value of the named kind; it is there, it is right, and it is not to be filled in",
    },
    Family {
        has: |text| text.len() == 12 && is_digits(text),
        looks: "222244446666",
        stands_for: "an AWS account; two of them are two accounts",
    },
    Family {
        has: is_name,
        looks: "nm1x, Nm1x, NM1X, qm1x, nm1z",
        stands_for: "a word of a name; the number says which, the letter case which spelling of it, and the words around it are the name's own",
    },
    Family {
        has: |text| text.starts_with("00000000-0000-4000-8000-"),
        looks: "00000000-0000-4000-8000-000000000001",
        stands_for: "a UUID",
    },
    Family {
        has: |text| {
            text.contains('.')
                && text
                    .bytes()
                    .all(|byte| byte.is_ascii_digit() || byte == b'.')
        },
        looks: "198.18.1.1, 240.255.0.1, 198.18.0.0/16",
        stands_for: "an address; one that is inside a range here is inside that range there",
    },
    Family {
        has: |text| text.starts_with("2001:db8") || text.starts_with("3fff:"),
        looks: "2001:db8::1, 3fff:fff::1",
        stands_for: "an IPv6 address, likewise",
    },
    Family {
        has: |text| text.starts_with("02:00:00:00:"),
        looks: "02:00:00:00:00:01",
        stands_for: "a hardware address",
    },
    Family {
        has: |text| text.ends_with("@example.com"),
        looks: "person1@example.com",
        stands_for: "a person's address",
    },
    Family {
        has: |text| text.contains("0000") && !text.starts_with(['<', '0', '2']) && !is_digits(text),
        looks: "vpc-00000001, AROA00000000000000001, r-0001",
        stands_for: "an id that AWS made; its beginning says of what",
    },
];

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_name(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    lower
        .strip_prefix(['n', 'q'])
        .and_then(|rest| rest.strip_prefix('m'))
        .and_then(|rest| rest.strip_suffix(['x', 'z']))
        .is_some_and(|number| !number.is_empty() && is_digits(number))
}

/// A line for each family that `placeholders` has a member of.
pub(crate) fn legend(placeholders: &[&str]) -> String {
    let mut text = String::new();
    for family in FAMILIES {
        if placeholders
            .iter()
            .any(|placeholder| (family.has)(placeholder))
        {
            text.push_str("- `");
            text.push_str(family.looks);
            text.push_str("`: ");
            text.push_str(family.stands_for);
            text.push('\n');
        }
    }
    text
}
