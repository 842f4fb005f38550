//! What references stand for, as far as a paste tells: literal values of variables and locals, names of resources that are written out,
//! and resources whose name is the one in the message.
//!
//! Sources: <https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html>
//! (ARN formats), <https://registry.terraform.io/providers/hashicorp/aws/latest/docs> (attributes).

use undeny_document::{Document, Format, MemberKind, Node, Piece, Reading, Value};
use undeny_iam::arn::Arn;
use undeny_iam::glob;
use undeny_iam::policy::{Bindings, Policy, PrincipalKind, Statement, unknown_reference};

use crate::case::UNKNOWN_ACCOUNT;
use crate::token;

/// A kind of resource in templates.
struct Kind {
    terraform: &'static str,
    cloudformation: &'static str,
    service: &'static str,
    /// The attributes that hold its name: Terraform's, CloudFormation's.
    name: (&'static str, &'static str),
    /// What stands in front of the name in its ARN.
    prefix: &'static str,
    /// Whether its ARN has a region and an account.
    place: Place,
    /// What `Ref` gives in CloudFormation.
    reference: Reference,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Regional,
    Account,
    Nowhere,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Reference {
    Name,
    Arn,
    Other,
}

const fn kind(
    terraform: &'static str,
    cloudformation: &'static str,
    service: &'static str,
    name: (&'static str, &'static str),
    prefix: &'static str,
    place: Place,
    reference: Reference,
) -> Kind {
    Kind {
        terraform,
        cloudformation,
        service,
        name,
        prefix,
        place,
        reference,
    }
}

#[rustfmt::skip]
const KINDS: &[Kind] = &[
    kind("aws_cloudwatch_log_group", "AWS::Logs::LogGroup", "logs", ("name", "LogGroupName"), "log-group:", Place::Regional, Reference::Name),
    kind("aws_dynamodb_table", "AWS::DynamoDB::Table", "dynamodb", ("name", "TableName"), "table/", Place::Regional, Reference::Name),
    kind("aws_ecr_repository", "AWS::ECR::Repository", "ecr", ("name", "RepositoryName"), "repository/", Place::Regional, Reference::Name),
    kind("aws_ecs_cluster", "AWS::ECS::Cluster", "ecs", ("name", "ClusterName"), "cluster/", Place::Regional, Reference::Name),
    kind("aws_eks_cluster", "AWS::EKS::Cluster", "eks", ("name", "Name"), "cluster/", Place::Regional, Reference::Name),
    kind("aws_iam_policy", "AWS::IAM::ManagedPolicy", "iam", ("name", "ManagedPolicyName"), "policy/", Place::Account, Reference::Arn),
    kind("aws_iam_role", "AWS::IAM::Role", "iam", ("name", "RoleName"), "role/", Place::Account, Reference::Name),
    kind("aws_iam_user", "AWS::IAM::User", "iam", ("name", "UserName"), "user/", Place::Account, Reference::Name),
    kind("aws_kinesis_stream", "AWS::Kinesis::Stream", "kinesis", ("name", "Name"), "stream/", Place::Regional, Reference::Name),
    kind("aws_kms_key", "AWS::KMS::Key", "kms", ("", ""), "key/", Place::Regional, Reference::Other),
    kind("aws_lambda_function", "AWS::Lambda::Function", "lambda", ("function_name", "FunctionName"), "function:", Place::Regional, Reference::Name),
    kind("aws_s3_bucket", "AWS::S3::Bucket", "s3", ("bucket", "BucketName"), "", Place::Nowhere, Reference::Name),
    kind("aws_secretsmanager_secret", "AWS::SecretsManager::Secret", "secretsmanager", ("", ""), "secret:", Place::Regional, Reference::Arn),
    kind("aws_sfn_state_machine", "AWS::StepFunctions::StateMachine", "states", ("name", "StateMachineName"), "stateMachine:", Place::Regional, Reference::Arn),
    kind("aws_sns_topic", "AWS::SNS::Topic", "sns", ("name", "TopicName"), "", Place::Regional, Reference::Arn),
    kind("aws_sqs_queue", "AWS::SQS::Queue", "sqs", ("name", "QueueName"), "", Place::Regional, Reference::Other),
    kind("aws_ssm_parameter", "AWS::SSM::Parameter", "ssm", ("name", "Name"), "parameter/", Place::Regional, Reference::Name),
];

/// Where a document's resources are.
#[derive(Clone, Debug, Default)]
pub(crate) struct Whereabouts {
    pub(crate) partition: String,
    pub(crate) region: Option<String>,
    pub(crate) account: Option<String>,
}

impl Kind {
    fn arn(&self, name: &str, place: &Whereabouts) -> Option<String> {
        let region = match self.place {
            Place::Regional => place.region.as_deref()?,
            _ => "",
        };
        let account = match self.place {
            Place::Nowhere => "",
            _ => place.account.as_deref()?,
        };
        let name = if self.service == "ssm" {
            name.trim_start_matches('/')
        } else {
            name
        };
        Some(format!(
            "arn:{}:{}:{region}:{account}:{}{name}",
            place.partition, self.service, self.prefix
        ))
    }
}

/// Add what the documents themselves tell to `bindings`.
pub(crate) fn written_out(reading: &Reading, place: &Whereabouts, bindings: &mut Bindings) {
    // A value may refer to another; each round resolves one more step.
    for _ in 0..4 {
        let before = bindings.len();
        for document in &reading.documents {
            match document.format {
                Format::Hcl => terraform(document, place, bindings),
                Format::CfnYaml | Format::CfnJson => template(&document.root, place, bindings),
                _ => {
                    if let Some(root) = document.root.get("resources") {
                        template(root, place, bindings);
                    }
                }
            }
        }
        if bindings.len() == before {
            break;
        }
    }
}

/// The account of whoever makes a stack of a template.
pub(crate) const ACCOUNT_OF_TEMPLATE: &str = "Ref:AWS::AccountId";
/// The account that Terraform works in.
pub(crate) const ACCOUNT_OF_TERRAFORM: &str = "data.aws_caller_identity.current.account_id";

/// Of each thing that a message names, the account is the message's: a paste of two accounts makes the caller's role beside the other's.
pub(crate) fn in_their_accounts(named: &[String], bindings: &mut Bindings) {
    let named: Vec<Arn<'_>> = named
        .iter()
        .filter_map(|arn| Arn::parse(arn))
        .filter(|arn| arn.account.len() == 12 && !arn.account.contains(['*', '<', 'X']))
        .collect();
    for value in bindings.values_mut() {
        let Some(known) = Arn::parse(value) else {
            continue;
        };
        let mut same = named.iter().filter(|arn| {
            (arn.service, arn.region) == (known.service, known.region)
                && (arn.resource == known.resource
                    || (arn.service == "iam" && is_same_entity(arn.resource, known.resource)))
        });
        let Some(first) = same.next() else { continue };
        // A name that is in both accounts tells nothing.
        if same.any(|other| other.account != first.account) {
            continue;
        }
        let account = first.account;
        if account != known.account {
            *value = Arn { account, ..known }.to_string();
        }
    }
}

/// Whether two resources of IAM are of one kind and name, whatever their paths.
fn is_same_entity(left: &str, right: &str) -> bool {
    let parts = |resource: &str| -> Option<(String, String)> {
        let (kind, path) = resource.split_once('/')?;
        let name = path.rsplit('/').next()?;
        Some((kind.to_owned(), name.to_owned()))
    };
    parts(left).is_some_and(|left| parts(right) == Some(left))
}

/// The account in the name of a bucket, where a document writes that name with a reference to the account.
pub(crate) fn account_in_name(reading: &Reading, resource: &str) -> Option<String> {
    let bucket = resource.split('/').next().unwrap_or_default();
    let mut found: Vec<&str> = Vec::new();
    for document in &reading.documents {
        accounts_in(&document.root, bucket, &mut found);
    }
    match found.as_slice() {
        [only] => Some((*only).to_owned()),
        _ => None,
    }
}

fn accounts_in<'b>(node: &Node, bucket: &'b str, found: &mut Vec<&'b str>) {
    let is_account = |piece: &Piece| matches!(piece, Piece::Reference(name) if name == ACCOUNT_OF_TEMPLATE || name == ACCOUNT_OF_TERRAFORM);
    if let Value::Text(text) = &node.value
        && text.pieces().iter().any(is_account)
    {
        for start in 0..bucket.len() {
            let Some(account) = bucket.get(start..start + 12) else {
                break;
            };
            if !account.bytes().all(|byte| byte.is_ascii_digit()) || found.contains(&account) {
                continue;
            }
            let pattern: String = text
                .pieces()
                .iter()
                .map(|piece| match piece {
                    piece if is_account(piece) => account,
                    Piece::Literal(literal) => literal,
                    Piece::Reference(_) => "*",
                })
                .collect();
            let name = pattern
                .split_once(":s3:::")
                .map_or(pattern.as_str(), |(_, resource)| resource);
            let name = name.split('/').next().unwrap_or_default();
            if glob::matches(name, bucket) {
                found.push(account);
            }
        }
    }
    for child in node.children() {
        accounts_in(child, bucket, found);
    }
}

