/**
 * Ends what a run has started when the run itself is ended in a way that leaves it no time: SIGKILL, the end of memory.
 *
 * Nothing in Node.js asks the kernel for that. So one small shell for the whole run holds the other end of a pipe, on which
 * it is told of each process group that starts and ends; when the pipe closes, it ends those that are left. It has a session
 * of its own, so that what ends the run's group does not end it too, and costs nothing while it waits. On Windows the job
 * object in which Node.js puts its children does the same.
 */
import { spawn, type ChildProcess } from 'node:child_process';

/** Groups have two seconds between being asked and being ended, as when a run stops them itself. */
const SCRIPT = `
trap '' HUP INT TERM QUIT
groups=' '
while IFS= read -r line; do
  group=\${line#?}
  case $line in
    +*) groups="$groups$group " ;;
    -*) case $groups in *" $group "*) groups="\${groups%% $group *} \${groups#* $group }" ;; esac ;;
  esac
done
alive() {
  for group in $groups; do kill -s 0 -- "-$group" 2>/dev/null && return 0; done
  return 1
}
for group in $groups; do kill -s TERM -- "-$group" 2>/dev/null; done
for moment in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
  alive || exit 0
  sleep 0.1 2>/dev/null || sleep 1
done
for group in $groups; do kill -s KILL -- "-$group" 2>/dev/null; done
`;

let guard: ChildProcess | undefined;

/**
 * Has a process group ended when this process is gone; by the id of its leader.
 * @returns a function that takes it off the list.
 */
export function guardGroup(pid: number): () => void {
  if (process.platform === 'win32') return () => {};
  guard ??= startGuard();
  const { stdin } = guard;
  stdin?.write(`+${pid}\n`);
  return () => {
    stdin?.write(`-${pid}\n`);
  };
}

function startGuard(): ChildProcess {
  const child = spawn('/bin/sh', ['-c', SCRIPT], {
    cwd: '/',
    env: { PATH: '/usr/bin:/bin' },
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  // Without a shell, or when somebody ended it, the run goes on unguarded.
  child.on('error', () => {});
  child.stdin?.on('error', () => {});
  child.unref();
  if (child.stdin !== null && 'unref' in child.stdin && typeof child.stdin.unref === 'function')
    child.stdin.unref();
  return child;
}
