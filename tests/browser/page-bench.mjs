// The page's half of `cargo xtask bench --page`: one line of JSON a measurement. Typing is measured in the page and in a bare text box, in the same
// browser and the same run, so that a busy machine shows in both. The page is at UNDENY_URL.

import { writeFile } from 'node:fs/promises';

import { expect, openBrowser, openPage, url } from './harness.mjs';
import { seed } from './journeys/lib/page.mjs';

const KEYS = Number(process.env.UNDENY_KEYS ?? 200);
const PASTES = Number(process.env.UNDENY_PASTES ?? 3);
const VISITS = Number(process.env.UNDENY_VISITS ?? 5);
const say = (name, value) => console.log(JSON.stringify({ name, ...value }));
const browser = await openBrowser();
const story = await seed();

const line = '2026-11-21T09:14:02Z INFO step finished in 12 ms, image storefront pushed\n';
const padded = (bytes) => line.repeat(Math.max(0, Math.floor((bytes - story.length) / line.length))) + story;

// Each key: from the event to the frame after which the box shows it; and to the frame after which a new answer is shown.
// `perf.now()` before the key is dispatched in the page itself, so that the driver's way to the browser is not counted.
const typing = (page, keys, answers) => page.evaluate(async ([count, answers]) => {
  const area = document.querySelector('textarea');
  area.focus();
  area.setSelectionRange(area.value.length, area.value.length);
  const frame = () => new Promise((resolve) => requestAnimationFrame(() => { const channel = new MessageChannel(); channel.port1.onmessage = resolve; channel.port2.postMessage(0); }));
  const text = [];
  const answer = [];
  const revision = () => Number(document.documentElement.dataset.revision ?? 0);
  for (let nth = 0; nth < count; nth += 1) {
    // A key comes at any time between two frames.
    await new Promise((resolve) => setTimeout(resolve, 30 + Math.random() * 20));
    const before = revision();
    const started = performance.now();
    document.execCommand('insertText', false, nth % 8 === 7 ? '\n' : 'x');
    await frame();
    text.push(performance.now() - started);
    if (answers) {
      while (revision() === before && performance.now() - started < 5000) await frame();
      answer.push(performance.now() - started);
    }
  }
  return { text, answer };
}, [keys, answers]);

// The page in front, for a browser paints the others once a second.
const pasted = async (page, text, within) => {
  await page.bringToFront();
  return page.evaluate(paste, [text, within]);
};

// Runs in the page.
async function paste([text, within]) {
  const area = document.querySelector('textarea');
  const revision = () => Number(document.documentElement.dataset.revision ?? 0);
  const before = revision();
  const tasks = [];
  const observer = new PerformanceObserver((list) => tasks.push(...list.getEntries().map((entry) => entry.duration)));
  observer.observe({ type: 'longtask' });
  const started = performance.now();
  area.value = text;
  area.dispatchEvent(new Event('input', { bubbles: true }));
  while (document.documentElement.dataset.revision !== undefined && revision() === before && performance.now() - started < within) {
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  }
  await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  const took = performance.now() - started;
  await new Promise((resolve) => setTimeout(resolve, 100));
  observer.disconnect();
  return { took, longest: Math.max(0, ...tasks) };
}

// A bare text box, at an address of its own origin so that nothing else differs.
async function bare(context) {
  const page = await context.newPage();
  await page.goto('about:blank');
  await page.evaluate(() => {
    const area = document.createElement('textarea');
    area.style.cssText = 'width:600px;height:300px;white-space:pre;font:13px monospace';
    area.spellcheck = false;
    document.body.append(area);
  });
  return page;
}

// A display takes a frame every 16.7 ms, and a key waits for the next one, in a bare box too. Without that wait it is seen what the page itself takes.
for (const [how, flags] of [['', []], [', frames at once', ['--disable-frame-rate-limit', '--disable-gpu-vsync']]]) {
  const other = await openBrowser(flags);
  const { context, page } = await openPage(other);
  await page.goto(url, { waitUntil: 'load' });
  await page.waitForSelector('html[data-ready="true"]');
  await pasted(page, story, 10_000);
  await expect.soon(() => page.getByTestId('redacted').isVisible());
  await pasted(page, padded(50_000), 10_000);
  say(`typing in 50 KB${how}`, await typing(page, KEYS, true));
  const plain = await bare(context);
  await pasted(plain, padded(50_000), 100);
  say(`typing in 50 KB${how}, bare box`, { text: (await typing(plain, KEYS, false)).text });
  await other.close();
}

{
  const { context, page } = await openPage(browser);
  await page.goto(url, { waitUntil: 'load' });
  await page.waitForSelector('html[data-ready="true"]');
  await pasted(page, story, 10_000);
  await expect.soon(() => page.getByTestId('redacted').isVisible());
  const plain = await bare(context);
  for (const [size, bytes] of [['256 KB', 262_000], ['1 MB', 1_000_000], ['10 MB', 10_000_000]]) {
    const each = [];
    for (let nth = 0; nth < PASTES; nth += 1) {
      // A long text stays beside what is pasted after it.
      await page.bringToFront();
      await page.click('#clear');
      await page.waitForTimeout(500);
      each.push(await pasted(page, padded(bytes), 60_000));
    }
    // The middle one: the first is what the browser has to compile code for.
    say(`paste ${size}`, each.toSorted((a, b) => a.took - b.took)[PASTES >> 1]);
    say(`paste ${size}, bare box`, await pasted(plain, padded(bytes), 100));
  }
  await context.close();
}