fn add(bindings: &mut Bindings, name: String, value: Option<String>) {
    if let Some(value) = value.filter(|value| !value.is_empty()) {
        bindings.entry(name).or_insert(value);
    }
}

/// A node's text with what is known put in; `None` where something in it is not known.
pub(crate) fn text(node: &Node, bindings: &Bindings) -> Option<String> {
    match &node.value {
        Value::Text(text) => text
            .pieces()
            .iter()
            .map(|piece| match piece {
                Piece::Literal(text) => Some(text.clone()),
                Piece::Reference(name) => bindings.get(name).cloned(),
            })
            .collect(),
        Value::Number(number) => Some(number.clone()),
        Value::Opaque { expression } => bindings.get(expression).cloned(),
        _ => None,
    }
}

fn terraform(document: &Document, place: &Whereabouts, bindings: &mut Bindings) {
    let Some(root) = document.root.as_map() else {
        return;
    };
    for member in &root.members {
        let MemberKind::Block(labels) = &member.kind else {
            continue;
        };
        match (member.key.text.as_str(), labels.as_slice()) {
            ("variable", [name]) => {
                let value = member
                    .value
                    .get("default")
                    .and_then(|node| text(node, bindings));
                add(bindings, format!("var.{name}"), value);
            }
            ("locals", []) => {
                for local in member.value.as_map().iter().flat_map(|map| &map.members) {
                    let value = text(&local.value, bindings);
                    add(bindings, format!("local.{}", local.key.text), value);
                }
            }
            // Whatever it is called, it is about where Terraform works; with a provider of its own it is about another place.
            ("data", [kind, label]) if member.value.get("provider").is_none() && is_place(kind) => {
                for (attribute, value) in place_of(kind, place) {
                    add(bindings, format!("data.{kind}.{label}.{attribute}"), value);
                }
            }
            ("resource" | "data", [kind, label]) => {
                let Some(kind) = KINDS.iter().find(|known| known.terraform == kind) else {
                    continue;
                };
                let address = if member.key.text == "data" {
                    format!("data.{}.{label}", kind.terraform)
                } else {
                    format!("{}.{label}", kind.terraform)
                };
                let name = (!kind.name.0.is_empty())
                    .then(|| member.value.get(kind.name.0))
                    .flatten()
                    .and_then(|node| text(node, bindings));
                if let Some(name) = name {
                    let arn = with_path(kind, &name, member.value.get("path"), bindings)
                        .and_then(|name| kind.arn(&name, place));
                    add(bindings, format!("{address}.arn"), arn);
                    add(
                        bindings,
                        format!("{address}.{}", kind.name.0),
                        Some(name.clone()),
                    );
                    if matches!(kind.service, "s3" | "iam" | "dynamodb" | "eks")
                        && kind.terraform != "aws_iam_policy"
                    {
                        add(bindings, format!("{address}.id"), Some(name));
                    }
                }
            }
            _ => {}
        }
    }
}

