// What others may see: a mark is switched off and on, by mouse and by keyboard; a selection is hidden; the copy is what is shown.

import { painted, paste, seed, verdict } from './lib/page.mjs';

export const name = 'toggle a redaction off and on, hide every name, hide a selection, copy the redacted text';

const ACCOUNT = '842917563019';

export async function run({ page, expect, copied }) {
  const text = await seed();
  await paste(page, text);
  const redacted = () => page.getByTestId('redacted').textContent();
  const shown = await redacted();
  expect(!shown.includes(ACCOUNT), 'the account is hidden everywhere');
  expect(!shown.includes('blue-Harbor-71-kite'), 'the password is hidden');
  expect.contains(shown, 'sts:TagSession', 'what is no secret stays');
  expect.contains(await page.getByTestId('findings').textContent(), '1 secret');

  const mark = page.locator('[data-testid^="redaction-"]').first();
  await painted(page, () => mark.click());
  expect.contains(await redacted(), ACCOUNT, 'a switched-off value is shown');
  expect.equal(await page.getByTestId('redaction-0').getAttribute('aria-pressed'), 'false');
  await painted(page, () => page.getByTestId('redaction-0').click());
  expect.equal(await redacted(), shown, 'switched on again, everything is as before');

  expect.contains(shown, 'TargetDeployRole', 'a name of everyday words stays');
  const strict = page.getByTestId('strict');
  await painted(page, () => strict.click());
  expect.equal(await strict.getAttribute('aria-pressed'), 'true');
  expect(!(await redacted()).includes('TargetDeployRole'), 'the strict level hides every name');
  expect.equal(await verdict(page), 'patch', 'the level is for what others see');
  await painted(page, () => strict.click());
  expect.equal(await redacted(), shown);

  await page.getByTestId('redaction-0').focus();
  await page.keyboard.press('ArrowRight');
  expect.equal(await page.evaluate(() => document.activeElement.dataset.testid), 'redaction-1', 'the arrow goes to the next mark');
  await painted(page, () => page.keyboard.press('Enter'));
  expect.equal(await page.evaluate(() => document.activeElement.dataset.testid), 'redaction-1', 'the focus stays on the mark');
  expect.equal(await page.getByTestId('redaction-1').getAttribute('aria-pressed'), 'false');
  await painted(page, () => page.keyboard.press(' '));
  expect.equal(await redacted(), shown);

  await page.getByTestId('paste').evaluate((area) => {
    area.focus();
    const at = area.value.indexOf('storefront');
    area.setSelectionRange(at, at + 'storefront'.length);
  });
  const hide = page.getByTestId('hide-selection');
  await expect.soon(() => hide.isEnabled(), 'a selection cannot be hidden');
  await painted(page, () => hide.click());
  expect(!(await redacted()).includes('storefront'), 'the selected word is hidden wherever it stands');

  const held = await copied(page, page.getByTestId('copy-redacted'));
  expect.equal(held.replaceAll('\r\n', '\n'), await redacted(), 'what is copied is what is shown');
  expect(!held.includes(ACCOUNT));

  await painted(page, () => page.getByRole('button', { name: /Do not hide any more: storefront/ }).click());
  expect.equal(await redacted(), shown);

  // A selection of the redacted text over a mark is hidden as what it stands for.
  const name = 'arn:aws:iam::842917563019:user/nightly-import';
  await paste(page, `User: ${name} is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::wide-open/a.csv" because no identity-based policy allows the s3:GetObject action\n`);
  const over = (from, to) => page.evaluate(([from, to]) => {
    const place = document.querySelector('[data-testid=redacted] pre');
    const walker = document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
    const points = [];
    for (let node = walker.nextNode(), at = 0; node; at += node.data.length, node = walker.nextNode()) {
      for (const point of [from, to]) if (point >= at && point <= at + node.data.length && points.length < (point === to ? 2 : 1)) points.push([node, point - at]);
    }
    getSelection().setBaseAndExtent(...points[0], ...points[1]);
    return String(getSelection());
  }, [from, to]);
  const line = (await redacted()).split('\n')[0];
  const [start, end] = [line.indexOf('arn:'), line.indexOf(' is not')];
  expect(!line.includes(ACCOUNT), 'the account is not hidden');
  await page.evaluate(() => document.activeElement.blur());
  expect.equal(await over(start, end), line.slice(start, end));
  await expect.soon(() => hide.isEnabled(), 'a selection over a mark cannot be hidden');
  await painted(page, () => hide.click());
  expect(!(await redacted()).includes(line.slice(start, end)), 'a selection over a mark is called hidden and is not');
  expect.contains(await page.locator('#redaction .chips').textContent(), name, 'what is hidden is not said as it was given');
  await page.evaluate(() => document.querySelector('[data-testid=redacted] mark').dispatchEvent(new Event('focus')));
  await page.evaluate(() => getSelection().selectAllChildren(document.querySelector('[data-testid=redacted] mark')));
  await expect.soon(async () => !(await hide.isEnabled()), 'what is hidden already is offered to be hidden');
}
