/**
 * `repair` beside auditwheel, and beside nothing but copying and deflating.
 *
 * The wheels are made here, from libraries of this machine: the development packages of libcurl, libxml2 and OpenSSL,
 * Python's headers and gcc have to be there. auditwheel: what python3 imports, else the folders of WHEELWORKS_AUDITWHEEL
 * (its source and pyelftools', separated like PATH); it needs patchelf 0.14.5 or newer, from PATH or the folder
 * WHEELWORKS_PATCHELF.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

export const name = 'repair';
export const description =
  '`repair` of wheels whose module links libcurl, libxml2 and OpenSSL of the machine, beside `auditwheel repair` and the time that copying the archive and deflating the grafted libraries on all cores takes.';

const here = import.meta.dirname;
const entry = join(here, '..', '..', 'dist', 'wheelworks.js');
const platform = `linux_${{ x64: 'x86_64', arm64: 'aarch64' }[process.arch] ?? process.arch}`;

export async function run(ctx) {
  const module = compile(ctx.temp, join(here, 'graft.c'), '_graft.so', [
    ...pythonIncludes(),
    '-I/usr/include/libxml2',
    '-lcurl',
    '-lxml2',
    '-lssl',
    '-lcrypto',
  ]);
  const tools = { ctx, auditwheel: auditwheelEnvironment() };
  if (tools.auditwheel === undefined)
    console.log('auditwheel or its patchelf is not there: its rows are left out.\n');
  const wheels = makeWheels(ctx.temp, 'fresh', module, { count: 10 });
  const repaired = await freshWheel(tools, wheels[0]);
  await nothingToChange(tools, repaired);
  await manyWheels(tools, wheels);
  await largeLibrary(tools);
}

async function freshWheel({ ctx, auditwheel }, wheel) {
  const [ours, theirs] = [join(ctx.temp, 'ours'), join(ctx.temp, 'theirs')];
  wheelworks(['-o', ours, wheel]);
  const [output] = readdirSync(ours);
  const repaired = join(ours, output);
  const libraries = unpackGrafts(ctx.temp, repaired);
  await ctx.compare({
    title: `a fresh wheel: ${tell(libraries)} grafted`,
    contenders: [
      {
        ...contender(['-o', ours, wheel]),
        read: () => ({ check: `${countGrafts(ours)} grafted` }),
      },
      {
        label: 'copy and deflate',
        command: [
          process.execPath,
          join(here, 'floor.mjs'),
          wheel,
          libraries,
          join(ctx.temp, 'floor'),
        ],
        read: () => ({}),
        isMeasure: true,
      },
      ...peer(auditwheel, ['-w', theirs, wheel], () => ({
        check: `${countGrafts(theirs)} grafted`,
      })),
    ],
  });
  await ctx.compare({
    title: 'the same, only planned',
    contenders: [contender(['--dry-run', wheel])],
  });
  return repaired;
}

async function nothingToChange({ ctx, auditwheel }, repaired) {
  const [ours, theirs] = [join(ctx.temp, 'again'), join(ctx.temp, 'again-theirs')];
  await ctx.compare({
    title: `nothing has to change: the repaired wheel again, ${megabytes(statSync(repaired).size)}`,
    contenders: [
      contender(['-o', ours, repaired]),
      ...peer(auditwheel, ['-w', theirs, repaired], () => ({})),
    ],
  });
}

async function manyWheels({ ctx, auditwheel }, wheels) {
  const [ours, theirs] = [join(ctx.temp, 'many'), join(ctx.temp, 'many-theirs')];
  await ctx.compare({
    title: `${wheels.length} wheels that graft the same libraries`,
    runs: 1,
    contenders: [
      contender(['-o', ours, ...wheels]),
      ...peer(auditwheel, ['-w', theirs, ...wheels], () => ({})),
    ],
  });
  for (const folder of [ours, theirs]) rmSync(folder, { recursive: true, force: true });
}

/** 540 MB that deflate to a third, as code does. */
async function largeLibrary({ ctx, auditwheel }) {
  const folder = join(ctx.temp, 'large');
  mkdirSync(folder);
  execFileSync('python3', [join(here, 'make_bytes.py'), join(folder, 'bytes'), '540']);
  writeFileSync(
    join(folder, 'big.c'),
    `__asm__(".section .rodata\\n.globl big_bytes\\nbig_bytes:\\n.incbin \\"${join(folder, 'bytes')}\\"\\n.previous\\n"); int big(void) { return 7; }`,
  );
  writeFileSync(join(folder, 'use.c'), 'int big(void); int use(void) { return big(); }');
  compile(folder, join(folder, 'big.c'), 'libbig.so', ['-Wl,-soname,libbig.so']);
  rmSync(join(folder, 'bytes'));
  const module = compile(folder, join(folder, 'use.c'), '_use.so', [`-L${folder}`, '-lbig']);
  const [wheel] = makeWheels(ctx.temp, 'large-wheel', module, { count: 1 });
  const [ours, theirs] = [join(ctx.temp, 'large-ours'), join(ctx.temp, 'large-theirs')];
  const path = { LD_LIBRARY_PATH: folder };
  await ctx.compare({
    title: `a library of ${megabytes(statSync(join(folder, 'libbig.so')).size)} grafted`,
    runs: 1,
    contenders: [
      contender(['--lib-path', folder, '-o', ours, wheel]),
      ...peer(auditwheel && { ...auditwheel, ...path }, ['-w', theirs, wheel], () => ({})),
    ],
  });
}

