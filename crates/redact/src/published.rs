//! Accounts and ids that AWS and the makers of images publish for everybody: they name nobody, and are told by what stands in the policies of all.

/// Accounts that deliver logs, hold images and layers, or own machine images: twelve digits and one space each.
///
/// Sources: delivery of logs, <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html>; images of add-ons,
/// <https://docs.aws.amazon.com/eks/latest/userguide/add-ons-images.html>; containers for learning,
/// <https://docs.aws.amazon.com/deep-learning-containers/latest/devguide/dlc-ecr.html>; layers,
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Lambda-Insights-extension-versionsx86-64.html>,
/// <https://docs.aws.amazon.com/powertools/python/latest/getting-started/install/>; machine images,
/// <https://documentation.ubuntu.com/aws/aws-how-to/instances/find-ubuntu-images/>,
/// <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/sharing-amis.html>.
const ACCOUNTS: &[&str] = &[
    // Elastic Load Balancing, by region.
    "127311923021 033677994240 027434742980 797873946194 098369216593 754344448648 589379963580 718504428378 383597477331 600734575887 114774131450 \
     783225319266 582318560864 985666609251 054676820928 156460612806 652711504416 635631232127 009996457667 897822967062 076674570225 507241528517 \
     048591011584 190560391635 638102146993 037604701340",
    // Images of EKS and of SageMaker.
    "602401143452 877085696533 800184023465 296578399912 900889452093 491585149902 759879836304 900612956339 590381155156 455263428931 558608220178 \
     066635153087 761377655185 151610086707 918309763551 961992271922 151742754352 013241004608 763104351884",
    // Layers of Lambda Insights and Powertools.
    "580247275435 017000801446",
    // Machine images of Canonical, Amazon and Debian.
    "099720109477 137112412989 801119661308 136693071363",
];

/// Policies that CloudFront manages.
///
/// Sources: <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html>,
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-origin-request-policies.html>,
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-response-headers-policies.html>
const IDS: &[&str] = &[
    "216adef6-5c7f-47e4-b989-5492eafa07d3",
    "2e54312d-136d-493c-8eb9-b001f22f67d2",
    "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
    "59781a5b-3903-41f3-afcb-af62929ccde1",
    "658327ea-f89d-4fab-a63d-7e88639e58f6",
    "67f7725c-6f97-4210-82d7-5512b31e9d03",
    "775133bc-15f2-49f9-abea-afb2e0bf67d2",
    "88a5eaf4-2fd4-4709-b370-b4c650ea3fcf",
    "acba4595-bd28-49b8-b9fe-13317c0390fa",
    "b689b0a8-53d0-40ab-baf2-68738e2966ac",
];

/// Whether an account is published for everybody.
pub(crate) fn is_account(digits: &str) -> bool {
    let is_it = |known: &[u8]| known.get(..12) == Some(digits.as_bytes());
    (ACCOUNTS.iter()).any(|row| row.as_bytes().chunks(13).any(is_it))
}

/// Whether a UUID names what AWS manages for everybody.
pub(crate) fn is_id(uuid: &str) -> bool {
    IDS.iter().any(|known| known.eq_ignore_ascii_case(uuid))
}
