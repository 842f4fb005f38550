//! What may change in a policy, in IAM's words, and the edits that do it in the document's own hand.
//!
//! A [`Change`] names a policy of the reading, a statement and what is to be there; no bytes. [`edits`] turns a list of them into the
//! edits of each input, [`expected`] says what a reader of the result must find: a proof holds the two against each other.

mod cycle;
mod unwritten;

use std::borrow::Cow;

use undeny_document::edit::{self, New, NewMember, Refusal};
use undeny_document::{
    Map, MemberKind, Node, Piece, Reading, Role, Syntax, Text, Unescaped, Value,
};
use undeny_text::{Edit, Edits, Span};

use crate::arn::Arn;
use crate::policy::{
    Bindings, Condition, Dialect, Effect, Element, Item, Policy, Principal, PrincipalKind,
    Principals, Statement, unknown_reference,
};

/// One change of one policy. `policy` and `statement` are indexes into the policies given and their statements.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Which policy.
    pub policy: usize,
    /// What happens to it.
    pub kind: ChangeKind,
}

/// The kinds of change. Each widens or narrows one element; none can take a statement or a condition away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// More actions for a statement.
    AddActions {
        /// Which statement.
        statement: usize,
        /// The actions, none of which it has.
        actions: Vec<String>,
    },
    /// More resources for a statement.
    AddResources {
        /// Which statement.
        statement: usize,
        /// The resources, none of which it has.
        resources: Vec<String>,
    },
    /// More principals for a statement.
    AddPrincipals {
        /// Which statement.
        statement: usize,
        /// Under which key.
        kind: PrincipalKind,
        /// The names.
        names: Vec<String>,
    },
    /// A statement of its own, behind the last.
    AddStatement(NewStatement),
    /// One value (of an action, resource, principal or condition) by another: a misspelt action, a role's old ARN, a wrong claim.
    ReplaceValue {
        /// Which statement.
        statement: usize,
        /// The bytes of the [`Item`] to replace.
        item: Span,
        /// The new value.
        value: String,
    },
    /// A condition's operator by another: `StringEquals` by `StringLike`.
    ReplaceOperator {
        /// Which statement.
        statement: usize,
        /// Which of its conditions.
        condition: usize,
        /// The new operator. Where the old one holds several keys, only this key moves.
        operator: String,
    },
    /// A condition's key by another: a wrong issuer's host, `aud` where `sub` was meant.
    ReplaceKey {
        /// Which statement.
        statement: usize,
        /// Which of its conditions.
        condition: usize,
        /// The new key.
        key: String,
    },
    /// One more value for a condition.
    AddConditionValues {
        /// Which statement.
        statement: usize,
        /// Which of its conditions.
        condition: usize,
        /// The values.
        values: Vec<String>,
    },
    /// One more condition for a statement.
    AddCondition {
        /// Which statement.
        statement: usize,
        /// The condition.
        condition: NewCondition,
    },
    /// The policy language's version, where a policy names none. For the linter: no request is decided otherwise afterwards.
    AddVersion {
        /// `2012-10-17`
        version: &'static str,
    },
    /// A word of the policy language by another: how an Effect is spelt, a Sid, the version, an element's name. For the linter.
    Respell {
        /// The bytes of the value or of the key.
        place: Span,
        /// The new word.
        word: String,
    },
    /// A principal that stands without its kind, under its kind. For the linter.
    KeyPrincipal {
        /// The bytes of the principal's name.
        place: Span,
        /// The kind.
        kind: PrincipalKind,
        /// The name as it is.
        name: String,
    },
}

/// A statement to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewStatement {
    /// Its id: letters and digits, unique in the policy.
    pub sid: Option<String>,
    /// Allow or Deny.
    pub effect: Effect,
    /// The principals, for policies that have them.
    pub principals: Vec<(PrincipalKind, String)>,
    /// The actions.
    pub actions: Vec<String>,
    /// The resources; none in a trust policy.
    pub resources: Vec<String>,
    /// The conditions.
    pub conditions: Vec<NewCondition>,
}

/// A condition to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewCondition {
    /// `StringEquals`, ...
    pub operator: String,
    /// `aws:SourceAccount`, ...
    pub key: String,
    /// The values.
    pub values: Vec<String>,
}

impl NewCondition {
    /// The conditions of a statement, to be written once more.
    #[must_use]
    pub fn all_of(statement: &Statement) -> Vec<Self> {
        statement
            .conditions
            .iter()
            .map(|condition| Self {
                operator: condition.operator.clone(),
                key: condition.key.clone(),
                values: condition
                    .values
                    .iter()
                    .map(|item| item.value().into_owned())
                    .collect(),
            })
            .collect()
    }
}

/// The edits that make `changes`, one entry for each input of the reading (empty where nothing changes there).
///
/// `texts` are the inputs' texts and `policies` the policies found in `reading`, in the order that [`Change::policy`] counts.
///
/// # Errors
/// The first [`Refusal`]: a change that this document's hand does not allow, with its place.
pub fn edits(
    reading: &Reading,
    texts: &[&str],
    policies: &[Policy],
    changes: &[Change],
) -> Result<Vec<Edits>, Refusal> {
    edits_with(reading, texts, policies, &[], changes)
}

