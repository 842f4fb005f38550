//! The space in which two sets of policies are compared: a dimension for who, what, which resource and each condition key, cut into cells
//! that no statement divides.
//!
//! A cell is a set of representatives (strings that a request could carry) which all statements treat alike. The representatives come from
//! [`super::minterms`] and from the ends of ranges, and whether a statement matches one is asked of the evaluator's own code.

use crate::evaluate::compiled::{CompiledPolicy, CompiledStatement};
use crate::evaluate::condition::{Condition, Test};
use crate::evaluate::matching::{ActionPattern, ResourceName, ResourcePattern};
use crate::evaluate::template::{Template, Token as Piece};
use crate::glob::{Glob, ONE, STAR};
use crate::order::{Index, entry};
use crate::policy::{self, Effect, Policy, Version, meaning};
use crate::service::Catalogue;

use super::keys::{KeyValues, key_values};
use super::minterms::{Alphabet, FIRST_VARIABLE, Minterms, Pattern, Token, is_variable, minterms};
use super::principals::{Who, names, representatives};
use super::set::{Cube, Set};

/// A statement of either side.
#[derive(Debug)]
pub(super) struct Stated<'a> {
    pub(super) is_after: bool,
    pub(super) effect: Effect,
    pub(super) written: &'a policy::Statement,
    pub(super) read: CompiledStatement,
    resources: Vec<ResourceShape>,
    /// Equal for statements that say the same.
    pub(super) identity: String,
}

/// Too much to compare exactly.
#[derive(Debug)]
pub(super) struct TooLarge;

/// A way to be in a dimension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Representative {
    /// A principal.
    Principal(Who),
    /// An action.
    Action(String),
    /// A resource.
    Resource(Target),
    /// What a request has of a key.
    Values(KeyValues),
    /// Which of the conditions with variables hold.
    Atoms(u32),
}

/// A resource that a request could name; variables stand in it as characters of their own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Target {
    Star,
    Arn([String; 6]),
    Other(String),
}

impl Target {
    pub(super) fn text(&self) -> String {
        match self {
            Self::Star => "*".to_owned(),
            Self::Arn(parts) => parts.join(":"),
            Self::Other(text) => text.clone(),
        }
    }

    pub(super) fn read(text: &str) -> Self {
        match ResourceName::new(text) {
            ResourceName::Star => Self::Star,
            ResourceName::Arn(parts) => Self::Arn(parts.map(str::to_owned)),
            ResourceName::Other(_) | ResourceName::TooLong => Self::Other(text.to_owned()),
        }
    }
}

/// What a dimension is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Axis {
    Principal,
    Action,
    Resource,
    /// A condition key, in lower case.
    Key(String),
    /// Conditions with variables, by operator and key.
    Atoms {
        values: Vec<Vec<String>>,
        operator: String,
        key: String,
    },
}

/// A dimension cut into cells.
#[derive(Debug)]
pub(super) struct Dimension {
    pub(super) axis: Axis,
    pub(super) representatives: Vec<Representative>,
    /// Of each representative.
    pub(super) cells: Vec<usize>,
    pub(super) size: usize,
    /// The cells of which AWS never sends anything.
    pub(super) unreal: Set,
    /// The cell of what the statements treat so.
    by_bits: Index,
}

impl Dimension {
    /// The cell of something that is no representative; `None` where the statements treat nothing else so.
    fn cell(&self, bits: &[u8]) -> Option<usize> {
        self.by_bits.get(bits)
    }
}

/// The three readings of a statement: they differ where its resources have variables.
#[derive(Debug)]
pub(super) struct Cubes {
    /// With a variable as a character of its own: to be covered.
    pub(super) named: Cube,
    /// With a variable as any string: nothing that it may match is missing.
    pub(super) widest: Cube,
    /// Nothing is in it that it may not match: to cover others.
    pub(super) surest: Cube,
}

#[derive(Debug)]
pub(super) struct Space<'a> {
    pub(super) statements: Vec<Stated<'a>>,
    pub(super) dimensions: Vec<Dimension>,
    pub(super) cubes: Vec<Cubes>,
    pub(super) variables: Vec<Variable>,
    pub(super) has_principals: bool,
    pub(super) approximated: Vec<String>,
}

