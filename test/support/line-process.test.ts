import { afterEach, describe, expect, it, vi } from 'vitest';
import { startLineProcess, type LineProcess } from '../../src/support/line-process.ts';

const started: LineProcess[] = [];

afterEach(async () => {
  await Promise.all(started.splice(0).map((each) => each.close()));
});

function run(script: string, longestAnswer = 1000): LineProcess {
  const child = startLineProcess(process.execPath, ['-e', script], {
    cwd: '/',
    env: {},
    isAnswer: (line) => line.startsWith('>'),
    longestAnswer,
  });
  started.push(child);
  return child;
}

const ECHO =
  'console.log("noise");require("readline").createInterface({input:process.stdin}).on("line",l=>{console.log("more noise");console.log(">"+l)})';
const ASK = { timeoutMs: 10_000 };

describe('a process that answers lines', () => {
  it('answers one question after another, its other lines passed over', async () => {
    const child = run(ECHO);
    expect(await child.ask('a', ASK)).toEqual({ kind: 'line', line: '>a' });
    expect(await child.ask('ä'.repeat(100), ASK)).toEqual({
      kind: 'line',
      line: `>${'ä'.repeat(100)}`,
    });
  });

  it('that ends is told, and stays ended', async () => {
    const child = run('process.stdin.once("data",()=>process.exit(3))');
    expect(await child.ask('a', ASK)).toEqual({ kind: 'ended' });
    expect(child.isAlive).toBe(false);
    expect(await child.ask('a', ASK)).toEqual({ kind: 'ended' });
  });

  it('that is not there has ended', async () => {
    const child = startLineProcess('/nowhere/at/all', [], {
      cwd: '/',
      env: {},
      isAnswer: () => true,
      longestAnswer: 10,
    });
    expect(await child.ask('a', ASK)).toEqual({ kind: 'ended' });
  });

  it('that is silent too long is ended, with what it started', async () => {
    const child = run(
      'process.on("SIGTERM",()=>{});console.log(">"+process.pid);setInterval(()=>{},1000)',
    );
    // The first line comes unasked: it is the answer to whoever asks in time.
    const first = await child.ask('', ASK);
    const pid = first.kind === 'line' ? Number(first.line.slice(1)) : 0;
    expect(await child.ask('a', { timeoutMs: 50 })).toEqual({ kind: 'timed-out' });
    await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow('ESRCH'), 5000);
  });

  it('is sent bytes behind the line', async () => {
    const child = run(
      'const seen=[];process.stdin.on("data",(part)=>{seen.push(part);const all=Buffer.concat(seen);if(all.length===10)console.log(">"+all.toString("hex"))})',
    );
    const attached = [
      Uint8Array.of(0x0a, 0xff),
      new Uint8Array(0),
      Uint8Array.of(0, 1, 2, 0x0d, 3),
    ];
    const answer = await child.ask('ab', { ...ASK, attached });
    expect(answer).toEqual({ kind: 'line', line: '>61620a0aff0001020d03' });
  });

  it('that answers without an end is ended', async () => {
    const child = run('process.stdout.write(">"+"x".repeat(5000));setInterval(()=>{},1000)', 1000);
    expect(await child.ask('a', ASK)).toEqual({ kind: 'ended' });
  });

  it('is given up when the run is cancelled', async () => {
    const child = run('setInterval(()=>{},1000)');
    const signal = AbortSignal.timeout(50);
    expect(await child.ask('a', { ...ASK, signal })).toEqual({ kind: 'cancelled' });
    expect(child.isAlive).toBe(false);
  });
});
