//! Words of everybody's names: environments, roles, services, regions. Hiding them would hide nothing and cost the reader the sense of a name.

/// Generic words, lower case, in alphabetical order.
static GENERIC: &str = "\
a about access accesspoint accesspoints account accounts acl action actions active actor add adm admin administration administrator \
administratoraccess administrators admins adot af agent agents airflow al2 al2023 alarm alarms alert alerts alias aliases all allow alpha amazon \
amazonaws amd64 ami amis amplify an analytics analyzer and ansible any ap api apigateway apigw apikey apis app appconfig application applications \
appmesh apprunner apps appstream appsync april archive archives argo argocd arm arm64 arn arns artifact artifacts asg asset assets assume assumed \
assumer at athena atlantis attach attachment audit auditor august aurora auth authorizer auto automation autopilot autoscale autoscaler autoscaling \
autoscalinggroup aws awslogs awsservicerole awsserviceroleforsupport backend backup backups balancer bar base base64 bash bastion batch batchjob baz \
be bedrock beta bin blob blue boot bootstrap bot boto botocore boundary branch browser bucket bucketname buckets budget build builder buildkite \
builds bus by ca cache caching call caller canary capacity cassandra cd cdk cdn central cert certificate certificates certmanager cf cfn change \
changes changeset chart chat checkpoint chef child ci cicd circleci class cleanup cli client clients cloud cloud9 cloudformation cloudfront cloudmap \
cloudtrail cloudwatch cluster clusters cmd cn co code codeartifact codebuild codecommit codedeploy codedev codepipeline cognito collection collector \
com common compute config configs configuration connect connection connector connectors console consul consumer container containers content \
contributor control controller controllers copy core cost cron cross crossaccount crossplane crypto csi css csv current custom customer customers cw \
daemon daily dash dashboard dashboards data database databases datadog dataset datasource datasync date dax db db2 dbs de debug december decrypt \
default definition delegate delegated delete deliver delivery demo deny dependabot dependency deploy deployer deployers deployment deploymentgroup \
deployments dev devel developer developers development devices devops dhcp dimension direct directory disaster disk dist distribution dlq dms dns do \
docdb docker document documents domain domainname domains download downloads dr driver drone dynamo dynamodb e2e east ebs ec2 ec2instance ecr ecs \
edge edit editor edu efs eip eks elastic elasticache elasticbeanstalk elasticsearch elb elbv2 email emr encrypt encryption endpoint endpoints eni \
env environment environments envoy error errors etcd eu eusc event eventbridge eventbus events example examples exe exec execute execution executor \
export exporter exports extension external fail failover false fargate feature february federated federation file files filter firehose firewall \
first fleet flow flows flux folder foo for formation forwarder fr fri from frontend fs fsx full fullaccess function functions gamma gateway gen \
general get gha git github githubactions githubusercontent gitlab glacier global glue golden google gov grafana graph graphql green group groups \
guard guardduty guest handler head heads health hello helm helper hnb659fds hook hooks host hostedzone hosts hourly html http http2 https hub \
hyperplane iac iam id identities identity idp ids il image images import imports in incoming index indexes info infra infrastructure ingest \
ingestion ingress init inline input insights instance instanceprofile instances int integ integration integrations internal internet inventory io \
iot ip ips ipv4 ipv6 irsa is iso istio it item items january jar java jenkins job jobs js json july jump june jwt k8s kafka karpenter key keypair \
keys keyspace kinesis kms kube kubernetes lab lake lambda lambdas landing last latest launch launchtemplate layer layers lb ldap legacy library \
limit limited linkerd linux list listener lists live loadbalancer lock locks log log4j logger logging logs logstream lookup lts mail mailer main \
maintenance manage managed management manager map mapping march mariadb master may me media mem memory message messages messaging meta metadata \
metric metrics mexico mfa mgmt microservice migrate migration migrations minimal mirror model models module mon mongo mongodb monitor monitoring \
monthly mount mq mrk msk multi mx my myapp mybucket myfunction myrole mysql mytable myuser name names namespace nat natgateway neptune net network \
networking networkinterface networks new next nginx nlb no node node18 node20 nodegroup nodejs nodes nomad none nonprod north northeast northwest \
not notification notifications notifier november null number oauth oauth2 object objects observability october of office oidc old on one onprem op \
open openidconnect opensearch opentofu operations operator operators ops or oracle org organization organizations origin origins os other ou our out \
output outputs owner package packages packer page parameter parameters parent park parquet partition pass password patch path paths peer peering \
perf permission permissions permissionsboundary permissionset pipe pipeline pipelineexecution pipelines platform play plus pod pods policies policy \
pool portal post postgres postgresql power powershell poweruser poweruseraccess pre preprod prev preview previous primary principal private \
privileged prod prod1 producer product production project projects prometheus protected provider providers providersettings provision provisioner \
proxy pub public publish publisher pull pulumi puppet push put py39 python python3 qa quarantine query queue queues queueurl quicksight quota \
rabbitmq raw rds read readaccess reader readonly readonlyaccess readwrite readwriteaccess ready real record records recovery redis redshift ref refs \
region regional registry release releases remote renovate replica replication replicationgroup repo report reporter reporting reports repos \
repository request requests research reserved reset resolver resource resourcegroup resources rest restore restricted result results retention \
review rhel ro role rolename roles rollback root rotate rotation rotator route route53 router rule rules ruleset run runner runners runtime rw s3 sa \
saas safe sam saml sample sampledata sandbox sat savingsplan sbx scan scanner schedule scheduled scheduler schema scope scp script scripts sdk \
search second secondary secret secrets secretsmanager security securityaudit securityhub select self send sender sentry september server serverless \
servers service serviceaccount serviceaccounts servicecatalog servicelinked servicerole services ses session sessions set setup sg sh sha256 share \
shared shell short sign signer signin silver single site sites slack slave sms smtp snapshot snapshots sns source sources south southeast southwest \
spark spec spinnaker spot sql sqlserver sqs sre ssh ssl ssm sso ssoadmin stack stacks stackset stage staging standard standby start state \
statemachine states static statistics status step stepfunctions stg stop storage store stores stream streaming streams string sts stub sub subnet \
subnets subscriber subscription suite sun support svc sync sys system systems tab table tablename tables tag tagger tagging tags target targetgroup \
targets task taskdef taskexecution taskrole tasks team teams tekton temp template templates tenant terraform terragrunt test tester testing tests \
text tf tfstate the third threat threatintel three throttle thu time timer tls tmp to token tokens tool tooling tools topic topics tower trace \
traefik trail trails train training transfer transform transient transit transitgateway travis trigger triggers true trust trusted tue two txt type \
uat ubuntu ui uk unit update updater upload uploader uploads url us usage use user usergroup username userpool users utf8 util utils v1 v2 v3 \
vagrant validation validator value vault vendor version versions view viewer viewonlyaccess virtual vm volume volumes vpc vpce vpcendpoint vpn waf \
wafv2 watcher web webacl webapp webhook webhooks website websocket wed weekly west windows with worker workers workflow workflows workgroup workload \
workloads workspace workspaces world write writer www x64 x86 xray yaml yml your zip zone zones zsh";

