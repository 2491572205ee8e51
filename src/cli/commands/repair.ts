import { resolve } from 'node:path';
import { defineCommand, type RunnableCommand } from '../command.ts';
import { expandInputs } from '../inputs.ts';
import { LIBRARY_OPTIONS } from '../library-options.ts';
import { compressionLevel, exclusion, librarySuffix, runRepairs } from '../repair-inputs.ts';

export const command: RunnableCommand = defineCommand({
  name: 'repair',
  summary: 'take the libraries that wheels lean on into them, and tag them for what they are',
  description: `Turns wheels that lean on the machine they were built on into wheels that run wherever their tag says. Libraries are found as the loader of the machine, or of the system in --sysroot, would find them; they are copied into the wheel under names of their own, everything that needs them is pointed to the copies, and the wheel gets the best tag that it earns. The result is read back and audited before it gets its name.

Works for wheels of any Linux architecture on any machine, without patchelf. Inputs stay as they are; a wheel that needs nothing is copied as it is.`,
  arguments: [
    {
      name: 'wheel',
      description: 'wheels, folders or patterns',
      variadic: true,
      completes: 'file',
    },
  ],
  options: {
    output: {
      flags: '-o, --output <dir>',
      description: 'where to write',
      defaultText: 'wheelhouse',
      completes: 'directory',
    },
    wheelDir: {
      flags: '-w, --wheel-dir <dir>',
      description: 'the same, as auditwheel calls it',
      hidden: true,
      conflicts: ['output'],
      completes: 'directory',
    },
    inPlace: {
      flags: '--in-place',
      description: 'put each repaired wheel in the place of the original',
      conflicts: ['output', 'wheelDir'],
    },
    dryRun: { flags: '-n, --dry-run', description: 'only show what would be done' },
    plat: {
      flags: '--plat <tag>',
      description: 'the platform tag to reach, such as manylinux_2_28',
      default: 'auto',
    },
    onlyPlat: {
      flags: '--only-plat',
      description: 'write the asked tag alone, also when the wheel earns a better one',
    },
    updateTags: { flags: '--no-update-tags', description: 'leave file name and tags as they are' },
    exclude: {
      flags: '--exclude <glob>',
      description: 'leave libraries to other packages, by name or by path',
      repeatable: true,
    },
    baseline: {
      flags: '--baseline <file>',
      description: 'reach this baseline or policy file in place of the published ones',
      completes: 'file',
    },
    ...LIBRARY_OPTIONS,
    libSdir: {
      flags: '-L, --lib-sdir <ending>',
      description: 'what the folder of libraries has behind the name of the package',
      default: '.libs',
      parse: librarySuffix,
    },
    strip: { flags: '--strip', description: 'take symbols and debug sections out' },
    clearExecstack: {
      flags: '--clear-execstack',
      description: 'say of every native file that it needs no executable stack',
    },
    disableIsaExtCheck: {
      flags: '--disable-isa-ext-check',
      description: 'do not ask for which x86-64 level files were built',
    },
    sbom: { flags: '--no-sbom', description: 'write no bill of materials' },
    licenses: {
      flags: '--licenses',
      description: 'copy the licence files of the packages that libraries come from',
    },
    zipCompressionLevel: {
      flags: '-z, --zip-compression-level <0-9>',
      description: 'how hard to compress what is new',
      defaultText: '6',
      parse: compressionLevel,
    },
    allowPurePythonWheel: {
      flags: '--allow-pure-python-wheel',
      description: 'accepted for auditwheel: wheels without native code are always let through',
      hidden: true,
    },
  },
  examples: [
    {
      run: 'wheelworks repair dist/*.whl',
      explains: 'write repaired wheels into wheelhouse',
    },
    {
      run: 'wheelworks repair --plat manylinux_2_28 --strip -o out dist/*.whl',
      explains: 'for systems as old as RHEL 8, without debug information',
    },
    {
      run: 'wheelworks repair --sysroot arm64-root dist/*_aarch64.whl',
      explains: 'wheels of another architecture, with the libraries of its system',
    },
    {
      run: "wheelworks repair --exclude 'libtorch*' --dry-run ext.whl",
      explains: 'see what would be taken in when another package brings some of it',
    },
  ],
  async run(args, options, context) {
    const { cwd } = context;
    const wheels = await expandInputs(args.wheel, { cwd, suffixes: ['.whl'] });
    const baselines =
      options.baseline === undefined
        ? undefined
        : await (
            await import('../../baseline/index.ts')
          ).loadBaselines(resolve(cwd, options.baseline));
    return runRepairs(
      {
        wheels,
        libraries: options,
        baselines,
        settings: {
          plat: options.plat,
          onlyPlat: options.onlyPlat,
          updateTags: options.updateTags,
          isExcluded: exclusion(options.exclude),
          librarySuffix: options.libSdir,
          strip: options.strip,
          ignoreIsa: options.disableIsaExtCheck,
          clearExecutableStack: options.clearExecstack,
          sbom: options.sbom,
          licenses: options.licenses,
          ...(options.zipCompressionLevel === undefined
            ? {}
            : { level: options.zipCompressionLevel }),
        },
        dryRun: options.dryRun,
        directory: options.inPlace
          ? undefined
          : resolve(cwd, options.output ?? options.wheelDir ?? 'wheelhouse'),
      },
      context,
    );
  },
});
