import { execFileSync } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRoot, packageOwners, type SystemPackage } from '../../src/distro/index.ts';
import { readRpmHeader } from '../../src/distro/rpm/header.ts';
import { WheelworksError } from '../../src/support/errors.ts';
import { startCpuTime } from '../support/cpu-time.ts';
import {
  DB_LOAD,
  headersBySqlite,
  installRpms,
  loadBerkeley,
  missingRpmTools,
  ndbFile,
  type RpmSpec,
} from '../support/rpm-databases.ts';

const MANY = Array.from(
  { length: 700 },
  (_, index) => `/usr/share/many/file-${index}-with-a-long-name`,
);

const SPECS: readonly RpmSpec[] = [
  {
    name: 'libcurl',
    version: '7.76.1',
    release: '29.el9',
    license: 'MIT',
    url: 'https://curl.se/',
    files: ['/usr/lib64/libcurl.so.4.7.0'],
    licenseFiles: ['/usr/share/licenses/libcurl/COPYING'],
  },
  {
    name: 'openssl-libs',
    version: '3.0.7',
    release: '27.el9',
    epoch: 1,
    license: 'ASL 2.0',
    files: ['/usr/lib64/libcrypto.so.3.0.7', '/usr/lib64/libssl.so.3.0.7'],
  },
  {
    name: 'zlib',
    version: '1.2.11',
    release: '40.el9',
    license: 'Zlib',
    files: ['/lib64/libz.so.1.2.11'],
  },
  // A header that takes many pages.
  { name: 'many', version: '1', release: '1', license: 'MIT', files: MANY },
];

const WANTED = [
  '/usr/lib64/libcurl.so.4.7.0',
  '/usr/lib64/libcrypto.so.3.0.7',
  // Recorded as /lib64, which is a link today.
  '/usr/lib64/libz.so.1.2.11',
  '/usr/share/many/file-699-with-a-long-name',
  '/usr/lib64/nobody.so.1',
];

const missing = missingRpmTools();
const skipped = missing === undefined ? '' : ` (skipped: there is no ${missing})`;

describe.skipIf(missing !== undefined)(`databases that rpm wrote${skipped}`, () => {
  let folder: string;
  let headers: readonly Uint8Array[];
  const root = (name: string): string => join(folder, name);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wheelworks-rpm-'));
    await makeRoot(root('sqlite'));
    await installRpms(root('sqlite'), SPECS, 'usr/lib/sysimage/rpm');
    headers = headersBySqlite(join(root('sqlite'), 'usr/lib/sysimage/rpm/rpmdb.sqlite'));
    await makeRoot(root('ndb'));
    await mkdir(join(root('ndb'), 'usr/lib/sysimage/rpm'), { recursive: true });
    await writeFile(join(root('ndb'), 'usr/lib/sysimage/rpm/Packages.db'), ndbFile(headers));
  }, 120_000);

  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.each(['sqlite', 'ndb'])(
    '%s: owners, versions, licences, sources and package URLs',
    async (name) => {
      expectOwners(await ownersIn(root(name)));
    },
  );

  it('sqlite: what is only in the write-ahead log yet is there', async () => {
    const place = root('log');
    await makeRoot(place);
    const database = join(place, 'usr/lib/sysimage/rpm/rpmdb.sqlite');
    await mkdir(join(database, '..'), { recursive: true });
    // The connection stays open, so that nobody writes the log back.
    const script = [
      'import os, shutil, sqlite3, sys',
      'source, target = sys.argv[1:]',
      'con = sqlite3.connect(target + ".work")',
      'con.execute("pragma journal_mode=wal")',
      'con.execute("pragma wal_autocheckpoint=0")',
      'con.execute("create table Packages (hnum integer primary key autoincrement, blob blob not null)")',
      'con.commit()',
      'con.execute("pragma wal_checkpoint(truncate)")',
      'for row in sqlite3.connect(source).execute("select hnum, blob from Packages"): con.execute("insert into Packages values (?, ?)", row)',
      'con.commit()',
      'con.execute("update Packages set blob = x\'00\'")',
      'con.execute("pragma cache_spill")',
      'shutil.copy(target + ".work", target)',
      'shutil.copy(target + ".work-wal", target + "-wal")',
      'os._exit(0)',
    ].join('\n');
    execFileSync('python3', [
      '-c',
      script,
      join(root('sqlite'), 'usr/lib/sysimage/rpm/rpmdb.sqlite'),
      database,
    ]);
    expectOwners(await ownersIn(place));
    // A log that is cut off counts as far as it goes: to no commit at all.
    const log = await readFile(`${database}-wal`);
    await writeFile(`${database}-wal`, log.subarray(0, log.length / 2));
    expect(await ownersIn(place)).toEqual(new Map());
  });

  it.skipIf(DB_LOAD === undefined)(
    'Berkeley DB of both byte orders (skipped without db_load)',
    async () => {
      expect(headers).toHaveLength(SPECS.length);
      for (const littleEndian of [true, false])
        for (const pageSize of [512, 4096, 65_536]) {
          const place = root(`berkeley-${littleEndian}-${pageSize}`);
          await makeRoot(place);
          await mkdir(join(place, 'var/lib/rpm'), { recursive: true });
          const path = join(place, 'var/lib/rpm/Packages');
          if (DB_LOAD !== undefined)
            loadBerkeley(DB_LOAD, path, { headers, littleEndian, pageSize });
          expectOwners(await ownersIn(place));
        }
    },
  );

  it('an empty database of one kind does not hide the one in use', async () => {
    const place = root('both');
    await makeRoot(place);
    await mkdir(join(place, 'var/lib/rpm'), { recursive: true });
    await mkdir(join(place, 'usr/lib/sysimage/rpm'), { recursive: true });
    execFileSync('python3', [
      '-c',
      'import sqlite3, sys; con = sqlite3.connect(sys.argv[1]); con.execute("create table Packages (hnum integer primary key, blob blob)"); con.commit()',
      join(place, 'usr/lib/sysimage/rpm/rpmdb.sqlite'),
    ]);
    await copyFile(
      join(root('ndb'), 'usr/lib/sysimage/rpm/Packages.db'),
      join(place, 'var/lib/rpm/Packages.db'),
    );
    expectOwners(await ownersIn(place));
  });

  it.each([
    ['sqlite', 'rpmdb.sqlite'],
    ['ndb', 'Packages.db'],
  ])('%s: damage anywhere is an answer or a coded error, in bounded time', async (name, file) => {
    const bytes = await readFile(join(root(name), 'usr/lib/sysimage/rpm', file));
    const place = root(`damaged-${name}`);
    await makeRoot(place);
    await mkdir(join(place, 'var/lib/rpm'), { recursive: true });
    const path = join(place, 'var/lib/rpm', file);
    let state = 20_261_124;
    const random = (below: number): number => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    const codes = new Set<string>();
    for (let round = 0; round < 150; round += 1) {
      const damaged = Buffer.from(
        round % 5 === 0 ? bytes.subarray(0, random(bytes.length)) : bytes,
      );
      for (let index = 0; index < round % 40 && damaged.length > 0; index += 1)
        damaged[random(index % 2 === 0 ? damaged.length : Math.min(damaged.length, 4096))] =
          random(256);
      await writeFile(path, damaged);
      const spent = startCpuTime();
      try {
        await ownersIn(place);
        codes.add('answered');
      } catch (error) {
        if (!(error instanceof WheelworksError)) throw error;
        codes.add(error.code);
      }
      expect(spent()).toBeLessThan(5000);
    }
    expect([...codes].sort()).toEqual(['answered', 'distro/damaged-database']);
  });
});

