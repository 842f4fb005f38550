// The first case of each rule, opened as files: the page shows the lines that go and come as the case names them, or no patch where it names none.

import { readdir, readFile } from 'node:fs/promises';

import { expect as claims } from '../harness.mjs';
import { ready, verdict } from './lib/page.mjs';

export const name = 'the first case of every rule comes to the same patch in the page, file by file';

const cases = new URL('../../cases/', import.meta.url);

/** The blocks of a case: what its fence says, and its text. */
function blocks(text) {
  return [...text.matchAll(/^```(\S+)(?: (.*))?\n([\s\S]*?)^```$/gm)].map(([, kind, name = '', body]) => ({ kind, name, body }));
}

const lines = (body) => body.split('\n').filter((line) => /^[-+]/.test(line));

export async function run({ page, expect }) {
  await ready(page);
  const rules = (await readdir(cases, { withFileTypes: true })).filter((entry) => entry.isDirectory()).map(({ name }) => name).sort();
  expect(rules.length >= 17, 'the cases are not where they were');
  const wrong = [];
  for (const rule of rules) {
    const [first] = (await readdir(new URL(`${rule}/`, cases))).filter((file) => file.endsWith('.md')).sort();
    const all = blocks(await readFile(new URL(`${rule}/${first}`, cases), 'utf8'));
    const inputs = all.filter(({ kind }) => !['diff', 'hardened', 'expect'].includes(kind));
    const wanted = all.filter(({ kind }) => kind === 'diff').flatMap(({ body }) => lines(body));
    const expected = all.find(({ kind }) => kind === 'expect')?.body ?? '';
    const files = inputs.map(({ kind, name, body }, nth) => ({
      name: name.split(' ')[0] || (kind === 'error' ? 'error.log' : `file-${nth}.${kind}`),
      mimeType: 'text/plain',
      buffer: Buffer.from(body),
    }));
    // An answer that the case gives is typed into its question, so cases with one are left to the engine's own runner.
    if (/^answer: /m.test(expected)) continue;
    await page.getByRole('button', { name: 'Clear everything' }).click();
    await claims.soon(async () => (await page.getByTestId('verdict').count()) === 0, 'the case before it stays');
    await page.locator('#open-files').setInputFiles(files);
    await claims.soon(async () => (await page.getByTestId('verdict').count()) === 1 && (await page.getByTestId('redacted').count()) === 1, `${rule}/${first} is not answered`);
    const shown = await page.locator('[data-testid^=diff-]').allTextContents();
    const came = shown.flatMap((text) => lines(text)).filter((line) => !/^(---|\+\+\+) /.test(line));
    if (JSON.stringify(came) !== JSON.stringify(wanted)) wrong.push(`${rule}/${first}: ${came.join(' | ')} instead of ${wanted.join(' | ')}`);
    const named = /^verdict: (\S+)/m.exec(expected)?.[1];
    if (named && (await verdict(page)) !== named) wrong.push(`${rule}/${first}: ${await verdict(page)} instead of ${named}`);
  }
  expect.equal(wrong, [], 'cases that come out otherwise in the page');
}
