/**
 * `audit` on the wheels of this machine, beside auditwheel and beside nothing but zlib.
 *
 * Wheels: every Linux one below the folders of WHEELWORKS_BENCH_WHEELS (separated like PATH), else those that pip is
 * configured to find. auditwheel: what python3 imports, else the folders of WHEELWORKS_AUDITWHEEL (its source and
 * pyelftools', separated like PATH). With WHEELWORKS_BENCH_ALL=1 it audits all wheels too, which takes many minutes.
 */
import { spawnSync } from 'node:child_process';
import { closeSync, openSync, readSync, statSync, writeFileSync } from 'node:fs';
import { basename, delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';

export const name = 'audit';
export const description =
  '`audit --json` of the real wheels on this machine, each in a process of its own, beside auditwheel (run once) and the time that zlib alone takes for the native members.';

const here = import.meta.dirname;
const entry = join(here, '..', '..', 'dist', 'wheelworks.js');
/** Bytes of the wheel that stands for the small ones. */
const SMALL = 1_000_000;

export async function run(ctx) {
  const library = await import(pathToFileURL(await ctx.bundle('bench/audit/library.ts')).href);
  const wheels = await Promise.all(linuxWheels(library).map((path) => describe(path, library)));
  const native = wheels.filter(({ members }) => members.length > 0);
  if (native.length === 0) {
    console.log('There are no Linux wheels here: set WHEELWORKS_BENCH_WHEELS.\n');
    return;
  }
  const python = auditwheelPython();
  if (python === undefined)
    console.log(
      'python3 cannot import auditwheel: set WHEELWORKS_AUDITWHEEL. Its rows are left out.\n',
    );
  for (const [title, wheel] of sample(native)) {
    await compare(ctx, { title: `${title}: ${tell(wheel)}`, wheels: [wheel], python });
  }
  await compare(ctx, {
    title: `all ${native.length} wheels in one process: ${tell(sum(native))}`,
    note: 'One run.',
    wheels: native,
    python: process.env.WHEELWORKS_BENCH_ALL === '1' ? python : undefined,
    runs: 1,
  });
}

async function compare(ctx, { title, note, wheels, python, runs }) {
  const plan = join(ctx.temp, 'plan.json');
  writeFileSync(plan, JSON.stringify(wheels));
  const paths = wheels.map(({ path }) => path);
  const wheelworks = {
    label: 'wheelworks',
    command: [process.execPath, entry, 'audit', '--json', '--quiet', '--no-host', ...paths],
    // Claims that do not hold are an answer.
    accepts: [0, 1],
    read: (output) => ({ check: tagsOf(output, paths) }),
  };
  const inflate = {
    label: 'zlib alone',
    command: [process.execPath, join(here, 'inflate.mjs'), plan],
    read: () => ({}),
    isMeasure: true,
  };
  const auditwheel = {
    label: 'auditwheel',
    command: ['python3', join(here, 'auditwheel_show.py'), ...paths],
    env: python,
    // Minutes for the larger ones.
    runs: 1,
  };
  const peers = python === undefined ? [] : [auditwheel];
  await ctx.compare({ title, note, contenders: [wheelworks, inflate, ...peers], runs });
}

/** The overall tag of each wheel, in the order of the paths. */
function tagsOf(output, paths) {
  const { files } = JSON.parse(output);
  const tags = new Map(files.map(({ path, overallTag }) => [path, overallTag]));
  return paths.map((path) => tags.get(path) ?? 'None').join(' ');
}

function linuxWheels({ localWheels, wheelsBelow }) {
  const folders = (process.env.WHEELWORKS_BENCH_WHEELS ?? '').split(delimiter).filter(Boolean);
  const all = folders.length === 0 ? localWheels() : folders.flatMap((each) => wheelsBelow(each));
  return [...new Map(all.map((path) => [basename(path), path])).values()].filter((path) =>
    /linux[^-]*\.whl$/.test(path),
  );
}

/** Where the compressed bytes of each native member are. */
async function describe(path, { withWheel, listNatives }) {
  const natives = await withWheel(path, async ({ archive }) => listNatives(archive));
  const file = openSync(path);
  try {
    const members = natives.map(({ entry: member }) => {
      const head = Buffer.alloc(30);
      readSync(file, head, 0, 30, member.localHeaderOffset);
      const start = member.localHeaderOffset + 30 + head.readUInt16LE(26) + head.readUInt16LE(28);
      const { size, compressedSize, method } = member;
      return { start, end: start + compressedSize, size, stored: method === 0 };
    });
    return { path, bytes: statSync(path).size, members };
  } finally {
    closeSync(file);
  }
}

function sample(wheels) {
  const by = (measure) => wheels.toSorted((left, right) => measure(left) - measure(right));
  const bySize = by(({ bytes }) => bytes);
  const chosen = [
    ['start to result', by(({ bytes }) => Math.abs(bytes - SMALL))[0]],
    ['median', bySize[Math.floor(wheels.length / 2)]],
    ['most native files', by(({ members }) => members.length).at(-1)],
    ['largest', bySize.at(-1)],
    ['largest member', by(({ members }) => Math.max(...members.map(({ size }) => size))).at(-1)],
  ];
  return chosen.filter(
    ([, wheel], index) => chosen.findIndex((each) => each[1] === wheel) === index,
  );
}

function tell({ path, bytes, members }) {
  const megabytes = (count) => `${(count / 1e6).toFixed(count < 1e7 ? 1 : 0)} MB`;
  const sizes = members.map(({ size }) => size);
  const total = sizes.reduce((left, right) => left + right, 0);
  const name = path === undefined ? '' : `${basename(path).split('-').slice(0, 2).join(' ')}, `;
  return `${name}${megabytes(bytes)}, ${members.length} native ${members.length === 1 ? 'file' : 'files'} of ${megabytes(total)}, the largest ${megabytes(Math.max(...sizes))}`;
}

function sum(wheels) {
  const bytes = wheels.reduce((left, right) => left + right.bytes, 0);
  return { bytes, members: wheels.flatMap(({ members }) => members) };
}

/** The environment in which python3 imports auditwheel; undefined when it does not. */
function auditwheelPython() {
  const folders = process.env.WHEELWORKS_AUDITWHEEL;
  const env = folders === undefined ? {} : { PYTHONPATH: folders };
  const tried = spawnSync('python3', ['-c', 'import auditwheel.wheel_abi'], {
    env: { ...process.env, ...env },
  });
  return tried.status === 0 ? env : undefined;
}
