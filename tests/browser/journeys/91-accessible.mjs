// axe-core finds nothing, empty and full, light and dark; and at 360 px nothing sticks out.

import { paste, ready, seed } from './lib/page.mjs';

export const name = 'no accessibility findings on the empty and the full page, light and dark, wide and narrow';

export async function run({ page, expect, accessibility }) {
  await ready(page);
  const look = async (state) => {
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme });
      expect.equal(await accessibility(page), [], `${state}, ${colorScheme}`);
    }
  };
  await look('empty');
  await paste(page, await seed());
  await look('full');
  await page.setViewportSize({ width: 360, height: 800 });
  await look('full at 360 px');
  const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(wider <= 0, `at 360 px the page is ${wider} px too wide`);
  const small = await page.evaluate(() => [...document.querySelectorAll('button, select, input, summary')]
    .filter((element) => element.checkVisibility() && !element.hidden)
    .map((element) => [element.textContent.trim().slice(0, 30), element.getBoundingClientRect()])
    .filter(([, box]) => box.width > 0 && (box.width < 24 || box.height < 24))
    .map(([text, box]) => `${text}: ${box.width} x ${box.height}`));
  expect.equal(small, [], 'targets under 24 px');
}
