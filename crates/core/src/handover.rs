//! The text for a policy's owner: what to allow, as a statement to paste.

use serde_json::{Map, Value, json};
use undeny_document::Format;
use undeny_iam::change::{Change, ChangeKind, NewCondition, NewStatement};
use undeny_iam::evaluate::Request;
use undeny_iam::policy::{Effect, Element, Policy, PrincipalKind, Statement};

use crate::case::{Case, PRINCIPAL_ARN, UNKNOWN_ACCOUNT};
use crate::holder::Maker;
use crate::rules::{NOBODY, by_account, principal_of};
use crate::words;

/// How a statement names the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Named {
    /// Not at all: the policy is the caller's own.
    Nobody,
    /// As its principal, or where that cannot be told, its account with a condition.
    Caller,
    /// By a condition, and everybody as its principal.
    ByCondition,
}

/// What the owner of a policy is to be told. The text is made of it only when the report is written, which the page's first answer does without.
#[derive(Clone, Debug)]
pub(crate) enum Handover {
    /// This text.
    Text(String),
    /// Allow this request in a policy that was not given.
    Request {
        /// Which policy: "the key policy".
        place: String,
        request: Request,
        named: Named,
    },
    /// Give the caller, which the paste makes without a policy of its own, one that allows this request.
    Policy(Request),
    /// Make these changes.
    Changes {
        /// Which policies.
        place: String,
        requests: Vec<Request>,
        changes: Vec<Change>,
    },
}

impl Handover {
    /// What the owners of some of the policies, by index, are to be told of the changes: nothing where none is somebody else's.
    pub(crate) fn of_policies(
        others: &[usize],
        changes: &[Change],
        place: &str,
        requests: &[Request],
    ) -> Vec<Self> {
        if others.is_empty() {
            return Vec::new();
        }
        let theirs = changes
            .iter()
            .filter(|change| others.contains(&change.policy));
        vec![Self::Changes {
            place: place.to_owned(),
            requests: requests.to_vec(),
            changes: theirs.cloned().collect(),
        }]
    }

    fn text(&self, case: &Case<'_>) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Request {
                place,
                request,
                named,
            } => for_request(place, request, *named),
            Self::Policy(request) => for_maker(case, request),
            Self::Changes {
                place,
                requests,
                changes,
            } => for_changes(case, place, requests, changes),
        }
    }
}

/// All of them as one text, each once; `None` where there is nothing to say.
pub(crate) fn text(case: &Case<'_>, handovers: &[Handover]) -> Option<String> {
    let mut texts: Vec<String> = Vec::new();
    for handover in handovers {
        let text = with_blanks(case, handover.text(case));
        if !texts.contains(&text) {
            texts.push(text);
        }
    }
    (!texts.is_empty()).then(|| texts.join("\n"))
}

/// The text with blanks for what no text of the paste names.
fn with_blanks(case: &Case<'_>, mut text: String) -> String {
    let is_read = |name: &str| case.texts.iter().any(|read| read.contains(name));
    while let Some(end) = text.find(NOBODY).filter(|_| !is_read(NOBODY)) {
        let start = text.get(..end).and_then(|before| before.rfind("arn:"));
        text.replace_range(
            start.unwrap_or(end)..end + NOBODY.len(),
            "<ARN of the caller>",
        );
    }
    if is_read(UNKNOWN_ACCOUNT) {
        return text;
    }
    text.replace(UNKNOWN_ACCOUNT, "<account>")
}

/// The text for a policy that was not given.
fn for_request(place: &str, request: &Request, named: Named) -> String {
    let mut statement = NewStatement {
        sid: None,
        effect: Effect::Allow,
        principals: Vec::new(),
        actions: vec![request.action.clone()],
        resources: match request.action.split(':').next() {
            // In a key policy a key is `*`: the one that the policy is on.
            Some("kms") if named == Named::Caller => vec!["*".to_owned()],
            // A trust policy and a repository's policy name no resource.
            Some("ecr" | "sts") if named == Named::Caller => Vec::new(),
            _ => vec![request.resource.clone()],
        },
        conditions: Vec::new(),
    };
    match (principal_of(request), named) {
        (Some(principal), Named::Caller) => match by_account(request) {
            Some((account, condition)) => {
                statement.principals = vec![(PrincipalKind::Aws, account)];
                statement.conditions = vec![condition];
            }
            None => statement.principals = vec![principal],
        },
        (Some((_, name)), Named::ByCondition) => {
            statement.principals = vec![(PrincipalKind::Everyone, "*".to_owned())];
            statement.conditions = vec![NewCondition {
                operator: "ArnEquals".to_owned(),
                key: PRINCIPAL_ARN.to_owned(),
                values: vec![name],
            }];
        }
        _ => {}
    }
    write(place, std::slice::from_ref(request), &[statement])
}