/// A variable in resources, by key and default.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Variable {
    pub(super) key: String,
    pub(super) default: Option<String>,
}

/// A resource pattern with its readings.
#[derive(Clone, Debug)]
pub(super) struct ResourceShape {
    pub(super) text: String,
    kind: Kind,
}

#[derive(Clone, Debug)]
enum Kind {
    Everything,
    Arn {
        head: [Glob; 5],
        named: Last,
        /// Where it differs from `named`.
        widest: Option<Last>,
    },
    Other(Glob),
    Nothing,
}

/// A pattern for the last part.
#[derive(Clone, Debug)]
struct Last {
    pattern: Pattern,
    /// Without variables.
    glob: Option<Glob>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Reading {
    /// A variable is a character of its own.
    Named,
    /// A variable of the pattern is any string.
    Widest,
    /// Variables of the pattern and of the resource are any strings.
    Possible,
}

impl Last {
    fn matches(&self, text: &str) -> bool {
        match &self.glob {
            Some(glob) if !text.contains(is_variable) => glob.matches(text),
            _ => self.pattern.matches(text),
        }
    }
}

impl ResourceShape {
    fn new(text: &str, version: Version, variables: &mut Vec<Variable>) -> Self {
        let kind = match ResourcePattern::new(text, version) {
            ResourcePattern::Everything => Kind::Everything,
            ResourcePattern::Nothing => Kind::Nothing,
            ResourcePattern::Other(glob) => Kind::Other(glob),
            ResourcePattern::Arn { head, resource, .. } => match &resource {
                Template::Fixed(glob) => Kind::Arn {
                    head,
                    named: Last {
                        pattern: glob_pattern(glob.marked(), true),
                        glob: Some(glob.clone()),
                    },
                    widest: None,
                },
                Template::Variable(pieces) => {
                    let named = variable_pattern(pieces, variables, false);
                    let widest = variable_pattern(pieces, variables, true);
                    Kind::Arn {
                        head,
                        named: Last {
                            pattern: named,
                            glob: None,
                        },
                        widest: Some(Last {
                            pattern: widest,
                            glob: None,
                        }),
                    }
                }
            },
        };
        Self {
            text: text.to_owned(),
            kind,
        }
    }

    fn matches(&self, target: &Target, reading: Reading) -> bool {
        match (&self.kind, target) {
            (Kind::Everything, _) => true,
            (
                Kind::Arn {
                    head,
                    named,
                    widest,
                },
                Target::Arn(parts),
            ) => {
                let [head_parts @ .., last] = parts;
                head.iter()
                    .zip(head_parts)
                    .all(|(glob, part)| glob.matches(part))
                    && match (reading, widest) {
                        (Reading::Named, _) | (Reading::Widest, None) => named.matches(last),
                        (Reading::Widest, Some(widest)) => widest.matches(last),
                        (Reading::Possible, _) if !last.contains(is_variable) => {
                            widest.as_ref().unwrap_or(named).matches(last)
                        }
                        (Reading::Possible, _) => {
                            widest.as_ref().unwrap_or(named).pattern.may_match(last)
                        }
                    }
            }
            (Kind::Other(glob), Target::Other(text)) => glob.matches(text),
            _ => false,
        }
    }

