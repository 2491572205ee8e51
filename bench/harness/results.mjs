import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const HEAD = `# Benchmark results

Written by \`npm run bench\`. Each section is rewritten by its own suite. \`ratio\` is the time in units of the first row's;
\`process CPU s\` and \`peak MB\` are those of the whole process, start-up included.
`;

/** Replaces the section \`## name\`, or adds it where the alphabet says. */
export function rewriteSection(path, name, lines) {
  const text = existsSync(path) ? readFileSync(path, 'utf8') : HEAD;
  const [, ...old] = text.split(/^## /m);
  const sections = new Map(
    old.map((section) => [section.slice(0, section.indexOf('\n')).trim(), section.trimEnd()]),
  );
  sections.set(name, [name, '', ...lines].join('\n').trimEnd());
  const sorted = [...sections.keys()]
    .toSorted((left, right) => (left < right ? -1 : 1))
    .map((key) => `## ${sections.get(key)}\n`);
  writeFileSync(path, `${HEAD}\n${sorted.join('\n')}`);
}