/// A policy of its own for a caller that the paste makes and gives none, as the same file writes it.
fn for_maker(case: &Case<'_>, request: &Request) -> String {
    let Request {
        action, resource, ..
    } = request;
    let service = action.split(':').next().unwrap_or_default();
    let name = words::sid_of(action);
    let known = case.known().iter().find(|(_, value)| *value == resource);
    let reference = known.map(|(expression, _)| expression.as_str());
    let (place, text) = match case.maker(&request.principal) {
        Some(Maker::Terraform(kind, label)) => {
            let (holder, attribute) = if kind == "aws_iam_user" {
                ("user", "name")
            } else {
                ("role", "id")
            };
            let quoted = format!("\"{resource}\"");
            let resource = reference.filter(|it| !it.contains(':')).unwrap_or(&quoted);
            (
                format!("{kind}.{label}"),
                format!(
                    "resource \"{kind}_policy\" \"{label}_{}\" {{\n  name = \"{name}\"\n  {holder} = {kind}.{label}.{attribute}\n\n  \
                     policy = jsonencode({{\n    Version = \"2012-10-17\"\n    Statement = [\n      {{\n        \
                     Effect   = \"Allow\"\n        Action   = \"{action}\"\n        Resource = {resource}\n      }},\n    ]\n  \
                     }})\n}}\n",
                    service.replace('-', "_"),
                ),
            )
        }
        Some(maker @ (Maker::Template(id) | Maker::Function(id))) => {
            let is_function = matches!(maker, Maker::Function(_));
            (
                id.to_owned(),
                in_template(case, id, is_function, request, reference),
            )
        }
        None => return for_request("its identity policy", request, Named::Nobody),
    };
    format!(
        "Please give {place} this policy.\n\nWho: {}\nAction: {action}\nResource: {resource}\n\n{text}\nNothing else is needed: no other \
         action, no other resource.\n",
        request.principal
    )
}

/// As `Policies` of the resource `id`, or as one more of them.
fn in_template(
    case: &Case<'_>,
    id: &str,
    is_function: bool,
    request: &Request,
    reference: Option<&str>,
) -> String {
    let Request {
        action, resource, ..
    } = request;
    let name = words::sid_of(action);
    let mut documents = case.reading.documents.iter();
    let made = documents.find_map(|document| {
        let resource = document.root.get("Resources")?.get(id)?;
        Some((document.format, resource))
    });
    let has_policies = made.is_some_and(|(_, made)| {
        made.get("Properties")
            .and_then(|it| it.get("Policies"))
            .is_some()
    });
    let reference = reference.and_then(|it| it.split_once(':'));
    if made.is_some_and(|(format, _)| matches!(format, Format::CfnJson | Format::Json)) {
        let resource = match reference {
            Some(("Ref", name)) => json!({ "Ref": name }),
            Some(("GetAtt", name)) => {
                json!({ "Fn::GetAtt": name.split('.').collect::<Vec<_>>() })
            }
            _ => json!(resource),
        };
        let statement = json!([{ "Effect": "Allow", "Action": action, "Resource": resource }]);
        let policy = if is_function {
            json!({ "Statement": statement })
        } else {
            json!({
                "PolicyName": name,
                "PolicyDocument": { "Version": "2012-10-17", "Statement": statement },
            })
        };
        let written = |value: &Value| serde_json::to_string_pretty(value).unwrap_or_default();
        return if has_policies {
            format!("One more of its Policies:\n\n{}\n", written(&policy))
        } else {
            format!("\"Policies\": {}\n", written(&json!([policy])))
        };
    }
    let resource = match reference {
        Some((function @ ("Ref" | "GetAtt"), name)) => format!("!{function} {name}"),
        _ => format!("\"{resource}\""),
    };
    let lead = if has_policies {
        "One more of its Policies:\n\n"
    } else {
        "      Policies:\n"
    };
    let policy = if is_function {
        format!(
            "        - Statement:\n            - Effect: Allow\n              Action: {action}\n              Resource: {resource}\n"
        )
    } else {
        format!(
            "        - PolicyName: {name}\n          PolicyDocument:\n            Version: \"2012-10-17\"\n            Statement:\n              \
             - Effect: Allow\n                Action: {action}\n                Resource: {resource}\n"
        )
    };
    format!("{lead}{policy}")
}

/// The text for the policies that `changes` change: what each says more, as the patch has it.
fn for_changes(case: &Case<'_>, place: &str, requests: &[Request], changes: &[Change]) -> String {
    let mut statements: Vec<NewStatement> = Vec::new();
    for change in changes {
        let statement = case
            .policies
            .get(change.policy)
            .and_then(|policy| in_full(policy, &change.kind));
        if let Some(mut statement) = statement {
            statement.sid = None;
            if !statements.contains(&statement) {
                statements.push(statement);
            }
        }
    }
    write(place, requests, &statements)
}

