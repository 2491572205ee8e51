/** Uploading a large wheel, beside twine: to one small server that reads the body and keeps nothing. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const name = 'publish';
export const description =
  'Uploading one wheel of 200 MB to a server on this machine that reads and drops it, beside twine; with our check of the whole wheel, which twine does not make.';

const MEGABYTES = 200;
const entry = join(import.meta.dirname, '..', '..', 'dist', 'wheelworks.js');

export async function run(ctx) {
  const { status, stdout } = spawnSync('twine', ['--version'], { encoding: 'utf8' });
  const wheel = makeWheel(ctx.temp);
  const { server, port } = await startServer();
  const home = join(ctx.temp, 'home');
  mkdirSync(home);
  const env = {
    HOME: home,
    TWINE_USERNAME: '__token__',
    TWINE_PASSWORD: 'secret',
    PYTHON_KEYRING_BACKEND: 'keyring.backends.null.Keyring',
    CI: '',
  };
  const url = ['--repository-url', `http://127.0.0.1:${port}/legacy/`];
  const receipt = join(ctx.temp, 'receipt.json');
  try {
    await ctx.compare({
      title: `a wheel of ${MEGABYTES} MB`,
      note: `twine: ${status === 0 ? stdout.split(' (', 1)[0] : 'not here'}. Both hash the file before they send it; wheelworks also reads and judges every member.`,
      contenders: [
        {
          label: 'wheelworks publish',
          // A receipt of its own each time: no run knows of the one before.
          command: [
            'sh',
            '-c',
            'rm -f "$0"; exec "$@"',
            receipt,
            process.execPath,
            entry,
            'publish',
            ...url,
            '--quiet',
            // It is larger than PyPI takes.
            '--skip-checks',
            '*/*',
            '--receipt',
            receipt,
            wheel,
          ],
          env,
        },
        ...(status === 0
          ? [
              {
                label: 'twine upload',
                command: [
                  'twine',
                  'upload',
                  '--non-interactive',
                  '--disable-progress-bar',
                  ...url,
                  wheel,
                ],
                env,
              },
            ]
          : []),
      ],
    });
  } finally {
    server.kill();
  }
}

/** Python makes it, for both: random bytes, stored. */
function makeWheel(folder) {
  const script = join(folder, 'make.py');
  writeFileSync(
    script,
    `
import base64, hashlib, os, sys, zipfile
name = os.path.join(sys.argv[1], "big-1.0-py3-none-any.whl")
data = os.urandom(${MEGABYTES} * 10 ** 6)
members = [
    ("big/__init__.py", b""),
    ("big/data.bin", data),
    ("big-1.0.dist-info/METADATA", b"Metadata-Version: 2.1\\nName: big\\nVersion: 1.0\\nDescription-Content-Type: text/markdown\\n\\nBig.\\n"),
    ("big-1.0.dist-info/WHEEL", b"Wheel-Version: 1.0\\nGenerator: bench\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n"),
]
rows = []
with zipfile.ZipFile(name, "w") as archive:
    for path, content in members:
        archive.writestr(zipfile.ZipInfo(path, (1980, 1, 1, 0, 0, 0)), content)
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode().rstrip("=")
        rows.append("%s,sha256=%s,%d" % (path, digest, len(content)))
    rows.append("big-1.0.dist-info/RECORD,,")
    archive.writestr(zipfile.ZipInfo("big-1.0.dist-info/RECORD", (1980, 1, 1, 0, 0, 0)), "\\n".join(rows) + "\\n")
print(name)
`,
  );
  const { stdout, status, stderr } = spawnSync('python3', [script, folder], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return stdout.trim();
}

/** In a process of its own: its work is not measured with the client's. */
async function startServer() {
  const source = `
    const server = require('node:http').createServer((request, response) => {
      if (request.method !== 'POST') return response.writeHead(404).end();
      request.on('data', () => {});
      request.on('end', () => response.writeHead(200).end());
    });
    server.listen(0, '127.0.0.1', () => console.log(server.address().port));
  `;
  const server = spawn(process.execPath, ['-e', source], { stdio: ['ignore', 'pipe', 'inherit'] });
  const port = await new Promise((resolve) => {
    server.stdout.once('data', (chunk) => resolve(Number(chunk.toString())));
  });
  return { server, port };
}
