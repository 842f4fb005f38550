// Trust made visible: every request since the page was opened, a try on demand, the air gap, what the browser keeps and how to remove it.

import { ready } from './lib/page.mjs';

export const name = 'the request log names own files only; a request is tried; the air gap forbids frames too; what is kept can be removed';

export const allows = (problem) => /frame-src|img-src|script-src|Refused to (frame|load)|violates the following Content Security Policy/.test(problem);

export async function run({ page, expect }) {
  await ready(page);
  await expect.soon(async () => (await page.evaluate(() => caches.keys())).length === 1, 'no copy is kept for working offline');
  await page.locator('#open-log').click();
  const log = page.getByTestId('request-log');
  await expect.soon(async () => (await page.getByTestId('network-tried').textContent()).includes('refused'), 'a request is not refused');
  expect.contains(await log.textContent(), 'boot.js');
  expect.contains(await log.textContent(), '.wasm');
  expect(!(await log.textContent()).includes('FOREIGN'), 'a foreign request');

  await page.getByTestId('air-gap').click();
  await expect.soon(async () => (await page.getByTestId('network').textContent()).includes('Air gap'), 'the badge does not say so');
  const loaded = await page.evaluate(() => new Promise((resolve) => {
    const frame = document.createElement('iframe');
    let violated = false;
    document.addEventListener('securitypolicyviolation', (event) => { violated ||= event.effectiveDirective.startsWith('frame'); });
    frame.src = './index.html';
    document.body.append(frame);
    setTimeout(() => { frame.remove(); resolve(!violated); }, 500);
  }));
  expect.equal(loaded, false, 'a frame loads behind the air gap');

  expect.contains(await page.getByTestId('stored').textContent(), 'own files');
  await page.getByTestId('wipe-stored').click();
  await expect.soon(async () => (await page.getByTestId('stored').textContent()) === 'Nothing.', 'the copy stays');
  expect.equal(await page.evaluate(async () => [(await caches.keys()).length, (await navigator.serviceWorker.getRegistrations()).length]), [0, 0]);
}