    fn has_variables(&self) -> bool {
        matches!(
            self.kind,
            Kind::Arn {
                widest: Some(_),
                ..
            }
        )
    }
}

pub(super) fn glob_pattern(marked: &[u8], colon: bool) -> Pattern {
    let mut tokens = Vec::new();
    for piece in marked.split_inclusive(|byte| matches!(*byte, STAR | ONE)) {
        let (literal, wild) = match piece.split_last() {
            Some((&STAR, literal)) => (literal, Some(Token::Star { colon })),
            Some((&ONE, literal)) => (literal, Some(Token::One { colon })),
            _ => (piece, None),
        };
        tokens.extend(
            String::from_utf8_lossy(literal)
                .chars()
                .map(Token::Character),
        );
        tokens.extend(wild);
    }
    Pattern(tokens)
}

fn variable_pattern(pieces: &[Piece], variables: &mut Vec<Variable>, widest: bool) -> Pattern {
    let mut tokens: Vec<Token> = Vec::new();
    for piece in pieces {
        match piece {
            Piece::Marked(bytes) => tokens.extend(glob_pattern(bytes, true).0),
            Piece::Variable { .. } if widest => tokens.push(Token::Star { colon: true }),
            Piece::Variable { key, default } => {
                let variable = Variable {
                    key: key.clone(),
                    default: default.clone(),
                };
                let at = variables.iter().position(|known| *known == variable);
                let at = at.unwrap_or_else(|| {
                    variables.push(variable);
                    variables.len() - 1
                });
                tokens.push(Token::Character(variable_character(at)));
            }
        }
    }
    tokens.dedup_by(|right, left| left == right && matches!(left, Token::Star { .. }));
    Pattern(tokens)
}

/// Of different variables, each a character of its own; a policy of AWS has fewer.
const MOST_VARIABLES: usize = 0xff;

pub(super) fn variable_character(at: usize) -> char {
    let at = u32::try_from(at).unwrap_or(u32::MAX).min(0xff);
    char::from_u32(u32::from(FIRST_VARIABLE) + at).unwrap_or(FIRST_VARIABLE)
}

/// What may be compared at all, counted in values of both sides.
const MOST_VALUES: usize = 8_000;
/// Representatives of one dimension, times statements or patterns: what matching them all may cost.
const MOST_TABLE: usize = 3_000_000;
const MOST_REPRESENTATIVES: usize = 20_000;

pub(super) fn has_principals(policies: &[&[Policy]]) -> bool {
    policies
        .iter()
        .flat_map(|policies| policies.iter())
        .any(|policy| {
            policy.role.is_resource_policy()
                || policy
                    .statements
                    .iter()
                    .any(|statement| statement.principals.is_some())
        })
}

/// Whether these are more values than are compared exactly.
pub(super) fn is_huge(policies: &[&[Policy]]) -> bool {
    let statements = policies
        .iter()
        .flat_map(|policies| policies.iter())
        .flat_map(|policy| &policy.statements);
    statements.map(count).sum::<usize>() > MOST_VALUES
}

impl<'a> Space<'a> {
    pub(super) fn new(before: &'a [Policy], after: &'a [Policy]) -> Result<Self, TooLarge> {
        let has_principals = has_principals(&[before, after]);
        let mut variables = Vec::new();
        let mut statements = Vec::new();
        if is_huge(&[before, after]) {
            return Err(TooLarge);
        }
        for (is_after, policies) in [(false, before), (true, after)] {
            for policy in policies {
                if policy.statements.iter().any(has_private_characters) {
                    return Err(TooLarge);
                }
                let read = CompiledPolicy::new(policy);
                for (written, read) in policy.statements.iter().zip(read.statements) {
                    let is_void = read.actions.is_none()
                        || (has_principals && read.principals.is_none())
                        || (!has_principals && read.resources.is_none())
                        || read
                            .conditions
                            .iter()
                            .any(|condition| condition.operator.test == Test::Unknown);
                    if is_void {
                        continue;
                    }
                    let resources = written
                        .resources
                        .iter()
                        .flat_map(|resources| &resources.items)
                        .map(|item| {
                            ResourceShape::new(&item.value(), policy.version, &mut variables)
                        })
                        .collect();
                    statements.push(Stated {
                        is_after,
                        effect: read.effect,
                        written,
                        read,
                        resources,
                        identity: meaning(written, policy.version),
                    });
                }
            }
        }
        if variables.len() > MOST_VARIABLES {
            return Err(TooLarge);
        }
        let mut space = Self {
            statements,
            dimensions: Vec::new(),
            cubes: Vec::new(),
            variables,
            has_principals,
            approximated: Vec::new(),
        };
        space.cut()?;
        Ok(space)
    }

    fn cut(&mut self) -> Result<(), TooLarge> {
        let mut sides: Vec<Vec<[Set; 3]>> = Vec::new();
        if self.has_principals {
            let table = self.principals();
            sides.push(self.dimension(Axis::Principal, table)?);
        }
        let table = self.actions()?;
        sides.push(self.dimension(Axis::Action, table)?);
        let table = self.resources()?;
        sides.push(self.dimension(Axis::Resource, table)?);
        for (axis, table) in self.keys()? {
            sides.push(self.dimension(axis, table)?);
        }
        self.cubes = (0..self.statements.len())
            .map(|at| {
                let cube = |reading: usize| Cube {
                    sides: sides
                        .iter()
                        .filter_map(|side| side.get(at)?.get(reading).cloned())
                        .collect(),
                };
                Cubes {
                    named: cube(0),
                    widest: cube(1),
                    surest: cube(2),
                }
            })
            .collect();
        if self
            .statements
            .iter()
            .any(|stated| stated.resources.iter().any(ResourceShape::has_variables))
        {
            self.approximated.push(
                "policy variables in resources are compared by name: a value that happens to equal a literal of the other policy is taken for new"
                    .to_owned(),
            );
        }
        Ok(())
    }

