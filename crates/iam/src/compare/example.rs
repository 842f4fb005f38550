//! One request that AFTER allows and BEFORE does not: a cell of each dimension, made into what AWS could receive, and decided.

use crate::arn::{Arn, Caller};
use crate::evaluate::compiled::{CompiledPolicy, Side};
use crate::evaluate::{Compiled, Context, Outcome, Request, Scenario, layers};
use crate::order::ranked;
use crate::policy::Policy;
use crate::service::{Catalogue, Fit, ResourceType};

use super::minterms::is_variable;
use super::principals::Who;
use super::set::{Cube, Set};
use super::space::{Axis, Dimension, Representative, Space, Target, variable_character};

/// Both sides, ready to decide.
#[derive(Debug)]
pub(super) struct Judge {
    before: SideJudge,
    after: SideJudge,
}

#[derive(Debug)]
struct SideJudge {
    layer: Vec<CompiledPolicy>,
    side: Side,
    /// As `simulate` would be asked; `None` for several policies of one resource.
    whole: Option<Compiled>,
}

/// How well an example is confirmed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Confirmed {
    /// Not at all.
    #[default]
    No,
    /// The policies of this layer allow it after and not before.
    ByLayer,
    /// Deciding the whole request with these policies alone gives Allowed after and not before.
    ByDecision,
}

impl Judge {
    pub(super) fn new(before: &[Policy], after: &[Policy], has_principals: bool) -> Self {
        Self {
            before: SideJudge::new(before, has_principals),
            after: SideJudge::new(after, has_principals),
        }
    }

    pub(super) fn confirms(&self, request: &Request) -> Confirmed {
        if !self.after.layer_allows(request) || self.before.layer_allows(request) {
            Confirmed::No
        } else if self.after.allows(request) && !self.before.allows(request) {
            Confirmed::ByDecision
        } else {
            Confirmed::ByLayer
        }
    }
}

impl SideJudge {
    fn new(policies: &[Policy], has_principals: bool) -> Self {
        let scenario = if has_principals {
            (policies.len() <= 1).then(|| Scenario {
                resource: policies.first().cloned(),
                ..Scenario::default()
            })
        } else {
            Some(Scenario {
                identity: policies.to_vec(),
                ..Scenario::default()
            })
        };
        Self {
            layer: policies.iter().map(CompiledPolicy::new).collect(),
            side: if has_principals {
                Side::Resource
            } else {
                Side::Caller
            },
            whole: scenario.map(|scenario| Compiled::new(&scenario)),
        }
    }

    fn layer_allows(&self, request: &Request) -> bool {
        layers::allows(&self.layer, request, self.side)
    }

    fn allows(&self, request: &Request) -> bool {
        self.whole
            .as_ref()
            .is_some_and(|whole| whole.decide(request) == Outcome::Allowed)
    }
}

/// Requests tried for one cube.
const MOST_TRIES: usize = 600;

/// The best confirmed request of `cube`, and how well it is.
pub(super) fn example(space: &Space<'_>, cube: &Cube, judge: &Judge) -> (Request, Confirmed) {
    let mut best: Option<(Request, Confirmed)> = None;
    let mut tries = 0;
    let contexts = contexts(space, cube);
    let mut first: Option<Request> = None;
    for action in actions(space, cube).into_iter().take(12) {
        for target in targets(space, cube, &action).into_iter().take(8) {
            for principal in principals(space, cube, &action, &target)
                .into_iter()
                .take(8)
            {
                for context in &contexts {
                    for request in
                        requests(space, cube, &action, &target, principal.as_ref(), context)
                    {
                        tries += 1;
                        if tries > MOST_TRIES {
                            return best
                                .or(first.map(|request| (request, Confirmed::No)))
                                .unwrap_or_default();
                        }
                        let confirmed = judge.confirms(&request);
                        if confirmed == Confirmed::ByDecision {
                            return (request, confirmed);
                        }
                        if confirmed == Confirmed::ByLayer && best.is_none() {
                            best = Some((request, confirmed));
                        } else if first.is_none() {
                            first = Some(request);
                        }
                    }
                }
            }
        }
    }
    best.or(first.map(|request| (request, Confirmed::No)))
        .unwrap_or_default()
}

