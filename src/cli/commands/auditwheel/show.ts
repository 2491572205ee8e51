import { basename } from 'node:path';
import type { Audit } from '../../../audit/index.ts';
import { WheelworksError } from '../../../support/errors.ts';
import { defineCommand, EXIT, type ExitCode, type RunnableCommand } from '../../command.ts';
import type { CommandContext } from '../../context.ts';
import { expandInputs } from '../../inputs.ts';
import { openSources } from '../../library-options.ts';
import { showReport } from '../../render/auditwheel.ts';
import { renderAudit } from '../../render/audit.ts';
import { ISA_CHECK, LDPATHS, PURE_WHEELS, librariesOf } from './environment.ts';

export const show: RunnableCommand = defineCommand({
  name: 'show',
  summary: 'show which platform tag a wheel earns, and what it needs from outside',
  description:
    'Tells what auditwheel show tells. --json writes the document that auditwheel --json writes, version 1 of it; wheelworks audit --json says more.',
  arguments: [{ name: 'wheel', description: 'a wheel', completes: 'file' }],
  options: { ...ISA_CHECK, ...PURE_WHEELS, ...LDPATHS },
  examples: [
    {
      run: 'wheelworks auditwheel show spam-1.0-cp312-cp312-linux_x86_64.whl',
      explains: 'the tag, and what stops a better one',
    },
  ],
  async run(args, options, context) {
    const { auditPath } = await import('../../../audit/index.ts');
    const [path = args.wheel] = await expandInputs([args.wheel], {
      cwd: context.cwd,
      suffixes: ['.whl'],
    });
    const libraries = await librariesOf(options.ldpaths, context);
    const sources = await openSources(libraries, { context, baselines: undefined });
    const audit = await auditPath(path, {
      ...sources,
      ignoreIsa: options.disableIsaExtCheck,
      jobs: context.jobs,
    });
    if (audit.architecture === undefined)
      return withoutNatives(audit, options.allowPurePythonWheel, context);
    if (context.json) context.writeJson(showReport(audit));
    context.stdout(renderAudit(audit, { explain: [] }, context));
    return EXIT.done;
  },
});

/** @throws WheelworksError `repair/no-native-code` unless it is pure and may be. */
function withoutNatives({ subject }: Audit, isAllowed: boolean, context: CommandContext): ExitCode {
  const wheel = basename(subject.path);
  const isPure = subject.tags?.platforms.every((platform) => platform === 'any') === true;
  const message = 'The wheel has no native code for Linux.';
  if (isPure && isAllowed) {
    if (context.json) context.writeJson({ version: 1, wheel, pure: true });
    context.stdout(`${wheel}\n  ${message}\n`);
    return EXIT.done;
  }
  if (!context.json)
    throw new WheelworksError('repair/no-native-code', message, { path: subject.path });
  context.writeJson({ version: 1, wheel, error: message });
  return EXIT.problems;
}
