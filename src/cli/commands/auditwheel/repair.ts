import { resolve } from 'node:path';
import { defineCommand, InvalidValue, type RunnableCommand } from '../../command.ts';
import { expandInputs } from '../../inputs.ts';
import { compressionLevel, exclusion, librarySuffix, runRepairs } from '../../repair-inputs.ts';
import { ISA_CHECK, LDPATHS, PURE_WHEELS, fromEnvironment, librariesOf } from './environment.ts';

const PATCHERS = ['patchelf', 'lief-patchelf', 'none'] as const;

export const repair: RunnableCommand = defineCommand({
  name: 'repair',
  summary: 'take the libraries that wheels need into them, and tag them for what they are',
  description: `Does what auditwheel repair does, with its options and the variables AUDITWHEEL_PLAT, AUDITWHEEL_ZIP_COMPRESSION_LEVEL, AUDITWHEEL_PATCHER and AUDITWHEEL_LD_LIBRARY_PATH. No patchelf is needed: a patcher that is asked for is accepted and not called, and none refuses wheels that would have to be edited.`,
  arguments: [
    {
      name: 'wheel',
      description: 'wheels, folders or patterns',
      variadic: true,
      completes: 'file',
    },
  ],
  options: {
    zipCompressionLevel: {
      flags: '-z, --zip-compression-level <0-9>',
      description: 'how hard to compress what is new',
      defaultText: '6',
      parse: level,
    },
    plat: {
      flags: '--plat <tag>',
      description: 'the platform tag to reach, such as manylinux_2_28_x86_64',
      defaultText: 'auto',
    },
    libSdir: {
      flags: '-L, --lib-sdir <ending>',
      description: 'what the folder of libraries has behind the name of the package',
      default: '.libs',
      parse: librarySuffix,
    },
    wheelDir: {
      flags: '-w, --wheel-dir <dir>',
      description: 'where to write',
      default: 'wheelhouse',
      completes: 'directory',
    },
    updateTags: { flags: '--no-update-tags', description: 'leave file name and tags as they are' },
    strip: { flags: '--strip', description: 'take symbols and debug sections out' },
    exclude: {
      flags: '--exclude <glob>',
      description: 'leave libraries to other packages, by name or by path',
      repeatable: true,
    },
    onlyPlat: {
      flags: '--only-plat',
      description: 'write the asked tag alone, also when the wheel earns a better one',
    },
    ...ISA_CHECK,
    ...PURE_WHEELS,
    ...LDPATHS,
    patcher: {
      flags: '--patcher <name>',
      description: 'accepted; none refuses wheels that would have to be edited',
      choices: PATCHERS,
      completes: 'file',
    },
  },
  examples: [
    {
      run: 'wheelworks auditwheel repair --plat manylinux_2_28_x86_64 -w out dist/spam.whl',
      explains: 'as auditwheel repair, with the same words',
    },
  ],
  async run(args, options, context) {
    const { cwd, env } = context;
    const wheels = await expandInputs(args.wheel, { cwd, suffixes: ['.whl'] });
    const place = { env, path: ['auditwheel', 'repair'] };
    const plat = fromEnvironment(options.plat, 'AUDITWHEEL_PLAT', { ...place, parse: String });
    const zip = fromEnvironment(options.zipCompressionLevel, 'AUDITWHEEL_ZIP_COMPRESSION_LEVEL', {
      ...place,
      parse: level,
    });
    const patcher = fromEnvironment(options.patcher, 'AUDITWHEEL_PATCHER', {
      ...place,
      parse: patcherName,
    });
    return runRepairs(
      {
        wheels,
        libraries: await librariesOf(options.ldpaths, context),
        baselines: undefined,
        settings: {
          plat: plat ?? 'auto',
          onlyPlat: options.onlyPlat,
          updateTags: options.updateTags,
          isExcluded: exclusion(options.exclude),
          librarySuffix: options.libSdir,
          strip: options.strip,
          ignoreIsa: options.disableIsaExtCheck,
          withoutNatives: options.allowPurePythonWheel ? 'keep-any' : 'refuse',
          editing: patcher !== 'none',
          ...(zip === undefined || zip === 'default' ? {} : { level: zip }),
        },
        dryRun: false,
        directory: resolve(cwd, options.wheelDir),
      },
      context,
    );
  },
});

/** auditwheel hands its numbers to zlib, for which -1 is the default. */
function level(text: string): number | 'default' {
  return text === '-1' ? 'default' : compressionLevel(text);
}

function patcherName(text: string): (typeof PATCHERS)[number] {
  const name = PATCHERS.find((each) => each === text);
  if (name === undefined) throw new InvalidValue(`expected one of ${PATCHERS.join(', ')}`);
  return name;
}