    /// Group representatives that all statements treat alike into cells.
    fn dimension(&mut self, axis: Axis, table: Table) -> Result<Vec<[Set; 3]>, TooLarge> {
        let Table {
            representatives,
            members,
        } = table;
        let count = representatives.len();
        if count > MOST_REPRESENTATIVES || count * members.len() > MOST_TABLE {
            return Err(TooLarge);
        }
        let mut cells_by = Index::default();
        let mut cells = Vec::with_capacity(count);
        for at in 0..count {
            let signature: Vec<u8> = members
                .iter()
                .map(|member| member.get(at).copied().unwrap_or(0))
                .collect();
            cells.push(cells_by.place(signature).0);
        }
        let size = cells_by.len();
        let mut unreal = Set::full(size);
        for (representative, cell) in representatives.iter().zip(&cells) {
            if !matches!(representative, Representative::Values(values) if values.is_unreal) {
                unreal.remove(*cell);
            }
        }
        let sets = members
            .iter()
            .map(|member| {
                let mut sets = [Set::empty(size), Set::empty(size), Set::empty(size)];
                for (cell, bits) in cells.iter().zip(member) {
                    for (at, set) in sets.iter_mut().enumerate() {
                        if bits & (1 << at) != 0 {
                            set.insert(*cell);
                        }
                    }
                }
                sets
            })
            .collect();
        self.dimensions.push(Dimension {
            axis,
            representatives,
            cells,
            size,
            unreal,
            by_bits: cells_by,
        });
        Ok(sets)
    }

    fn principals(&mut self) -> Table {
        let (all, notes) = representatives(&self.statements);
        self.approximated.extend(notes);
        let members = self
            .statements
            .iter()
            .map(|stated| {
                all.iter()
                    .map(|who| u8::from(names(stated, who)) * ALL)
                    .collect()
            })
            .collect();
        Table {
            representatives: all.into_iter().map(Representative::Principal).collect(),
            members,
        }
    }

    fn actions(&self) -> Result<Table, TooLarge> {
        let mut by_service: Vec<(String, Vec<Pattern>)> = Vec::new();
        let mut texts: Vec<String> = Vec::new();
        let mut seen = Index::default();
        let mut push = |text: &str, texts: &mut Vec<String>| {
            if seen.is_new(text.to_ascii_lowercase()) {
                texts.push(text.to_owned());
            }
        };
        for stated in &self.statements {
            for item in stated
                .written
                .actions
                .iter()
                .flat_map(|actions| &actions.items)
            {
                let text = item.value();
                if let ActionPattern::Of { service, name } = ActionPattern::new(&text) {
                    if name.is_literal() && is_possible_action(&text) {
                        push(&text, &mut texts);
                    }
                    if let Some(patterns) = entry(&mut by_service, &service) {
                        patterns.push(glob_pattern(name.marked(), true));
                    }
                }
            }
        }
        for (service, patterns) in &by_service {
            let Minterms {
                texts: names,
                is_capped,
            } = minterms(patterns, Alphabet::Action);
            if is_capped {
                return Err(TooLarge);
            }
            for name in names {
                let text = format!("{service}:{}", capitalised(&name));
                if is_possible_action(&text) {
                    push(&text, &mut texts);
                }
            }
        }
        let is_named = |service: &str| by_service.iter().any(|(known, _)| known == service);
        // Of a service that neither side names: one that AWS has, and one that it may have some day.
        let other = Catalogue::common()
            .services()
            .find(|service| !is_named(service.prefix()))
            .and_then(|service| service.actions().next());
        if let Some(action) = other {
            push(&action.to_string(), &mut texts);
        }
        let mut service = "example".to_owned();
        while is_named(&service) {
            service.push('x');
        }
        push(&format!("{service}:Example"), &mut texts);
        // AWS allows it whatever the policies say, so it is never new.
        texts.retain(|text| !text.eq_ignore_ascii_case("sts:GetCallerIdentity"));
        let patterns: usize = by_service.iter().map(|(_, patterns)| patterns.len()).sum();
        if texts.len().saturating_mul(patterns) > MOST_TABLE {
            return Err(TooLarge);
        }
        let lower: Vec<String> = texts.iter().map(|text| text.to_ascii_lowercase()).collect();
        let members = self
            .statements
            .iter()
            .map(|stated| lower.iter().map(|text| action_bits(stated, text)).collect())
            .collect();
        Ok(Table {
            representatives: texts.into_iter().map(Representative::Action).collect(),
            members,
        })
    }

