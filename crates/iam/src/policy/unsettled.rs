//! What a policy's text leaves open until its template is rendered: conditionals, loops, functions, and values from elsewhere.
//!
//! [`super::find()`] reads the statements that are written out. Here the rest is read as far as it goes: what the text itself settles (locals,
//! literal lists that a loop goes through, `concat`, `flatten`, `merge`) becomes statements, of a conditional every branch becomes what may be
//! there, and what is left is told with its place and why. Who asks what a policy may allow has to ask this too.

use std::borrow::Cow;
use std::collections::BTreeMap;

use undeny_document::{
    Document, Format, List, Map, Member, MemberKind, Node, Piece, Reading, Role, Syntax, Text,
    Value,
};
use undeny_text::Span;

mod grants;

pub use grants::{Bounded, Limit, Made, Mention, grants};

use super::find::{NO_VALUE, statement, terraform_statement};
use super::{
    Dialect, Effect, Element, Item, Policy, PrincipalKind, RoleSource, Statement, Version, meaning,
    walk,
};

/// Policies with what their text settles, and what it does not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settled {
    /// The policies with the statements that are certainly in them.
    pub policies: Vec<Policy>,
    /// What may be in them, and what grants beside them.
    pub open: Vec<Open>,
    /// What has policies, and how often it is made.
    pub made: Vec<Made>,
    /// What may have a permissions boundary.
    pub bounded: Vec<Bounded>,
    /// What holds back whatever policies allow, without one that is in the text.
    pub limits: Vec<Limit>,
    /// What else decides what the policies say.
    pub mentions: Vec<Mention>,
}

/// An entry of a policy, or a grant beside the policies, of which the text does not say whether or how it applies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Open {
    /// Index of the policy; `None` for what grants without one.
    pub policy: Option<usize>,
    /// Index of the document.
    pub document: usize,
    /// Its bytes.
    pub span: Span,
    /// What leaves it open: a sentence in lower case without a full stop.
    pub why: String,
    /// What it may say, as far as that can be read.
    pub statements: Vec<Statement>,
    /// Whether it can say nothing else than one of these, or nothing.
    pub is_all: bool,
    /// Whether it can be about a resource's policy, which says who is allowed.
    pub may_say_who: bool,
    /// Equal for entries that are the same in two texts.
    pub sign: String,
}

impl Open {
    /// Its effect, where that is known.
    #[must_use]
    pub fn effect(&self) -> Option<Effect> {
        let first = self.statements.first()?.effect;
        let same = |statement: &Statement| statement.effect == first;
        self.statements.iter().all(same).then_some(first)
    }

    /// Whether it may allow what none of its statements says.
    #[must_use]
    pub fn may_allow_more(&self) -> bool {
        !self.is_all && self.effect() != Some(Effect::Deny)
    }
}

/// What the text settles of `policies`, which are those of `reading`; `texts` are its inputs' texts.
#[must_use]
pub fn settle(reading: &Reading, texts: &[&str], policies: &[Policy]) -> Settled {
    let known = known(reading, texts);
    let mut settled = Settled::default();
    for (index, policy) in policies.iter().enumerate() {
        let Some(document) = reading.documents.get(policy.document) else {
            continue;
        };
        let Some(node) = policy.node(&document.root) else {
            continue;
        };
        // JSON is no template: where all of it is read, nothing is open.
        let list = node.get("Statement").unwrap_or(node.inner());
        let is_read =
            document.format == Format::Json && list.one_or_many().len() == policy.statements.len();
        if is_read || policy.dialect == Dialect::Unwritten {
            settled.policies.push(policy.clone());
            continue;
        }
        let mut reader = Reader {
            text: texts.get(document.input).copied().unwrap_or_default(),
            known: &known,
            documents: reading,
            work: MOST_WORK + policy.span.end.saturating_sub(policy.span.start),
            entries: Vec::new(),
        };
        let around = reader.around(&document.root, &policy.path);
        match policy.dialect {
            Dialect::PolicyLanguage | Dialect::Unwritten => reader.policy_language(node, around),
            Dialect::TerraformData => reader.terraform_data(node, around),
        }
        let mut statements = Vec::new();
        for entry in std::mem::take(&mut reader.entries) {
            match reader.read(entry, policy) {
                Read::Certain(statement) => statements.push(statement),
                Read::Open(mut open) => {
                    open.policy = Some(index);
                    open.document = policy.document;
                    settled.open.push(open);
                }
                Read::Nothing => {}
            }
        }
        settled.policies.push(policy.with_statements(statements));
    }
    settled
}

/// Nodes that may be looked at for one policy, besides its own.
const MOST_WORK: usize = 50_000;
/// Ways to decide the conditionals of one statement.
const MOST_RUNS: usize = 32;
/// How deep one value may refer to others.
const DEPTH: usize = 24;

/// What a name stands for.
struct Known<'a> {
    value: &'a Node,
    /// Whether it may be given another value from outside.
    is_default: bool,
}

/// What the names stand for that references begin with, as [`name_of`] gives them.
type KnownNames<'a> = BTreeMap<String, Known<'a>>;