fn is_place(kind: &str) -> bool {
    matches!(kind, "aws_caller_identity" | "aws_partition" | "aws_region")
}

/// The attributes of Terraform's data about the place that it works in.
fn place_of(kind: &str, place: &Whereabouts) -> Vec<(&'static str, Option<String>)> {
    match kind {
        "aws_caller_identity" => {
            let account = place.account.as_deref().unwrap_or(UNKNOWN_ACCOUNT);
            vec![("account_id", Some(account.to_owned()))]
        }
        "aws_partition" => vec![("partition", Some(place.partition.clone()))],
        _ => vec![
            ("id", place.region.clone()),
            ("name", place.region.clone()),
            ("region", place.region.clone()),
        ],
    }
}

/// The name with the path that stands before it in the ARN of an entity of IAM; `None` where that is not known.
fn with_path(kind: &Kind, name: &str, path: Option<&Node>, bindings: &Bindings) -> Option<String> {
    match path {
        Some(path) if kind.service == "iam" => {
            let path = text(path, bindings)?;
            Some(format!("{}{name}", path.trim_start_matches('/')))
        }
        _ => Some(name.to_owned()),
    }
}

/// A template, and what Serverless keeps of one under `resources`.
fn template(root: &Node, place: &Whereabouts, bindings: &mut Bindings) {
    let members = |key: &str| {
        root.get(key)
            .and_then(Node::as_map)
            .map(|map| map.members.as_slice())
            .unwrap_or_default()
    };
    for parameter in members("Parameters") {
        let value = parameter
            .value
            .get("Default")
            .and_then(|node| text(node, bindings));
        add(bindings, format!("Ref:{}", parameter.key.text), value);
    }
    for resource in members("Resources") {
        let kind = resource.value.get("Type").and_then(Node::as_str);
        let Some(kind) = KINDS
            .iter()
            .find(|known| Some(known.cloudformation) == kind)
        else {
            continue;
        };
        let id = &resource.key.text;
        let properties = resource.value.get("Properties");
        let name = (!kind.name.1.is_empty())
            .then(|| properties?.get(kind.name.1))
            .flatten()
            .and_then(|node| text(node, bindings));
        let Some(name) = name else { continue };
        let path = properties.and_then(|node| node.get("Path"));
        let arn = with_path(kind, &name, path, bindings).and_then(|name| kind.arn(&name, place));
        let attribute = match (kind.service, &arn) {
            // A log group's ARN ends with the star for its streams.
            ("logs", Some(arn)) => Some(format!("{arn}:*")),
            _ => arn.clone(),
        };
        add(bindings, format!("GetAtt:{id}.Arn"), attribute);
        match kind.reference {
            Reference::Name => add(bindings, format!("Ref:{id}"), Some(name)),
            Reference::Arn => add(bindings, format!("Ref:{id}"), arn),
            Reference::Other => {}
        }
    }
}

