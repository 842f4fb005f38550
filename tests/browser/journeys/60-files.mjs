// Opened files: each is its own text with its name; the patch is for these names; what is no text is said.

import { example, painted, ready, verdict } from './lib/page.mjs';

export const name = 'open several files, go to a place in one, close one, and be told what is no text';

export async function run({ page, expect }) {
  await ready(page);
  const file = async (name) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(await example(`codebuild/${name}`)) });
  const chooser = page.locator('#open-files');
  const files = [await file('build.log'), await file('identity.json')];
  const trust = await file('trust.json');
  trust.buffer = Buffer.from(trust.buffer.toString().replaceAll('\n', '\r\n'));
  await painted(page, () => chooser.setInputFiles([...files, trust]));
  expect.equal(await verdict(page), 'patch');
  expect.contains(await page.getByTestId('documents').textContent(), 'trust.json');
  expect.contains(await page.getByTestId('diff-1').textContent(), '--- a/identity.json\n+++ b/identity.json\n');
  expect.contains(await page.getByTestId('diff-2').textContent(), '"sts:TagSession"]\r\n', 'the line ends of the file stay');
  expect(await page.locator('textarea[aria-label="build.log"]').isVisible(), 'the first file is in front when nothing is pasted');

  await page.getByTestId('document-2').getByRole('button').click();
  const box = page.locator('textarea[aria-label="trust.json"]');
  await expect.soon(() => box.isVisible(), 'the file comes to the front');
  expect.contains(await box.evaluate((area) => area.value.slice(area.selectionStart, area.selectionEnd)), '"Statement"');

  await painted(page, () => page.getByRole('button', { name: 'Close identity.json' }).click());
  expect(!(await page.getByTestId('documents').textContent()).includes('identity.json'), 'a closed file is gone');

  await chooser.setInputFiles([{ name: 'photo.png', mimeType: 'image/png', buffer: Buffer.from([0x89, 0x50, 0x4e, 0x47, 0xff, 0x00]) }]);
  await expect.soon(async () => (await page.getByRole('alert').allTextContents()).some((text) => text.includes('photo.png was not opened: it is not text')), 'nothing says that it is no text');

  // In a log of many programs one byte may be no UTF-8.
  const log = (await file('build.log')).buffer;
  const latin = Buffer.concat([Buffer.from('Autor: Gr\xfc\xdfe\n', 'latin1'), log]);
  await painted(page, () => chooser.setInputFiles([{ name: 'latin.log', mimeType: 'text/plain', buffer: latin }]));
  expect.contains(await page.locator('textarea[aria-label="latin.log"]').inputValue(), 'Autor: Gr\ufffd\ufffde');
  expect.contains((await page.getByRole('alert').allTextContents()).join(), 'latin.log is not UTF-8 throughout');
}
