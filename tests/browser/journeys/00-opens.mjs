// The page opens as it is served: its files arrive with the headers it is to have, its wasm runs, and it locks its own network.

import { paste, ready, seed } from './lib/page.mjs';

export const name = 'the page opens, under its content policy, shows something and locks its network';

export async function run({ page, expect, url, lockRefusals }) {
  await expect.soon(() => page.evaluate(() => document.body.innerText.trim() !== ''), 'the page stays empty');

  await ready(page);
  expect.equal(lockRefusals, [], 'a request was tried, and an error written, for nothing');
  await paste(page, await seed());
  await expect.soon(() => lockRefusals.length > 0, 'the page never tried its lock');

  const answer = await page.context().request.get(url);
  const headers = answer.headers();
  const inPage = await page.locator('meta[http-equiv="Content-Security-Policy"]').first().getAttribute('content');
  expect.equal(headers['content-security-policy'], inPage, 'the page carries the policy it is served with');
  expect(!headers['content-security-policy'].includes('unsafe-inline'), 'the policy has no unsafe-inline');
  expect.equal(headers['content-encoding'], 'br');
  expect.equal(headers['x-content-type-options'], 'nosniff');
  expect.equal(headers['cross-origin-opener-policy'], 'same-origin');
  expect.equal(headers['cross-origin-resource-policy'], 'same-origin');
  expect.equal(headers['referrer-policy'], 'no-referrer');
  expect.contains(headers['permissions-policy'], 'clipboard-read=()');

  const unchecked = await page.evaluate(() => [...document.scripts].filter((script) => !script.integrity).length);
  expect.equal(unchecked, 0, 'every script tag carries the hash of its file');
}
