// A question is answered in place and the answer follows; the box somebody types in stays.

import { example, painted, paste, verdict } from './lib/page.mjs';

export const name = 'with one policy missing, the answer is a question or a text to hand over; an answer given is worked in';

export async function run({ page, expect }) {
  const log = (await example('codebuild/build.log')).trimEnd();
  const identity = await example('codebuild/identity.json');
  await paste(page, `${log}\n\n${identity}`);
  const question = page.locator('input[data-testid^="question-"]').first();
  const handover = page.getByTestId('handover');
  expect((await question.count()) + (await handover.count()) > 0, `neither a question nor a handover, verdict ${await verdict(page)}`);
  if ((await question.count()) > 0) {
    const id = await question.getAttribute('data-testid');
    await question.focus();
    await painted(page, () => page.keyboard.insertText('Project'));
    expect.equal(await page.evaluate(() => document.activeElement.dataset.testid), id, 'the focus stays in the question');
    expect.equal(await page.getByTestId(id).inputValue(), 'Project', 'the answer stays');
  }
  if ((await handover.count()) > 0) expect.contains(await handover.textContent(), 'sts:TagSession');

  // A policy is no line of text: the question for it leads to the box, and what is pasted into any other question goes there too.
  const denied = 'User: arn:aws:iam::842917563019:user/nightly is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::reports-842/a.csv" because no identity-based policy allows the s3:GetObject action';
  await paste(page, denied);
  const asked = page.getByTestId('question-identity-policy');
  expect.equal(await asked.locator('input').count(), 0, 'a policy is asked for in one line');
  await asked.getByRole('button').click();
  expect.equal(await page.evaluate(() => document.activeElement.id), 'paste', 'the question does not lead to the box');
  const policy = '{\n  "Version": "2012-10-17",\n  "Statement": [{ "Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::reports-842" }]\n}';
  await painted(page, () => page.keyboard.insertText(policy));
  expect.equal(await verdict(page), 'patch', 'the policy pasted there is not read');

  const unnamed = 'An error occurred (AccessDenied) when calling the GetObject operation: Access Denied';
  await paste(page, `${unnamed}\n${policy}`);
  const line = page.locator('input[data-testid^="question-"]').first();
  await line.focus();
  await painted(page, () => page.evaluate((text) => {
    const data = new DataTransfer();
    data.setData('text/plain', text);
    document.activeElement.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
  }, `Error: deploy failed\n${denied}\n`));
  expect.contains(await page.getByTestId('paste').inputValue(), 'user/nightly', 'lines pasted into a question are gone');
}
