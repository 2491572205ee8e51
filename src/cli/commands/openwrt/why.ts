import { resolve } from 'node:path';
import { defineCommand, EXIT, type RunnableCommand } from '../../command.ts';
import type { CommandContext } from '../../context.ts';
import { isSdistPath } from '../../recipe-inputs.ts';
import { interpreterSearch } from '../../search-environment.ts';
import type { DependencyOptions, OpenWrtRelease } from '../../../openwrt/index.ts';
import { releaseOf, TARGET_OPTION } from './options.ts';
import { isBlind, renderReport, renderWays } from './render-why.ts';

export const why: RunnableCommand = defineCommand({
  name: 'why',
  summary: 'show on what a package depends, and why',
  description: `Reads every import of a wheel, of an unpacked or installed one, or of a package with sources, and follows it through the standard library of the target's Python to the packages that the interpreter is split into. An sdist is built first, as "wheelworks openwrt pack" does it. Requirements are judged as on the target, and libraries of native files are looked up. Each dependency is told with the files that lead to it.

With MODULE it shows the ways to that module: one of the package, of the standard library, or of somebody else; or the reasons of a dependency, by its name. The exit code is 1 when nothing leads there.

What is imported when a function is called counts; what is tried and done without is listed apart, and so is what tests import. Modules in machine code import what nobody sees.`,
  arguments: [
    { name: 'input', description: 'a wheel, sdist, folder, .ipk or .apk', completes: 'file' },
    { name: 'module', description: 'a module, or a dependency', optional: true },
  ],
  options: {
    target: TARGET_OPTION,
    arch: {
      flags: '--arch <name>',
      description: 'architecture that markers are judged for',
      defaultText: 'none: for all of them',
    },
    extra: {
      flags: '--extra <name>',
      description: 'with what this extra of the project requires',
      repeatable: true,
    },
    python: {
      flags: '--python <selector>',
      description: 'interpreter that reads the files, of any minor from 3.6',
      defaultText: "the target's minor, else the newest on this machine",
      completes: 'file',
    },
    stdlib: {
      flags: '--stdlib <dir>',
      description: 'standard library of the device, instead of what is known of its minor',
      completes: 'directory',
    },
  },
  examples: [
    {
      run: 'wheelworks openwrt why requests-2.32.3-py3-none-any.whl --target 24.10',
      explains: 'every dependency with its reasons',
    },
    {
      run: 'wheelworks openwrt why dist/pkg-1.0-py3-none-any.whl ssl --target 25.12',
      explains: 'which files lead to ssl, and through what',
    },
  ],
  async run(args, options, context) {
    const openwrt = await import('../../../openwrt/index.ts');
    const { parseRequirement } = await import('../../../packaging/index.ts');
    const release = await releaseOf(options.target, context);
    const python = await openwrt.findReaderPython(
      release.python,
      await interpreterSearch(context),
      options.python === undefined ? {} : { selector: options.python },
    );
    // Its files are read as long as they are looked at.
    return withInstallable(args.input, { python, context }, async (path) => {
      const subject = await openwrt.readSubject(path, release);
      openwrt.refuseUnknownExtras(options.extra, [subject]);
      const settings = {
        release,
        requires: subject.requires.map(parseRequirement),
        extras: options.extra,
        ...(options.arch === undefined
          ? {}
          : { machine: openwrt.openWrtArchitecture(options.arch).machine }),
        ...(await readerOf(release, { python, stdlib: options.stdlib }, context)),
      } satisfies DependencyOptions;
      const head = {
        schema: 'wheelworks.openwrt.why/1',
        path: args.input,
        name: subject.name,
        version: subject.version,
      };
      const stored = subject.stored === undefined ? {} : { stored: subject.stored };
      if (args.module === undefined) {
        const found = await openwrt.analyseDependencies(subject.tree, settings);
        const report = openwrt.reportOfInput(found, subject);
        if (context.json) context.writeJson({ ...head, ...report, ...stored });
        context.stdout(renderReport(subject, report, context));
        return report.findings.some(({ severity }) => severity === 'error')
          ? EXIT.problems
          : EXIT.done;
      }
      const { report, ways } = await openwrt.explainModule(subject.tree, args.module, settings);
      const dependency = [...report.dependencies, ...report.implied].find(
        ({ name }) => name === args.module,
      );
      const suggestions = report.suggestions.filter(({ name }) => name === args.module);
      const { minor } = release.python;
      if (context.json)
        context.writeJson({
          ...head,
          release: release.name,
          minor,
          module: args.module,
          dependency: dependency ?? null,
          suggestions,
          ways,
          ...stored,
        });
      const isNamed = subject.stored?.includes(args.module) === true;
      if (ways.length === 0 && isNamed && isBlind(report)) {
        context.stdout(
          `${args.module}\n  the package itself names it; its bytecode is not read, so that nothing more is known\n`,
        );
        return EXIT.done;
      }
      context.stdout(renderWays(args.module, { ways, dependency, suggestions }, context));
      const isFound = ways.length > 0 || dependency !== undefined || suggestions.length > 0;
      return isFound ? EXIT.done : EXIT.problems;
    });
  },
});

/** Gives `work` the path of an input; of an sdist that of its wheel, which is built for the time of it. */
async function withInstallable<Result>(
  input: string,
  { python, context }: { readonly python: string; readonly context: CommandContext },
  work: (path: string) => Promise<Result>,
): Promise<Result> {
  const path = resolve(context.cwd, input);
  if (!isSdistPath(input)) return work(path);
  const { withSdistWheel } = await import('./sdist-wheel.ts');
  return withSdistWheel(path, { python, context }, work);
}

interface ReaderOptions {
  /** Path of the interpreter. */
  readonly python: string;
  readonly stdlib: string | undefined;
}

/** The Python that reads, and the standard library that it reads first when one is given. */
async function readerOf(
  release: OpenWrtRelease,
  { python, stdlib }: ReaderOptions,
  context: CommandContext,
): Promise<Pick<DependencyOptions, 'reader' | 'library'>> {
  const openwrt = await import('../../../openwrt/index.ts');
  const reader = { python, env: context.env, signal: context.signal };
  if (stdlib === undefined) return { reader };
  const { readTree } = await import('../../../archive/tree/index.ts');
  const folder = resolve(context.cwd, stdlib);
  const like = await openwrt.standardLibrary(release.python.minor);
  const library = await openwrt.libraryFromTree(await readTree(folder), {
    reader,
    like,
    source: stdlib,
  });
  return { reader, library };
}
