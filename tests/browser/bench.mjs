// The browser's half of `cargo xtask bench`: for each size given, one line of JSON with the times of each run in milliseconds. The page at UNDENY_URL
// is no page of ours: only the engine's wasm (crates/xtask/bench) and the script that starts it.

import { openBrowser, openPage, url } from './harness.mjs';

const browser = await openBrowser();
const { page, problems } = await openPage(browser);
await page.goto(url, { waitUntil: 'load' });
await page.waitForFunction(() => window.engine);
for (const size of process.argv.slice(2).map(Number)) {
  const line = await page.evaluate((bytes) => {
    const { paste, redaction, pipeline } = window.engine;
    const text = paste(bytes);
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
  }, size);
  console.log(JSON.stringify(line));
}
await browser.close();
for (const problem of problems) console.error(`the bench page ${problem}`);
process.exit(problems.length === 0 ? 0 : 1);
