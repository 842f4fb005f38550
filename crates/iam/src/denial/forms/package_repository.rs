use crate::denial::{manual, manual_list};
use undeny_text::Span;

use super::{Finding, Form, Weight};
use crate::denial::normalise::Normalised;
use crate::denial::value::token;
use crate::denial::{ActionSource, Denial};

/// *What it reads* · a package manager (pip, twine, Maven, Gradle, NuGet, npm) that prints CodeArtifact's 403 and not its message.
/// *What it never does* · take a 401 for a denial: the token is missing or too old then. It names no package where one is published.
#[derive(Debug)]
pub(super) struct PackageRepository;

impl Form for PackageRepository {
    fn id(&self) -> &'static str {
        manual("package-repository")
    }

    fn reads(&self) -> &'static str {
        manual(
            "`403 Client Error: Forbidden for url: https://DOMAIN-ACCOUNT.d.codeartifact.REGION.amazonaws.com/...`, and what other package managers print of the same answer",
        )
    }

    fn source(&self) -> &'static str {
        manual(
            "https://docs.aws.amazon.com/codeartifact/latest/ug/auth-and-access-control-permissions-reference.html",
        )
    }

    fn examples(&self) -> &'static [&'static str] {
        manual_list(&[
            "WARNING: 403 Client Error: Forbidden for url: https://example-111122223333.d.codeartifact.us-east-1.amazonaws.com/pypi/internal/simple/example-utils/",
            "HTTPError: 403 Forbidden from https://example-111122223333.d.codeartifact.us-east-1.amazonaws.com/pypi/internal/",
            "Could not GET 'https://example-111122223333.d.codeartifact.us-east-1.amazonaws.com/maven/internal/a/b/1/b-1.pom'. Received status code 403 from server: Forbidden",
        ])
    }

    fn anchors(&self) -> &'static [&'static str] {
        &[".d.codeartifact."]
    }

    fn read(&self, text: &Normalised, hit: Span) -> Vec<Finding> {
        let before = text.squeezed_before(hit.start, 500);
        let after = text.squeezed_window(hit.end, 300);
        if before.contains("authorizedtoperform") || after.contains("authorizedtoperform") {
            return Vec::new();
        }
        let Some(address) = before.rfind("https://") else {
            return Vec::new();
        };
        let start = hit.start - (before.len() - address);
        let Some(url) = token(text, text.place(start)) else {
            return Vec::new();
        };
        let said = before.get(..address).unwrap_or_default();
        let end = text.squeezed_at(url.end);
        let behind = text.squeezed_window(end, 80);
        // Behind it only in the same sentence: another package's answer may follow.
        let behind = behind.split("https://").next().unwrap_or_default();
        let near = said.get(said.floor_char_boundary(said.len().saturating_sub(90))..);
        let refused = |words: &str| words.contains("403");
        if !refused(near.unwrap_or_default()) && !refused(behind) {
            return Vec::new();
        }
        let place = Place::of(&url.text);
        // Twine publishes to the repository itself and reads below `simple`; a word in the next line is no part of the address.
        let line = text
            .text()
            .get(url.start..)
            .and_then(|rest| rest.split_whitespace().next())
            .unwrap_or_default();
        let is_upload =
            Place::of(line).is_some_and(|place| place.is_upload) && !url.text.contains("/simple");
        let publishes = [
            "couldnotput",
            "failedtodeploy",
            "forbidden-put",
            "pushing",
            "uploading",
        ]
        .iter()
        .any(|words| before.contains(words))
            || is_upload
            || said.ends_with("put");
        let denial = Denial {
            action: Some(
                if publishes {
                    "codeartifact:PublishPackageVersion"
                } else {
                    "codeartifact:ReadFromRepository"
                }
                .to_owned(),
            ),
            action_source: ActionSource::Implied,
            resource: place.filter(|_| !publishes).map(|place| place.repository),
            ..Denial::default()
        };
        vec![Finding::new(denial, Span::new(start, end), Weight::Implied)]
    }
}

/// What an address of CodeArtifact names.
struct Place {
    repository: String,
    /// Whether the address ends where packages are put: a repository of Python's, `v3/package` of NuGet's.
    is_upload: bool,
}

impl Place {
    /// `https://DOMAIN-ACCOUNT.d.codeartifact.REGION.amazonaws.com/FORMAT/REPOSITORY/..`; nothing where a part is masked.
    fn of(url: &str) -> Option<Self> {
        let rest = url.strip_prefix("https://")?;
        // The token of `pip config`.
        let (host, path) = rest.split_once('/')?;
        let host = host.rsplit('@').next()?;
        let (owned, rest) = host.split_once(".d.codeartifact.")?;
        let region = rest.strip_suffix(".amazonaws.com")?;
        let (domain, account) = owned.rsplit_once('-')?;
        let mut parts = path.split('/');
        let format = parts.next()?;
        let repository = parts.next()?;
        let is_name = |name: &str| {
            !name.is_empty()
                && name
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
        };
        let is_account = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
        (is_account && [domain, region, repository].into_iter().all(is_name)).then(|| Self {
            repository: format!(
                "arn:aws:codeartifact:{region}:{account}:repository/{domain}/{repository}"
            ),
            is_upload: format == "pypi" && parts.all(str::is_empty)
                || format == "nuget" && path.ends_with("/v3/package"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Place;

    #[test]
    fn an_address_tells_its_repository() {
        let place = Place::of(
            "https://aws:hidden@acme-tools-604718392055.d.codeartifact.eu-west-1.amazonaws.com/pypi/internal/simple/a/",
        );
        let place = place.expect("an address");
        assert_eq!(
            place.repository,
            "arn:aws:codeartifact:eu-west-1:604718392055:repository/acme-tools/internal"
        );
        assert!(!place.is_upload);
        let masked = "https://acme-***.d.codeartifact.eu-west-1.amazonaws.com/pypi/internal/";
        assert!(Place::of(masked).is_none());
    }
}
