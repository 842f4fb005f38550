//! The account behind a mask in a message: one that a build's log prints as `***`, API Gateway as `********3333`, a person as
//! `<ACCOUNT_ID>`. Where exactly one account of the paste fits, it is that one; who called is known by the role's name as well.
//!
//! Sources: <https://docs.github.com/en/actions/security-for-github-actions/security-guides/using-secrets-in-github-actions>,
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies-examples.html>

use undeny_document::Piece;
use undeny_iam::arn::Arn;
use undeny_iam::denial::{Denial, DenialKind, PolicyType};
use undeny_iam::glob;
use undeny_iam::policy::{Element, Item, Policy};

use crate::case::UNKNOWN_ACCOUNT;
use crate::resolve::is_label_of;
use crate::words::code;

/// Put in what is behind the masks of a denial, as far as the paste tells. The sentences say what was taken for granted.
pub(crate) fn unmask(denial: &mut Denial, policies: &[Policy]) -> Vec<String> {
    let mut said = Vec::new();
    let printed = [&denial.principal, &denial.resource].map(|arn| account_of(arn.as_deref()));
    let [of_caller, of_resource] = printed;
    let shown: Vec<String> = [&of_caller, &of_resource]
        .into_iter()
        .flatten()
        .filter(|account| is_account(account))
        .cloned()
        .collect();
    let mut known: Option<String> = None;
    if let Some(resource) = denial.resource.clone()
        && let Some(mask) = of_resource.as_deref().filter(|account| is_mask(account))
    {
        let found = account_behind(&resource, mask, &shown, policies);
        if let Some(account) = found {
            denial.resource = with_account(&resource, &account);
            if account != UNKNOWN_ACCOUNT {
                said.push(format!(
                    "the account that the message prints as {} is {}, the one of the paste that fits",
                    code(mask),
                    code(&account)
                ));
            }
            known = Some(account);
        }
    }
    if let Some(principal) = denial.principal.clone()
        && let Some(mask) = of_caller.as_deref().filter(|account| is_mask(account))
    {
        // Where a resource's own policy has to name the caller, a guess is none that may be written.
        let is_named =
            denial.policy_type == Some(PolicyType::Resource) && denial.kind == DenialKind::Implicit;
        let same = known
            .filter(|_| !is_named && of_caller == of_resource)
            .or_else(|| only_shown(mask, &shown));
        let account = same.unwrap_or_else(|| UNKNOWN_ACCOUNT.to_owned());
        denial.principal = with_account(&principal, &account);
    }
    said
}

fn account_of(arn: Option<&str>) -> Option<String> {
    Some(Arn::parse(arn?)?.account.to_owned())
}

fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether something stands in for an account: stars, or a name in brackets. One star alone is every account.
fn is_mask(account: &str) -> bool {
    account.contains("**")
        || account.contains(['<', '>'])
        || account.len() >= 3 && account.bytes().all(|byte| matches!(byte, b'X' | b'x'))
}

/// Whether a mask leaves digits to compare.
fn is_partial(mask: &str) -> bool {
    mask.contains("**") && mask.bytes().any(|byte| byte.is_ascii_digit())
}

fn fits(mask: &str, account: &str) -> bool {
    !is_partial(mask) || glob::matches(mask, account)
}

/// The account that the message itself shows, where the digits that the mask leaves are that one's.
fn only_shown(mask: &str, shown: &[String]) -> Option<String> {
    let [only] = shown else { return None };
    (is_partial(mask) && fits(mask, only)).then(|| only.clone())
}

fn with_account(arn: &str, account: &str) -> Option<String> {
    let arn = Arn::parse(arn)?;
    Some(Arn { account, ..arn }.to_string())
}

fn items(policies: &[Policy]) -> impl Iterator<Item = &Item> {
    policies
        .iter()
        .flat_map(|policy| &policy.statements)
        .filter_map(|statement| statement.resources.as_ref())
        .filter(|element: &&Element| !element.negated)
        .flat_map(|element| &element.items)
}

/// The account behind the mask in a resource's ARN; where a policy refers to the account and none writes one, the one that stands for an
/// account that no text names.
fn account_behind(
    resource: &str,
    mask: &str,
    shown: &[String],
    policies: &[Policy],
) -> Option<String> {
    let masked = Arn::parse(resource)?;
    let mut found: Vec<String> = Vec::new();
    if let Some(account) = only_shown(mask, shown) {
        found.push(account);
    }
    let mut is_by_reference = false;
    for item in items(policies) {
        let Some(literal) = item.text.literal() else {
            is_by_reference |= refers_to(item, &masked);
            continue;
        };
        let Some(arn) = Arn::parse(literal) else {
            continue;
        };
        // What masks an account masks it everywhere: one that is shown in the same message is another.
        let is_other = !is_partial(mask) && shown.iter().any(|shown| shown == arn.account);
        if arn.service == masked.service
            && arn.region == masked.region
            && is_account(arn.account)
            && fits(mask, arn.account)
            && !is_other
            && !found.iter().any(|known| known == arn.account)
        {
            found.push(arn.account.to_owned());
        }
    }
    match found.as_slice() {
        [only] => Some(only.clone()),
        [] if is_by_reference => Some(UNKNOWN_ACCOUNT.to_owned()),
        _ => None,
    }
}

/// Whether an item that has references in it is, whatever the account, the resource.
fn refers_to(item: &Item, masked: &Arn<'_>) -> bool {
    match item.text.pieces() {
        [Piece::Reference(expression)] => is_label_of(expression, masked.resource),
        pieces => {
            let pattern: String = pieces
                .iter()
                .map(|piece| match piece {
                    Piece::Literal(text) => text.as_str(),
                    Piece::Reference(_) => "*",
                })
                .collect();
            let resource = Arn {
                account: UNKNOWN_ACCOUNT,
                ..*masked
            };
            pattern.starts_with("arn:") && glob::matches(&pattern, &resource.to_string())
        }
    }
}

/// Whether a part of a name stands in for one: `[REDACTED]`, `***`.
pub(crate) fn is_masked_part(part: &str) -> bool {
    let lower = part.to_ascii_lowercase();
    part.len() >= 3 && part.bytes().all(|byte| byte == b'*')
        || ["[redacted", "[masked", "[hidden", "[filtered"]
            .iter()
            .any(|mask| lower.starts_with(mask))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_are_told_from_accounts_and_stars() {
        for mask in ["***", "********3333", "<ACCOUNT_ID>", "XXXXXXXXXXXX"] {
            assert!(is_mask(mask), "{mask}");
        }
        for account in ["", "*", "111122223333", "aws"] {
            assert!(!is_mask(account), "{account}");
        }
        assert!(fits("********3333", "111122223333"));
        assert!(!fits("********3333", "111122224444"));
        assert!(fits("***", "111122224444"));
        assert!(is_masked_part("[REDACTED]"));
        assert!(!is_masked_part("[slug].js"));
    }
}