    fn resources(&self) -> Result<Table, TooLarge> {
        let targets = self.targets()?;
        let patterns: usize = self
            .statements
            .iter()
            .map(|stated| stated.resources.len())
            .sum();
        if targets.len().saturating_mul(patterns) > MOST_TABLE {
            return Err(TooLarge);
        }
        let members = self
            .statements
            .iter()
            .map(|stated| {
                targets
                    .iter()
                    .map(|target| resource_bits(stated, target))
                    .collect()
            })
            .collect();
        Ok(Table {
            representatives: targets.into_iter().map(Representative::Resource).collect(),
            members,
        })
    }

    /// Resources for every set of patterns: natural ones first.
    fn targets(&self) -> Result<Vec<Target>, TooLarge> {
        let mut targets: Vec<Target> = Vec::new();
        let mut seen = Index::default();
        let mut push = |target: Target, targets: &mut Vec<Target>| {
            if seen.is_new(target.text()) {
                targets.push(target);
            }
        };
        let shapes: Vec<&ResourceShape> = self
            .statements
            .iter()
            .flat_map(|stated| &stated.resources)
            .collect();
        let mut others = Vec::new();
        for shape in &shapes {
            match &shape.kind {
                Kind::Arn {
                    head,
                    named,
                    widest: None,
                } if head.iter().all(Glob::is_literal)
                    && named.glob.as_ref().is_some_and(Glob::is_literal) =>
                {
                    push(Target::read(&shape.text), &mut targets);
                }
                Kind::Other(glob) => others.push(glob_pattern(glob.marked(), true)),
                _ => {}
            }
        }
        push(
            Target::read("arn:aws:s3:::example-bucket/example-key"),
            &mut targets,
        );
        push(Target::Star, &mut targets);
        for target in self.folded(&shapes)? {
            push(target, &mut targets);
        }
        if !others.is_empty() {
            let Minterms { texts, is_capped } = minterms(&others, Alphabet::Free);
            if is_capped {
                return Err(TooLarge);
            }
            for text in texts {
                if text != "*" && !matches!(ResourceName::new(&text), ResourceName::Arn(_)) {
                    push(Target::Other(text), &mut targets);
                }
            }
        }
        Ok(targets)
    }