/// The name that a reference begins with, and its path from there: `local.names`, `["first"]`.
fn name_of(expression: &str) -> (&str, &str) {
    let end = match expression.split_once('.') {
        Some((root, rest)) => rest
            .find(['.', '['])
            .map_or(expression.len(), |end| root.len() + 1 + end),
        None => expression.find('[').unwrap_or(expression.len()),
    };
    expression.split_at_checked(end).unwrap_or((expression, ""))
}

fn known<'a>(reading: &'a Reading, texts: &[&str]) -> KnownNames<'a> {
    let mut found = KnownNames::new();
    let mut repeated = Vec::new();
    for document in &reading.documents {
        if document.format == Format::Hcl {
            terraform_names(document, &mut found);
            continue;
        }
        let text = texts.get(document.input).copied().unwrap_or_default();
        if is_yaml(document.format) && document.span.text(text).contains('&') {
            anchors(&document.root, text, &mut found, &mut repeated);
        }
        serverless_names(&document.root, &mut found);
        mappings(&document.root, &mut found);
        if let Some(parameters) = document.root.get("Parameters").and_then(Node::as_map) {
            for member in &parameters.members {
                if let Some(value) = member.value.get("Default") {
                    found
                        .entry(format!("Ref:{}", member.key.text))
                        .or_insert(Known {
                            value,
                            is_default: true,
                        });
                }
            }
        }
    }
    // Which of them is meant is decided by where the alias stands.
    for name in repeated {
        found.remove(&name);
    }
    found
}

fn is_yaml(format: Format) -> bool {
    matches!(format, Format::Yaml | Format::CfnYaml)
}

/// What YAML's `&name` marks, which `*name` stands for.
fn anchors<'a>(node: &'a Node, text: &str, found: &mut KnownNames<'a>, repeated: &mut Vec<String>) {
    let marked = node.span.text(text).strip_prefix('&');
    if let Some(name) = marked.and_then(|rest| rest.split_ascii_whitespace().next()) {
        let known = Known {
            value: node,
            is_default: false,
        };
        let name = format!("*{name}");
        // A list begins where its first item does, which is the one that is marked.
        let before = found.insert(name.clone(), known);
        if before.is_some_and(|it| it.value.span.start != node.span.start) {
            repeated.push(name);
        }
    }
    for child in node.children() {
        anchors(child, text, found, repeated);
    }
}

/// What `${self:custom.name}` stands for in a service of the Serverless Framework.
fn serverless_names<'a>(root: &'a Node, found: &mut KnownNames<'a>) {
    if root.get("service").is_none() || root.get("provider").is_none() {
        return;
    }
    for section in root.as_map().iter().flat_map(|map| &map.members) {
        let members = section.value.as_map().into_iter();
        for member in members.flat_map(|map| &map.members) {
            found
                .entry(format!("self:{}.{}", section.key.text, member.key.text))
                .or_insert(Known {
                    value: &member.value,
                    is_default: false,
                });
        }
    }
}

/// What `!FindInMap [map, key, name]` stands for in a template.
fn mappings<'a>(root: &'a Node, found: &mut KnownNames<'a>) {
    let maps = root.get("Mappings").and_then(Node::as_map);
    for map in maps.into_iter().flat_map(|maps| &maps.members) {
        found
            .entry(format!("FindInMap:{}", map.key.text))
            .or_insert(Known {
                value: &map.value,
                is_default: false,
            });
    }
}

fn terraform_names<'a>(document: &'a Document, found: &mut KnownNames<'a>) {
    for member in document.root.as_map().iter().flat_map(|map| &map.members) {
        match (member.key.text.as_str(), &member.kind) {
            ("locals", MemberKind::Block(_)) => {
                for local in member.value.as_map().iter().flat_map(|map| &map.members) {
                    found
                        .entry(format!("local.{}", local.key.text))
                        .or_insert(Known {
                            value: &local.value,
                            is_default: false,
                        });
                }
            }
            ("variable", MemberKind::Block(labels)) => {
                if let Some((name, value)) = labels.first().zip(member.value.get("default")) {
                    found.entry(format!("var.{name}")).or_insert(Known {
                        value,
                        is_default: true,
                    });
                }
            }
            _ => {}
        }
    }
}

/// The names that loops give values to, and the values where they are known.
type Names = Vec<(String, Option<Node>)>;

/// Something in the place of a statement.
struct Entry<'a> {
    node: Cow<'a, Node>,
    names: Names,
    /// Where it stands in the policy.
    span: Span,
    /// What decides whether it is there.
    why: Option<String>,
}

enum Read {
    Certain(Statement),
    Open(Open),
    Nothing,
}

struct Reader<'a> {
    text: &'a str,
    known: &'a KnownNames<'a>,
    documents: &'a Reading,
    work: usize,
    entries: Vec<Entry<'a>>,
}

/// One way to decide the conditionals of a statement.
#[derive(Default)]
struct Run {
    choices: Vec<(String, bool)>,
    /// How many of the choices were met.
    met: usize,
    /// Why the statement may say more than what is read of it.
    more: Option<String>,
    /// Why it may say less.
    less: Option<String>,
    /// Whether the values of variables are looked at that may be given others.
    with_defaults: bool,
}

