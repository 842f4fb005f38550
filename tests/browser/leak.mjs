// The browser's half of `cargo xtask leak-test`: each N.paste of the folder given is pasted, asked about and copied; all that left, or could have, goes to
// N.captured: the preview, the request as the provider got it, the clipboard, the redacted export, the errors, and everything that the frame shows.

import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { copied, expect, openBrowser, openPage, url } from './harness.mjs';
import { choose, openAssistant, requests, reset, send, setAnswer, state } from './journeys/lib/assistant.mjs';
import { paste, ready } from './journeys/lib/page.mjs';

// One that answers, and one whose error is read.
const BEHAVIOURS = [['normal', /^Answered/], ['400', /What helps/]];
// Text that the page shows beside the originals is the user's own; of the panel, what stands above the answer's worth has none.
const PANEL = '#assistant .part:not(.proof-of-answer)';

const folder = process.argv[2];
const numbers = (await readdir(folder)).filter((name) => name.endsWith('.paste')).map((name) => Number.parseInt(name, 10)).sort((left, right) => left - right);
const browser = await openBrowser();
let { context, page } = await openPage(browser);
for (const number of numbers) {
  if (number % 25 === 0) {
    await context.close();
    ({ context, page } = await openPage(browser));
    await page.goto(url, { waitUntil: 'load' });
    await ready(page);
  }
  await paste(page, await readFile(join(folder, `${number}.paste`), 'utf8'), 60_000);
  const captured = [];
  const frame = await openAssistant(page, 60_000);
  await reset();
  await setAnswer('{"explanation": "nothing", "documents": [], "questions": []}');
  for (const [behaviour, said] of BEHAVIOURS) {
    await choose(frame, ['anthropic', 'gemini', 'groq', 'openai'][number % 4], behaviour);
    if ((await page.getByTestId('gate').textContent()) === 'Gate: cleared') await send(frame, said, 30_000);
    captured.push(await state(frame), await frame.evaluate(() => document.documentElement.outerHTML));
  }
  captured.push(JSON.stringify(await requests()), await page.getByTestId('preview').inputValue());
  captured.push(...await page.locator(PANEL).evaluateAll((parts) => parts.map((part) => part.outerHTML)));
  for (const id of ['copy-prompt', 'copy-redacted']) {
    if (await page.getByTestId(id).isDisabled()) continue;
    captured.push(await copied(page, page.getByTestId(id)));
  }
  await page.getByTestId('assistant-close').click();
  await writeFile(join(folder, `${number}.captured`), captured.join('\n'));
  if ((number + 1) % 25 === 0) console.log(`${number + 1} of ${numbers.length} pastes went through the page`);
}
await browser.close();
