// The built-in examples: by their buttons, from the menu, by their addresses, and the way back.

import { painted, ready, verdict } from './lib/page.mjs';

export const name = 'every example opens by its address with its verdict; the first ones by button and menu, and undo brings back what was there';

// What each comes to. An example that is not named here fails.
const VERDICTS = {
  'session-tags': 'patch',
  github: 'patch',
  environment: 'patch',
  'id-token': 'explain_only',
  'service-account': 'unknown',
  terraform: 'patch',
  'lazy-fix': 'patch',
  'source-identity': 'patch',
  'service-role': 'patch',
  'pass-role': 'patch',
  bucket: 'patch_other_owner',
  encrypted: 'patch',
  'invented-action': 'patch',
  'vpc-function': 'patch',
  deployment: 'patch',
  boundary: 'patch_other_owner',
  organisation: 'patch_other_owner',
  mfa: 'explain_only',
  'external-id': 'explain_only',
  anonymous: 'explain_only',
  encoded: 'unknown',
  decoy: 'explain_only',
};

export async function run({ page, expect, url }) {
  await ready(page);
  expect(await page.getByRole('heading', { name: /Paste an access error/ }).isVisible(), 'the empty page says what to do');
  const buttons = await page.locator('.examples button').count();
  expect.equal(buttons, Object.keys(VERDICTS).length, 'every example has a verdict here');
  await painted(page, () => page.getByRole('button', { name: /CodeBuild session tags/ }).click());
  expect.equal(await verdict(page), 'patch');
  expect.contains(page.url(), '#/example/session-tags', 'the address leads back to the example');
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

  const wrong = [];
  for (const [id, wanted] of Object.entries(VERDICTS)) {
    await page.goto('about:blank');
    await page.goto(`${url}#/example/${id}`, { waitUntil: 'domcontentloaded' });
    await expect.soon(async () => (await page.getByTestId('verdict').count()) === 1 && (await page.getByTestId('redacted').count()) === 1, `${id} does not open`);
    const came = await verdict(page);
    if (came !== wanted) wrong.push(`${id}: ${came}`);
  }
  expect.equal(wrong, [], 'verdicts of the examples');
}
