import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { PackLayout, PackOptions } from '../../../openwrt/index.ts';
import { fileError, WheelworksError } from '../../../support/errors.ts';
import { makeFolders } from '../../../support/folders.ts';
import { defineCommand, EXIT, InvalidValue, type RunnableCommand } from '../../command.ts';
import { eachInput, isFailure, renderFailedInput, successesOf } from '../../each-input.ts';
import { expandInputs } from '../../inputs.ts';
import { interpreterSearch } from '../../search-environment.ts';
import { nameOf, withModulesWheel } from './bare-folder.ts';
import { mtimeOf, PACKAGE_OPTIONS, releaseOf, TARGET_OPTION } from './options.ts';
import { renderPackPlan } from './render-pack.ts';

export const pack: RunnableCommand = defineCommand({
  name: 'pack',
  summary: 'make packages for routers from wheels and folders',
  description: `Installs each input as an installer would, compiles its modules with the target's Python, and makes the packages that the target's package manager installs: one with bytecode alone, and a twin NAME-src with the sources. Pure wheels make packages for all architectures; native ones are held to the Python, C library and processor of the target, by their tags and by their ELF headers.

A folder of wheels and sdists stands for all of them. Any other folder is an unpacked wheel, or a root that something was installed into (pip install --root DIR --prefix /usr). What a package shall have of it a filespec tells: lines of operator|path|mode, as in OpenWrt's recipes. Modules that the target's Python does not read are named, with the lines that leave them out. A folder of bare modules (foo.py, bar/) is named with --name and --version.

Nothing is written before every package of an input is ready; --dry-run shows them, their three sizes, and what could be left out; with --verbose every file with its mode and size, and the folders whose mode is not 0755. With --source-only these are the files that a filespec chooses from. The exit code is 1 when an input fails, and when a finding is an error: the packages are written all the same, and would fail on the device.`,
  arguments: [
    {
      name: 'input',
      description: 'wheels, sdists, folders or patterns',
      variadic: true,
      completes: 'file',
    },
  ],
  options: {
    target: TARGET_OPTION,
    arch: {
      flags: '--arch <name>',
      description:
        "architecture of the device's packages, such as aarch64_cortex-a53; not needed for what has no native code",
    },
    output: {
      flags: '-o, --output <dir>',
      description: 'where the packages are written',
      default: '.',
      defaultText: 'this folder',
      completes: 'directory',
    },
    filespec: {
      flags: '--filespec <file>',
      description: 'which of the installed files the packages get, with which modes',
      completes: 'file',
    },
    lenient: {
      flags: '--lenient',
      description:
        'let pass what older scripts let pass in a filespec: a - of nothing, unknown operators',
    },
    python: {
      flags: '--python <selector>',
      description: "interpreter that compiles: a path or version of the target's minor",
      defaultText: 'the nearest on this machine',
      completes: 'file',
    },
    optimize: {
      flags: '-O, --optimize <level>',
      description: 'leave out assert statements (1), docstrings too (2)',
      choices: ['0', '1', '2'],
      default: '0',
    },
    sourceOnly: {
      flags: '--source-only',
      description: 'sources in the package, no bytecode and no twin',
      conflicts: ['both'],
    },
    both: { flags: '--both', description: 'sources and bytecode in one package, no twin' },
    extra: {
      flags: '--extra <name>',
      description: 'depend on what this extra of the project requires too',
      repeatable: true,
    },
    with: {
      flags: '--with <package>',
      description: 'depend on this package too, such as one that is optional',
      repeatable: true,
      parse: packageNameOf,
    },
    feed: {
      flags: '--feed <file>',
      description: "index of the target's feed (Packages, packages.adb): names of library packages",
      completes: 'file',
    },
    libc: {
      flags: '--libc <file>',
      description: "the target's libc.so, which must have what native files need",
      completes: 'file',
    },
    name: {
      flags: '--name <project>',
      description: 'what the modules in a folder are called that has no metadata; with --version',
    },
    version: { flags: '--version <version>', description: 'the version of such modules' },
    ...PACKAGE_OPTIONS,
    force: {
      flags: '--force',
      description: 'replace packages that are for another Python or processor',
    },
  },
  examples: [
    {
      run: 'wheelworks openwrt pack requests-*.whl --target 24.10',
      explains: 'a package for every router of 24.10, since the wheel is pure',
    },
    {
      run: 'wheelworks openwrt pack markupsafe-*.whl --target 24.10 --arch aarch64_cortex-a53',
      explains: 'a native wheel, held to the processor and the C library of the device',
    },
    {
      run: 'wheelworks openwrt pack -n dist/ --target 25.12 --arch x86_64 --filespec pkg.filespec',
      explains: 'see what packages of some of the files of the wheels in a folder would be',
    },
  ],
  async run(args, options, context) {
    const openwrt = await import('../../../openwrt/index.ts');
    const { runTask } = await import('../../../support/progress/events.ts');
    const at = (path: string): string => resolve(context.cwd, path);
    const inputs = await packInputs(args.input, context.cwd);
    const project = await nameOf(options, inputs);
    const release = await releaseOf(options.target, context);
    if (options.sign !== undefined && release.manager === 'opkg') throw signsNothing(release.name);
    const layout = layoutOf(options);
    const given = {
      release,
      ...(options.arch === undefined
        ? {}
        : { architecture: openwrt.openWrtArchitecture(options.arch) }),
      layout,
      extras: options.extra,
      with: options.with,
      packageRelease: options.release,
      signal: context.signal,
      ...(await filesOf(options, at)),
      ...(options.maintainer === undefined ? {} : { maintainer: options.maintainer }),
      ...mtimeOf(context),
    };
    const directory = at(options.output);
    const search = await interpreterSearch(context);
    const python = await openwrt
      .findCompilerPython(
        release.python,
        search,
        options.python === undefined ? {} : { selector: options.python },
      )
      .catch((error: unknown) => {
        // Packages of sources do not need one; then their size as bytecode is not told.
        if (layout === 'source' && options.python === undefined) return undefined;
        throw error;
      });
    const feed =
      options.feed === undefined ? undefined : await openwrt.readTargetFeed(at(options.feed));
    const reader = python ?? (await openwrt.findReaderPython(release.python, search));
    const settings = { ...given, ...(feed === undefined ? {} : { feed: feed.packages }) };
    const planAll = async (more: Pick<PackOptions, 'compiler' | 'dependencies'>) =>
      eachInput(
        inputs.map((path) => ({ path })),
        // While one is compiled and read by interpreters, another is installed or compressed.
        { jobs: context.jobs * 2, signal: context.signal },
        async ({ path }) =>
          runTask(context.events, { id: `pack ${path}`, label: `pack ${path}` }, async () => {
            const planned = async (from: string) =>
              openwrt.planPack(from, { ...settings, ...more });
            if (project !== undefined) {
              const plan = await withModulesWheel(path, { project, context }, planned);
              return { ...plan, path };
            }
            if (!(await isSdist(path))) return planned(path);
            const { withSdistWheel } = await import('./sdist-wheel.ts');
            const plan = await withSdistWheel(path, { python, context }, planned);
            return { ...plan, path };
          }),
      );
    const plans = await openwrt.withAnalysis(
      {
        python: reader,
        env: context.env,
        jobs: Math.min(context.jobs, inputs.length),
        signal: context.signal,
        ...(feed === undefined ? {} : { feed }),
      },
      async (dependencies) =>
        python === undefined
          ? planAll({ dependencies })
          : openwrt.withCompiler(
              {
                python,
                magic: release.python.magic,
                jobs: context.jobs,
                signal: context.signal,
                optimize: options.optimize === '2' ? 2 : options.optimize === '1' ? 1 : 0,
                env: context.env,
              },
              async (compiler) => planAll({ compiler, dependencies }),
            ),
    );
    const successes = successesOf(plans);
    // An input that failed may have been the one with the extra.
    if (successes.length === plans.length) openwrt.refuseUnknownExtras(options.extra, successes);
    openwrt.refuseSameFiles(successes);
    if (!options.dryRun) await makeFolders(directory);
    const results = await eachInput(plans, context, async (plan) => {
      const replaced = await openwrt.replacedFiles(plan, directory, options);
      const paths = options.dryRun ? [] : await openwrt.writePlan(plan, directory);
      return { path: plan.path, plan, report: openwrt.packReport(plan, { paths, replaced }) };
    });
    if (context.json)
      context.writeJson({
        schema: 'wheelworks.openwrt.pack/1',
        target: release,
        architecture: options.arch ?? null,
        layout,
        python: python ?? null,
        dryRun: options.dryRun,
        files: results.map((each) => (isFailure(each) ? each : each.report)),
      });
    for (const result of results) {
      if (!isFailure(result)) context.stdout(renderPackPlan(result.plan, result.report, context));
      else if (!context.json) context.stderr(renderFailedInput(result, context));
    }
    const isClean = results.every(
      (each) =>
        !isFailure(each) && each.plan.findings.every(({ severity }) => severity !== 'error'),
    );
    return isClean ? EXIT.done : EXIT.problems;
  },
});