fn side<'a, 'b>(
    space: &'a Space<'_>,
    cube: &'b Cube,
    axis: &Axis,
) -> Option<(&'a Dimension, &'b Set)> {
    space
        .dimensions
        .iter()
        .zip(&cube.sides)
        .find(|(dimension, _)| dimension.axis == *axis)
}

fn members<'a>(
    dimension: &'a Dimension,
    side: &'a Set,
) -> impl Iterator<Item = &'a Representative> {
    dimension
        .representatives
        .iter()
        .zip(&dimension.cells)
        .filter(|(_, cell)| side.contains(**cell))
        .map(|(representative, _)| representative)
}

/// Services whose actions are looked at for one cube.
const MOST_SERVICES: usize = 3;
/// Actions of AWS that stand in for the made-up ones, of each service.
const MOST_NATURAL: usize = 3;

/// Real actions first; those that AWS decides only with a further policy last.
fn actions(space: &Space<'_>, cube: &Cube) -> Vec<String> {
    let Some((dimension, side)) = side(space, cube, &Axis::Action) else {
        return Vec::new();
    };
    let made: Vec<&str> = members(dimension, side)
        .filter_map(|representative| match representative {
            Representative::Action(text) => Some(text.as_str()),
            _ => None,
        })
        .collect();
    let is_last = |action: &str| action.starts_with("sts:") || action.starts_with("kms:");
    let mut services: Vec<&str> = Vec::new();
    for pass in [false, true] {
        for action in made.iter().filter(|action| is_last(action) == pass) {
            let service = action.split(':').next().unwrap_or_default();
            if !services.contains(&service) {
                services.push(service);
            }
        }
    }
    let mut found: Vec<String> = Vec::new();
    for service in services.into_iter().take(MOST_SERVICES) {
        let known = Catalogue::common().service(service);
        let has = |action: &str| {
            let cell = space.action_cell(dimension, &action.to_ascii_lowercase());
            cell.is_some_and(|cell| side.contains(cell))
        };
        // What a policy names itself; then what reads one thing, the shortest name first, as that is mostly the plainest; then anything.
        let own = made
            .iter()
            .filter(|action| action.split(':').next() == Some(service))
            .filter(|action| Catalogue::common().action(action).is_some())
            .map(|action| (*action).to_owned());
        let mut natural: Vec<String> = own.take(MOST_NATURAL).collect();
        let mut shortest: Option<String> = None;
        for action in known.into_iter().flat_map(crate::service::Service::actions) {
            if natural.is_empty() && action.name().starts_with("Get") && !action.only_star() {
                let text = action.to_string();
                let is_shorter = shortest
                    .as_ref()
                    .is_none_or(|known| text.len() < known.len());
                if is_shorter && has(&text) {
                    shortest = Some(text);
                }
            }
        }
        natural.extend(shortest);
        if natural.len() < MOST_NATURAL {
            let rest = known.into_iter().flat_map(crate::service::Service::actions);
            let rest = rest.map(|action| action.to_string());
            natural.extend(
                rest.take(200)
                    .filter(|action| has(action))
                    .take(MOST_NATURAL),
            );
        }
        for action in natural {
            if !found.contains(&action) {
                found.push(action);
            }
        }
    }
    for pass in [false, true] {
        for action in made.iter().filter(|action| is_last(action) == pass) {
            if !found.iter().any(|known| known == action) {
                found.push((*action).to_owned());
            }
        }
    }
    found
}

/// A resource of this type, with names that nobody chose.
fn example_of(kind: ResourceType<'_>) -> Target {
    let form = kind.arn().split(", ").next().unwrap_or_default();
    let mut text = String::new();
    let mut rest = form;
    while let Some((before, behind)) = rest.split_once("${") {
        let (name, behind) = behind.split_once('}').unwrap_or((behind, ""));
        text.push_str(before);
        text.push_str(match name {
            "Partition" => "aws",
            "Region" => "us-east-1",
            "Account" => "123456789012",
            _ => "example",
        });
        rest = behind;
    }
    text.push_str(rest);
    Target::read(&text.replace('*', "example"))
}

