// A long paste: the page says that it reads, stays usable meanwhile, can be stopped, and draws of a long text what is looked at.

import { painted, paste, ready, seed, verdict } from './lib/page.mjs';

export const name = 'reading a long paste is said and can be stopped; a long redacted text is drawn as one scrolls';

export const timeLimit = 120_000;

const line = '2026-11-21T09:14:02Z INFO step finished in 12 ms\n';

/** As a paste does it; typing so much through the driver takes longer than reading it. */
const put = (page, bytes, after, before) => painted(page, () => page.evaluate(([line, count, after, before]) => {
  const area = document.getElementById('paste');
  area.value = before + line.repeat(count) + after;
  area.dispatchEvent(new Event('input', { bubbles: true }));
}, [line, Math.floor(bytes / line.length), after, before]), 60_000);

export async function run({ page, expect }) {
  await ready(page);
  const story = await seed();
  await paste(page, story);
  expect.equal(await verdict(page), 'patch');

  // Stop, as soon as there is such a button.
  await page.evaluate(() => {
    window.__said = new Promise((resolve) => {
      new MutationObserver((_, self) => {
        const stop = document.querySelector('[data-testid=stop]');
        if (!stop) return;
        self.disconnect();
        const said = document.querySelector('[data-testid=working]').textContent;
        setTimeout(() => { stop.click(); resolve(said); }, 100);
      }).observe(document.body, { childList: true, subtree: true });
    });
  });
  await put(page, 10_000_000, story.replaceAll('sts:', 's3:'), '');
  expect.contains(await page.evaluate(() => window.__said), 'Reading');
  expect.equal(await page.getByTestId('working').count(), 0, 'it goes on reading');
  await page.waitForTimeout(500);
  expect.contains(await page.getByTestId('cause').textContent(), 'sts:TagSession', 'the answer before is gone');
  expect.equal((await page.getByTestId('paste').inputValue()).length > 9_000_000, true, 'the text is gone');

  // Some hundred KB: read without stopping, and drawn as far as it is looked at.
  await put(page, 400_000, 'last account 842917563019\n', story);
  await expect.soon(async () => (await verdict(page)) === 'patch', 'a long text is not answered', 30_000);
  const shown = page.getByTestId('redacted');
  const drawn = () => shown.evaluate((element) => element.textContent.length);
  const first = await drawn();
  expect(first > 10_000 && first < 100_000, `${first} letters are drawn at first`);
  await shown.evaluate((element) => element.scrollTo(0, element.scrollHeight));
  await expect.soon(async () => (await drawn()) > first, 'no more is drawn when one scrolls');
  // From mark to mark, also to one that is not drawn yet.
  const marks = shown.locator('mark');
  await marks.last().focus();
  const before = await marks.count();
  await page.keyboard.press('ArrowRight');
  await expect.soon(async () => (await marks.count()) === before + 1, 'the next mark is not drawn');
  await expect.soon(() => page.evaluate(() => document.activeElement.tagName === 'MARK' && document.activeElement.dataset.number === `${[...document.querySelectorAll('[data-testid=redacted] mark')].length - 1}`), 'the next mark has no focus');
}