/** As feeds name packages; which version it has is for the feed to say. */
function packageNameOf(text: string): string {
  if (/^[A-Za-z0-9][\w+.-]*$/.test(text)) return text;
  throw new InvalidValue(
    'it must be the name of a package alone, such as python3-yaml, without a version',
  );
}

/** Folders of wheels stand for their wheels; any other folder is an input itself. */
async function packInputs(inputs: readonly string[], cwd: string): Promise<readonly string[]> {
  const paths = await expandInputs(inputs, {
    cwd,
    suffixes: ['.whl', '.tar.gz'],
    orFolder: true,
  });
  return paths.map((path) => resolve(cwd, path));
}

async function isSdist(path: string): Promise<boolean> {
  const { distributionKind } = await import('../../../wheel/index.ts');
  return (await isFolder(path)) ? false : distributionKind(path) === 'sdist';
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

function layoutOf(options: { readonly sourceOnly: boolean; readonly both: boolean }): PackLayout {
  if (options.sourceOnly) return 'source';
  return options.both ? 'both' : 'bytecode';
}

/** opkg knows signatures of a feed's list alone. */
function signsNothing(release: string): WheelworksError {
  return new WheelworksError(
    'openwrt/no-package-signature',
    `OpenWrt ${release} installs .ipk packages, which have no signature.`,
    {
      hint: 'Pack without --sign, and sign the feed: wheelworks openwrt feed build DIR --key KEY.',
    },
  );
}

interface FileOptions {
  readonly filespec: string | undefined;
  readonly lenient: boolean;
  readonly libc: string | undefined;
  readonly sign: string | undefined;
}

/** What the files that are named say. */
async function filesOf(
  options: FileOptions,
  at: (path: string) => string,
): Promise<Pick<PackOptions, 'filespec' | 'libc' | 'key'>> {
  const openwrt = await import('../../../openwrt/index.ts');
  const { filespec, lenient, libc, sign } = options;
  return {
    ...(filespec === undefined
      ? {}
      : {
          filespec: openwrt.parseFilespec(
            Buffer.from(await readInput(at(filespec))).toString('utf8'),
            filespec,
            { lenient },
          ),
        }),
    ...(libc === undefined ? {} : { libc: { path: libc, bytes: await readInput(at(libc)) } }),
    ...(sign === undefined ? {} : { key: await openwrt.readApkSigningKey(at(sign)) }),
  };
}

async function readInput(path: string): Promise<Uint8Array> {
  return readFile(path).catch((error: unknown) => {
    throw fileError(error, path);
  });
}
