import { join } from 'node:path';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import {
  openUsedTokens,
  plausibleClaims,
  provenancePublisher,
  type Claims,
  type TrustedPublisher,
} from '../../../src/serve/oidc/index.ts';
import { scratch } from '../../support/scratch.ts';
import { ask, codeOf, GITHUB, handClock, mint, NOW, tokenIn, trusted } from './support.ts';

const PUBLISHERS: readonly TrustedPublisher[] = [
  GITHUB,
  { kind: 'GitHub', repository: 'octo/demo', workflow: 'publish.yml', environment: 'Release' },
  { kind: 'GitLab', repository: 'group/sub/demo', workflowFilepath: 'ci/publish.yml' },
  {
    kind: 'GitLab',
    repository: 'group/demo',
    workflowFilepath: '.gitlab-ci.yml',
    issuer: 'https://gitlab.example.org',
  },
  { kind: 'Google', email: 'robot@project.iam.gserviceaccount.com' },
  { kind: 'Google', email: 'robot@project.iam.gserviceaccount.com', sub: '42' },
  { kind: 'ActiveState', organization: 'org', project: 'demo', actorId: 'a1' },
];

describe('a token', () => {
  it.each(PUBLISHERS)('is given to $kind %#', async (publisher) => {
    const index = await trusted({ publishers: [{ publisher, projects: ['Demo.Project'] }] });
    const identity = await index.issueIdentityToken(plausibleClaims(publisher));
    const answer = await mint(index, identity.reveal());
    const { success, token, expires } = JSON.parse(answer.body) as Record<string, unknown>;
    expect(answer.status).toBe(200);
    expect({ success, expires }).toEqual({ success: true, expires: NOW + 900 });
    expect(token).toMatch(/^pypi-[\w-]{64}$/);
    expect(index.identifyToken(String(token))).toMatchObject({
      projects: ['demo-project'],
      publisher,
      expires: NOW + 900,
    });
  });

  it('is good for 900 seconds', async () => {
    const { clock, move } = handClock();
    const index = await trusted({ clock });
    const identity = await index.issueIdentityToken(plausibleClaims(GITHUB));
    const token = tokenIn(await mint(index, identity.reveal()));
    move(899);
    expect(index.identifyToken(token)).toBeDefined();
    move(1);
    expect(index.identifyToken(token)).toBeUndefined();
  });

  it('is nobody else', async () => {
    const index = await trusted();
    expect(index.identifyToken('pypi-AgEIcHlwaS5vcmc')).toBeUndefined();
    expect(index.identifyToken('')).toBeUndefined();
  });

  it('keeps what the job ran for', async () => {
    const index = await trusted();
    const claims = plausibleClaims(GITHUB, { ref: 'refs/tags/v1', sha: 'abc' });
    const identity = await index.issueIdentityToken(claims);
    const token = tokenIn(await mint(index, identity.reveal()));
    expect(index.identifyToken(token)?.claims).toEqual({ ref: 'refs/tags/v1', sha: 'abc' });
  });
});

describe('an identity token', () => {
  it('is good once', async () => {
    const index = await trusted();
    const identity = (await index.issueIdentityToken(plausibleClaims(GITHUB))).reveal();
    const answers = await Promise.all([mint(index, identity), mint(index, identity)]);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 422]));
    expect(codeOf(await mint(index, identity))).toBe('422 invalid-reuse-token');
  });

  it('is good once across restarts', async () => {
    const path = join(await scratch(), 'used');
    const { clock, move } = handClock();
    const first = await trusted({ clock, usedTokens: openUsedTokens(path, clock) });
    const identity = (await first.issueIdentityToken(plausibleClaims(GITHUB))).reveal();
    expect((await mint(first, identity)).status).toBe(200);
    const second = await trusted({
      clock,
      usedTokens: openUsedTokens(path, clock),
      localKeys: await first.exportKeys(),
    });
    expect(codeOf(await mint(second, identity))).toBe('422 invalid-reuse-token');
    expect(await readFile(path, 'utf8')).not.toContain(identity);
    move(10_000);
    const later = (await second.issueIdentityToken(plausibleClaims(GITHUB))).reveal();
    expect((await mint(second, later)).status).toBe(200);
  });

  const refused: readonly (readonly [string, Claims, string])[] = [
    ['another audience', { aud: 'testpypi' }, 'invalid-token'],
    ['several audiences', { aud: ['pypi', 'other'] }, 'invalid-token'],
    ['one audience in a list', { aud: ['pypi'] }, 'invalid-token'],
    ['the time over', { exp: NOW - 31 }, 'invalid-token'],
    ['its time to come', { nbf: NOW + 31 }, 'invalid-token'],
    ['a date of tomorrow', { iat: NOW + 86_400 }, 'invalid-token'],
    ['another issuer', { iss: 'https://token.actions.githubusercontent.com' }, 'invalid-payload'],
    ['another repository', { repository: 'octo/other' }, 'invalid-publisher'],
    ['another owner', { repository_owner: 'evil' }, 'invalid-publisher'],
    ['a pull request', { event_name: 'pull_request_target' }, 'invalid-publisher'],
    [
      'another workflow',
      { job_workflow_ref: 'octo/demo/.github/workflows/ci.yml@refs/heads/main' },
      'invalid-publisher',
    ],
    [
      'a workflow of another repository',
      { job_workflow_ref: 'evil/demo/.github/workflows/publish.yml@refs/heads/main' },
      'invalid-publisher',
    ],
    [
      'a workflow of another branch',
      { job_workflow_ref: 'octo/demo/.github/workflows/publish.yml@refs/heads/evil' },
      'invalid-publisher',
    ],
  ];

  it.each(refused)('is refused for %s', async (_, claims, code) => {
    const index = await trusted();
    const identity = await index.issueIdentityToken({ ...plausibleClaims(GITHUB), ...claims });
    expect(codeOf(await mint(index, identity.reveal()))).toBe(`422 ${code}`);
  });

  it.each(['jti', 'repository', 'job_workflow_ref', 'event_name', 'ref', 'sha'])(
    'is refused without %s',
    async (name) => {
      const index = await trusted();
      const claims = { ...plausibleClaims(GITHUB), [name]: undefined };
      const answer = await mint(index, (await index.issueIdentityToken(claims)).reveal());
      expect(codeOf(answer)).toBe('422 invalid-publisher');
    },
  );

  it.each(['exp', 'iat', 'aud'])('is refused without %s', async (name) => {
    const index = await trusted();
    const claims = { ...plausibleClaims(GITHUB), [name]: undefined };
    const answer = await mint(index, (await index.issueIdentityToken(claims)).reveal());
    expect(codeOf(answer)).toBe('422 invalid-token');
  });

  it('that was refused for its publisher can be used once there is one', async () => {
    const index = await trusted({ publishers: [] });
    const identity = (await index.issueIdentityToken(plausibleClaims(GITHUB))).reveal();
    expect(codeOf(await mint(index, identity))).toBe('422 invalid-publisher');
    expect(codeOf(await mint(index, identity))).toBe('422 invalid-publisher');
  });

  it('needs the environment that a publisher names', async () => {
    const publisher = { ...GITHUB, environment: 'release' } as TrustedPublisher;
    const index = await trusted({ publishers: [{ publisher, projects: ['a'] }] });
    const claims = plausibleClaims(GITHUB);
    const without = await mint(index, (await index.issueIdentityToken(claims)).reveal());
    expect(codeOf(without)).toBe('422 invalid-publisher');
    const within = { ...claims, environment: 'Release' };
    const answer = await mint(index, (await index.issueIdentityToken(within)).reveal());
    expect(answer.status).toBe(200);
  });

  it('goes to the publisher that names its environment first', async () => {
    const narrow = { ...GITHUB, environment: 'release' } as TrustedPublisher;
    const index = await trusted({
      publishers: [
        { publisher: GITHUB, projects: ['wide'] },
        { publisher: narrow, projects: ['narrow'] },
      ],
    });
    const identity = await index.issueIdentityToken(plausibleClaims(narrow));
    const token = tokenIn(await mint(index, identity.reveal()));
    expect(index.identifyToken(token)?.projects).toEqual(['narrow']);
  });
});

