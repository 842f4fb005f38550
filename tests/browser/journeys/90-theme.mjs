// Light, dark, or as the system has it; a choice is not stored.

import { ready } from './lib/page.mjs';

export const name = 'the theme follows the system until one is chosen';
export const options = { colorScheme: 'dark' };

export async function run({ page, expect }) {
  await ready(page);
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const dark = await background();
  await page.emulateMedia({ colorScheme: 'light' });
  const light = await background();
  expect(dark !== light, 'the page does not follow the system');
  const theme = page.getByLabel('Theme');
  await theme.selectOption('dark');
  expect.equal(await background(), dark);
  await theme.selectOption('light');
  await page.emulateMedia({ colorScheme: 'dark' });
  expect.equal(await background(), light, 'a choice stands against the system');
  await theme.selectOption('System');
  expect.equal(await background(), dark);
}