fn targets(space: &Space<'_>, cube: &Cube, action: &str) -> Vec<Target> {
    let Some((dimension, side)) = side(space, cube, &Axis::Resource) else {
        return Vec::new();
    };
    let service = match action.split(':').next().unwrap_or_default() {
        "sts" => "iam",
        service => service,
    };
    let has = |target: &Target| {
        space
            .resource_cell(dimension, target)
            .is_some_and(|cell| side.contains(cell))
    };
    let known = Catalogue::common().action(action);
    let mut found: Vec<Target> = known
        .into_iter()
        .flat_map(crate::service::Action::resource_types)
        .map(|(kind, _)| example_of(kind))
        .filter(|target| has(target))
        .take(2)
        .collect();
    let targets: Vec<&Target> = members(dimension, side)
        .filter_map(|representative| match representative {
            Representative::Resource(target) => Some(target),
            _ => None,
        })
        .collect();
    let no_such = |target: &Target| {
        let fit = Catalogue::common().fit(action, &target.text());
        matches!(fit, Fit::Other(_))
    };
    let targets = ranked(targets, |target| match target {
        Target::Arn([_, _, of, _, _, last]) => {
            let is_role = last.starts_with("role/");
            usize::from(of != service) * 16
                + usize::from(no_such(target)) * 8
                + usize::from(last.is_empty()) * 4
                + usize::from(last.contains(is_variable)) * 2
                + usize::from(action.starts_with("sts:") && !is_role)
        }
        Target::Star => 24,
        Target::Other(_) => 28,
    });
    for target in targets.into_iter().take(8) {
        for variant in natural(target) {
            let is_new = !found.contains(&variant);
            if is_new && (variant == *target || has(&variant)) {
                found.push(variant);
            }
        }
    }
    found
}

/// The same resource as AWS would write it, then as it is.
fn natural(target: &Target) -> Vec<Target> {
    let mut variants = Vec::new();
    if let Target::Arn([arn, partition, service, region, account, last]) = target {
        let last = last.clone();
        let build = |region: &str, account: &str, last: &str| {
            Target::Arn([
                arn.clone(),
                partition.clone(),
                service.clone(),
                region.to_owned(),
                account.to_owned(),
                last.to_owned(),
            ])
        };
        match service.as_str() {
            "s3" => {
                variants.push(build("", "", &last));
                variants.push(build("", account, &last));
            }
            "iam" => {
                variants.push(build("", account, &last));
            }
            _ if region.is_empty() => variants.push(build("us-east-1", account, &last)),
            _ => {}
        }
        if account.is_empty() && service != "s3" {
            variants.push(build(region, "123456789012", &last));
            variants.push(build("", "123456789012", &last));
        }
    }
    variants.push(target.clone());
    variants.truncate(3);
    if !variants.contains(target) {
        variants.push(target.clone());
    }
    variants
}

/// Callers in order of how well they fit; `None` for policies that name nobody.
fn principals(space: &Space<'_>, cube: &Cube, action: &str, target: &Target) -> Vec<Option<Who>> {
    let Some((dimension, side)) = side(space, cube, &Axis::Principal) else {
        return vec![None];
    };
    let action = action.to_ascii_lowercase();
    let is_web = action == "sts:assumerolewithwebidentity";
    let is_saml = action == "sts:assumerolewithsaml";
    let found: Vec<&Who> = members(dimension, side)
        .filter_map(|representative| match representative {
            Representative::Principal(who) => Some(who),
            _ => None,
        })
        .collect();
    let found = ranked(found, |who| match Caller::parse(&who.text) {
        Caller::IdentityProvider(text) if is_web || is_saml => {
            usize::from(text.contains(":saml-provider/") != is_saml)
        }
        Caller::Role(_) | Caller::RoleSession { .. } | Caller::User(_) => 2,
        Caller::Service(_) => 3,
        Caller::FederatedUser(_) => 4,
        Caller::Root(_) => 5,
        Caller::Anonymous => 6,
        Caller::IdentityProvider(_) => 7,
        Caller::Other(_) => 8,
    });
    let owner = match target {
        Target::Arn([_, _, _, _, account, _]) if !account.is_empty() => Some(account),
        _ => None,
    };
    let mut all = Vec::new();
    for who in found {
        // In the resource's own account the resource's policy is enough by itself.
        let moved = owner.and_then(|owner| {
            let arn = Arn::parse(&who.text)?;
            let is_elsewhere = arn.account != owner && !arn.account.is_empty();
            is_elsewhere.then(|| Who::new(who.text.replacen(arn.account, owner, 1)))
        });
        match moved {
            Some(moved)
                if space
                    .principal_cell(dimension, &moved)
                    .is_some_and(|cell| side.contains(cell)) =>
            {
                all.push(Some(moved));
            }
            _ => all.push(Some(who.clone())),
        }
    }
    all
}

