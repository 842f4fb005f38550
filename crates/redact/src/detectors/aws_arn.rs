//! ARNs by field: partition, service, region, resource type and wildcards stay; the account is numbered, names go by segment.

use undeny_text::Span;

use crate::bytes::Bytes;
use crate::detector::{Anchor, Class, Confidence, Facts, Form, Place, Scan, rank};
use crate::placeholder::is_public_account;
use crate::published::is_account;

detector!(
    /// `arn:partition:service:region:account:resource`, in every partition.
    AwsArn,
    Facts {
        id: "aws-arn",
        class: Class::Identifier,
        sees: "the account and the names of an ARN; AWS-managed policies, service-linked roles and the integrations of Step Functions stay",
        source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html",
        example: "arn:aws:iam::596341019084:role/acme-deployer",
        near_miss: "arn:aws:iam::aws:policy/ReadOnlyAccess",
        placeholder: "arn:aws:iam::222244446666:role/nm1x-deployer",
    },
    &[Anchor::Literal("arn:"), Anchor::Literal("ARN:")],
    look
);

fn look(place: Place, scan: &mut Scan<'_>) {
    let bytes = scan.bytes;
    let mut fields = [Span::empty(0); 4];
    let mut at = place.span.start + 4;
    for field in &mut fields {
        let end = field_end(bytes, at);
        if bytes.at(end) != b':' || end - at > 100 {
            // A pattern such as `arn:aws:s3*`, or cut off: nothing to name.
            return;
        }
        *field = Span::new(at, end);
        at = end + 1;
    }
    let [partition, service, _, owner] = fields;
    let name = scan.under(partition);
    if !(name.starts_with("aws") || name.contains(['*', '$', '<', '{']) || name.is_empty()) {
        return;
    }
    let service = scan.under(service);
    let resource = resource(bytes, at);
    let account = scan.under(owner);
    // The policies that AWS manages, and the integrations of Step Functions, are everybody's.
    let everybodys = account.is_empty()
        && (OF_EVERYBODY.iter())
            .any(|(of, begins)| *of == service && scan.under(resource).starts_with(begins));
    if account == "aws" || everybodys || is_account(account) {
        return;
    }
    if account.len() == 12
        && account.bytes().all(|byte| byte.is_ascii_digit())
        && !is_public_account(account)
    {
        scan.hit(
            &FACTS,
            owner,
            rank::IDENTIFIER + 1,
            Confidence::High,
            Form::Account,
        );
    } else if let Some(end) = account.strip_prefix("********")
        && end.len() == 4
        && end.bytes().all(|byte| byte.is_ascii_digit())
    {
        // As API Gateway writes it. Four digits that are the same are a placeholder's.
        if !end.bytes().all(|byte| end.bytes().next() == Some(byte)) {
            let form = Form::MaskedAccount;
            scan.hit(&FACTS, owner, rank::IDENTIFIER + 1, Confidence::High, form);
        }
    } else if account.contains(['*', '?']) && !account.starts_with("****") {
        part_of_account(owner, scan);
    }
    let text = scan.under(resource);
    if service == "bedrock" && text.starts_with("inference-profile/")
        || text.starts_with("role/aws-service-role/")
        || text.starts_with("role/aws-reserved/") && !text.contains("AWSReservedSSO_")
        || text.starts_with("alias/aws/")
    {
        return;
    }
    let typed = !matches!(service, "s3" | "sqs" | "sns");
    let skip = if typed {
        text.find(['/', ':'])
            .filter(|end| text.get(..*end).is_some_and(is_type))
            .map_or(0, |end| end + 1)
    } else {
        0
    };
    let mut span = Span::new(resource.start + skip, resource.end);
    // The role that a service has in every account.
    if scan.under(span).starts_with("AWSServiceRoleFor") {
        let end = bytes.run(span.start, span.len(), |byte| byte != b'/');
        span = Span::new((end + 1).min(span.end), span.end);
    }
    if let Some(provider) = text.strip_prefix("oidc-provider/") {
        // The host of everybody's provider stays; of EKS, all but the id, which is seen by itself.
        if EVERYBODYS.iter().any(|host| provider.starts_with(host))
            || provider.contains(".amazonaws.")
        {
            return;
        }
        span = Span::new(resource.end - provider.len(), resource.end);
    }
    if !span.is_empty() {
        names(span, service, scan);
        if service == "secretsmanager" {
            random_end(span, scan);
        }
        // A person's name stands alone elsewhere.
        if text.starts_with("user/") {
            scan.known();
        }
    }
}

