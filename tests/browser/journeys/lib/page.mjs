// What several journeys do: bring the page up, paste, wait until the answer is painted.

import { readFile } from 'node:fs/promises';

import { expect } from '../../harness.mjs';

const examples = new URL('../../../../examples/', import.meta.url);

/** The text of a file in examples/. */
export const example = (name) => readFile(new URL(name, examples), 'utf8');

/** The seed story as one paste. */
export async function seed() {
  const parts = await Promise.all(['build.log', 'identity.json', 'trust.json'].map((name) => example(`codebuild/${name}`)));
  return parts.map((part) => part.trimEnd()).join('\n\n') + '\n';
}

export const ready = (page) => page.waitForSelector('html[data-ready="true"]');

const revision = (page) => page.evaluate(() => Number(document.documentElement.dataset.revision));

/** Do something that changes what is given or chosen, and wait until the new answer is painted. */
export async function painted(page, change, within = 10_000) {
  await ready(page);
  // What is still on its way must not be taken for the answer to this change.
  await page.waitForTimeout(50);
  const before = await revision(page);
  const result = await change();
  await expect.soon(async () => (await revision(page)) > before, 'no new answer was painted', within);
  return result;
}

/** Put a text into the box at once, as a paste does. */
export const paste = (page, text, within) => painted(page, () => page.getByTestId('paste').fill(text), within);

/** The worker has copied the page's own files, so nothing more is asked for them. */
export const copied = (page, expect) => expect.soon(
  () => page.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.active?.state === 'activated'),
  'no worker is active',
);

export const verdict = (page) => page.getByTestId('verdict').getAttribute('data-verdict');
