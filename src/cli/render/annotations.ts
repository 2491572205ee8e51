/**
 * Findings as annotations of a GitHub Actions run.
 *
 * Specification: "Workflow commands for GitHub Actions" (`::error file=,title=::message`).
 */
import type { Finding } from '../../support/finding.ts';

/** What findings are about. */
export interface AnnotatedFile {
  /** As the user named it; relative paths are relative to the repository. */
  readonly path: string;
  readonly findings: readonly Finding[];
}

const LEVELS = { error: 'error', warning: 'warning', info: 'notice' } as const;

/** One line a finding. */
export function renderAnnotations(files: readonly AnnotatedFile[]): string {
  return files
    .flatMap(({ path, findings }) => findings.map((finding) => `${annotation(path, finding)}\n`))
    .join('');
}

function annotation(file: string, finding: Finding): string {
  const { severity, code, message, path, evidence, hint } = finding;
  const text = [
    path === undefined || path === file ? message : `${path}: ${message}`,
    ...(evidence === undefined ? [] : [evidence]),
    ...(hint === undefined ? [] : [hint]),
  ].join('\n');
  return `::${LEVELS[severity]} file=${property(file)},title=${property(code)}::${data(text)}`;
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
