// Packs the file given, at its best and without a date, to standard output.

import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

process.stdout.write(gzipSync(readFileSync(process.argv[2]), { level: 9, memLevel: 9 }));
