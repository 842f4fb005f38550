// What leaves is what the gate cleared; the frame reaches one origin and keeps a key for a while; the page reaches nobody.

import { allowsProvider, choose, documents, frameOf, openAssistant, provider, requests, reset, rightAnswer, send, setAnswer, state } from './lib/assistant.mjs';
import { paste, ready, seed } from './lib/page.mjs';

export const name = 'the gate holds back what was typed in; the frame reaches one origin, forgets its key, and a pasted answer is as good';

export const timeLimit = 180_000;

export const allows = (problem) => allowsProvider(problem) || /connect-src|Refused to connect|localhost/.test(problem);

const ACCOUNT = '842917563019';

export async function run({ page, context, expect, url, copied }) {
  await page.clock.install();
  await page.goto(url, { waitUntil: 'load' });
  await ready(page);
  await paste(page, await seed(), 30_000);
  expect.equal(await page.locator('iframe').count(), 0, 'the frame is there before it is wanted');
  let frame = await openAssistant(page);
  await reset();
  const preview = page.getByTestId('preview');
  const prompt = await preview.inputValue();

  // The gate: in plain, and in base64.
  for (const secret of [ACCOUNT, btoa(`account ${ACCOUNT}`), [...ACCOUNT].map((digit) => `%3${digit}`).join('')]) {
    await preview.fill(`${prompt}\nby the way: ${secret}\n`);
    await expect.soon(async () => (await page.getByTestId('gate').textContent()) === 'Gate: held back', `the gate lets ${secret} pass`);
    expect(await page.getByTestId('copy-prompt').isDisabled(), 'what the gate holds back can be copied');
    await expect.soon(() => frame.getByTestId('send').isDisabled(), 'what the gate holds back can be sent');
    expect(!(await frame.locator('body').textContent()).includes(secret), 'the frame has it');
    const findings = page.getByTestId('gate-findings');
    expect(!(await findings.textContent()).includes(secret), 'the gate repeats it');
    await findings.getByRole('button', { name: /^line \d+$/ }).first().click();
    const selected = await preview.evaluate((area) => area.value.slice(area.selectionStart, area.selectionEnd));
    expect(selected.length > 3 && secret.includes(selected.replace(/\s/g, '').slice(0, 4)), `the place shown is ${selected}`);
  }
  await page.getByTestId('rebuild').click();
  await expect.soon(async () => (await preview.inputValue()) === prompt, 'the changes are not undone');

  // A change of one's own leaves as it is.
  const own = `${prompt}\n# One more thing\nAnswer in German.\n`;
  await preview.fill(own);
  await expect.soon(async () => (await frame.getByTestId('preview').textContent()).includes('Answer in German.'), 'the change does not reach the frame');
  expect.equal(await copied(page, page.getByTestId('copy-prompt')), own, 'what is copied is not what is shown');

  // A chat window: the answer is pasted back.
  const answer = rightAnswer(prompt);
  await page.getByTestId('answer').fill(`Sure! Here it is:\n\`\`\`json\n${answer}\n\`\`\`\nAnything else?`);
  const proof = page.getByTestId('answer-proof');
  await expect.soon(async () => (await proof.getAttribute('data-verdict')) === 'proven', 'a pasted answer is not proven');
  const held = await copied(page, page.getByTestId('copy-answer-0'));
  expect(held.includes(ACCOUNT) && held.includes('sts:TagSession') && JSON.parse(held), 'the restored document is not what is copied');
  expect.equal(Object.keys(documents(prompt)).length, 3);
  expect.equal(await requests(), [], 'the clipboard way asked somebody');

  // Wider: red, with an example, and copied after a second click only.
  await page.getByTestId('answer').fill(answer.replaceAll('sts:TagSession', 'sts:*'));
  await expect.soon(async () => (await proof.getAttribute('data-verdict')) === 'wider', 'a wider answer is not called so');
  expect.contains(await page.getByTestId('answer-wider').textContent(), 'It lets through:');
  expect.equal(await page.getByTestId('copy-answer-0').count(), 0, 'what is wider is copied with one click');
  await page.getByTestId('copy-anyway-0').click();
  await expect.soon(async () => (await page.getByTestId('copy-answer-0').textContent()).startsWith('Yes, copy what opens more'), 'the second click does not say what it does');

  // One origin.
  await setAnswer(answer);
  await choose(frame, 'anthropic', 'normal', 'sk-ant-test-0000000000000000');
  expect.equal(await frame.getByTestId('doubt').isVisible(), false, 'a key that looks right is doubted');
  await send(frame, /^Answered/);
  const before = (await requests()).length;
  const other = provider.replace('127.0.0.1', 'localhost');
  const tried = await frame.evaluate(async ([own, other]) => {
    const ask = (address) => fetch(address).then(() => 'answered', () => 'refused');
    return [await ask(own), await ask(`${other}/normal/v1/models`), await ask('./index.html')];
  }, [`${provider}/normal/v1/models`, other]);
  expect.equal(tried, ['answered', 'refused', 'refused'], 'the chosen origin, another one, and our own');
  expect.equal((await requests()).length, before + 1, 'another origin was asked');
  expect.equal(await page.evaluate(() => fetch('./index.html').then(() => 'answered', () => 'refused')), 'refused', 'the page has a network');
  const stored = await frame.evaluate(async () => [localStorage.length, sessionStorage.length, document.cookie, (await indexedDB.databases()).length, location.href]);
  expect.equal(stored, [0, 0, '', 0, new URL('assistant.html', url).href], 'the frame stored something');

  // A key of somebody else is not sent at the first click.
  await frame.getByTestId('key').fill('gsk_0000000000000000000000000000');
  expect.contains(await frame.getByTestId('doubt').textContent(), 'begins like a key of Groq');
  await send(frame, /^Not sent: the key begins like one of Groq/);
  expect.equal((await requests()).length, before + 1, 'it was sent');

  // Another origin is another frame, which has no key.
  await frame.getByTestId('base-url').fill(`${other}/normal`);
  await frame.getByTestId('base-url').dispatchEvent('change');
  await expect.soon(async () => (await (await frameOf(page)).getByTestId('state').textContent()).includes('so this is a new one'), 'there is no new frame');
  frame = await frameOf(page);
  expect.equal(await frame.getByTestId('key').inputValue(), '', 'the key went to another frame');
  expect.equal(await frame.getByTestId('base-url').inputValue(), `${other}/normal`);
  expect.equal(await frame.getByTestId('provider').inputValue(), 'anthropic');

  // Forget, a quarter of an hour, close.
  await frame.getByTestId('key').fill('sk-ant-test-0000000000000000');
  await frame.getByTestId('forget').click();
  expect.equal(await frame.getByTestId('key').inputValue(), '');
  await frame.getByTestId('key').fill('sk-ant-test-0000000000000000');
  await page.clock.fastForward(14 * 60 * 1000);
  expect.equal(await frame.getByTestId('key').inputValue(), 'sk-ant-test-0000000000000000', 'the key is forgotten too early');
  await page.clock.fastForward(61 * 1000);
  await expect.soon(async () => (await frame.getByTestId('key').inputValue()) === '', 'the key is not forgotten after 15 minutes');
  expect.contains(await state(frame), 'not used for 15 minutes');
  await frame.getByTestId('key').fill('sk-ant-test-0000000000000000');
  await page.getByTestId('assistant-close').click();
  frame = await openAssistant(page);
  expect.equal(await frame.getByTestId('key').inputValue(), '', 'the key outlives the panel');

  // Messages of others are not heard.
  const hidden = await page.getByTestId('answer').inputValue();
  await page.evaluate(() => window.postMessage({ undeny: 'answer', text: '{"documents":[]}' }, '*'));
  await page.waitForTimeout(200);
  expect.equal(await page.getByTestId('answer').inputValue(), hidden, 'a message of somebody else was taken');
}
