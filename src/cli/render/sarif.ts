/**
 * Findings as a SARIF log, which code hosts and editors show.
 *
 * Specification: OASIS "Static Analysis Results Interchange Format" 2.1.0.
 */
import { isAbsolute, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Finding } from '../../support/finding.ts';
import { TOOL_VERSION } from '../version.ts';
import type { AnnotatedFile } from './annotations.ts';

const LEVELS = { error: 'error', warning: 'warning', info: 'note' } as const;

/** One run with a rule for each code and a result for each finding. */
export function sarifLog(files: readonly AnnotatedFile[]): object {
  const codes = [
    ...new Set(files.flatMap(({ findings }) => findings.map(({ code }) => code))),
  ].sort();
  const indexes = new Map(codes.map((code, index) => [code, index]));
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: { name: 'wheelworks', version: TOOL_VERSION, rules: codes.map((id) => ({ id })) },
        },
        results: files.flatMap(({ path, findings }) =>
          findings.map((finding) => resultOf(path, finding, indexes.get(finding.code) ?? -1)),
        ),
      },
    ],
  };
}

function resultOf(file: string, finding: Finding, ruleIndex: number): object {
  const { code, severity, message, evidence, hint, path, effect } = finding;
  const text = [message, evidence, hint].filter((part) => part !== undefined).join('\n');
  const member = path === undefined || path === file ? undefined : path;
  return {
    ruleId: code,
    ruleIndex,
    level: LEVELS[severity],
    message: { text },
    locations: [
      {
        physicalLocation: { artifactLocation: { uri: uriOf(file) } },
        ...(member === undefined
          ? {}
          : { logicalLocations: [{ fullyQualifiedName: member, kind: 'member' }] }),
      },
    ],
    properties: { effect },
  };
}

/** Relative paths stay relative, so that a code host finds them in the repository. */
function uriOf(path: string): string {
  if (isAbsolute(path)) return pathToFileURL(path).href;
  return path.split(sep).map(encodeURIComponent).join('/');
}
