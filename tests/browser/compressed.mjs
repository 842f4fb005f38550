// Prints how many bytes each file given takes after brotli at its best, as JSON: what a person downloads.

import { readFileSync } from 'node:fs';
import { brotliCompressSync, constants } from 'node:zlib';

const best = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } };
const sizes = process.argv.slice(2).map((file) => brotliCompressSync(readFileSync(file), best).length);
console.log(JSON.stringify(sizes));
