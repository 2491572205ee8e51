/**
 * The program's entry. It imports nothing, so that `--version` costs little more than Node itself, and is written so
 * that a Node which is too old still gets as far as saying so.
 */
declare const __WHEELWORKS_VERSION__: string;

const NEEDED = [20, 19] as const;

if (isTooOld(process.versions.node)) {
  process.stderr.write(
    `wheelworks needs Node.js ${NEEDED.join('.')} or newer; this is ${process.versions.node}.\n`,
  );
  process.exitCode = 2;
} else if (asksForVersion(process.argv.slice(2))) {
  process.stdout.write(`wheelworks ${__WHEELWORKS_VERSION__}\n`);
} else {
  void run();
}

function isTooOld(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major < NEEDED[0] || (major === NEEDED[0] && minor < NEEDED[1]);
}

/** Only before the command's name: behind it, the word may be an option of the command. */
function asksForVersion(words: readonly string[]): boolean {
  for (const word of words) {
    if (word === '--version' || word === '-V') return true;
    if (!word.startsWith('-')) return false;
  }
  return false;
}

async function run(): Promise<void> {
  // Should the work hang with nothing left to wait for, Node ends the process; that must not look like success.
  process.exitCode = 1;
  process.once('exit', complain);
  await keepCompiledCode();
  await optimizeLater();
  const [{ runProgram }, { processHost }] = await Promise.all([
    import('./program.ts'),
    import('./host.ts'),
  ]);
  const code = await runProgram(processHost());
  process.off('exit', complain);
  process.exit(code);
}

function complain(): void {
  process.stderr.write('error: This is a bug in wheelworks: the command ended without a result.\n');
}

/** Node 22.8 and newer can keep what it compiled for the next start. */
async function keepCompiledCode(): Promise<void> {
  const module: object = await import('node:module');
  if ('enableCompileCache' in module && typeof module.enableCompileCache === 'function')
    module.enableCompileCache();
}

/**
 * V8 11, of Node 20, optimizes a function once it has run for some milliseconds, which a command that ends within seconds
 * seldom gets back: a quarter of its processor time can go there. What is hot still is optimized, some milliseconds later. A V8
 * that has another compiler in between does not know the setting.
 */
async function optimizeLater(): Promise<void> {
  if (!process.versions.v8.startsWith('11.')) return;
  const { setFlagsFromString } = await import('node:v8');
  setFlagsFromString('--interrupt-budget=1000000');
}