/// Take the identity provider that a trust policy names by a reference for the one whose issuer the keys of the same statement have.
pub(crate) fn providers(policies: &[Policy], place: &Whereabouts, bindings: &mut Bindings) {
    for statement in policies.iter().flat_map(|policy| &policy.statements) {
        let issuer = statement.conditions.iter().find_map(|condition| {
            let (issuer, claim) = condition.key.rsplit_once(':')?;
            (issuer.contains('.') && is_claim(claim)).then_some(issuer)
        });
        let provider = statement
            .principals
            .iter()
            .flat_map(|principals| &principals.items)
            .find(|principal| principal.kind == PrincipalKind::Federated);
        let Some(provider) = provider else { continue };
        let [Piece::Reference(expression)] = provider.item.text.pieces() else {
            continue;
        };
        let name = match issuer {
            Some(issuer) => format!("oidc-provider/{issuer}"),
            None if is_saml(statement, expression) => {
                format!("saml-provider/{}", label_of(expression))
            }
            None => continue,
        };
        let account = place.account.as_deref().unwrap_or(UNKNOWN_ACCOUNT);
        let arn = format!("arn:{}:iam::{account}:{name}", place.partition);
        add(bindings, expression.clone(), Some(arn));
    }
}

/// Whether a statement is about SAML: by its provider's reference, a key or its action.
fn is_saml(statement: &Statement, expression: &str) -> bool {
    let mut keys = statement.conditions.iter();
    let mut actions = statement.actions.iter().flat_map(|element| &element.items);
    expression.contains("aws_iam_saml_provider.")
        || keys.any(|condition| {
            condition
                .key
                .get(..5)
                .is_some_and(|head| head.eq_ignore_ascii_case("saml:"))
        })
        || actions.any(|item| item.value().eq_ignore_ascii_case("sts:AssumeRoleWithSAML"))
}

/// Whether a condition key that ends in this is about a token: Google's has `azp` besides.
fn is_claim(name: &str) -> bool {
    let mut claims = token::CLAIMS.iter().chain(&["azp"]);
    claims.any(|claim| name.eq_ignore_ascii_case(claim))
}

