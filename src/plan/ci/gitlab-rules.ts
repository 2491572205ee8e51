/** Conditions of GitLab CI (doc/ci/jobs/job_rules.md of GitLab, "CI/CD variable expressions"). */
import type { ReleaseTags } from './release-tags.ts';

/** Whether the pipeline is one of a release's tag. */
export function gitlabTagRule({ expression }: ReleaseTags): string {
  return `$CI_COMMIT_TAG =~ /${expression.replaceAll('/', String.raw`\/`)}/`;
}

/** A text in quotes; there is no way to write one with both kinds in it. */
export function gitlabText(text: string): string {
  return text.includes("'") ? `"${text}"` : `'${text}'`;
}
