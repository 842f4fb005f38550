// The built-in examples, from the empty page and from the menu, and the way back.

import { painted, ready, verdict } from './lib/page.mjs';

export const name = 'the two examples open by their buttons, each with a proven patch';

export async function run({ page, expect }) {
  await ready(page);
  expect(await page.getByRole('heading', { name: /Paste an access error/ }).isVisible(), 'the empty page says what to do');
  await painted(page, () => page.getByRole('button', { name: /CodeBuild session tags/ }).click());
  expect.equal(await verdict(page), 'patch');
  expect.contains(await page.getByTestId('paste').inputValue(), 'sts:TagSession');
  expect(!(await page.getByRole('heading', { name: /Paste an access error/ }).isVisible()), 'the welcome made room');

  await page.getByText('Examples', { exact: true }).click();
  await painted(page, () => page.getByRole('button', { name: 'GitHub Actions web identity' }).click());
  expect.equal(await verdict(page), 'patch');
  expect.contains(await page.getByTestId('cause').textContent(), 'StringEquals', 'the cause names the condition');
  expect.contains(await page.getByTestId('proof').textContent(), 'Allowed after');

  await page.getByTestId('paste').focus();
  await painted(page, () => page.keyboard.press('ControlOrMeta+Z'));
  expect.contains(await page.getByTestId('paste').inputValue(), 'CodeBuildServiceRole', 'undo brings back what was there before');

  await page.getByRole('button', { name: 'Clear everything' }).click();
  await expect.soon(async () => (await page.getByTestId('verdict').count()) === 0, 'the answer stays after clearing');
  expect.equal(await page.getByTestId('paste').inputValue(), '');
  expect.equal(await page.getByTestId('redacted').count(), 0);
}
