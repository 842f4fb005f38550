// The assistant with a key of one's own: in all four dialects, cut into single bytes or not, the answer is restored, proven and shown beside undeny's.

import { allowsProvider, choose, openAssistant, provider, requests, reset, rightAnswer, send, setAnswer, state } from './lib/assistant.mjs';
import { paste, seed } from './lib/page.mjs';

export const name = 'a provider of each dialect is asked with redacted text, and its answer is restored and proven beside ours';

export const timeLimit = 180_000;

export const allows = allowsProvider;

const ORIGINALS = ['842917563019', 'blue-Harbor-71-kite', 'c9akciq32rwe'];
const DIALECTS = [['anthropic', 'x-api-key'], ['gemini', 'x-goog-api-key'], ['groq', 'authorization'], ['openai', 'authorization']];

export async function run({ page, expect }) {
  await paste(page, await seed(), 30_000);
  for (const behaviour of ['normal', 'bytes']) {
    for (const [id, header] of DIALECTS) {
      await reset();
      const frame = await openAssistant(page);
      const prompt = await page.getByTestId('preview').inputValue();
      expect(/\d+ places hidden, about \d+ tokens/.test(await page.getByTestId('prompt-stat').textContent()), 'the counts are not shown');
      await setAnswer(rightAnswer(prompt));
      await choose(frame, id, behaviour);
      expect.contains(await frame.getByTestId('reach').textContent(), provider, 'where it goes is not said');
      const body = await frame.getByTestId('preview').textContent();
      await send(frame, /^Answered\. 7 tokens read, 3 written\.$/);
      const [request, ...more] = await requests();
      expect.equal(more.length, 0, 'it asked more than once');
      expect.equal(request.body, body, 'what was sent is not what was shown');
      expect.contains(request.headers[header], 'sk-test-', 'the key is not in its header');
      expect(!request.path.includes('sk-test'), 'the key is in the address');
      expect(!JSON.stringify({ ...request, headers: {} }).includes('sk-test'), 'the key is in the body');
      expect.equal(request.headers.cookie, undefined);
      expect.equal(request.headers.referer, undefined);
      for (const original of ORIGINALS) {
        expect(!request.body.includes(original) && !prompt.includes(original), `${original} left`);
        expect(!(await frame.locator('body').textContent()).includes(original), `the frame has ${original}`);
      }
      for (const part of prompt.split('\n').filter((line) => line.length > 8)) {
        expect.contains(request.body, JSON.stringify(part).slice(1, -1), 'a line of the prompt was not sent');
      }
      const proof = page.getByTestId('answer-proof');
      await expect.soon(async () => (await proof.getAttribute('data-verdict')) === 'proven', `${id}, ${behaviour}: not proven`);
      expect.contains(await frame.getByTestId('answer').textContent(), 'Ümläut 😀');
      expect.contains(await proof.textContent(), 'Ümläut 😀');
      expect.contains(await frame.getByTestId('answer-proof').textContent(), 'Proven');
      expect.contains(await proof.textContent(), 'role/TargetDeployRole', 'the answer is not restored');
      expect.equal(await proof.getByText('undeny’s own', { exact: true }).count(), 2, 'undeny’s own stands beside it');
      await page.getByTestId('copy-answer-0').click();
      expect.equal(await state(frame), 'Answered. 7 tokens read, 3 written.');
      await page.getByTestId('assistant-close').click();
      expect.equal(await page.locator('iframe').count(), 0, 'the frame stays when the panel is closed');
    }
  }
}
