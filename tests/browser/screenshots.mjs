// Pictures of the page: the two of the README, and every state in both themes and three widths, to be looked at one by one. Arguments: the folder,
// then parts of the names of the states that are wanted.

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, openBrowser, openPage, url } from './harness.mjs';
import { enter, STATES } from './journeys/lib/states.mjs';

const WIDTHS = [[360, 780], [820, 1000], [1440, 1000]];
const THEMES = ['light', 'dark'];
const lead = new Map(STATES);
const PICTURES = [
  ...THEMES.map((colorScheme) => ({ name: colorScheme, colorScheme, viewport: { width: 1440, height: 1000 }, prepare: lead.get('patch') })),
  ...STATES.flatMap(([state, prepare]) => THEMES.flatMap((colorScheme) => WIDTHS.map(([width, height]) => ({
    name: `${state}-${colorScheme}-${width}`, colorScheme, viewport: { width, height }, prepare,
  })))),
  { name: 'print', colorScheme: 'light', viewport: { width: 820, height: 1000 }, media: 'print', prepare: lead.get('patch') },
];

const [folder, ...wanted] = process.argv.slice(2);
await mkdir(folder, { recursive: true });
const browser = await openBrowser();
const complaints = [];
const chosen = PICTURES.filter(({ name }) => wanted.length === 0 || wanted.some((part) => name.includes(part)));
for (const { name, colorScheme, viewport, media, prepare } of chosen) {
  const { context, page, problems } = await openPage(browser, { colorScheme, viewport, reducedMotion: 'reduce' });
  await page.goto(url, { waitUntil: 'load' });
  await enter(page, prepare);
  if (media) await page.emulateMedia({ media });
  // The picture is of the page, not of where the cursor is.
  await page.evaluate(() => { document.activeElement?.blur(); window.scrollTo(0, 0); });
  await expect.soon(() => page.evaluate(() => document.fonts.status === 'loaded'));
  const file = join(folder, `${name}.png`);
  // A dialog lies over the window, not over the whole page.
  await page.screenshot({ path: file, fullPage: (await page.locator('dialog[open]').count()) === 0 });
  console.log(file);
  complaints.push(...problems.map((problem) => `${name}: the page ${problem}`));
  await context.close();
}
await browser.close();
for (const complaint of complaints) console.error(complaint);
process.exit(complaints.length === 0 ? 0 : 1);
