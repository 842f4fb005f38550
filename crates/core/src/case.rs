//! Everything that is known of a paste, once read: what the rules look at.

use std::collections::BTreeMap;

use undeny_document::{Document, Format, MemberKind, Node, Paste, Piece, Reading, Role, Value};
use undeny_iam::arn::{Arn, Caller};
use undeny_iam::denial::{self, Decoy, Denial};
use undeny_iam::evaluate::{self, Decision, Layer, Request, Scenario};
use undeny_iam::policy::{
    self, Bindings, Effect, Element, Item, Policy, Principal, PrincipalKind, Principals, Statement,
    key_pieces, unknown_reference,
};
use undeny_text::{Edits, Span};

use crate::holder::{self, Holders, Maker};
use crate::resolve::{self, Whereabouts};
use crate::role_arn;
use crate::room::Room;
use crate::token::{self, Token};
use crate::understand::{self, understand};
use crate::unmask::{is_masked_part, unmask};
use crate::workflow;

/// A thing read from one of the texts.
#[derive(Clone, Debug)]
pub(crate) struct In<T> {
    /// Index of the text.
    pub(crate) input: usize,
    /// The thing; its spans count that text.
    pub(crate) value: T,
}

/// What is known.
#[derive(Debug)]
pub(crate) struct Case<'a> {
    /// The texts, as given.
    pub(crate) texts: Vec<&'a str>,
    /// The documents found in them.
    pub(crate) reading: Reading,
    /// The policies found in these, with what is known of their references put in.
    pub(crate) policies: Vec<Policy>,
    /// The denials, in order of place, each once, with what they leave out filled in.
    pub(crate) denials: Vec<In<Denial>>,
    /// The same as printed.
    pub(crate) printed: Vec<In<Denial>>,
    /// What was taken for granted in filling in, in sentences.
    pub(crate) taken: Vec<String>,
    /// What was read off all texts together.
    pub(crate) told: Told,
    /// What looks like a denial and is not.
    pub(crate) decoys: Vec<In<Decoy>>,
    /// The user's answers, by question.
    pub(crate) answers: &'a BTreeMap<String, String>,
}

/// What was read off all texts together: names that are alike, claims of tokens. A redacted or patched text may not show it any more.
#[derive(Clone, Debug, Default)]
pub(crate) struct Told {
    /// What is known of references in the caller's policies.
    known: Bindings,
    /// The same in policies of resources.
    theirs: Bindings,
    /// The denials, with what they leave out filled in.
    denials: Vec<Denial>,
    /// The denial, by index, that the report is about.
    about: Option<usize>,
    /// Each policy's role.
    roles: Vec<(Role, policy::RoleSource)>,
    /// The identity policies of each caller.
    own: Vec<(String, Vec<usize>)>,
    /// Of these the ones that are most surely each caller's alone, where they differ in that.
    nearest: Vec<(String, Vec<usize>)>,
    /// The callers whose role or user the paste makes without a permissions boundary.
    unbounded: Vec<String>,
    /// The policy of each resource that a message names, with the role that it has; `None` where none of the paste's is that resource's.
    of_resources: Vec<(Role, String, Option<usize>)>,
    /// The denials, by index, that the plan leaves out: what they need does not go together with the rest.
    pub(crate) apart: Vec<usize>,
    /// Where callers without a policy have room for their first one, by its index among the policies.
    pub(crate) rooms: Vec<Room>,
    /// The tokens.
    pub(crate) tokens: Vec<Token>,
    /// What the user takes documents for, by their index.
    said: BTreeMap<usize, Role>,
    /// The time, in seconds since 1970, where it is known.
    pub(crate) now: Option<u64>,
}

impl Told {
    /// What is known of a policy's references.
    pub(crate) fn bindings(&self, policy: &Policy) -> &Bindings {
        if is_theirs(policy) {
            &self.theirs
        } else {
            &self.known
        }
    }

    /// Know each reference of `before` also as `after`, the same documents with other names in them, writes it.
    fn follow(&mut self, before: &Reading, after: &Reading) {
        let mut pairs = Vec::new();
        for (before, after) in before.documents.iter().zip(&after.documents) {
            renamed(&before.root, &after.root, &mut pairs);
        }
        if pairs.is_empty() {
            return;
        }
        for known in [&mut self.known, &mut self.theirs] {
            for (before, after) in &pairs {
                if let Some(value) = known.get(*before).cloned() {
                    known.entry((*after).to_owned()).or_insert(value);
                }
            }
        }
        let signs: Vec<(String, String)> = pairs
            .iter()
            .map(|(before, after)| (unknown_reference(before), unknown_reference(after)))
            .collect();
        self.each(&mut |value| {
            if let Some((before, after)) = signs.iter().find(|(before, _)| value.contains(before)) {
                *value = value.replace(before, after);
            }
        });
    }

    /// Hand every name in it but those of references, which [`Told::follow`] takes from the texts, to `change`.
    pub(crate) fn visit(&mut self, change: &mut dyn FnMut(&mut String)) {
        self.each(&mut |value| {
            if !value.contains('\u{27e6}') {
                return change(value);
            }
            let mut parts: Vec<String> = Vec::new();
            for part in value.split_inclusive('\u{27e7}') {
                let sign = part.find('\u{27e6}').unwrap_or(part.len());
                let (literal, sign) = part.split_at_checked(sign).unwrap_or((part, ""));
                let mut literal = literal.to_owned();
                change(&mut literal);
                parts.extend([literal, sign.to_owned()]);
            }
            *value = parts.concat();
        });
    }

    fn each(&mut self, change: &mut dyn FnMut(&mut String)) {
        for value in self.known.values_mut().chain(self.theirs.values_mut()) {
            change(value);
        }
        for denial in &mut self.denials {
            let fields = [
                &mut denial.principal,
                &mut denial.resource,
                &mut denial.policy_arn,
            ];
            for value in fields.into_iter().flatten() {
                change(value);
            }
            for value in denial.context.iter_mut().flat_map(|(_, values)| values) {
                change(value);
            }
        }
        for (principal, _) in self.own.iter_mut().chain(&mut self.nearest) {
            change(principal);
        }
        for principal in &mut self.unbounded {
            change(principal);
        }
        for (_, resource, _) in &mut self.of_resources {
            change(resource);
        }
        for token in &mut self.tokens {
            change(&mut token.issuer);
            for value in token.claims.iter_mut().flat_map(|(_, values)| values) {
                change(value);
            }
        }
    }
}

/// What the texts say of calls that were refused.
struct Heard {
    /// The denials, in order of place, each once.
    denials: Vec<In<Denial>>,
    /// What looks like a denial and is not.
    decoys: Vec<In<Decoy>>,
}

impl Heard {
    fn in_texts(texts: &[&str]) -> Self {
        let mut denials: Vec<In<Denial>> = Vec::new();
        let mut decoys = Vec::new();
        for (input, text) in texts.iter().enumerate() {
            let found = denial::read(text);
            for value in found.denials {
                let known = denials.iter().any(|before| {
                    let before = &before.value;
                    (&before.principal, &before.action, &before.resource)
                        == (&value.principal, &value.action, &value.resource)
                });
                if !known {
                    denials.push(In { input, value });
                }
            }
            decoys.extend(found.decoys.into_iter().map(|value| In { input, value }));
        }
        Self { denials, decoys }
    }
}

/// A request with the policies that decide it.
#[derive(Clone, Debug)]
pub(crate) struct Setup {
    /// The request and the policies.
    pub(crate) scenario: Scenario,
    /// Which policies of the case stand in which layer, in the layer's order.
    pub(crate) given: Vec<(Layer, Vec<usize>)>,
    /// What was assumed to allow because it was not given.
    pub(crate) assumed: Vec<Layer>,
}