describe('what is no database', () => {
  it('is refused', async () => {
    const place = await mkdtemp(join(tmpdir(), 'wheelworks-rpm-'));
    try {
      await makeRoot(place);
      await mkdir(join(place, 'var/lib/rpm'), { recursive: true });
      await writeFile(join(place, 'var/lib/rpm/Packages'), 'x'.repeat(4096));
      await expect(ownersIn(place)).rejects.toMatchObject({ code: 'distro/damaged-database' });
    } finally {
      await rm(place, { recursive: true, force: true });
    }
  });

  it.each([
    ['more entries than bytes', [0, 0, 255, 255, 0, 0, 0, 0]],
    ['more entries than rpm allows', [255, 255, 255, 255, 0, 0, 0, 0]],
    ['a store that is cut off', [0, 0, 0, 0, 0, 0, 0, 9]],
    ['half a header', [0, 0, 0]],
  ])('as a header: %s', (_, bytes) => {
    expect(() => readRpmHeader(Uint8Array.from(bytes), 'x')).toThrow(
      expect.objectContaining({ code: 'distro/damaged-database' }),
    );
  });
});

async function makeRoot(place: string): Promise<void> {
  await mkdir(join(place, 'etc'), { recursive: true });
  await mkdir(join(place, 'usr/share/licenses/libcurl'), { recursive: true });
  await writeFile(join(place, 'usr/share/licenses/libcurl/COPYING'), 'MIT');
  await writeFile(join(place, 'etc/os-release'), 'ID=rocky\nVERSION_ID="9.4"\n');
}

async function ownersIn(place: string): Promise<ReadonlyMap<string, SystemPackage>> {
  return packageOwners(await openRoot(place), WANTED);
}

function expectOwners(owners: ReadonlyMap<string, SystemPackage>): void {
  expect([...owners.keys()].sort()).toEqual(WANTED.slice(0, 4).sort());
  expect(owners.get(WANTED[0] ?? '')).toMatchObject({
    manager: 'rpm',
    name: 'libcurl',
    version: '7.76.1-29.el9',
    source: { name: 'libcurl', version: '7.76.1-29.el9' },
    license: { text: 'MIT', isSpdx: true },
    homepage: 'https://curl.se/',
    licenseFiles: [expect.stringMatching(/\/usr\/share\/licenses\/libcurl\/COPYING$/)],
  });
  expect(owners.get(WANTED[0] ?? '')?.purl).toMatch(
    /^pkg:rpm\/rocky\/libcurl@7\.76\.1-29\.el9\?arch=\w+&distro=rocky-9\.4$/,
  );
  expect(owners.get(WANTED[1] ?? '')).toMatchObject({
    name: 'openssl-libs',
    version: '1:3.0.7-27.el9',
    license: { text: 'ASL 2.0', isSpdx: false },
    licenseFiles: [],
  });
  expect(owners.get(WANTED[1] ?? '')?.purl).toMatch(
    /@3\.0\.7-27\.el9\?arch=\w+&distro=rocky-9\.4&epoch=1$/,
  );
  expect(owners.get(WANTED[2] ?? '')).toMatchObject({ name: 'zlib', license: { isSpdx: true } });
  expect(owners.get(WANTED[3] ?? '')).toMatchObject({ name: 'many' });
}