/// As [`edits`], with what is known of references, one entry for each policy: an ARN that a reference of the same document stands for is
/// written as that reference.
///
/// # Errors
/// As [`edits`].
pub fn edits_with(
    reading: &Reading,
    texts: &[&str],
    policies: &[Policy],
    bindings: &[&Bindings],
    changes: &[Change],
) -> Result<Vec<Edits>, Refusal> {
    let mut found: Vec<Vec<Edit>> = texts.iter().map(|_| Vec::new()).collect();
    for change in &merged(changes) {
        let Some(policy) = policies.get(change.policy) else {
            continue;
        };
        let Some(document) = reading.documents.get(policy.document) else {
            continue;
        };
        let Some(text) = texts.get(document.input) else {
            continue;
        };
        let Some(node) = policy.node(&document.root) else {
            continue;
        };
        let written = match Inside::read(text, &document.root, policy) {
            Some(inside) => inside.write(change, changes)?,
            None => {
                let bindings = bindings.get(change.policy).copied();
                let mut references = references(&document.root, bindings);
                let is_new = policy.dialect == Dialect::Unwritten;
                let declared = bindings.map(|bindings| declared(&document.root, bindings));
                // A key's id is nobody's to write where its name is known.
                references.extend(declared.into_iter().flatten().filter(|(_, value)| {
                    is_new
                        || value
                            .as_deref()
                            .is_some_and(|value| value.contains(":key/"))
                }));
                let root = Some(&document.root);
                write(text, (root, policy, node), change, changes, references)?
            }
        };
        if let Some(edit) = written.iter().find(|edit| edit.insert.contains('\u{27e6}')) {
            return Err(Refusal {
                span: edit.span,
                reason: "a value that the text does not tell would have to be written".to_owned(),
            });
        }
        if let Some(edits) = found.get_mut(document.input) {
            edits.extend(written);
        }
    }
    found
        .into_iter()
        .map(|mut edits| {
            edits.sort();
            edits.dedup();
            Edits::new(edits).map_err(|error| Refusal {
                span: Span::default(),
                reason: error.to_string(),
            })
        })
        .collect()
}

/// The edits of `text` that make one change of the policy at `node`.
fn write(
    text: &str,
    (root, policy, node): (Option<&Node>, &Policy, &Node),
    change: &Merged,
    changes: &[Change],
    references: Vec<(String, Option<String>)>,
) -> Result<Vec<Edit>, Refusal> {
    let writer = Writer {
        text,
        root,
        policy,
        node,
        renamed: renamed(changes, change.policy, policy),
        references,
    };
    let plain = Writer {
        references: Vec::new(),
        renamed: writer.renamed.clone(),
        ..writer
    };
    // A place that takes no references gets the value in full, where that is known.
    writer.write(&change.kind).or_else(|refusal| {
        let edits = plain.write(&change.kind)?;
        if edits.iter().any(|edit| edit.insert.contains('\u{27e6}')) {
            Err(refusal)
        } else {
            Ok(edits)
        }
    })
}

/// A policy inside a string with escapes.
struct Inside<'a> {
    unescaped: Unescaped,
    /// The document in the string as the source has it.
    source: &'a Node,
    /// The steps from the document to the policy.
    path: &'a [usize],
    role: Role,
}

impl<'a> Inside<'a> {
    fn read(text: &str, root: &'a Node, policy: &'a Policy) -> Option<Self> {
        let mut node = root;
        let mut path = policy.path.as_slice();
        loop {
            if let Value::Embedded(source) = &node.value
                && let Some(unescaped) = Unescaped::read(text, node)
            {
                // The string itself is the policy's node, or the document in it is stepped into.
                let path = path.get(1..).unwrap_or_default();
                return Some(Self {
                    unescaped,
                    source,
                    path,
                    role: policy.role,
                });
            }
            let (next, rest) = path.split_first()?;
            node = node.children().get(*next)?;
            path = rest;
        }
    }

    /// The edits of the source.
    fn write(&self, change: &Merged, changes: &[Change]) -> Result<Vec<Edit>, Refusal> {
        let lost = || Refusal {
            span: self.source.span,
            reason: "it stands inside a string with escapes, and the place in it is not found"
                .to_owned(),
        };
        let root = &self.unescaped.root;
        let node = self
            .path
            .iter()
            .try_fold(root, |node, index| node.children().get(*index))
            .ok_or_else(lost)?;
        let policy = crate::policy::from_node(node, Some(self.role)).ok_or_else(lost)?;
        let mut kind = change.kind.clone();
        if let MergedKind::Other(
            ChangeKind::ReplaceValue { item: place, .. }
            | ChangeKind::Respell { place, .. }
            | ChangeKind::KeyPrincipal { place, .. },
        ) = &mut kind
        {
            *place = Unescaped::place(self.source, root, *place).ok_or_else(lost)?;
        }
        let change = Merged {
            policy: change.policy,
            kind,
        };
        let edits = write(
            &self.unescaped.text,
            (None, &policy, node),
            &change,
            changes,
            Vec::new(),
        )?;
        Ok(self.unescaped.edits(edits))
    }
}

/// A change to be written, with changes to one list put together: a list is opened once.
struct Merged {
    policy: usize,
    kind: MergedKind,
}

#[derive(Clone)]
enum MergedKind {
    AddStatements(Vec<NewStatement>),
    Other(ChangeKind),
}

fn merged(changes: &[Change]) -> Vec<Merged> {
    let mut result: Vec<Merged> = Vec::new();
    'next: for change in changes {
        for before in result
            .iter_mut()
            .filter(|before| before.policy == change.policy)
        {
            let joined = match (&mut before.kind, &change.kind) {
                (MergedKind::AddStatements(statements), ChangeKind::AddStatement(statement)) => {
                    statements.push(statement.clone());
                    true
                }
                (MergedKind::Other(kind), other) => join(kind, other),
                (MergedKind::AddStatements(_), _) => false,
            };
            if joined {
                continue 'next;
            }
        }
        let kind = match &change.kind {
            ChangeKind::AddStatement(statement) => {
                MergedKind::AddStatements(vec![statement.clone()])
            }
            other => MergedKind::Other(other.clone()),
        };
        result.push(Merged {
            policy: change.policy,
            kind,
        });
    }
    result
}

