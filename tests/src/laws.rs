//! What must hold of every case, whatever it says: DESIGN.md, *What always holds*.

use std::collections::BTreeMap;

use serde_json::Value;
use undeny_core::report::{Report, Verdict};
use undeny_core::{Input, Options, Outcome, Paste, diagnose, run};

use crate::case::Case;
use crate::{diff, shape};

/// A law: its name, and the test of one case.
pub type Law = (&'static str, fn(&Case) -> Result<(), String>);

/// Every law, by name.
pub const LAWS: &[Law] = &[
    ("a diff applies", |case| {
        diffs_apply(&case.files(), &case.options())
    }),
    ("a paste gives the same fix", a_paste_gives_the_same_fix),
    ("a proof stands beside a patch", |case| {
        proven(&run(&case.files(), &case.options()).report)
    }),
    ("another run changes nothing more", |case| {
        idempotent(&case.files(), &case.options())
    }),
    ("as files", |case| {
        case.check(&run(&case.files(), &case.options()))
    }),
    ("line ends stay", line_ends_stay),
    ("redacted, fixed and restored", |case| {
        restores(&case.files(), &case.options(), &case.expected.asked)
    }),
    ("spans lie within the text", |case| {
        let paste = case.files();
        spans(&paste, &run(&paste, &case.options()).report)
    }),
    (
        "the first answer is the last one's cause, or none",
        |case| first_answer_stays(&case.files(), &case.options()),
    ),
    ("the same input gives the same output", |case| {
        deterministic(&case.files(), &case.options())
    }),
];

/// The texts as a variant leaves them.
fn texts(outcome: &Outcome, variant: &str) -> Option<Vec<String>> {
    outcome
        .patches
        .iter()
        .find(|patch| patch.variant == variant)
        .map(|patch| patch.texts.clone())
}

fn replaced(paste: &Paste, texts: &[String]) -> Paste {
    let inputs = paste
        .inputs
        .iter()
        .zip(texts)
        .map(|(input, text)| Input {
            text: text.clone(),
            ..input.clone()
        })
        .collect();
    Paste { inputs }
}

fn same(what: &str, wanted: &[String], found: &[String]) -> Result<(), String> {
    for (index, (wanted, found)) in wanted.iter().zip(found).enumerate() {
        if wanted != found {
            let shown = similar::TextDiff::from_lines(wanted, found)
                .unified_diff()
                .to_string();
            return Err(format!("{what}: text {index} differs\n{shown}"));
        }
    }
    if wanted.len() == found.len() {
        Ok(())
    } else {
        Err(format!(
            "{what}: {} texts and {}",
            wanted.len(),
            found.len()
        ))
    }
}

/// Each document's diff turns its text into the patched one, and together they are the patched texts.
///
/// # Errors
/// What does not fit.
pub fn diffs_apply(paste: &Paste, options: &Options) -> Result<(), String> {
    let outcome = run(paste, options);
    for variant in &outcome.report.variants {
        let wanted = texts(&outcome, variant.id)
            .ok_or_else(|| format!("variant {} without its texts", variant.id))?;
        let mut result: Vec<String> = paste
            .inputs
            .iter()
            .map(|input| input.text.clone())
            .collect();
        // From the last to the first, so that places stay true.
        for document in variant.documents.iter().rev() {
            let (Some(after), Some(text)) = (&document.after, &document.diff) else {
                return Err(format!("{} is listed and does not change", document.name));
            };
            let applied = diff::apply(text, &document.before)
                .map_err(|error| format!("{}: {error}\n{text}", document.name))?;
            same(
                &format!("{} of {}", variant.id, document.name),
                std::slice::from_ref(after),
                &[applied],
            )?;
            let span = document.span.start..document.span.end;
            if result[document.input].get(span.clone()) != Some(document.before.as_str()) {
                return Err(format!(
                    "{}: `before` is not the text of its span",
                    document.name
                ));
            }
            result[document.input].replace_range(span, after);
        }
        same(
            &format!("the documents of {}", variant.id),
            &wanted,
            &result,
        )?;
        for ((input, after), index) in paste.inputs.iter().zip(&wanted).zip(0..) {
            if input.text == *after {
                continue;
            }
            let text = undeny_text::unified_diff("file", &input.text, after);
            let applied = diff::apply(&text, &input.text)?;
            same(
                &format!("the diff of text {index}"),
                std::slice::from_ref(after),
                &[applied],
            )?;
            only_the_changed_lines(&input.text, after)?;
        }
    }
    let shown = outcome
        .report
        .documents
        .iter()
        .filter(|document| document.diff.is_some());
    if shown.count() > 0 && texts(&outcome, "minimal").is_none() {
        return Err("a diff is shown without a patch".to_owned());
    }
    Ok(())
}

/// Line ends and the missing last one stay.
fn only_the_changed_lines(before: &str, after: &str) -> Result<(), String> {
    let crlf = before.matches("\r\n").count();
    let all = before.matches('\n').count();
    let crlf_after = after.matches("\r\n").count();
    let all_after = after.matches('\n').count();
    if crlf == all && crlf_after != all_after {
        return Err("a line end is not the text's".to_owned());
    }
    if crlf == 0 && crlf_after != 0 {
        return Err("a carriage return came in".to_owned());
    }
    if before.ends_with('\n') != after.ends_with('\n') {
        return Err("the last line's end changed".to_owned());
    }
    if before.contains('\t') || !after.contains('\t') {
        Ok(())
    } else {
        Err("a tab came in".to_owned())
    }
}

/// What the page says before the whole of its engine is there is not taken back.
fn first_answer_stays(paste: &Paste, options: &Options) -> Result<(), String> {
    let rule = |report: &Report| report.cause.as_ref().map(|cause| cause.rule);
    let Some(first) = rule(&diagnose(paste, options)) else {
        return Ok(());
    };
    let last = rule(&run(paste, options).report);
    if last == Some(first) {
        Ok(())
    } else {
        Err(format!("first {first}, then {}", last.unwrap_or("none")))
    }
}

fn a_paste_gives_the_same_fix(case: &Case) -> Result<(), String> {
    if case.expected.files_only || case.inputs.iter().any(|input| input.role.is_some()) {
        return Ok(());
    }
    let options = case.options();
    let files = run(&case.files(), &options);
    let (paste, ranges) = shape::as_paste(&case.inputs, &case.commented, &case.errors);
    let outcome = run(&paste, &options);
    let rule = |report: &Report| report.cause.as_ref().map(|cause| cause.rule);
    let ends = |report: &Report| (report.verdict.as_str(), rule(report));
    if ends(&files.report) != ends(&outcome.report) {
        return Err(format!(
            "as files {:?}, as a paste {:?}\n{}",
            ends(&files.report),
            ends(&outcome.report),
            outcome
                .report
                .documents
                .iter()
                .map(|document| format!(
                    "{} {} {} lines {:?}",
                    document.name, document.format, document.role, document.lines
                ))
                .collect::<Vec<_>>()
                .join("\n")
        ));
    }
    for variant in ["minimal", "hardened"] {
        match (texts(&files, variant), texts(&outcome, variant)) {
            (None, None) => {}
            (Some(wanted), Some(found)) => {
                let found = diff::regions(&paste.inputs[0].text, &found[0], &ranges);
                let wanted: Vec<String> = wanted
                    .into_iter()
                    .map(|text| {
                        if text.ends_with('\n') {
                            text
                        } else {
                            text + "\n"
                        }
                    })
                    .collect();
                same(&format!("the {variant} fix of the paste"), &wanted, &found)?;
            }
            (wanted, found) => {
                return Err(format!(
                    "{variant}: as files {}, as a paste {}",
                    wanted.is_some(),
                    found.is_some()
                ));
            }
        }
    }
    diffs_apply(&paste, &options)?;
    idempotent(&paste, &options)?;
    restores(&paste, &options, &case.expected.asked)?;
    spans(&paste, &outcome.report)?;
    proven(&outcome.report)
}

fn line_ends_stay(case: &Case) -> Result<(), String> {
    line_ends(&case.files(), &case.options())
}

/// The same text with `\r\n` gets the same fix with `\r\n`.
///
/// # Errors
/// What differs.
pub fn line_ends(files: &Paste, options: &Options) -> Result<(), String> {
    let plain = run(files, options);
    let paste = shape::with_crlf(files);
    let outcome = run(&paste, options);
    if plain.report.verdict != outcome.report.verdict {
        return Err(format!(
            "{} with \\n, {} with \\r\\n: {:?}",
            plain.report.verdict.as_str(),
            outcome.report.verdict.as_str(),
            outcome.report.cause
        ));
    }
    for variant in ["minimal", "hardened"] {
        let wanted = texts(&plain, variant).map(|texts| {
            shape::with_crlf(&replaced(files, &texts))
                .inputs
                .into_iter()
                .map(|input| input.text)
                .collect::<Vec<_>>()
        });
        let found = texts(&outcome, variant);
        same(
            &format!("the {variant} fix with \\r\\n"),
            &wanted.unwrap_or_default(),
            &found.unwrap_or_default(),
        )?;
    }
    diffs_apply(&paste, options)?;
    spans(&paste, &outcome.report)
}

/// A patch comes with a proof that says what a proof has to say.
///
/// # Errors
/// What is missing.
pub fn proven(report: &Report) -> Result<(), String> {
    let changes = report
        .documents
        .iter()
        .any(|document| document.after.is_some());
    let patch = report.verdict == Verdict::Patch;
    if (patch || changes) && report.proof.is_none() {
        return Err("a patch without a proof".to_owned());
    }
    if patch && !changes {
        return Err("the verdict is `patch`, and nothing changes".to_owned());
    }
    if changes && !matches!(report.verdict, Verdict::Patch | Verdict::PatchOtherOwner) {
        return Err(format!(
            "a patch, and the verdict is {}",
            report.verdict.as_str()
        ));
    }
    if report.verdict == Verdict::PatchOtherOwner && report.handover.is_none() {
        return Err("somebody else's policy, and nothing to hand over".to_owned());
    }
    for (name, proof) in report
        .proof
        .iter()
        .map(|proof| ("the report", proof))
        .chain(
            report
                .variants
                .iter()
                .map(|variant| (variant.id, &variant.proof)),
        )
    {
        if !(proof.only_planned && proof.idempotent && proof.restores) {
            return Err(format!(
                "{name}: only_planned {}, idempotent {}, restores {}",
                proof.only_planned, proof.idempotent, proof.restores
            ));
        }
        if proof.requests.is_empty() {
            return Err(format!("{name}: no request is proven"));
        }
        if let Some(request) = proof
            .requests
            .iter()
            .find(|request| request.after != "Allowed")
        {
            return Err(format!(
                "{name}: {} is {} afterwards",
                request.action, request.after
            ));
        }
    }
    if let Some(proof) = report.proof.as_ref().filter(|_| changes)
        && proof
            .requests
            .iter()
            .all(|request| request.before == "Allowed")
    {
        return Err("nothing was denied before".to_owned());
    }
    Ok(())
}

/// Running on the patched text changes nothing more.
///
/// # Errors
/// What changes.
pub fn idempotent(paste: &Paste, options: &Options) -> Result<(), String> {
    let outcome = run(paste, options);
    let Some(patched) = texts(&outcome, "minimal") else {
        return Ok(());
    };
    let again = run(&replaced(paste, &patched), options);
    match texts(&again, "minimal") {
        None => Ok(()),
        Some(found) => same("the second run", &patched, &found),
    }
}

/// The fix of the redacted text, restored, is the fix.
///
/// A token goes as a whole, and what it said with it: then the redacted text asks for what is in `asked`, question by question, and for no more; with
/// those answers, redacted like the text, the fix is the same.
///
/// # Errors
/// What differs.
pub fn restores(
    paste: &Paste,
    options: &Options,
    asked: &BTreeMap<String, String>,
) -> Result<(), String> {
    let plain = run(paste, options);
    let mut together = paste.clone();
    together.inputs.extend(
        options
            .answers
            .values()
            .chain(asked.values())
            .map(|answer| Input {
                text: answer.clone(),
                ..Input::default()
            }),
    );
    let redaction = undeny_core::redact(&together, options);
    let mut redacted: Vec<String> = redaction
        .texts
        .iter()
        .map(|text| text.text.clone())
        .collect();
    let mut answers = redacted.split_off(paste.inputs.len());
    let answers_when_asked = answers.split_off(options.answers.len());
    let hidden = replaced(paste, &redacted);
    let mut hidden_options = Options {
        answers: options.answers.keys().cloned().zip(answers).collect(),
        ..options.clone()
    };
    for (text, input) in redacted.iter().zip(&paste.inputs) {
        let back = redaction.vault.restore(text).text;
        same(
            "redacted and restored",
            std::slice::from_ref(&input.text),
            &[back],
        )?;
        for original in redaction
            .vault
            .originals()
            .filter(|original| original.len() > 7)
        {
            if text.contains(original) {
                return Err(format!("the redacted text still holds {original:?}"));
            }
        }
    }
    let mut outcome = run(&hidden, &hidden_options);
    for (id, answer) in asked.keys().zip(answers_when_asked) {
        if !plain.report.questions.is_empty() {
            return Err(format!("{id} is asked of the text itself"));
        }
        if !outcome.report.questions.iter().any(|asks| asks.id == *id) {
            return Err(format!(
                "the redacted text does not ask for {id}: {:?}",
                outcome.report.questions
            ));
        }
        hidden_options.answers.insert(id.clone(), answer);
        outcome = run(&hidden, &hidden_options);
    }
    for variant in ["minimal", "hardened"] {
        let wanted = texts(&plain, variant);
        let found = texts(&outcome, variant).map(|texts| {
            texts
                .iter()
                .map(|text| redaction.vault.restore(text).text)
                .collect::<Vec<_>>()
        });
        match (wanted, found) {
            (None, None) => {}
            (Some(wanted), Some(found)) => {
                same(
                    &format!("the {variant} fix of the redacted text"),
                    &wanted,
                    &found,
                )?;
            }
            (wanted, found) => {
                return Err(format!(
                    "{variant}: a fix {}, redacted {}; redacted it says {:?}\n{}",
                    wanted.is_some(),
                    found.is_some(),
                    outcome.report.cause,
                    redacted.join("\n\n")
                ));
            }
        }
    }
    Ok(())
}

/// Every span lies within its text, at characters.
///
/// # Errors
/// The first that does not.
pub fn spans(paste: &Paste, report: &Report) -> Result<(), String> {
    let check = |index: usize, start: usize, end: usize, what: &str| {
        let text = paste
            .inputs
            .get(index)
            .ok_or_else(|| format!("{what}: there is no text {index}"))?;
        match text.text.get(start..end) {
            Some(_) => Ok(()),
            None => Err(format!(
                "{what}: {start}..{end} of a text of {} bytes",
                text.text.len()
            )),
        }
    };
    let value = serde_json::to_value(report).map_err(|error| error.to_string())?;
    let mut stack = vec![("report".to_owned(), &value)];
    while let Some((path, value)) = stack.pop() {
        match value {
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    stack.push((format!("{path}[{index}]"), item));
                }
            }
            Value::Object(fields) => {
                let number =
                    |key: &str| fields.get(key).and_then(Value::as_u64).map(|n| n as usize);
                if let (Some(document), Some(start), Some(end)) =
                    (number("document"), number("start"), number("end"))
                {
                    check(document, start, end, &path)?;
                }
                for (key, field) in fields {
                    stack.push((format!("{path}.{key}"), field));
                }
            }
            _ => {}
        }
    }
    let mut last = (0, 0);
    for document in &report.documents {
        let (start, end) = (document.span.start, document.span.end);
        check(document.input, start, end, &document.name)?;
        if (document.input, start) < last {
            return Err(format!("{} overlaps the document before it", document.name));
        }
        last = (document.input, end);
    }
    Ok(())
}

/// The same input gives the same bytes.
///
/// # Errors
/// That it does not.
pub fn deterministic(paste: &Paste, options: &Options) -> Result<(), String> {
    let once = || {
        let outcome = run(paste, options);
        let hidden: Vec<String> = outcome
            .redaction
            .texts
            .iter()
            .map(|text| text.text.clone())
            .collect();
        let report = serde_json::to_string(&outcome.report).map_err(|error| error.to_string())?;
        Ok::<_, String>((report, outcome.patches, hidden))
    };
    if once()? == once()? {
        Ok(())
    } else {
        Err("two runs of the same input differ".to_owned())
    }
}
