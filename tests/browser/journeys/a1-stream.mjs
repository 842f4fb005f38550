// What a provider may do in the middle: nothing for a while, break off, say no, be busy. The user sees each token at once, can stop, and gets a
// sentence with a next step.

import { allowsProvider, choose, openAssistant, requests, reset, rightAnswer, send, setAnswer, state } from './lib/assistant.mjs';
import { paste, seed } from './lib/page.mjs';

export const name = 'tokens appear with the next frame, cancel stops at once, busy providers are asked again before the first token only, every failure has its sentence';

export const timeLimit = 150_000;

export const allows = (problem) => allowsProvider(problem) || /Failed to load resource|CORS policy|ERR_FAILED|ERR_INCOMPLETE/.test(problem);

/** Provider, behaviour, how often it is asked, what the frame says, what else is shown. */
const ENDS = [
  ['groq', 'busy-once', 2, /^Answered/],
  ['anthropic', 'overloaded-once', 2, /^Answered/],
  ['anthropic', 'first-error-once', 2, /^Answered/],
  ['anthropic', 'overloaded', 3, /^The provider is overloaded\. What helps: try again in a while/],
  ['groq', 'busy', 1, /^Too many requests .* asks to wait 600 s\. What helps: wait/],
  ['anthropic', 'mid-error', 1, /^In the middle of its answer: The provider is overloaded\. What came is below/],
  ['gemini', 'mid-error', 1, /^In the middle of its answer: The provider failed\./],
  ['groq', 'broken', 1, /^The connection broke off before the answer was complete/],
  ['groq', 'no-schema', 2, /^Answered/],
  ['groq', 'refusal', 1, /^The model declined to answer/],
  ['openai', 'refusal', 1, /^The model declined to answer/],
  ['anthropic', 'refusal', 1, /^The model declined to answer/],
  ['gemini', 'refusal', 1, /^The model declined to answer/],
  ['groq', 'truncated', 1, /^The answer ends before it is complete/],
  ['openai', 'truncated', 1, /^The answer ends before it is complete/],
  ['anthropic', 'truncated', 1, /^The answer ends before it is complete/],
  ['gemini', 'truncated', 1, /^The answer ends before it is complete/],
  ['anthropic', 'organisation', 1, /^Your organisation does not let its keys be used from a browser\./],
  ['anthropic', '401', 1, /^The provider does not know this key\. What helps: paste it again/],
  ['deepseek', '402', 1, /^The account has no balance left/],
  ['groq', '403', 1, /^This key may not use this model/],
  ['groq', '404', 1, /^There is no such model/],
  ['groq', '413', 1, /^The prompt is larger than the provider takes/],
  ['groq', '418', 1, /^The provider answered with a status that undeny does not know/],
  ['openai', 'bad-key', 1, /^The browser could not read an answer/, 'The key is wrong: OpenAI says so'],
  ['ollama', 'bad-key', 1, /^The browser could not read an answer/, 'OLLAMA_ORIGINS does not name this page'],
  ['groq', 'unstreamed', 1, /^Answered/],
  ['anthropic', 'unstreamed', 1, /^Answered/],
  ['gemini', 'unstreamed', 1, /^Answered/],
  ['openai', 'unstreamed', 1, /^Answered/],
  ['groq', 'sign-in', 1, /not an event stream \(text\/html\): a proxy, or a wrong base address/],
  ['groq', 'nothing', 1, /not an event stream \(text\/event-stream\): a proxy, or a wrong base address/],
  ['groq', 'elsewhere', 1, /^The browser could not read an answer/, 'This computer is offline'],
];

/** In the frame: note each piece of text that is not on the screen with the frame that follows it. */
function watchPieces() {
  window.__late = [];
  window.__seen = 0;
  const read = ReadableStreamDefaultReader.prototype.read;
  ReadableStreamDefaultReader.prototype.read = function reading() {
    return read.call(this).then((piece) => {
      const answer = document.getElementById('answer');
      const before = answer.textContent.length;
      if (piece.value && /"text_delta"/.test(new TextDecoder().decode(piece.value))) {
        window.__seen += 1;
        // The callback runs before the next frame is painted: by then the text has to be there, and shown.
        requestAnimationFrame(() => {
          if (answer.textContent.length <= before || !answer.checkVisibility()) window.__late.push(before);
        });
      }
      return piece;
    });
  };
}

