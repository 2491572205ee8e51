/** Hostile native files through `audit`: findings or a coded error. */
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { auditFiles, checkAudit, fuzzAudit } from '../support/audit-fuzz.ts';
import { FORGERIES } from '../support/elf-forgeries.ts';
import { createRandom } from '../support/elf-fuzz.ts';
import { demoLibrary, LAYOUTS } from '../support/elf-samples.ts';

const TAGS = 'cp312-cp312-manylinux_2_17_x86_64';

it('a sample of wheels with mutated and forged files is audited', async () => {
  const seeds = LAYOUTS.map((layout) => ({
    name: `${layout.class} ${layout.byteOrder}`,
    bytes: demoLibrary(layout).bytes,
  }));
  const { kinds, findings, problems, refused } = await fuzzAudit(seeds, {
    cases: 600,
    seed: 20_261_123,
  });
  expect([...kinds.keys()].sort()).toEqual([...Object.keys(FORGERIES), 'mutated'].sort());
  expect(findings.size).toBeGreaterThan(20);
  expect(problems.size).toBeGreaterThan(3);
  expect([...refused]).toEqual([]);
});

it.each(Object.entries(FORGERIES))('%s: whatever is forged is told', async (_, forge) => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0 }), async (seed) => {
      checkAudit(await auditFiles(TAGS, forge(createRandom(seed))));
    }),
    { numRuns: 10 },
  );
});
