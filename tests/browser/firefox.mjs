// The main ways through the page in Firefox, spoken to by WebDriver BiDi, which Firefox itself serves: no driver is needed. The page is at UNDENY_URL,
// the browser at UNDENY_FIREFOX, else on the path. Before version 22, Node needs `--experimental-websocket`.

import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { seed } from './journeys/lib/page.mjs';

const url = process.env.UNDENY_URL;
const profile = await mkdtemp(join(tmpdir(), 'undeny-firefox-'));
const firefox = spawn(process.env.UNDENY_FIREFOX ?? 'firefox-esr', ['--headless', '--no-remote', '--profile', profile, '--remote-debugging-port', '0'], { stdio: ['ignore', 'ignore', 'pipe'] });
const address = await new Promise((resolve, reject) => {
  let said = '';
  firefox.stderr.on('data', (bytes) => {
    said += bytes;
    const found = /WebDriver BiDi listening on (ws:\/\/\S+)/.exec(said);
    if (found) resolve(found[1]);
  });
  firefox.on('exit', () => reject(new Error(`Firefox ended: ${said}`)));
  setTimeout(() => reject(new Error(`Firefox does not listen: ${said}`)), 60_000).unref();
});
const socket = new WebSocket(`${address}/session`);
await new Promise((resolve, reject) => {
  socket.onopen = resolve;
  socket.onerror = () => reject(new Error('Firefox refuses the connection'));
});
const waiting = new Map();
const asked = [];
const problems = [];
socket.onmessage = ({ data }) => {
  const message = JSON.parse(data);
  if (message.id !== undefined) waiting.get(message.id)?.(message);
  else if (message.method === 'network.beforeRequestSent') asked.push(message.params.request.url);
  else if (message.method === 'log.entryAdded' && message.params.level === 'error') problems.push(message.params.text);
};
let last = 0;
const send = (method, params) => new Promise((resolve, reject) => {
  const id = (last += 1);
  waiting.set(id, (answer) => (answer.type === 'error' ? reject(new Error(`${method}: ${answer.message}`)) : resolve(answer.result)));
  socket.send(JSON.stringify({ id, method, params }));
});

