/** Sources of an sdist that are no Python, and that its build may make modules of. */
import type { SdistSubject } from './sdist-subject.ts';

/** Whether there is any, or what may be. */
export function hasNativeCode({ members, built }: SdistSubject): boolean {
  return built.length > 0 || has(members, RUST) || has(members, COMPILED);
}

/** What else DEPENDS needs for it. */
export function nativeTodo({ members }: SdistSubject): string[] {
  if (has(members, RUST))
    return ['DEPENDS: Rust code: RUST_ARCH_DEPENDS, and the libraries that it links with'];
  if (has(members, COMPILED))
    return ['DEPENDS: native code, or what may be; the libraries that it links with'];
  return [];
}

const RUST = /(?:^|\/)Cargo\.toml$/;
const COMPILED = /\.(?:c|cc|cpp|cxx|pyx|f90)$/;

function has(members: readonly string[], pattern: RegExp): boolean {
  return members.some((path) => pattern.test(path));
}
