/** A project with a build backend of its own that makes a pure wheel in no time, for running the release line. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface TinyProject {
  readonly directory: string;
  /** One line for every call of the backend. */
  readonly calls: string;
}

export interface TinyProjectOptions {
  /** Python statements that the backend runs before it makes the wheel. */
  readonly before?: string;
  readonly testCommand?: string;
}

const BACKEND = `
import base64, hashlib, os, time, zipfile

def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    with open(CALLS, "a") as calls:
        calls.write("build_wheel\\n")
    BEFORE
    with open("value.txt") as source:
        value = source.read().strip()
    members = {
        "tiny.py": "VALUE = %r\\n" % value,
        "tiny-1.0.dist-info/METADATA": "Metadata-Version: 2.1\\nName: tiny\\nVersion: 1.0\\nRequires-Python: >=3.6\\n",
        "tiny-1.0.dist-info/WHEEL": "Wheel-Version: 1.0\\nGenerator: tiny\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
    }
    rows = []
    name = "tiny-1.0-py3-none-any.whl"
    with zipfile.ZipFile(os.path.join(wheel_directory, name), "w") as archive:
        for path, text in members.items():
            data = text.encode()
            digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")
            rows.append("%s,sha256=%s,%d" % (path, digest, len(data)))
            archive.writestr(zipfile.ZipInfo(path, (1980, 1, 1, 0, 0, 0)), data)
        rows.append("tiny-1.0.dist-info/RECORD,,")
        archive.writestr(zipfile.ZipInfo("tiny-1.0.dist-info/RECORD", (1980, 1, 1, 0, 0, 0)), "\\n".join(rows) + "\\n")
    return name
`;

/** Writes the project below `folder`. */
export async function makeTinyProject(
  folder: string,
  options: TinyProjectOptions = {},
): Promise<TinyProject> {
  const directory = join(folder, 'a project');
  const calls = join(folder, 'calls.txt');
  await mkdir(join(directory, 'backend'), { recursive: true });
  const command = options.testCommand ?? 'python -c "import tiny; assert tiny.VALUE"';
  await writeFile(
    join(directory, 'pyproject.toml'),
    [
      '[build-system]',
      'requires = []',
      'build-backend = "tiny_backend"',
      'backend-path = ["backend"]',
      '[project]',
      'name = "tiny"',
      'version = "1.0"',
      'requires-python = ">=3.6"',
      '[tool.wheelworks]',
      `test-command = ${JSON.stringify(command)}`,
      '',
    ].join('\n'),
  );
  const backend = BACKEND.replace('CALLS', JSON.stringify(calls)).replace(
    'BEFORE',
    options.before ?? 'pass',
  );
  await writeFile(join(directory, 'backend', 'tiny_backend.py'), backend);
  await writeFile(join(directory, 'value.txt'), 'one');
  return { directory, calls };
}
