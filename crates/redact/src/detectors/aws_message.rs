//! Names in the sentences with which AWS says that something is missing, exists already or failed: `The role with name acme-ci cannot be found.`

use undeny_text::Span;

use crate::detector::{Class, Confidence, FAR, Facts, Far, Form, Place, Scan, rank};
use crate::value;

detector!(
    /// `Stack with id acme-web does not exist`, `No cluster found for name: acme.`, `(service acme-web) was unable to place a task`.
    AwsMessage,
    Facts {
        id: "aws-message",
        class: Class::Identifier,
        sees: "the name in a sentence of a service of AWS about what is missing, exists already or failed",
        source: "https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRole.html",
        example: "(NoSuchEntity) when calling the GetRole operation: The role with name northwind-ci cannot be found.",
        near_miss: "the role with name and path cannot be found",
        placeholder: "nm1x-ci",
    },
    literals!(OPENINGS.0),
    look
);

/// How sure an opening makes that a name follows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Says {
    /// It announces one: whatever word follows is one.
    Name,
    /// A noun: the word behind it is a name if it looks like one.
    Noun,
}
use Says::{Name, Noun};

/// What services say of something that is not there, or there already.
const FOUND: &[&str] = &[
    " already exist",
    " cannot be found",
    " could not be found",
    " does not exist",
    " doesn't exist",
    " has not been found",
    " is not found",
    " not found",
    " was not found",
];
const IN_BRACKETS: &[&str] = &[")", ", "];
const ANY: &[&str] = &[];

/// How sentences begin that name something, whether a name is sure to follow, and what follows the name.
const OPENINGS: &[(&str, Says, &[&str])] = &[
    ("A policy called ", Name, FOUND),
    ("Access Point ", Noun, FOUND),
    ("Application already exists: ", Name, ANY),
    ("Application named ", Name, ANY),
    ("AutoScalingGroup ", Noun, FOUND),
    ("AutoScalingGroup with name ", Name, ANY),
    ("Bucket ", Noun, FOUND),
    ("Cache cluster ", Noun, FOUND),
    ("Cache subnet group ", Noun, FOUND),
    ("CacheCluster ", Noun, FOUND),
    ("CacheCluster not found: ", Name, ANY),
    ("CacheParameterGroup ", Noun, FOUND),
    ("CacheParameterGroup not found: ", Name, ANY),
    ("CacheSubnetGroup ", Noun, FOUND),
    ("ChangeSet [", Name, &["]"]),
    ("Cluster ", Noun, FOUND),
    ("Cluster already exists with name: ", Name, ANY),
    ("ClusterSubnetGroup ", Noun, FOUND),
    ("Crawler entry with name ", Name, FOUND),
    ("Crawler with name ", Name, FOUND),
    ("DB Cluster ", Noun, FOUND),
    ("DB cluster ", Noun, FOUND),
    ("DB instance ", Noun, FOUND),
    ("DB subnet group ", Noun, FOUND),
    ("DBCluster ", Noun, FOUND),
    ("DBClusterParameterGroup ", Noun, FOUND),
    ("DBClusterParameterGroup not found: ", Name, ANY),
    ("DBClusterSnapshot ", Noun, FOUND),
    ("DBInstance ", Noun, FOUND),
    ("DBInstance not found: ", Name, ANY),
    ("DBParameterGroup ", Noun, FOUND),
    ("DBParameterGroup not found: ", Name, ANY),
    ("DBProxy ", Noun, FOUND),
    ("DBSecurityGroup ", Noun, FOUND),
    ("DBSnapshot ", Noun, FOUND),
    ("DBSnapshot not found: ", Name, ANY),
    ("DBSubnetGroup ", Noun, FOUND),
    ("DBSubnetGroup not found: ", Name, ANY),
    ("Database ", Noun, FOUND),
    ("Delivery stream ", Noun, FOUND),
    ("Event bus ", Noun, FOUND),
    ("Export ", Noun, &[" cannot be ", " is already "]),
    ("Export with name ", Name, ANY),
    ("Firehose ", Noun, &[" under account", " not found"]),
    ("Function already exist: ", Name, ANY),
    ("Function not found: ", Name, ANY),
    ("Group ", Noun, FOUND),
    ("Group with name ", Name, ANY),
    ("Instance Profile ", Noun, FOUND),
    ("Job queue ", Noun, FOUND),
    ("Launch configuration ", Noun, FOUND),
    ("Load balancer ", Noun, FOUND),
    ("Load balancers '[", Name, &["]"]),
    ("Log group ", Noun, FOUND),
    ("LogGroup ", Noun, FOUND),
    ("Login Profile for User ", Name, FOUND),
    ("No Application Version named ", Name, ANY),
    ("No Application named ", Name, ANY),
    ("No Deployment Group found for name: ", Name, ANY),
    ("No Environment found for EnvironmentName = ", Name, ANY),
    ("No Fargate Profile found with name: ", Name, ANY),
    ("No addon: ", Name, ANY),
    ("No application found for name: ", Name, ANY),
    ("No cluster found for name: ", Name, ANY),
    ("No deployment group found for name: ", Name, ANY),
    ("No export named ", Name, FOUND_ONLY),
    ("No node group found for name: ", Name, ANY),
    ("NodeGroup already exists with name ", Name, ANY),
    ("Option group ", Noun, FOUND),
    ("Parameter /", Name, FOUND),
    ("Parameter group ", Noun, FOUND),
    ("Parameter group not found: ", Name, ANY),
    ("Pipeline ", Noun, FOUND),
    ("Project already exists: ", Name, ANY),
    ("Project cannot be found: ", Name, ANY),
    ("Queue ", Noun, FOUND),
    ("Replication group ", Noun, FOUND),
    ("ReplicationGroup ", Noun, FOUND),
    ("Repository ", Noun, FOUND),
    ("Resource group ", Noun, FOUND),
    ("Role ", Noun, FOUND),
    ("Role with name ", Name, ANY),
    ("Rule ", Noun, &[" does not exist on EventBus"]),
    ("Secret ", Noun, FOUND),
    ("Security group ", Noun, FOUND),
    ("Server Certificate with name ", Name, ANY),
    ("Stack ", Noun, FOUND),
    ("Stack [", Name, &["]"]),
    ("Stack named ", Name, ANY),
    ("Stack with id ", Name, FOUND),
    ("Stack with name ", Name, FOUND),
    ("State Machine ", Noun, FOUND),
    ("Stream ", Noun, &[" under account", " not found"]),
    ("Table ", Noun, FOUND),
    ("Table already exists: ", Name, ANY),
    ("Table not found: ", Name, ANY),
    ("Table: ", Name, FOUND),
    ("Topic ", Noun, FOUND),
    ("User ", Noun, FOUND),
    ("User with name ", Name, ANY),
    ("Vault ", Noun, FOUND),
    ("Vault not found for ARN: ", Name, ANY),
    (
        "Value (",
        Name,
        &[
            ") for parameter iamInstanceProfile.name",
            ") for parameter groupName",
            ") for parameter keyName",
            ") for parameter launchTemplateName",
        ],
    ),
    ("WorkGroup ", Noun, FOUND),
    ("account alias ", Noun, FOUND),
    ("bucket does not exist: ", Name, ANY),
    ("config profile (", Name, &[") could not be found"]),
    ("group policy with name ", Name, FOUND),
    ("group with name ", Name, FOUND),
    ("group with the name ", Name, FOUND),
    ("key pair ", Noun, FOUND),
    ("keypair ", Noun, FOUND),
    ("log group ", Noun, FOUND),
    ("log group does not exist: ", Name, ANY),
    ("pipeline with name ", Name, FOUND),
    ("pipeline with the name ", Name, ANY),
    (
        "placement group ",
        Noun,
        &[" is unknown", " does not exist"],
    ),
    ("queue ", Noun, FOUND),
    ("queue does not exist: ", Name, ANY),
    ("repository with name ", Name, FOUND),
    ("role policy with name ", Name, FOUND),
    ("role with name ", Name, FOUND),
    ("secret ", Noun, FOUND),
    ("security group ", Noun, FOUND),
    ("service ", Noun, IN_BRACKETS),
    ("table ", Noun, FOUND),
    ("table not found: ", Name, ANY),
    ("target group with the same name ", Name, &[" exists"]),
    ("template name ", Noun, &[", does not exist"]),
    ("topic ", Noun, FOUND),
    ("user policy with name ", Name, FOUND),
    ("user with name ", Name, FOUND),
];
const FOUND_ONLY: &[&str] = &[" found"];

