// Prints how many bytes each file given takes after brotli at its best, as JSON: what a person downloads. With `--beside` each is also written as FILE.br.

import { readFileSync, writeFileSync } from 'node:fs';
import { brotliCompressSync, constants } from 'node:zlib';

const beside = process.argv[2] === '--beside';
const sizes = process.argv.slice(beside ? 3 : 2).map((file) => {
  const bytes = readFileSync(file);
  const packed = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } });
  if (beside) writeFileSync(`${file}.br`, packed);
  return packed.length;
});
console.log(JSON.stringify(sizes));
