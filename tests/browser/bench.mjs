// The browser's half of `cargo xtask bench`: for each text named, one line of JSON with the times of each run in milliseconds; then one line about
// policies, with pairs of `--pairs FILE` beside the engine's own. The page at UNDENY_URL is no page of ours: only the engine's wasm
// (crates/xtask/bench) and the script that starts it.

import { readFileSync } from 'node:fs';

import { openBrowser, openPage, url } from './harness.mjs';

const browser = await openBrowser();
const { page, problems } = await openPage(browser);
await page.goto(url, { waitUntil: 'load' });
await page.waitForFunction(() => window.engine);
const words = process.argv.slice(2);
const at = words.indexOf('--pairs');
const given = at < 0 ? [] : readFileSync(words.splice(at, 2)[1], 'utf8').split('\n====\n');
for (const word of words) {
  const line = await page.evaluate((word) => {
    const { made, redaction, pipeline } = window.engine;
    const text = made(word);
    const patience = 3_000;
    const times = (work) => {
      const timed = (repeat) => {
        const started = performance.now();
        for (let i = 0; i < repeat; i += 1) work(text);
        return performance.now() - started;
      };
      // The browser's clock is coarse, so short work is repeated until it can be seen.
      let repeat = 1;
      while (timed(repeat) < 5) repeat *= 2;
      const all = [];
      let sum = 0;
      while (all.length < 30 && (all.length < 3 || sum < patience)) {
        const took = timed(repeat);
        all.push(took / repeat);
        sum += took;
      }
      return all;
    };
    return { bytes: new TextEncoder().encode(text).length, redaction: times(redaction), pipeline: times(pipeline) };
  }, word);
  console.log(JSON.stringify(line));
}
const policies = await page.evaluate((given) => {
  const engine = window.engine;
  const time = (work) => {
    const started = performance.now();
    work();
    return performance.now() - started;
  };
  engine.decisions(10_000);
  const count = 200_000;
  const decisions = count / (time(() => engine.decisions(count)) / 1e3);
  const pairs = Array.from({ length: engine.pair_count() }, (_, number) => engine.pair(number)).concat(given);
  const comparisons = pairs
    .map((pair) => pair.split('\n----\n'))
    .filter((pair) => pair.length === 2)
    .map(([before, after]) => {
      const once = () => engine.comparison(before, after);
      once();
      let repeat = 1;
      const timed = () => time(() => { for (let i = 0; i < repeat; i += 1) once(); });
      while (timed() < 5) repeat *= 2;
      return Math.min(timed(), timed(), timed()) / repeat;
    });
  const matches = 500;
  const globs = Array.from({ length: engine.glob_count() }, (_, number) => time(() => engine.globs(number, matches)) * 1e3 / matches);
  const hostile = Array.from({ length: engine.hostile_count() }, (_, number) => time(() => engine.hostile(number)));
  // Memory only grows, so this is the most that anything above took.
  return { decisions, comparisons, globs, hostile, memory: window.memory.buffer.byteLength };
}, given);
console.log(JSON.stringify(policies));
await browser.close();
for (const problem of problems) console.error(`the bench page ${problem}`);
process.exit(problems.length === 0 ? 0 : 1);
