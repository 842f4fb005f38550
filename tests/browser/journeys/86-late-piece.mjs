// The engine comes in two pieces. The cause is said with the first one; the patch, its proof and the redacted text follow with the second; and where
// the second one does not come, the page says so.

import { ready, seed } from './lib/page.mjs';

export const name = 'the cause is there before the second piece of the engine, the patch with it; without it there is a sentence';

export const allows = (problem) => /wasm|Failed to load resource|integrity|Failed to fetch|ERR_FAILED/i.test(problem);

const SECOND = '**/*_rest.wasm';

export async function run({ page, context, expect, url }) {
  let arrive;
  const gate = new Promise((resolve) => (arrive = resolve));
  await context.route(SECOND, async (route) => {
    await gate;
    await route.continue();
  });
  const text = await seed();
  const headline = page.getByTestId('verdict');
  const opened = async () => {
    await page.goto(url, { waitUntil: 'domcontentloaded' });
    await ready(page);
    await page.getByTestId('paste').fill(text);
    await expect.soon(async () => (await headline.textContent()).includes('Cause found'), 'the cause waits for the second piece');
  };
  await opened();
  // What a later rule may know better is not said now and taken back then.
  await page.getByTestId('paste').fill('Error: Not authorized to perform sts:AssumeRoleWithWebIdentity');
  await expect.soon(async () => (await headline.textContent()).includes('The error is read'), 'a denial waits for the second piece');
  expect.equal(await page.getByTestId('cause').textContent().then((said) => said.includes('sts:AssumeRoleWithWebIdentity')), true);
  await page.getByTestId('paste').fill(text);
  await expect.soon(async () => (await headline.textContent()).includes('Cause found'), 'the cause does not come back');
  expect.contains(await headline.textContent(), 'follow in a moment');
  expect.contains(await page.getByTestId('cause').textContent(), 'sts:TagSession');
  expect.equal(await page.getByTestId('redacted').count(), 0, 'a text is called redacted that is not');
  expect.equal(await page.getByTestId('download-patch').count(), 0, 'a patch is offered that is not proven');
  arrive();
  await expect.soon(async () => (await headline.getAttribute('data-verdict')) === 'patch', 'the patch does not follow');
  expect.contains(await page.getByTestId('proof').textContent(), 'sts:TagSession');
  await expect.soon(async () => (await page.getByTestId('redacted').count()) === 1, 'the redacted text does not follow');

  // What the first visit kept for use without a network would answer in the place of what follows.
  await page.evaluate(async () => {
    for (const kept of await navigator.serviceWorker.getRegistrations()) await kept.unregister();
    for (const name of await caches.keys()) await caches.delete(name);
  });
  await context.unroute(SECOND);
  await context.route(SECOND, (route) => route.fulfill({ contentType: 'application/wasm', body: Buffer.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]) }));
  await opened();
  await expect.soon(async () => (await headline.textContent()).includes('did not arrive'), 'a wrong second piece is not told of');
  expect.equal(await page.getByTestId('paste').inputValue(), text);
}