let failed = 0;
try {
  const { capabilities } = await send('session.new', { capabilities: {} });
  await send('session.subscribe', { events: ['network.beforeRequestSent', 'log.entryAdded'] });
  const { contexts: [{ context }] } = await send('browsingContext.getTree', {});
  const evaluate = async (expression) => {
    const { result, exceptionDetails } = await send('script.evaluate', { expression, target: { context }, awaitPromise: true });
    if (exceptionDetails) throw new Error(exceptionDetails.text);
    return result.value;
  };
  const soon = async (expression, sentence) => {
    const end = Date.now() + 60_000;
    while (!(await evaluate(expression))) {
      if (Date.now() > end) throw new Error(sentence);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };
  const claim = async (expression, sentence) => {
    if (!(await evaluate(expression))) throw new Error(sentence);
  };
  const open = async (fragment = '') => {
    await send('browsingContext.navigate', { context, url: 'about:blank', wait: 'complete' });
    await send('browsingContext.navigate', { context, url: url + fragment, wait: 'interactive' });
    await soon('document.documentElement.dataset.ready === "true"', 'the engine does not start');
  };
  const id = (name) => `document.querySelector('[data-testid="${name}"]')`;
  const journeys = {
    'the page opens and locks its network': async () => {
      await open();
      await claim(`${id('network')}.dataset.state === 'untried'`, 'the network is not locked');
      await claim('fetch("./index.html").then(() => false, () => true)', 'a request for an own file is answered');
    },
    'paste the seed story: verdict, diff, proof, redaction': async () => {
      await open();
      const text = JSON.stringify(await seed());
      await evaluate(`{ const area = ${id('paste')}; area.value = ${text}; area.dispatchEvent(new Event('input', { bubbles: true })); }`);
      await soon(`${id('verdict')}?.dataset.verdict === 'patch' && !!${id('redacted')}`, 'no patch');
      await soon(`${id('network')}.dataset.state === 'locked'`, 'no request was tried, or one was not refused');
      await claim(`${id('diff-1')}.textContent.includes('"sts:TagSession"')`, 'the diff lacks the action');
      await claim(`${id('proof')}.textContent.includes('Allowed after')`, 'the proof lacks the decision');
      await claim(`!${id('redacted')}.textContent.includes('842917563019')`, 'the redacted text names the account');
    },
    'what if, report, help': async () => {
      await open('#/example/session-tags');
      await soon(`!!${id('what-if')}`, 'no panel');
      await evaluate(`${id('what-if')}.querySelector('summary').click()`);
      await soon(`${id('what-if-decision')}?.dataset.decision === 'Allowed'`, 'the patched policies do not allow it');
      await evaluate(`${id('report')}.click()`);
      await soon(`document.getElementById('dialog').open && ${id('report-text')}?.textContent.includes('### The fix')`, 'no report');
      await evaluate('document.getElementById("dialog").close()');
      await soon(`!${id('report-text')}`, 'the dialog stays');
    },
    'a long paste: shown to read, a place in it is found': async () => {
      await open();
      await soon(`!document.getElementById('open-help').disabled`, 'the second piece does not come');
      const text = JSON.stringify(await seed());
      await evaluate(`{
        const area = ${id('paste')};
        area.focus();
        // Firefox takes the text of an event that a script makes by names of its own.
        const data = '2026-11-21T09:14:02Z INFO step finished in 12 ms\\n'.repeat(4000) + ${text};
        area.dispatchEvent(new ClipboardEvent('paste', { dataType: 'text/plain', data, bubbles: true, cancelable: true }));
      }`);
      await soon(`${id('verdict')}?.dataset.verdict === 'patch' && !!${id('redacted')}`, 'no patch');
      await claim(`${id('paste')}.value === '' && ${id('long')}.textContent.includes('KB')`, 'it is not shown to read');
      await evaluate(`${id('document-1')}.querySelector('button').click()`);
      await soon('getSelection().toString().includes("Statement")', 'the place is not selected');
      await claim(`(() => { const [place, frame] = [getSelection().getRangeAt(0), document.querySelector('.long')].map((one) => one.getBoundingClientRect()); return place.top >= frame.top && place.top < frame.bottom; })()`, 'the place is out of sight');
    },
    ...Object.fromEntries([['github', 'patch'], ['bucket', 'patch_other_owner'], ['mfa', 'explain_only'], ['encoded', 'unknown']].map(([example, verdict]) => [
      `example ${example}: ${verdict}`,
      async () => {
        await open(`#/example/${example}`);
        await soon(`!!${id('redacted')} && !!${id('verdict')}`, 'no answer');
        await claim(`${id('verdict')}.dataset.verdict === '${verdict}'`, 'another verdict');
      },
    ])),
  };
  console.log(`Firefox ${capabilities.browserVersion}`);
  for (const [name, run] of Object.entries(journeys)) {
    try {
      await run();
      console.log(`ok      ${name}`);
    } catch (error) {
      failed += 1;
      console.log(`FAILED  ${name}: ${error.message}`);
    }
  }
  const foreign = asked.filter((request) => /^https?:/.test(request) && !request.startsWith(url));
  if (foreign.length > 0) {
    failed += 1;
    console.log(`FAILED  the page asked others: ${foreign.join(', ')}`);
  }
  // The page tries whether a request is refused, and so does a journey above.
  const wrong = problems.filter((problem) => !/network-probe|index\.html/.test(problem));
  if (wrong.length > 0) failed += 1;
  for (const problem of wrong) console.log(`FAILED  the page said: ${problem}`);
} finally {
  socket.close();
  firefox.kill();
  await new Promise((resolve) => firefox.on('exit', resolve));
  await rm(profile, { recursive: true, force: true });
}
process.exit(failed === 0 ? 0 : 1);
