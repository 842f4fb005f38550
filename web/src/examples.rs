//! The built-in examples: the files of `examples/`, pasted.

/// One example.
#[derive(Debug)]
pub(crate) struct Example {
    /// What its button says.
    pub(crate) title: &'static str,
    /// What it shows, a phrase.
    pub(crate) about: &'static str,
    /// Its files, one after the other.
    parts: &'static [&'static str],
}

/// In the order of the page.
pub(crate) const EXAMPLES: &[Example] = &[
    Example {
        title: "CodeBuild session tags",
        about: "AssumeRole is allowed, and still denied",
        parts: &[
            include_str!("../../examples/codebuild/build.log"),
            include_str!("../../examples/codebuild/identity.json"),
            include_str!("../../examples/codebuild/trust.json"),
        ],
    },
    Example {
        title: "GitHub Actions web identity",
        about: "An error that names nothing",
        parts: &[
            include_str!("../../examples/github/build.log"),
            include_str!("../../examples/github/trust.json"),
        ],
    },
];

impl Example {
    /// All of it as one paste.
    pub(crate) fn text(&self) -> String {
        let parts: Vec<&str> = self.parts.iter().map(|part| part.trim_end()).collect();
        let mut text = parts.join("\n\n");
        text.push('\n');
        text
    }
}
