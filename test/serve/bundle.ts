/** The server as a program of its own, for tests that end it, measure it or need a core for it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { build, type BuildOptions } from 'esbuild';
import { TOKEN } from './client.ts';

/** Bundles the server with a main program into `folder`; its path. */
export async function bundleServer(folder: string): Promise<string> {
  const root = join(import.meta.dirname, '../..');
  const source = `
import { startServer } from './src/serve/server.ts';
import { Secret } from './src/support/secret.ts';
const options = JSON.parse(process.argv[2]);
const server = await startServer({
  tokens: [{ name: 'token 1', secret: new Secret(${JSON.stringify(TOKEN)}) }],
  ...options,
});
process.stdout.write(server.origin + '\\n');
process.on('SIGTERM', () => server.close().then(() => process.exit(0)));
`;
  const outdir = join(folder, 'bundle');
  const options: string = pathToFileURL(join(root, 'scripts/bundle-options.mjs')).href;
  const { bundleOptions } = (await import(options)) as { readonly bundleOptions: BuildOptions };
  await build({
    ...bundleOptions,
    stdin: { contents: source, resolveDir: root, loader: 'ts', sourcefile: 'serve-main.ts' },
    absWorkingDir: root,
    outdir,
    write: true,
    define: { __WHEELWORKS_VERSION__: '"0"' },
    logLevel: 'silent',
  });
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  return join(outdir, 'stdin.js');
}

export interface ServerProcess {
  readonly child: ChildProcess;
  readonly origin: string;
  /** Resolves when it is gone. */
  readonly gone: Promise<void>;
}

/** Starts it; resolves when it listens. */
export async function startProcess(program: string, options: object): Promise<ServerProcess> {
  const child = spawn(process.execPath, [program, JSON.stringify(options)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const gone = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
  });
  const origin = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve);
    child.once('exit', (code) => reject(new Error(`The server ended with ${code}.`)));
  });
  return { child, origin, gone };
}
