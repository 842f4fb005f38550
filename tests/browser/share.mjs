// What parts of the engine weigh in the page: `node share.mjs WASM [PART]...`. WASM is the page's whole engine before it is cut, shrunk with its
// names kept (`cargo xtask bench --share` makes it). A part is a path of modules, such as `undeny_iam::compare`; a function
// belongs to the first part that its name mentions, however the symbol spells it. Printed is JSON: for each part its functions, their bytes, and by how many bytes the file
// shrinks under brotli 11 when they are left out, which is what the page grew by for them. Tables in the data section are not told apart.

import { readFileSync } from 'node:fs';
import { brotliCompressSync, constants } from 'node:zlib';

const [path, ...parts] = process.argv.slice(2);
const bytes = readFileSync(path);
let at = 8;
const number = () => {
  let value = 0;
  for (let shift = 1; ; shift *= 128) {
    const byte = bytes[at++];
    value += (byte & 127) * shift;
    if (byte < 128) return value;
  }
};
const word = () => {
  const length = number();
  at += length;
  return bytes.toString('utf8', at - length, at);
};

const bodies = [];
const names = new Map();
let imported = 0;
while (at < bytes.length) {
  const id = bytes[at++];
  const size = number();
  const end = at + size;
  if (id === 2) {
    for (let left = number(); left > 0; left -= 1) {
      word();
      word();
      const kind = bytes[at++];
      if (kind === 0) {
        imported += 1;
        number();
      } else if (kind === 3) {
        at += 2;
      } else {
        if (kind === 1) at += 1;
        const flags = number();
        number();
        if (flags & 1) number();
      }
    }
  } else if (id === 10) {
    for (let left = number(); left > 0; left -= 1) {
      const length = number();
      bodies.push([at, at + length]);
      at += length;
    }
  } else if (id === 0 && word() === 'name') {
    while (at < end) {
      const kind = bytes[at++];
      const until = number() + at;
      if (kind === 1) for (let left = number(); left > 0; left -= 1) names.set(number(), word());
      at = until;
    }
  }
  at = end;
}
if (names.size === 0) throw new Error(`${path} has no names: shrink it with wasm-opt -g`);

// A part's names as symbols spell them: `undeny_iam::lint`, `undeny_iam..lint`, `10undeny_iam4lint`.
const spelt = parts.map((part) => [part, part.split('::').join('..'), part.split('::').map((name, index) => (index === 0 ? name : name.length + name)).join('')]);
// A closure of another module that goes through a part's values is that module's code, wherever the walk over them was compiled.
const foreign = (name) => {
  const modules = [...name.matchAll(/(undeny_[a-z]+?)(?:::|\.\.|(\d+))([a-z_]+)/g)].map(([, crate, length, rest]) => `${crate}::${length ? rest.slice(0, Number(length)) : rest}`);
  return modules.some((module) => module.startsWith('undeny_core::') && !parts.includes(module));
};
const owner = bodies.map((_, index) => {
  const name = names.get(imported + index) ?? '';
  return foreign(name) ? undefined : parts.find((_, which) => spelt[which].some((spelling) => name.includes(spelling)));
});
const code = (keeps) => Buffer.concat(bodies.filter((_, index) => keeps(owner[index])).map(([from, to]) => bytes.subarray(from, to)));
const weigh = (buffer) => brotliCompressSync(buffer, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24 } }).length;
const all = weigh(code(() => true));
const row = (part, keeps) => ({
  part,
  functions: owner.filter((own) => !keeps(own)).length,
  bytes: code((own) => !keeps(own)).length,
  brotli: all - weigh(code(keeps)),
});
const rows = parts.map((part) => row(part, (own) => own !== part));
rows.push(row('all of these', (own) => own === undefined));
console.log(JSON.stringify({ code: all, rows }));