    /// Part by part: the sets of patterns that still match, each with one way to get there.
    fn folded(&self, shapes: &[&ResourceShape]) -> Result<Vec<Target>, TooLarge> {
        let mut heads: Vec<&[Glob; 5]> = Vec::new();
        let mut lasts: Vec<&Last> = Vec::new();
        for shape in shapes {
            if let Kind::Arn {
                head,
                named,
                widest,
            } = &shape.kind
            {
                for last in std::iter::once(named).chain(widest) {
                    let is_known = heads.iter().zip(&lasts).any(|(known_head, known)| {
                        *known_head == head && known.pattern == last.pattern
                    });
                    if !is_known {
                        heads.push(head);
                        lasts.push(last);
                    }
                }
            }
        }
        if heads.len() > 1_500 {
            return Err(TooLarge);
        }
        let natural: [&[&str]; 5] = [
            &["arn"],
            &["aws"],
            &[],
            &["us-east-1", ""],
            &["123456789012", ""],
        ];
        let mut partial: Vec<(Set, Vec<String>)> = vec![(Set::full(heads.len()), Vec::new())];
        for (part, natural) in natural.iter().enumerate() {
            let globs: Vec<&Glob> = heads.iter().filter_map(|head| head.get(part)).collect();
            let mut seen = Index::default();
            let patterns: Vec<Pattern> = globs
                .iter()
                .filter(|glob| seen.is_new(glob.marked()))
                .map(|glob| glob_pattern(glob.marked(), false))
                .collect();
            let mut texts: Vec<String> = natural.iter().map(|text| (*text).to_owned()).collect();
            if part > 0 {
                let Minterms {
                    texts: found,
                    is_capped,
                } = minterms(&patterns, Alphabet::Part);
                if is_capped {
                    return Err(TooLarge);
                }
                texts.extend(found);
            }
            let accepts = |text: &str| {
                let mut set = Set::empty(heads.len());
                for (at, glob) in globs.iter().enumerate() {
                    if glob.matches(text) {
                        set.insert(at);
                    }
                }
                set
            };
            partial = extend(partial, &texts, accepts)?;
        }
        let patterns: Vec<Pattern> = lasts.iter().map(|last| last.pattern.clone()).collect();
        let Minterms {
            texts: found,
            is_capped,
        } = minterms(&patterns, Alphabet::Free);
        if is_capped {
            return Err(TooLarge);
        }
        let mut texts = vec!["example".to_owned()];
        // Of strings that all patterns treat alike the first stays: not one that ends where its wildcard begins, if there is another.
        let (cut, whole): (Vec<String>, Vec<String>) = found
            .into_iter()
            .partition(|text| text.ends_with(['/', ':', '-']));
        texts.extend(whole);
        texts.extend(cut);
        let accepts = |text: &str| {
            let mut set = Set::empty(lasts.len());
            for (at, last) in lasts.iter().enumerate() {
                if last.matches(text) {
                    set.insert(at);
                }
            }
            set
        };
        let partial = extend(partial, &texts, accepts)?;
        Ok(partial
            .into_iter()
            .filter_map(|(_, parts)| <[String; 6]>::try_from(parts).ok())
            .map(Target::Arn)
            .collect())
    }

    fn keys(&mut self) -> Result<Vec<(Axis, Table)>, TooLarge> {
        let mut fixed: Vec<(String, Vec<(&Condition, &policy::Condition)>)> = Vec::new();
        let mut varying: Vec<(String, Varying)> = Vec::new();
        for stated in &self.statements {
            for (written, read) in stated
                .written
                .conditions
                .iter()
                .zip(&stated.read.conditions)
            {
                if has_variables(read) {
                    let operator = written.operator.to_ascii_lowercase();
                    let name = format!("{operator} {}", read.key);
                    let Some(varying) = entry(&mut varying, &name) else {
                        continue;
                    };
                    varying.operator = operator;
                    varying.key.clone_from(&read.key);
                    for atom in atoms_of(written, read) {
                        if !varying.atoms.contains(&atom) {
                            varying.atoms.push(atom);
                        }
                    }
                } else if let Some(conditions) = entry(&mut fixed, &read.key) {
                    conditions.push((read, written));
                }
            }
        }
        let mut axes = Vec::new();
        let mut notes = Vec::new();
        for (key, conditions) in &fixed {
            let values = key_values(key, conditions, &mut notes)?;
            let members = self
                .statements
                .iter()
                .map(|stated| {
                    let own: Vec<&Condition> = stated
                        .read
                        .conditions
                        .iter()
                        .filter(|condition| condition.key == *key && !has_variables(condition))
                        .collect();
                    values
                        .iter()
                        .map(|values| {
                            let holds = own.iter().all(|condition| values.satisfy(condition));
                            u8::from(holds) * ALL
                        })
                        .collect()
                })
                .collect();
            axes.push((
                Axis::Key(key.clone()),
                Table {
                    representatives: values.into_iter().map(Representative::Values).collect(),
                    members,
                },
            ));
        }
        let is_fixed = |key: &str| fixed.iter().any(|(known, _)| known == key);
        for (_, varying) in varying {
            let Varying {
                operator,
                key,
                atoms,
            } = varying;
            notes.push(format!(
                "the values of {key} that hold variables are compared by how they are written"
            ));
            if is_fixed(&key) {
                notes.push(format!(
                    "conditions on {key} with and without variables are taken as independent"
                ));
            }
            if atoms.len() > 8 {
                return Err(TooLarge);
            }
            let all = 1_u32 << atoms.len();
            let members = self
                .statements
                .iter()
                .map(|stated| {
                    (0..all)
                        .map(|subset| {
                            u8::from(atoms_hold(stated, &operator, &key, &atoms, subset)) * ALL
                        })
                        .collect()
                })
                .collect();
            axes.push((
                Axis::Atoms {
                    values: atoms,
                    operator,
                    key,
                },
                Table {
                    representatives: (0..all).map(Representative::Atoms).collect(),
                    members,
                },
            ));
        }
        if self.has_principals {
            for key in [
                "aws:principalarn",
                "aws:principalaccount",
                "aws:principalorgid",
                "aws:principaltype",
            ] {
                if is_fixed(key) {
                    notes.push(format!(
                        "Principal and the key {key} are taken as independent"
                    ));
                }
            }
        }
        if is_fixed("aws:sourceip") && is_fixed("aws:sourcevpc") {
            notes.push("aws:SourceIp and aws:SourceVpc are taken as independent".to_owned());
        }
        self.approximated.extend(notes);
        Ok(axes)
    }