function contender(args) {
  return {
    label: 'wheelworks',
    command: [process.execPath, entry, 'repair', '--quiet', ...args],
    // 3: there was nothing to do.
    accepts: [0, 3],
    read: () => ({}),
  };
}

function peer(environment, args, read) {
  if (environment === undefined) return [];
  const command = ['python3', join(here, 'auditwheel_repair.py'), 'repair', ...args];
  return [{ label: 'auditwheel', command, env: environment, read }];
}

function wheelworks(args) {
  execFileSync(process.execPath, [entry, 'repair', '--quiet', ...args]);
}

function pythonIncludes() {
  const said = execFileSync(
    'python3',
    ['-c', 'import sysconfig; print(sysconfig.get_path("include"))'],
    { encoding: 'utf8' },
  );
  return [`-I${said.trim()}`];
}

function compile(folder, source, output, args) {
  const path = join(folder, output);
  execFileSync('gcc', ['-shared', '-fPIC', '-O2', '-o', path, source, ...args]);
  return path;
}

function makeWheels(temp, folder, module, { count }) {
  const path = join(temp, folder);
  mkdirSync(path);
  execFileSync('python3', [join(here, 'make_wheels.py'), path, module, platform, `${count}`]);
  return readdirSync(path)
    .sort()
    .map((each) => join(path, each));
}

/** The libraries that a repaired wheel carries, as files of one folder. */
function unpackGrafts(temp, wheel) {
  const folder = join(temp, 'grafts');
  mkdirSync(folder);
  execFileSync('python3', [
    '-c',
    'import os, sys, zipfile\nfile = zipfile.ZipFile(sys.argv[1])\nfor name in file.namelist():\n  if ".libs/" in name: open(os.path.join(sys.argv[2], os.path.basename(name)), "wb").write(file.read(name))',
    wheel,
    folder,
  ]);
  return folder;
}

function countGrafts(folder) {
  const [wheel] = readdirSync(folder);
  const list = execFileSync('python3', ['-m', 'zipfile', '-l', join(folder, wheel)], {
    encoding: 'utf8',
  });
  return list.split('\n').filter((line) => line.includes('.libs/lib')).length;
}

function tell(folder) {
  const sizes = readdirSync(folder).map((each) => statSync(join(folder, each)).size);
  return `${sizes.length} libraries of ${megabytes(sizes.reduce((left, right) => left + right, 0))}`;
}

function megabytes(bytes) {
  return `${(bytes / 1e6).toFixed(0)} MB`;
}

/** The environment in which auditwheel runs; undefined when it does not. */
function auditwheelEnvironment() {
  const { WHEELWORKS_AUDITWHEEL: source, WHEELWORKS_PATCHELF: patchelf, PATH = '' } = process.env;
  const environment = {
    ...(source === undefined ? {} : { PYTHONPATH: source }),
    ...(patchelf === undefined ? {} : { PATH: `${patchelf}${delimiter}${PATH}` }),
  };
  const env = { ...process.env, ...environment };
  const imported = spawnSync('python3', ['-c', 'import auditwheel.repair'], { env });
  const version = spawnSync('patchelf', ['--version'], { env, encoding: 'utf8' }).stdout ?? '';
  const [, minor = 0, patch = 0] = (/(\d+)\.(\d+)(?:\.(\d+))?/.exec(version) ?? [])
    .slice(1)
    .map(Number);
  const isNew = minor > 14 || (minor === 14 && patch >= 5);
  return imported.status === 0 && isNew ? environment : undefined;
}
