//! Cognito's user pools.

use undeny_text::Span;

use crate::bytes::Bytes;
use crate::detector::{Anchor, Class, Confidence, Facts, Form, Place, Scan, rank};
use crate::random;

detector!(
    /// `REGION_ID`: the region stays.
    CognitoUserPool,
    Facts {
        id: "cognito-user-pool",
        class: Class::Identifier,
        sees: "the part of a user pool's id behind the region",
        source: "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UserPoolType.html",
        example: "no user pool us-east-1_{w9}",
        near_miss: "backup us-east-1_weekly",
        placeholder: "us-east-1_000000001",
    },
    &[
        Anchor::Literal("af-"),
        Anchor::Literal("ap-"),
        Anchor::Literal("ca-"),
        Anchor::Literal("cn-"),
        Anchor::Literal("eu-"),
        Anchor::Literal("eusc-"),
        Anchor::Literal("il-"),
        Anchor::Literal("me-"),
        Anchor::Literal("mx-"),
        Anchor::Literal("sa-"),
        Anchor::Literal("us-"),
    ],
    look
);

/// Bytes of an id behind the region: as many as AWS makes.
const LENGTH: usize = 9;
/// Most bytes of one that AWS allows.
const LONGEST: usize = 55;

fn look(place: Place, scan: &mut Scan<'_>) {
    let bytes = scan.bytes;
    let region = bytes.run(place.span.start, 24, |byte| {
        byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'
    });
    if bytes.at(region) != b'_' || !bytes.before(region).is_ascii_digit() {
        return;
    }
    let span = Span::new(
        region + 1,
        bytes.run(region + 1, LONGEST + 1, |byte| byte.is_ascii_alphanumeric()),
    );
    let id = bytes.under(span);
    // `us-east-1_analytics` is a name.
    let telling = id.iter().any(|byte| !byte.is_ascii_lowercase())
        || random::is_random(id, 80)
        || is_of_pool(bytes, place.span.start);
    // `userpool/..`, and the path of its provider.
    let in_path = bytes.before(place.span.start) == b'/';
    let fits = id.len() == LENGTH || in_path && (1..=LONGEST).contains(&id.len());
    if fits && telling && bytes.at(span.end) != b'_' {
        scan.hit(
            &FACTS,
            span,
            rank::IDENTIFIER,
            Confidence::High,
            Form::Padded(0),
        );
    }
}

/// Whether what stands before `at` says that a pool follows: `no user pool ID`, `"userPoolId": "ID"`.
fn is_of_pool(bytes: Bytes<'_>, at: usize) -> bool {
    let sign = |byte: u8| matches!(byte, b' ' | b'"' | b'\'' | b':' | b'=');
    let end = bytes.run_back(at, 4, sign);
    let ends = |word: &str| {
        let start = end.checked_sub(word.len());
        start.is_some_and(|start| bytes.starts_ignoring_case(start, word))
    };
    end < at && (ends("pool") || ends("poolid") || ends("pool_id"))
}
