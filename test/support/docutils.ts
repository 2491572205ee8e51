import { execFileSync, spawnSync } from 'node:child_process';
import { basename } from 'node:path';
import { localWheels } from './local-wheels.ts';

/** A Python that has docutils: by itself, or out of a wheel of a local index. */
export interface Docutils {
  readonly python: string;
  readonly version: string;
  readonly env: NodeJS.ProcessEnv;
}

/** The installed ones first; a wheel's has no templates for HTML, so that it only judges. */
export function installedDocutils(): Docutils | undefined {
  return ['python3', '/usr/bin/python3'].map((python) => probe(python, {})).find(isThere);
}

/** The newest there is, since newer ones refuse less. */
export function newestDocutils(): Docutils | undefined {
  const wheel = localWheels().findLast((path) => /^docutils-\d/.test(basename(path)));
  const fromWheel = wheel === undefined ? undefined : probe('python3', { PYTHONPATH: wheel });
  return fromWheel ?? installedDocutils();
}

function isThere(found: Docutils | undefined): found is Docutils {
  return found !== undefined;
}

function probe(python: string, env: NodeJS.ProcessEnv): Docutils | undefined {
  const script = 'import sys, docutils; print(sys.executable, docutils.__version__, sep="\\n")';
  const environment = { ...process.env, ...env };
  const { status, stdout } = spawnSync(python, ['-c', script], {
    env: environment,
    encoding: 'utf8',
  });
  const [path, version] = (stdout ?? '').split('\n');
  if (status !== 0 || path === undefined || version === undefined) return undefined;
  return { python: path, version, env: environment };
}

/** What docutils says to each source under PyPI's settings: its first warning, or nothing. */
export function docutilsVerdicts(
  { python, env }: Docutils,
  sources: readonly string[],
): readonly (string | null)[] {
  const answer = execFileSync(python, ['-c', JUDGE], {
    env,
    input: JSON.stringify(sources),
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  const verdicts: unknown = JSON.parse(answer);
  if (!Array.isArray(verdicts)) throw new Error('docutils did not answer');
  return verdicts.map((verdict) => (typeof verdict === 'string' ? verdict : null));
}

/** Without Pygments, so that a language it does not know is no fault here. */
const JUDGE = `
import io, json, sys
from docutils.core import publish_doctree
from docutils.parsers.rst import roles
from docutils.utils import SystemMessage
def judge(source):
    roles._roles.clear()
    settings = dict(_disable_config=True, halt_level=2, report_level=5, raw_enabled=False,
        file_insertion_enabled=False, syntax_highlight="none", input_encoding="unicode",
        doctitle_xform=True, sectsubtitle_xform=True, strip_comments=True, warning_stream=io.StringIO())
    try:
        publish_doctree(source, settings_overrides=settings)
    except SystemMessage as error:
        return str(error)
    return None
roles._roles.clear()
print(json.dumps([judge(source) for source in json.load(sys.stdin)]))
`;
