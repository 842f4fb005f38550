use crate::denial::manual_list;

use super::Lookalike;

/// API Gateway has no role to write logs with.
///
/// Source: <https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html>
#[derive(Debug)]
pub(super) struct GatewayLogging;

impl Lookalike for GatewayLogging {
    fn id(&self) -> &'static str {
        "gateway-logging"
    }

    fn advice(&self) -> &'static str {
        "API Gateway has no role for CloudWatch in this region. Make a role that trusts `apigateway.amazonaws.com` and has `AmazonAPIGatewayPushToCloudWatchLogs`, and set it once for the region (`aws_api_gateway_account`, `AWS::ApiGateway::Account`) before the stage."
    }

    fn examples(&self) -> &'static [&'static str] {
        manual_list(&[
            "BadRequestException: CloudWatch Logs role ARN must be set in account settings to enable logging",
        ])
    }

    fn anchors(&self) -> &'static [&'static str] {
        &["rolearnmustbesetinaccountsettings"]
    }
}