impl<'a> Case<'a> {
    /// Read a paste.
    ///
    /// `said` is what the user takes documents for, by their index; `now` the time in seconds since 1970.
    pub(crate) fn read(
        paste: &'a Paste,
        answers: &'a BTreeMap<String, String>,
        said: &BTreeMap<usize, Role>,
        now: Option<u64>,
    ) -> Self {
        let mut case = Self::read_texts(paste, answers, said, None, None);
        case.told.said.clone_from(said);
        case.told.now = now;
        for denial in &mut case.denials {
            let said = unmask(&mut denial.value, &case.policies);
            case.taken.extend(said);
        }
        case.take_roles_from_denials();
        case.resolve();
        case.told.about = case.first_that_names();
        case.told.tokens = token::find(&case.reading);
        case.told.own = case.callers();
        case.told.nearest = case.nearest();
        case.told.unbounded = case.unbounded();
        case.told.of_resources = case.resources();
        case.told.denials = case
            .denials
            .iter()
            .map(|denial| denial.value.clone())
            .collect();
        case.told.roles = case
            .policies
            .iter()
            .map(|policy| (policy.role, policy.role_source))
            .collect();
        case
    }

    fn read_texts(
        paste: &'a Paste,
        answers: &'a BTreeMap<String, String>,
        said: &BTreeMap<usize, Role>,
        before: Option<&Case<'_>>,
        heard: Option<Heard>,
    ) -> Self {
        let texts: Vec<&str> = paste
            .inputs
            .iter()
            .map(|input| input.text.as_str())
            .collect();
        let mut reading = match before {
            Some(before) => undeny_document::read_again(paste, &before.texts, &before.reading),
            None => undeny_document::read(paste),
        };
        for (index, role) in said {
            if let Some(document) = reading.documents.get_mut(*index) {
                document.said = Some(*role);
            }
        }
        let Heard { denials, decoys } = heard.unwrap_or_else(|| Heard::in_texts(&texts));
        let policies = policy::find(&reading);
        Self {
            texts,
            reading,
            policies,
            printed: denials.clone(),
            denials,
            taken: Vec::new(),
            told: Told::default(),
            decoys,
            answers,
        }
    }

    /// Read texts of which it is known what they are: the same paste, patched or redacted. No guess is made anew: what a policy is for may
    /// have been read off what it did not allow, which a patch changes, and that two names are one off the names, which redaction hides.
    ///
    /// `before` is that paste, `told` what was read off it, and `edits` what makes each text out of that paste's, where it is known: then the
    /// denials are those of that paste, and only their places move.
    pub(crate) fn read_told(
        paste: &'a Paste,
        answers: &'a BTreeMap<String, String>,
        told: Told,
        before: &Case<'_>,
        edits: Option<&[Edits]>,
    ) -> Self {
        Self::read_once_more(paste, answers, told, before, edits, false)
    }

    fn read_once_more(
        paste: &'a Paste,
        answers: &'a BTreeMap<String, String>,
        mut told: Told,
        before: &Case<'_>,
        edits: Option<&[Edits]>,
        is_renamed: bool,
    ) -> Self {
        let heard = edits.map(|edits| before.heard_after(edits));
        let mut case = Self::read_texts(paste, answers, &told.said, Some(before), heard);
        if case.policies.len() + told.rooms.len() == told.roles.len() {
            for room in &told.rooms {
                room.open(&mut case);
            }
        }
        if case.policies.len() != told.roles.len() {
            return Self::read(paste, answers, &told.said, told.now);
        }
        if is_renamed {
            told.follow(&before.reading, &case.reading);
        }
        for (policy, (role, source)) in case.policies.iter_mut().zip(&told.roles) {
            policy.role = *role;
            policy.role_source = *source;
        }
        if case.denials.len() == told.denials.len() {
            for (denial, known) in case.denials.iter_mut().zip(&told.denials) {
                denial.value = Denial {
                    span: denial.value.span,
                    ..known.clone()
                };
            }
        }
        case.told = told;
        case.bind();
        case
    }

    /// As [`Case::read_told`], where the texts are those of `before` with other names in them: also its references are called differently.
    pub(crate) fn read_renamed(
        paste: &'a Paste,
        answers: &'a BTreeMap<String, String>,
        told: Told,
        before: &Case<'_>,
        edits: Option<&[Edits]>,
    ) -> Self {
        Self::read_once_more(paste, answers, told, before, edits, true)
    }

    /// What the texts say once `edits` are made in them, one for each text.
    fn heard_after(&self, edits: &[Edits]) -> Heard {
        let moved = |input: usize, span: Span| {
            edits.get(input).map_or(span, |edits| {
                Span::new(edits.map_offset(span.start), edits.map_offset(span.end))
            })
        };
        let mut heard = Heard {
            denials: self.denials.clone(),
            decoys: self.decoys.clone(),
        };
        for denial in &mut heard.denials {
            denial.value.span = moved(denial.input, denial.value.span);
        }
        for decoy in &mut heard.decoys {
            decoy.value.span = moved(decoy.input, decoy.value.span);
        }
        heard
    }

    /// Find what is known of references, put it in, and fill in what the denials leave out.
    fn resolve(&mut self) {
        let callers = self.whereabouts(false);
        let owners = self.whereabouts(true);
        let mut known = self.bindings(&callers);
        resolve::written_out(&self.reading, &callers, &mut known);
        let named = self.named_arns();
        resolve::in_their_accounts(&named, &mut known);
        let mut theirs = self.bindings(&owners);
        resolve::written_out(&self.reading, &owners, &mut theirs);
        resolve::in_their_accounts(&named, &mut theirs);
        let unbound = self.policies.clone();
        self.policies = unbound
            .iter()
            .map(|policy| policy.bind(if is_theirs(policy) { &theirs } else { &known }))
            .collect();
        resolve::providers(&self.policies, &owners, &mut theirs);
        let before = known.clone();
        let mut understood = Vec::new();
        let answered = self.answer("action").map(str::to_owned);
        for denial in &self.denials {
            let text = self.texts.get(denial.input).copied().unwrap_or_default();
            let others = self.denials.iter().map(|other| &other.value);
            if understand::is_told_in_full(&denial.value, others, text, &self.policies, &callers) {
                understood.push(denial.clone());
                continue;
            }
            let (mut value, said) = understand(
                &denial.value,
                text,
                answered.as_deref(),
                &self.policies,
                &callers,
                &mut known,
            );
            self.taken.extend(said);
            self.taken.extend(understand::read_by_trigger(
                &mut value,
                &self.reading,
                &callers,
                &mut known,
            ));
            understood.push(In {
                input: denial.input,
                value,
            });
        }
        self.denials = understood;
        self.name_the_only_caller();
        // What a message names beside its sentence may be the first to tell where things are.
        if callers.account.is_none() || callers.region.is_none() {
            let told = self.whereabouts(false);
            let is_told = |value: &Option<String>, made_up: &str| {
                value.as_deref().is_some_and(|value| value != made_up)
            };
            if is_told(&told.account, UNKNOWN_ACCOUNT)
                && is_told(&told.region, resolve::UNKNOWN_REGION)
            {
                resolve::written_out(&self.reading, &told, &mut known);
            }
        }
        for denial in &self.denials {
            let Some(resource) = &denial.value.resource else {
                continue;
            };
            self.taken.extend(resolve::by_name(
                &self.reading,
                &self.policies,
                resource,
                &mut known,
            ));
        }
        for (name, value) in &known {
            if !before.contains_key(name) {
                theirs.entry(name.clone()).or_insert_with(|| value.clone());
            }
        }
        self.policies = unbound;
        (self.told.known, self.told.theirs) = (known, theirs);
        self.bind();
        self.find_role_arns();
        self.find_paths();
    }

    /// Of what IAM names in words, the ARN made of it lacks the path: it is the answer's, else the one that the paste shows.
    fn find_paths(&mut self) {
        for index in 0..self.denials.len() {
            let Some((words, arn)) = self.in_words(index) else {
                continue;
            };
            let known = self.with_path(words, arn);
            let said = format!("`{words}` is taken to have no path: `{arn}`");
            match (self.denials.get_mut(index), known) {
                (Some(denial), Some(known)) => denial.value.resource = Some(known),
                _ => self.taken.push(said),
            }
        }
    }