/// Put `other` into `kind` where both lengthen the same list.
fn join(kind: &mut ChangeKind, other: &ChangeKind) -> bool {
    match (kind, other) {
        (
            ChangeKind::AddActions { statement, actions },
            ChangeKind::AddActions {
                statement: other_statement,
                actions: more,
            },
        ) if statement == other_statement => extend(actions, more),
        (
            ChangeKind::AddResources {
                statement,
                resources,
            },
            ChangeKind::AddResources {
                statement: other_statement,
                resources: more,
            },
        ) if statement == other_statement => extend(resources, more),
        (
            ChangeKind::AddPrincipals {
                statement,
                kind,
                names,
            },
            ChangeKind::AddPrincipals {
                statement: other_statement,
                kind: other_kind,
                names: more,
            },
        ) if statement == other_statement && kind == other_kind => extend(names, more),
        (
            ChangeKind::AddConditionValues {
                statement,
                condition,
                values,
            },
            ChangeKind::AddConditionValues {
                statement: other_statement,
                condition: other_condition,
                values: more,
            },
        ) if statement == other_statement && condition == other_condition => extend(values, more),
        _ => false,
    }
}

fn extend(list: &mut Vec<String>, more: &[String]) -> bool {
    for value in more {
        if !list.contains(value) {
            list.push(value.clone());
        }
    }
    true
}

/// Writes changes of one policy.
struct Writer<'a> {
    text: &'a str,
    /// The document's root; none inside of a string with escapes.
    root: Option<&'a Node>,
    policy: &'a Policy,
    node: &'a Node,
    /// Operators that other changes rename: the operator's bytes, and its name afterwards.
    renamed: Vec<(Span, String)>,
    /// The references of this document, with what they are known to stand for.
    references: Vec<(String, Option<String>)>,
}

/// Every reference below `root`, in order of place, with its value where that is known.
fn references(root: &Node, bindings: Option<&Bindings>) -> Vec<(String, Option<String>)> {
    #[derive(Default)]
    struct Seen<'a> {
        in_order: Vec<&'a str>,
        // INVARIANT: sorted; a large template has many.
        sorted: Vec<&'a str>,
    }
    fn look<'a>(node: &'a Node, seen: &mut Seen<'a>) {
        let mut add = |expression: &'a str| {
            if let Err(place) = seen.sorted.binary_search(&expression) {
                seen.sorted.insert(place, expression);
                seen.in_order.push(expression);
            }
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
            _ => {}
        }
        for child in node.children() {
            look(child, seen);
        }
    }
    let Some(bindings) = bindings else {
        return Vec::new();
    };
    let mut seen = Seen::default();
    look(root, &mut seen);
    seen.in_order
        .into_iter()
        .map(|expression| {
            let value = bindings.get(expression).cloned();
            (expression.to_owned(), value)
        })
        .collect()
}

/// What the resources that `root` itself declares are known to stand for, by the references that name them.
fn declared(root: &Node, bindings: &Bindings) -> Vec<(String, Option<String>)> {
    let mut prefixes: Vec<String> = Vec::new();
    for member in root.as_map().into_iter().flat_map(|map| &map.members) {
        match (member.key.text.as_str(), &member.kind) {
            ("resource", MemberKind::Block(labels)) => prefixes.push(labels.join(".") + "."),
            ("Resources", MemberKind::Attribute) => {
                for resource in member
                    .value
                    .as_map()
                    .into_iter()
                    .flat_map(|map| &map.members)
                {
                    let id = &resource.key.text;
                    prefixes.extend([format!("Ref:{id}"), format!("GetAtt:{id}.")]);
                }
            }
            _ => {}
        }
    }
    let is_of = |name: &str, prefix: &str| {
        name.strip_prefix(prefix)
            .is_some_and(|rest| rest.is_empty() || !prefix.starts_with("Ref:"))
    };
    let mut known = Vec::new();
    for prefix in &prefixes {
        let from = bindings.range(prefix.clone()..);
        known.extend(
            from.take_while(|(name, _)| name.starts_with(prefix))
                .filter(|(name, _)| is_of(name, prefix))
                .map(|(name, value)| (name.clone(), Some(value.clone()))),
        );
    }
    known
}

/// The operators of one policy that `changes` rename: those whose only key gets another operator.
fn renamed(changes: &[Change], index: usize, policy: &Policy) -> Vec<(Span, String)> {
    let mut found: Vec<(Span, String)> = Vec::new();
    for change in changes.iter().filter(|change| change.policy == index) {
        let ChangeKind::ReplaceOperator {
            statement,
            condition,
            operator,
        } = &change.kind
        else {
            continue;
        };
        let Some(view) = policy.statements.get(*statement) else {
            continue;
        };
        let Some(old) = view.conditions.get(*condition) else {
            continue;
        };
        let alone = view
            .conditions
            .iter()
            .filter(|other| other.operator_span == old.operator_span)
            .count()
            == 1;
        let taken =
            view.conditions.iter().any(|other| {
                other.operator == *operator && other.operator_span != old.operator_span
            }) || found.iter().any(|(_, name)| name == operator);
        if alone && !taken {
            found.push((old.operator_span, operator.clone()));
        }
    }
    found
}

