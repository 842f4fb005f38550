// The lock: after its start the page can ask nobody for anything, not even its own server for its own files.

import { painted, ready, paste, seed } from './lib/page.mjs';

export const name = 'the page is locked: a request for its own file is refused, the badge says so, nothing is stored';

export const allows = (problem) => /connect-src|Refused to connect/.test(problem);

export async function run({ page, context, expect }) {
  const asked = [];
  await ready(page);
  const badge = page.getByTestId('network');
  expect.equal(await badge.getAttribute('data-state'), 'untried', 'the badge claims what was not tried');
  expect.contains(await badge.textContent(), 'Network locked');
  // The later panes' style sheet comes at the end; what the offline worker asks for is its own list of the page's files, another journey's matter.
  await page.waitForFunction(() => [...document.styleSheets].some((sheet) => sheet.href?.endsWith('late.css')));
  context.on('response', (response) => {
    if (!response.request().serviceWorker()) asked.push(response.url());
  });
  const refused = (file = './index.html') => page.evaluate((file) => fetch(file).then(() => 'answered', () => 'refused'), file);
  // Lighthouse looks whether a box can be pasted into by a paste of nothing.
  await page.evaluate(() => document.getElementById('paste').dispatchEvent(new ClipboardEvent('paste', { cancelable: true, bubbles: true })));
  expect.equal(await refused('/robots.txt'), 'answered', 'the tools of search engines cannot ask for robots.txt');
  await page.getByTestId('paste').focus();
  expect.equal(await refused('/robots.txt'), 'refused', 'the lock is not whole though somebody is there');
  expect.equal(await refused(), 'refused', 'a request for an own file');
  await page.evaluate(() => document.querySelectorAll('meta[http-equiv]').forEach((meta) => meta.remove()));
  expect.equal(await refused(), 'refused', 'the lock cannot be taken away');
  const beacon = await page.evaluate(() => new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open('POST', './index.html');
    request.onload = () => resolve('answered');
    request.onerror = () => resolve('refused');
    request.send('x');
  }));
  expect.equal(beacon, 'refused');
  await paste(page, await seed());
  await expect.soon(async () => (await badge.getAttribute('data-state')) === 'locked', 'the badge does not say that a request was refused');
  await painted(page, () => page.getByTestId('redaction-0').click());
  const left = asked.filter((address) => !address.startsWith('blob:'));
  expect.equal(left, [new URL('/robots.txt', page.url()).href], 'answers after the start');
  const stored = await page.evaluate(async () => [localStorage.length, sessionStorage.length, document.cookie, (await indexedDB.databases()).length]);
  expect.equal(stored, [0, 0, '', 0], 'something was stored');
  const ours = await page.evaluate(() => Object.keys(window).filter((key) => !key.startsWith('__')).filter((key) => /undeny|wasm|engine/i.test(key)));
  expect.equal(ours, [], 'window carries something of ours');
}