/// Take the reference in `policies` that is by all appearances the resource `arn`, or the table, bucket or log group that it is in, for it:
/// the resource's kind is right and its name tells. The sentence says so.
pub(crate) fn by_name(
    reading: &Reading,
    policies: &[Policy],
    arn: &str,
    bindings: &mut Bindings,
) -> Option<String> {
    let whole = container(arn)?;
    let parsed = Arn::parse(&whole)?;
    let name = parsed
        .resource
        .rsplit(['/', ':'])
        .next()
        .unwrap_or_default();
    let mut found: Vec<String> = Vec::new();
    for policy in policies {
        // A resource's own policy speaks of that resource.
        let sole = policy.role.is_resource_policy()
            && policies
                .iter()
                .filter(|other| other.role == policy.role)
                .count()
                == 1;
        for statement in &policy.statements {
            let services_fit = statement
                .actions
                .iter()
                .flat_map(|element| &element.items)
                .all(|item| {
                    // The policy of one resource may say everything.
                    (sole && item.value() == "*")
                        || item.value().split_once(':').is_some_and(|(service, _)| {
                            service.eq_ignore_ascii_case(parsed.service)
                        })
                });
            for item in statement
                .resources
                .iter()
                .flat_map(|element| &element.items)
            {
                let Some(Piece::Reference(expression)) = item.text.pieces().first() else {
                    continue;
                };
                let fits = match kind_of(reading, expression) {
                    Some(service) => service == parsed.service,
                    None => services_fit,
                };
                let starts = item.text.pieces().len() == 1
                    || matches!(item.text.pieces().get(1), Some(Piece::Literal(rest)) if rest.starts_with(['/', ':']));
                let is_it = || {
                    is_arn(expression) && (sole || alike(label_of(expression), name))
                        || is_secret(reading, expression, parsed.resource, bindings)
                };
                if fits
                    && starts
                    && is_it()
                    && !bindings.contains_key(expression)
                    && !found.contains(expression)
                {
                    found.push(expression.clone());
                }
            }
        }
    }
    // Two that fit are none that is known.
    let [only] = found.as_slice() else {
        return None;
    };
    bindings.insert(only.clone(), whole.clone());
    Some(format!("`{}` is taken for `{whole}`", shown(only)))
}

/// A region that no text names: it stands for itself in made-up ARNs, and is never written.
pub(crate) const UNKNOWN_REGION: &str = "unknown-region";

/// The region in an ARN; `None` where it has none, or hides it, or was made up without one.
pub(crate) fn region(arn: &str) -> Option<&str> {
    let region = Arn::parse(arn)?.region;
    let is_known = !region.is_empty() && region != UNKNOWN_REGION && !region.contains('*');
    is_known.then_some(region)
}

/// The resources of this type in Terraform, with their labels.
pub(crate) fn resources<'r>(
    reading: &'r Reading,
    kind: &'r str,
) -> impl Iterator<Item = (&'r str, &'r Node)> {
    let roots = reading
        .documents
        .iter()
        .filter_map(|document| document.root.as_map());
    let members = roots.flat_map(|map| &map.members);
    members.filter_map(move |member| match &member.kind {
        MemberKind::Block(labels) => match labels.as_slice() {
            [of, label] if of == kind => Some((label.as_str(), &member.value)),
            _ => None,
        },
        MemberKind::Attribute => None,
    })
}

/// What the triggers of a template's functions read from, each with the type of that in lower case, where the template makes it.
pub(crate) fn template_triggers(reading: &Reading) -> impl Iterator<Item = (&Node, String)> {
    let roots = reading.documents.iter();
    let all = roots.filter_map(|document| document.root.get("Resources"));
    all.flat_map(|all| {
        let resources = all.as_map().into_iter().flat_map(|map| &map.members);
        resources.flat_map(move |resource| {
            let properties = resource.value.get("Properties");
            let events = properties.and_then(|it| it.get("Events"));
            let events = events.and_then(Node::as_map).into_iter();
            let events = events.flat_map(|map| &map.members);
            let sources = events.filter_map(|event| {
                let properties = event.value.get("Properties")?;
                properties.get("Queue").or_else(|| properties.get("Stream"))
            });
            let source = properties.and_then(|it| it.get("EventSourceArn"));
            source.into_iter().chain(sources).map(move |source| {
                let id = match &source.value {
                    Value::Opaque { expression } => expression.strip_prefix("GetAtt:"),
                    _ => None,
                };
                let made = id.and_then(|id| all.get(id.split('.').next()?));
                let kind = made
                    .and_then(|made| made.get("Type"))
                    .and_then(Node::as_str);
                (source, kind.unwrap_or_default().to_ascii_lowercase())
            })
        })
    })
}