/// Values of the keys: the fewest first, then some variations.
fn contexts(space: &Space<'_>, cube: &Cube) -> Vec<Context> {
    let mut contexts = vec![Context::default()];
    for (dimension, side) in space.dimensions.iter().zip(&cube.sides) {
        let choices: Vec<Context> = match &dimension.axis {
            Axis::Key(key) => {
                let values: Vec<&[String]> = members(dimension, side)
                    .flat_map(|representative| match representative {
                        Representative::Values(values) => values.choices(),
                        _ => Vec::new(),
                    })
                    .collect();
                let values = ranked(values, |values| {
                    values.len() * 2 + usize::from(values.iter().any(String::is_empty))
                });
                let named = key_as_written(space, key);
                values
                    .into_iter()
                    .take(4)
                    .map(|values| {
                        let mut context = Context::default();
                        context.set(&named, values.to_vec());
                        context
                    })
                    .collect()
            }
            Axis::Atoms { values, key, .. } => {
                let subsets: Vec<u32> = members(dimension, side)
                    .filter_map(|representative| match representative {
                        Representative::Atoms(subset) => Some(*subset),
                        _ => None,
                    })
                    .collect();
                let subsets = ranked(subsets, |subset| {
                    usize::try_from(subset.count_ones()).unwrap_or(usize::MAX)
                });
                let named = key_as_written(space, key);
                subsets
                    .into_iter()
                    .take(4)
                    .flat_map(|subset| atom_contexts(values, subset, &named))
                    .collect()
            }
            _ => continue,
        };
        let mut next = Vec::new();
        for context in &contexts {
            for choice in &choices {
                let mut joined = context.clone();
                for (key, values) in choice.iter() {
                    joined.set(key, values.to_vec());
                }
                if !next.contains(&joined) {
                    next.push(joined);
                }
            }
        }
        if !next.is_empty() {
            next.truncate(24);
            contexts = next;
        }
    }
    contexts
}

fn key_as_written(space: &Space<'_>, key: &str) -> String {
    space
        .statements
        .iter()
        .flat_map(|stated| &stated.written.conditions)
        .find(|condition| condition.key.eq_ignore_ascii_case(key))
        .map_or_else(|| key.to_owned(), |condition| condition.key.clone())
}

/// Contexts in which just these conditions with variables may hold; deciding tells.
fn atom_contexts(atoms: &[Vec<String>], subset: u32, key: &str) -> Vec<Context> {
    let mut other = Context::default();
    other.set(key, vec!["another-value".to_owned()]);
    let mut contexts = Vec::new();
    for (at, values) in atoms.iter().enumerate() {
        if subset & (1 << at) == 0 {
            continue;
        }
        for value in values.iter().take(2) {
            let mut context = Context::default();
            let mut text = String::new();
            let mut rest = value.as_str();
            while let Some((before, inside, after)) =
                rest.split_once("${").and_then(|(before, rest)| {
                    let (inside, after) = rest.split_once('}')?;
                    Some((before, inside, after))
                })
            {
                text.push_str(&plain(before));
                if matches!(inside, "*" | "?" | "$") {
                    text.push_str(inside);
                } else {
                    let name = inside.split(',').next().unwrap_or_default().trim();
                    context.set(name, vec!["example".to_owned()]);
                    text.push_str("example");
                }
                rest = after;
            }
            text.push_str(&plain(rest));
            context.set(key, vec![text]);
            contexts.push(context);
        }
    }
    contexts.push(Context::default());
    contexts.push(other);
    contexts
}

