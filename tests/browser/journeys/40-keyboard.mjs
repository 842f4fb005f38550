// From an empty page to the fixed policy on the clipboard without a mouse; and no place that the tab key cannot leave.

import { painted, ready, seed, verdict } from './lib/page.mjs';

export const name = 'the whole way by keyboard alone, with the focus always visible';

export async function run({ page, expect, copied }) {
  await ready(page);
  const focused = () => page.evaluate(() => {
    const element = document.activeElement;
    const style = getComputedStyle(element);
    return {
      id: element.dataset.testid ?? element.getAttribute('aria-label') ?? element.textContent.trim(),
      tag: element.tagName,
      outlined: element === document.body || (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0),
    };
  });
  const tabTo = async (wanted, limit) => {
    for (let presses = 1; presses <= limit; presses += 1) {
      await page.keyboard.press('Tab');
      const now = await focused();
      expect(now.outlined, `the focus is not to be seen on ${now.tag} ${now.id}`);
      if (now.id === wanted) return presses;
    }
    throw new Error(`${wanted} is not reached in ${limit} presses of Tab`);
  };
  await tabTo('paste', 8);
  const text = await seed();
  await painted(page, () => page.keyboard.insertText(text));
  expect.equal(await verdict(page), 'patch');
  // With the press of Enter, twelve at the most.
  await tabTo('copy-fixed-1', 11);
  const policy = JSON.parse(await copied(page, page.getByTestId('copy-fixed-1'), () => page.keyboard.press('Enter')));
  expect.equal(policy.Statement[0].Action.at(-1), 'sts:TagSession');

  const visited = new Set();
  let presses = 0;
  for (; presses < 120; presses += 1) {
    await page.keyboard.press('Tab');
    const now = await focused();
    if (now.tag === 'BODY') break;
    visited.add(now.id);
  }
  expect(presses < 120, `the tab key never leaves the page: ${[...visited].join(', ')}`);
  for (const id of ['download-patch', 'variant-hardened', 'diff-1']) expect(visited.has(id), `${id} is not reached by keyboard`);
}