fn words() -> &'static [&'static str] {
    static WORDS: std::sync::OnceLock<Vec<&'static str>> = std::sync::OnceLock::new();
    WORDS.get_or_init(|| GENERIC.split_ascii_whitespace().collect())
}

/// How many places the table of words has: more than twice as many as there are words.
const PLACES: usize = 4096;

fn place(word: &str) -> usize {
    let hash = word.bytes().fold(0x811c_9dc5_u32, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    });
    (hash ^ hash >> 15) as usize % PLACES
}

/// Whether the lower-case `word` is one of everybody's words.
pub(crate) fn is_generic(word: &str) -> bool {
    static TABLE: std::sync::OnceLock<Vec<&'static str>> = std::sync::OnceLock::new();
    let table = TABLE.get_or_init(|| {
        let mut table = vec![""; PLACES];
        for word in words() {
            let mut at = place(word);
            while table.get(at).is_some_and(|taken| !taken.is_empty()) {
                at = (at + 1) % PLACES;
            }
            if let Some(slot) = table.get_mut(at) {
                *slot = word;
            }
        }
        table
    });
    let mut at = place(word);
    loop {
        match table.get(at) {
            Some(known) if !known.is_empty() && *known != word => at = (at + 1) % PLACES,
            Some(known) => return !known.is_empty(),
            None => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_are_in_order() {
        assert!(words().windows(2).all(|pair| pair[0] < pair[1]) && words().len() * 2 < PLACES);
        assert!(is_generic("prod") && !is_generic("acme"));
    }
}