describe('a pending publisher', () => {
  it('makes its project with its first token', async () => {
    const made: string[] = [];
    const index = await trusted({
      publishers: [],
      pendingPublishers: [{ publisher: GITHUB, project: 'New_Project' }],
      createProject(name) {
        made.push(name);
        return undefined;
      },
    });
    for (const _ of [1, 2]) {
      const identity = await index.issueIdentityToken(plausibleClaims(GITHUB));
      const token = tokenIn(await mint(index, identity.reveal()));
      expect(index.identifyToken(token)?.projects).toEqual(['new-project']);
    }
    expect(made).toEqual(['new-project']);
    expect(index.trusts().pending).toEqual([]);
  });

  it('gets nothing where somebody was faster', async () => {
    const index = await trusted({
      publishers: [],
      pendingPublishers: [{ publisher: GITHUB, project: 'new' }],
      projectExists: () => true,
    });
    const identity = (await index.issueIdentityToken(plausibleClaims(GITHUB))).reveal();
    expect(codeOf(await mint(index, identity))).toBe('422 invalid-pending-publisher');
    expect(codeOf(await mint(index, identity))).toBe('422 invalid-publisher');
  });

  it('hears why its project cannot be', async () => {
    const index = await trusted({
      publishers: [],
      pendingPublishers: [{ publisher: GITHUB, project: 'new' }],
      createProject: () => 'The name is too similar.',
    });
    const identity = await index.issueIdentityToken(plausibleClaims(GITHUB));
    const answer = await mint(index, identity.reveal());
    expect(codeOf(answer)).toBe('422 invalid-payload');
    expect(answer.body).toContain('too similar');
  });
});

describe('trusted publishing that is switched off', () => {
  it('is so for one issuer', async () => {
    const index = await trusted({ disabled: ['http://127.0.0.1:8765'] });
    const identity = await index.issueIdentityToken(plausibleClaims(GITHUB));
    expect(codeOf(await mint(index, identity.reveal()))).toBe('422 not-enabled');
  });

  it('is so as a whole', async () => {
    const index = await trusted({ disabled: 'all' });
    const { status, body } = await ask(index, '/_/oidc/audience');
    expect(status).toBe(403);
    expect(JSON.parse(body)).toEqual({ message: 'Trusted publishing functionality not enabled' });
    const identity = await index.issueIdentityToken(plausibleClaims(GITHUB));
    expect(codeOf(await mint(index, identity.reveal()))).toBe('422 not-enabled');
  });
});

describe('publishers in provenance', () => {
  it.each([
    [
      GITHUB,
      { kind: 'GitHub', repository: 'octo/demo', workflow: 'publish.yml', environment: null },
    ],
    [
      { kind: 'GitLab', repository: 'a/b', workflowFilepath: 'c.yml', environment: 'e' } as const,
      { kind: 'GitLab', repository: 'a/b', workflow_filepath: 'c.yml', environment: 'e' },
    ],
    [{ kind: 'Google', email: 'a@b' } as const, { kind: 'Google', email: 'a@b' }],
  ])('%#', (publisher, expected) => {
    expect(provenancePublisher(publisher)).toEqual(expected);
  });
});
