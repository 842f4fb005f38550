// The page as one file, opened from the disk: it answers, loads nothing, and its content policy names what runs in it.

import { pathToFileURL } from 'node:url';

import { paste, ready, seed, verdict } from './lib/page.mjs';

export const name = 'the one HTML file works from the disk, asks for nothing, and forbids every request';

// It tries a request to show that it is refused; and it is no file of the server.
export const allows = (problem) => /network-probe|connect-src|asked another origin: GET file:/.test(problem);

export async function run({ page, context, expect }) {
  const address = pathToFileURL(process.env.UNDENY_ONE_FILE).href;
  // The served page, which every journey begins with, may be asking for its second piece still.
  await page.goto('about:blank');
  const asked = [];
  context.on('request', (request) => asked.push(request.url()));
  await page.goto(address, { waitUntil: 'load' });
  await ready(page);
  await expect.soon(async () => (await page.getByTestId('network').getAttribute('data-state')) === 'locked', 'the network is not locked');
  await paste(page, await seed());
  await expect.soon(async () => (await verdict(page)) === 'patch', 'no answer');
  await expect.soon(() => page.getByTestId('redacted').isVisible(), 'nothing is redacted');
  expect.contains(await page.getByTestId('redacted').textContent(), 'sts:TagSession');
  await page.getByTestId('what-if').locator('summary').click();
  await expect.soon(() => page.getByTestId('what-if-decision').isVisible(), 'the later panes are missing');
  const left = asked.filter((other) => !other.startsWith(address) && !/^(blob|data):/.test(other));
  expect.equal(left, [], 'the file asked for something');
  const policy = await page.locator('meta[http-equiv="Content-Security-Policy"]').first().getAttribute('content');
  expect.contains(policy, "connect-src 'none'");
  expect(!policy.includes('unsafe-inline') && !policy.includes("'self'"), 'the policy names what runs by its hash alone');
  expect.contains(await page.locator('#foot').textContent(), 'sha384-', 'the foot names the engine');
  expect.equal(await page.getByText('…', { exact: false }).count() > 0, true, 'letters outside of ASCII arrive');
}