/// What a change grants, as a statement of its own.
fn in_full(policy: &Policy, kind: &ChangeKind) -> Option<NewStatement> {
    let of = |index: usize| policy.statements.get(index).map(as_new);
    match kind {
        ChangeKind::AddStatement(new) => Some(new.clone()),
        ChangeKind::AddActions { statement, actions } => Some(NewStatement {
            actions: actions.clone(),
            ..of(*statement)?
        }),
        ChangeKind::AddResources {
            statement,
            resources,
        } => Some(NewStatement {
            resources: resources.clone(),
            ..of(*statement)?
        }),
        ChangeKind::AddPrincipals {
            statement,
            kind,
            names,
        } => Some(NewStatement {
            principals: names.iter().map(|name| (*kind, name.clone())).collect(),
            ..of(*statement)?
        }),
        ChangeKind::ReplaceValue {
            statement,
            item,
            value,
        } => {
            let written = policy.statements.get(*statement)?;
            let mut new = as_new(written);
            let has = |element: &Option<Element>| {
                let mut items = element.iter().flat_map(|element| &element.items);
                items.any(|known| known.span == *item)
            };
            let mut principals = written
                .principals
                .iter()
                .flat_map(|principals| &principals.items);
            if let Some(principal) = principals.find(|principal| principal.item.span == *item) {
                new.principals = vec![(principal.kind, value.clone())];
            } else if has(&written.resources) {
                new.resources = vec![value.clone()];
            } else if has(&written.actions) {
                new.actions = vec![value.clone()];
            } else {
                return None;
            }
            Some(new)
        }
        _ => None,
    }
}

/// A statement of a policy as one to be written.
fn as_new(statement: &Statement) -> NewStatement {
    let values = |element: &Option<Element>| -> Vec<String> {
        element
            .iter()
            .flat_map(|element| &element.items)
            .map(|item| item.value().into_owned())
            .collect()
    };
    NewStatement {
        sid: None,
        effect: statement.effect,
        principals: statement
            .principals
            .iter()
            .flat_map(|principals| &principals.items)
            .map(|principal| (principal.kind, principal.item.value().into_owned()))
            .collect(),
        actions: values(&statement.actions),
        resources: values(&statement.resources),
        conditions: NewCondition::all_of(statement),
    }
}

/// The text that asks for these statements in `place`.
pub(crate) fn write(place: &str, requests: &[Request], statements: &[NewStatement]) -> String {
    let each = |pick: fn(&Request) -> &str| {
        let mut values: Vec<&str> = Vec::new();
        for request in requests {
            if !values.contains(&pick(request)) {
                values.push(pick(request));
            }
        }
        values.join(", ")
    };
    let statements: Vec<String> = statements
        .iter()
        .map(|statement| serde_json::to_string_pretty(&as_json(statement)).unwrap_or_default())
        .collect();
    format!(
        "Please allow {} in {place}.\n\nWho: {}\nAction: {}\nResource: {}\n\n{}\n\nNothing else is needed: no other action, no other \
         resource.\n",
        if requests.len() == 1 {
            "this one call"
        } else {
            "these calls"
        },
        each(|request| &request.principal),
        each(|request| &request.action),
        each(|request| &request.resource),
        statements.join("\n\n")
    )
}

/// In the policy language.
fn as_json(statement: &NewStatement) -> Value {
    let one_or_many = |values: &[String]| match values {
        [only] => json!(only),
        several => json!(several),
    };
    let mut written = Map::new();
    let mut set = |key: &str, value: Value| {
        written.insert(key.to_owned(), value);
    };
    set("Effect", json!(statement.effect.as_str()));
    match statement.principals.as_slice() {
        [] => {}
        [(PrincipalKind::Everyone, name)] => set("Principal", json!(name)),
        several => {
            let mut kinds: Vec<(&str, Vec<String>)> = Vec::new();
            for (kind, name) in several {
                let key = match kind {
                    PrincipalKind::Service => "Service",
                    PrincipalKind::Federated => "Federated",
                    PrincipalKind::CanonicalUser => "CanonicalUser",
                    _ => "AWS",
                };
                match kinds.iter_mut().find(|(known, _)| *known == key) {
                    Some((_, names)) => names.push(name.clone()),
                    None => kinds.push((key, vec![name.clone()])),
                }
            }
            let kinds: Map<String, Value> = kinds
                .iter()
                .map(|(key, names)| ((*key).to_owned(), one_or_many(names)))
                .collect();
            set("Principal", Value::Object(kinds));
        }
    }
    set("Action", one_or_many(&statement.actions));
    if !statement.resources.is_empty() {
        set("Resource", one_or_many(&statement.resources));
    }
    if !statement.conditions.is_empty() {
        let mut operators: Map<String, Value> = Map::new();
        for condition in &statement.conditions {
            let keys = operators
                .entry(condition.operator.clone())
                .or_insert_with(|| json!({}));
            if let Value::Object(keys) = keys {
                keys.insert(condition.key.clone(), one_or_many(&condition.values));
            }
        }
        set("Condition", Value::Object(operators));
    }
    Value::Object(written)
}
