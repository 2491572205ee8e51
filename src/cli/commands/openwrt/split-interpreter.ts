import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { InterpreterPlanOptions } from '../../../openwrt/index.ts';
import { fileError, WheelworksError } from '../../../support/errors.ts';
import { makeFolders } from '../../../support/folders.ts';
import { defineCommand, EXIT, InvalidValue, type RunnableCommand } from '../../command.ts';
import type { CommandContext } from '../../context.ts';
import { interpreterSearch } from '../../search-environment.ts';
import { mtimeOf, PACKAGE_OPTIONS, releaseOf, TARGET_OPTION } from './options.ts';
import { renderSplit } from './render-split.ts';

export const splitInterpreter: RunnableCommand = defineCommand({
  name: 'split-interpreter',
  summary: 'make the packages of CPython itself from an installed tree',
  description: `Splits an installed CPython into the packages of OpenWrt's feed: the shared library, the base package that starts, the light one, one for each larger part of the standard library, a meta package, and twins NAME-src with the sources. The lists are those of the feed of the target's release, or of a definition file.

The split is made closed under import: what -c and -m need is in the base package; a module that needs another package goes where that is, or its package depends on it. What stays open is told. Parts that were not built are left out, machine code is stripped, sources become bytecode. A package with a file that needs a library of no known package is not made, nor is what depends on it; the command ends with 1 then.

DIR is what make install DESTDIR=DIR filled, or a prefix with bin and lib. Its own program compiles when this machine can run it, else one of this machine of the same minor version.`,
  arguments: [
    {
      name: 'dir',
      description: 'folder with the installed CPython; needed for all but --print-definition',
      optional: true,
      completes: 'directory',
    },
  ],
  options: {
    target: TARGET_OPTION,
    arch: {
      flags: '--arch <name>',
      description:
        "architecture of the device's packages, such as aarch64_cortex-a53; needed for all but --print-definition",
    },
    output: {
      flags: '-o, --output <dir>',
      description: 'where the packages are written',
      default: '.',
      defaultText: 'this folder',
      completes: 'directory',
    },
    definition: {
      flags: '--definition <file>',
      description: 'lists of packages (openwrt.toml) in the place of those of the feed',
      completes: 'file',
    },
    printDefinition: {
      flags: '--print-definition',
      description:
        "print the feed's lists for the target as a definition file, and do nothing else",
    },
    asListed: {
      flags: '--as-listed',
      description: 'take the lists as they are; only tell which imports leave their package',
    },
    pythonVersion: {
      flags: '--python-version <minor>',
      description: 'which Python of the folder, where there are several: 3.13',
    },
    python: {
      flags: '--python <selector>',
      description: 'interpreter that compiles: a path or version of the same minor',
      completes: 'file',
    },
    sourceOnly: {
      flags: '--source-only',
      description: 'sources in the packages, no bytecode and no twins',
    },
    library: {
      flags: '--library <mapping>',
      description: 'the package that has a library: libtinfo.so.6=libncurses6',
      repeatable: true,
      parse: (text: string): readonly [string, string] => {
        const [, library, name] = /^([^=\s/]+)=([a-z\d][a-z\d+._-]*)$/i.exec(text) ?? [];
        if (library !== undefined && name !== undefined) return [library, name];
        throw new InvalidValue('a library and the package that has it: libtinfo.so.6=libncurses6');
      },
    },
    feed: {
      flags: '--feed <file>',
      description: 'index of a feed of the target (Packages, packages.adb): who has the libraries',
      repeatable: true,
      completes: 'file',
    },
    measure: {
      flags: '--measure',
      description: 'start the interpreter here, from bytecode and from sources, and tell the times',
    },
    ...PACKAGE_OPTIONS,
  },
  examples: [
    {
      run: 'wheelworks openwrt split-interpreter root/ --target 25.12 --arch x86_64 -o feed/',
      explains: 'all packages of the CPython in root/usr',
    },
    {
      run: 'wheelworks openwrt split-interpreter --target 19.07 --print-definition > openwrt.toml',
      explains: "the feed's lists of Python 3 and Python 2, to change",
    },
  ],
  async run(args, options, context) {
    const openwrt = await import('../../../openwrt/index.ts');
    const at = (path: string): string => resolve(context.cwd, path);
    const release = await releaseOf(options.target, context);
    if (options.printDefinition) {
      context.stdout(openwrt.printSplitDefinition(release));
      return EXIT.done;
    }
    if (args.dir === undefined)
      throw missing('cli/missing-argument', 'the folder with the installed CPython');
    if (options.arch === undefined) throw missing('cli/missing-option', 'the architecture, --arch');
    const directory = at(args.dir);
    const choices = {
      release,
      architecture: openwrt.openWrtArchitecture(options.arch),
      asListed: options.asListed,
      keepSources: options.sourceOnly,
      packageRelease: options.release,
      measure: options.measure,
      jobs: context.jobs,
      libraries: await libraryOwners(options, at),
      ...(await chosenFiles(options, at)),
      ...(await pythonOf(options.python, context)),
      ...(options.pythonVersion === undefined ? {} : { minor: options.pythonVersion }),
      ...(options.maintainer === undefined ? {} : { maintainer: options.maintainer }),
      ...mtimeOf(context),
    } satisfies InterpreterPlanOptions;
    const { runTask } = await import('../../../support/progress/events.ts');
    const id = `split ${args.dir}`;
    let done = 0;
    const onStep = (detail: string): void => {
      context.events({ type: 'task-progress', id, done, detail });
      done += 1;
    };
    const plan = await runTask(context.events, { id, label: id }, async () =>
      openwrt.planInterpreter(directory, { ...choices, onStep }),
    );
    const output = at(options.output);
    if (!options.dryRun) {
      await makeFolders(output);
      await runTask(context.events, { id: `write ${output}`, label: 'write packages' }, async () =>
        openwrt.writeInterpreterPackages(plan, output),
      );
    }
    const report = openwrt.splitReport(plan);
    if (context.json)
      context.writeJson({
        schema: 'wheelworks.openwrt.split-interpreter/1',
        directory: options.dryRun ? null : output,
        ...report,
      });
    context.stdout(renderSplit(report, { ...context, measured: options.measure }));
    return report.findings.some(({ severity }) => severity === 'error') ? EXIT.problems : EXIT.done;
  },
});

