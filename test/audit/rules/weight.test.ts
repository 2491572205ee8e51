import { expect, it } from 'vitest';
import { findingsOf } from '../../support/audit-subject.ts';
import { elfFacts, nativeFacts } from '../../support/native-facts.ts';

const { debug } = elfFacts();

it('debug information is summed up, the heaviest files first', async () => {
  const natives = [100, 400, 200, 300].map((kilobytes, index) =>
    nativeFacts(
      `${index}.so`,
      { debug: { ...debug, dwarf: { size: kilobytes * 1000, compressed: false } } },
      { size: 1_000_000 },
    ),
  );
  expect(await findingsOf('audit/debug-info', natives)).toMatchObject([
    {
      severity: 'info',
      path: '1.so',
      evidence: '1.0 MB of 4.0 MB: 1.so 400 kB, 3.so 300 kB, 2.so 200 kB, and 1 more',
    },
  ]);
});

it('a few kilobytes are not worth a word', async () => {
  const native = nativeFacts('m.so', { debug: { ...debug, symbolTableSize: 20_000 } });
  expect(await findingsOf('audit/symbol-table', [native])).toEqual([]);
});

it('symbol tables count in loadable files, separate debug files as a whole', async () => {
  const natives = [
    nativeFacts('m.so', { debug: { ...debug, symbolTableSize: 200_000 } }),
    nativeFacts('m.o', { debug: { ...debug, symbolTableSize: 900_000 } }, { loadable: false }),
    nativeFacts(
      'm.debug',
      { debug: { ...debug, separate: true } },
      { loadable: false, size: 300_000 },
    ),
  ];
  expect(await findingsOf('audit/symbol-table', natives)).toMatchObject([
    { evidence: '200 kB of 320 kB: m.so 200 kB' },
  ]);
  expect(await findingsOf('audit/separate-debug-info', natives)).toMatchObject([
    { path: 'm.debug' },
  ]);
});
