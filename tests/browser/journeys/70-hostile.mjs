// What is pasted is hostile: markup stays text, odd bytes do no harm, a huge log does not hang the page.

import { paste, verdict } from './lib/page.mjs';

export const name = 'markup stays text, NUL and lone surrogates do no harm, 10 MB do not hang the page';

export async function run({ page, expect }) {
  const markup = '<img src=x onerror="window.harmed=1"><script>window.harmed=1</script><b>bold</b>';
  await paste(page, [
    `User: arn:aws:iam::842917563019:user/ann is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::box/${markup}" because no identity-based policy allows the s3:GetObject action`,
    JSON.stringify({ Version: '2012-10-17', Statement: [{ Sid: markup, Effect: 'Allow', Action: 's3:PutObject', Resource: `arn:aws:s3:::box/${markup}` }] }, null, 2),
  ].join('\n\n'));
  expect.contains(await page.getByTestId('redacted').textContent(), '<img src=x', 'markup is shown as text');
  expect.equal(await page.locator('img, main script, main b:not(.stat b)').count(), 0, 'markup became elements');
  expect.equal(await page.evaluate(() => window.harmed), undefined, 'markup ran');

  await paste(page, `\u0000\u0001\ud800 ${'['.repeat(100_000)} {"Version": "2012-10-17", "Statement": [`);
  expect(await page.getByTestId('verdict').isVisible(), 'odd characters leave the page without an answer');

  const line = '2026-11-21T09:14:02Z INFO step finished in 12 ms, 842917563019.dkr.ecr.eu-west-1.amazonaws.com/storefront\n';
  const log = line.repeat(Math.ceil(10_000_000 / line.length));
  const denied = 'User: arn:aws:iam::842917563019:user/ann is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::box/a" because no identity-based policy allows the s3:GetObject action\n';
  const started = Date.now();
  await page.getByTestId('paste').evaluate((area, text) => {
    area.value = text;
    area.dispatchEvent(new Event('input', { bubbles: true }));
  }, log + denied);
  await expect.soon(async () => (await page.getByTestId('cause').textContent()).includes('s3:GetObject'), 'the denial at the end of 10 MB is not found', 40_000);
  const took = Date.now() - started;
  expect(took < 30_000, `10 MB took ${took} ms`);
  expect(['patch', 'patch_other_owner', 'unknown'].includes(await verdict(page)));
}
