// Runs every journey of journeys/*.mjs, each in a browser profile of its own. Arguments pick journeys by a part of their file name.
//
// A journey is a module that exports `name` (a sentence: what a person does and gets) and `run({ page, context, problems, lockRefusals, expect,
// url, clipboard, copied, accessibility })`; when `run` begins, `page` shows the loaded page. It fails when a claim does not hold, and also when the page
// asked another origin, broke its content policy or wrote an error. One that provokes such a thing on purpose exports `allows(problem)`, true for what it expects.
// It may export `options` for the browser profile ({ colorScheme, viewport, ... }) and `timeLimit` in milliseconds.

import { readdir } from 'node:fs/promises';

import { accessibility, clipboard, copied, expect, openBrowser, openPage, url } from './harness.mjs';

const TIME_LIMIT = 60_000;
const folder = new URL('./journeys/', import.meta.url);
const wanted = process.argv.slice(2);
const files = (await readdir(folder)).filter((file) => file.endsWith('.mjs')).sort();
const chosen = files.filter((file) => wanted.length === 0 || wanted.some((part) => file.includes(part)));
if (chosen.length === 0) {
  console.error(`no journey is called ${wanted.join(' or ')}; there are: ${files.join(', ')}`);
  process.exit(2);
}

let passed = 0;
let failed = 0;
const browser = await openBrowser();
for (const file of chosen) {
  const started = Date.now();
  const journey = await import(new URL(file, folder));
  const complaints = await walk(journey).catch((error) => [`${error.stack ?? error}`]);
  const took = `${Date.now() - started} ms`;
  if (complaints.length === 0) {
    passed += 1;
    console.log(`ok      ${file}: ${journey.name} (${took})`);
  } else {
    failed += 1;
    console.log(`FAILED  ${file}: ${journey.name} (${took})`);
    for (const complaint of complaints) console.log(`        ${complaint.replaceAll('\n', '\n        ')}`);
  }
}
await browser.close();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);

async function walk({ run, options, allows = () => false, timeLimit = TIME_LIMIT }) {
  const { context, page, problems, lockRefusals } = await openPage(browser, options);
  const complaints = [];
  try {
    await inTime(page.goto(url, { waitUntil: 'load' }).then(() => run({ page, context, problems, lockRefusals, expect, url, clipboard, copied, accessibility })), timeLimit);
  } catch (error) {
    complaints.push(`${error.stack ?? error}`);
  }
  // What the page does last may be told to us after it happened.
  await page.waitForTimeout(100).catch(() => {});
  await context.close();
  complaints.push(...problems.filter((problem) => !allows(problem)).map((problem) => `the page ${problem}`));
  return complaints;
}

function inTime(work, limit) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done after ${limit / 1000} s`)), limit);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
