/** Packing 50 pure wheels of the local index for OpenWrt, beside the shell loop that does what its build system does. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const name = 'openwrt';
export const description =
  'Packages of 50 pure wheels of the local index (bytecode, and the twin of sources) for a target with the Python of this machine.';

const entry = join(import.meta.dirname, '..', '..', 'dist', 'wheelworks.js');
const loop = join(import.meta.dirname, 'loop.sh');
const WHEELS = 50;
/** Packages for routers are small. */
const LARGEST = 400_000;

export async function run(ctx) {
  const python = execFileSync('python3', ['-c', 'import sys; print(sys.executable)'], {
    encoding: 'utf8',
  }).trim();
  const minor = execFileSync(python, ['-c', 'import sys; print("%d.%d" % sys.version_info[:2])'], {
    encoding: 'utf8',
  }).trim();
  const folder = join(ctx.temp, 'wheels');
  mkdirSync(folder);
  const wheels = chooseWheels();
  for (const wheel of wheels) copyFileSync(wheel, join(folder, basename(wheel)));
  const bytes = wheels.reduce((sum, wheel) => sum + statSync(wheel).size, 0);
  console.log(`${wheels.length} wheels, ${(bytes / 1e6).toFixed(1)} MB\n`);
  const out = join(ctx.temp, 'out');
  // It exits with 1 when a package has something wrong in it, as some of strangers have; all are made.
  const pack = `rm -rf '${out}' && '${process.execPath}' '${entry}' openwrt pack -q '${folder}' --target '${target(ctx, minor, python)}' --arch x86_64 --python '${python}' -o '${out}' > /dev/null 2>&1; [ $? -le 1 ] && [ "$(ls '${out}' | wc -l)" -ge ${WHEELS} ]`;
  await ctx.compare({
    title: `${wheels.length} wheels of ${(bytes / 1e6).toFixed(1)} MB`,
    note: 'All leave .ipk files of bytecode and of sources. The loop starts an interpreter for each wheel, as one does by hand, and writes no RECORD, no programs of entry points, no sizes, and finds no dependencies.',
    contenders: [
      { label: 'wheelworks openwrt pack', command: ['sh', '-c', pack] },
      {
        label: 'shell loop: unzip, compileall, find, tar',
        command: ['sh', loop, python, minor, folder, join(ctx.temp, 'loop')],
        isMeasure: true,
      },
    ],
  });
}

/** Evenly out of all pure wheels of the index that are small enough. */
function chooseWheels() {
  const settings = execFileSync('python3', ['-m', 'pip', 'config', 'list'], { encoding: 'utf8' });
  const folders = [...settings.matchAll(/file:\/\/[^\s']+/g)].map(([url]) =>
    dirname(fileURLToPath(url)),
  );
  const all = folders
    .flatMap((folder) =>
      readdirSync(folder, { recursive: true })
        .filter((each) => each.endsWith('-py3-none-any.whl'))
        .map((each) => join(folder, each)),
    )
    .filter((path) => statSync(path).size < LARGEST)
    .sort((one, other) => (basename(one) < basename(other) ? -1 : 1));
  if (all.length < WHEELS) throw new Error('pip is configured for no index with 50 pure wheels.');
  return Array.from({ length: WHEELS }, (_, at) => all[Math.floor((at * all.length) / WHEELS)]);
}

/** A target whose Python is the one that the loop uses too. */
function target(ctx, minor, python) {
  const path = join(ctx.temp, 'target.toml');
  const magic = execFileSync(
    python,
    ['-c', 'import importlib.util as u; print(int.from_bytes(u.MAGIC_NUMBER[:2], "little"))'],
    { encoding: 'utf8' },
  ).trim();
  writeFileSync(
    path,
    `name = "25.12"\nmanager = "opkg"\npython = "${minor}.0"\nmagic = ${magic}\nmusl = "1.2"\n`,
  );
  return path;
}