impl Writer<'_> {
    fn write(&self, change: &MergedKind) -> Result<Vec<Edit>, Refusal> {
        match change {
            MergedKind::AddStatements(statements) => self.add_statements(statements),
            MergedKind::Other(kind) => self.change(kind),
        }
    }

    fn change(&self, kind: &ChangeKind) -> Result<Vec<Edit>, Refusal> {
        match kind {
            ChangeKind::AddActions { statement, actions } => self.append_to(
                *statement,
                if self.is_terraform() {
                    "actions"
                } else {
                    "Action"
                },
                actions,
            ),
            ChangeKind::AddResources {
                statement,
                resources,
            } => self.append_to(
                *statement,
                if self.is_terraform() {
                    "resources"
                } else {
                    "Resource"
                },
                resources,
            ),
            ChangeKind::AddPrincipals {
                statement,
                kind,
                names,
            } => self.add_principals(*statement, *kind, names),
            ChangeKind::AddStatement(statement) => {
                self.add_statements(std::slice::from_ref(statement))
            }
            ChangeKind::ReplaceValue {
                statement,
                item,
                value,
            } => {
                let (_, node) = self.statement(*statement)?;
                let target = find_span(node, *item).ok_or_else(|| self.lost())?;
                edit::replace(self.text, target, &self.dress(New::Text(value.clone())))
            }
            ChangeKind::ReplaceOperator {
                statement,
                condition,
                operator,
            } => self.replace_operator(*statement, *condition, operator),
            ChangeKind::ReplaceKey {
                statement,
                condition,
                key,
            } => self.replace_key(*statement, *condition, key),
            ChangeKind::AddConditionValues {
                statement,
                condition,
                values,
            } => {
                let (view, node) = self.statement(*statement)?;
                let wanted = view.conditions.get(*condition).ok_or_else(|| self.lost())?;
                let target = self
                    .condition_values(node, wanted)
                    .ok_or_else(|| self.lost())?;
                edit::append(self.text, target, &self.dress_all(texts(values)))
            }
            ChangeKind::AddCondition {
                statement,
                condition,
            } => self.add_condition(*statement, condition),
            ChangeKind::AddVersion { version } => {
                let member = attribute("Version", New::Text((*version).to_owned()));
                edit::insert_members(self.text, self.node, None, &[member])
            }
            ChangeKind::Respell { place, word } => {
                if let Some(node) = find_span(self.node, *place) {
                    return edit::replace(self.text, node, &New::Text(word.clone()));
                }
                let (node, key) = find_key(self.node, *place).ok_or_else(|| self.lost())?;
                edit::rename(self.text, node, key, word)
            }
            ChangeKind::KeyPrincipal { place, kind, name } => {
                let node = find_span(self.node, *place).ok_or_else(|| self.lost())?;
                let value = New::Text(name.clone());
                let keyed = New::Map(vec![attribute(principal_key(*kind), value)]);
                edit::replace(self.text, node, &keyed)
            }
        }
    }

    fn is_terraform(&self) -> bool {
        self.policy.dialect == Dialect::TerraformData
    }

    /// A value as this document writes it: with its own reference where one stands for it.
    fn dress(&self, new: New) -> New {
        match new {
            New::Text(value) => self.dressed(value),
            New::List(items) => New::List(self.dress_all(items)),
            New::Map(members) => New::Map(self.dress_members(members)),
            other => other,
        }
    }

    fn dress_all(&self, items: Vec<New>) -> Vec<New> {
        items.into_iter().map(|item| self.dress(item)).collect()
    }

    fn dress_members(&self, members: Vec<NewMember>) -> Vec<NewMember> {
        members
            .into_iter()
            .map(|member| NewMember {
                value: self.dress(member.value),
                ..member
            })
            .collect()
    }

    fn dressed(&self, value: String) -> New {
        let known = || {
            self.references
                .iter()
                .filter_map(|(name, known)| known.as_ref().map(|known| (name, known)))
        };
        if !value.starts_with("arn:") && !value.contains('\u{27e6}') {
            return New::Text(value);
        }
        let goes_round = |name: &str| {
            let path = self.policy.path.as_slice();
            let is_new =
                self.policy.dialect == Dialect::Unwritten && self.node.syntax == Syntax::Hcl;
            !is_new
                && self
                    .root
                    .is_some_and(|root| cycle::leads_back(root, path, name))
        };
        let is_it = |(name, known): &(&String, &String)| **known == value && !goes_round(name);
        if let Some((name, _)) = known().find(is_it) {
            return New::Reference(name.clone());
        }
        let prefix = known()
            .filter(|(_, known)| known.starts_with("arn:"))
            .filter_map(|(name, known)| {
                let rest = value.strip_prefix(known.as_str())?;
                rest.starts_with(['/', ':']).then_some((name, rest))
            })
            .filter(|(name, _)| !goes_round(name))
            .min_by_key(|(_, rest)| rest.len());
        if let Some((name, rest)) = prefix {
            let pieces = vec![
                Piece::Reference(name.clone()),
                Piece::Literal(rest.to_owned()),
            ];
            return New::Template(Text::new(pieces));
        }
        let mut pieces = vec![Piece::Literal(value.clone())];
        for (name, _) in &self.references {
            let sign = unknown_reference(name);
            pieces = pieces
                .into_iter()
                .flat_map(|piece| split(piece, &sign, name))
                .collect();
        }
        // The region, and the account or the bucket, where this document writes them as references; beside one of them the partition, where
        // this policy does.
        let (partition, region, account) =
            Arn::parse(&value).map_or(("", "", ""), |arn| (arn.partition, arn.region, arn.account));
        let bucket = value
            .split_once(":s3:::")
            .and_then(|(_, resource)| resource.split('/').next())
            .unwrap_or_default();
        let policy = self.policy.span.text(self.text);
        let is_plain = policy.contains(&format!("arn:{partition}:"));
        let partition = if is_plain { "" } else { partition };
        let last = if account.len() == 12 {
            (":", account, "")
        } else {
            (":::", bucket, "")
        };
        // Another parameter may happen to have the region's value.
        let parts = [
            (":", region, "region"),
            last,
            ("arn:", partition, "partition"),
        ];
        for (before_part, part, word) in parts {
            if before_part == "arn:" && pieces.len() == 1 {
                continue;
            }
            let means = |name: &str| name.to_ascii_lowercase().contains(word);
            let Some((name, known)) = known().find(|(name, known)| *known == part && means(name))
            else {
                continue;
            };
            let sign = format!("{before_part}{known}");
            let whole = pieces.iter().enumerate().find_map(|(at, piece)| {
                let Piece::Literal(text) = piece else {
                    return None;
                };
                Some((at, text.split_once(&sign)?))
            });
            if let Some((at, (before, after))) = whole.filter(|_| !part.is_empty()) {
                let mut parted = vec![
                    Piece::Literal(format!("{before}{before_part}")),
                    Piece::Reference(name.clone()),
                ];
                if !after.is_empty() {
                    parted.push(Piece::Literal(after.to_owned()));
                }
                pieces.splice(at..=at, parted);
            }
        }
        match pieces.as_slice() {
            [Piece::Reference(name)] => New::Reference(name.clone()),
            [Piece::Literal(_)] | [] => New::Text(value),
            _ => New::Template(Text::new(pieces)),
        }
    }

    fn lost(&self) -> Refusal {
        Refusal {
            span: self.policy.span,
            reason: "the place to change was not found again in this policy".to_owned(),
        }
    }

    fn statement(&self, index: usize) -> Result<(&Statement, &Node), Refusal> {
        let view = self
            .policy
            .statements
            .get(index)
            .ok_or_else(|| self.lost())?;
        let node = view.node(self.node).ok_or_else(|| self.lost())?;
        Ok((view, node))
    }

    fn append_to(
        &self,
        statement: usize,
        key: &str,
        values: &[String],
    ) -> Result<Vec<Edit>, Refusal> {
        let (_, node) = self.statement(statement)?;
        let target = node.get(key).ok_or_else(|| self.lost())?;
        edit::append(self.text, target, &self.dress_all(texts(values)))
    }

    fn add_statements(&self, statements: &[NewStatement]) -> Result<Vec<Edit>, Refusal> {
        if self.policy.dialect == Dialect::Unwritten {
            let root = self.root.ok_or_else(|| self.lost())?;
            let place = (root, self.policy.path.as_slice(), self.node);
            let dress = |members| self.dress_members(members);
            return unwritten::write(self.text, place, statements, dress);
        }
        if self.is_terraform() {
            let members: Vec<NewMember> = statements
                .iter()
                .map(|statement| block("statement", terraform_members(statement)))
                .collect();
            let last = self.node.as_map().and_then(|map| {
                map.members
                    .iter()
                    .rposition(|member| member.key.text == "statement")
            });
            return edit::insert_members(self.text, self.node, last, &self.dress_members(members));
        }
        let scalars = self.prefers_scalars();
        let new: Vec<New> = statements
            .iter()
            .map(|statement| New::Map(statement_members(statement, scalars)))
            .collect();
        let target = self.node.get("Statement").unwrap_or(self.node);
        edit::append(self.text, target, &self.dress_all(new))
    }

    /// Whether this policy writes a single action or resource without a list.
    fn prefers_scalars(&self) -> bool {
        let mut scalar = 0;
        let mut list = 0;
        for statement in &self.policy.statements {
            let Some(node) = statement.node(self.node) else {
                continue;
            };
            for key in ["Action", "Resource"] {
                match node.get(key).map(|node| &node.value) {
                    Some(Value::List(items)) if items.items.len() == 1 => list += 1,
                    Some(Value::List(_)) | None => {}
                    Some(_) => scalar += 1,
                }
            }
        }
        scalar > 0 && scalar >= list
    }

    fn add_principals(
        &self,
        statement: usize,
        kind: PrincipalKind,
        names: &[String],
    ) -> Result<Vec<Edit>, Refusal> {
        let (_, node) = self.statement(statement)?;
        let key = principal_key(kind);
        if self.is_terraform() {
            let map = node.as_map().ok_or_else(|| self.lost())?;
            let existing = map
                .all("principals")
                .find(|member| member.value.get("type").and_then(Node::as_str) == Some(key))
                .and_then(|member| member.value.get("identifiers"));
            if let Some(identifiers) = existing {
                return edit::append(self.text, identifiers, &self.dress_all(texts(names)));
            }
            let after = map
                .members
                .iter()
                .rposition(|member| member.key.text == "principals");
            return edit::insert_members(
                self.text,
                node,
                after,
                &self.dress_members(vec![principals_block(key, names)]),
            );
        }
        let Some(principal) = node.get("Principal") else {
            let after = position(node, &["Effect", "Sid"]);
            let value = New::Map(vec![attribute(key, one_or_list(names, true))]);
            return edit::insert_members(
                self.text,
                node,
                after,
                &self.dress_members(vec![attribute("Principal", value)]),
            );
        };
        match principal.get(key) {
            Some(names_node) => edit::append(self.text, names_node, &self.dress_all(texts(names))),
            None => edit::insert_members(
                self.text,
                principal,
                None,
                &self.dress_members(vec![attribute(key, one_or_list(names, true))]),
            ),
        }
    }

    /// The node of a condition's values.
    fn condition_values<'n>(&self, statement: &'n Node, condition: &Condition) -> Option<&'n Node> {
        if self.is_terraform() {
            let map = statement.as_map()?;
            return map
                .all("condition")
                .find(|member| member.span == condition.span)?
                .value
                .get("values");
        }
        let (_, operator) = self.operator(statement, condition)?;
        operator
            .as_map()?
            .members
            .iter()
            .find(|member| member.key.span == condition.key_span)
            .map(|member| &member.value)
    }

    /// The index and the node of the operator that holds `condition` in a statement's `Condition`.
    fn operator<'n>(
        &self,
        statement: &'n Node,
        condition: &Condition,
    ) -> Option<(usize, &'n Node)> {
        let operators = statement.get("Condition")?.as_map()?;
        let index = operators
            .members
            .iter()
            .position(|member| member.key.span == condition.operator_span)?;
        operators
            .members
            .get(index)
            .map(|member| (index, &member.value))
    }

    /// The operator's mapping that is called `operator` when all changes are made.
    fn operator_named<'n>(&self, conditions: &'n Node, operator: &str) -> Option<&'n Node> {
        let members = &conditions.as_map()?.members;
        let name = |key: &undeny_document::Key| {
            let renamed = self.renamed.iter().find(|(span, _)| *span == key.span);
            renamed.map_or_else(|| key.text.clone(), |(_, name)| name.clone())
        };
        members
            .iter()
            .find(|member| name(&member.key) == operator)
            .map(|member| &member.value)
    }

    fn replace_operator(
        &self,
        statement: usize,
        condition: usize,
        operator: &str,
    ) -> Result<Vec<Edit>, Refusal> {
        let (view, node) = self.statement(statement)?;
        let wanted = view.conditions.get(condition).ok_or_else(|| self.lost())?;
        if self.is_terraform() {
            let map = node.as_map().ok_or_else(|| self.lost())?;
            let block = map
                .all("condition")
                .find(|member| member.span == wanted.span)
                .ok_or_else(|| self.lost())?;
            let test = block.value.get("test").ok_or_else(|| self.lost())?;
            return edit::replace(self.text, test, &New::Text(operator.to_owned()));
        }
        let conditions = node.get("Condition").ok_or_else(|| self.lost())?;
        let operators = conditions.as_map().ok_or_else(|| self.lost())?;
        let (index, old) = self.operator(node, wanted).ok_or_else(|| self.lost())?;
        let keys = old.as_map().ok_or_else(|| self.lost())?;
        if self
            .renamed
            .iter()
            .any(|(span, _)| *span == wanted.operator_span)
        {
            let key = operators
                .members
                .get(index)
                .map(|member| &member.key)
                .ok_or_else(|| self.lost())?;
            return edit::rename(self.text, conditions, key, operator);
        }
        let target = self.operator_named(conditions, operator);
        let at = keys
            .members
            .iter()
            .position(|member| member.key.span == wanted.key_span)
            .ok_or_else(|| self.lost())?;
        let values: Vec<String> = wanted
            .values
            .iter()
            .map(|item| item.value().into_owned())
            .collect();
        // A key with a reference is written as it was.
        let written = wanted.key_span.text(self.text);
        let key = if written.contains("${") {
            written
        } else {
            &wanted.key
        };
        let moved = attribute(key, self.dress(one_or_list(&values, true)));
        let mut edits = if keys.members.len() == 1 {
            edit::remove(self.text, conditions, index)?
        } else {
            edit::remove(self.text, old, at)?
        };
        edits.extend(match target {
            Some(target) => edit::insert_members(self.text, target, None, &[moved])?,
            None => edit::insert_members(
                self.text,
                conditions,
                None,
                &[attribute(operator, New::Map(vec![moved]))],
            )?,
        });
        Ok(edits)
    }

    fn replace_key(
        &self,
        statement: usize,
        condition: usize,
        key: &str,
    ) -> Result<Vec<Edit>, Refusal> {
        let (view, node) = self.statement(statement)?;
        let wanted = view.conditions.get(condition).ok_or_else(|| self.lost())?;
        if self.is_terraform() {
            let target = find_span(node, wanted.key_span).ok_or_else(|| self.lost())?;
            return edit::replace(self.text, target, &New::Text(key.to_owned()));
        }
        let (_, operator) = self.operator(node, wanted).ok_or_else(|| self.lost())?;
        let keys = operator.as_map().ok_or_else(|| self.lost())?;
        let member = keys
            .members
            .iter()
            .find(|member| member.key.span == wanted.key_span)
            .ok_or_else(|| self.lost())?;
        edit::rename(self.text, operator, &member.key, key)
    }

    fn add_condition(
        &self,
        statement: usize,
        condition: &NewCondition,
    ) -> Result<Vec<Edit>, Refusal> {
        let (_, node) = self.statement(statement)?;
        if self.is_terraform() {
            let map = node.as_map().ok_or_else(|| self.lost())?;
            let after = map
                .members
                .iter()
                .rposition(|member| matches!(member.kind, MemberKind::Block(_)));
            return edit::insert_members(
                self.text,
                node,
                after,
                &self.dress_members(vec![condition_block(condition)]),
            );
        }
        let key = attribute(
            &condition.key,
            self.dress(one_or_list(&condition.values, true)),
        );
        let Some(conditions) = node.get("Condition") else {
            let value = New::Map(vec![attribute(&condition.operator, New::Map(vec![key]))]);
            return edit::insert_members(self.text, node, None, &[attribute("Condition", value)]);
        };
        match self.operator_named(conditions, &condition.operator) {
            Some(operator) => edit::insert_members(self.text, operator, None, &[key]),
            None => edit::insert_members(
                self.text,
                conditions,
                None,
                &[attribute(&condition.operator, New::Map(vec![key]))],
            ),
        }
    }
}

