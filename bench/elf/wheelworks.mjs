/** Wheelworks as a contender: wheelworks.mjs LIBRARY OPERATION FOLDER */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [library, operation, folder] = process.argv.slice(2);
const { readElf } = await import(pathToFileURL(library).href);

const operations = {
  needs: (elf) => elf.needed.length + Object.values(elf.versionedSymbols()).flat().length,
  symbols: (elf) => elf.symbols().filter(({ name }) => name.startsWith('_ZN5bench')).length,
};

const started = performance.now();
let found = 0;
for (const file of readdirSync(folder)) {
  found += operations[operation](readElf(readFileSync(join(folder, file))));
}
const seconds = (performance.now() - started) / 1000;
console.log(JSON.stringify({ seconds, check: `${found} ${operation}` }));
