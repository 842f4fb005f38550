//! UUIDs: key ids, request ids, certificates, identity pools.

use undeny_text::Span;

use crate::bytes::is_uuid;
use crate::detector::{Anchor, Class, Confidence, Facts, Form, Place, Scan, rank};

detector!(
    /// `8-4-4-4-12` hexadecimal digits.
    Uuid,
    Facts {
        id: "uuid",
        class: Class::Identifier,
        sees: "a UUID, in upper or lower case",
        source: "https://www.rfc-editor.org/rfc/rfc9562",
        example: "2e9080c3-3ae2-fa16-5131-39654762bd84",
        near_miss: "00000000-0000-0000-0000-000000000000",
        placeholder: "00000000-0000-4000-8000-000000000001",
    },
    &[Anchor::Mark(b'-')],
    look
);

fn look(place: Place, scan: &mut Scan<'_>) {
    let bytes = scan.bytes;
    let hyphen = place.span.start;
    if bytes.at(hyphen + 5) != b'-'
        || bytes.at(hyphen + 10) != b'-'
        || bytes.at(hyphen + 15) != b'-'
        || hyphen < 8
    {
        return;
    }
    let start = hyphen - 8;
    let whole = Span::new(start, hyphen + 28);
    let value = bytes.under(whole);
    let alone = !bytes.before(start).is_ascii_alphanumeric()
        && !bytes.at(whole.end).is_ascii_alphanumeric();
    let everybodys = crate::published::is_id(scan.under(whole));
    if is_uuid(value) && alone && !everybodys && crate::random::variety(value) > 2 {
        scan.hit(
            &FACTS,
            whole,
            rank::IDENTIFIER,
            Confidence::High,
            Form::Uuid,
        );
    }
}