    /// How IAM words the resource of a denial, and the ARN made of it.
    fn in_words(&self, index: usize) -> Option<(&str, &str)> {
        let words = self.printed.get(index)?.value.resource.as_deref()?;
        let arn = self.denials.get(index)?.value.resource.as_deref()?;
        let (_, name) = understand::entity(words)?;
        (words != arn && name != arn && arn.ends_with(name)).then_some((words, arn))
    }

    fn with_path(&self, words: &str, arn: &str) -> Option<String> {
        let (_, name) = understand::entity(words)?;
        let kind = arn.strip_suffix(name)?;
        let name = format!("/{name}");
        let is_it = |found: &&str| {
            found.starts_with(kind) && found.ends_with(&name) && !found.contains('*')
        };
        if let Some(answer) = self.answer("resource").filter(is_it) {
            return Some(answer.to_owned());
        }
        let mut shown: Vec<&str> = Vec::new();
        for text in &self.texts {
            let arns = text.match_indices(kind);
            shown.extend(
                arns.map(|(at, _)| understand::name_at(text, at))
                    .filter(is_it),
            );
        }
        shown.sort_unstable();
        shown.dedup();
        if let [only] = shown.as_slice() {
            return Some((*only).to_owned());
        }
        let role = arn
            .replacen(":iam:", ":sts:", 1)
            .replacen(":role/", ":assumed-role/", 1);
        let printed = role_arn::Printed::of(self);
        role_arn::of_session(self, &printed, &self.told.known, &format!("{role}/x"))
    }

    /// What the messages name: the callers, a session as its role, and the resources.
    fn named_arns(&self) -> Vec<String> {
        let mut named: Vec<String> = Vec::new();
        for denial in &self.denials {
            let caller = denial.value.principal.as_deref().map(Caller::parse);
            let caller = caller.and_then(|caller| caller.policy_principal());
            for arn in caller.into_iter().chain(denial.value.resource.clone()) {
                if !named.contains(&arn) {
                    named.push(arn);
                }
            }
        }
        named
    }

    /// Put the whole ARN of a caller's role, where the paste shows it, into what is known of the request.
    fn find_role_arns(&mut self) {
        let printed = role_arn::Printed::of(self);
        let mut known: BTreeMap<String, Option<String>> = BTreeMap::new();
        for session in self
            .denials
            .iter()
            .filter_map(|denial| denial.value.principal.as_ref())
        {
            if !known.contains_key(session) {
                let found = role_arn::of_session(self, &printed, &self.told.known, session);
                known.insert(
                    session.clone(),
                    found.or_else(|| role_arn::by_name(session)),
                );
            }
        }
        for denial in &mut self.denials {
            let Denial {
                principal, context, ..
            } = &mut denial.value;
            let arn = principal.as_ref().and_then(|session| known.get(session));
            let is_told = context
                .iter()
                .any(|(key, _)| key.eq_ignore_ascii_case(PRINCIPAL_ARN));
            if let Some(Some(arn)) = arn
                && !is_told
            {
                context.push((PRINCIPAL_ARN.to_owned(), vec![arn.clone()]));
            }
        }
    }

    /// A message that has nothing but its code is of the caller whom the others name, where that is one.
    fn name_the_only_caller(&mut self) {
        let mut named: Vec<&str> = self
            .printed
            .iter()
            .filter_map(|denial| denial.value.principal.as_deref())
            .collect();
        named.dedup();
        let [only] = named.as_slice() else { return };
        let only = (*only).to_owned();
        let mut calls = Vec::new();
        for (denial, printed) in self.denials.iter_mut().zip(&self.printed) {
            if let Some(operation) = &printed.value.operation
                && printed.value.names_nothing()
                && denial.value.action.is_some()
                && denial.value.principal.is_none()
            {
                denial.value.principal = Some(only.clone());
                calls.push(format!("the call `{operation}` was made by `{only}` too"));
            }
        }
        self.taken.extend(calls);
    }

    /// Put in what is known of references.
    fn bind(&mut self) {
        for policy in &mut self.policies {
            let bindings = self.told.bindings(policy);
            policy.put_in(bindings);
        }
    }

    /// What is known of each policy's references.
    pub(crate) fn all_bindings(&self) -> Vec<&Bindings> {
        self.policies
            .iter()
            .map(|policy| self.told.bindings(policy))
            .collect()
    }

    /// The caller's account, where a message names it.
    pub(crate) fn account(&self) -> Option<&str> {
        self.told
            .known
            .get("AWS::AccountId")
            .map(String::as_str)
            .filter(|account| *account != UNKNOWN_ACCOUNT)
    }

    /// The caller's region, where a message names it.
    pub(crate) fn region(&self) -> Option<&str> {
        self.told.known.get("AWS::Region").map(String::as_str)
    }

    /// Where the resources of the paste are, as far as the messages tell: the caller's, or those of the resource's owner.
    fn whereabouts(&self, owner: bool) -> Whereabouts {
        let mut found = Whereabouts {
            partition: "aws".to_owned(),
            ..Whereabouts::default()
        };
        let usable = |value: &str| {
            !value.is_empty() && !value.contains(['*', '<', '>', '{']) && !value.contains("XXX")
        };
        let mut arns = Vec::new();
        for denial in &self.denials {
            let principal = denial.value.principal.as_deref().and_then(Arn::parse);
            let resource = denial.value.resource.as_deref().and_then(Arn::parse);
            if owner {
                let bucket = resource.as_ref().filter(|arn| arn.service == "s3");
                if found.account.is_none()
                    && let Some(bucket) = bucket
                {
                    // A bucket's ARN has no account, and its name often has.
                    found.account = resolve::account_in_name(&self.reading, bucket.resource);
                }
                arns.extend(resource.into_iter().chain(principal));
            } else {
                arns.extend(principal.into_iter().chain(resource));
            }
        }
        // A token's message names nobody: the role that a job or a pod asks for tells the account.
        let asked = workflow::roles(self);
        arns.extend(asked.iter().filter_map(|role| Arn::parse(role)));
        for arn in arns {
            if found.account.is_none() && usable(arn.account) {
                found.account = Some(arn.account.to_owned());
            }
            if found.region.is_none() && usable(arn.region) {
                found.region = Some(arn.region.to_owned());
            }
            if usable(arn.partition) {
                found.partition = arn.partition.to_owned();
            }
        }
        if found.region.is_none() {
            found.region = self.region_of_event();
        }
        if found.region.is_none() {
            found.region = resolve::region_of_provider(&self.reading);
        }
        if found.region.is_none() {
            found.region = self.region_of_call();
        }
        found
    }

    /// The region that the first denial's event tells.
    fn region_of_event(&self) -> Option<String> {
        let context = &self.denials.first()?.value.context;
        let (_, regions) = context
            .iter()
            .find(|(key, _)| key == "aws:RequestedRegion")?;
        regions.first().cloned()
    }

    /// The one region that the text beside the first denial tells of its call.
    fn region_of_call(&self) -> Option<String> {
        const BEFORE: usize = 600;
        const BEHIND: usize = 300;
        let denial = self.denials.first()?;
        let (service, _) = denial.value.action.as_deref()?.split_once(':')?;
        let text = self.texts.get(denial.input)?;
        let span = denial.value.span;
        let start = text.floor_char_boundary(span.start.saturating_sub(BEFORE));
        let end = text.floor_char_boundary(span.end.saturating_add(BEHIND));
        undeny_iam::denial::region_beside(text.get(start..end)?, service)
    }

    /// The denial that the report is about: the first that names an action.
    pub(crate) fn denial(&self) -> Option<&In<Denial>> {
        let known = self.told.about.and_then(|index| self.denials.get(index));
        known
            .or_else(|| {
                self.denials
                    .iter()
                    .find(|denial| denial.value.action.is_some())
            })
            .or_else(|| self.denials.first())
    }

