// The box works before the engine is there, and the page says so when the engine never comes.

import { ready, seed, verdict } from './lib/page.mjs';

export const name = 'what is pasted before the engine arrives is answered; without the engine there is a sentence and nothing is lost';

export const allows = (problem) => /wasm|Failed to load resource|integrity|ERR_FAILED/i.test(problem);

export async function run({ page, context, expect, url }) {
  let arrive;
  const gate = new Promise((resolve) => (arrive = resolve));
  await context.route('**/*.wasm', async (route) => {
    await gate;
    await route.continue();
  });
  await page.goto(url, { waitUntil: 'domcontentloaded' });
  const text = await seed();
  await page.getByTestId('paste').fill(text);
  expect.equal(await page.getAttribute('html', 'data-ready'), null, 'the engine came too early for this journey');
  arrive();
  await ready(page);
  await expect.soon(async () => (await verdict(page)) === 'patch', 'what was pasted before is not answered');
  expect.equal(await page.getByTestId('paste').inputValue(), text, 'nothing typed is lost');

  await context.unroute('**/*.wasm');
  await context.route('**/*.wasm', (route) => route.fulfill({ contentType: 'application/wasm', body: Buffer.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]) }));
  await page.goto(url, { waitUntil: 'domcontentloaded' });
  await page.getByTestId('paste').fill('kept');
  await expect.soon(() => page.locator('#notice').isVisible(), 'a wrong engine is not refused');
  expect.contains(await page.locator('#notice').textContent(), 'could not start');
  expect.equal(await page.getByTestId('paste').inputValue(), 'kept');
}
