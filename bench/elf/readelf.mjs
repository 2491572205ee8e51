/** binutils' readelf as a contender: readelf.mjs OPERATION FOLDER */
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const [operation, folder] = process.argv.slice(2);

const operations = {
  needs: { options: ['-d', '-V'], line: /\(NEEDED\)|Name: GLIBC.*Version: \d/g },
  symbols: { options: ['--dyn-syms'], line: /_ZN5bench/g },
};

const { options, line } = operations[operation];
const files = readdirSync(folder).map((file) => join(folder, file));
const started = performance.now();
const output = execFileSync('readelf', ['-W', ...options, ...files], {
  encoding: 'utf8',
  maxBuffer: 1 << 30,
});
const seconds = (performance.now() - started) / 1000;
console.log(JSON.stringify({ seconds, check: `${output.match(line)?.length ?? 0} ${operation}` }));