    /// The first denial whose message names an action itself; another's follows from the call that failed.
    fn first_that_names(&self) -> Option<usize> {
        self.denials
            .iter()
            .zip(&self.printed)
            .position(|(denial, printed)| {
                denial.value.action.is_some() && !printed.value.names_nothing()
            })
    }

    /// The answer to the question with this id, trimmed; `None` where it is empty.
    pub(crate) fn answer(&self, id: &str) -> Option<&str> {
        self.answers
            .get(id)
            .map(|answer| answer.trim())
            .filter(|answer| !answer.is_empty())
    }

    /// The document that a policy stands in.
    pub(crate) fn document_of(&self, policy: usize) -> Option<&Document> {
        self.policies
            .get(policy)
            .and_then(|policy| self.reading.documents.get(policy.document))
    }

    /// The indexes of the policies with this role, in order of place.
    pub(crate) fn with_role(&self, role: Role) -> Vec<usize> {
        self.policies
            .iter()
            .enumerate()
            .filter(|(_, policy)| policy.role == role)
            .map(|(index, _)| index)
            .collect()
    }

    /// What a document is for: its policies' role, or what its content shows.
    pub(crate) fn role_of(&self, index: usize) -> Role {
        let Some(document) = self.reading.documents.get(index) else {
            return Role::Other;
        };
        if let Some(role) = document.said {
            return role;
        }
        let mut roles = self
            .policies
            .iter()
            .filter(|policy| policy.document == index)
            .map(|policy| policy.role);
        if let Some(first) = roles.next() {
            return first;
        }
        let has_denial = self
            .denials
            .iter()
            .map(|denial| (denial.input, denial.value.span))
            .chain(
                self.decoys
                    .iter()
                    .map(|decoy| (decoy.input, decoy.value.span)),
            )
            .any(|(input, span)| input == document.input && document.span.overlaps(span));
        let root = &document.root;
        let has = |key: &str| root.get(key).is_some();
        match document.format {
            Format::Text if has_denial => Role::Error,
            Format::Yaml if has("jobs") || has("phases") || has("steps") || has("stages") => {
                Role::Workflow
            }
            Format::Json if has("userIdentity") || has("eventSource") || has("Records") => {
                Role::Event
            }
            _ if has_denial => Role::Error,
            Format::Text if token::is_encoded(document) => Role::Token,
            Format::Json
                if self
                    .told
                    .tokens
                    .iter()
                    .any(|token| (token.input, token.span) == (document.input, document.span)) =>
            {
                Role::Token
            }
            _ => Role::Other,
        }
    }

    /// Where a message names a kind of policy that looks like an identity policy (a service control policy, a boundary), and no document
    /// is known to be one, the one document that says what the message says is taken for it.
    fn take_roles_from_denials(&mut self) {
        let Some(denial) = self.denial() else { return };
        let Some(role) = denial.value.policy_type.and_then(denial::PolicyType::role) else {
            return;
        };
        if role == Role::Endpoint && !self.policies.iter().any(|policy| policy.role == role) {
            // An endpoint policy looks like any resource's; the message tells them apart.
            let resource = denial.value.resource.clone().unwrap_or_default();
            self.take_only(role, |policy| match policy.role {
                Role::Other => policy
                    .statements
                    .iter()
                    .any(|statement| statement.principals.is_some()),
                Role::Bucket => {
                    policy.name.is_none()
                        && !resource.is_empty()
                        && !names_bucket(policy, &resource)
                }
                _ => false,
            });
            return;
        }
        if role == Role::Rcp && !self.policies.iter().any(|policy| policy.role == role) {
            // A bucket's policy names the bucket; an organisation's is about everything, and only denies.
            self.take_only(role, |policy| {
                let is_by_kind = !matches!(policy.role, Role::Identity | Role::Trust);
                is_by_kind && policy.name.is_none() && denies_everywhere(policy)
            });
            return;
        }
        let looks_like_identity = matches!(role, Role::Scp | Role::Boundary | Role::Session);
        let (Some(action), kind) = (denial.value.action.clone(), denial.value.kind) else {
            return;
        };
        if !looks_like_identity || self.policies.iter().any(|policy| policy.role == role) {
            return;
        }
        let resource = denial
            .value
            .resource
            .clone()
            .unwrap_or_else(|| "*".to_owned());
        let principal = denial.value.principal.clone().unwrap_or_default();
        let request = Request {
            principal,
            action,
            resource,
            ..Request::default()
        };
        let wanted = match kind {
            denial::DenialKind::Explicit => evaluate::Outcome::ExplicitlyDenied,
            _ => evaluate::Outcome::ImplicitlyDenied,
        };
        let guessed = |policy: &Policy| {
            policy.role == Role::Identity && policy.role_source == policy::RoleSource::Guess
        };
        let says = |policy: &Policy| {
            let scenario = Scenario {
                request: request.clone(),
                identity: vec![policy.clone()],
                ..Scenario::default()
            };
            let decision = evaluate::evaluate(&scenario);
            decision
                .layers
                .iter()
                .any(|layer| layer.layer == Layer::Identity && layer.outcome == wanted)
        };
        let found: Vec<usize> = (0..self.policies.len())
            .filter(|index| {
                self.policies
                    .get(*index)
                    .is_some_and(|policy| guessed(policy) && says(policy))
            })
            .collect();
        let [only] = found.as_slice() else { return };
        if let Some(policy) = self.policies.get_mut(*only) {
            policy.role = role;
            policy.role_source = policy::RoleSource::Name;
        }
    }

    /// The one document for which it is not known that it is something else, and that may be this, is this.
    fn take_only(&mut self, role: Role, may_be: impl Fn(&Policy) -> bool) {
        let mut left = self.policies.iter_mut().filter(|policy| {
            let is_sure = matches!(
                policy.role_source,
                policy::RoleSource::Said | policy::RoleSource::Name
            );
            !is_sure && may_be(policy)
        });
        if let (Some(only), None) = (left.next(), left.next()) {
            only.role = role;
            only.role_source = policy::RoleSource::Name;
        }
    }

    /// What is known of references without asking: pseudo parameters whose values the error's ARNs show.
    fn bindings(&self, place: &Whereabouts) -> Bindings {
        let mut bindings = Bindings::new();
        let mut set = |names: &[&str], value: &str| {
            for name in names {
                bindings
                    .entry((*name).to_owned())
                    .or_insert_with(|| value.to_owned());
            }
        };
        set(
            &[
                "AWS::Partition",
                "Ref:AWS::Partition",
                "data.aws_partition.current.partition",
            ],
            &place.partition,
        );
        // An account that no message names stands for itself: any number does, as long as it is the same everywhere.
        set(
            &[
                "AWS::AccountId",
                resolve::ACCOUNT_OF_TEMPLATE,
                resolve::ACCOUNT_OF_TERRAFORM,
            ],
            place.account.as_deref().unwrap_or(UNKNOWN_ACCOUNT),
        );
        if let Some(region) = &place.region {
            set(
                &[
                    "AWS::Region",
                    "Ref:AWS::Region",
                    "data.aws_region.current.name",
                    "data.aws_region.current.id",
                ],
                region,
            );
        }
        bindings
    }

    /// The resource of a denial: as printed, or the user's answer where the message hides it or has none. One answer is for what was asked, so it
    /// does not speak for other denials of the paste.
    pub(crate) fn resource(&self, denial: &Denial) -> Option<String> {
        let printed = denial.resource.as_deref();
        printed
            .filter(|resource| is_whole(resource))
            .or_else(|| self.answer("resource").filter(|answer| is_whole(answer)))
            .or(printed)
            .filter(|resource| is_hidden(resource) || is_whole(resource))
            .map(str::to_owned)
    }

    /// The request of a denial; `None` where it does not say who, what or on what.
    pub(crate) fn request(&self, denial: &Denial) -> Option<Request> {
        let mut request = Request {
            principal: denial.principal.clone()?,
            action: denial.action.clone()?,
            resource: self.resource(denial)?,
            ..Request::default()
        };
        for (key, values) in &denial.context {
            request.context.set(key, values.clone());
        }
        Some(request)
    }

