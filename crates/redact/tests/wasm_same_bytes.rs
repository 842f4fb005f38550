//! The command and the page write the same bytes: the same texts, made here, redacted natively and in wasm, have the same hash.
//!
//! The hash is in `same_bytes.txt`. Where redaction was changed on purpose: `UPDATE=1 cargo test -p undeny-redact --test wasm_same_bytes`.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

use undeny_redact::{Level, Options, Vault, redact};

#[cfg(target_family = "wasm")]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);

/// Pieces of texts; `%` is drawn: a digit, `@`: a small letter or a digit.
const PIECES: &[&str] = &[
    "arn:aws:iam::%%%%%%%%%%%%:role/acme@@-deployer",
    "arn:aws-us-gov:sts::%%%%%%%%%%%%:assumed-role/Acme@@Role/jane@@ ",
    "arn:aws:s3:::acme-@@@-logs/* ",
    "%%%%-%%%%-%%%%",
    "%%%%%%%%%%%%",
    "password = \"@@@@@@@@@@@@\"\n",
    "token: @@@@@@@@@@@@@@@@@@@@@@@@\n",
    "postgres://svc@@:@@@@@@@@@@@@@db.acme.example:5432/x ",
    "jane.@@@@.example ",
    "10.%%.%%.%% ",
    "2600:1f18:%%%%::%%%% ",
    "vpc-%%%%%%%%%%%%%%%%%",
    "subnet-0%%%%%%% ",
    "%%%%%%%%-%%%%-%%%%-%%%%-%%%%%%%%%%%% ",
    "<SECRET_%>",
    "nm%x",
    "qm%z ",
    "northwind-@@x",
    "{\"name\": \"DB_PASSWORD\", \"value\": \"@@@@@@@@@@@@\"}\n",
    "kind: Secret\ndata:\n  a: YWRtaW4=\n",
    "-----BEGIN PRIVATE KEY-----\nMII@@@@@@@@@@@@@@@@@@@@@@\n-----END PRIVATE KEY-----\n",
    "arn%3Aaws%3Aiam%3A%3A596341019084%3Arole%2Facme",
    "\\u003c\\n",
    "naïve – 😀 ",
    "the quick brown fox jumps over the lazy dog\n",
    "\n",
    " ",
    "/",
    "-",
];

struct Draw(u64);

impl Draw {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % most as u64) as usize
    }

    fn text(&mut self) -> String {
        let mut text = String::new();
        for _ in 0..self.below(14) {
            for byte in PIECES[self.below(PIECES.len())].chars() {
                match byte {
                    '%' => text.push(char::from(b"0123456789"[self.below(10)])),
                    '@' => {
                        let byte = b"abcdefghijkmnopqrstuvwxyz0123456789"[self.below(35)];
                        text.push(char::from(byte));
                    }
                    other => text.push(other),
                }
            }
        }
        text
    }
}

/// How many texts are redacted.
const TEXTS: usize = 2000;

fn hash() -> String {
    let mut draw = Draw(0x9e37_79b9_7f4a_7c15);
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut bytes = 0;
    for turn in 0..TEXTS {
        let text = draw.text();
        let level = if turn % 4 == 0 {
            Level::Strict
        } else {
            Level::Standard
        };
        let options = Options {
            level,
            ..Options::default()
        };
        let mut vault = Vault::new();
        let result = redact(&mut vault, &[&text], &options).remove(0);
        assert_eq!(vault.restore(&result.text).text, text, "restored");
        bytes += result.text.len();
        for byte in result.text.bytes().chain([0]) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    format!("{TEXTS} texts, {bytes} bytes, {hash:016x}\n")
}

#[cfg_attr(not(target_family = "wasm"), test)]
#[cfg_attr(target_family = "wasm", wasm_bindgen_test::wasm_bindgen_test)]
fn the_same_bytes_everywhere() {
    let made = hash();
    #[cfg(not(target_family = "wasm"))]
    if std::env::var_os("UPDATE").is_some() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/same_bytes.txt");
        std::fs::write(file, &made).unwrap();
        return;
    }
    assert_eq!(
        made,
        include_str!("same_bytes.txt"),
        "redaction writes other bytes than it did: where that is meant, `UPDATE=1 cargo test -p undeny-redact --test wasm_same_bytes`"
    );
}
