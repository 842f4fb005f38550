//! Names of services whose keys and ids are credentials even where the key's name says no more than whose they are.

/// Names as they stand in keys, lower case without separators, in alphabetical order, with spaces between.
pub(crate) static PROVIDERS: &str = "\
abstractapi abuseipdb accuweather activecampaign adafruit adobe adyen ahrefs aikido airbrake airtable aiven alchemy algolia alibaba alienvault \
aliyun amplitude anthropic anyscale apify apollo appcenter appdynamics appsflyer appwrite artifactory asaas asana assemblyai astra atlassian auth0 \
authorizenet authress axiom azure backblaze baidu bannerbear basecamp baseten beamer bigcommerce binance bitbucket bitfinex bitly bitmex bitrise \
bittrex bitwarden blockfrost bluesky box braintree branchio brandfetch brave braze browserbase browserless browserstack buddy budibase bugsnag \
buildkite bunny bybit calcom calendly campaignmonitor canva cashfree cerebras chargebee chatwork checkly checkout chromatic circleci cisco civo \
clarifai clearbit clerk clickhouse clicksend clickup clojars cloudamqp cloudant cloudconvert cloudflare cloudinary cloudsmith cloudways cockroach \
codacy codeclimate codecov codeship cohere coinbase coingecko coinmarketcap comet composio configcat confluence confluent contentful contentstack \
convertkit convex couchbase courier coveo coveralls crates crowdin crowdsec crowdstrike currencylayer cursor customerio cyberark cypress dagster \
dailymotion databento databricks datadog datastax deepgram deepl deepseek definednetworking deno deputy detectify devcycle devin dialpad digicert \
digitalocean directus discord discourse disqus dnsimple docker docusign doordash doppler dribbble droneci dropbox duffel dwolla dynatrace easypost \
ebay elastic elevenlabs endorlabs envkey eraser etsy eventbrite everhour exa exchangerate exoscale expo facebook fastforex fastly fauna feedly \
figma fillout finicity finnhub firebase firecrawl firehydrant fireworks flagsmith flickr flutterwave fly formspree fortify foursquare frameio \
freemius freshbooks freshdesk freshworks front fullstory gandi gcp geckoboard gemini geocodio getresponse ghost giphy gitea github gitlab gitpod \
gitter gladia gocardless godaddy gong google grafana graphhopper greenhouse greptile groq gumroad harness hashicorp hasura hcaptcha heap helicone \
helpscout heroku hetzner hightouch honeybadger honeycomb hookdeck hootsuite hotjar hubspot huggingface hunter ibm imgix imgur infisical influxdb \
infobip infomaniak infracost infura inngest instagram instantly intercom intra42 ipinfo ipregistry ipstack iterable jenkins jetbrains jfrog jina \
jira jotform jumpcloud kaggle kagi keycloak kickbox kimi kinde klaviyo koyeb kraken kucoin labelbox lambdatest langchain langfuse langsmith lark \
larksuite launchdarkly leadfeeder lemonsqueezy lichess lightdash lighton line linear linkedin linode litellm liveagent liveblocks livekit lob \
logdna logfire loggly logzio lokalise looker lumigo mailchimp mailerlite mailersend mailgun mailjet mailosaur mailtrap mandrill mapbox mapquest \
maptiler marketo mattermost maxmind meilisearch mem0 meraki mercadopago mercury mergify messagebird metabase microsoft midtrans minimax mintlify \
miro mistral mixpanel modal mollie monday mongodb moonshot moosend moralis mux nasa neon netlify netsuite newrelic nexmo ngrok nightfall notion \
novu npm ntfy nuget nvidia nylas nytimes octopus okta ollama omnisend onelogin onesignal onfido openai opencage openrouter openshift openweather \
opsgenie optimizely oracle ovh ovhcloud oxylabs packagecloud paddle pagerduty pangea papertrail paypal paystack peopledatalabs percy perplexity \
persona pinata pinecone pingdom pinterest pipedream pipedrive plaid planetscale plausible plivo podio polar poloniex polymarket portainer postgres \
posthog postman postmark prefect prismic privateai proofpoint pscale pulumi pushbullet pusher pushover pypi qdrant qualtrics qualys quay \
quickbooks rabbitmq railway rainforestpay ramp rancher rapidapi raygun razorpay readme recaptcha recurly reddit redis render replicate resend \
retell retool ringcentral riotgames roboflow rollbar rubygems runpod runway salesforce sanity saucelabs scaleway scalingo scalr scrapfly segment \
semgrep sendbird sendcloud sendgrid sendinblue sentinelone sentry serpapi settlemint shipengine shippo shipstation shodan shopify shortcut \
shotstack sidekiq signalwire signnow sinch slack smartling smartsheet snipcart snowflake snyk softlayer sonar sonarcloud sonarqube soundcloud \
sourcegraph sparkpost splunk sportradar spotify square squarespace sslmate stability statsig statuspage storyblok strava stripe stytch sumo \
sumologic sumup supabase surge surveymonkey svix synadia tableau tailscale tatum tavily teamcity teamwork telegram teller telnyx temporal tencent \
terraform textmagic thunderstore ticketmaster tigris tiktok tines tinybird tmdb todoist together toggl tolgee tomtom transifex travisci trello \
trigger trulioo tumblr turso twelvelabs twilio twitch twitter typeform typesense uber ubidots uipath unkey unsplash upcloud uploadcare upstage \
upstash uptimerobot userflow valtown vantage vapi vectara veracode vercel veriff viber vimeo virustotal voiceflow vonage voyage vultr wakatime \
walmart wasabi weatherapi weatherbit weatherstack weaviate webex webflow wechat weglot weights wepay whatsapp wistia wiz woocommerce wordpress \
workable workato workos worldpay wpengine wrike xai xata xendit xero yandex yelp yookassa yousign youtube zai zapier zendesk zenserp zeplin \
zerobounce zilliz zoho zoom zuora zuplo";
