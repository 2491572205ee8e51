import { execFileSync } from 'node:child_process';
import { array, assert, asyncProperty, property, string, stringMatching } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluateEnvironment, parseEnvironment } from '../../src/plan/index.ts';
import { resultOrCode } from '../support/vectors.ts';

const ran: (readonly string[])[] = [];

/** Runs real programs, so that what a shell is asked to do is really done. */
async function run(
  command: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<string> {
  ran.push(command);
  const [program = '', ...args] = command;
  return execFileSync(program, args, { env, encoding: 'utf8' });
}

async function valuesOf(
  text: string,
  env: Record<string, string> = {},
): Promise<Record<string, string>> {
  ran.length = 0;
  return evaluateEnvironment(parseEnvironment(text), {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    run,
  });
}

describe('variables in the syntax of bash', () => {
  it('are read one by one, as they are written', () => {
    expect(
      parseEnvironment(`A=1 B="two words" C='it''s' D= E=$(echo a; echo "b)") F=a\\ b`),
    ).toEqual([
      { name: 'A', value: '1' },
      { name: 'B', value: '"two words"' },
      { name: 'C', value: `'it''s'` },
      { name: 'D', value: '' },
      { name: 'E', value: '$(echo a; echo "b)")' },
      { name: 'F', value: 'a\\ b' },
    ]);
    expect(parseEnvironment('A=1 # a comment\n  B=2\n')).toEqual([
      { name: 'A', value: '1' },
      { name: 'B', value: '2' },
    ]);
    expect(parseEnvironment('')).toEqual([]);
  });

  it.each([
    ['A=(1 2)', 'no array'],
    ['A=1; B=2', "';' stands outside quotes"],
    ['A', 'not NAME=VALUE'],
    ['1A=2', 'not NAME=VALUE'],
    ['A="1', 'double quote is never closed'],
    ["A='1", 'quote is never closed'],
    ['A=$(ls', 'never closed'],
    ['A=`ls', 'backquote is never closed'],
    ['A=${B', 'no expansion'],
    ['A=${B//a/b}', 'no expansion'],
    ['A=${B:-c', 'never closed'],
    ['A=$((1+1))', 'arithmetic'],
    ['A=$?', 'means nothing here'],
    ['A=1\\', 'backslash stands at the end'],
    [`A=${'${B:-'.repeat(60)}`, 'nested too deep'],
  ])('that cannot be read are refused: %s', (text, says) => {
    expect(() => parseEnvironment(text)).toThrow(
      expect.objectContaining({
        code: 'config/bad-environment',
        message: expect.stringContaining(says),
      }),
    );
  });

  // The same text, evaluated by bash itself.
  it.each([
    'A="$HOME/lib:$B" B="${A}x" C=${NONE:-"d e"} D=${EMPTY:-f} E=${EMPTY-g} F=${A:+set} G=${NONE:+set}',
    `A=a\\ b'$HOME'"\\$HOME" B=~/x C="~/x" D=$ E="a\\nb" F='a\nb'`,
    'A=$(echo "one two") B="$(echo "$A" | tr a-z A-Z)" C=$(echo a; echo b)',
    'A="$(printf "%s" "$(echo inner)")" B=`echo back` C=$(true && echo yes || echo no)',
  ])('mean what they mean to bash: %s', async (text) => {
    const env = { HOME: '/home/me', B: 'b', EMPTY: '' };
    const names = parseEnvironment(text).map(({ name }) => name);
    const script = `${text}\nfor n in ${names.join(' ')}; do printf '%s\\0' "\${!n}"; done`;
    const bash = execFileSync('bash', ['-c', script], {
      env: { PATH: process.env['PATH'], ...env },
      encoding: 'utf8',
    })
      .split('\0')
      .slice(0, -1);
    const values = await valuesOf(text, env);
    expect(names.map((name) => values[name])).toEqual(bash);
  });

  it('run plain commands as they are, and others by a shell', async () => {
    await valuesOf('A="$(echo \'a  b\' $B)" C="$(echo a | cat)"', { B: 'c d' });
    expect(ran).toEqual([
      ['echo', 'a  b', 'c d'],
      ['sh', '-c', 'echo a | cat'],
    ]);
  });

  it('see those before them, and a command that fails fails them', async () => {
    expect(await valuesOf('A=1 A="$A 2" B=$A')).toMatchObject({ A: '1 2', B: '1 2' });
    await expect(valuesOf('A=$(false)')).rejects.toThrow('Command failed');
    await expect(valuesOf('A=$()')).rejects.toMatchObject({ code: 'config/bad-environment' });
  });

  it('in single quotes are any text, as bash reads it', async () => {
    await assert(
      asyncProperty(array(string()), async (texts) => {
        const quoted = texts.map((text, index) => `V${index}='${text.replaceAll("'", `'\\''`)}'`);
        const values = await valuesOf(quoted.join(' '));
        expect(texts.map((_, index) => values[`V${index}`])).toEqual(texts);
      }),
    );
  });

  it('never end in anything but their refusal', () => {
    assert(
      property(stringMatching(/^[A=$(){}"'`\\ ;:-]{0,40}$/), (text) => {
        const result = resultOrCode(() => parseEnvironment(text));
        expect(Array.isArray(result) || result === 'config/bad-environment').toBe(true);
      }),
    );
  });
});