/// A literal cut at every `sign`, with the reference `name` in its place.
fn split(piece: Piece, sign: &str, name: &str) -> Vec<Piece> {
    let Piece::Literal(text) = &piece else {
        return vec![piece];
    };
    if !text.contains(sign) {
        return vec![piece];
    }
    let mut pieces = Vec::new();
    for (index, part) in text.split(sign).enumerate() {
        if index > 0 {
            pieces.push(Piece::Reference(name.to_owned()));
        }
        if !part.is_empty() {
            pieces.push(Piece::Literal(part.to_owned()));
        }
    }
    pieces
}

fn find_span(node: &Node, span: Span) -> Option<&Node> {
    if node.span == span && !matches!(node.value, Value::Map(_) | Value::List(_)) {
        return Some(node);
    }
    node.children()
        .filter(|child| child.span.contains(span))
        .find_map(|child| find_span(child, span))
}

/// The key with these bytes, and the mapping that it is in.
fn find_key(node: &Node, span: Span) -> Option<(&Node, &undeny_document::Key)> {
    if let Some(map) = node.as_map()
        && let Some(member) = map.members.iter().find(|member| member.key.span == span)
    {
        return Some((node, &member.key));
    }
    node.children()
        .filter(|child| child.span.contains(span))
        .find_map(|child| find_key(child, span))
}