impl Run {
    /// The branch of this conditional.
    fn choose(&mut self, condition: String) -> bool {
        // Equal conditions are decided alike.
        let before = self.choices.iter().take(self.met);
        if let Some((_, taken)) = before.into_iter().find(|(known, _)| *known == condition) {
            return *taken;
        }
        if self.met == self.choices.len() {
            self.choices.push((condition, true));
        }
        let taken = self.choices.get(self.met).is_none_or(|(_, taken)| *taken);
        self.met += 1;
        taken
    }

    /// The next way; `None` after the last.
    fn next(mut self) -> Option<Self> {
        while let Some((condition, taken)) = self.choices.pop() {
            if taken {
                self.choices.push((condition, false));
                return Some(Self {
                    choices: self.choices,
                    ..Self::default()
                });
            }
        }
        None
    }
}

impl<'a> Reader<'a> {
    fn source(&self, node: &Node) -> String {
        squeezed(node.span.text(self.text))
    }

    /// The conditional that the node at `path` stands in.
    fn around(&self, root: &Node, path: &[usize]) -> Option<String> {
        (0..path.len()).find_map(|length| {
            let node = walk(root, path.get(..length)?)?;
            match &node.value {
                Value::Call { name, arguments } if name == "If" => {
                    Some(conditional(&self.source(arguments.first()?)))
                }
                Value::Call { name, .. } if name.starts_with("for ") => Some(REPEATED.to_owned()),
                _ => None,
            }
        })
    }

    fn policy_language(&mut self, node: &'a Node, around: Option<String>) {
        let root = node.inner();
        let list = match root.as_map() {
            Some(map) => match map.get("Statement") {
                Some(member) => &member.value,
                None => root,
            },
            None => root,
        };
        for node in list.one_or_many() {
            let inside = list.span.contains(node.span);
            let span = if inside { node.span } else { list.span };
            match node.value {
                Value::Map(_) => {
                    self.push(Cow::Borrowed(node), &Names::new(), around.clone(), span)
                }
                _ => self.list(node, &Names::new(), &around, span, 0),
            }
        }
    }

    /// What stands in the place of a list of statements, or of one.
    fn list(&mut self, node: &Node, names: &Names, why: &Option<String>, span: Span, depth: usize) {
        self.work = self.work.saturating_sub(1);
        let node = node.inner();
        if self.work > 0 && depth < DEPTH {
            let each = |this: &mut Self, nodes: &[Node], why: &Option<String>| {
                for node in nodes {
                    // What a local holds is told of where it is used.
                    let inside = span.contains(node.span);
                    let span = if inside { node.span } else { span };
                    this.list(node, names, why, span, depth + 1);
                }
            };
            match &node.value {
                Value::List(list) => return each(self, &list.items, why),
                Value::Null => return,
                Value::Opaque { expression } if expression == NO_VALUE => return,
                Value::Call { name, arguments } => {
                    if let ("If", [condition, yes, no]) = (name.as_str(), arguments.as_slice()) {
                        let decided = self.decided(condition, names);
                        let open = Some(conditional(&self.source(condition)));
                        if decided != Some(false) {
                            let why = if decided.is_some() { why } else { &open };
                            each(self, std::slice::from_ref(yes), why);
                        }
                        if decided != Some(true) {
                            let why = if decided.is_some() { why } else { &open };
                            each(self, std::slice::from_ref(no), why);
                        }
                        return;
                    }
                    if is_list_of(name) {
                        return each(self, arguments, why);
                    }
                    if let (Some(variables), [collection, value, only @ ..]) =
                        (name.strip_prefix("for "), arguments.as_slice())
                    {
                        let only = only.first().map(|only| conditional(&self.source(only)));
                        let why = only.or_else(|| why.clone());
                        let variables = variables.split_once(", ").map_or_else(
                            || (String::new(), variables.to_owned()),
                            |(key, value)| (key.to_owned(), value.to_owned()),
                        );
                        for (names, unknown) in self.each_of(collection, names, &variables) {
                            let why = unknown.or_else(|| why.clone());
                            self.list(value, &names, &why, span, depth + 1);
                        }
                        return;
                    }
                }
                Value::Opaque { expression } => {
                    if let Some((value, is_default)) = self.value(expression, names) {
                        let why = if is_default {
                            Some(given(expression))
                        } else {
                            why.clone()
                        };
                        self.list(value, names, &why, span, depth + 1);
                        if is_default {
                            let node = Cow::Owned(node.clone());
                            self.push(node, &Names::new(), why, span);
                        }
                        return;
                    }
                }
                _ => {}
            }
        }
        self.push(Cow::Owned(node.clone()), names, why.clone(), span);
    }

    fn push(&mut self, node: Cow<'a, Node>, names: &Names, why: Option<String>, span: Span) {
        self.entries.push(Entry {
            node,
            names: names.clone(),
            span,
            why,
        });
    }

