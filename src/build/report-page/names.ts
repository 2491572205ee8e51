/** How identifiers, numbers and addresses are put on the page. */
import { markup, type Html } from '../../pages/index.ts';

const IMPLEMENTATIONS: Readonly<Record<string, string>> = {
  cp: 'CPython',
  pp: 'PyPy',
  gp: 'GraalPy',
};

/** The two halves of an identifier as a row and a column: `CPython 3.14t`, `manylinux x86_64`. */
export function placeOf(id: string): { readonly python: string; readonly platform: string } {
  const dash = id.indexOf('-');
  const [tag, platform] = dash === -1 ? [id, ''] : [id.slice(0, dash), id.slice(dash + 1)];
  return { python: pythonName(tag), platform: platform.replace('_', ' ') };
}

/** A tag of an interpreter for people; what is none stays as it is. */
export function pythonName(tag: string): string {
  const [, kind = '', major = '', minor = '', rest = ''] =
    /^(cp|pp|gp)(\d)(\d+)(.*)$/.exec(tag) ?? [];
  const implementation = IMPLEMENTATIONS[kind];
  if (implementation === undefined) return tag;
  // `cp27mu` and `gp312_250` tell more than the version.
  const detail = rest === '' || rest === 't' ? rest : ` ${rest.replace('_', '')}`;
  return `${implementation} ${major}.${minor}${detail}`;
}

/** `1 wheel`, `3 wheels` */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** The address of a file beside or below the page. */
export function hrefOf(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}

/** Where the page tells more of a job. */
export function anchorOf(job: { readonly package: string; readonly id: string }): string {
  return `job-${job.package}-${job.id}`;
}

/** Links to log files, by the step that wrote them: `logs/cp312-win32.build.log`. */
export function logLinks(logs: readonly string[]): Html {
  return markup`${logs.map(
    (log, index) =>
      markup`${index > 0 && ' · '}<a href="${hrefOf(log)}" aria-label="${log}">${logName(log)}</a>`,
  )}`;
}

function logName(path: string): string {
  const [, step] = /\.([\w-]+)\.log$/.exec(path) ?? [];
  return step === undefined ? 'log' : `${step} log`;
}
