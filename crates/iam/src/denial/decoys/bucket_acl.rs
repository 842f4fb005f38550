use crate::denial::manual_list;

use super::Lookalike;

/// A bucket without ACLs was given one.
///
/// Source: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-ownership-error-responses.html>
#[derive(Debug)]
pub(super) struct BucketAcl;

impl Lookalike for BucketAcl {
    fn id(&self) -> &'static str {
        "bucket-acl"
    }

    fn advice(&self) -> &'static str {
        "The bucket's ACLs are off (`BucketOwnerEnforced`, as in every new bucket), and no policy turns them on: leave the ACL out of the call, and give access in the bucket's policy."
    }

    fn examples(&self) -> &'static [&'static str] {
        manual_list(&["AccessControlListNotSupported: The bucket does not allow ACLs"])
    }

    fn anchors(&self) -> &'static [&'static str] {
        &["bucketdoesnotallowacls"]
    }
}