    fn terraform_data(&mut self, node: &'a Node, around: Option<String>) {
        let Some(map) = node.as_map() else {
            return;
        };
        let overrides = ["override_policy_documents", "override_json"];
        let may_be_replaced = overrides.iter().any(|name| map.get(name).is_some());
        let none = Names::new();
        for member in &map.members {
            match (member.key.text.as_str(), &member.kind) {
                ("statement", _) => {
                    let has_sid = member.value.get("sid").is_some();
                    let why = (may_be_replaced && has_sid).then(|| REPLACED.to_owned());
                    let why = around.clone().or(why);
                    self.push(Cow::Borrowed(&member.value), &none, why, member.span);
                }
                ("dynamic", MemberKind::Block(labels))
                    if labels.first().is_some_and(|label| label == "statement") =>
                {
                    for (body, names, unknown) in self.repeated(member, "statement", &none) {
                        let why = unknown.or_else(|| around.clone());
                        self.push(Cow::Owned(body), &names, why, member.span);
                    }
                }
                (
                    "source_policy_documents"
                    | "source_json"
                    | "override_policy_documents"
                    | "override_json",
                    _,
                ) => {
                    for item in member.value.one_or_many() {
                        // What is in the text is a policy of its own.
                        let is_here = matches!(&item.value, Value::Opaque { expression } if self.is_here(expression));
                        if !is_here {
                            self.push(
                                Cow::Borrowed(item),
                                &none,
                                Some(format!("`{}` is put in", shortened(self.source(item)))),
                                item.span,
                            );
                        }
                    }
                }
                _ => {}
            }
        }
    }

    /// Whether an expression is a policy document that is in the text.
    fn is_here(&self, expression: &str) -> bool {
        let Some(name) = expression
            .strip_prefix("data.aws_iam_policy_document.")
            .and_then(|rest| rest.strip_suffix(".json"))
        else {
            return false;
        };
        let maps = self
            .documents
            .documents
            .iter()
            .map(|document| &document.root);
        maps.filter_map(Node::as_map).any(|map| {
            map.all("data").any(|member| {
                matches!(&member.kind, MemberKind::Block(labels)
                    if labels.get(1).is_some_and(|label| label == name))
            })
        })
    }

    /// The bodies that a `dynamic` block stands for, and why it is not known how many there are.
    fn repeated(
        &mut self,
        member: &Member,
        label: &str,
        names: &Names,
    ) -> Vec<(Node, Names, Option<String>)> {
        let map = member.value.as_map();
        let Some(content) = map.and_then(|map| map.get("content")) else {
            return Vec::new();
        };
        let iterator = match map
            .and_then(|map| map.get("iterator"))
            .map(|it| &it.value.value)
        {
            Some(Value::Opaque { expression }) => expression.as_str(),
            _ => label,
        };
        let variables = (format!("{iterator}.key"), format!("{iterator}.value"));
        let all = match map.and_then(|map| map.get("for_each")) {
            Some(collection) => self.each_of(&collection.value, names, &variables),
            None => vec![(names.clone(), Some(REPEATED.to_owned()))],
        };
        all.into_iter()
            .map(|(names, why)| (content.value.clone(), names, why))
            .collect()
    }

    /// What a loop through `collection` gives its key and its value, each time; once and unknown where the text does not tell.
    fn each_of(
        &mut self,
        collection: &Node,
        names: &Names,
        (key, value): &(String, String),
    ) -> Vec<(Names, Option<String>)> {
        if let Value::Call { name, arguments } = &collection.value
            && let ("If", [condition, yes, no]) = (name.as_str(), arguments.as_slice())
        {
            let decided = self.decided(condition, names);
            let mut all = Vec::new();
            for (branch, is_yes) in [(yes, true), (no, false)] {
                if decided == Some(!is_yes) {
                    continue;
                }
                let variables = (key.clone(), value.clone());
                let mut more = self.each_of(branch, names, &variables);
                if decided.is_none() {
                    let open = conditional(&self.source(condition));
                    more.iter_mut()
                        .for_each(|(_, why)| *why = Some(open.clone()));
                }
                all.extend(more);
            }
            return all;
        }
        let mut run = Run::default();
        let found = self.resolved(collection, names, &mut run, 0);
        let with = |found: Option<(Node, Node)>| {
            let mut names = names.clone();
            let (first, second) = found.unzip();
            names.push((key.clone(), first));
            names.push((value.clone(), second));
            names
        };
        match found.as_ref().map(|node| &node.value) {
            Some(Value::List(list)) if run.choices.is_empty() => list
                .items
                .iter()
                .map(|item| (with(Some((item.clone(), item.clone()))), None))
                .collect(),
            Some(Value::Map(map)) if run.choices.is_empty() => map
                .members
                .iter()
                .map(|member| {
                    let key = literal(member.key.span, &member.key.text);
                    (with(Some((key, member.value.clone()))), None)
                })
                .collect(),
            _ => {
                let why = format!(
                    "it is there for each of `{}`",
                    shortened(self.source(collection))
                );
                vec![(with(None), Some(why))]
            }
        }
    }

    /// What a condition comes to, where the text tells.
    fn decided(&mut self, condition: &Node, names: &Names) -> Option<bool> {
        match self
            .resolved(condition, names, &mut Run::default(), 0)?
            .value
        {
            Value::Bool(value) => Some(value),
            _ => None,
        }
    }

