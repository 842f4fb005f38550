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

/// Hosted zones of Route 53's in which the endpoints of services lie, one space between: what an alias names beside its target.
///
/// Sources: load balancers, <https://docs.aws.amazon.com/general/latest/gr/elb.html>; websites,
/// <https://docs.aws.amazon.com/general/latest/gr/s3.html#s3_website_region_endpoints>; APIs,
/// <https://docs.aws.amazon.com/general/latest/gr/apigateway.html>; distributions and accelerators,
/// <https://docs.aws.amazon.com/Route53/latest/APIReference/API_AliasTarget.html>.
const ZONES: &[&str] = &[
    // Application and classic load balancers.
    "Z35SXDOTRQ7X7K Z3AADJGX6KTTL2 Z368ELLRRE2KJ0 Z1H1FL5HABSF5 ZQSVJUPU6J1EY Z215JYRZR1TBD5 Z32O12XQLNTSW2 ZHURV8PSTC4K8 Z3Q77PNBQS71R4 \
     Z23TAZ6LKFMNIO Z3ULH7SSC9OV64 Z3DQVH9N71FHZ0 ZP97RAFLXTNZK Z14GRHDCWA56QT ZWKZPGTI48KDX Z5LXEXXYW11ES Z1LMS91P8CMLE5 Z1GM3OXH4ZPM65 \
     Z2P70J7HTTTPLU Z268VQBMOI5EKX ZS929ML54UICD Z1GDH35T77C1KE ZM7IZAIOVVDZF Z33AYJ8TM3BH4J Z166TLBEWOO7G0 Z0173938T07WNTVAEPZN \
     Z08888821HLRG5A9ZRTER Z09517862IB2WZLPXG76F Z06391101F2ZOEP8P5EB3 Z0956581394HF5D5LXGAP Z09170902867EHPV2DABU Z08230872XQRWHG2XF6I",
    // Network load balancers.
    "Z26RNL4JYFTOTI ZLMOA37VPKANP Z24FKFUX50B4VW Z18D5FSROUN65G Z2EPGBW3API2WT Z3F0SRJ5LGBH90 Z2IFOLAFXWLO4F ZD4D7Y8KGAS4G Z1CMS0P5QUZ6D5 \
     Z1UDT6IFJ4EJM Z23146JA1KNAFP Z12Y7K3UBGUAD1 ZVDDRBQ08TROA Z31USIVHYNEOWT ZIBE1TIR4HY56 Z1GWIQ4HH19I5X ZKVM4W9LS7TM ZCT6FZBF4DROD ZTK26PT1VY4CU",
    // Websites in buckets; a bucket's state tells its own.
    "Z3AQBSTGFYJSTF Z2O1EMRO9K5GLX Z2F56UZL2M1ACD Z3BJ6K6RIION7M Z1QDHH18159H29 Z21DNDUVLTQW6Q Z1BKCTXD74EZPE Z3GKZC51ZF0DB4 Z3R1K369G5AVDG \
     Z3BAZG2TWCNX0D ZNB98KWMFR0R6 Z11RGJOFQNVJUP Z2M4EHUR26P7ZW Z3W03O7B5YMIYP Z2YQB5RD63NC85 Z3O0J2DXBE1FTB Z1WCIGYICN2BYD Z7KQH4QJS55SO \
     Z1MPMWCPA7YB62 Z83WF9RJE8B12 Z30OZKI7KPW7MI Z31GFT0UA1I2HV Z2NIFVYYW2VKV1",
    // APIs; distributions; accelerators.
    "Z1UJRXOUMOOFQ8 ZOJJZC49E0EPZ Z2MUQ32089INYE Z2OJLYMUO9EFXC ZLY8HYME6SFDD Z1U9ULNL0V5AJ3 ZL327KTPIQFUL Z2RPCDW04V8134 Z1YSHQZHG15GKL \
     Z3VO1THU9YC4UR ZJ5UAJN8Y3Z2Q ZCMLWB8V5SYIT Z2FDTNDATAQYW2 Z2BJ6XQ5FK7U4H",
];

/// Whether a hosted zone is AWS's own, the same for everybody.
pub(crate) fn is_zone(id: &str) -> bool {
    let is_it = |known: &str| known == id;
    (ZONES.iter()).any(|row| row.split(' ').any(is_it))
}

/// Whether an account is published for everybody.
pub(crate) fn is_account(digits: &str) -> bool {
    let is_it = |known: &[u8]| known.get(..12) == Some(digits.as_bytes());
    (ACCOUNTS.iter()).any(|row| row.as_bytes().chunks(13).any(is_it))
}

/// Whether a UUID names what AWS manages for everybody.
pub(crate) fn is_id(uuid: &str) -> bool {
    IDS.iter().any(|known| known.eq_ignore_ascii_case(uuid))
}
