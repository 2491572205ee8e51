/** The reporters there are; `none` shows nothing. */
export type ReporterKind =
  'none' | 'terminal' | 'plain' | 'github' | 'gitlab' | 'azure' | 'json-lines';

/** What the choice depends on. */
export interface ReporterChoice {
  /** Whether standard error, where progress goes, is a terminal. */
  readonly isTty: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly quiet: boolean;
  /** Whether progress was asked for where nobody watches a terminal. */
  readonly verbose: boolean;
  /** Whether the result is JSON, so that a program is listening. */
  readonly json: boolean;
}

/**
 * Which reporter suits a run. A CI log is read by a person, even when the result is JSON and even when the service
 * gives the run a terminal; a terminal that cannot move its cursor (`TERM=dumb`) is a plain file. A pipe or file that is
 * no CI log gets progress only when it was asked for.
 */
export function chooseReporter(choice: ReporterChoice): ReporterKind {
  if (choice.quiet) return 'none';
  const { env } = choice;
  if (env['GITHUB_ACTIONS'] === 'true') return 'github';
  if (env['GITLAB_CI'] === 'true') return 'gitlab';
  if (env['TF_BUILD']?.toLowerCase() === 'true') return 'azure';
  const isCi = !['', '0', 'false'].includes(env['CI']?.toLowerCase() ?? '');
  if (isCi) return 'plain';
  if (choice.isTty) return env['TERM'] === 'dumb' ? 'plain' : 'terminal';
  if (!choice.verbose) return 'none';
  return choice.json ? 'json-lines' : 'plain';
}