    /// What an expression stands for, and whether it may be given another value.
    fn value<'n>(&self, expression: &str, names: &'n Names) -> Option<(&'n Node, bool)>
    where
        'a: 'n,
    {
        // The innermost loop's name is the one that is meant.
        for (name, value) in names.iter().rev().filter(|(name, _)| !name.is_empty()) {
            let rest = expression.strip_prefix(name.as_str());
            if let Some(rest) = rest.filter(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
            {
                return Some((inside(value.as_ref()?, rest)?, false));
            }
        }
        let (name, rest) = name_of(expression);
        let known = self.known.get(name)?;
        Some((inside(known.value, rest)?, known.is_default))
    }

    /// Whether [`Self::resolved`] would put anything else in the place of what the node says.
    fn is_open(&self, node: &Node, names: &Names, with_defaults: bool) -> bool {
        let is_given = |expression: &str| {
            let value = self.value(expression, names);
            expression == NO_VALUE
                || value.is_some_and(|(_, is_default)| !is_default || with_defaults)
        };
        match &node.value {
            Value::Opaque { expression } => is_given(expression),
            Value::Text(text) => text
                .pieces()
                .iter()
                .any(|piece| matches!(piece, Piece::Reference(expression) if is_given(expression))),
            Value::List(list) => {
                let mut items = list.items.iter();
                items.any(|item| self.is_open(item, names, with_defaults))
            }
            Value::Map(map) => map.members.iter().any(|member| {
                let name = member.key.text.as_str();
                (node.syntax == Syntax::Hcl
                    && (name == "dynamic" || member.value.value == Value::Null))
                    || self.is_open(
                        &member.value,
                        names,
                        with_defaults || DECISIVE.contains(&name),
                    )
            }),
            Value::Embedded(_) | Value::Call { .. } => true,
            _ => false,
        }
    }

    /// The node with everything put in that the text tells; `None` for what is left out.
    fn resolved(
        &mut self,
        node: &Node,
        names: &Names,
        run: &mut Run,
        depth: usize,
    ) -> Option<Node> {
        self.work = self.work.saturating_sub(1);
        if self.work == 0 || depth > DEPTH {
            run.more = Some("it refers to too much to be followed".to_owned());
            return Some(node.clone());
        }
        let with = |value: Value| {
            Some(Node {
                value,
                ..bare(node)
            })
        };
        match &node.value {
            Value::Opaque { expression } if expression == NO_VALUE => None,
            Value::Opaque { expression } => match self.value(expression, names) {
                Some((value, is_default)) if !is_default || run.with_defaults => {
                    if is_default {
                        run.more = Some(given(expression));
                    }
                    self.resolved(value, &Names::new(), run, depth + 1)
                }
                _ => Some(node.clone()),
            },
            Value::Text(text) if text.literal().is_none() => {
                if let [Piece::Reference(expression)] = text.pieces() {
                    let whole = Node {
                        value: Value::Opaque {
                            expression: expression.clone(),
                        },
                        ..bare(node)
                    };
                    let found = self.resolved(&whole, names, run, depth + 1)?;
                    return match &found.value {
                        Value::Opaque { .. } => Some(node.clone()),
                        _ => Some(found),
                    };
                }
                let mut pieces = Vec::new();
                for piece in text.pieces() {
                    let found = match piece {
                        Piece::Reference(expression) => self.value(expression, names),
                        Piece::Literal(_) => None,
                    };
                    match found {
                        Some((value, is_default)) if !is_default || run.with_defaults => {
                            if let (true, Piece::Reference(expression)) = (is_default, piece) {
                                run.more = Some(given(expression));
                            }
                            let value = self.resolved(value, &Names::new(), run, depth + 1);
                            match value.as_ref().and_then(pieces_of) {
                                Some(inner) => {
                                    inner.into_iter().for_each(|piece| push(&mut pieces, piece))
                                }
                                None => push(&mut pieces, piece.clone()),
                            }
                        }
                        _ => push(&mut pieces, piece.clone()),
                    }
                }
                with(Value::Text(Text::new(pieces)))
            }
            Value::List(list) => {
                let items = list
                    .items
                    .iter()
                    .filter_map(|item| self.resolved(item, names, run, depth + 1))
                    .collect();
                with(Value::List(List { items }))
            }
            Value::Map(map) => {
                let members = self.members(node.syntax, map, names, run, depth);
                with(Value::Map(Map { members }))
            }
            Value::Embedded(root) => self.resolved(root, names, run, depth + 1),
            Value::Call { name, arguments } => {
                self.called(node, (name, arguments), names, run, depth)
            }
            _ => Some(node.clone()),
        }
    }

    fn members(
        &mut self,
        syntax: Syntax,
        map: &Map,
        names: &Names,
        run: &mut Run,
        depth: usize,
    ) -> Vec<Member> {
        let mut members = Vec::new();
        for member in &map.members {
            if let ("dynamic", MemberKind::Block(labels)) = (member.key.text.as_str(), &member.kind)
                && let Some(label) = labels.first()
            {
                for (body, names, unknown) in self.repeated(member, label, names) {
                    if let Some(why) = unknown {
                        // Without a condition a statement says more, without its principals nobody knows whom it is for.
                        let doubt = if label == "condition" {
                            &mut run.less
                        } else {
                            &mut run.more
                        };
                        *doubt = Some(why);
                        continue;
                    }
                    members.extend(self.resolved(&body, &names, run, depth + 1).map(|value| {
                        Member {
                            key: undeny_document::Key {
                                span: member.key.span,
                                text: label.clone(),
                            },
                            kind: MemberKind::Block(Vec::new()),
                            span: member.span,
                            value,
                        }
                    }));
                }
                continue;
            }
            let outer = run.with_defaults;
            run.with_defaults |= DECISIVE.contains(&member.key.text.as_str());
            let value = self.resolved(&member.value, names, run, depth + 1);
            run.with_defaults = outer;
            if member.key.text == "<<"
                && let Some(value) = &value
                && value.one_or_many().iter().all(|it| it.as_map().is_some())
            {
                // What stands beside a merge key goes before what it puts in.
                let inner = value.one_or_many().iter().filter_map(Node::as_map);
                for member in inner.flat_map(|map| &map.members) {
                    let name = &member.key.text;
                    let mut known = members.iter().chain(&map.members);
                    if known.all(|known: &Member| known.key.text != *name) {
                        members.push(member.clone());
                    }
                }
                continue;
            }
            let value = value.filter(|value| syntax != Syntax::Hcl || value.value != Value::Null);
            members.extend(value.map(|value| Member {
                value,
                span: member.span,
                key: member.key.clone(),
                kind: member.kind.clone(),
            }));
        }
        members
    }

    fn called(
        &mut self,
        node: &Node,
        (name, arguments): (&str, &[Node]),
        names: &Names,
        run: &mut Run,
        depth: usize,
    ) -> Option<Node> {
        let unknown = || {
            Some(Node {
                value: Value::Opaque {
                    expression: self.source(node),
                },
                ..bare(node)
            })
        };
        let unknown = unknown();
        if let ("If", [condition, yes, no]) = (name, arguments) {
            let taken = match self.decided(condition, names) {
                Some(taken) => taken,
                None => run.choose(self.source(condition)),
            };
            return self.resolved(if taken { yes } else { no }, names, run, depth + 1);
        }
        if let (Some(variables), [collection, value]) = (name.strip_prefix("for "), arguments) {
            let (key, item) = variables.split_once(", ").unwrap_or(("", variables));
            let variables = (key.to_owned(), item.to_owned());
            let mut items = Vec::new();
            for (names, why) in self.each_of(collection, names, &variables) {
                if why.is_some() {
                    return unknown;
                }
                items.extend(self.resolved(value, &names, run, depth + 1));
            }
            return Some(Node {
                value: Value::List(List { items }),
                ..bare(node)
            });
        }
        if name == "FindInMap" {
            return self.mapped(arguments, names, run, depth).or(unknown);
        }
        if !(is_list_of(name)
            || matches!(name, "jsonencode" | "merge" | "join" | "format" | "Join"))
        {
            return unknown;
        }
        let arguments: Vec<Node> = arguments
            .iter()
            .filter_map(|argument| self.resolved(argument, names, run, depth + 1))
            .collect();
        let value = match name {
            "jsonencode" => return arguments.into_iter().next(),
            "merge" => merged(&arguments),
            "join" | "Join" => joined(&arguments),
            "format" => formatted(&arguments),
            _ => {
                let mut items = Vec::new();
                for argument in arguments {
                    spread(argument, name == "flatten", &mut items);
                }
                Some(Value::List(List { items }))
            }
        };
        match value {
            Some(value) => Some(Node {
                value,
                ..bare(node)
            }),
            None => unknown,
        }
    }

    /// What stands in a template's `Mappings` under these names.
    fn mapped(
        &mut self,
        arguments: &[Node],
        names: &Names,
        run: &mut Run,
        depth: usize,
    ) -> Option<Node> {
        let (map, path) = arguments.split_first()?;
        let mut node = self
            .known
            .get(&format!("FindInMap:{}", map.as_str()?))?
            .value;
        for name in path {
            let name = self.resolved(name, names, run, depth + 1)?;
            node = node.get(name.as_str()?)?;
        }
        Some(node.clone())
    }

    /// What an entry says, each way that its conditionals can be decided.
    fn read(&mut self, entry: Entry, policy: &Policy) -> Read {
        let mut open = Open {
            policy: None,
            document: policy.document,
            span: entry.span,
            why: String::new(),
            statements: Vec::new(),
            is_all: true,
            may_say_who: !matches!(
                policy.role,
                Role::Identity | Role::Boundary | Role::Session | Role::Scp
            ) || policy.role_source == RoleSource::Guess,
            sign: String::new(),
        };
        let mut doubt: Option<String> = None;
        let mut is_nothing = true;
        let mut next = Some(Run::default());
        let mut runs = 0;
        while let Some(mut run) = next.take() {
            runs += 1;
            let node = if self.is_open(&entry.node, &entry.names, false) {
                let resolved = self.resolved(&entry.node, &entry.names, &mut run, 0);
                resolved.map(Cow::Owned)
            } else {
                Some(Cow::Borrowed(&*entry.node))
            };
            if let Some(node) = node
                && node.value != Value::Null
            {
                is_nothing = false;
                doubt = doubt.or(self.read_run(&node, policy, &mut run, &mut open));
            }
            let decides = run.choices.first();
            let decides = decides.map(|(condition, _)| conditional(condition));
            next = run.next();
            if next.is_some() {
                doubt = doubt.or(decides);
            }
            if runs >= MOST_RUNS && next.take().is_some() {
                open.is_all = false;
                doubt = Some("it has too many conditionals to be followed".to_owned());
            }
        }
        if is_nothing {
            return Read::Nothing;
        }
        let is_certain = runs == 1 && doubt.is_none() && entry.why.is_none();
        if is_certain && open.statements.len() == 1 {
            return open.statements.pop().map_or(Read::Nothing, Read::Certain);
        }
        open.why = match (doubt, entry.why) {
            (Some(doubt), Some(why)) if !open.is_all => format!("{why}, and {doubt}"),
            (doubt, why) => why.or(doubt).unwrap_or_default(),
        };
        open.sign = squeezed(entry.span.text(self.text));
        open.sign.push_str(&open.why);
        for statement in &open.statements {
            open.sign.push('\n');
            open.sign.push_str(&meaning(statement, policy.version));
        }
        Read::Open(open)
    }

    /// Add what the entry says in one way; gives what is doubtful about it.
    fn read_run(
        &self,
        node: &Node,
        policy: &Policy,
        run: &mut Run,
        open: &mut Open,
    ) -> Option<String> {
        let found = match policy.dialect {
            Dialect::PolicyLanguage | Dialect::Unwritten => statement(node, Vec::new()),
            Dialect::TerraformData => terraform_statement(node, Vec::new()),
        };
        let Some(mut found) = found else {
            open.is_all = false;
            return Some(if node.as_map().is_none() {
                format!(
                    "what `{}` stands for is not in the text",
                    shortened(self.source(node))
                )
            } else {
                run.more
                    .take()
                    .unwrap_or_else(|| "it has no effect that can be read".to_owned())
            });
        };
        if !open.span.contains(found.span) {
            found.span = open.span;
        }
        self.doubts(node, &found, policy.dialect, run);
        open.is_all &= run.more.is_none();
        let is_known =
            |known: &Statement| meaning(known, policy.version) == meaning(&found, policy.version);
        if !open.statements.iter().any(is_known) {
            open.statements.push(found);
        }
        run.more.take().or_else(|| run.less.take())
    }

    /// What of a statement's elements is not in the text, where it matters whether it allows more or less.
    fn doubts(&self, node: &Node, found: &Statement, dialect: Dialect, run: &mut Run) {
        let unknown = |element: &Option<Element>, is_any: bool| {
            let element = element.as_ref()?;
            if !(is_any || element.negated) {
                return None;
            }
            element.items.iter().find_map(not_in_text)
        };
        let principals = found.principals.as_ref().and_then(|principals| {
            principals.items.iter().find_map(|principal| {
                let is_open = principals.negated || principal.kind == PrincipalKind::Unknown;
                is_open.then(|| not_in_text(&principal.item))?
            })
        });
        let more = unknown(&found.actions, true)
            .or_else(|| unknown(&found.resources, false))
            .or(principals);
        if let Some(what) = more {
            run.more = Some(format!("what `{what}` stands for is not in the text"));
        }
        let is_open = |node: &Node| matches!(node.value, Value::Call { .. } | Value::Opaque { .. });
        let is_less = match dialect {
            Dialect::TerraformData => node
                .as_map()
                .is_some_and(|map| map.all("condition").count() != found.conditions.len()),
            _ => node.get("Condition").is_some_and(|condition| {
                let operators = condition.as_map().into_iter().flat_map(|map| &map.members);
                is_open(condition) || operators.into_iter().any(|member| is_open(&member.value))
            }),
        };
        if is_less {
            run.less = Some("its condition cannot be read".to_owned());
        }
        if node.as_map().is_some_and(|map| map.get("<<").is_some()) {
            run.more = Some("a merge key puts more in".to_owned());
        }
    }
}

/// Elements by which a statement may allow more: there the default of a variable is looked at.
const DECISIVE: &[&str] = &[
    "Action",
    "Effect",
    "NotAction",
    "actions",
    "effect",
    "not_actions",
];

const REPEATED: &str = "it is there for each of something that is not in the text";
const REPLACED: &str = "an override document may replace it";

fn conditional(condition: &str) -> String {
    format!("`{}` decides it", shortened(condition.to_owned()))
}

/// Why what a variable stands for is not known.
pub(crate) fn given(expression: &str) -> String {
    let name = expression.strip_prefix("Ref:").unwrap_or(expression);
    format!("`{name}` may be given another value")
}

/// The reference in a value.
fn not_in_text(item: &Item) -> Option<String> {
    item.text.pieces().iter().find_map(|piece| match piece {
        Piece::Reference(expression) => Some(
            expression
                .strip_prefix("Ref:")
                .unwrap_or(expression)
                .to_owned(),
        ),
        Piece::Literal(_) => None,
    })
}

/// Functions that make one list of what they are given.
fn is_list_of(name: &str) -> bool {
    matches!(
        name,
        "compact" | "concat" | "distinct" | "flatten" | "sort" | "tolist" | "toset"
    )
}

/// So much of an expression that a person knows which is meant.
fn shortened(text: String) -> String {
    const MOST: usize = 60;
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

/// With every blank one space, so that a change of layout is none.
fn squeezed(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ")
}

fn literal(span: Span, text: &str) -> Node {
    Node {
        span,
        syntax: Syntax::Hcl,
        value: Value::Text(Text::from_literal(text)),
    }
}

/// The node's place, for another value.
fn bare(node: &Node) -> Node {
    Node {
        span: node.span,
        syntax: node.syntax,
        value: Value::Null,
    }
}

/// What stands in `node` at `path`, as Terraform writes it: `.name`, `["name"]`, `[0]`.
fn inside<'a>(node: &'a Node, path: &str) -> Option<&'a Node> {
    let mut at = node;
    let mut rest = path;
    while !rest.is_empty() {
        let key;
        if let Some(inner) = rest.strip_prefix('[') {
            let (index, after) = inner.split_once(']')?;
            (key, rest) = (index.trim().trim_matches('"'), after);
        } else {
            let after = rest.strip_prefix('.')?;
            let end = after.find(['.', '[']).unwrap_or(after.len());
            (key, rest) = (after.get(..end)?, after.get(end..)?);
        }
        at = match &at.inner().value {
            Value::List(list) => list.items.get(key.parse::<usize>().ok()?)?,
            Value::Map(map) => &map.get(key)?.value,
            _ => return None,
        };
    }
    Some(at)
}

