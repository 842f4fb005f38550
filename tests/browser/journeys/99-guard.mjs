// Guard rails: the files for a tool in CI, made in the page, with how they are run; without a patch, why there are none.

import { readFile } from 'node:fs/promises';

import { example, paste, ready, seed } from './lib/page.mjs';

export const name = 'guard rails are shown for each tool, copied, saved one by one and as an archive; without a patch the page says why there are none';

const DENIAL = 'An error occurred (AccessDenied) when calling the GetObject operation: Access Denied';
const EXPIRED = 'An error occurred (ExpiredToken) when calling the GetObject operation: The provided token has expired.';

export async function run({ page, expect, clipboard }) {
  await ready(page);
  const log = await example('codebuild/build.log');
  for (const [text, words] of [[DENIAL, 'no proven patch'], [EXPIRED, 'no policy has to change'], [log, 'no proven patch']]) {
    await paste(page, text);
    await expect.soon(() => page.getByTestId('guard').isVisible(), 'no guard rails are offered');
    await page.getByTestId('guard').click();
    await expect.soon(() => page.getByTestId('guard-none').isVisible(), `nothing is said of ${text}`);
    expect.contains(await page.getByTestId('guard-none').textContent(), words);
    expect.equal(await page.locator('[data-testid^=guard-file-]').count(), 0, 'files without a patch');
    await page.keyboard.press('Escape');
    await expect.soon(async () => (await page.getByTestId('guard-none').count()) === 0, 'Escape does not close the dialog');
  }

  await paste(page, await seed());
  await expect.soon(async () => (await page.getByTestId('download-patch').count()) === 1, 'no patch');
  await page.getByTestId('guard').click();
  const file = (index) => page.getByTestId(`guard-file-${index}`);
  await expect.soon(async () => (await file(1).count()) === 1, 'no files');
  expect(!(await file(1).isVisible()), 'a file is not folded');
  await page.getByTestId('guard-open-1').click();
  await expect.soon(() => file(1).isVisible(), 'a file does not unfold');
  expect.contains(await file(1).textContent(), 'CKV_UNDENY_1');
  expect.contains(await file(1).textContent(), 'TargetDeployRole');
  for (const [tool, words, command] of [
    ['checkov', 'CKV_UNDENY_2', 'checkov --directory . --external-checks-dir ci/undeny_checks'],
    ['config', 'rule undeny_story_1', 'cfn-guard validate --rules ci/undeny.guard'],
    ['rego', 'package undeny', 'conftest test --policy ci'],
    ['sentinel', 'sts:TagSession', 'sentinel test'],
    ['terraform', 'module "undeny_1"', 'terraform -chdir=ci test'],
  ]) {
    await page.getByTestId(`guard-${tool}`).check();
    await expect.soon(async () => (await page.getByTestId('guard-run').textContent()).includes(command), `no command for ${tool}`);
    const texts = await page.locator('[data-testid^=guard-file-]').allTextContents();
    expect(texts.some((text) => text.includes(words)), `no file of ${tool} has ${words}`);
  }
  await page.getByTestId('copy-guard-run').click();
  await expect.soon(async () => (await clipboard(page)).includes('terraform -chdir=ci validate'), 'the commands are not copied');

  // The archive keeps the folders.
  const shown = await page.locator('[data-testid^=guard-open-] code').allTextContents();
  expect(shown.some((path) => path.includes('/')), 'no file is in a folder');
  const [archive] = await Promise.all([page.waitForEvent('download'), page.getByTestId('download-guard').click()]);
  expect.equal(archive.suggestedFilename(), 'undeny-terraform.zip');
  const held = entries(await readFile(await archive.path()));
  expect.equal(Object.keys(held), shown);
  for (const [index, path] of shown.entries()) expect.equal(held[path], await file(index).textContent(), path);

  await page.getByTestId('guard-rego').check();
  await expect.soon(async () => (await file(0).textContent()).includes('package undeny'), 'Rego is not shown');
  await page.getByTestId('guard-open-0').click();
  await page.getByTestId('copy-guard-0').click();
  await expect.soon(async () => (await clipboard(page)).includes('package undeny'), 'nothing is copied');
  const [saved] = await Promise.all([page.waitForEvent('download'), page.getByTestId('download-guard-0').click()]);
  expect.equal(saved.suggestedFilename(), 'undeny.rego');
  expect.equal(await readFile(await saved.path(), 'utf8'), await file(0).textContent(), 'what is saved is what is shown');
  await page.keyboard.press('Escape');
  await expect.soon(async () => (await file(0).count()) === 0, 'Escape does not close the dialog');
}

/** The files of an archive that stores them as they are, by path. */
function entries(bytes) {
  const end = bytes.length - 22;
  const files = {};
  let at = bytes.readUInt32LE(end + 16);
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left -= 1) {
    const length = bytes.readUInt16LE(at + 28);
    const path = bytes.toString('utf8', at + 46, at + 46 + length);
    const start = bytes.readUInt32LE(at + 42) + 30 + length;
    files[path] = bytes.toString('utf8', start, start + bytes.readUInt32LE(at + 24));
    at += 46 + length;
  }
  return files;
}