/// Longest name in bytes.
const LONGEST: usize = 256;
/// Longest of what follows a name, in bytes.
const BEHIND: usize = 48;

fn look(place: Place, scan: &mut Scan<'_>) {
    let bytes = scan.bytes;
    let start = place.span.start;
    for (opening, says, endings) in bytes.standing(start, OPENINGS, |row| row.0) {
        let at = start + opening.len();
        // `'name'`, and in JSON `\"name\"`.
        let escape = usize::from(bytes.at(at) == b'\\');
        let open = bytes.at(at + escape);
        let quoted = matches!(open, b'"' | b'\'' | b'`' | b'[' | b'(');
        let from = if quoted { at + escape + 1 } else { at };
        let end = bytes.run(from, LONGEST, |byte| {
            byte.is_ascii_alphanumeric() || b"-_./+=,@*#".contains(&byte)
        });
        if end > start + FAR - BEHIND {
            let read = Span::new(start, end + BEHIND);
            scan.far.push(Far {
                place: place.span,
                read,
            });
        }
        let end = bytes.run_back(end, 3, |byte| matches!(byte, b'.' | b','));
        let name = Span::new(from, end.max(from));
        let mut behind = end;
        if quoted {
            behind += usize::from(bytes.at(behind) == b'\\');
            let closes = match open {
                b'[' => b']',
                b'(' => b')',
                quote => quote,
            };
            if bytes.at(behind) != closes {
                continue;
            }
            behind += 1;
        }
        // In a list of `(service X)` the bracket before belongs to it.
        let apart = *endings != IN_BRACKETS || bytes.before(start) == b'(';
        let follows = endings.is_empty() && !matches!(bytes.at(behind), b'(' | b':')
            || endings.iter().any(|ending| bytes.starts(behind, ending));
        if apart && follows {
            report(scan, name, *says == Name || quoted);
        }
    }
}

fn report(scan: &mut Scan<'_>, name: Span, sure: bool) {
    let text = scan.under(name);
    let letters = text.bytes().any(|byte| byte.is_ascii_alphabetic());
    if text.len() < 2 || !letters || value::is_reference(text) || text.starts_with("arn") {
        return;
    }
    let looks_like_one = text.bytes().enumerate().any(|(at, byte)| {
        byte.is_ascii_digit() || b"-_/.".contains(&byte) || at > 0 && byte.is_ascii_uppercase()
    });
    let (rank, form) = if sure || looks_like_one {
        (rank::NAME, Form::Name)
    } else {
        (rank::ECHO, Form::Echo)
    };
    scan.hit(&FACTS, name, rank, Confidence::Medium, form);
}