/// The region that Terraform's provider for AWS is set to, where the documents write it out; of several, that of the one without an alias.
///
/// Source: <https://registry.terraform.io/providers/hashicorp/aws/latest/docs#region>
pub(crate) fn region_of_provider(reading: &Reading) -> Option<String> {
    let mut bindings = Bindings::new();
    written_out(reading, &Whereabouts::default(), &mut bindings);
    let mut named: Vec<(bool, String)> = Vec::new();
    for member in reading
        .documents
        .iter()
        .filter(|document| document.format == Format::Hcl)
        .filter_map(|document| document.root.as_map())
        .flat_map(|map| &map.members)
    {
        let is_provider = member.key.text == "provider"
            && matches!(&member.kind, MemberKind::Block(labels) if labels.as_slice() == ["aws"]);
        let written = || text(member.value.get("region")?, &bindings);
        if is_provider && let Some(region) = written() {
            named.push((member.value.get("alias").is_some(), region));
        }
    }
    named.sort();
    named.dedup();
    match named.as_slice() {
        [(_, only)] | [(false, only), (true, _), ..] => Some(only.clone()),
        _ => None,
    }
}

/// A made-up ARN for a reference whose value the paste does not tell: it stands for itself, and is written as the reference.
pub(crate) fn stand_in(expression: &str, service: &str, place: &Whereabouts) -> String {
    let sign = unknown_reference(expression);
    let (region, account) = match service {
        "s3" => ("", ""),
        "iam" => ("", place.account.as_deref().unwrap_or(UNKNOWN_ACCOUNT)),
        _ => (
            place.region.as_deref().unwrap_or(UNKNOWN_REGION),
            place.account.as_deref().unwrap_or(UNKNOWN_ACCOUNT),
        ),
    };
    let prefix = if service == "kms" { "key/" } else { "" };
    format!(
        "arn:{}:{service}:{region}:{account}:{prefix}{sign}",
        place.partition
    )
}

/// As a person knows it: `!Ref Key`, `aws_s3_bucket.logs.arn`.
pub(crate) fn shown(expression: &str) -> String {
    for (form, tag) in [("Ref:", "!Ref "), ("GetAtt:", "!GetAtt ")] {
        if let Some(rest) = expression.strip_prefix(form) {
            return format!("{tag}{rest}");
        }
    }
    expression.to_owned()
}

/// The resource that templates declare for the one that `arn` names: the bucket of an object, the table of an index.
fn container(arn: &str) -> Option<String> {
    let parsed = Arn::parse(arn)?;
    let resource = parsed.resource;
    let cut = match parsed.service {
        "s3" => resource.split('/').next()?.to_owned(),
        "dynamodb" => {
            let mut parts = resource.split('/');
            format!("{}/{}", parts.next()?, parts.next()?)
        }
        "logs" => resource
            .split_once(":log-stream:")
            .map_or(resource, |(group, _)| group)
            .to_owned(),
        _ => resource.to_owned(),
    };
    if cut.is_empty() || cut.contains(['*', '<', '>']) {
        return None;
    }
    Some(
        Arn {
            resource: &cut,
            ..parsed
        }
        .to_string(),
    )
}