    /// Whether the cube's callers are domains of providers alone.
    pub(super) fn is_about_domains(&self, cube: &Cube) -> bool {
        let mut sides = self.dimensions.iter().zip(&cube.sides);
        sides.any(|(dimension, side)| {
            let mut inside = dimension
                .representatives
                .iter()
                .zip(&dimension.cells)
                .filter(|(_, cell)| side.contains(**cell))
                .map(|(representative, _)| representative);
            dimension.axis == Axis::Principal
                && inside.all(|representative| {
                    matches!(representative, Representative::Principal(who) if who.is_domain())
                })
        })
    }

    /// The cell of a resource that is no representative.
    pub(super) fn resource_cell(&self, dimension: &Dimension, target: &Target) -> Option<usize> {
        dimension.cell(
            &self
                .statements
                .iter()
                .map(|stated| resource_bits(stated, target))
                .collect::<Vec<u8>>(),
        )
    }

    /// The cell of an action that is no representative; `lower` is in lower case.
    pub(super) fn action_cell(&self, dimension: &Dimension, lower: &str) -> Option<usize> {
        dimension.cell(
            &self
                .statements
                .iter()
                .map(|stated| action_bits(stated, lower))
                .collect::<Vec<u8>>(),
        )
    }

    /// The cell of a caller that is no representative.
    pub(super) fn principal_cell(&self, dimension: &Dimension, who: &Who) -> Option<usize> {
        dimension.cell(
            &self
                .statements
                .iter()
                .map(|stated| u8::from(names(stated, who)) * ALL)
                .collect::<Vec<u8>>(),
        )
    }
}

/// Conditions with variables, of one operator on one key.
#[derive(Default)]
struct Varying {
    operator: String,
    key: String,
    atoms: Vec<Vec<String>>,
}

impl Stated<'_> {
    pub(super) fn shapes(&self) -> &[ResourceShape] {
        &self.resources
    }
}

impl ResourceShape {
    pub(super) fn names(&self, target: &Target) -> bool {
        self.matches(target, Reading::Named)
    }
}

/// For each statement, for each representative: in which readings it is a member.
struct Table {
    representatives: Vec<Representative>,
    members: Vec<Vec<u8>>,
}

/// A member in all three readings.
const ALL: u8 = 0b111;

/// Whether a value holds characters that stand for variables here.
fn has_private_characters(statement: &policy::Statement) -> bool {
    let elements = statement.actions.iter().chain(&statement.resources);
    let conditions = statement
        .conditions
        .iter()
        .flat_map(|condition| &condition.values);
    elements
        .flat_map(|element| &element.items)
        .chain(conditions)
        .any(|item| item.value().contains(is_variable))
}

fn count(statement: &policy::Statement) -> usize {
    let elements = statement.actions.iter().chain(&statement.resources);
    1 + elements.map(|element| element.items.len()).sum::<usize>()
        + statement
            .principals
            .as_ref()
            .map_or(0, |principals| principals.items.len())
        + statement
            .conditions
            .iter()
            .map(|condition| 1 + condition.values.len())
            .sum::<usize>()
}

