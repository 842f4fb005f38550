//! What pastes put around an error: each wrapper by itself, and put together at random. Shared by the tests and by `measure_denials --wrapped`.

/// A repeatable source of choices (xorshift): the same seed makes the same pastes on every machine.
#[derive(Debug)]
pub(crate) struct Choices(u64);

impl Choices {
    #[must_use]
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// A number below `limit`; 0 where `limit` is 0.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 8).unwrap_or(0) % limit.max(1)
    }

    fn of<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())]
    }
}

/// When a wrapper comes: lines are broken first, then marked, then the whole is quoted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    /// Breaks lines.
    Break,
    /// Puts something in front of each line, or around it.
    Mark,
    /// Says it more than once, or puts other lines around it.
    Repeat,
    /// Quotes the whole.
    Quote,
}

/// One wrapper.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wrapper {
    pub(crate) name: &'static str,
    pub(crate) stage: Stage,
    pub(crate) wrap: fn(&str, &mut Choices) -> String,
}

const fn wrapper(
    name: &'static str,
    stage: Stage,
    wrap: fn(&str, &mut Choices) -> String,
) -> Wrapper {
    Wrapper { name, stage, wrap }
}

/// Every wrapper, by stage and name.
pub(crate) const WRAPPERS: &[Wrapper] = &[
    wrapper("cut-60", Stage::Break, |text, _| cut(text, 60)),
    wrapper("cut-72", Stage::Break, |text, _| cut(text, 72)),
    wrapper("cut-80", Stage::Break, |text, _| cut(text, 80)),
    wrapper("cut-100", Stage::Break, |text, _| cut(text, 100)),
    wrapper("cut-120", Stage::Break, |text, _| cut(text, 120)),
    wrapper("filled", Stage::Break, |text, choices| {
        fill(text, 50 + choices.below(80))
    }),
    wrapper("filled-indented", Stage::Break, |text, choices| {
        let indent = " ".repeat(2 + choices.below(6));
        fill(text, 60 + choices.below(60)).replace('\n', &format!("\n{indent}"))
    }),
    wrapper("windows-lines", Stage::Break, |text, _| {
        text.replace('\n', "\r\n")
    }),
    wrapper("airflow", Stage::Mark, |text, _| {
        lines(text, |line| {
            format!("[2026-09-14, 08:21:00 UTC] {{{{taskinstance.py:1280}}}} ERROR - {line}")
        })
    }),
    wrapper("ansi", Stage::Mark, |text, choices| {
        let colour = choices.of(&["31", "1;31", "38;5;9", "0;33"]);
        lines(text, |line| format!("\u{1b}[{colour}m{line}\u{1b}[0m"))
    }),
    wrapper("ansi-words", Stage::Mark, |text, _| {
        text.replace("AccessDenied", "\u{1b}[1mAccessDenied\u{1b}[22m")
            .replace(" authorized", " \u{1b}[4mauthorized\u{1b}[24m")
    }),
    wrapper("buildkit", Stage::Mark, |text, _| {
        lines(text, |line| format!("#12 3.456 {line}"))
    }),
    wrapper("codebuild", Stage::Mark, |text, _| {
        lines(text, |line| {
            format!("[Container] 2026/09/14 08:21:00.123456 {line}")
        })
    }),
    wrapper("comment-hash", Stage::Mark, |text, _| {
        lines(text, |line| format!("# {line}"))
    }),
    wrapper("comment-lua", Stage::Mark, |text, _| {
        lines(text, |line| format!("-- {line}"))
    }),
    wrapper("comment-slashes", Stage::Mark, |text, _| {
        lines(text, |line| format!("    // {line}"))
    }),
    wrapper("comment-stars", Stage::Mark, |text, _| {
        format!("/**\n{}\n */", lines(text, |line| format!(" * {line}")))
    }),
    wrapper("compose", Stage::Mark, |text, _| {
        lines(text, |line| format!("worker-1  | {line}"))
    }),
    wrapper("diff", Stage::Mark, |text, _| {
        lines(text, |line| format!("+ {line}"))
    }),
    wrapper("github-error", Stage::Mark, |text, _| {
        format!("##[error]{text}")
    }),
    wrapper("github-command", Stage::Mark, |text, _| {
        format!("::error file=main.tf,line=3::{text}")
    }),
    wrapper("github-times", Stage::Mark, |text, _| {
        let mut second = 0;
        lines(text, |line| {
            second += 1;
            format!("2026-09-14T08:21:{:02}.1234567Z {line}", second % 60)
        })
    }),
    wrapper("gitlab", Stage::Mark, |text, _| {
        lines(text, |line| {
            format!("2026-09-14T08:21:00.123456Z 01O {line}")
        })
    }),
    wrapper("heroku", Stage::Mark, |text, _| {
        lines(text, |line| {
            format!("2026-09-14T08:21:00.123456+00:00 app[web.1]: {line}")
        })
    }),
    wrapper("indented", Stage::Mark, |text, choices| {
        let indent = " ".repeat(1 + choices.below(12));
        lines(text, |line| format!("{indent}{line}"))
    }),
    wrapper("jenkins", Stage::Mark, |text, _| {
        lines(text, |line| format!("[2026-09-14T08:21:00.123Z] {line}"))
    }),
    wrapper("klog", Stage::Mark, |text, _| {
        lines(text, |line| {
            format!("E0914 08:21:00.123456       1 controller.go:125] {line}")
        })
    }),
    wrapper("kubelet", Stage::Mark, |text, _| {
        lines(text, |line| {
            format!("2026-09-14T08:21:00.123456789Z stderr F {line}")
        })
    }),
    wrapper("lambda", Stage::Mark, |text, _| {
        format!("2026-09-14T08:21:00.123Z\t3f2504e0-4f89-11d3-9a0c-0305e82c3301\tERROR\t{text}")
    }),
    wrapper("line-numbers", Stage::Mark, |text, _| {
        let mut number = 97;
        lines(text, |line| {
            number += 1;
            format!("{number:>5} | {line}")
        })
    }),
    wrapper("mail-quote", Stage::Mark, |text, _| {
        lines(text, |line| format!("> {line}"))
    }),
    wrapper("markdown-bullet", Stage::Mark, |text, _| {
        format!("- `{text}`")
    }),
    wrapper("markdown-fence", Stage::Mark, |text, _| {
        format!("The job failed:\n\n```text\n{text}\n```\n\nWhat now?")
    }),
    wrapper("python-log", Stage::Mark, |text, _| {
        lines(text, |line| {
            format!("2026-09-14 08:21:00,123 - deploy - ERROR - {line}")
        })
    }),
    wrapper("syslog", Stage::Mark, |text, _| {
        lines(text, |line| {
            format!("Sep 14 08:21:00 host-1 deploy[4711]: {line}")
        })
    }),
    wrapper("terraform-box", Stage::Mark, |text, _| {
        format!("╷\n{}\n╵", lines(text, |line| format!("│ {line}")))
    }),
    wrapper("between-lines", Stage::Repeat, |text, _| {
        format!(
            "Uploading the bundle ...\nStep 3 of 7: deploy\n{text}\nDone in 12.3 s\nexit status 1"
        )
    }),
    wrapper("retries", Stage::Repeat, |text, choices| {
        let times = 2 + choices.below(11);
        vec![text; times].join("\n")
    }),
    wrapper("retries-counted", Stage::Repeat, |text, choices| {
        let times = 2 + choices.below(11);
        (1..=times)
            .map(|number| format!("attempt {number}: {text}"))
            .collect::<Vec<_>>()
            .join("\n")
    }),
    wrapper("retries-counted-lines", Stage::Repeat, |text, choices| {
        let times = 2 + choices.below(6);
        (1..=times)
            .map(|number| lines(text, |line| format!("attempt {number}: {line}")))
            .collect::<Vec<_>>()
            .join("\n")
    }),
    wrapper("retries-waiting", Stage::Repeat, |text, choices| {
        let times = 2 + choices.below(11);
        (1..=times)
            .map(|number| format!("{text}\nRetrying in {} s ({number}/{times})", number * 2))
            .collect::<Vec<_>>()
            .join("\n")
    }),
    wrapper("stack-trace", Stage::Repeat, |text, _| {
        format!(
            "java.lang.RuntimeException: the upload failed\n{text}\n\tat com.acme.Upload.run(Upload.java:42)\n\tat com.acme.Main.main(Main.java:7)"
        )
    }),
    wrapper("html", Stage::Quote, |text, _| html(text)),
    wrapper("html-pre", Stage::Quote, |text, _| {
        format!("<pre><code>{}</code></pre>", html(text))
    }),
    wrapper("html-twice", Stage::Quote, |text, _| html(&html(text))),
    wrapper("json", Stage::Quote, |text, _| {
        format!(
            "{{\"level\":\"error\",\"message\":\"{}\",\"time\":\"2026-09-14T08:21:00Z\"}}",
            json(text)
        )
    }),
    wrapper("json-twice", Stage::Quote, |text, _| {
        format!(
            "{{\"body\":\"{{\\\"message\\\":\\\"{}\\\"}}\",\"statusCode\":403}}",
            json(&json(text))
        )
    }),
    wrapper("logfmt", Stage::Quote, |text, _| {
        format!(
            "time=\"2026-09-14T08:21:00Z\" level=error msg=\"{}\" attempt=1",
            json(text)
        )
    }),
    wrapper("no-break-spaces", Stage::Quote, |text, _| {
        text.replace(' ', "\u{a0}")
    }),
    wrapper("python-repr", Stage::Quote, |text, _| {
        format!(
            "{{u'Message': u'{}', u'__type': u'x'}}",
            text.replace('\\', "\\\\")
                .replace('\'', "\\'")
                .replace('\n', "\\n")
        )
    }),
    wrapper("smart-quotes", Stage::Quote, |text, _| {
        format!("\u{201c}{}\u{201d}", text.replace('\'', "\u{2019}"))
    }),
    wrapper("yaml", Stage::Quote, |text, _| {
        format!(
            "status:\n  conditions:\n  - type: Ready\n    message: \"{}\"\n    reason: Failed\n",
            json(text)
        )
    }),
];

