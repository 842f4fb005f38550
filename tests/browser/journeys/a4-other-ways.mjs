// Ways without pasting a key: the browser's own model, and the sign-in at OpenRouter. And the panel for people with assistive technology.

import { readFile } from 'node:fs/promises';

import { openAssistant, rightAnswer, send } from './lib/assistant.mjs';
import { copied, paste, ready, seed } from './lib/page.mjs';

export const name = 'the browser’s own model answers without a key and without a network; OpenRouter’s sign-in brings a key; the panel has no accessibility findings';

export const timeLimit = 120_000;

const OPENROUTER = 'https://openrouter.ai/';

export const allows = (problem) => (problem.includes('asked another origin') && problem.includes(OPENROUTER)) || /connect-src|Refused to connect/.test(problem);

export async function run({ page, context, expect, url, accessibility }) {
  // A browser with a model of its own, as Chrome has one.
  await page.addInitScript(() => {
    window.LanguageModel = {
      availability: async () => 'available',
      create: async ({ monitor }) => {
        monitor(new EventTarget());
        return {
          promptStreaming: (text, { responseConstraint }) => {
            window.__asked = { text, schema: responseConstraint };
            const answer = window.name;
            return new ReadableStream({
              start(controller) {
                for (let at = 0; at < answer.length; at += 20) controller.enqueue(answer.slice(at, at + 20));
                controller.close();
              },
            });
          },
        };
      },
    };
  });
  await page.goto(url, { waitUntil: 'load' });
  await ready(page);
  await paste(page, await seed(), 30_000);
  let frame = await openAssistant(page);
  const prompt = await page.getByTestId('preview').inputValue();
  await copied(page, expect);
  const others = [];
  context.on('request', (request) => others.push(request.url()));
  await frame.getByTestId('provider').selectOption('built-in');
  expect.equal(await frame.getByTestId('key').isVisible(), false, 'it wants a key');
  expect.contains(await frame.getByTestId('reach').textContent(), 'Nothing leaves this computer');
  await frame.evaluate((answer) => { window.name = answer; }, rightAnswer(prompt));
  await send(frame, /^Answered by this browser/);
  const asked = await frame.evaluate(() => window.__asked);
  expect.equal(asked.text, prompt, 'it was asked something else than was shown');
  expect.equal(asked.schema.required, ['explanation', 'documents', 'questions']);
  await expect.soon(async () => (await page.getByTestId('answer-proof').getAttribute('data-verdict')) === 'proven', 'not proven');
  expect.equal(await frame.evaluate(() => fetch('./index.html').then(() => 'answered', () => 'refused')).catch(() => 'refused'), 'refused', 'it has a network');
  expect.equal(others, [], 'somebody was asked');

  // axe-core in the page and in its frame, light and dark; and nothing sticks out on a narrow screen.
  await frame.evaluate(await readFile(process.env.UNDENY_AXE, 'utf8'));
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme });
    expect.equal(await accessibility(page), [], colorScheme);
  }
  await page.setViewportSize({ width: 360, height: 800 });
  const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(wider <= 0, `at 360 px the page is ${wider} px too wide`);
  const within = await frame.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(within <= 0, `at 360 px the frame is ${within} px too wide`);
  await page.setViewportSize({ width: 1440, height: 1000 });

  // The sign-in: a window of its own, which comes back with a code; the frame has the verifier.
  await page.getByTestId('assistant-close').click();
  frame = await openAssistant(page);
  let sentTo;
  let exchanged;
  await context.route(`${OPENROUTER}**`, async (route) => {
    const address = new URL(route.request().url());
    if (address.pathname === '/auth') {
      sentTo = address;
      await route.fulfill({ status: 302, headers: { location: `${address.searchParams.get('callback_url')}?code=the-code` } });
    } else {
      exchanged = route.request().postDataJSON() ?? exchanged;
      await route.fulfill({ json: { key: 'sk-or-v1-0000000000000000' }, headers: { 'access-control-allow-origin': '*', 'access-control-allow-headers': 'content-type' } });
    }
  });
  await frame.getByTestId('provider').selectOption('openrouter');
  await frame.getByTestId('sign-in').click();
  await expect.soon(async () => (await frame.getByTestId('key').inputValue()) === 'sk-or-v1-0000000000000000', 'the key does not come', 20_000);
  expect.equal(sentTo.searchParams.get('code_challenge_method'), 'S256');
  expect.equal(exchanged.code, 'the-code');
  const { createHash } = await import('node:crypto');
  expect.equal(createHash('sha256').update(exchanged.code_verifier).digest('base64url'), sentTo.searchParams.get('code_challenge'), 'the verifier is not the challenge’s');
  expect(exchanged.code_verifier.length >= 43, 'the verifier is too short');
}