    /// The ARN by which a policy names the caller of the denial that the report is about.
    pub(crate) fn caller_to_name(&self) -> Option<String> {
        let denial = &self.denial()?.value;
        let mut request = Request {
            principal: denial.principal.clone()?,
            ..Request::default()
        };
        for (key, values) in &denial.context {
            request.context.set(key, values.clone());
        }
        role_arn::to_name(&request)
    }

    /// The policies that decide `request`, and what has to be assumed of those that were not given.
    pub(crate) fn setup(&self, request: Request) -> Setup {
        self.setup_with(request, &self.policies)
    }

    /// As [`Case::setup`], with other policies in the places of the case's own: patched ones.
    pub(crate) fn setup_with(&self, mut request: Request, policies: &[Policy]) -> Setup {
        let mut given: Vec<(Layer, Vec<usize>)> = Vec::new();
        let mut assumed = Vec::new();
        let mut take = |layer: Layer, indexes: Vec<usize>| -> Vec<Policy> {
            let found = indexes
                .iter()
                .filter_map(|index| policies.get(*index).cloned())
                .collect();
            if !indexes.is_empty() {
                given.push((layer, indexes));
            }
            found
        };
        let resource_policy = self.resource_policy(&request);
        let is_sts = is_role_request(&request);
        let caller = Caller::parse(&request.principal);
        if let Caller::User(user) = &caller
            && request.context.get("aws:username").is_none()
            && !crate::rules::is_made_up(&request.principal)
        {
            let name = name_of(user.resource).to_owned();
            request.context.set("aws:username", vec![name]);
        }
        let signs = !matches!(
            caller,
            Caller::IdentityProvider(_) | Caller::Service(_) | Caller::Anonymous
        );

        let mut scenario = Scenario {
            identity: take(Layer::Identity, self.own_policies(&request.principal)),
            boundary: take(Layer::Boundary, self.boundaries(&request.principal)),
            session: take(Layer::Session, self.with_role(Role::Session)),
            resource: take(Layer::Resource, resource_policy.into_iter().collect()).pop(),
            endpoint: take(
                Layer::Endpoint,
                self.with_role(Role::Endpoint).into_iter().take(1).collect(),
            )
            .pop(),
            scps: levels(take(Layer::Scp, self.service_control())),
            rcps: take(Layer::Rcp, self.with_role(Role::Rcp))
                .into_iter()
                .map(|policy| vec![policy])
                .collect(),
            ..Scenario::default()
        };
        let resource_account = Arn::parse(&request.resource)
            .map(|arn| arn.account)
            .filter(|account| !account.is_empty());
        let crosses = matches!((caller.account(), resource_account), (Some(left), Some(right)) if left != right);
        let is_key = request.action.to_ascii_lowercase().starts_with("kms:");
        if scenario.resource.is_none() {
            if is_sts {
                scenario.resource = assumed_resource_policy(&request, Role::Trust);
                assumed.push(Layer::Resource);
            } else if is_key && !request.resource.contains(":alias/") {
                scenario.resource = assumed_key_policy(&request);
                assumed.push(Layer::Resource);
            } else if crosses && !request.resource.contains('*') {
                scenario.resource = assumed_resource_policy(&request, Role::Other);
                assumed.push(Layer::Resource);
            }
        }
        // What a service's own role may do is known to be AWS's choice, and none of the paste's.
        if signs
            && scenario.identity.is_empty()
            && !request.principal.contains(":role/aws-service-role/")
        {
            scenario.identity = vec![assumed_identity_policy(&request)];
            assumed.push(Layer::Identity);
        }
        // A message that misses a resource policy's Allow says that one is needed: the resource is in another account, whatever its ARN hides.
        let needs_resource_policy = self.denial().is_some_and(|denial| {
            denial.value.policy_type == Some(denial::PolicyType::Resource)
                && denial.value.kind == denial::DenialKind::Implicit
                && denial.value.action.as_deref() == Some(request.action.as_str())
        });
        // Its account may be the caller's by the text, where somebody wrote one number for all.
        let is_caller_s = resource_account == caller.account() && !is_sts && !is_key;
        if needs_resource_policy && (resource_account.is_none() || is_caller_s) {
            let owner = self
                .told
                .theirs
                .get(resolve::ACCOUNT_OF_TEMPLATE)
                .filter(|owner| {
                    owner.as_str() != UNKNOWN_ACCOUNT && caller.account() != Some(owner)
                });
            let other = match owner {
                Some(owner) => owner,
                None if caller.account() == Some("999999999999") => "888888888888",
                None => "999999999999",
            };
            scenario.resource_account = Some(other.to_owned());
        }
        // Whoever signs has this key; a session's ARN does not show its role's path, and some have one for sure.
        let hidden = role_arn::hidden(&request).map(role_arn::example);
        let arn = match request.context.get(PRINCIPAL_ARN) {
            Some(_) => hidden,
            None => caller
                .policy_principal()
                .filter(|_| signs && role_arn::by_name(&request.principal).is_none()),
        };
        if let Some(arn) = arn {
            request.context.set(PRINCIPAL_ARN, vec![arn]);
        }
        if is_key
            && let Some(account) = caller.account()
            && request.context.get(KMS_CALLER_ACCOUNT).is_none()
        {
            let account = vec![account.to_owned()];
            request.context.set(KMS_CALLER_ACCOUNT, account);
        }
        scenario.request = request;
        Setup {
            scenario,
            given,
            assumed,
        }
    }

    /// The service control policies, those that only deny behind the others.
    fn service_control(&self) -> Vec<usize> {
        let mut found = self.with_role(Role::Scp);
        found.sort_by_key(|index| self.policies.get(*index).is_some_and(only_denies));
        found
    }

    /// Know what a reference stands for, and put it in.
    pub(crate) fn know(&mut self, expression: String, value: String) {
        self.told.theirs.insert(expression.clone(), value.clone());
        self.told.known.insert(expression, value);
        self.bind();
    }

    /// Open room for the caller's first policy.
    pub(crate) fn make_room(&mut self, room: Room, caller: &str) {
        let at = room.index;
        let own = self.told.own.iter_mut().map(|(_, own)| own);
        let nearest = self.told.nearest.iter_mut().map(|(_, own)| own);
        let resources = self.told.of_resources.iter_mut();
        let indexes = own
            .chain(nearest)
            .flatten()
            .chain(resources.filter_map(|(_, _, index)| index.as_mut()));
        for index in indexes.filter(|index| **index >= at) {
            *index += 1;
        }
        self.told.rooms.iter_mut().for_each(|known| {
            if known.index >= at {
                known.index += 1;
            }
        });
        let named = name_of_caller(caller);
        for (known, own) in &mut self.told.own {
            // Every session of the role has its policies.
            if name_of_caller(known) == named {
                own.push(at);
            }
        }
        let role = (Role::Identity, policy::RoleSource::Content);
        self.told.roles.insert(at.min(self.told.roles.len()), role);
        room.open(self);
        self.told.rooms.push(room);
        self.told.rooms.sort_by_key(|room| room.index);
    }

    /// The caller's identity policies, by index.
    pub(crate) fn own_policies(&self, principal: &str) -> Vec<usize> {
        let known = self.told.own.iter().find(|(known, _)| known == principal);
        match known {
            Some((_, own)) => own.clone(),
            None => self.find_own_policies(principal),
        }
    }

    /// Each caller that a message names, with its identity policies.
    fn callers(&self) -> Vec<(String, Vec<usize>)> {
        let mut callers: Vec<(String, Vec<usize>)> = Vec::new();
        for principal in self
            .denials
            .iter()
            .filter_map(|denial| denial.value.principal.as_ref())
        {
            if !callers.iter().any(|(known, _)| known == principal) {
                callers.push((principal.clone(), self.find_own_policies(principal)));
            }
        }
        callers
    }

