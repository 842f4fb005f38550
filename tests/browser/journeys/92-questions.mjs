// A question is answered in place and the answer follows; the box somebody types in stays.

import { example, painted, paste, verdict } from './lib/page.mjs';

export const name = 'with one policy missing, the answer is a question or a text to hand over; an answer given is worked in';

export async function run({ page, expect }) {
  const log = (await example('codebuild/build.log')).trimEnd();
  const identity = await example('codebuild/identity.json');
  await paste(page, `${log}\n\n${identity}`);
  const question = page.locator('[data-testid^="question-"]').first();
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
}