fn plain(pattern: &str) -> String {
    pattern.replace('*', "example").replace('?', "x")
}

fn requests(
    space: &Space<'_>,
    cube: &Cube,
    action: &str,
    target: &Target,
    who: Option<&Who>,
    context: &Context,
) -> Vec<Request> {
    let mut requests = Vec::new();
    for value in &variable_values(space, target) {
        requests.extend(requests_with(
            space, cube, action, target, who, context, value,
        ));
    }
    requests
}

/// The most values that are tried for the variables of a resource.
const MOST_VARIABLE_VALUES: usize = 6;

/// What the variables of `target` may stand for: anything, their defaults, and the words of the policies' resources.
fn variable_values(space: &Space<'_>, target: &Target) -> Vec<String> {
    let mut values = vec!["example".to_owned()];
    if !target.text().contains(is_variable) {
        return values;
    }
    let defaults = space
        .variables
        .iter()
        .filter_map(|variable| variable.default.as_deref());
    let words = space
        .statements
        .iter()
        .flat_map(|stated| stated.shapes())
        .filter_map(|shape| Arn::parse(&shape.text))
        .flat_map(|arn| arn.resource.split(['/', ':']))
        .filter(|word| !word.is_empty() && !word.contains(['*', '?', '$']));
    for value in defaults.chain(words) {
        if values.len() < MOST_VARIABLE_VALUES && !values.iter().any(|known| known == value) {
            values.push(value.to_owned());
        }
    }
    values
}

fn requests_with(
    space: &Space<'_>,
    cube: &Cube,
    action: &str,
    target: &Target,
    who: Option<&Who>,
    context: &Context,
    otherwise: &str,
) -> Vec<Request> {
    let mut context = context.clone();
    let mut resource = target.text();
    for (at, variable) in space.variables.iter().enumerate() {
        let character = variable_character(at);
        if !resource.contains(character) {
            continue;
        }
        let value = match context.get(&variable.key) {
            Some([value]) => value.clone(),
            _ => otherwise.to_owned(),
        };
        context.set(&variable.key, vec![value.clone()]);
        resource = resource.replace(character, &value);
    }
    let owner = match target {
        Target::Arn([_, _, _, _, account, _]) if !account.is_empty() && account != "aws" => {
            account.as_str()
        }
        _ => "123456789012",
    };
    let mut requests = Vec::new();
    let mut push = |principal: String, resource: String| {
        requests.push(Request {
            principal,
            action: action.to_owned(),
            resource,
            context: context.clone(),
        });
    };
    let Some(who) = who else {
        push(format!("arn:aws:iam::{owner}:user/example"), resource);
        return requests;
    };
    let principal = who.text.as_str();
    // A policy without resources says nothing of the account: the caller's own is the simplest, and a provider's domain means its own.
    let account = match (&who.owner, Arn::parse(principal)) {
        (Some(owner), _) => owner.as_str(),
        (None, Some(arn)) => arn.account,
        _ => "",
    };
    if let Target::Arn(parts) = target
        && !account.is_empty()
        && account != parts[4]
    {
        let mut moved = parts.clone();
        account.clone_into(&mut moved[4]);
        let moved = Target::Arn(moved);
        let is_alike = side(space, cube, &Axis::Resource).is_some_and(|(dimension, side)| {
            space
                .resource_cell(dimension, &moved)
                .is_some_and(|cell| side.contains(cell))
        });
        if is_alike && !moved.text().contains(is_variable) {
            push(principal.to_owned(), moved.text());
        }
    }
    // What the context says of the caller should be true of it.
    if let Some([named]) = context.get("aws:PrincipalArn")
        && !matches!(Caller::parse(named), Caller::Other(_))
        && side(space, cube, &Axis::Principal).is_some_and(|(dimension, side)| {
            space
                .principal_cell(dimension, &Who::new(named.as_str()))
                .is_some_and(|cell| side.contains(cell))
        })
    {
        push(named.clone(), resource.clone());
    }
    push(principal.to_owned(), resource);
    requests
}