/** Both are needed for all but --print-definition. */
function missing(
  code: 'cli/missing-argument' | 'cli/missing-option',
  what: string,
): WheelworksError {
  return new WheelworksError(code, `It takes ${what}.`, {
    hint: 'See: wheelworks openwrt split-interpreter --help',
  });
}

interface FileOptions {
  readonly definition: string | undefined;
  readonly sign: string | undefined;
}

async function chosenFiles(
  { definition, sign }: FileOptions,
  at: (path: string) => string,
): Promise<Pick<InterpreterPlanOptions, 'definition' | 'key'>> {
  const openwrt = await import('../../../openwrt/index.ts');
  const read = async (path: string): Promise<string> =>
    readFile(at(path), 'utf8').catch((error: unknown) => {
      throw fileError(error, path);
    });
  return {
    ...(definition === undefined
      ? {}
      : {
          definition: {
            recipe: openwrt.readDefinition(await read(definition), definition),
            path: definition,
          },
        }),
    ...(sign === undefined ? {} : { key: await openwrt.readApkSigningKey(at(sign)) }),
  };
}

async function libraryOwners(
  options: {
    readonly library: readonly (readonly [string, string])[];
    readonly feed: readonly string[];
  },
  at: (path: string) => string,
): Promise<NonNullable<InterpreterPlanOptions['libraries']>> {
  const openwrt = await import('../../../openwrt/index.ts');
  const feeds = await Promise.all(options.feed.map((path) => openwrt.readTargetFeed(at(path))));
  return {
    mapped: new Map(options.library),
    ...(feeds.length === 0 ? {} : { feed: feeds.flatMap(({ packages }) => packages) }),
  };
}

/** The tree's own program is tried before this machine's interpreters are looked for. */
async function pythonOf(
  selector: string | undefined,
  context: CommandContext,
): Promise<Pick<InterpreterPlanOptions, 'findPython' | 'python'>> {
  const openwrt = await import('../../../openwrt/index.ts');
  const find = async (version: string, minor: string): Promise<string> =>
    openwrt.findCompilerPython(
      { version, minor, magic: 0 },
      await interpreterSearch(context),
      selector === undefined ? {} : { selector },
    );
  return {
    findPython: find,
    ...(selector === undefined
      ? {}
      : { python: { path: await find('', selector), env: context.env } }),
  };
}