/// The names of a resource; where every word goes, those that belong to the API stay between them.
fn names(span: Span, service: &str, scan: &mut Scan<'_>) {
    let form = if scan.strict {
        Form::WholeName
    } else {
        Form::Name
    };
    let words = match service {
        "execute-api" => METHODS,
        "apigateway" => PARTS_OF_AN_API,
        _ => &[],
    };
    let mut from = span.start;
    let mut at = span.start;
    // Of a method, the path that may be called the same lies behind it.
    for part in scan.under(span).split('/') {
        let end = at + part.len();
        if scan.strict && words.contains(&part) {
            scan.hit(
                &FACTS,
                Span::new(from, at),
                rank::NAME + 1,
                Confidence::High,
                form,
            );
            from = end;
        }
        at = end + 1;
    }
    let rest = Span::new(from, span.end);
    scan.hit(&FACTS, rest, rank::NAME + 1, Confidence::High, form);
}

/// Methods of HTTP, in the ARNs of what API Gateway calls.
///
/// Source: <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-control-access-using-iam-policies-to-invoke-api.html>
const METHODS: &[&str] = &["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];

/// Words in the paths of API Gateway's own resources.
///
/// Source: <https://docs.aws.amazon.com/apigateway/latest/developerguide/arn-format-reference.html>
const PARTS_OF_AN_API: &[&str] = &[
    "account",
    "apikeys",
    "apis",
    "authorizers",
    "basepathmappings",
    "clientcertificates",
    "deployments",
    "domainnames",
    "functions",
    "integration",
    "integrations",
    "invocations",
    "methods",
    "models",
    "resources",
    "responses",
    "restapis",
    "routes",
    "stages",
    "tags",
    "usageplans",
    "vpclinks",
];

/// The digits of an account that a wildcard leaves: `5963*`, `59634101908?`. AWS's own mask, `********1084`, says too little.
fn part_of_account(owner: Span, scan: &mut Scan<'_>) {
    let bytes = scan.bytes;
    let mut at = owner.start;
    while at < owner.end {
        let end = bytes.run(at, owner.end - at, |byte| byte.is_ascii_digit());
        // A short number is written in full elsewhere, too: a tag says where it came from.
        let form = match end - at {
            0..4 => None,
            4..8 => Some(Form::Tag("SECRET")),
            _ => Some(Form::Padded(0)),
        };
        if let Some(form) = form {
            let span = Span::new(at, end);
            scan.hit(&FACTS, span, rank::IDENTIFIER + 1, Confidence::High, form);
        }
        at = end + 1;
    }
}

/// The six letters and digits that Secrets Manager puts behind a secret's name go as one piece of six: `db-??????` matches them.
///
/// Source: <https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html>
fn random_end(name: Span, scan: &mut Scan<'_>) {
    let Some((_, end)) = scan.under(name).rsplit_once('-') else {
        return;
    };
    let drawn = end.len() == 6
        && end.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && end
            .bytes()
            .any(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase())
        && !crate::generic::is_generic(&end.to_ascii_lowercase());
    if drawn {
        scan.hit(
            &FACTS,
            Span::new(name.end - 6, name.end),
            rank::NAME + 2,
            Confidence::High,
            Form::Padded(0),
        );
        scan.known();
    }
}

/// Services, and how those resources begin in an ARN without an account that AWS makes for everybody.
///
/// Source: <https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html>
const OF_EVERYBODY: &[(&str, &str)] = &[
    ("bedrock", "foundation-model/"),
    ("elasticbeanstalk", "platform/"),
    ("elasticbeanstalk", "solutionstack/"),
    ("ssm", "automation-definition/AWS"),
    ("ssm", "document/AWS"),
    ("ssm", "parameter/aws/"),
    ("states", ""),
];

/// Identity providers that are the same for all their customers.
const EVERYBODYS: &[&str] = &[
    "accounts.google.com",
    "agent.buildkite.com",
    "api.bitbucket.org",
    "app.terraform.io",
    "cognito-identity.amazonaws.com",
    "gitlab.com",
    "graph.facebook.com",
    "oidc.circleci.com",
    "token.actions.githubusercontent.com",
    "vstoken.dev.azure.com",
    "www.amazon.com",
];

/// Whether a word before the first `/` or `:` is a resource type of AWS's and not a name: lower case and hyphens, of everybody's words.
fn is_type(word: &str) -> bool {
    !word.is_empty()
        && word.split('-').all(|part| {
            let part = part.to_ascii_lowercase();
            crate::generic::is_generic(&part) || TYPES.split(' ').any(|word| word == part)
        })
}

/// Words of resource types that are no everyday words in names, in alphabetical order.
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html>
const TYPES: &str = "\
accelerator acceptance accesslogsubscription accessors actiontype activity addon address agentspace aggregation aggregator aggregatorv2 agreement ai \
alarmmodel algorithm analysis anchor annotationstore announcement anomaly anomalydetector anomalymonitor anomalysubscription anycast anywhere \
appbundle applicationinstance applicationprovider applicationversion appmonitor approval assessment assessmentframework assignment assistant \
association async attack attribution audience authority authorization autodefined automated automl autonomous autoscalingconfiguration backtest \
baseline batchprediction bias bill billinggroup billingview block blueprint book brand bridge broker browsersettings bundle buyer bytematchset cacert \
calculator campaign capability card carrier case catalog category cell centralization certificateprovider cev channel channelgroup \
channelplacementgroup channels check checks cidr cidrcollection classification classifier cloudformationstackrecord codesecurity codetransformation \
coip collaboration command company compilation completion component components composition computation concentrator conference configurations \
configurationtemplate configured configuredtable conformance connectionalias connectiontype connectorprofile connectorv2 consumable contact \
contactchannel contactmethod containerfleet containergroupdefinition containerservice context contextprovider continuous controlpanel conversation \
coredevices costcategory crawler credential crl customentitytype customization customlineitem custommetric custompermissions datacatalog dataflow \
dataprotectionsettings dataqualityruleset datashare datastore dbgroup dbname dbuser declarative decoder dedicated delegation delegationset deletion \
deliverability deliverystream deploymentconfig deploymentparameter deploymentstrategy destination detection detector detectormodel devendpoint device \
deviceinstance devicepool deviceprofile discoverer discovery disksnapshot dnssec domainconfiguration domainnames domainverification dominant dx dxcon \
dxlag dxvif earth egress emailcontact enabledbaseline enabledcontrol encoder engagement engine enrichment entities entitlement entity entry ephemeris \
es estimate eula evaluation evaluator eventdatastore eventsubscription exadata exclusion experiment expert explainability exportsnapshotrecord express \
extension extensionassociation fargateprofile farm feed field finding findings fleetmetric flywheel forecast foundation fpga framework fuotatask \
gameservergroup gamesessionqueue generatedtemplate generation generator geofence geomatchset globalreplicationgroup gpu grant grants groundstation \
guardrail handshake headers healthcheck hold hsmclientcertificate hsmconfiguration hubv2 human hyper hypervisor identifier identitypool \
identityprovider identityproviderconfig identitystore idmappingworkflow idnamespace if imported importtask incident individual inference inputdevice \
inputsecuritygroup insight insights instancesnapshot instrument integrationresourceproperty intent interface interpreter investigation invitation \
invitations invocation invoice invoke ipaccesssettings ipam ipset ipv4pool ipv6pool jobtemplate jobtemplates knowledge kxenvironment label labeling \
lag landingzone language launchconfiguration ledger legal lens level lever lexicon license lifecycle lineage link listing livesource \
loadbalancertlscertificate local location locker loop mac machine mailmanager maintenancewindow malware managedvpcendpoint manifest maprun marketplace \
matchingworkflow matchmakingconfiguration matchmakingruleset medical meeting member members membership mesh metering metricset mission \
mitigationaction mlflow mlmodel mltransform modification multicast multicastgroup multiplex multiregioncluster multiregionparametergroup mute \
networkanalyzerconfiguration networkprofile networksettings notebook notificationrule objective observabilityconfiguration observation odb offering og \
online only operation opsitem opsitemgroup opsmetadata opt optimization options order ota otaupdate outcome outpost pack packaging pair parallel \
parametergroup partner partnership patchbaseline payment paymentrequest paymentschedule pg phone phrases pii place placement plan playback \
playbackconfiguration plugin podidentityassociation point portfolio prediction predictor preference prefetchschedule prefix preset presets pricingplan \
pricingrule probe processing procurement profile profilinggroup program progressupdatestream prompt proposal proposals protect protection protocols \
providerservice provisioned provisioning provisioningtemplate purchase qev2idcapplication quality quantum queryloggingconfig quick quote raster \
ratebasedrule readiness realtime reasoning recipe recognizer recommendation recommendations recommender recommenders recorder recording recoverypoint \
redshiftidcapplication referencestore regexmatch regexpatternset registration relationaldatabase relationaldatabasesnapshot relay remediation rep \
replace replay replicator reputation requirement rescore reservation reservednode resiliency resourceconfiguration resourceendpointassociation \
resourcegateway resourcepolicy resourcescan response restriction revision ri robot rolealias room routerinput routernetworkinterface routeroutput \
ruledestination rulegroup rulegroupsnamespace rulev2 runcache rungroup s3tableintegration safety sagemaker sampling satellite scalable scans scenario \
scheduledaudit scheduling schemamapping scraper screen scribe sdisource secgrp securitygroup securitygroupingress securityprofile segment seller \
sentiment sequencestore series serverlesscache serverlesscachesnapshot servicenetwork servicenetworkresourceassociation \
servicenetworkserviceassociation servicenetworkvpcassociation serviceprofile servicesetting sessionlogger sets shard sidewalkaccount signal signing \
simulation sink sizeconstraintset skill slo slottype sma snapshotcopygrant snapshotschedule softwareset solution solutionstack sourcelocation space \
spending spot sqlinjectionset stateful stateless staticip stored streamgroup streamprocessor studio subgrp subject subnetgroup suitedefinition \
suiterun tableversion tape tapepool targeted telemetry terminology testcase testconfiguration testgrid testrun testsuite theme thing thinggroup \
thingtype tiering topicfilter tracker tracking traffic trafficpolicy trafficpolicyinstance transactional transcription transformation transformer \
trial trustedtokenissuer truststore tuning tunnel usagelimit usageprofile useraccessloggingsettings userdefinedfunction usersettings variable \
variantstore vaults vc vcenter vector vehicle verification verified video vocabulary vodsource voice vpcconnection vpcconnector vpceconfiguration \
vpcingressconnection vpcorigin waba wave what window windowtarget windowtask wirelessdevice wirelessgateway wirelessgatewaytaskdefinition workbook \
workforce workspaceapplication workspacebundle workspacecertificate workspaceimage workspaceinstance workspaceipgroup workspacespool workteam \
xssmatchset";

/// Where a field ends: at its colon; a reference such as `${AWS::AccountId}` is taken whole.
fn field_end(bytes: Bytes<'_>, start: usize) -> usize {
    let mut at = start;
    loop {
        match bytes.at(at) {
            b'$' if bytes.at(at + 1) == b'{' => at = closing(bytes, at, b'}'),
            b'{' => at = closing(bytes, at, b'}'),
            b'<' => at = closing(bytes, at, b'>'),
            byte if byte.is_ascii_alphanumeric()
                || matches!(byte, b'-' | b'*' | b'?' | b'_' | b'.' | b'/' | b'}' | b'>') =>
            {
                at += 1
            }
            _ => return at,
        }
        if at - start > 400 {
            return at;
        }
    }
}

fn closing(bytes: Bytes<'_>, at: usize, close: u8) -> usize {
    // A reference in a reference is none.
    let end = bytes.run(at + 2, 200, |byte| {
        byte != close && !matches!(byte, b'\n' | b'"' | b'$')
    });
    if bytes.at(end) == close {
        end + 1
    } else {
        at + 1
    }
}

/// The resource that begins at `start`.
fn resource(bytes: Bytes<'_>, start: usize) -> Span {
    let mut at = start;
    while at - start < 2048 {
        match bytes.at(at) {
            b'$' if bytes.at(at + 1) == b'{' => at = closing(bytes, at, b'}'),
            b'{' if bytes.at(at + 1) == b'{' => at = closing(bytes, at, b'}'),
            b'<' if bytes.at(at + 1).is_ascii_uppercase() => at = closing(bytes, at, b'>'),
            b'\\' if bytes.at(at + 1) == b'/' => at += 2,
            // The next ARN.
            b'a' if bytes.starts(at, "arn:") && !bytes.before(at).is_ascii_alphanumeric() => break,
            0..=32
            | b'"'
            | b'\''
            | b'`'
            | b','
            | b';'
            | b')'
            | b']'
            | b'}'
            | b'<'
            | b'>'
            | b'|'
            | b'('
            | b'['
            | b'{'
            | b'\\'
            | b'&'
            | b'^' => break,
            _ => at += 1,
        }
    }
    let mut end = at;
    while end > start
        && matches!(bytes.before(end), b'.' | b':' | b'!')
        && bytes.before(end - 1) != b'*'
    {
        end -= 1;
    }
    Span::new(start, end.max(start))
}
