//! Where one document of a paste ends and the next begins.
//!
//! One pass over the lines. A line that can begin a document is tried; what is tried and refused is never tried again from inside,
//! and all refused attempts together may look at a fixed multiple of the text, so the time grows with the length and no faster.

use undeny_text::Span;

use crate::formats::yaml::LineKind;
use crate::formats::{Trouble, cloudformation, hcl, json, parsers, yaml};
use crate::{Document, Format, Input, Map, Member, Node, Problem, Reading, Syntax, Text, Value};

/// How many times its own length a text may be looked at in vain.
const PATIENCE: usize = 6;

/// How many problems of one input are told: whoever has more has another problem.
const PROBLEMS: usize = 50;

/// A block of Terraform with its text, to the end of its last line, and what was read in it.
pub(crate) type Known<'k> = (&'k str, &'k Member);

/// The blocks of a reading in which nothing was amiss, by their text.
pub(crate) fn known<'k>(texts: &[&'k str], reading: &'k Reading) -> Vec<Known<'k>> {
    let mut known: Vec<Known<'_>> = Vec::new();
    if reading.problems.len() >= PROBLEMS {
        // Not all were told.
        return known;
    }
    for document in &reading.documents {
        let (Format::Hcl, Some(text), Some(map)) = (
            document.format,
            texts.get(document.input),
            document.root.as_map(),
        ) else {
            continue;
        };
        for member in &map.members {
            let start = member.span.start;
            if !begins_line(text, start) {
                continue;
            }
            let span = Span::new(start, line_at(text, member.span.end).end);
            let amiss = reading
                .problems
                .iter()
                .any(|problem| problem.input == document.input && problem.span.overlaps(span));
            if !amiss {
                known.push((span.text(text).trim_end_matches('\r'), member));
            }
        }
    }
    known.sort_by_key(|(text, _)| *text);
    known
}

pub(crate) fn split(index: usize, input: &Input, known: &[Known<'_>], reading: &mut Reading) {
    let mut finder = Finder::new(&input.text, input.name.as_deref(), known);
    finder.run();
    finder.report(index, input, reading);
}

/// A document, before it has a name and a number.
pub(crate) struct Found {
    pub(crate) span: Span,
    pub(crate) name: Option<String>,
    pub(crate) format: Format,
    pub(crate) root: Node,
}

struct Finder<'t> {
    text: &'t str,
    /// What was read in another text.
    known: &'t [Known<'t>],
    found: Vec<Found>,
    /// Lines that say something about a document and belong to none: its name, a Markdown fence.
    consumed: Vec<Span>,
    troubles: Vec<Trouble>,
    /// Bytes that may still be looked at in vain.
    patience: usize,
    /// Whether the input's name says that it is YAML.
    yaml_file: bool,
    /// Whether the input is one file by its name, in which no comment names another.
    one_file: bool,
    /// Whether a JSON object in the midst of a line may be a document: only where a word of interest is in the text at all.
    inline: bool,
}

/// Lines that may be one YAML document.
struct Run {
    /// Behind the last line's end.
    end: usize,
    /// The first line with a telling key where the document may begin.
    strong: Option<usize>,
    /// How many telling keys there are.
    telling: usize,
    /// Whether something is nested.
    structured: bool,
}

/// Keys that make an object on one line, in the midst of a log, a document.
const INTERESTING: &[&str] = &[
    "\"Statement\"",
    "\"PolicyDocument\"",
    "\"AssumeRolePolicyDocument\"",
    "\"eventSource\"",
    "\"Resources\"",
];

