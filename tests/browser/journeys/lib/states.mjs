// Every state that the page can be in, for whoever has to look at all of them: pictures, and axe-core.

import { expect } from '../../harness.mjs';
import { openAssistant, rightAnswer } from './assistant.mjs';
import { example, painted, paste, ready } from './page.mjs';

const opened = (id) => async (page) => {
  await page.evaluate((fragment) => { location.hash = fragment; }, `#/example/${id}`);
  await answered(page);
};

const answered = (page) => expect.soon(async () => (await page.getByTestId('verdict').count()) === 1 && (await page.getByTestId('redacted').count()) === 1, 'no answer');

const after = (id, more) => async (page) => {
  await opened(id)(page);
  await more(page);
};

const dialog = (page) => expect.soon(() => page.locator('dialog[open]').isVisible(), 'no dialog opens');

/** An answer in the assistant's box, and what it is found to be worth. */
const answering = (found, text) => after('session-tags', async (page) => {
  const frame = await openAssistant(page);
  await frame.getByTestId('provider').selectOption('anthropic');
  await page.getByTestId('answer').fill(text(rightAnswer(await page.getByTestId('preview').inputValue())));
  await expect.soon(async () => (await page.getByTestId('answer-proof').getAttribute('data-verdict')) === found, `the answer is not ${found}`);
});

const log = async () => (await example('codebuild/build.log')).trimEnd();

/** Name, and what leads there from the opened page. */
export const STATES = [
  ['empty', async () => {}],
  ['patch', opened('session-tags')],
  ['hardened', after('session-tags', (page) => page.getByTestId('variant-hardened').click())],
  ['side-by-side', after('session-tags', (page) => page.getByRole('button', { name: 'Side by side' }).click())],
  ['whole-file', after('session-tags', (page) => page.getByRole('button', { name: 'Whole file' }).click())],
  ['terraform', opened('terraform')],
  ['web-identity', opened('github')],
  ['lazy-fix', opened('lazy-fix')],
  ['other-owner', opened('bucket')],
  ['no-policy-change', opened('mfa')],
  ['question', opened('service-account')],
  ['unknown', opened('encoded')],
  ['decoy', opened('decoy')],
  ['one-policy', async (page) => paste(page, `${await log()}\n\n${await example('codebuild/identity.json')}`)],
  ['only-a-policy', async (page) => paste(page, await example('codebuild/identity.json'))],
  ['broken', async (page) => paste(page, `${await log()}\n\n{ "Version": "2012-10-17", "Statement": [ { "Effect": "Allow" "Action": ] }\n`)],
  ['files', async (page) => {
    const file = async (name) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(await example(`codebuild/${name}`)) });
    await painted(page, async () => page.locator('#open-files').setInputFiles([await file('build.log'), await file('identity.json'), await file('trust.json')]));
  }],
  ['long', async (page) => {
    const text = `${await log()}\n${'2026-11-21T09:14:02Z INFO step finished in 12 ms\n'.repeat(4000)}\n${await example('codebuild/identity.json')}`;
    await painted(page, () => page.getByTestId('paste').evaluate((area, text) => {
      area.value = text;
      area.dispatchEvent(new Event('input', { bubbles: true }));
    }, text), 30_000);
    await answered(page);
  }],
  ['strict', after('session-tags', (page) => painted(page, () => page.getByTestId('strict').click()))],
  ['shown-and-hidden', after('session-tags', (page) => painted(page, () => page.getByTestId('redaction-0').click()))],
  ['what-if', after('session-tags', async (page) => {
    await page.getByTestId('what-if').locator('summary').click();
    await page.getByTestId('what-if-before').click();
  })],
  ['assistant', after('session-tags', openAssistant)],
  ['assistant-proven', answering('proven', (answer) => answer)],
  ['assistant-wider', answering('wider', (answer) => answer.replaceAll('sts:TagSession', 'sts:*'))],
  ['assistant-held', after('session-tags', async (page) => {
    await openAssistant(page);
    const preview = page.getByTestId('preview');
    await preview.fill(`${await preview.inputValue()}\nby the way: ${await page.getByTestId('paste').inputValue()}\n`);
    await expect.soon(async () => (await page.getByTestId('gate').textContent()) === 'Gate: held back', 'the gate lets the paste pass');
  })],
  ['examples-menu', after('session-tags', (page) => page.getByText('Examples', { exact: true }).click())],
  ['guard-rails', after('session-tags', async (page) => {
    await page.getByTestId('guard').click();
    await dialog(page);
    await page.getByTestId('guard-open-1').click();
  })],
  ['nothing-to-guard', after('mfa', async (page) => {
    await page.getByTestId('guard').click();
    await dialog(page);
  })],
  ['report', after('session-tags', async (page) => {
    await page.getByTestId('report').click();
    await dialog(page);
  })],
  ['share', after('session-tags', async (page) => {
    await page.getByTestId('share').click();
    await dialog(page);
  })],
  ['help', async (page) => {
    await page.locator('#open-help').click();
    await dialog(page);
  }],
  ['requests', async (page) => {
    await page.locator('#open-log').click();
    await expect.soon(async () => (await page.getByTestId('network-tried').textContent()).includes('refused'), 'nothing was tried');
  }],
];

/** Bring a freshly opened page into a state. */
export async function enter(page, lead) {
  await ready(page);
  await expect.soon(() => page.evaluate(() => [...document.styleSheets].some((sheet) => sheet.href?.endsWith('late.css'))), 'the later style sheet does not come');
  await expect.soon(() => page.locator('#open-help').isEnabled(), 'the second piece does not come');
  await lead(page);
}
