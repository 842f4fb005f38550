// The seed story: a log and two policies in one paste, and everything that is wanted stands there.

import { paste, seed, verdict } from './lib/page.mjs';

export const name = 'paste the failing CodeBuild log with its policies: verdict, cause, diff and proof are right';

const IDENTITY_DIFF = `@@ -4,7 +4,8 @@
     {
       "Effect": "Allow",
       "Action": [
-        "sts:AssumeRole"
+        "sts:AssumeRole",
+        "sts:TagSession"
       ],
       "Resource": "arn:aws:iam::842917563019:role/TargetDeployRole"
     }
`;

export async function run({ page, expect, copied }) {
  await paste(page, await seed());
  const text = (id) => page.getByTestId(id).textContent();

  expect.equal(await verdict(page), 'patch');
  expect.contains(await text('verdict'), 'sts:TagSession', 'the verdict names the permission');
  expect.contains(await text('cause'), 'sts:TagSession');
  expect.contains(await text('cause'), 'arn:aws:iam::842917563019:role/TargetDeployRole', 'the cause shows the request');

  const diff = await text('diff-1');
  expect.contains(diff, '--- a/');
  expect.equal(diff.slice(diff.indexOf('@@')), IDENTITY_DIFF, 'the text of a diff is the unified diff');
  const trust = await text('diff-2');
  expect.contains(trust, '-      "Action": "sts:AssumeRole"\n');
  expect.contains(trust, '+      "Action": ["sts:AssumeRole", "sts:TagSession"]\n');
  expect.equal(await page.getByTestId('diff-1').getByLabel('added line 8', { exact: true }).count(), 1, 'a sign says its line to screen readers');

  const proof = await text('proof');
  expect.contains(proof, 'Denied before → Allowed after sts:TagSession');
  expect.contains(proof, 'Allowed before → Allowed after sts:AssumeRole');
  const access = await text('new-access');
  expect.contains(access, 'sts:TagSession on arn:aws:iam::842917563019:role/TargetDeployRole');
  expect(!access.includes('*'), 'the new access has no wildcard');

  const policy = JSON.parse(await copied(page, page.getByTestId('copy-fixed-1')));
  expect.equal(policy.Statement[0].Action, ['sts:AssumeRole', 'sts:TagSession'], 'the copied policy is the fixed one');

  expect.equal(await page.getByTestId('fixed-1').count(), 0, 'the whole file is not there before it is asked for');
  await page.getByRole('button', { name: 'Whole file' }).click();
  expect.equal(JSON.parse(await text('fixed-1')), policy, 'the whole file is the fixed policy');
  await page.getByRole('button', { name: 'Unified' }).click();

  await page.getByTestId('variant-hardened').click();
  expect.contains((await text('diff-1')) + (await text('diff-2')), 'sts:TransitiveTagKeys', 'the hardened variant limits the tags');
  await page.getByTestId('variant-minimal').click();

  const waiting = page.waitForEvent('download');
  await page.getByTestId('download-patch').click();
  const download = await waiting;
  expect.equal(download.suggestedFilename(), 'undeny.patch');
  const chunks = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk);
  const patch = Buffer.concat(chunks).toString();
  expect.equal(patch, (await text('diff-1')) + (await text('diff-2')), 'the patch is the diffs');
}
