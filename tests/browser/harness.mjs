// A browser with an empty profile on the served page, and a witness that notes everything the page must never do: ask another origin, break its
// content policy, write an error to the console, throw.
//
// The environment says where things are (`cargo xtask` sets it): UNDENY_URL, UNDENY_CHROMIUM, UNDENY_PLAYWRIGHT, UNDENY_AXE.

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { isDeepStrictEqual, inspect } from 'node:util';

// Chromium by itself looks for updates and its maker's hosts; none of that may blur what the page asks for.
const FLAGS = [
  '--disable-background-networking', '--disable-component-update', '--disable-dev-shm-usage', '--disable-gpu', '--disable-quic', '--disable-sync',
  '--no-first-run',
];

export const url = required('UNDENY_URL');

export async function openBrowser(flags = []) {
  const { chromium } = createRequire(import.meta.url)(required('UNDENY_PLAYWRIGHT'));
  return chromium.launch({ executablePath: required('UNDENY_CHROMIUM'), args: [...FLAGS, ...flags], headless: true, chromiumSandbox: false });
}

// With the first paste, web/boot.js proves that its lock holds by asking for this and being refused: that refusal is wanted, every other one is a problem.
const PROBE = `${url}boot.js?network-probe`;

/**
 * A fresh profile with one page, the list of what it did wrong, and the list of refusals by its own lock (a page that locked itself has some).
 */
export async function openPage(browser, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 1000 }, ...options });
  const problems = [];
  const lockRefusals = [];
  const note = (problem) => (problem.includes(PROBE) ? lockRefusals : problems).push(problem);
  context.on('request', (request) => {
    if (!isOwn(request.url())) note(`asked another origin: ${request.method()} ${request.url()}`);
  });
  await context.exposeFunction('__undenyViolation', (violation) => note(`broke its content policy: ${violation}`));
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      const place = event.sourceFile ? ` at ${event.sourceFile}:${event.lineNumber}` : '';
      window.__undenyViolation(`${event.effectiveDirective} refused ${event.blockedURI || 'something inline'}${place}`);
    });
  });
  context.on('page', (page) => watch(page, note));
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  return { context, page, problems, lockRefusals };
}

/** What a journey claims. Each claim throws with a sentence when it does not hold. */
export function expect(condition, sentence) {
  if (!condition) throw new Error(sentence ?? 'the claim does not hold');
}

expect.equal = (actual, expected, sentence = 'not equal') => {
  if (!isDeepStrictEqual(actual, expected)) throw new Error(`${sentence}: got ${inspect(actual)}, expected ${inspect(expected)}`);
};

expect.contains = (text, part, sentence = 'not contained') => {
  if (!text.includes(part)) throw new Error(`${sentence}: ${inspect(part)} is not in ${inspect(text, { maxStringLength: 2000 })}`);
};

/** Asks again until `question()` is true (or gives a value that is); for what the page shows a moment later. */
expect.soon = async (question, sentence = 'it never became true', within = 10_000) => {
  const end = Date.now() + within;
  let last;
  do {
    try {
      const value = await question();
      if (value) return value;
      last = undefined;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  } while (Date.now() < end);
  throw new Error(last ? `${sentence} (${last.message})` : sentence);
};

/** What the clipboard holds, read as a person would: by pasting it. The page itself may not read the clipboard. */
export async function clipboard(page) {
  const scratch = await page.context().newPage();
  await scratch.goto('about:blank');
  await scratch.evaluate(() => {
    document.body.append(document.createElement('textarea'));
    document.querySelector('textarea').focus();
  });
  await scratch.keyboard.press('ControlOrMeta+V');
  const text = await scratch.evaluate(() => document.querySelector('textarea').value);
  await scratch.close();
  return text;
}

/**
 * Presses a button that copies, and gives what the clipboard holds once the button says so. It says so for less than two seconds, so the page itself
 * watches, and not this program, which may be kept waiting for longer.
 */
export async function copied(page, button, press = () => button.click()) {
  await button.evaluate((element) => {
    element.saidSo = new Promise((resolve) => {
      const observer = new MutationObserver(() => element.textContent === 'Copied' && resolve(true));
      observer.observe(element, { childList: true, characterData: true, subtree: true });
      setTimeout(resolve, 20_000, false);
    });
  });
  await press();
  expect(await button.evaluate((element) => element.saidSo), 'the button does not say that it copied');
  return clipboard(page);
}

/** What axe-core finds wrong for people with assistive technology: one line a finding. */
export async function accessibility(page, options = {}) {
  await page.evaluate(await readFile(required('UNDENY_AXE'), 'utf8'));
  const { violations } = await page.evaluate((given) => window.axe.run(document, given), options);
  return violations.map(({ id, help, nodes }) => `${id}: ${help} (${nodes.map((node) => node.target.join(' ')).join(', ')})`);
}

function watch(page, note) {
  page.on('console', (message) => {
    if (message.type() === 'error') note(`wrote an error to the console: ${message.text()}`);
  });
  page.on('pageerror', (error) => note(`threw: ${error.stack ?? error}`));
  page.on('crash', () => note('crashed'));
}

function isOwn(address) {
  return address.startsWith(url) || /^(about|blob|data):/.test(address);
}

function required(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set; run this by \`cargo xtask journeys\``);
  return value;
}