fn pieces_of(node: &Node) -> Option<Vec<Piece>> {
    match &node.value {
        Value::Text(text) => Some(text.pieces().to_vec()),
        Value::Number(number) => Some(vec![Piece::Literal(number.clone())]),
        Value::Bool(value) => Some(vec![Piece::Literal(value.to_string())]),
        Value::Opaque { expression } => Some(vec![Piece::Reference(expression.clone())]),
        _ => None,
    }
}

fn push(pieces: &mut Vec<Piece>, piece: Piece) {
    match (pieces.last_mut(), piece) {
        (Some(Piece::Literal(before)), Piece::Literal(text)) => before.push_str(&text),
        (_, Piece::Literal(text)) if text.is_empty() => {}
        (_, piece) => pieces.push(piece),
    }
}

fn spread(node: Node, is_deep: bool, items: &mut Vec<Node>) {
    match node.value {
        Value::List(list) => {
            for item in list.items {
                if is_deep {
                    spread(item, true, items);
                } else {
                    items.push(item);
                }
            }
        }
        _ => items.push(node),
    }
}

fn merged(arguments: &[Node]) -> Option<Value> {
    let mut members: Vec<Member> = Vec::new();
    for argument in arguments {
        for member in &argument.as_map()?.members {
            members.retain(|known| known.key.text != member.key.text);
            members.push(member.clone());
        }
    }
    Some(Value::Map(Map { members }))
}

