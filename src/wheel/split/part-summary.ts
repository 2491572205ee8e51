/** The Summary of a part: what an index shows of it, and by which a part is known where only its metadata is at hand. */

/** What a part is one of. */
export interface PartOf {
  /** Distribution of the main wheel, as its metadata spells it. */
  readonly project: string;
  readonly version: string;
  /** From 1. */
  readonly part: number;
}

/** The Summary header. */
export function partSummary({ project, version, part }: PartOf): string {
  return `Part ${part} of ${project} ${version}, which installs it; of no use alone`;
}

/** What a Summary says; undefined for that of any other wheel. */
export function parsePartSummary(text: string): PartOf | undefined {
  const [, part, project, version] =
    /^Part (\d+) of (\S+) (\S+), which installs it; of no use alone$/.exec(text) ?? [];
  if (part === undefined || project === undefined || version === undefined) return undefined;
  return { project, version, part: Number(part) };
}
