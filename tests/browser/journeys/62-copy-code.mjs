// Code that is copied out of a patch by selecting it is code: no sign, no number, no line of its own for either; of two sides only the selected one.

import { paste, seed } from './lib/page.mjs';
import { clipboard } from '../harness.mjs';

export const name = 'select lines of a diff, of two sides, of a whole file, and copy them';

export async function run({ page, expect }) {
  // All of the patch is in sight, so that the mouse stays in it.
  await page.setViewportSize({ width: 1440, height: 3000 });
  await paste(page, await seed());
  await expect.soon(() => page.getByTestId('diff-1').isVisible(), 'no diff is shown');
  const drag = async (first, last) => {
    // The start of the first line's text and the end of the last one's.
    await first.scrollIntoViewIfNeeded();
    const [from, to] = [await first.boundingBox(), await last.boundingBox()];
    await page.mouse.move(from.x + 1, from.y + 6);
    await page.mouse.down();
    await page.mouse.move(to.x + to.width - 2, to.y + to.height - 6, { steps: 6 });
    await page.mouse.up();
    await page.keyboard.press('ControlOrMeta+C');
    return (await clipboard(page)).trimEnd();
  };
  const code = (rows) => rows.evaluateAll((all) => all.map((row) => row.textContent.trimEnd()).join('\n'));

  const lines = page.locator('[data-testid=diff-1] .lines > [data-line] > :last-child');
  const all = await lines.count();
  expect(all > 3, 'the diff is too short');
  expect.equal(await drag(lines.first(), lines.nth(all - 1)), await code(lines), 'lines of the diff');

  await page.getByRole('button', { name: 'Side by side' }).click();
  for (const side of ['before', 'after']) {
    const cells = page.locator(`[data-testid=beside-1] td[data-side=${side}]`);
    const texts = await cells.evaluateAll((cells) => cells.map((cell) => cell.lastChild.data ?? ''));
    const drawn = await drag(cells.first(), cells.last());
    expect.equal(drawn, texts.join('\n').trimEnd(), `the side ${side}`);
  }

  await page.getByRole('button', { name: 'Whole file' }).click();
  const whole = page.locator('[data-testid=fixed-1] .lines > [data-line] > :last-child');
  await page.evaluate(() => getSelection().selectAllChildren(document.querySelector('[data-testid=fixed-1]')));
  await page.keyboard.press('ControlOrMeta+C');
  const copied = await clipboard(page);
  expect.equal(copied.trimEnd(), await code(whole), 'the whole file');
  JSON.parse(copied);
}
