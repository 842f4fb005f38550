// The ways out: the report as Markdown, redacted unless one says otherwise; the patch as a file; a link that holds the redacted text and nothing else.

import { readFile } from 'node:fs/promises';

import { painted, paste, ready, seed, verdict } from './lib/page.mjs';

export const name = 'report redacted or as pasted, files, a link with the redacted text, changes by F7, help by ?';

const ACCOUNT = '842917563019';

export async function run({ page, context, expect, copied, url }) {
  await ready(page);
  await paste(page, await seed());
  await expect.soon(() => page.getByTestId('report').isVisible(), 'no report is offered');

  await page.getByTestId('report').click();
  const report = page.getByTestId('report-text');
  const redacted = await report.textContent();
  expect.contains(redacted, '### The fix');
  expect.contains(redacted, '```diff');
  expect.contains(redacted, '### What the lazy fix opens');
  expect(!redacted.includes(ACCOUNT), 'the redacted report names the account');
  expect.equal((await copied(page, page.getByTestId('copy-report'))).trim(), redacted.trim(), 'what is copied is what is shown');
  await page.getByTestId('report-open').click();
  await expect.soon(async () => (await report.textContent()).includes(ACCOUNT), 'the report as pasted has no names');
  const [saved] = await Promise.all([page.waitForEvent('download'), page.getByTestId('download-report').click()]);
  expect.contains(await readFile(await saved.path(), 'utf8'), ACCOUNT);
  await page.keyboard.press('Escape');
  await expect.soon(async () => (await report.count()) === 0, 'Escape does not close the dialog');

  const [patch] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Control+S')]);
  expect.equal(patch.suggestedFilename(), 'undeny.patch');
  const text = await readFile(await patch.path(), 'utf8');
  expect.contains(text, '+        "sts:TagSession"');
  expect.contains(text, '+++ b/');
  expect.equal(page.url().split('#')[0], url, 'saving shares nothing');
  const files = [];
  page.on('download', (download) => files.push(download.suggestedFilename()));
  await page.getByTestId('download-files').click();
  await expect.soon(() => files.length === 2, 'not both files are saved');

  await page.getByTestId('verdict').locator('h2').click();
  await page.keyboard.press('F7');
  const line = () => page.evaluate(() => document.activeElement.textContent);
  expect.contains(await line(), '"sts:AssumeRole"', 'F7 goes to the first change');
  const first = await line();
  await page.keyboard.press('F7');
  expect((await line()) !== first, 'F7 goes on');
  await page.keyboard.press('Shift+F7');
  expect.equal(await line(), first, 'Shift+F7 goes back');
  await page.getByRole('button', { name: 'Side by side' }).click();
  await expect.soon(() => page.getByTestId('beside-1').isVisible(), 'nothing stands side by side');
  expect.equal(await page.getByTestId('beside-1').locator('td.added').count(), 2);
  expect.equal(await page.getByTestId('beside-1').locator('td.removed').count(), 1);

  await page.keyboard.press('?');
  await expect.soon(() => page.getByRole('heading', { name: 'Help' }).isVisible(), '? opens no help');
  await page.getByTestId('shortcuts-off').check();
  await page.keyboard.press('Escape');
  await page.keyboard.press('?');
  await page.waitForTimeout(200);
  expect.equal(await page.getByRole('heading', { name: 'Help' }).count(), 0, 'shortcuts that are off still act');

  await page.getByTestId('share').click();
  const link = await page.getByTestId('share-link').inputValue();
  expect.contains(link, `${url}#/paste/`);
  expect.contains(await page.getByTestId('share-size').textContent(), String(link.length));
  const held = Buffer.from(link.split('#/paste/')[1].split('.')[1], 'base64url').toString();
  expect(!held.includes(ACCOUNT), 'the link holds the account');
  expect.equal(held.trimEnd(), (await page.getByTestId('redacted').textContent()).trimEnd(), 'the link holds the redacted text');
  const other = await context.newPage();
  await other.goto(link);
  await ready(other);
  await expect.soon(async () => (await other.getByTestId('paste').inputValue()).trimEnd() === held.trimEnd(), 'the link opens nothing');
  await expect.soon(async () => (await verdict(other)) === 'patch', 'what was shared is not answered');
  await other.getByRole('button', { name: 'Clear everything' }).click();
  await expect.soon(async () => !other.url().includes('paste'), 'clearing leaves the text in the address');
  await other.goto('about:blank');
  await other.goto(link.slice(0, -9));
  await ready(other);
  await expect.soon(async () => (await other.getByRole('alert').allTextContents()).join().includes('This link is incomplete'), 'a link that was cut says nothing');
  await other.close();
}
