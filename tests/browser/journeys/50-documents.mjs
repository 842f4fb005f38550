// What was recognised as what, and correcting it.

import { painted, paste, seed, verdict } from './lib/page.mjs';

export const name = 'a wrong guess is corrected with "Taken for", and the answer follows';

export async function run({ page, expect }) {
  await paste(page, await seed());
  const list = page.getByTestId('documents').getByRole('listitem');
  expect.equal(await list.count(), 3);
  const role = (at) => page.getByTestId(`document-${at}`).getByLabel('Taken for');
  expect.equal(await role(0).inputValue(), 'error');
  expect.equal(await role(1).inputValue(), 'identity');
  expect.equal(await role(2).inputValue(), 'trust');

  await painted(page, () => role(1).selectOption('session'));
  expect.equal(await role(1).inputValue(), 'session', 'the choice stands');
  expect.equal(await role(2).inputValue(), 'trust', 'the others stay what they were');
  expect((await verdict(page)) !== 'patch', 'a session policy limits the call, so the patch of the two others is none');
  expect.contains(await page.getByTestId('document-1').textContent(), 'Lines 10–21', 'places are still places of the whole paste');

  await painted(page, () => role(1).selectOption({ label: 'as undeny reads it' }));
  expect.equal(await role(1).inputValue(), 'identity');
  expect.equal(await verdict(page), 'patch');

  await page.getByTestId('document-2').getByRole('button').click();
  const selected = () => page.getByTestId('paste').evaluate((area) => area.value.slice(area.selectionStart, area.selectionEnd));
  await expect.soon(async () => (await selected()).includes('"Principal"'), 'the line numbers lead to the document in the text');
}
