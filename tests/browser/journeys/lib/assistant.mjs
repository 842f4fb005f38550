// The assistant's panel, its frame, and the provider that is none (crates/xtask/src/provider.rs).

import { expect } from '../../harness.mjs';

export const provider = process.env.UNDENY_PROVIDER;

/** The provider is another origin, and asking it is what these journeys are about. */
export const allowsProvider = (problem) => problem.includes(`asked another origin`) && problem.includes(`${provider}/`);

const control = async (name, body) => (await fetch(`${provider}/control/${name}`, body === undefined ? {} : { method: 'POST', body })).json();
export const setAnswer = (text) => control('answer', text);
export const reset = () => control('reset', '');
export const requests = () => control('requests');

/** Open the panel and wait until the frame has the prompt. */
export async function openAssistant(page, within) {
  await page.getByTestId('assistant-open').click();
  await expect.soon(async () => (await page.getByTestId('gate').textContent()).startsWith('Gate:'), 'the prompt is not written', within);
  const frame = await frameOf(page);
  await expect.soon(async () => (await frame.getByTestId('preview').textContent()).length > 100, 'the frame has no prompt', 20_000);
  return frame;
}

/** The frame, as a Playwright frame. */
export async function frameOf(page) {
  return expect.soon(async () => {
    const element = await page.$('iframe.assistant-frame');
    const frame = await element?.contentFrame();
    return frame && (await frame.$('[data-testid=provider] option')) ? frame : undefined;
  }, 'the frame is not there', 20_000);
}

/** Choose a provider whose base address is the fake one's, with this behaviour. */
export async function choose(frame, id, behaviour, key = 'sk-test-0000000000000000000000') {
  if ((await frame.getByTestId('provider').inputValue()) !== id) {
    // A frame that has asked somebody else becomes another document.
    const narrowed = await frame.evaluate(() => (window.__old = document.querySelectorAll('meta[http-equiv]').length > 1));
    await frame.getByTestId('provider').selectOption(id);
    if (narrowed) {
      await expect.soon(() => frame.evaluate(() => !window.__old && document.getElementById('state').textContent.includes('a new one')), 'there is no new frame');
      await expect.soon(async () => (await frame.getByTestId('preview').textContent()).length > 100, 'the new frame has no prompt');
    }
  }
  await frame.getByTestId('base-url').fill(`${provider}/${behaviour}`);
  await frame.getByTestId('base-url').dispatchEvent('change');
  if (!(await frame.getByTestId('model').inputValue())) await frame.getByTestId('model').fill('fake-model');
  if (key && (await frame.getByTestId('key').isVisible())) await frame.getByTestId('key').fill(key);
}

export const state = (frame) => frame.getByTestId('state').textContent();

/** Send, and wait until what the frame says fits. */
export async function send(frame, said, within = 15_000) {
  await expect.soon(() => frame.getByTestId('send').isEnabled(), 'Send is not enabled');
  await frame.getByTestId('send').click();
  await expect.soon(async () => said.test(await state(frame)), `the frame does not say ${said}`, within).catch(async (error) => {
    throw new Error(`${error.message}; it says: ${await state(frame)}`);
  });
}

/** The prompt's documents by id: what stands between their fences. */
export function documents(prompt) {
  const found = {};
  for (const [, id, , text] of prompt.matchAll(/^## (D\d+): [^\n]*\n(?:[^\n]*left out[^\n]*\n)?(~{4,})\n([\s\S]*?)\n\2$/gm)) found[id] = text;
  return found;
}

/** The right answer to the seed story, in the words of its redacted prompt. */
export function rightAnswer(prompt) {
  const changes = Object.entries(documents(prompt))
    .filter(([, text]) => /"Statement"/.test(text))
    .map(([id, text]) => {
      const both = '"sts:AssumeRole", "sts:TagSession"';
      const replace = /\[\s*"sts:AssumeRole"/.test(text) ? both : `[${both}]`;
      return { id, text: '', edits: [{ find: '"sts:AssumeRole"', replace }], reason: 'the session carries tags' };
    });
  return JSON.stringify({ explanation: 'Tags need sts:TagSession. Ümläut 😀', documents: changes, questions: [] });
}