/// `text` in one to four wrappers, at most one of a stage, and their names.
#[must_use]
pub(crate) fn together(text: &str, choices: &mut Choices) -> (String, Vec<&'static str>) {
    let mut out = text.to_owned();
    let mut names = Vec::new();
    for stage in [Stage::Break, Stage::Mark, Stage::Repeat, Stage::Quote] {
        let of: Vec<&Wrapper> = WRAPPERS
            .iter()
            .filter(|wrapper| wrapper.stage == stage)
            .collect();
        if choices.below(5) < 2 {
            continue;
        }
        let wrapper = of[choices.below(of.len())];
        out = (wrapper.wrap)(&out, choices);
        names.push(wrapper.name);
    }
    (out, names)
}

fn lines(text: &str, mut each: impl FnMut(&str) -> String) -> String {
    text.split('\n')
        .map(&mut each)
        .collect::<Vec<_>>()
        .join("\n")
}

/// Cuts every `width` characters, as a terminal does.
#[must_use]
pub(crate) fn cut(text: &str, width: usize) -> String {
    lines(text, |line| {
        let characters: Vec<char> = line.chars().collect();
        characters
            .chunks(width)
            .map(|line| line.iter().collect::<String>())
            .collect::<Vec<_>>()
            .join("\n")
    })
}

/// Breaks between words, as a mailer does.
#[must_use]
pub(crate) fn fill(text: &str, width: usize) -> String {
    lines(text, |line| {
        let mut out = String::new();
        let mut column = 0;
        for word in line.split(' ') {
            if column > 0 && column + 1 + word.chars().count() > width {
                out.push('\n');
                column = 0;
            } else if column > 0 {
                out.push(' ');
                column += 1;
            }
            out.push_str(word);
            column += word.chars().count();
        }
        out
    })
}

fn json(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\n")
        .replace('\t', "\\t")
        .replace('\r', "\\r")
        .replace('\u{1b}', "\\u001b")
}

fn html(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#x27;")
}
