// “What if”: the denied request before and after the patch, and another one, with the layers as a picture and in words.

import { paste, ready, seed } from './lib/page.mjs';

export const name = 'another request is decided by the same policies, before and after the patch, with the statement that does';

export async function run({ page, expect, accessibility }) {
  await ready(page);
  await paste(page, await seed());
  const panel = page.getByTestId('what-if');
  await panel.locator('summary').click();
  const decision = async () => page.getByTestId('what-if-decision').getAttribute('data-decision');
  await expect.soon(async () => (await decision()) === 'Allowed', 'the patched policies do not allow it');
  expect.equal(await page.getByTestId('what-if-action').inputValue(), 'sts:TagSession');
  await page.getByTestId('what-if-before').click();
  await expect.soon(async () => (await decision()) === 'ImplicitlyDenied', 'it was not denied before');
  const words = await panel.locator('.layers').textContent();
  expect.contains(words, 'Statement 1');
  expect.contains(words, 'does not match');
  await page.getByTestId('what-if-action').fill('sts:AssumeRole');
  await expect.soon(async () => (await decision()) === 'Allowed', 'what the policy allows is not allowed');
  await page.getByTestId('what-if-resource').fill('arn:aws:iam::842917563019:role/Other');
  await expect.soon(async () => (await decision()) === 'ImplicitlyDenied', 'another role is not denied');
  expect.equal(await page.evaluate(() => document.activeElement.dataset.testid), 'what-if-resource', 'the focus stays while typing');
  const rows = await panel.locator('svg g').count();
  expect.equal(rows, (await panel.locator('.layers > li').count()) + 2, 'the picture has the layers of the list');
  expect.equal(await accessibility(page), []);
  await page.getByRole('button', { name: 'Back to the denied request' }).click();
  await expect.soon(async () => (await page.getByTestId('what-if-action').inputValue()) === 'sts:TagSession', 'the way back');
  expect.contains(await page.getByTestId('what-if-decision').textContent(), 'every layer that has to allow it does');

  // Of somebody else nothing was given, which is no permission.
  await paste(page, IDENTITY);
  await expect.soon(async () => (await page.getByTestId('what-if-action').inputValue()) === 's3:GetObject', 'the next denial');
  await page.getByTestId('what-if-principal').fill('arn:aws:iam::999988887777:role/stranger');
  const said = async () => page.getByTestId('what-if-decision').textContent();
  await expect.soon(async () => (await said()).startsWith('Not known'), 'a stranger is allowed');
}

const IDENTITY = `User: arn:aws:sts::519274836015:assumed-role/reader/run is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::orders-archive/a.csv" because no identity-based policy allows the s3:GetObject action

{ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::orders-archive" }] }
`;