impl<'t> Finder<'t> {
    fn new(text: &'t str, name: Option<&str>, known: &'t [Known<'t>]) -> Self {
        let extension = name
            .and_then(|name| name.rsplit_once('.'))
            .map(|(_, extension)| extension.to_ascii_lowercase());
        let extension = extension.as_deref();
        Self {
            text,
            known,
            yaml_file: matches!(extension, Some("yaml" | "yml")),
            one_file: matches!(
                extension,
                Some("yaml" | "yml" | "tf" | "hcl" | "tfvars" | "json")
            ),
            found: Vec::new(),
            consumed: Vec::new(),
            troubles: Vec::new(),
            patience: text.len().saturating_mul(PATIENCE).saturating_add(4096),
            inline: interesting(text),
        }
    }

    fn run(&mut self) {
        let mut at = if self.text.starts_with('\u{feff}') {
            '\u{feff}'.len_utf8()
        } else {
            0
        };
        while at < self.text.len() {
            let line = line_at(self.text, at);
            let next = self.line(line);
            at = if next > line.start {
                next
            } else {
                line.end + 1
            };
        }
    }

    /// Look at one line (from anywhere in it); gives where to go on.
    fn line(&mut self, line: Span) -> usize {
        let content = line.text(self.text);
        let indent = content.len() - content.trim_start().len();
        let start = line.start + indent;
        let after = line.end + 1;
        match content.as_bytes().get(indent) {
            None => after,
            Some(b'{' | b'[') => self.json(start, line, true).unwrap_or(after),
            Some(b'a'..=b'z' | b'_') if self.patience > 0 && hcl::begins(content) => {
                self.hcl(line, start)
            }
            Some(b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'-' | b'"')
                if yaml::line_kind(content.trim()) != LineKind::Other =>
            {
                self.yaml(line)
            }
            Some(_) => {
                if self.inline
                    && let Some(next) = self.json_in_line(line)
                {
                    return next;
                }
                after
            }
        }
    }

    /// An interesting object behind something else on its line.
    fn json_in_line(&mut self, line: Span) -> Option<usize> {
        let content = line.text(self.text);
        let (offset, _) = content.match_indices('{').find(|(offset, _)| {
            self.text
                .get(line.start + offset + 1..)
                .is_some_and(|rest| rest.trim_start().starts_with('"'))
        })?;
        self.json(line.start + offset, line, false)
    }

    /// Try the JSON value at `start`; gives where to go on, `None` for behind the line.
    fn json(&mut self, start: usize, line: Span, leads: bool) -> Option<usize> {
        if self.patience == 0 {
            return None;
        }
        match json::extent(self.text, start) {
            Ok(extent) => {
                let span = Span::new(start, extent.end);
                if !self.wanted(span, line, leads) {
                    self.patience = self.patience.saturating_sub(span.len());
                    return Some(extent.end.max(line.end + 1));
                }
                let mut notes = Vec::new();
                match json::parse(self.text, span, &mut notes) {
                    Ok(mut root) => {
                        json::open_strings(self.text, &mut root);
                        if let Some(place) = extent.broken_string {
                            notes.push(Trouble::new(
                                Span::new(place, place + 1),
                                "a line break inside a string",
                                "a terminal may have wrapped the line: join the two",
                            ));
                        }
                        self.troubles.append(&mut notes);
                        let name = self.name_above(line, leads);
                        // A fragment of a template has the functions too.
                        cloudformation::long_forms(&mut root);
                        let format = if cloudformation::is_template(&root) {
                            Format::CfnJson
                        } else {
                            Format::Json
                        };
                        self.found.push(Found {
                            span,
                            name,
                            format,
                            root,
                        });
                    }
                    Err(trouble) => self.troubles.push(trouble),
                }
                Some(extent.end)
            }
            Err(broken) => {
                let looked = broken.at.saturating_sub(start) + 1;
                self.patience = self.patience.saturating_sub(looked);
                if broken.meant
                    && (leads || interesting(Span::new(start, broken.at).text(self.text)))
                {
                    self.troubles.push(broken.trouble);
                    return Some(self.behind_broken(line, broken.at));
                }
                (!leads).then_some(line.end + 1)
            }
        }
    }

    /// A run of blocks and attributes with nothing but blanks and comments between them.
    fn hcl(&mut self, line: Span, start: usize) -> usize {
        let text = self.text;
        let (from, name) = self.comments_above(line);
        let mut members = Vec::new();
        let mut troubles = Vec::new();
        let mut at = start;
        let mut end;
        loop {
            if let Some((member, stop)) = self.read_before(at) {
                members.push(member);
                end = stop;
            } else {
                end = self.block(at, &mut members, &mut troubles);
            }
            let Some(next) = self.next_block(end, name.is_some() || !members.is_empty()) else {
                break;
            };
            at = next;
            if self.patience == 0 {
                break;
            }
        }
        self.troubles.append(&mut troubles);
        let after = line_at(text, end.min(text.len())).end + 1;
        let (Some(first), Some(last)) = (members.first(), members.last()) else {
            return after;
        };
        let root = Node {
            span: Span::new(first.span.start, last.span.end),
            syntax: Syntax::Hcl,
            value: Value::Map(Map { members }),
        };
        self.found.push(Found {
            span: Span::new(from, after.min(text.len())),
            name,
            format: Format::Hcl,
            root,
        });
        after
    }

    /// Parse the block or attribute that begins at `at`; gives its end.
    fn block(
        &mut self,
        at: usize,
        members: &mut Vec<Member>,
        troubles: &mut Vec<Trouble>,
    ) -> usize {
        let limit = self.hcl_limit(at);
        match hcl::extent(self.text, at, limit) {
            Ok(stop) => {
                match parsers().hcl(self.text, Span::new(at, stop), troubles) {
                    Ok(mut read) => members.append(&mut read),
                    Err(trouble) => troubles.push(trouble),
                }
                stop
            }
            Err(trouble) => {
                // What is looked for may have been looked for to the very end.
                self.patience = self.patience.saturating_sub(limit - at);
                troubles.push(trouble);
                block_end(self.text, at)
                    .min(limit.saturating_sub(1))
                    .max(at)
            }
        }
    }

    /// The block that begins at `at`, where it stands in another text just so: what was read there, at its place here, and its end. Where a
    /// block ends depends on nothing but its own bytes, where its first line is not indented.
    fn read_before(&self, at: usize) -> Option<(Member, usize)> {
        let rest = self.text.get(at..).filter(|_| begins_line(self.text, at))?;
        // What `rest` begins with is no greater than it, and nothing else lies between the two: a block ends where its line does.
        let index = self.known.partition_point(|(known, _)| *known <= rest);
        let (known, member) = self.known.get(index.checked_sub(1)?)?;
        let behind = rest.strip_prefix(known)?;
        if !(behind.is_empty() || behind.starts_with('\n') || behind.starts_with("\r\n")) {
            return None;
        }
        let mut member = (*member).clone();
        member.shift(member.span.start, at);
        Some((member, at + known.len()))
    }

    /// A run of lines that may be YAML; gives where to go on.
    fn yaml(&mut self, line: Span) -> usize {
        let run = self.yaml_run(line);
        let meant = run.strong.is_some() || self.yaml_file;
        if !meant || !(run.structured || self.yaml_file) || self.patience == 0 {
            // Nothing in these lines tells of YAML; they are not looked at again.
            return run.end.max(line.end + 1);
        }
        // Lines of a log may stand directly above the first telling line, and some of them look like YAML.
        let telling = run.strong.filter(|strong| *strong > line.start);
        let log =
            telling.is_some_and(|telling| is_log(Span::new(line.start, telling).text(self.text)));
        let mut trouble = None;
        if !log {
            match self.yaml_document(line, &run) {
                Ok(()) => return run.end,
                Err(found) => trouble = Some(found),
            }
        }
        if let Some(telling) = telling {
            match self.yaml_document(line_at(self.text, telling), &run) {
                Ok(()) => return run.end,
                Err(found) => trouble = trouble.or(Some(found)),
            }
        }
        self.patience = self.patience.saturating_sub(run.end - line.start);
        if run.telling > 1 || self.yaml_file {
            self.troubles.extend(trouble);
        }
        run.end.max(line.end + 1)
    }

    /// Read the lines from `line` to the end of the run as one document.
    fn yaml_document(&mut self, line: Span, run: &Run) -> Result<(), Trouble> {
        let mut notes = Vec::new();
        let root = parsers().yaml(self.text, Span::new(line.start, run.end), &mut notes)?;
        if !matches!(root.value, Value::Map(_) | Value::List(_)) {
            return Err(Trouble::new(root.span, "this is not YAML", ""));
        }
        let (from, name) = self.comments_above(line);
        let format = if cloudformation::is_template(&root) {
            Format::CfnYaml
        } else {
            Format::Yaml
        };
        self.troubles.append(&mut notes);
        self.found.push(Found {
            span: Span::new(from, run.end.max(root.span.end)),
            name,
            format,
            root,
        });
        Ok(())
    }

    /// The lines from `line` on that can belong to one YAML document.
    fn yaml_run(&self, line: Span) -> Run {
        let text = self.text;
        let content = line.text(text);
        let indent = content.len() - content.trim_start().len();
        let mut list = false;
        let mut run = Run {
            end: line.start,
            strong: None,
            telling: 0,
            structured: false,
        };
        let mut roots: Vec<&str> = Vec::new();
        let mut open = false;
        let start = line.start;
        let mut at = start;
        let mut blank = false;
        while at < text.len() {
            let line = line_at(text, at);
            let content = line.text(text);
            let trimmed = content.trim();
            let depth = content.len() - content.trim_start().len();
            let after = (line.end + 1).min(text.len());
            if trimmed.is_empty() {
                blank = true;
                at = after;
                continue;
            }
            let kind = yaml::line_kind(trimmed);
            let strong = matches!(
                kind,
                LineKind::Key { strong: true, .. } | LineKind::Item { strong: true }
            );
            if depth < indent {
                break;
            }
            if depth == indent {
                let first = at == start;
                // A list is one from its first line on, but for a separator above.
                list |= roots.is_empty() && !open && matches!(kind, LineKind::Item { .. });
                match kind {
                    LineKind::Separator if first => {}
                    LineKind::Key { open: opens, .. } if !list => {
                        let key = trimmed.split(':').next().unwrap_or_default();
                        if blank && strong && roots.contains(&key) {
                            // A second document begins here.
                            break;
                        }
                        if roots.len() < 64 {
                            roots.push(key);
                        }
                        open = opens;
                    }
                    LineKind::Item { .. } if list || open => run.structured = true,
                    LineKind::Other if trimmed.starts_with('#') => {
                        if blank && self.names_next(line, trimmed) {
                            break;
                        }
                        at = after;
                        continue;
                    }
                    LineKind::Other if trimmed.starts_with(['}', ']', '?']) && !blank => {}
                    _ => break,
                }
            } else {
                run.structured |= open || list;
            }
            if strong {
                run.telling += 1;
                if depth == indent {
                    run.strong.get_or_insert(line.start);
                }
            }
            blank = false;
            run.end = after;
            at = after;
        }
        if run.telling > 0 {
            // Telling keys inside only: the document begins with its first line.
            run.strong.get_or_insert(line.start);
        }
        run
    }

    /// Whether a comment line names the file that begins behind it.
    fn names_next(&self, line: Span, comment: &str) -> bool {
        let Some(name) = file_name(comment) else {
            return false;
        };
        let below = line_at(self.text, (line.end + 1).min(self.text.len()));
        let content = below.text(self.text).trim();
        has_extension(name)
            || hcl::begins(content)
            || content.starts_with('{')
            || names(name, content)
            || matches!(
                yaml::line_kind(content),
                LineKind::Item { .. } | LineKind::Key { strong: true, .. } | LineKind::Separator
            )
    }

    /// Where the block that begins at `at` must have ended: before the next line that begins a block no deeper in the text, so that
    /// one that is not closed does not reach over all others.
    fn hcl_limit(&self, at: usize) -> usize {
        let text = self.text;
        let first = text.get(..at).map_or(0, |before| {
            before.rfind('\n').map_or(0, |newline| newline + 1)
        });
        let indent = at - first;
        let mut place = line_at(text, at).end + 1;
        let mut heredocs = 0_usize;
        while place < text.len() {
            let line = line_at(text, place);
            let content = line.text(text);
            let trimmed = content.trim_start();
            if content.len() - trimmed.len() <= indent {
                if trimmed.starts_with('}') {
                    heredocs = 0;
                }
                if heredocs == 0 && hcl::begins(trimmed) {
                    return line.start;
                }
            }
            heredocs += usize::from(content.contains("<<"));
            place = line.end + 1;
        }
        text.len()
    }

    /// Where the next block begins, when only blanks and comments stand before it and no comment names another file.
    fn next_block(&self, end: usize, named: bool) -> Option<usize> {
        let text = self.text;
        let mut at = line_at(text, end.min(text.len())).end + 1;
        let mut comment_block = false;
        let mut name = None;
        while at < text.len() {
            let line = line_at(text, at);
            let content = line.text(text).trim();
            at = line.end + 1;
            if comment_block {
                comment_block = !content.contains("*/");
            } else if content.is_empty() {
                continue;
            } else if content.starts_with("/*") {
                comment_block = !content.contains("*/");
                name = name.or_else(|| file_name(content));
            } else if content.starts_with('#') || content.starts_with("//") {
                name = name.or_else(|| file_name(content));
            } else if hcl::continues(content) {
                if let Some(name) = name
                    && !self.one_file
                    && (has_extension(name) || (named && names(name, content)))
                {
                    return None;
                }
                let raw = line.text(text);
                return Some(line.start + raw.len() - raw.trim_start().len());
            } else {
                return None;
            }
        }
        None
    }

    /// The comment lines that stand above a document and belong to it, and the name, where one of them is a name.
    fn comments_above(&mut self, line: Span) -> (usize, Option<String>) {
        let text = self.text;
        let floor = self.found.last().map_or(0, |found| found.span.end);
        let mut start = line.start;
        let mut place = start;
        let mut in_block = false;
        while let Some(above) = line_above(text, place).filter(|above| above.start >= floor) {
            let content = above.text(text).trim();
            place = above.start;
            in_block |= content.ends_with("*/");
            let comment = in_block || content.starts_with('#') || content.starts_with("//");
            if content.is_empty() && !in_block {
                continue;
            }
            if !comment
                || (!in_block
                    && !self.one_file
                    && (is_name(content, line.text(text)) || self.stands_alone(above)))
            {
                break;
            }
            if content.starts_with("/*") {
                in_block = false;
            }
            if !in_block {
                start = above.start;
            }
        }
        let name = self.name_above(Span::new(start, start), true);
        (start, name)
    }

    /// Whether a comment line of one word stands below a blank line with something above: a file's name in a paste.
    fn stands_alone(&self, line: Span) -> bool {
        file_name(line.text(self.text).trim()).is_some()
            && line_above(self.text, line.start)
                .is_some_and(|above| is_blank(above.text(self.text)))
            && self
                .text
                .get(..line.start)
                .is_some_and(|before| !is_blank(before))
    }

    /// Where to go on behind a broken document that began on `line` and could be read up to `at`: the next line that is indented no
    /// deeper than it and begins with a bracket or stands behind a blank line.
    fn behind_broken(&self, line: Span, at: usize) -> usize {
        let content = line.text(self.text);
        let indent = content.len() - content.trim_start().len();
        let mut place = line.end + 1;
        let mut blank = false;
        while place < self.text.len() {
            let next = line_at(self.text, place);
            let content = next.text(self.text);
            let trimmed = content.trim_start();
            let shallow = content.len() - trimmed.len() <= indent;
            if trimmed.is_empty() {
                blank = true;
            } else if next.start >= at
                || (shallow
                    && (trimmed.starts_with('{') || (blank && !trimmed.starts_with(['}', ']']))))
            {
                return next.start;
            } else {
                blank = false;
            }
            place = next.end + 1;
        }
        self.text.len()
    }

    /// Whether a JSON value that could be read is a document of its own, or a part of a log.
    fn wanted(&self, span: Span, line: Span, leads: bool) -> bool {
        let content = span.text(self.text);
        if interesting(content) {
            return true;
        }
        let alone = self
            .text
            .get(..span.start)
            .is_none_or(|before| before.trim_start_matches('\u{feff}').trim().is_empty())
            && self
                .text
                .get(span.end..)
                .is_none_or(|after| after.trim().is_empty());
        let object = content.starts_with('{') && content.contains('"')
            || content
                .trim_start_matches(['[', ' ', '\t', '\r', '\n'])
                .starts_with(['{', '"']);
        alone || (leads && object && span.end > line.end)
    }

    /// The name that the line above gives, which is then no text.
    fn name_above(&mut self, line: Span, leads: bool) -> Option<String> {
        if !leads || self.one_file {
            return None;
        }
        let mut place = line.start;
        let mut blank = 0;
        let floor = self.found.last().map_or(0, |found| found.span.end);
        while let Some(above) = line_above(self.text, place).filter(|above| above.start >= floor) {
            let content = above.text(self.text).trim();
            place = above.start;
            if content.is_empty() {
                blank += 1;
                if blank > 1 {
                    return None;
                }
            } else if let Some(info) = fence(content) {
                self.consumed.push(above);
                if let Some(name) = info.split_whitespace().find(|word| has_extension(word)) {
                    return Some(name.to_owned());
                }
            } else if let Some(name) = file_name(content) {
                self.consumed.push(above);
                return Some(name.to_owned());
            } else {
                return None;
            }
        }
        None
    }

    fn report(mut self, index: usize, input: &Input, reading: &mut Reading) {
        let text = self.text;
        self.consume_fences();
        self.found.sort_by_key(|found| found.span.start);
        let whole = self.is_one_document();
        let alone = self.found.len() == 1 && whole;
        let mut documents = Vec::new();
        let mut done = 0;
        for found in std::mem::take(&mut self.found) {
            if !alone {
                self.text_between(
                    Span::new(done, found.span.start),
                    index,
                    input,
                    &mut documents,
                );
            }
            done = found.span.end;
            documents.push(Document {
                input: index,
                span: if alone { Span::of(text) } else { found.span },
                name: if alone {
                    input.name.clone().or(found.name)
                } else {
                    found.name.or_else(|| input.name.clone())
                },
                format: found.format,
                said: if alone { input.role } else { None },
                root: found.root,
            });
        }
        if !alone {
            self.text_between(Span::new(done, text.len()), index, input, &mut documents);
        }
        if let [document] = documents.as_mut_slice() {
            document.said = input.role;
        }
        reading.documents.append(&mut documents);
        self.troubles.sort_by_key(|trouble| trouble.span);
        self.troubles.truncate(PROBLEMS);
        reading
            .problems
            .extend(self.troubles.into_iter().map(|trouble| Problem {
                input: index,
                span: trouble.span,
                message: trouble.message,
                help: trouble.help,
            }));
    }

    /// Whether there is one document and nothing but blanks and comments around it.
    fn is_one_document(&self) -> bool {
        let [found] = self.found.as_slice() else {
            return false;
        };
        let around = |span: Span| {
            self.without_consumed(span)
                .iter()
                .all(|span| is_remark(span.text(self.text)))
        };
        around(Span::new(0, found.span.start)) && around(Span::new(found.span.end, self.text.len()))
    }

    /// Closing fences stand below a document.
    fn consume_fences(&mut self) {
        for found in &self.found {
            let mut place = line_at(self.text, found.span.end.min(self.text.len())).end + 1;
            if self.text.as_bytes().get(found.span.end.saturating_sub(1)) == Some(&b'\n') {
                place = found.span.end;
            }
            if place < self.text.len() {
                let line = line_at(self.text, place);
                if fence(line.text(self.text).trim()).is_some_and(str::is_empty) {
                    self.consumed.push(line);
                }
            }
        }
        self.consumed.sort();
    }

    fn without_consumed(&self, span: Span) -> Vec<Span> {
        let mut pieces = Vec::new();
        let mut start = span.start;
        let first = self
            .consumed
            .partition_point(|consumed| consumed.end < span.start);
        for consumed in self.consumed.iter().skip(first) {
            if consumed.start >= span.end {
                break;
            }
            if consumed.start >= start {
                pieces.push(Span::new(start, consumed.start));
                start = consumed.end.min(span.end);
            }
        }
        pieces.push(Span::new(start, span.end));
        pieces
    }

    fn text_between(&self, span: Span, index: usize, input: &Input, documents: &mut Vec<Document>) {
        for piece in self.without_consumed(span) {
            let content = piece.text(self.text);
            let trimmed = content.trim_matches(|character: char| {
                character.is_whitespace() || character == '\u{feff}'
            });
            if trimmed.is_empty() {
                continue;
            }
            let behind = content.trim_start_matches(|character: char| {
                character.is_whitespace() || character == '\u{feff}'
            });
            let start = piece.start + content.len() - behind.len();
            let span = Span::new(start, start + trimmed.len());
            documents.push(Document {
                input: index,
                span,
                name: input.name.clone(),
                format: Format::Text,
                said: None,
                root: Node {
                    span,
                    syntax: Syntax::Escaped,
                    value: Value::Text(Text::from_literal(trimmed)),
                },
            });
        }
    }
}

/// The end of a block that is broken inside: the next line that has its closing brace no deeper than it began.
fn block_end(text: &str, start: usize) -> usize {
    let first = text.get(..start).map_or(0, |before| {
        before.rfind('\n').map_or(0, |newline| newline + 1)
    });
    let indent = start - first;
    let mut at = line_at(text, start).end + 1;
    while at < text.len() {
        let line = line_at(text, at);
        let content = line.text(text);
        let depth = content.len() - content.trim_start().len();
        if depth <= indent && content.trim_start().starts_with('}') {
            return line.end;
        }
        if depth <= indent && hcl::begins(content) {
            return line.start.saturating_sub(1);
        }
        at = line.end + 1;
    }
    text.len()
}

/// Whether a comment line is a file's name and no remark about the line below.
fn is_name(comment: &str, below: &str) -> bool {
    file_name(comment).is_some_and(|name| {
        has_extension(name) || name.contains(['-', '_', '/', '.']) || names(name, below)
    })
}

/// Whether `name` is the name of the block that begins on `line`, whichever of `-` and `_` it is written with.
fn names(name: &str, line: &str) -> bool {
    let plain = |text: &str| text.to_ascii_lowercase().replace('-', "_");
    let name = plain(name);
    line.split('"')
        .skip(1)
        .step_by(2)
        .any(|label| plain(label) == name)
}

/// Whether lines of the form `key: value` are an error message.
fn is_log(lines: &str) -> bool {
    const LEADS: &[&str] = &[
        "error",
        "user:",
        "warning",
        "caused",
        "exception",
        "fatal",
        "message:",
    ];
    let first = lines
        .trim_start()
        .get(..20)
        .unwrap_or(lines)
        .to_ascii_lowercase();
    LEADS.iter().any(|lead| first.starts_with(lead))
        || ["not authorized", "AccessDenied", "Access Denied"]
            .iter()
            .any(|sign| lines.contains(sign))
}

/// Whether every line is blank or a comment.
fn is_remark(text: &str) -> bool {
    text.trim_start_matches('\u{feff}').lines().all(|line| {
        let line = line.trim();
        line.is_empty()
            || line.starts_with("//")
            || line.starts_with('#')
            || (line.starts_with("/*") && line.ends_with("*/"))
    })
}

fn is_blank(text: &str) -> bool {
    text.chars()
        .all(|character| character.is_whitespace() || character == '\u{feff}')
}

fn interesting(text: &str) -> bool {
    INTERESTING.iter().any(|key| text.contains(key))
}

/// The rest of the line from `at`, without its line break.
pub(crate) fn line_at(text: &str, at: usize) -> Span {
    let length = text
        .get(at..)
        .and_then(|rest| undeny_text::first_of(rest, b"\n"))
        .unwrap_or_else(|| text.len().saturating_sub(at));
    Span::new(at, at + length)
}

/// Whether a line begins at `at`.
fn begins_line(text: &str, at: usize) -> bool {
    text.get(..at)
        .is_some_and(|before| before.is_empty() || before.ends_with('\n'))
}

/// The line above the one that begins at `start`.
fn line_above(text: &str, start: usize) -> Option<Span> {
    let end = start.checked_sub(1)?;
    let before = text.get(..end)?;
    Some(Span::new(
        before.rfind('\n').map_or(0, |newline| newline + 1),
        end,
    ))
}

/// What stands behind a Markdown fence.
fn fence(line: &str) -> Option<&str> {
    let info = line
        .strip_prefix("```")
        .or_else(|| line.strip_prefix("~~~"))?;
    Some(info.trim_start_matches(['`', '~']).trim())
}

/// The file's name in a line that says nothing else.
fn file_name(line: &str) -> Option<&str> {
    for (open, close) in [
        ("#", ""),
        ("//", ""),
        ("/*", "*/"),
        ("<!--", "-->"),
        (";", ""),
    ] {
        if let Some(rest) = line.strip_prefix(open)
            && let Some(rest) = rest.trim_start_matches('#').trim().strip_suffix(close)
            && let Some(name) = name_word(rest)
        {
            return Some(name);
        }
    }
    let inner = line.trim_matches(['=', '-', '>', '<', '*', ' ', '\t', '`', ':', '+']);
    name_word(inner).filter(|name| has_extension(name))
}

/// A word that can be a file's name, also behind `file:`.
fn name_word(words: &str) -> Option<&str> {
    let words = words
        .trim()
        .trim_matches(['=', '-', '>', '<', '*', '`'])
        .trim();
    let lower = words.to_ascii_lowercase();
    let word = ["file:", "filename:", "file", "path:"]
        .iter()
        .find(|lead| {
            lower.starts_with(*lead)
                && lower.len() > lead.len()
                && (lead.ends_with(':')
                    || lower
                        .get(lead.len()..)
                        .is_some_and(|rest| rest.starts_with(' ')))
        })
        .and_then(|lead| words.get(lead.len()..))
        .unwrap_or(words)
        .trim()
        .trim_end_matches(':')
        .trim_matches(['`', '"', '\'']);
    let fits = !word.is_empty()
        && word.len() <= 200
        && word
            .chars()
            .all(|character| character.is_alphanumeric() || "._-/@+\\()".contains(character))
        && word.chars().any(char::is_alphanumeric);
    fits.then_some(word)
}

fn has_extension(word: &str) -> bool {
    const EXTENSIONS: &[&str] = &[
        "json", "jsonc", "json5", "tf", "hcl", "tfvars", "yaml", "yml", "template", "tpl", "tftpl",
        "txt", "log", "j2",
    ];
    word.rsplit_once('.').is_some_and(|(stem, extension)| {
        !stem.is_empty() && EXTENSIONS.contains(&extension.to_ascii_lowercase().as_str())
    })
}
