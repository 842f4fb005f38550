// A long paste: the page says that it reads, stays usable meanwhile, can be stopped, shows the text to read, and draws of it what is looked at.

import { painted, paste, ready, seed, verdict } from './lib/page.mjs';

export const name = 'a long paste is shown to read, and reading it is said and can be stopped; a long redacted text is drawn as one scrolls';

export const timeLimit = 120_000;

const line = '2026-11-21T09:14:02Z INFO step finished in 12 ms\n';

/** Paste many lines between two texts, into what has the focus. */
const put = (page, bytes, after, before) => page.evaluate(([line, count, after, before]) => {
  const data = new DataTransfer();
  data.setData('text/plain', before + line.repeat(count) + after);
  document.activeElement.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
}, [line, Math.floor(bytes / line.length), after, before]);

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
  await page.getByTestId('paste').focus();
  await painted(page, () => put(page, 10_000_000, story.replaceAll('sts:', 's3:'), ''), 60_000);
  expect.contains(await page.evaluate(() => window.__said), 'Reading');
  expect.equal(await page.getByTestId('working').count(), 0, 'it goes on reading');
  await page.waitForTimeout(500);
  expect.contains(await page.getByTestId('cause').textContent(), 'sts:TagSession', 'the answer before is gone');
  const long = page.getByRole('region', { name: 'Pasted text, shown to read' });
  expect.equal((await long.evaluate((shown) => shown.textContent.length)) > 9_000_000, true, 'the text is gone');
  expect.contains(await page.getByTestId('long').textContent(), '10.0 MB');
  expect.equal(await page.getByTestId('paste').inputValue(), story, 'the box does not keep what was in it');
  expect(await long.evaluate((shown) => document.activeElement === shown), 'the keyboard is nowhere');
  await painted(page, () => page.getByRole('button', { name: 'Close Pasted text' }).click(), 30_000);
  expect.equal(await long.count(), 0, 'a closed text is still there');

  // Some hundred KB in the place of what is selected: read without stopping, and drawn as far as it is looked at.
  await page.getByTestId('paste').focus();
  await page.keyboard.press('Control+a');
  const error = story.indexOf('{');
  await painted(page, () => put(page, 400_000, `last account 842917563019\n${story.slice(error)}`, story.slice(0, error)), 30_000);
  expect.equal(await page.getByTestId('paste').inputValue(), '', 'what was selected is still there');
  await expect.soon(async () => (await verdict(page)) === 'patch', 'a long text is not answered', 30_000);
  const shown = page.getByTestId('redacted');
  const drawn = () => shown.evaluate((element) => element.textContent.length);
  const first = await drawn();
  expect(first > 5_000 && first < 50_000, `${first} letters are drawn at first`);
  await shown.evaluate((element) => element.scrollTo(0, element.scrollHeight));
  await expect.soon(async () => (await drawn()) > first, 'no more is drawn when one scrolls');
  // From mark to mark, also to one that is not drawn yet.
  const marks = shown.locator('mark');
  await marks.last().focus();
  const before = await marks.count();
  await page.keyboard.press('ArrowRight');
  await expect.soon(async () => (await marks.count()) > before, 'the next mark is not drawn');
  await expect.soon(() => page.evaluate((number) => document.activeElement.dataset.number === `${number}`, before), 'the next mark has no focus');

  // A place far down in it, chosen from what was recognised.
  const row = page.locator('[data-testid^=document-]').filter({ hasText: 'trust policy' }).last();
  await row.getByRole('button').click();
  await expect.soon(() => page.evaluate(() => `${getSelection()}`.includes('"Principal"')), 'the place is not selected');
  const [top, bottom] = await long.evaluate((area) => {
    const [place, frame] = [getSelection().getRangeAt(0).getBoundingClientRect(), area.getBoundingClientRect()];
    return [place.top - frame.top, frame.bottom - place.top];
  });
  expect(top >= 0 && bottom > 0, `the place is out of sight: ${top} below the top, ${bottom} above the end`);

  // All the same it can be edited, and stays where somebody types.
  await page.getByTestId('long').getByRole('button').click();
  const area = page.getByRole('textbox', { name: 'Pasted text' });
  expect.equal((await area.inputValue()).length > 400_000, true, 'there is no box for it');
  await painted(page, () => page.keyboard.type('x'), 30_000);
  expect((await area.inputValue()).startsWith(`x${story.slice(0, 20)}`), 'what is typed is not at the start of the box');
  await painted(page, () => page.getByRole('button', { name: 'Close Pasted text' }).click(), 30_000);

  // What would go nowhere goes into the box; what a script fills in is taken over as a paste is.
  await page.getByRole('button', { name: 'Open files' }).focus();
  await painted(page, () => put(page, 0, story, ''));
  expect.equal(await page.getByTestId('paste').inputValue(), story, 'a paste beside the box is lost');
  await painted(page, () => page.getByTestId('paste').evaluate((area, text) => {
    area.value = text;
    area.dispatchEvent(new Event('input', { bubbles: true }));
  }, line.repeat(4000) + story), 30_000);
  expect.equal(await page.getByTestId('paste').inputValue(), '');
  expect.contains(await long.evaluate((shown) => shown.textContent), 'sts:TagSession');
}