    /// The identity policies that the caller's role or user is known to have; else all that were given, but those that are known to be
    /// another's, or speak of what another caller of the messages was denied.
    fn find_own_policies(&self, principal: &str) -> Vec<usize> {
        let mut all = self.with_role(Role::Identity);
        let Some(caller) = name_of_caller(principal) else {
            return all;
        };
        let holders = Holders::new(&self.reading.documents);
        if !is_hidden(&caller) && !crate::rules::is_made_up(principal) {
            all.retain(|index| {
                let Some(policy) = self.policies.get(*index) else {
                    return false;
                };
                let held = holders.held(policy, self.told.bindings(policy));
                !held.is_sure || held.names.iter().any(|name| holder::is(name, &caller))
            });
        }
        let others = self.other_callers(&caller);
        let is_made = self.maker(principal).is_some();
        if all.len() < 2 && !others && !is_made {
            return all;
        }
        let mut known: Vec<usize> = Vec::new();
        let mut open: Vec<usize> = Vec::new();
        for index in &all {
            let names = self.policies.get(*index).map_or_else(Vec::new, |policy| {
                holders.of(policy, self.told.bindings(policy))
            });
            if self.is_named(*index, &caller) || names.iter().any(|name| holder::is(name, &caller))
            {
                known.push(*index);
            } else if names.is_empty() {
                open.push(*index);
            }
        }
        if !known.is_empty() {
            return known;
        }
        if others {
            open.retain(|index| {
                self.caller_of_nameless(*index)
                    .is_none_or(|name| name == caller)
            });
            return open;
        }
        if open.is_empty() && !is_made {
            return all;
        }
        open
    }

    /// The policies of `own`, the caller's, to choose one from that is to say more.
    pub(crate) fn nearest_of<'o>(&'o self, principal: &str, own: &'o [usize]) -> &'o [usize] {
        let known = self
            .told
            .nearest
            .iter()
            .find(|(known, _)| known == principal);
        match known {
            Some((_, nearest)) if nearest.iter().all(|index| own.contains(index)) => nearest,
            _ => own,
        }
    }

    /// Each caller that has several identity policies, with those that are most surely its alone.
    fn nearest(&self) -> Vec<(String, Vec<usize>)> {
        let holders = Holders::new(&self.reading.documents);
        let mut found = Vec::new();
        for (principal, own) in &self.told.own {
            let Some(caller) = name_of_caller(principal).filter(|_| own.len() > 1) else {
                continue;
            };
            let ranks: Vec<_> = own
                .iter()
                .map(|index| self.rank(*index, &holders, &caller))
                .collect();
            let best = ranks.iter().max();
            let nearest: Vec<usize> = own
                .iter()
                .zip(&ranks)
                .filter(|(_, rank)| Some(*rank) == best)
                .map(|(index, _)| *index)
                .collect();
            if nearest.len() < own.len() {
                found.push((principal.clone(), nearest));
            }
        }
        found
    }

    /// How surely an identity policy is this caller's alone, to be compared: whether nobody else has it, and then what it is called.
    fn rank(&self, index: usize, holders: &Holders<'_>, caller: &str) -> (bool, Likeness) {
        let Some(policy) = self.policies.get(index) else {
            return (false, Likeness::Other);
        };
        let held = holders.held(policy, self.told.bindings(policy));
        let is_alone = held.names.len() < 2 && held.groups.is_empty();
        if !held.names.is_empty() {
            // Whose it is is known, whatever it is called.
            return (is_alone, Likeness::Same);
        }
        let file = self
            .document_of(index)
            .and_then(|document| document.name.as_deref())
            .map(file_stem);
        let likeness = [holders.label(policy), policy.name.as_deref(), file]
            .into_iter()
            .flatten()
            .filter_map(|name| likeness(name, caller, policy))
            .max();
        (is_alone, likeness.unwrap_or(Likeness::Some))
    }

    /// What in the paste makes the role or user that called.
    pub(crate) fn maker(&self, principal: &str) -> Option<Maker<'_>> {
        let caller = name_of_caller(principal)?;
        holder::maker(&self.reading.documents, &self.told.known, &caller)
    }

    /// What the references of the paste are known to stand for.
    pub(crate) const fn known(&self) -> &Bindings {
        &self.told.known
    }

    /// The permissions boundaries that limit the caller, by index.
    fn boundaries(&self, principal: &str) -> Vec<usize> {
        if self.told.unbounded.iter().any(|known| known == principal) {
            return Vec::new();
        }
        self.with_role(Role::Boundary)
    }

    /// Each caller whose role or user the paste makes without a permissions boundary, where no message speaks of one.
    fn unbounded(&self) -> Vec<String> {
        let speaks_of_it = self
            .denials
            .iter()
            .any(|denial| denial.value.policy_type == Some(denial::PolicyType::Boundary));
        if speaks_of_it || self.with_role(Role::Boundary).is_empty() {
            return Vec::new();
        }
        let members = || {
            self.reading
                .documents
                .iter()
                .filter_map(|document| document.root.as_map())
                .flat_map(|map| &map.members)
        };
        let made_without = |principal: &str| {
            match self.maker(principal) {
            Some(Maker::Terraform(kind, label)) => members().any(|member| {
                matches!(&member.kind, MemberKind::Block(labels) if labels.as_slice() == [kind, label])
                    && member.key.text == "resource"
                    && member.value.get("permissions_boundary").is_none()
            }),
            Some(Maker::Template(id) | Maker::Function(id)) => members().any(|member| {
                member
                    .value
                    .get(id)
                    .filter(|_| member.key.text == "Resources")
                    .and_then(|resource| resource.get("Properties"))
                    .is_some_and(|properties| properties.get("PermissionsBoundary").is_none())
            }) && !members().any(|member| {
                // SAM's functions share what stands there.
                let shared = member.value.get("Function").filter(|_| member.key.text == "Globals");
                shared.is_some_and(|shared| shared.get("PermissionsBoundary").is_some())
            }),
            None => false,
        }
        };
        self.told
            .own
            .iter()
            .map(|(principal, _)| principal)
            .filter(|principal| made_without(principal))
            .cloned()
            .collect()
    }

    /// Whether the messages name another caller besides `caller`.
    fn other_callers(&self, caller: &str) -> bool {
        self.denials
            .iter()
            .filter_map(|denial| denial.value.principal.as_deref())
            .filter_map(name_of_caller)
            .any(|name| name != caller && !is_hidden(&name))
    }

    /// Of several callers in the messages, the one that an identity policy without a holder is taken for: the first that it allows something
    /// on what it was denied, then the first that it allows the same call on something else, else the first of all.
    fn caller_of_nameless(&self, index: usize) -> Option<String> {
        let policy = self.policies.get(index)?;
        let nearness = |denial: &Denial| {
            let covers = |element: &Option<Element>, value: &Option<String>| {
                value.as_deref().is_some_and(|value| {
                    element.as_ref().is_some_and(|element| {
                        element.items.iter().any(|item| {
                            item.value() != "*" && undeny_iam::glob::matches(&item.value(), value)
                        })
                    })
                })
            };
            policy.statements.iter().fold(0, |best, statement| {
                let near = 2 * usize::from(covers(&statement.resources, &denial.resource))
                    + usize::from(covers(&statement.actions, &denial.action));
                best.max(near)
            })
        };
        let mut best: Option<(usize, String)> = None;
        for denial in &self.denials {
            let Some(name) = denial.value.principal.as_deref().and_then(name_of_caller) else {
                continue;
            };
            let near = nearness(&denial.value);
            if best.as_ref().is_none_or(|(known, _)| near > *known) {
                best = Some((near, name));
            }
        }
        best.map(|(_, name)| name)
    }

    /// Whether a policy, or the file that it is all of, is called like the caller.
    fn is_named(&self, index: usize, caller: &str) -> bool {
        let policy = self
            .policies
            .get(index)
            .and_then(|policy| policy.name.as_deref());
        let file = self
            .document_of(index)
            .and_then(|document| document.name.as_deref())
            .map(file_stem);
        policy == Some(caller) || file == Some(caller)
    }

    /// The policy of the request's resource: a trust policy for STS, else one whose role fits the resource's service.
    fn resource_policy(&self, request: &Request) -> Option<usize> {
        let role = resource_role(&request.action);
        let known = self
            .told
            .of_resources
            .iter()
            .find(|(known, resource, _)| *known == role && *resource == request.resource);
        match known {
            Some((_, _, index)) => *index,
            None => self.find_resource_policy(role, &request.resource),
        }
    }

    /// Each resource that a message names, with its policy.
    fn resources(&self) -> Vec<(Role, String, Option<usize>)> {
        let mut resources: Vec<(Role, String, Option<usize>)> = Vec::new();
        for denial in &self.denials {
            let value = &denial.value;
            let (Some(action), Some(resource)) = (&value.action, &value.resource) else {
                continue;
            };
            let role = resource_role(action);
            if !resources
                .iter()
                .any(|(known, name, _)| *known == role && name == resource)
            {
                let index = self.find_resource_policy(role, resource);
                resources.push((role, resource.clone(), index));
            }
        }
        resources
    }

    fn find_resource_policy(&self, role: Role, resource: &str) -> Option<usize> {
        let candidates = self.with_role(role);
        let name = name_of(resource);
        let by_name = candidates.iter().copied().find(|index| {
            let named = self
                .policies
                .get(*index)
                .and_then(|policy| policy.name.as_deref());
            let file = self
                .document_of(*index)
                .and_then(|document| document.name.as_deref());
            !name.is_empty()
                && (named == Some(name) || file.is_some_and(|file| file_stem(file) == name))
        });
        by_name.or_else(|| {
            candidates
                .into_iter()
                .find(|index| self.can_be_of(*index, resource))
        })
    }

    /// Whether a policy of this kind of resource can be this one's: nothing says that it is another's.
    fn can_be_of(&self, index: usize, resource: &str) -> bool {
        let Some(policy) = self.policies.get(index) else {
            return false;
        };
        match policy.role {
            Role::Bucket => names_bucket(policy, resource),
            Role::Trust => {
                let name = name_of(resource);
                if name.contains(['*', '<', '>']) {
                    return true;
                }
                let roles =
                    Holders::new(&self.reading.documents).of(policy, self.told.bindings(policy));
                if roles.is_empty() {
                    self.role_of_nameless(policy)
                        .is_none_or(|role| name_of(role) == name)
                } else {
                    roles.iter().any(|role| holder::is(role, name))
                }
            }
            _ => true,
        }
    }

    /// Of several roles that the messages ask for, the one that a trust policy without a name is taken for: the first whose caller it names,
    /// else the first. `None` where only one role is asked for.
    fn role_of_nameless(&self, policy: &Policy) -> Option<&str> {
        let mut asked: Vec<(&str, Option<&str>)> = Vec::new();
        for denial in &self.denials {
            let value = &denial.value;
            if value.action.as_deref().is_some_and(is_role_action)
                && let Some(role) = value.resource.as_deref()
            {
                asked.push((role, value.principal.as_deref()));
            }
        }
        let (first, _) = *asked.first()?;
        if asked
            .iter()
            .all(|(role, _)| name_of(role) == name_of(first))
        {
            return None;
        }
        let trusts = |caller: &str| {
            let Some(caller) = Caller::parse(caller).policy_principal() else {
                return false;
            };
            policy
                .statements
                .iter()
                .filter_map(|statement| statement.principals.as_ref())
                .flat_map(|principals| &principals.items)
                .any(|principal| principal.item.value() == caller)
        };
        let trusted = asked
            .iter()
            .find(|(_, caller)| caller.is_some_and(trusts))
            .map(|(role, _)| *role);
        Some(trusted.unwrap_or(first))
    }
}

