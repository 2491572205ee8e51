import type { OptionSpec } from '../command.ts';
import { wholeNumber } from '../common-options.ts';

const MOST_RETRIES = 20;
const LONGEST_TIMEOUT = 3600;

/** Every option of `publish`. */
export const PUBLISH_OPTIONS = {
  repository: {
    flags: '-r, --repository <name>',
    description: 'the index: pypi, testpypi, or a name of .pypirc or [[tool.uv.index]]',
    defaultText: 'pypi',
  },
  to: {
    flags: '--to <name>',
    description: 'the same as --repository',
    conflicts: ['repository', 'repositoryUrl'],
  },
  promoteTo: {
    flags: '--promote-to <name>',
    description: 'the very bytes that were published elsewhere, by the receipt, to this index',
  },
  repositoryUrl: {
    flags: '--repository-url <url>',
    description: 'the upload address of the index, in place of a name',
    conflicts: ['repository'],
  },
  indexUrl: {
    flags: '--index-url <url>',
    description: 'the address of its list of projects, which says what is there already',
  },
  username: {
    flags: '-u, --username <name>',
    description: 'the user of a password',
    defaultText: '__token__',
  },
  tokenFile: {
    flags: '--token-file <file>',
    description: 'a file with the token or password; - for standard input',
    completes: 'file',
  },
  configFile: {
    flags: '--config-file <file>',
    description: 'another .pypirc',
    defaultText: '~/.pypirc',
    completes: 'file',
  },
  trustedPublishing: {
    flags: '--trusted-publishing <when>',
    description: 'use the identity of the CI service: when nothing else is there, always or never',
    choices: ['automatic', 'always', 'never'],
    defaultText: 'automatic',
  },
  attestations: {
    flags: '--no-attestations',
    description: 'neither make nor send attestations (PEP 740)',
  },
  cert: {
    flags: '--cert <file>',
    description: 'certificates to trust in place of those of the system',
    completes: 'file',
  },
  clientCert: {
    flags: '--client-cert <file>',
    description: 'a certificate with its key that the index asks for',
    completes: 'file',
  },
  skipChecks: {
    flags: '--skip-checks <code>',
    description: 'findings of check that do not stop the upload; patterns are taken',
    repeatable: true,
  },
  plan: {
    flags: '--plan <file>',
    description: 'a plan (JSON) whose every job must have its file',
    completes: 'file',
  },
  expectFile: {
    flags: '--expect-file <glob>',
    description: 'a file of this name must be among those that are given',
    repeatable: true,
  },
  skipExisting: {
    flags: '--skip-existing',
    description: 'a name that the index has with an unknown digest counts as done',
  },
  resend: {
    flags: '--resend',
    description: 'send again what an interrupted run left unclear',
  },
  retries: {
    flags: '--retries <n>',
    description: 'how often a file is sent again when the index fails',
    defaultText: '4',
    parse: (text: string): number => wholeNumber(text, 0, MOST_RETRIES),
  },
  timeout: {
    flags: '--timeout <seconds>',
    description: 'how long the index may be silent',
    defaultText: '180',
    parse: (text: string): number => wholeNumber(text, 1, LONGEST_TIMEOUT),
  },
  receipt: {
    flags: '--receipt <file>',
    description: 'where the receipt is kept',
    defaultText: '.wheelworks/publish-NAME-VERSION.json',
    completes: 'file',
  },
  rehearse: {
    flags: '--rehearse',
    description: "first publish to an index on this machine with PyPI's rules, and install from it",
    conflicts: ['rehearseOnly'],
  },
  rehearseOnly: { flags: '--rehearse-only', description: 'that, and nothing else' },
  dryRun: { flags: '-n, --dry-run', description: 'only show what would be sent' },
  password: {
    flags: '-p, --password <text>',
    description: 'refused',
    hidden: true,
    parse: refused,
  },
  token: { flags: '--token <text>', description: 'refused', hidden: true, parse: refused },
} as const satisfies Readonly<Record<string, OptionSpec>>;

/** The value is dropped here: no message must repeat it. */
function refused(_text: string): true {
  return true;
}
