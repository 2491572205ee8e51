/** What GitHub and GitLab say of a pipeline: each by its own schema, through a package of npm. */
import { spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type * as WorkflowParser from '@actions/workflow-parser';
import { build } from 'esbuild';

/** Problems that GitHub's own parser finds in a workflow: unknown keys, wrong types, expressions, needs. */
export async function githubProblems(content: string): Promise<readonly string[]> {
  parser ??= loadParser();
  const { NoOperationTraceWriter, convertWorkflowTemplate, parseWorkflow } = await parser;
  const parsed = parseWorkflow({ name: 'wheels.yml', content }, new NoOperationTraceWriter());
  const { context, value } = parsed;
  if (value !== undefined) await convertWorkflowTemplate(context, value);
  return context.errors.getErrors().map(({ message }) => message);
}

type Parser = typeof WorkflowParser;
let parser: Promise<Parser> | undefined;

/** Bundled, since it imports its schema as only bundlers let it. */
async function loadParser(): Promise<Parser> {
  const { outputFiles } = await build({
    stdin: {
      contents: "export * from '@actions/workflow-parser';",
      resolveDir: import.meta.dirname,
    },
    bundle: true,
    format: 'esm',
    write: false,
  });
  const text = Buffer.from(outputFiles[0]?.contents ?? []).toString('base64');
  return (await import(/* @vite-ignore */ `data:text/javascript;base64,${text}`)) as Parser;
}

/** gitlab-ci-local is built for a newer Node.js than the oldest that is tested. */
const NEWER_NODE =
  'Set.prototype.union ??= function (other) { return new Set([...this, ...other]); };';

/** Problems that GitLab's schema of `.gitlab-ci.yml` finds, and gitlab-ci-local when it resolves the jobs. */
export async function gitlabProblems(content: string, folder: string): Promise<readonly string[]> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, '.gitlab-ci.yml'), content);
  const entry = join(
    dirname(createRequire(import.meta.url).resolve('gitlab-ci-local/package.json')),
    'dist/index.js',
  );
  const child = spawn(
    process.execPath,
    ['--import', `data:text/javascript,${encodeURIComponent(NEWER_NODE)}`, entry, '--list-csv'],
    { cwd: folder, env: { ...process.env, HOME: folder }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const problems = text.split('\n').filter((line) => line.trim().startsWith('•'));
  return code === 0 ? [] : problems.length > 0 ? problems : [text];
}
