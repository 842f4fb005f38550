//! Words of everybody's names: environments, roles, services, regions. Hiding them would hide nothing and cost the reader the sense of a name.

/// Generic words, lower case, in alphabetical order.
static GENERIC: &str = "\
a about access accesspoint accesspoints account accounts acl action actions active actor add adm admin adminaccess administration administrator \
administratoraccess administrators adminrole admins adot af agent agents aggregate aggregation aggregator airflow al2 al2023 alarm alarms alb alert \
alerting alerts alias aliases all allow alpha amazon amazonaws amd64 ami amis amplify amzn an analytics analyzer and anomaly ansible any ap api \
apigateway apigw apikey apikeys apis app appconfig application applications apply appmesh approval approver apprunner apps appserver appstream appsync april \
archive archiver archives argo argocd arm arm64 arn arns artifact artifacts asg asgs asset assets assume assumed assumer assumerole assumerolepolicy \
async at athena atlantis attach attachment attachments audit auditing auditlog auditor audits august aurora auth authenticated authentication \
authenticator authn authorizer authorizers authz auto automation autopilot autoscale autoscaler autoscaling autoscalinggroup avro aws awslogs awsservicerole \
awsserviceroleforsupport backend backfill backup backups bak balancer bar base base64 basepathmappings bash bastion batch batches batchjob baz be bedrock beta \
billing bin blob blobs blue boot bootstrap bot boto botocore bots boundary branch breakglass broker brokers bronze browser bucket bucketname buckets \
budget build builder buildkite buildrole builds bulk bus by byte bz2 ca cache cachecluster cached caching calculator calico call callback callbacks \
caller canaries canary capacity cassandra catalog cd cdc cdk cdn central ceph cert certbot certificate certificates certmanager cf cfg cfn challenge \
change changes changeset channel channels chart chat check checker checkpoint checks chef child ci cicd cilium circleci cirole class cleanup cli \
client clients cloud cloud9 cloudformation cloudfront cloudmap cloudtrail cloudwatch cloudwatchlogs cluster clusterrole clusters cmd cmk cn co code \
codeartifact codebuild codecommit codedeploy codedev codepipeline cognito cold collect collection collector com common compactor compliance \
component components compress compressed compute conf config configs configuration confirmation connect connection connector connectors console \
consul consume consumer consumers container containers content contributor control controller controllers controlplane converter copy core coredns \
cost costs counter crawler crawlers create created creator creds cron crons cross crossaccount crossplane crt crypto csi css csv curated current \
custom customer customers cw daemon dag dags daily dash dashboard dashboards data database databases datadog dataflow datalake dataplane dataset \
datasets datasource datastore datasync datawarehouse date dax day days db db2 dbs ddb de dead deadletter deb debug debugger december decoder decrypt \
deep default definition delayed delegate delegated delete deleted deleter deliver delivery demo deny dependabot dependency depl deploy deployer \
deployers deployment deploymentgroup deployments deployrole deploys describe detector dev devel developer developers development devices devops dhcp \
diagnostics diff digest dimension direct directory dirs disabled disaster disk dispatch dispatcher dist distribution django dll dlm dlq dlqs dmp dms \
dns do doc docdb docker docs document documents domain domainname domainnames domains download downloader downloads dr draft drain driver drone dt dump dumps \
dynamic dynamo dynamodb dynamodbtable e2e east ebs ec2 ec2instance ecr ecs ecscluster ecsservice ecstask ecstaskexecution ecstaskexecutionrole edge \
edges edit editor edu efs eip eks ekscluster eksctl eksnode eksnodegroup eksworker elastic elasticache elasticbeanstalk elasticsearch elb elbv2 \
elevated email emails emergency emitter emr enabled encoded encoder encrypt encrypted encrypter encryption encryptor endpoint endpoints engine \
engineer engineering engineers eni enrich enriched enricher enrichment env environment environments envoy ephemeral error errors etcd etl eu eusc \
evaluator event eventbridge eventbus eventhub events example examples exe exec execs execute execution executionrole executor expired expiry \
explorer export exporter exports express extension extensions external externaldns externalsecrets extract extractor fail failover false fanout \
fargate favicon feature features february federated federation fetch fetcher field fields fifo file files filter firehose firewall first fleet flink \
flow flows fluent fluentbit fluentd flush flux folder folders foo for form format formation formatter forms forward forwarder four fr fri from \
frontend frontends fs fsx ftp full fullaccess function functions gamma gatekeeper gateway gc gen general generate generated generator geo get gha \
gif git github githubactions githubusercontent gitlab gitops glacier global glue golden google gov govcloud gp2 gp3 grafana graph graphql green \
group groups guard guardduty guest gui gz handler handlers haproxy hash head heads health healthcheck heartbeat hello helm helper high historical \
history hnb659fds home homepage hook hooks host hostedzone hosts hot hour hourly hours hpa html http http2 https hub hudi hyperplane iac iam iamrole \
iamuser iceberg ico icon icons ics id identifier identities identity idp ids il image images img import imports in inbound incident incoming index \
indexer indexes indices influx influxdb info infosec infra infrastructure ingest ingestion ingestor ingress ingresses ini init initial inline \
inlinepolicy input insights inspector install installer instance instanceprofile instancerole instances int integ integration integrations \
integrator intelligent interface interfaces internal internet invalid inventory invocations invoke invoker io iot ip ips ipv ipv4 ipv6 irsa is iso istio it item \
items jaeger january jar java jenkins job jobs jpeg jpg js json jsonl july jump jumpbox june jwt k8s kafka karpenter keda key keycloak keypair \
keypairs keys keyspace kibana kinesis kms kube kubelet kubernetes lab lake lambda lambdaexec lambdafunction lambdarole lambdas landing last latest \
launch launchtemplate layer layers lb ldap ldif legacy lib library libs limit limited linkerd lint linux list listener lists lite live load \
loadbalancer loader loaders loadtest local locale locations lock lockfile locks log log4j logger logging logical login logo logs logstash logstream \
lookup low lts lz4 machine mail mailer mails main maintenance manage managed managedpolicy management manager manifest manifests map mapper mapping \
march mariadb markdown master may me media mem memory merge merger mesh message messages messaging meta metadata metric metrics mexico mfa mgmt \
microservice microservices migrate migration migrations min minimal minio minute mirror ml mlops mock mocks model models module mon mongo mongodb \
monitor monitoring month monthly months mount mp3 mp4 mq mrk msk mssql mtls multi mutation mx my myapp mybucket myfunction myrole mysql mytable \
myuser nacl name names namespace nat natgateway ndjson neptune nested net network networking networkinterface networks new newrelic next nfs nginx \
nightly nlb no node node18 node20 nodegroup nodeinstance nodejs noderole nodes nomad none nonprod normalizer north northeast northwest nosql not \
notebook notebooks notification notifications notifier notify november ntp null number oauth oauth2 object objects observability october of office \
offline offsite oidc old on oncall one onezone online only onlyaccess onprem op opa open openapi openidconnect opensearch opentelemetry opentofu \
operations operator operators ops opt optimizer or oracle orc orchestration orchestrator org organization organizations origin original origins os \
otel other ou our out outbound output outputs owner package packages packer page pages parameter parameters parent park parquet part partial \
partition partitions parts pass password patch path paths payload pcap pdf peer peering peers pem pending perf performance permission permissions \
permissionsboundary permissionset persistence pg pgbouncer php ping pipe pipeline pipelineexecution pipelines pki plan plane plans platform play \
plus png poc pod podrole pods policies policy policydocument pool pools portal post postgres postgresql power powershell poweruser poweruseraccess \
pre preprocessor preprod presigned presto prev preview previous primary principal private privatelink privileged proc process processed processes \
processing processor processors prod prod1 producer producers product production profile profiler profiles project projects prom prometheus promote \
protected proto prototype provider providers providersettings provision provisioner proxies proxy proxysql pub public publish publisher publishing \
pull pulumi puppet purge purger push pushgateway put py py39 python python3 qa quarantine query queue queues queueurl quicksight quota rabbit \
rabbitmq raw rbac rc rds rdsproxy read readaccess reader readonly readonlyaccess readrole reads readwrite readwriteaccess ready real realtime \
receive receiver receivers recent reconcile reconciler record recorder records recovery redirect redirects redis redshift ref refined refresh refs \
region regional register registry relational release releases reload remediation remote remotestate removal render renderer renovate repl replay \
replica replicas replication replicationgroup replicator repo report reporter reporting reports repos repository req request requests research \
reserve reserved reset resize resized resizer resolve resolver resource resourcegroup resources response responses rest restapi restapis restore restricted \
result results retention retries retry reverse review rewriter rhel ro role rolearn rolename roles rollback rollout rollup root rotate rotating \
rotation rotator route route53 router row rows rpc rpm rule rules ruleset run runbook runner runners runs runtime rw s3 s3bucket s3fs sa saas safe \
sagemaker sam saml sample sampledata samples sandbox sast sat savings savingsplan sbx scale scaler scaling scan scanner scanners scans schedule \
scheduled scheduler schema scope scp scrape scraper scratch screen script scripts sdk search searcher second secondary secret secrets secretsmanager \
security securityaudit securityhub seed seeder seeds select self send sender sentry september serve served server serverless servers service \
serviceaccount serviceaccounts servicecatalog servicelinked servicerole services ses session sessions set setting settings setup sfn sg sh sha256 \
shard shards share shared shell short sidecar sign signer signin signup silver single sink sinks site sites sizing slack slave slow small smoke sms \
smtp snap snappy snapshot snapshots sns snstopic socket sonar sonarqube sorted source sources south southeast southwest spa spark spec spinnaker \
splunk spot sql sqlite sqlserver sqs sqsqueue sre ssd sse ssh ssl ssm sso ssoadmin stack stacks stackset stage staged stages staging standalone standard standby \
start stat state statelock statemachine statement states static statistics stats statsd status step stepfunction stepfunctions stg stop stopped \
storage store stores stream streamer streaming streams strict string structure structured sts stub sub submit subnet subnets subs subscribe \
subscriber subscription subscriptions success suite sun superset supervisor support svc svg swagger switch sync synthetic synthetics sys system \
systems tab table tablename tables tag tagged tagger tagging tags tar target targetgroup targets task taskdef taskexec taskexecution taskrole tasks \
tcp team teams tekton telegraf telemetry temp template templates temporary tenant tenants terraform terraformer terragrunt test tester testing tests \
text tf tflock tfplan tfstate tfstatelock tfvars tgw tgz the third threat threatintel three throttle thu thumbnail thumbnails tiering time timeout \
timer timeseries timestamp tls tmp to token tokens tool toolbox tooling toolkit tools topic topics tower trace traces tracing tracker tracking \
traefik traffic trail trails train training transcode transcoder transfer transform transformed transformer transforms transient transit \
transitgateway translator transport travis trigger triggers trino true trust trusted ttf tue tunnel tunnels two txt type uat ubuntu ui uk unit \
unknown unprocessed update updater upgrade upgrader upgrades upload uploader uploads upsert uri url urls us usage usageplans use user userdata usergroup \
username userpool userpools users utf8 util utilities utility utils v1 v2 v3 vagrant valid validate validated validation validator valkey value \
vault velero vendor verification verifier verify version versions view viewer viewonly viewonlyaccess views virtual vm volume volumes vpa vpc vpce \
vpcendpoint vpclinks vpcs vpn vpns waf wafv2 warehouse warm watch watchdog watcher watchers web webacl webapp webhook webhooks webp webserver website \
websocket wed week weekly west whl windows with woff worker workers workflow workflows workgroup workload workloads workspace workspaces world write \
writer writers writes www x64 x86 xlarge xml xray xz yaml year years yml your zero zip zipkin zone zones zookeeper zsh zst zstd";

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