fn action_bits(stated: &Stated<'_>, lower: &str) -> u8 {
    let parts = lower.split_once(':').unwrap_or(("", lower));
    let holds = stated.read.actions.as_ref().is_some_and(|actions| {
        actions.items.iter().any(|item| item.matches(parts)) != actions.negated
    });
    u8::from(holds) * ALL
}

/// Bit 0: named, 1: widest, 2: surest.
fn resource_bits(stated: &Stated<'_>, target: &Target) -> u8 {
    let Some(resources) = &stated.read.resources else {
        return ALL;
    };
    let any = |reading: Reading| {
        stated
            .resources
            .iter()
            .any(|shape| shape.matches(target, reading))
    };
    let bit = |yes: bool, at: u8| u8::from(yes) << at;
    let named = any(Reading::Named);
    if resources.negated {
        // It is surely not excepted only where nothing that its variables may stand for is.
        bit(!named, 0) | bit(!named, 1) | bit(!any(Reading::Possible), 2)
    } else {
        bit(named, 0) | bit(any(Reading::Widest), 1) | bit(named, 2)
    }
}

fn extend(
    partial: Vec<(Set, Vec<String>)>,
    texts: &[String],
    accepts: impl Fn(&str) -> Set,
) -> Result<Vec<(Set, Vec<String>)>, TooLarge> {
    let mut ways: Vec<(Set, &String)> = Vec::new();
    let mut seen = Index::default();
    for text in texts {
        let set = accepts(text);
        if seen.is_new(set.key()) {
            ways.push((set, text));
        }
    }
    if partial.len().saturating_mul(ways.len()) > 400_000 {
        return Err(TooLarge);
    }
    let mut seen = Index::default();
    let mut next = Vec::new();
    for (alive, parts) in &partial {
        for (set, text) in &ways {
            let both = alive.and(set);
            if seen.is_new(both.key()) {
                let mut parts = parts.clone();
                parts.push((*text).clone());
                next.push((both, parts));
            }
        }
    }
    if next.len() > MOST_REPRESENTATIVES {
        return Err(TooLarge);
    }
    Ok(next)
}

fn is_possible_action(text: &str) -> bool {
    text.split_once(':').is_some_and(|(service, name)| {
        let is_word = |text: &str| {
            !text.is_empty()
                && text
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
        };
        is_word(service) && is_word(name)
    })
}

fn capitalised(name: &str) -> String {
    let mut characters = name.chars();
    match characters.next() {
        Some(first) => first.to_ascii_uppercase().to_string() + characters.as_str(),
        None => String::new(),
    }
}

fn has_variables(condition: &Condition) -> bool {
    use crate::evaluate::condition::Wanted;
    condition.wanted.iter().any(|wanted| {
        matches!(
            wanted,
            Wanted::Text(Template::Variable(_))
                | Wanted::TextIgnoringCase(Template::Variable(_))
                | Wanted::ArnTemplate(_)
        )
    })
}

/// A plain condition holds for each of its values alone; one with a set operator or `IfExists` is only as a whole true or not.
fn atoms_of(written: &policy::Condition, read: &Condition) -> Vec<Vec<String>> {
    let values: Vec<String> = written
        .values
        .iter()
        .map(|item| item.value().into_owned())
        .collect();
    if read.operator.set.is_some() || read.operator.if_exists {
        let mut values = values;
        values.sort();
        vec![values]
    } else {
        values.into_iter().map(|value| vec![value]).collect()
    }
}

fn atoms_hold(
    stated: &Stated<'_>,
    operator: &str,
    key: &str,
    atoms: &[Vec<String>],
    subset: u32,
) -> bool {
    stated
        .written
        .conditions
        .iter()
        .zip(&stated.read.conditions)
        .filter(|(written, read)| {
            read.key == key
                && written.operator.eq_ignore_ascii_case(operator)
                && has_variables(read)
        })
        .all(|(written, read)| {
            let is_whole = read.operator.set.is_some() || read.operator.if_exists;
            let found = atoms_of(written, read).iter().any(|own| {
                atoms
                    .iter()
                    .position(|atom| atom == own)
                    .is_some_and(|at| subset & (1 << at) != 0)
            });
            // For a plain negated operator an atom says that the value is matched.
            if is_whole {
                found
            } else {
                found != read.operator.negated
            }
        })
}