fn position(node: &Node, keys: &[&str]) -> Option<usize> {
    let members: &Map = node.as_map()?;
    keys.iter().find_map(|key| {
        members
            .members
            .iter()
            .position(|member| member.key.text == *key)
    })
}

const fn principal_key(kind: PrincipalKind) -> &'static str {
    match kind {
        PrincipalKind::Aws | PrincipalKind::Unknown => "AWS",
        PrincipalKind::Service => "Service",
        PrincipalKind::Federated => "Federated",
        PrincipalKind::CanonicalUser => "CanonicalUser",
        PrincipalKind::Everyone => "*",
    }
}

fn texts(values: &[String]) -> Vec<New> {
    values
        .iter()
        .map(|value| New::Text(value.clone()))
        .collect()
}

fn one_or_list(values: &[String], scalar: bool) -> New {
    match values {
        [value] if scalar => New::Text(value.clone()),
        _ => New::List(texts(values)),
    }
}

fn attribute(key: &str, value: New) -> NewMember {
    NewMember {
        key: key.to_owned(),
        value,
        block: false,
    }
}

fn block(key: &str, members: Vec<NewMember>) -> NewMember {
    NewMember {
        key: key.to_owned(),
        value: New::Map(members),
        block: true,
    }
}

fn grouped(principals: &[(PrincipalKind, String)]) -> Vec<(PrincipalKind, Vec<String>)> {
    let mut groups: Vec<(PrincipalKind, Vec<String>)> = Vec::new();
    for (kind, name) in principals {
        match groups.iter_mut().find(|(group, _)| group == kind) {
            Some((_, names)) => names.push(name.clone()),
            None => groups.push((*kind, vec![name.clone()])),
        }
    }
    groups
}

