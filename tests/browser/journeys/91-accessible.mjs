// axe-core finds nothing in any state, light or dark, at 100, 200 and 400 %; nothing sticks out of the page and no target is too small.

import { enter, STATES } from './lib/states.mjs';

export const name = 'no accessibility findings in any state, light and dark, at 100, 200 and 400 %';

export const timeLimit = 600_000;

// A window of 1280 px, zoomed: the page is laid out in as many fewer pixels.
const ZOOMS = [['100 %', 1280, 1024], ['200 %', 640, 512], ['400 %', 320, 256]];

export async function run({ page, expect, accessibility, url }) {
  const found = [];
  for (const [state, lead] of STATES) {
    await page.setViewportSize({ width: 1280, height: 1024 });
    await page.goto('about:blank');
    await page.goto(url, { waitUntil: 'domcontentloaded' });
    await enter(page, lead);
    for (const [zoom, width, height] of ZOOMS) {
      await page.setViewportSize({ width, height });
      for (const colorScheme of ['light', 'dark']) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        found.push(...(await accessibility(page)).map((finding) => `${state}, ${zoom}, ${colorScheme}: ${finding}`));
      }
      found.push(...(await layout(page)).map((finding) => `${state}, ${zoom}: ${finding}`));
    }
  }
  expect.equal(found, []);
}

/** What sticks out of the page or is cut off, and targets under 24 px. */
const layout = (page) => page.evaluate(() => {
  const wider = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  const small = [...document.querySelectorAll('button, select, input, summary')]
    .filter((element) => element.checkVisibility() && !element.hidden)
    .map((element) => [element.textContent.trim().slice(0, 30) || element.id, element.getBoundingClientRect(), element.closest('label')?.getBoundingClientRect()])
    .filter(([, box]) => box.width > 0)
    // A small box inside of its label is pressed by its label.
    .filter(([, box, label]) => Math.max(box.width, label?.width ?? 0) < 24 || Math.max(box.height, label?.height ?? 0) < 24)
    .map(([text, box]) => `${text}: ${box.width} x ${box.height}`);
  // A card hides what sticks out of it, and does not scroll.
  const cut = [...document.querySelectorAll('.card')]
    .filter((card) => card.checkVisibility() && card.scrollWidth > card.clientWidth + 1)
    .map((card) => `${card.querySelector('h2')?.textContent ?? card.className}: ${card.scrollWidth - card.clientWidth} px are cut off`);
  return [...(wider > 0 ? [`the page is ${wider} px too wide`] : []), ...small, ...cut];
});
