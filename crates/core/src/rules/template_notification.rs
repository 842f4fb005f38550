//! A bucket of a template that is to call a function of it: what S3 tries when the bucket is made, and how CloudFormation gets it right.
//!
//! Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-s3-bucket-notificationconfiguration.html>
//! ("To prevent circular dependencies ..."), <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-permission.html>.

use serde_json::{Value as Json, json};
use undeny_document::{Format, Node, Value};

use crate::case::Case;
use crate::diagnosis::{Diagnosis, Remedy};
use crate::handover::Handover;
use crate::holder::kind_of;
use crate::words::code;

const S3: &str = "s3.amazonaws.com";

/// A bucket that is to call a function.
struct Notification<'c> {
    format: Format,
    resources: &'c Node,
    /// The bucket's logical id.
    bucket: &'c str,
    /// The bucket.
    node: &'c Node,
    /// The function's logical id.
    function: &'c str,
}

/// The only notification of the paste's templates that calls a function of its template, where nothing lets S3 call it.
pub(super) fn diagnose(rule: &'static str, case: &Case<'_>) -> Option<Diagnosis> {
    let mut found = notifications(case);
    let notification = found.pop().filter(|_| found.is_empty())?;
    let function = code(notification.function);
    let why = format!(
        "S3 tries the function {function} when the bucket's notifications are set, and the function's policy has to let {} in by then.",
        code(S3)
    );
    let depends = || {
        let node = notification.node.get("DependsOn");
        node.into_iter().flat_map(Node::one_or_many)
    };
    Some(match permission(&notification) {
        Some(id) if depends().any(|node| node.as_str() == Some(id)) => return None,
        Some(id) => Diagnosis::new(
            rule,
            "The template's permission lets S3 in: was it there first?".to_owned(),
            format!(
                "{why} {} does. Write `DependsOn: {id}` into the bucket {}, so that CloudFormation makes the permission before it; then its \
                 `SourceArn` must not be `!GetAtt {}.Arn`, which would go round: write the bucket's name.",
                code(id),
                code(notification.bucket),
                notification.bucket
            ),
            Remedy::Explain { hardened: None },
            Vec::new(),
        ),
        None => Diagnosis::new(
            rule,
            format!("Add a permission to the function {function}: none lets S3 in."),
            format!(
                "{why} No `AWS::Lambda::Permission` in what was pasted does; the one in the text below does, and for this account's buckets only."
            ),
            Remedy::of_others(),
            vec![Handover::Text(text(&notification))],
        ),
    })
}

fn notifications<'c>(case: &'c Case<'_>) -> Vec<Notification<'c>> {
    let mut found = Vec::new();
    for document in &case.reading.documents {
        let Some(resources) = document.root.get("Resources") else {
            continue;
        };
        for member in resources.as_map().into_iter().flat_map(|map| &map.members) {
            let configured = member.value.get("Properties");
            let configured = configured
                .and_then(|it| it.get("NotificationConfiguration"))
                .and_then(|it| it.get("LambdaConfigurations"));
            let functions = configured.into_iter().flat_map(Node::one_or_many);
            for function in functions.filter_map(|it| logical_id(it.get("Function")?)) {
                if kind_of(&member.value) == Some("AWS::S3::Bucket")
                    && resources.get(function).is_some()
                {
                    found.push(Notification {
                        format: document.format,
                        resources,
                        bucket: &member.key.text,
                        node: &member.value,
                        function,
                    });
                }
            }
        }
    }
    found
}

/// The resource that `!Ref Name` and `!GetAtt Name.Arn` are about.
fn logical_id(node: &Node) -> Option<&str> {
    let Value::Opaque { expression } = &node.value else {
        return None;
    };
    let id = expression
        .strip_prefix("Ref:")
        .or_else(|| expression.strip_prefix("GetAtt:")?.split('.').next());
    id.filter(|id| !id.contains(':'))
}

/// The logical id of what lets S3 call the function.
fn permission<'c>(notification: &Notification<'c>) -> Option<&'c str> {
    let members = notification.resources.as_map()?.members.iter();
    let mut permissions =
        members.filter(|member| kind_of(&member.value) == Some("AWS::Lambda::Permission"));
    let lets_in = permissions.find(|member| {
        let Some(properties) = member.value.get("Properties") else {
            return false;
        };
        let function = properties.get("FunctionName").and_then(logical_id);
        properties.get("Principal").and_then(Node::as_str) == Some(S3)
            && function.is_none_or(|function| function == notification.function)
    });
    lets_in.map(|member| member.key.text.as_str())
}

fn text(notification: &Notification<'_>) -> String {
    let Notification {
        bucket, function, ..
    } = notification;
    let id = format!("{bucket}MayCall{function}");
    let properties = notification.node.get("Properties");
    let name = properties
        .and_then(|it| it.get("BucketName"))
        .and_then(Node::as_str);
    let resource = if matches!(notification.format, Format::Json | Format::CfnJson) {
        let mut permission = json!({
            "Type": "AWS::Lambda::Permission",
            "Properties": {
                "FunctionName": { "Ref": function },
                "Action": "lambda:InvokeFunction",
                "Principal": S3,
                "SourceAccount": { "Ref": "AWS::AccountId" },
            },
        });
        let properties = permission
            .get_mut("Properties")
            .and_then(Json::as_object_mut);
        if let (Some(name), Some(properties)) = (name, properties) {
            let arn = format!("arn:${{AWS::Partition}}:s3:::{name}");
            properties.insert("SourceArn".to_owned(), json!({ "Fn::Sub": arn }));
        }
        let written = serde_json::to_string_pretty(&permission).unwrap_or_default();
        format!("\"{id}\": {written}\n")
    } else {
        let source = name.map_or_else(String::new, |name| {
            format!("      SourceArn: !Sub \"arn:${{AWS::Partition}}:s3:::{name}\"\n")
        });
        format!(
            "  {id}:\n    Type: AWS::Lambda::Permission\n    Properties:\n      FunctionName: !Ref {function}\n      Action: lambda:InvokeFunction\n      \
             Principal: {S3}\n      SourceAccount: !Ref AWS::AccountId\n{source}"
        )
    };
    format!(
        "Please add this permission to the template, and `DependsOn` with {id} to the bucket {bucket}.\n\n{resource}\nNothing else is needed: no other \
         action, no other principal.\n"
    )
}