impl Setup {
    /// Decide it.
    pub(crate) fn decide(&self) -> Decision {
        evaluate::evaluate(&self.scenario)
    }

    /// The policies of the case in this layer.
    pub(crate) fn policies(&self, layer: Layer) -> &[usize] {
        self.given
            .iter()
            .find(|(given, _)| *given == layer)
            .map(|(_, indexes)| indexes.as_slice())
            .unwrap_or_default()
    }
}

/// The key that has the account of who calls KMS, also through a service.
///
/// Source: <https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-caller-account>
const KMS_CALLER_ACCOUNT: &str = "kms:CallerAccount";

/// The key that has the caller's ARN, a session's role instead of the session.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalarn>
pub(crate) const PRINCIPAL_ARN: &str = "aws:PrincipalArn";

/// An account that no text names.
pub(crate) const UNKNOWN_ACCOUNT: &str = "000000000000";

/// The references of two trees of one shape that are called differently, as pairs in order of place.
fn renamed<'n>(before: &'n Node, after: &'n Node, pairs: &mut Vec<(&'n str, &'n str)>) {
    let mut pair = |before: &'n str, after: &'n str| {
        if before != after {
            pairs.push((before, after));
        }
    };
    match (&before.value, &after.value) {
        (Value::Opaque { expression: before }, Value::Opaque { expression: after }) => {
            pair(before, after);
        }
        (Value::Text(before), Value::Text(after)) => {
            for pieces in before.pieces().iter().zip(after.pieces()) {
                if let (Piece::Reference(before), Piece::Reference(after)) = pieces {
                    pair(before, after);
                }
            }
        }
        _ => {}
    }
    if let (Value::Map(before), Value::Map(after)) = (&before.value, &after.value) {
        for (before, after) in before.members.iter().zip(&after.members) {
            if before.key.text != after.key.text {
                let references = key_pieces(&before.key.text).zip(key_pieces(&after.key.text));
                for ((_, before), (_, after)) in references {
                    if let (Some(before), Some(after)) = (before, after) {
                        pairs.push((before, after));
                    }
                }
            }
        }
    }
    for (before, after) in before.children().zip(after.children()) {
        renamed(before, after, pairs);
    }
}

/// Whether a policy stands in the account of the resource and not, as far as its kind tells, in the caller's.
fn is_theirs(policy: &Policy) -> bool {
    policy.role.is_resource_policy()
}

/// What the policy of a resource is, on which `action` is a call.
fn resource_role(action: &str) -> Role {
    if is_role_action(action) {
        return Role::Trust;
    }
    let service = action.split(':').next().unwrap_or_default();
    const ROLES: &[(&str, Role)] = &[
        ("ecr", Role::Repository),
        ("kms", Role::Key),
        ("s3", Role::Bucket),
        ("secretsmanager", Role::Secret),
        ("sns", Role::Topic),
        ("sqs", Role::Queue),
    ];
    ROLES
        .iter()
        .find(|(known, _)| service.eq_ignore_ascii_case(known))
        .map_or(Role::Other, |(_, role)| *role)
}

/// Whether a message masks a resource: stars for an account, a placeholder.
pub(crate) fn is_hidden(resource: &str) -> bool {
    let account = Arn::parse(resource)
        .map(|arn| arn.account)
        .unwrap_or_default();
    account.contains('*')
        || resource.contains("***")
        || is_cut(resource)
        || resource.contains(['<', '>'])
        || resource.contains("XXXX")
        || resource.contains('[') && resource.split(['/', ':']).any(is_masked_part)
}

/// Whether a resource is what a policy can name: an ARN without masks, all of them, or a reference.
pub(crate) fn is_whole(resource: &str) -> bool {
    !is_hidden(resource)
        && (resource == "*" || resource.contains('\u{27e6}') || Arn::parse(resource).is_some())
}

/// Whether a message shows only the beginning of a resource.
pub(crate) fn is_cut(resource: &str) -> bool {
    resource.ends_with("...") || resource.ends_with('\u{2026}')
}

/// The last part of an ARN's resource: a role's name without its path.
pub(crate) fn name_of(resource: &str) -> &str {
    resource.rsplit(['/', ':']).next().unwrap_or_default()
}