export async function run({ page, expect }) {
  await paste(page, await seed(), 30_000);
  const frame = await openAssistant(page);
  await frame.evaluate(watchPieces);
  await reset();
  await setAnswer(rightAnswer(await page.getByTestId('preview').inputValue()));

  await choose(frame, 'anthropic', 'slow');
  await send(frame, /^Answered/);
  const [seen, late] = await frame.evaluate(() => [window.__seen, window.__late]);
  expect(seen > 5, `only ${seen} pieces of text came`);
  expect.equal(late, [], 'pieces that were not on the screen with the next frame');

  // Cancel: at once, and for good.
  await send(frame, /^Answering/);
  await frame.waitForTimeout(300);
  const [after, much_later, said] = await frame.evaluate(async () => {
    const length = () => document.getElementById('answer').textContent.length;
    const wait = (time) => new Promise((done) => setTimeout(done, time));
    document.getElementById('cancel').click();
    await wait(50);
    const now = length();
    await wait(1000);
    return [now, length(), document.getElementById('state').textContent];
  });
  expect.equal(much_later, after, 'something was written after Cancel');
  expect.contains(said, 'Cancelled');
  expect(await frame.getByTestId('send').isEnabled(), 'after Cancel it cannot be asked again');
  expect.equal(await page.getByTestId('answer').inputValue(), '', 'a cancelled answer was handed on');
  await send(frame, /^Answered/);
  await expect.soon(async () => (await page.getByTestId('answer-proof').getAttribute('data-verdict')) === 'proven', 'asked again, it is not proven');

  // Stalled: it says so, and can be cancelled.
  await choose(frame, 'anthropic', 'stalled');
  await send(frame, /^Nothing has come for ten seconds/, 20_000);
  await frame.getByTestId('cancel').click();
  expect.contains(await state(frame), 'Cancelled');

  for (const [id, behaviour, times, sentence, cause] of ENDS) {
    await reset();
    await setAnswer(rightAnswer(await page.getByTestId('preview').inputValue()));
    await choose(frame, id, behaviour);
    await send(frame, sentence, 12_000).catch((error) => { throw new Error(`${id}, ${behaviour}: ${error.message}`); });
    const asked = await requests();
    expect.equal(asked.length, times, `${id}, ${behaviour}: requests`);
    if (behaviour === 'no-schema') expect(asked[0].body.includes('json_schema') && !asked[1].body.includes('json_schema'), 'the ladder was not taken');
    if (cause) {
      await expect.soon(async () => (await frame.locator('#causes li').first().textContent()).length > 0);
      expect.contains(await frame.getByTestId('causes').textContent(), cause, `${id}, ${behaviour}`);
    }
    const text = await page.locator('body').textContent() + await frame.locator('body').textContent();
    expect(!text.includes('sk-test-0000'), `${id}, ${behaviour}: the key is in what is shown`);
    if (behaviour === 'truncated') {
      const proof = page.getByTestId('answer-proof');
      await expect.soon(async () => (await proof.textContent()).includes('the answer ends before it is complete'), 'a cut answer is not called so');
      expect((await proof.getAttribute('data-verdict')) !== 'proven', 'a cut answer is proven');
    }
    if (behaviour === 'mid-error') expect((await frame.getByTestId('answer').textContent()).length > 5, 'what came before the error is gone');
  }

  // All at once: the tab stays usable, and Cancel is heard.
  await choose(frame, 'groq', 'burst');
  await setAnswer(JSON.stringify({ explanation: 'lorem ipsum dolor '.repeat(2500), documents: [], questions: [] }));
  const [longest, whole] = await frame.evaluate(() => new Promise((done) => {
    let [last, longest] = [performance.now(), 0];
    const begun = last;
    document.getElementById('send').click();
    const look = () => {
      const now = performance.now();
      longest = Math.max(longest, now - last);
      last = now;
      const over = /^Answered/.test(document.getElementById('state').textContent);
      if (over || now - begun > 30_000) done([longest, document.getElementById('answer').textContent.length]);
      else setTimeout(look, 10);
    };
    look();
  }));
  expect(whole > 45_000, `of a burst only ${whole} letters are shown`);
  expect(longest < 3000, `a burst keeps the tab for ${Math.round(longest)} ms`);
  await setAnswer(rightAnswer(await page.getByTestId('preview').inputValue()));

  await choose(frame, 'gemini', 'normal');
  await frame.getByTestId('list-models').click();
  await expect.soon(async () => /^2 models/.test(await state(frame)), 'the models are not listed');
  expect.equal(await frame.locator('datalist option').evaluateAll((all) => all.map((option) => option.value)), ['fake-large', 'fake-small']);
}