/// Whether a reference is the ARN of the secret `resource`, whose name a template writes out: AWS adds a dash and six characters to it.
///
/// Source: <https://docs.aws.amazon.com/secretsmanager/latest/userguide/troubleshoot.html#ARN_secretnamehyphen>
fn is_secret(reading: &Reading, expression: &str, resource: &str, bindings: &Bindings) -> bool {
    const ADDED: usize = 6;
    let Some((name, added)) = resource
        .strip_prefix("secret:")
        .and_then(|secret| secret.rsplit_once('-'))
    else {
        return false;
    };
    let label = label_of(expression);
    let is_called = |node: Option<&Node>| {
        node.and_then(|node| text(node, bindings))
            .is_some_and(|written| written == name)
    };
    // A placeholder for them is longer.
    added.len() >= ADDED
        && added.contains(|c: char| c.is_ascii_digit() || c.is_ascii_uppercase())
        && reading.documents.iter().any(|document| {
            let members = document.root.as_map().map(|map| map.members.as_slice());
            members.unwrap_or_default().iter().any(|member| {
                if matches!(&member.kind, MemberKind::Block(labels) if labels.as_slice() == ["aws_secretsmanager_secret", label])
                {
                    return expression.starts_with("aws_secretsmanager_secret.")
                        && is_called(member.value.get("name"));
                }
                let resource = member
                    .value
                    .get(label)
                    .filter(|_| member.key.text == "Resources");
                let kind = resource.and_then(|node| node.get("Type")).and_then(Node::as_str);
                kind == Some("AWS::SecretsManager::Secret")
                    && is_called(resource.and_then(|node| node.get("Properties")?.get("Name")))
            })
        })
}

/// The service of what a reference names, where its form or the template tells.
fn kind_of(reading: &Reading, expression: &str) -> Option<&'static str> {
    let path = expression.strip_prefix("data.").unwrap_or(expression);
    let first = path.split('.').next();
    if let Some(kind) = KINDS.iter().find(|known| Some(known.terraform) == first) {
        return Some(kind.service);
    }
    let id = label_of(expression);
    reading.documents.iter().find_map(|document| {
        let kind = document
            .root
            .get("Resources")?
            .get(id)?
            .get("Type")
            .and_then(Node::as_str)?;
        KINDS
            .iter()
            .find(|known| known.cloudformation == kind)
            .map(|known| known.service)
    })
}

/// Whether an expression gives an ARN, by its form.
fn is_arn(expression: &str) -> bool {
    expression.ends_with(".arn")
        || expression.ends_with(".Arn")
        || (expression.starts_with("Ref:") && expression.to_ascii_lowercase().ends_with("arn"))
}

/// The part of an expression that a person named: `logs` of `aws_s3_bucket.logs.arn`, `Table` of `GetAtt:Table.Arn`.
fn label_of(expression: &str) -> &str {
    if let Some(rest) = expression
        .strip_prefix("Ref:")
        .or_else(|| expression.strip_prefix("GetAtt:"))
    {
        return rest.split('.').next().unwrap_or(rest);
    }
    let mut parts = expression.rsplit('.');
    let last = parts.next().unwrap_or_default();
    parts.next().unwrap_or(last)
}

/// Whether a reference is an ARN and its label the name of the resource.
pub(crate) fn is_label_of(expression: &str, resource: &str) -> bool {
    let name = resource.rsplit(['/', ':']).next().unwrap_or_default();
    is_arn(expression) && alike(label_of(expression), name)
}

/// Whether a label and a resource's name are by all appearances the same name.
fn alike(label: &str, name: &str) -> bool {
    let plain = |text: &str| {
        text.chars()
            .filter(char::is_ascii_alphanumeric)
            .map(|letter| letter.to_ascii_lowercase())
            .collect::<String>()
    };
    let (label, name) = (plain(label), plain(name));
    if label.len() < 3 || name.len() < 3 {
        return false;
    }
    label == name
        || (label.len() >= 5 && name.contains(&label))
        || (name.len() >= 5 && label.contains(&name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_sorted_and_containers_are_found() {
        assert!(KINDS.is_sorted_by_key(|kind| kind.terraform));
        let check = |arn: &str, expect: Option<&str>| assert_eq!(container(arn).as_deref(), expect);
        check("arn:aws:s3:::b/k/l", Some("arn:aws:s3:::b"));
        check(
            "arn:aws:dynamodb:eu-west-1:111122223333:table/T/index/i",
            Some("arn:aws:dynamodb:eu-west-1:111122223333:table/T"),
        );
        check("arn:aws:s3:::*", None);
        check("*", None);
    }

    #[test]
    fn names_are_alike_or_not() {
        assert!(alike("Alerts", "Alerts"));
        assert!(alike("alerts_table", "alerts"));
        assert!(!alike("logs", "reports"));
        assert!(!alike("x", "x"));
        assert_eq!(label_of("aws_s3_bucket.logs.arn"), "logs");
        assert_eq!(label_of("GetAtt:Table.Arn"), "Table");
    }
}
