import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cli, quietEnvironment, startCli, type CliResult } from '../support/cli.ts';
import { CANARY, goodSdist, goodWheel } from '../support/publication.ts';
import { scratch } from '../support/scratch.ts';
import { startUploadServer } from '../support/upload-server.ts';

interface Place {
  readonly folder: string;
  readonly run: (args: readonly string[], env?: Record<string, string>) => Promise<CliResult>;
}

async function place(): Promise<Place> {
  const folder = await scratch();
  return {
    folder,
    run: async (args, env = {}) =>
      cli(['publish', ...args], {
        cwd: folder,
        env: { PATH: quietEnvironment()['PATH'], HOME: folder, ...env },
      }),
  };
}

const TOKEN = { UV_PUBLISH_TOKEN: CANARY };

describe('wheelworks publish', () => {
  it('publishes, finds everything there the second time, and leaves a receipt', async () => {
    const { folder, run } = await place();
    const server = await startUploadServer();
    await goodWheel(folder);
    await goodSdist(folder);
    const url = ['--repository-url', server.upload];
    const first = await run([...url, '.'], TOKEN);
    expect(first.err).toBe('');
    expect(first).toMatchObject({ code: 0 });
    expect(first.out).toMatch(/^2 files published on 127\.0\.0\.1:\d+, /);
    expect(server.uploads.map(({ filename }) => filename)).toEqual([
      'spam-1.0-py3-none-any.whl',
      'spam-1.0.tar.gz',
    ]);
    const second = await run([...url, '.'], TOKEN);
    expect(second).toMatchObject({ code: 3 });
    expect(server.uploads).toHaveLength(2);
    expect(await readdir(join(folder, '.wheelworks'))).toEqual(['publish-spam-1.0.json']);
  });

  it('sends nothing for a file that an index would refuse, and says why', async () => {
    const { folder, run } = await place();
    const server = await startUploadServer();
    await goodWheel(folder, { tags: 'cp312-cp312-linux_x86_64' });
    const result = await run(['--repository-url', server.upload, '.'], TOKEN);
    expect(result.code).toBe(1);
    expect(result.out).toContain('nothing is sent');
    expect(result.out).toContain('linux_x86_64');
    expect(server.uploads).toHaveLength(0);
  });

  it('wants what a plan and patterns name', async () => {
    const { folder, run } = await place();
    const server = await startUploadServer();
    await goodWheel(folder);
    await writeFile(
      join(folder, 'plan.json'),
      JSON.stringify({ jobs: [{ id: 'cp312', expects: 'spam-*-cp312-*.whl' }] }),
    );
    const args = ['--repository-url', server.upload, '--plan', 'plan.json', '.'];
    const result = await run(args, TOKEN);
    expect(result.code).toBe(1);
    expect(result.out).toContain('release/file-missing');
    expect(server.uploads).toHaveLength(0);
  });

  it('shows in a dry run what would be sent, and sends nothing', async () => {
    const { folder, run } = await place();
    const server = await startUploadServer();
    await goodWheel(folder);
    const args = ['--repository-url', server.upload, '--dry-run', '.'];
    const shown = await run([...args, '--verbose'], TOKEN);
    expect(shown).toMatchObject({ code: 0 });
    expect(shown.out).toContain('authorization: *** (user __token__)');
    expect(shown.out).toContain('filetype: bdist_wheel');
    const json = JSON.parse((await run([...args, '--json'], TOKEN)).out) as Record<string, unknown>;
    expect(json).toMatchObject({
      schema: 'wheelworks.publish/1',
      dryRun: true,
      problems: [],
      requests: [{ method: 'POST', url: server.upload }],
    });
    expect(server.uploads).toHaveLength(0);
  });

  it('takes no secrets as arguments, and does not repeat them', async () => {
    const { folder, run } = await place();
    await goodWheel(folder);
    for (const args of [
      ['--password', CANARY],
      ['-p', CANARY],
      [`--password=${CANARY}`],
      ['--token', CANARY],
    ]) {
      const result = await run([...args, '.']);
      expect(result.code).toBe(2);
      expect(result.err).toContain('cli/secret-argument');
      expect(result.err + result.out).not.toContain(CANARY);
    }
  });

  it('reads a token from a file and from standard input', async () => {
    const { folder, run } = await place();
    const server = await startUploadServer();
    await goodWheel(folder);
    await writeFile(join(folder, 'token'), ` ${CANARY}\n`);
    const result = await run(['--repository-url', server.upload, '--token-file', 'token', '.']);
    expect(result.code).toBe(0);
    expect(server.uploads[0]?.headers.authorization).toBe(
      `Basic ${Buffer.from(`__token__:${CANARY}`).toString('base64')}`,
    );
  });

  it('shows no secret anywhere, whatever the server sends back', async () => {
    const { folder, run } = await place();
    const server = await startUploadServer({
      answer: ({ headers }) => ({
        status: 400,
        reason: `You sent ${headers.authorization ?? ''} that is ${CANARY}`,
        headers: { 'content-type': 'text/plain' },
        body: `${headers.authorization ?? ''}\n${encodeURIComponent(CANARY)}\n${CANARY}`,
      }),
    });
    await goodWheel(folder);
    await writeFile(
      join(folder, '.pypirc'),
      `[distutils]\nindex-servers = here\n[here]\nrepository = ${server.upload}\nusername = me\npassword = s3cr3t-c4n4ry\n`,
      { mode: 0o600 },
    );
    const outputs: string[] = [];
    for (const extra of [
      ['--debug'],
      ['--json'],
      ['--verbose'],
      ['--dry-run', '--verbose'],
      ['--dry-run', '--json'],
    ]) {
      for (const [args, env] of [
        [['--repository-url', server.upload], TOKEN],
        [['-r', 'here'], {}],
        [['-r', 'here'], { TWINE_PASSWORD: CANARY }],
      ] as const) {
        const { out, err } = await run([...args, ...extra, '.'], env);
        outputs.push(out, err);
      }
    }
    for (const name of await readdir(join(folder, '.wheelworks')))
      outputs.push(await readFile(join(folder, '.wheelworks', name), 'utf8'));
    const all = outputs.join('\n');
    expect(server.uploads.length).toBeGreaterThan(5);
    expect(all).toContain('You sent');
    for (const secret of [
      CANARY,
      's3cr3t-c4n4ry',
      Buffer.from(`__token__:${CANARY}`).toString('base64'),
      Buffer.from('me:s3cr3t-c4n4ry').toString('base64'),
    ])
      expect(all).not.toContain(secret);
  });

  it('promotes the bytes that were tried, and no others', async () => {
    const { folder, run } = await place();
    const tried = await startUploadServer();
    const real = await startUploadServer();
    await writeFile(
      join(folder, '.pypirc'),
      [
        '[distutils]',
        'index-servers = try real',
        '[try]',
        `repository = ${tried.upload}`,
        'password = one',
        '[real]',
        `repository = ${real.upload}`,
        'password = two',
      ].join('\n'),
      { mode: 0o600 },
    );
    await goodWheel(folder);
    const early = await run(['--promote-to', 'real', '.']);
    expect(early.code).toBe(1);
    expect(early.out).toContain('publish/not-tried');
    expect((await run(['--to', 'try', '.'])).code).toBe(0);
    expect((await run(['--promote-to', 'real', '.'])).code).toBe(0);
    expect([...real.files]).toEqual([...tried.files]);
    const both = await run(['--to', 'try', '--promote-to', 'real', '--json', '.']);
    expect(both.code).toBe(3);
    expect(JSON.parse(both.out)).toMatchObject({
      destination: 'real',
      nothingToDo: true,
      before: [{ destination: 'try', nothingToDo: true }],
    });
    await goodWheel(folder, { files: { 'spam/__init__.py': '# built anew\n' } });
    const other = await run(['--promote-to', 'real', '.']);
    expect(other.code).toBe(1);
    expect(other.out).toContain('publish/other-than-tried');
    expect(real.uploads).toHaveLength(1);
  });

  it('sends the secret of one index to no other', async () => {
    const { folder, run } = await place();
    await goodWheel(folder);
    const result = await run(['--to', 'testpypi', '--promote-to', 'pypi', '.'], TOKEN);
    expect(result.code).toBe(2);
    expect(result.err).toContain('UV_PUBLISH_TOKEN');
    expect(result.err).not.toContain(CANARY);
  });

  it('publishes with the identity of a CI service', async () => {
    const { folder, run } = await place();
    const identity = 'aaa.bbb.ccc';
    const asked: string[] = [];
    const server = await startUploadServer({
      route: ({ url = '' }, response) => {
        const answers: Readonly<Record<string, object>> = {
          '/identity?x=1&audience=here': { value: identity },
          '/_/oidc/audience': { audience: 'here' },
          '/_/oidc/mint-token': { success: true, token: CANARY, expires: Date.now() / 1000 + 900 },
        };
        const body = answers[url];
        if (body === undefined) return false;
        asked.push(url);
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
        return true;
      },
    });
    await goodWheel(folder);
    const env = {
      GITHUB_ACTIONS: 'true',
      ACTIONS_ID_TOKEN_REQUEST_URL: `${server.origin}/identity?x=1`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'c4n4ry-of-the-request',
    };
    const args = ['--repository-url', server.upload, '.'];
    const dry = await run(['--dry-run', '--verbose', ...args], env);
    expect(dry.out).toContain('the identity of GitHub Actions');
    expect(asked).toEqual([]);
    const result = await run(args, env);
    expect(result.code).toBe(0);
    expect(asked).toEqual([
      '/_/oidc/audience',
      '/identity?x=1&audience=here',
      '/_/oidc/mint-token',
    ]);
    expect(server.uploads[0]?.headers.authorization).toBe(
      `Basic ${Buffer.from(`__token__:${CANARY}`).toString('base64')}`,
    );
    const own = await run(['--trusted-publishing', 'never', ...args], { ...env, ...TOKEN });
    expect(own.code).toBe(3);
    const lines = [dry, result, own].flatMap(({ out, err }) => (out + err).split('\n'));
    // The one place for it: GitHub's runner takes the line, hides it, and the token wherever else it would stand.
    const isMask = (line: string): boolean => line.startsWith('::add-mask::');
    expect(lines.filter(isMask)).toContain(`::add-mask::${CANARY}`);
    const all = lines.filter((line) => !isMask(line)).join('\n');
    for (const secret of [CANARY, identity, 'c4n4ry']) expect(all).not.toContain(secret);
  });

  it('goes on after it was killed in the middle of an upload', async () => {
    const { folder } = await place();
    let hang: (() => void) | undefined;
    const arrived = new Promise<void>((resolve) => (hang = resolve));
    const server = await startUploadServer({
      answer: ({ filename, content }, _, count) => {
        if (count !== 2) return undefined;
        // Kept, and never answered.
        server.files.set(filename, content);
        hang?.();
        return true;
      },
    });
    await goodWheel(folder, { tags: 'cp312-cp312-manylinux_2_17_x86_64' });
    await goodWheel(folder);
    await goodSdist(folder);
    const args = ['publish', '--repository-url', server.upload, '.'];
    const env = { PATH: quietEnvironment()['PATH'], HOME: folder, ...TOKEN };
    const running = startCli(args, { cwd: folder, env });
    await arrived;
    running.kill('SIGKILL');
    await running.result;
    const receipt = join(folder, '.wheelworks', 'publish-spam-1.0.json');
    expect(JSON.parse(await readFile(receipt, 'utf8'))).toMatchObject({
      destinations: [{ files: [{ state: 'sent' }, { state: 'sending' }] }],
    });
    const again = await cli(args, { cwd: folder, env });
    expect(again.code).toBe(0);
    expect(server.uploads.map(({ filename }) => filename)).toEqual([
      'spam-1.0-cp312-cp312-manylinux_2_17_x86_64.whl',
      'spam-1.0-py3-none-any.whl',
      'spam-1.0.tar.gz',
    ]);
    expect(JSON.parse(await readFile(receipt, 'utf8'))).toMatchObject({
      destinations: [{ files: [{ state: 'sent' }, { state: 'arrived' }, { state: 'sent' }] }],
    });
  });
});