// A page that nothing but the browser's protocol touches: what a driver puts into a page is made before the first paint and would be counted with it.
async function untouched() {
  const root = await browser.newBrowserCDPSession();
  const { browserContextId } = await root.send('Target.createBrowserContext');
  const { targetId } = await root.send('Target.createTarget', { url: 'about:blank', browserContextId });
  const { sessionId } = await root.send('Target.attachToTarget', { targetId, flatten: false });
  const answers = new Map();
  const heard = [];
  root.on('Target.receivedMessageFromTarget', (event) => {
    if (event.sessionId !== sessionId) return;
    const message = JSON.parse(event.message);
    if (message.id) answers.get(message.id)(message);
    else heard.forEach((listener) => listener(message));
  });
  const send = async (method, params = {}) => {
    const id = answers.size + 1;
    const answered = new Promise((resolve) => answers.set(id, resolve));
    await root.send('Target.sendMessageToTarget', { sessionId, message: JSON.stringify({ id, method, params }) });
    const { result, error } = await answered;
    if (error) throw new Error(`${method}: ${error.message}`);
    return result;
  };
  const event = (fits) => new Promise((resolve) => heard.push((message) => fits(message) && resolve()));
  return { send, event, close: () => root.send('Target.disposeBrowserContext', { browserContextId }) };
}

// Slow 4G and a processor four times slower, as Lighthouse's mobile preset has them.
{
  const visits = [];
  for (let nth = 0; nth < VISITS; nth += 1) {
    const { send, event, close } = await untouched();
    await send('Network.enable');
    await send('Page.enable');
    await send('Page.setLifecycleEventsEnabled', { enabled: true });
    await send('Emulation.setDeviceMetricsOverride', { width: 412, height: 823, deviceScaleFactor: 1, mobile: false });
    await send('Network.emulateNetworkConditions', { offline: false, latency: 150, downloadThroughput: (1.6 * 1024 * 1024) / 8, uploadThroughput: (750 * 1024) / 8 });
    await send('Emulation.setCPUThrottlingRate', { rate: 4 });
    const painted = event(({ method, params }) => method === 'Page.lifecycleEvent' && params.name === 'firstContentfulPaint');
    await send('Page.navigate', { url });
    await painted;
    const ready = await send('Runtime.evaluate', { awaitPromise: true, returnByValue: true, expression: `(${whenUsable})()` });
    visits.push(ready.result.value);
    await close();
  }
  say('slow 4G, 4 x CPU', { firstPaint: visits.map(({ paint }) => paint), usable: visits.map(({ usable }) => usable) });
}

// Runs in the page.
function whenUsable() {
  return new Promise((resolve) => {
    const look = () => {
      if (document.documentElement.dataset.ready !== 'true') return;
      resolve({ usable: performance.now(), paint: performance.getEntriesByName('first-contentful-paint')[0].startTime });
    };
    new MutationObserver(look).observe(document.documentElement, { attributeFilter: ['data-ready'] });
    look();
  });
}

// Open once, then again without a network.
{
  const { context, page } = await openPage(browser);
  await page.goto(url, { waitUntil: 'load' });
  await expect.soon(() => page.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.active?.state === 'activated'), 'no worker', 30_000);
  await context.setOffline(true);
  const times = [];
  for (let nth = 0; nth < 5; nth += 1) {
    const again = await context.newPage();
    await again.goto(url, { waitUntil: 'commit' });
    const ready = await again.waitForFunction(() => document.documentElement.dataset.ready === 'true' && performance.now(), undefined, { polling: 'raf' });
    times.push(await ready.jsonValue());
    await again.close();
  }
  say('offline restart', { usable: times });
  await context.close();
}

await browser.close();

if (process.env.UNDENY_LIGHTHOUSE) {
  const { default: lighthouse } = await import(process.env.UNDENY_LIGHTHOUSE);
  const { createRequire } = await import('node:module');
  const { chromium } = createRequire(import.meta.url)(process.env.UNDENY_PLAYWRIGHT);
  const port = 9322;
  const mobile = await chromium.launch({ executablePath: process.env.UNDENY_CHROMIUM, headless: true, chromiumSandbox: false, args: [`--remote-debugging-port=${port}`, '--disable-gpu', '--disable-dev-shm-usage'] });
  const result = await lighthouse(url, { port, output: 'json', logLevel: 'error', onlyCategories: ['performance', 'accessibility', 'best-practices', 'seo'] });
  const scores = Object.fromEntries(Object.values(result.lhr.categories).map(({ id, score }) => [id, Math.round(score * 100)]));
  const failing = Object.values(result.lhr.audits).filter(({ score, scoreDisplayMode }) => score !== null && score < 1 && scoreDisplayMode !== 'informative').map(({ id, displayValue, explanation }) => (displayValue ?? explanation ? `${id} (${displayValue ?? explanation})` : id));
  say('lighthouse', { scores, failing });
  if (process.env.UNDENY_LIGHTHOUSE_REPORT) await writeFile(process.env.UNDENY_LIGHTHOUSE_REPORT, result.report);
  await mobile.close();
}
