// Writes the page's pictures into the folder given: the first built-in example in light and dark (the README's), the empty page, the second example,
// a policy of somebody else's, and a narrow screen.

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, openBrowser, openPage, url } from './harness.mjs';
import { example, painted, paste, ready } from './journeys/lib/page.mjs';

const log = (await example('codebuild/build.log')).trimEnd();
const codebuild = (page) => painted(page, () => page.getByRole('button', { name: /CodeBuild session tags/ }).click());
const github = (page) => painted(page, () => page.getByRole('button', { name: /GitHub Actions web identity/ }).click());
const wide = { width: 1440, height: 1000 };
const narrow = { width: 360, height: 780 };
const PICTURES = [
  { name: 'light', prepare: codebuild },
  { name: 'dark', colorScheme: 'dark', prepare: codebuild },
  { name: 'empty' },
  { name: 'empty-dark', colorScheme: 'dark' },
  { name: 'github', prepare: github },
  { name: 'one-policy', prepare: async (page) => paste(page, `${log}\n\n${await example('codebuild/identity.json')}`) },
  { name: 'lazy', colorScheme: 'dark', prepare: (page) => paste(page, `${log}\n\n{ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Action": "sts:*", "Resource": "*" }] }\n`) },
  { name: 'only-a-policy', prepare: async (page) => paste(page, await example('codebuild/identity.json')) },
  { name: 'broken', prepare: (page) => paste(page, `${log}\n\n{ "Version": "2012-10-17", "Statement": [ { "Effect": "Allow" "Action": ] }\n`) },
  { name: 'narrow', viewport: narrow, prepare: codebuild },
  { name: 'narrow-empty', viewport: narrow, colorScheme: 'dark' },
];

const folder = process.argv[2];
await mkdir(folder, { recursive: true });
const browser = await openBrowser();
const complaints = [];
for (const { name, colorScheme = 'light', viewport = wide, prepare } of PICTURES) {
  const { context, page, problems } = await openPage(browser, { colorScheme, viewport, reducedMotion: 'reduce' });
  await page.goto(url, { waitUntil: 'load' });
  await ready(page);
  await prepare?.(page);
  // The picture is of the page, not of where the cursor is.
  await page.evaluate(() => { document.activeElement?.blur(); window.scrollTo(0, 0); });
  await expect.soon(() => page.evaluate(() => document.fonts.status === 'loaded'));
  const file = join(folder, `${name}.png`);
  await page.screenshot({ path: file, fullPage: true });
  console.log(file);
  complaints.push(...problems.map((problem) => `${name}: the page ${problem}`));
  await context.close();
}
await browser.close();
for (const complaint of complaints) console.error(complaint);
process.exit(complaints.length === 0 ? 0 : 1);
