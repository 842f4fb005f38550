// Writes the README's pictures into the folder given: the first built-in example, light and dark, 1440 px wide.
//
// The first example is the first element with `data-example`, else the first button whose text says "example".

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, openBrowser, openPage, url } from './harness.mjs';

const folder = process.argv[2];
await mkdir(folder, { recursive: true });
const browser = await openBrowser();
const complaints = [];
for (const colorScheme of ['light', 'dark']) {
  const { context, page, problems } = await openPage(browser, { colorScheme, reducedMotion: 'reduce' });
  await page.goto(url, { waitUntil: 'load' });
  const marked = page.locator('[data-example]').first();
  const named = page.getByRole('button', { name: /example/i }).first();
  await marked.or(named).first().waitFor();
  await ((await marked.count()) > 0 ? marked : named).click();
  await expect.soon(() => page.evaluate(() => document.querySelector('textarea')?.value !== ''), 'the example never arrived in the box');
  await page.waitForTimeout(500);
  const file = join(folder, `${colorScheme}.png`);
  await page.screenshot({ path: file, fullPage: true });
  console.log(file);
  complaints.push(...problems.map((problem) => `${colorScheme}: the page ${problem}`));
  await context.close();
}
await browser.close();
for (const complaint of complaints) console.error(complaint);
process.exit(complaints.length === 0 ? 0 : 1);
