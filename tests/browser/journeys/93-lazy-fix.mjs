// The lazy fix that is already in the paste is pointed out, with what a stolen build could do.

import { example, paste } from './lib/page.mjs';

export const name = 'a policy with Resource "*" is warned about, with its blast radius and the place';

export async function run({ page, expect }) {
  const log = (await example('codebuild/build.log')).trimEnd();
  const policy = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'sts:*', Resource: '*' }] };
  await paste(page, `${log}\n\n${JSON.stringify(policy, null, 2)}\n`);
  const warnings = page.getByTestId('warnings');
  await expect.soon(() => warnings.isVisible(), 'nothing warns of it');
  const place = warnings.getByRole('button').first();
  await place.click();
  const selected = () => page.getByTestId('paste').evaluate((area) => area.value.slice(area.selectionStart, area.selectionEnd));
  await expect.soon(async () => /\*/.test(await selected()), 'the warning does not lead to its place');
}
