/**
 * Writes the table of docs/serve-rules.md from src/serve/rules/data/rules.json, between the two comments there.
 *
 *   node scripts/make-serve-rules.mjs           writes it
 *   node scripts/make-serve-rules.mjs --check   writes nothing; fails when it is out of date
 */
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as prettier from 'prettier';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const path = join(root, 'docs/serve-rules.md');
const [BEGIN, END] = ['<!-- begin of the table -->', '<!-- end of the table -->'];

const { rules } = JSON.parse(await readFile(join(root, 'src/serve/rules/data/rules.json'), 'utf8'));
const old = await readFile(path, 'utf8');
const [head] = old.split(BEGIN, 1);
const tail = old.slice(old.indexOf(END));
const config = await prettier.resolveConfig(path);
const text = await prettier.format([head, BEGIN, '\n\n', table(rules), '\n\n', tail].join(''), {
  ...config,
  filepath: path,
});
if (text !== old && process.argv.includes('--check')) {
  process.stderr.write(
    'docs/serve-rules.md is out of date: run node scripts/make-serve-rules.mjs\n',
  );
  process.exitCode = 1;
} else if (text !== old) await writeFile(path, text);

function table(rows) {
  return [
    '| step | rule | status | answer | findings of `wheelworks check` | source |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows.map(({ row, id, status, effect, message, codes, source, since }) => {
      const answer = status < 400 ? `${message} (${effect ?? 'taken'})` : message;
      const from = since === undefined ? source : `${source}; since ${since}`;
      const cells = [row, `\`${id}\``, status, escaped(answer), codesOf(codes), escaped(from)];
      return `| ${cells.join(' | ')} |`;
    }),
  ].join('\n');
}

function codesOf(codes) {
  return codes
    .filter((code) => !code.includes('*'))
    .map((code) => `\`${code}\``)
    .join(', ');
}

function escaped(text) {
  return text.replace(/[\\|*_<>]/g, String.raw`\$&`);
}
