// A file that is opened again is the newer one; two files with one name are told apart; what an example closes can be had back.

import { painted, paste, ready, verdict } from './lib/page.mjs';

export const name = 'open a file again, keep both, two with one name, an example and back';

const DENIED = 'User: arn:aws:iam::842917563019:user/nightly is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::reports-842/a.csv" because no identity-based policy allows the s3:GetObject action';

const policy = (...actions) => Buffer.from(JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: actions, Resource: ['arn:aws:s3:::reports-842', 'arn:aws:s3:::reports-842/*'] }],
}, null, 2));

export async function run({ page, expect }) {
  await ready(page);
  const chooser = page.locator('#open-files');
  const open = (...files) => painted(page, () => chooser.setInputFiles(files.map(([name, buffer]) => ({ name, mimeType: 'text/plain', buffer }))));
  const tabs = () => page.locator('#tabs').innerText();
  const count = async (name) => (await tabs()).split('\n').filter((line) => line.trim() === name).length;

  await paste(page, DENIED);
  await open(['policy.json', policy('s3:ListBucket')]);
  expect.equal(await verdict(page), 'patch');
  await open(['policy.json', policy('s3:ListBucket', 's3:GetObject')]);
  expect((await verdict(page)) !== 'patch', 'the file that was corrected is still patched');
  expect.equal(await count('policy.json'), 1, 'the earlier file is still open');
  const said = page.getByRole('alert').filter({ hasText: 'policy.json was opened again' });
  expect(await said.isVisible(), 'nothing says that it was replaced');
  await painted(page, () => said.getByRole('button', { name: 'Keep both' }).click());
  expect.equal([await count('policy.json'), await count('policy-2.json')], [1, 1], 'the earlier one is not there again');

  await page.getByRole('button', { name: 'Clear everything' }).click();
  await open(['policy.json', policy('s3:ListBucket')], ['policy.json', policy('s3:PutObject')]);
  expect.equal([await count('policy.json'), await count('policy-2.json')], [1, 1], 'two files with one name are not told apart');

  await painted(page, () => page.evaluate(() => { location.hash = '#/example/lazy-fix'; }));
  const closed = page.getByRole('alert').filter({ hasText: 'are closed' });
  await expect.soon(() => closed.isVisible(), 'nothing says that an example closed the files');
  await painted(page, () => closed.getByRole('button', { name: 'Open them again' }).click());
  expect.equal([await count('policy.json'), await count('policy-2.json')], [1, 1], 'the files are not there again');
}
