//! The region that is told beside a denial.

/// The one region that this text tells of a call of `service`: `--region eu-west-1`, `AWS_REGION=eu-west-1`, `https://kms.eu-west-1.amazonaws.com`.
pub(crate) fn region_beside(text: &str, service: &str) -> Option<String> {
    let host = format!("//{service}.");
    let mut found: Option<&str> = None;
    for mark in [
        "--region ",
        "--region=",
        "AWS_REGION=",
        "AWS_DEFAULT_REGION=",
        &host,
    ] {
        for (at, _) in text.match_indices(mark) {
            let rest = text.get(at + mark.len()..)?.trim_start_matches('"');
            let is_label = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
            let end = rest.find(|letter| !is_label(letter)).unwrap_or(rest.len());
            let (region, behind) = rest.split_at_checked(end)?;
            let is_region = region.ends_with(|letter: char| letter.is_ascii_digit())
                && region.matches('-').count() >= 2
                && (mark != host || behind.starts_with(".amazonaws.com"));
            if !is_region {
                continue;
            }
            if found.is_some_and(|known| known != region) {
                return None;
            }
            found = Some(region);
        }
    }
    found.map(str::to_owned)
}