fn statement_members(statement: &NewStatement, scalars: bool) -> Vec<NewMember> {
    let mut members = Vec::new();
    members.extend(
        statement
            .sid
            .iter()
            .map(|sid| attribute("Sid", New::Text(sid.clone()))),
    );
    members.push(attribute(
        "Effect",
        New::Text(statement.effect.as_str().to_owned()),
    ));
    if !statement.principals.is_empty() {
        let kinds = grouped(&statement.principals);
        let value = match kinds.as_slice() {
            [(PrincipalKind::Everyone, names)] => one_or_list(names, true),
            kinds => New::Map(
                kinds
                    .iter()
                    .map(|(kind, names)| attribute(principal_key(*kind), one_or_list(names, true)))
                    .collect(),
            ),
        };
        members.push(attribute("Principal", value));
    }
    members.push(attribute(
        "Action",
        one_or_list(&statement.actions, scalars),
    ));
    if !statement.resources.is_empty() {
        members.push(attribute(
            "Resource",
            one_or_list(&statement.resources, scalars),
        ));
    }
    if !statement.conditions.is_empty() {
        let mut operators: Vec<(&str, Vec<NewMember>)> = Vec::new();
        for condition in &statement.conditions {
            let key = attribute(&condition.key, one_or_list(&condition.values, true));
            match operators
                .iter_mut()
                .find(|(operator, _)| *operator == condition.operator)
            {
                Some((_, keys)) => keys.push(key),
                None => operators.push((&condition.operator, vec![key])),
            }
        }
        let operators = operators
            .into_iter()
            .map(|(operator, keys)| attribute(operator, New::Map(keys)));
        members.push(attribute("Condition", New::Map(operators.collect())));
    }
    members
}

fn terraform_members(statement: &NewStatement) -> Vec<NewMember> {
    let mut members = Vec::new();
    members.extend(
        statement
            .sid
            .iter()
            .map(|sid| attribute("sid", New::Text(sid.clone()))),
    );
    if statement.effect == Effect::Deny {
        members.push(attribute("effect", New::Text("Deny".to_owned())));
    }
    members.push(attribute("actions", New::List(texts(&statement.actions))));
    if !statement.resources.is_empty() {
        members.push(attribute(
            "resources",
            New::List(texts(&statement.resources)),
        ));
    }
    members.extend(
        grouped(&statement.principals)
            .iter()
            .map(|(kind, names)| principals_block(principal_key(*kind), names)),
    );
    members.extend(statement.conditions.iter().map(condition_block));
    members
}

fn principals_block(kind: &str, names: &[String]) -> NewMember {
    let members = vec![
        attribute("type", New::Text(kind.to_owned())),
        attribute("identifiers", New::List(texts(names))),
    ];
    block("principals", members)
}

fn condition_block(condition: &NewCondition) -> NewMember {
    let members = vec![
        attribute("test", New::Text(condition.operator.clone())),
        attribute("variable", New::Text(condition.key.clone())),
        attribute("values", New::List(texts(&condition.values))),
    ];
    block("condition", members)
}

/// The policies as they are meant to be after `changes`; what is new has no place.
#[must_use]
pub fn expected(policies: &[Policy], changes: &[Change]) -> Vec<Policy> {
    policies
        .iter()
        .enumerate()
        .map(|(index, policy)| expected_of(policy, index, changes))
        .collect()
}

/// The same of one policy, by its index.
#[must_use]
pub fn expected_of(policy: &Policy, index: usize, changes: &[Change]) -> Policy {
    let mut policy = policy.clone();
    for change in changes.iter().filter(|change| change.policy == index) {
        apply(&mut policy, &change.kind);
    }
    policy
}