fn joined(arguments: &[Node]) -> Option<Value> {
    let (separator, lists) = arguments.split_first()?;
    let separator = separator.as_str()?;
    let mut pieces = Vec::new();
    let items = lists.iter().flat_map(|list| list.one_or_many());
    for (index, item) in items.enumerate() {
        if index > 0 {
            push(&mut pieces, Piece::Literal(separator.to_owned()));
        }
        pieces_of(item)?
            .into_iter()
            .for_each(|piece| push(&mut pieces, piece));
    }
    Some(Value::Text(Text::new(pieces)))
}

fn formatted(arguments: &[Node]) -> Option<Value> {
    let (pattern, values) = arguments.split_first()?;
    let mut values = values.iter();
    let mut pieces = Vec::new();
    for (index, part) in pattern.as_str()?.split("%s").enumerate() {
        if part.contains('%') {
            return None;
        }
        if index > 0 {
            pieces_of(values.next()?)?
                .into_iter()
                .for_each(|piece| push(&mut pieces, piece));
        }
        push(&mut pieces, Piece::Literal(part.to_owned()));
    }
    Some(Value::Text(Text::new(pieces)))
}

impl Settled {
    /// The policies as far as they may allow: with every Allow that may be there, and without the Denies that may not.
    #[must_use]
    pub fn at_most(&self) -> Vec<Policy> {
        self.with(|_| true, Effect::Allow)
    }

    /// The policies with these statements of what is open: those of `effect` where `is_in` says so.
    pub(crate) fn with(&self, is_in: impl Fn(&Open) -> bool, effect: Effect) -> Vec<Policy> {
        let mut policies = self.policies.clone();
        for open in self.open.iter().filter(|open| is_in(open)) {
            let statements = open.statements.iter();
            let statements: Vec<Statement> = statements
                .filter(|statement| statement.effect == effect)
                .cloned()
                .collect();
            if statements.is_empty() {
                continue;
            }
            match open.policy.and_then(|index| policies.get_mut(index)) {
                Some(policy) => policy.statements.extend(statements),
                None => policies.push(Policy {
                    document: open.document,
                    path: Vec::new(),
                    span: open.span,
                    dialect: Dialect::PolicyLanguage,
                    role: Role::Identity,
                    role_source: RoleSource::Content,
                    name: None,
                    version: Version::V2012,
                    statements,
                }),
            }
        }
        policies
    }
}