/// Whether a bucket's policy can be the one of the bucket that `resource` is or is in: AWS stores none that names another bucket.
fn names_bucket(policy: &Policy, resource: &str) -> bool {
    let bucket = |arn: &str| -> Option<String> {
        let arn = Arn::parse(arn)?;
        (arn.service == "s3").then(|| {
            arn.resource
                .split('/')
                .next()
                .unwrap_or_default()
                .to_owned()
        })
    };
    let Some(wanted) = bucket(resource) else {
        return true;
    };
    let mut named = policy
        .statements
        .iter()
        .filter_map(|statement| statement.resources.as_ref())
        .flat_map(|element| &element.items)
        .map(|item| {
            let literal = item.text.literal()?;
            bucket(literal)
        })
        .peekable();
    named.peek().is_none()
        || named.any(|name| name.is_none_or(|name| undeny_iam::glob::matches(&name, &wanted)))
}

/// Whether a policy allows nothing, whatever is asked.
pub(crate) fn only_denies(policy: &Policy) -> bool {
    policy
        .statements
        .iter()
        .all(|statement| statement.effect == Effect::Deny)
}

/// Service control policies as levels of an organisation, each of which has to allow: one that only denies stands beside AWS's own that allows
/// everything.
///
/// Source: <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html>
fn levels(policies: Vec<Policy>) -> Vec<Vec<Policy>> {
    let (mut denying, allowing): (Vec<Policy>, Vec<Policy>) =
        policies.into_iter().partition(only_denies);
    let mut levels: Vec<Vec<Policy>> = allowing.into_iter().map(|policy| vec![policy]).collect();
    if !denying.is_empty() {
        denying.push(assumed(Role::Scp, allow(None, "*", Some("*"))));
        levels.push(denying);
    }
    levels
}

/// Whether every statement denies everybody something on every resource, as resource control policies do.
fn denies_everywhere(policy: &Policy) -> bool {
    let is_all = |element: &Element| {
        !element.negated && element.items.iter().all(|item| item.value() == "*")
    };
    !policy.statements.is_empty()
        && policy.statements.iter().all(|statement| {
            statement.effect == Effect::Deny
                && statement.resources.as_ref().is_some_and(is_all)
                && statement.principals.as_ref().is_some_and(|principals| {
                    !principals.negated
                        && principals.items.iter().all(|item| item.item.value() == "*")
                })
        })
}

/// Whether the request is decided by a role's trust policy.
pub(crate) fn is_role_request(request: &Request) -> bool {
    is_role_action(&request.action)
}

fn is_role_action(action: &str) -> bool {
    const ACTIONS: &[&str] = &[
        "sts:assumerole",
        "sts:assumerolewithsaml",
        "sts:assumerolewithwebidentity",
        "sts:setsourceidentity",
        "sts:tagsession",
    ];
    ACTIONS
        .iter()
        .any(|known| action.eq_ignore_ascii_case(known))
}

/// The name of the caller's role or user.
pub(crate) fn name_of_caller(principal: &str) -> Option<String> {
    match Caller::parse(principal) {
        Caller::RoleSession { role, .. } => Some(role.to_owned()),
        Caller::User(arn) | Caller::Role(arn) => arn.resource.rsplit('/').next().map(str::to_owned),
        _ => None,
    }
}

/// How much a policy is called like a caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Likeness {
    /// Like something else.
    Other,
    /// They share a word, or the policy's name says nothing.
    Some,
    /// The caller's whole name is in the policy's.
    Same,
}

/// How much `policy`, called `name`, is called like `caller`; `None` where the name says only what it is and what it is about.
fn likeness(name: &str, caller: &str, policy: &Policy) -> Option<Likeness> {
    const SAY_NOTHING: &[&str] = &[
        "access",
        "document",
        "iam",
        "identity",
        "inline",
        "main",
        "permission",
        "permissions",
        "policies",
        "policy",
        "role",
        "this",
        "user",
    ];
    let (name, caller) = (words_of(name), words_of(caller));
    if !caller.is_empty() && name.windows(caller.len()).any(|part| part == caller) {
        return Some(Likeness::Same);
    }
    let services: Vec<String> = policy
        .statements
        .iter()
        .filter_map(|statement| statement.actions.as_ref())
        .flat_map(|element| &element.items)
        .filter_map(|item| Some(item.value().split_once(':')?.0.to_ascii_lowercase()))
        .collect();
    let mut telling = name
        .iter()
        .filter(|word| !SAY_NOTHING.contains(&word.as_str()) && !services.contains(word))
        .peekable();
    telling.peek()?;
    Some(if telling.any(|word| caller.contains(word)) {
        Likeness::Some
    } else {
        Likeness::Other
    })
}

/// The words of a name, in small letters: `PaymentsApi` and `payments-api` have the same.
fn words_of(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut before = ' ';
    for letter in name.chars() {
        let begins = !before.is_alphanumeric() || (before.is_lowercase() && letter.is_uppercase());
        if letter.is_alphanumeric() {
            match words.last_mut() {
                Some(word) if !begins => word.push(letter.to_ascii_lowercase()),
                _ => words.push(letter.to_ascii_lowercase().to_string()),
            }
        }
        before = letter;
    }
    words
}

fn file_stem(name: &str) -> &str {
    let file = name.rsplit('/').next().unwrap_or(name);
    file.split_once('.').map_or(file, |(stem, _)| stem)
}

fn assumed(role: Role, statement: Statement) -> Policy {
    Policy {
        document: usize::MAX,
        path: Vec::new(),
        span: Span::default(),
        dialect: policy::Dialect::PolicyLanguage,
        role,
        role_source: policy::RoleSource::Guess,
        name: None,
        version: policy::Version::V2012,
        statements: vec![statement],
    }
}

fn allow(principals: Option<Principals>, action: &str, resource: Option<&str>) -> Statement {
    let element = |value: &str| Element {
        items: vec![Item::literal(value)],
        ..Element::default()
    };
    Statement {
        path: Vec::new(),
        passed_over: 0,
        span: Span::default(),
        sid: None,
        effect: Effect::Allow,
        principals,
        actions: Some(element(action)),
        resources: resource.map(element),
        conditions: Vec::new(),
    }
}

fn assumed_identity_policy(request: &Request) -> Policy {
    assumed(
        Role::Identity,
        allow(None, &request.action, Some(&request.resource)),
    )
}

fn principals(kind: PrincipalKind, name: String) -> Principals {
    Principals {
        items: vec![Principal {
            kind,
            item: Item::literal(name),
        }],
        ..Principals::default()
    }
}

/// A resource policy that allows just this request, in place of one that was not given.
fn assumed_resource_policy(request: &Request, role: Role) -> Option<Policy> {
    let caller = Caller::parse(&request.principal);
    let kind = match caller {
        Caller::Service(_) => PrincipalKind::Service,
        Caller::IdentityProvider(_) => PrincipalKind::Federated,
        _ => PrincipalKind::Aws,
    };
    // An account delegates to its identity policies, so that what was given of these still has a say.
    let name = match (kind, caller.account()) {
        (PrincipalKind::Aws, Some(account)) => format!("arn:aws:iam::{account}:root"),
        _ => caller.policy_principal()?,
    };
    let names = principals(kind, name);
    let resource = (role != Role::Trust).then_some(request.resource.as_str());
    Some(assumed(role, allow(Some(names), &request.action, resource)))
}

/// A policy of the request's resource that leaves the decision to the caller's account, where it has one.
pub(crate) fn delegating_policy(request: &Request) -> Option<Policy> {
    let role = if is_role_request(request) {
        Role::Trust
    } else {
        Role::Other
    };
    assumed_resource_policy(request, role)
}

/// The key policy that AWS writes by default: it leaves the decision to the account's identity policies.
fn assumed_key_policy(request: &Request) -> Option<Policy> {
    let account = Arn::parse(&request.resource)
        .map(|arn| arn.account)
        .filter(|account| !account.is_empty());
    let account = account.or_else(|| Caller::parse(&request.principal).account())?;
    let names = principals(PrincipalKind::Aws, format!("arn:aws:iam::{account}:root"));
    Some(assumed(Role::Key, allow(Some(names), "kms:*", Some("*"))))
}