fn apply(policy: &mut Policy, change: &ChangeKind) {
    if let ChangeKind::AddStatement(new) = change {
        policy.statements.push(new.to_statement(policy.dialect));
        return;
    }
    let index = match change {
        ChangeKind::AddActions { statement, .. }
        | ChangeKind::AddResources { statement, .. }
        | ChangeKind::AddPrincipals { statement, .. }
        | ChangeKind::ReplaceValue { statement, .. }
        | ChangeKind::ReplaceOperator { statement, .. }
        | ChangeKind::ReplaceKey { statement, .. }
        | ChangeKind::AddConditionValues { statement, .. }
        | ChangeKind::AddCondition { statement, .. } => *statement,
        ChangeKind::AddStatement(_)
        | ChangeKind::AddVersion { .. }
        | ChangeKind::KeyPrincipal { .. }
        | ChangeKind::Respell { .. } => return,
    };
    let Some(statement) = policy.statements.get_mut(index) else {
        return;
    };
    match change {
        ChangeKind::AddActions { actions, .. } => {
            add_items(statement.actions.get_or_insert_default(), actions)
        }
        ChangeKind::AddResources { resources, .. } => {
            add_items(statement.resources.get_or_insert_default(), resources)
        }
        ChangeKind::AddPrincipals { kind, names, .. } => {
            let principals = statement.principals.get_or_insert_default();
            principals.items.extend(names.iter().map(|name| Principal {
                kind: *kind,
                item: Item::literal(name),
            }));
        }
        ChangeKind::ReplaceValue { item, value, .. } => {
            let principals = statement
                .principals
                .iter_mut()
                .flat_map(|principals| &mut principals.items);
            let elements = statement
                .actions
                .iter_mut()
                .chain(statement.resources.iter_mut());
            let items = principals
                .map(|principal| &mut principal.item)
                .chain(elements.flat_map(|element| &mut element.items))
                .chain(
                    statement
                        .conditions
                        .iter_mut()
                        .flat_map(|condition| &mut condition.values),
                );
            for target in items.filter(|target| target.span == *item) {
                *target = Item {
                    span: target.span,
                    ..Item::literal(value)
                };
            }
        }
        ChangeKind::ReplaceOperator {
            condition,
            operator,
            ..
        } => {
            if let Some(condition) = statement.conditions.get_mut(*condition) {
                condition.operator.clone_from(operator);
            }
        }
        ChangeKind::ReplaceKey { condition, key, .. } => {
            if let Some(condition) = statement.conditions.get_mut(*condition) {
                condition.key.clone_from(key);
            }
        }
        ChangeKind::AddConditionValues {
            condition, values, ..
        } => {
            if let Some(condition) = statement.conditions.get_mut(*condition) {
                condition.values.extend(values.iter().map(Item::literal));
            }
        }
        ChangeKind::AddCondition { condition, .. } => {
            statement.conditions.push(condition.to_condition())
        }
        ChangeKind::AddStatement(_)
        | ChangeKind::AddVersion { .. }
        | ChangeKind::KeyPrincipal { .. }
        | ChangeKind::Respell { .. } => {}
    }
}

fn add_items(element: &mut Element, values: &[String]) {
    element.items.extend(values.iter().map(Item::literal));
}

impl NewStatement {
    fn to_statement(&self, dialect: Dialect) -> Statement {
        let items = |values: &[String]| Element {
            items: values.iter().map(Item::literal).collect(),
            ..Element::default()
        };
        let principals = self.principals.iter().map(|(kind, name)| Principal {
            kind: *kind,
            item: Item::literal(name),
        });
        let mut conditions: Vec<Condition> = self
            .conditions
            .iter()
            .map(NewCondition::to_condition)
            .collect();
        if dialect != Dialect::TerraformData {
            // Keys of one operator stand together in the policy language.
            conditions.sort_by_key(|condition| {
                self.conditions
                    .iter()
                    .position(|new| new.operator == condition.operator)
            });
        }
        Statement {
            path: Vec::new(),
            passed_over: 0,
            span: Span::default(),
            sid: self.sid.clone(),
            effect: self.effect,
            principals: (!self.principals.is_empty()).then(|| Principals {
                items: principals.collect(),
                ..Principals::default()
            }),
            actions: Some(items(&self.actions)),
            resources: (!self.resources.is_empty()).then(|| items(&self.resources)),
            conditions,
        }
    }
}

impl NewCondition {
    fn to_condition(&self) -> Condition {
        Condition {
            operator: self.operator.clone(),
            operator_span: Span::default(),
            key: self.key.clone(),
            key_span: Span::default(),
            values: self.values.iter().map(Item::literal).collect(),
            span: Span::default(),
        }
    }
}

/// Whether two policies say the same, wherever and in whatever order it is written.
#[must_use]
pub fn same_meaning(left: &Policy, right: &Policy) -> bool {
    left.version == right.version && {
        let mut left: Vec<Words<'_>> = left.statements.iter().map(words).collect();
        let mut right: Vec<Words<'_>> = right.statements.iter().map(words).collect();
        left.sort();
        right.sort();
        left == right
    }
}

type Values<'a> = Vec<Cow<'a, str>>;
type Names<'a> = Vec<(PrincipalKind, Cow<'a, str>)>;

/// A statement's words without places, its lists in order.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Words<'a> {
    sid: Option<&'a str>,
    effect: Effect,
    actions: Option<(bool, Values<'a>)>,
    resources: Option<(bool, Values<'a>)>,
    principals: Option<(bool, Names<'a>)>,
    conditions: Vec<(&'a str, &'a str, Values<'a>)>,
}

fn words(statement: &Statement) -> Words<'_> {
    fn element(element: Option<&Element>) -> Option<(bool, Values<'_>)> {
        element.map(|element| (element.negated, values(&element.items)))
    }
    let mut conditions: Vec<_> = statement
        .conditions
        .iter()
        .map(|condition| {
            let (operator, key) = (&*condition.operator, &*condition.key);
            (operator, key, values(&condition.values))
        })
        .collect();
    conditions.sort();
    Words {
        sid: statement.sid.as_deref(),
        effect: statement.effect,
        actions: element(statement.actions.as_ref()),
        resources: element(statement.resources.as_ref()),
        principals: statement.principals.as_ref().map(|principals| {
            let mut names: Vec<_> = principals
                .items
                .iter()
                .map(|item| (item.kind, item.item.value()))
                .collect();
            names.sort();
            (principals.negated, names)
        }),
        conditions,
    }
}

fn values(items: &[Item]) -> Values<'_> {
    let mut values: Values<'_> = items.iter().map(Item::value).collect();
    values.sort();
    values
}
