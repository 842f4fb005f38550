//! References in what a person reads: as the file writes them, and not as policies are compared.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use undeny_document::{Node, Piece, Reading, Value};
use undeny_iam::policy::{key_pieces, unknown_reference};

use crate::foreign::Examined;
use crate::report::{ContextMap, NewAccess, Proof, ProvenRequest, Report, Request};

/// The signs by which references stand in strings, with what they are signs for.
pub(crate) struct Signs<'r> {
    reading: &'r Reading,
    expressions: OnceCell<BTreeMap<String, &'r str>>,
}

impl<'r> Signs<'r> {
    pub(crate) const fn of(reading: &'r Reading) -> Self {
        Self {
            reading,
            expressions: OnceCell::new(),
        }
    }

    fn expressions(&self) -> &BTreeMap<String, &'r str> {
        self.expressions.get_or_init(|| {
            let mut found = BTreeMap::new();
            for document in &self.reading.documents {
                look(&document.root, &mut found);
            }
            found
        })
    }

    /// Write the references in `text`: `${var.bucket}-logs`, and where one stands alone between quotes, `var.bucket`.
    pub(crate) fn write(&self, text: &mut String) {
        if !text.contains('\u{27e6}') {
            return;
        }
        let mut written = String::with_capacity(text.len());
        let mut rest = text.as_str();
        while let Some((before, inside)) = rest.split_once('\u{27e6}') {
            // What is in no known region is told by its reference alone.
            let made_up = before
                .rfind("arn:")
                .and_then(|at| before.split_at_checked(at));
            let told = made_up.filter(|(_, arn)| arn.contains(crate::resolve::UNKNOWN_REGION));
            written.push_str(told.map_or(before, |(told, _)| told));
            let (inside, after) = inside.split_once('\u{27e7}').unwrap_or((inside, ""));
            let sign = format!("\u{27e6}{inside}\u{27e7}");
            let expression = self.expressions().get(&sign).copied().unwrap_or(inside);
            let plain = plain(expression);
            let is_alone = matches!(
                (before.chars().next_back(), after.chars().next()),
                (Some('`'), Some('`')) | (Some('"'), Some('"'))
            );
            if is_alone {
                written.push_str(&crate::resolve::shown(expression));
            } else {
                written.push_str("${");
                written.push_str(plain);
                written.push('}');
            }
            rest = after;
        }
        written.push_str(rest);
        *text = written;
    }

    /// The other way: what a report wrote as policies are compared.
    pub(crate) fn read(&self, text: &mut String) {
        if !text.contains("${") {
            return;
        }
        for (sign, expression) in self.expressions() {
            let plain = plain(expression);
            let written = format!("${{{plain}}}");
            if text.contains(&written) {
                *text = text.replace(&written, sign);
            }
        }
    }

    /// Write the references in everything of a report that is not a text of the user's.
    pub(crate) fn write_report(&self, report: &mut Report) {
        for inferred in report.denials.iter_mut().map(|denial| &mut denial.inferred) {
            for text in [
                &mut inferred.principal,
                &mut inferred.action,
                &mut inferred.resource,
            ]
            .into_iter()
            .flatten()
            {
                self.write(text);
            }
        }
        if let Some(cause) = &mut report.cause {
            self.write(&mut cause.title);
            self.write(&mut cause.explanation);
            cause.next.iter_mut().for_each(|text| self.write(text));
            for label in &mut cause.labels {
                self.write(&mut label.text);
            }
        }
        for document in &mut report.documents {
            self.write_all(&mut document.changes);
        }
        for variant in &mut report.variants {
            self.write(&mut variant.title);
            self.write(&mut variant.note);
            self.write_proof(&mut variant.proof);
            for document in &mut variant.documents {
                self.write_all(&mut document.changes);
            }
        }
        for question in &mut report.questions {
            self.write(&mut question.text);
            self.write(&mut question.why);
            // No value that could be answered.
            if question
                .default
                .as_ref()
                .is_some_and(|default| default.contains('\u{27e6}'))
            {
                question.default = None;
            }
        }
        report
            .proof
            .iter_mut()
            .for_each(|proof| self.write_proof(proof));
        report.handover.iter_mut().for_each(|text| self.write(text));
        for warning in &mut report.warnings {
            self.write(&mut warning.message);
            self.write(&mut warning.blast_radius);
        }
        for problem in &mut report.problems {
            self.write(&mut problem.message);
            self.write(&mut problem.help);
        }
    }

    /// Write the references in what was found of a change that somebody else made.
    pub(crate) fn write_examined(&self, examined: &mut Examined) {
        self.write_requests(&mut examined.requests);
        examined
            .new_access
            .iter_mut()
            .for_each(|access| self.write_access(access));
        for wider in &mut examined.wider {
            self.write(&mut wider.message);
            self.write_request(&mut wider.example);
        }
        self.write_all(&mut examined.reasons);
        self.write_all(&mut examined.assumptions);
    }

    fn write_requests(&self, requests: &mut [ProvenRequest]) {
        for request in requests {
            self.write(&mut request.principal);
            self.write(&mut request.resource);
            self.write_context(&mut request.context);
        }
    }

    fn write_proof(&self, proof: &mut Proof) {
        self.write_requests(&mut proof.requests);
        proof
            .new_access
            .iter_mut()
            .for_each(|access| self.write_access(access));
        self.write_all(&mut proof.assumptions);
        for denied in &mut proof.still_denied {
            self.write_request(&mut denied.request);
            self.write(&mut denied.lazy_fix);
        }
    }

    fn write_access(&self, access: &mut NewAccess) {
        self.write(&mut access.principal);
        self.write_all(&mut access.actions);
        self.write_all(&mut access.resources);
        access
            .condition
            .iter_mut()
            .for_each(|text| self.write(text));
        self.write_request(&mut access.example);
    }

    fn write_request(&self, request: &mut Request) {
        self.write(&mut request.principal);
        self.write(&mut request.resource);
        self.write_context(&mut request.context);
    }

    fn write_context(&self, context: &mut ContextMap) {
        *context = std::mem::take(context)
            .into_iter()
            .map(|(mut key, mut values)| {
                self.write(&mut key);
                self.write_all(&mut values);
                (key, values)
            })
            .collect();
    }

    fn write_all(&self, texts: &mut [String]) {
        texts.iter_mut().for_each(|text| self.write(text));
    }
}

/// What stands in `${..}` for an expression, also one of CloudFormation's `Ref` or `GetAtt`.
fn plain(expression: &str) -> &str {
    expression
        .strip_prefix("Ref:")
        .or_else(|| expression.strip_prefix("GetAtt:"))
        .unwrap_or(expression)
}

fn look<'r>(node: &'r Node, found: &mut BTreeMap<String, &'r str>) {
    let mut add = |expression: &'r str| {
        found
            .entry(unknown_reference(expression))
            .or_insert(expression);
    };
    match &node.value {
        Value::Opaque { expression } => add(expression),
        Value::Text(text) => {
            for piece in text.pieces() {
                if let Piece::Reference(expression) = piece {
                    add(expression);
                }
            }
        }
        Value::Map(map) => {
            for member in &map.members {
                if member.key.text.contains("${") {
                    key_pieces(&member.key.text)
                        .filter_map(|(_, reference)| reference)
                        .for_each(&mut add);
                }
            }
        }
        _ => {}
    }
    for child in node.children() {
        look(child, found);
    }
}
