// After the first visit the page works without its server: the worker has a copy of each file.

import { copied, paste, ready, seed, verdict } from './lib/page.mjs';

export const name = 'after the first visit the page opens and answers without a network';

export async function run({ page, context, expect, url }) {
  await ready(page);
  await copied(page, expect);
  await context.setOffline(true);
  const again = await context.newPage();
  await again.goto(url, { waitUntil: 'load' });
  await ready(again);
  await paste(again, await seed());
  await expect.soon(async () => (await verdict(again)) === 'patch', 'no answer offline');
  await expect.soon(async () => (await again.getByTestId('network').getAttribute('data-state')) === 'locked', 'the network is not locked');
  await expect.soon(() => again.evaluate(() => [...document.styleSheets].some((sheet) => sheet.href?.endsWith('late.css'))), 'a style sheet is missing offline');
  await context.setOffline(false);
}
