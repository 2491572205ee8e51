import { readFileSync } from 'node:fs';

/** Answers of reference tools in test/vectors/packaging; the scripts in scripts/record_*.py write them. */
export function packagingVectors(name: string): unknown {
  return JSON.parse(
    readFileSync(new URL(`../vectors/packaging/${name}`, import.meta.url), 'utf8'),
  ) as unknown;
}

/** What `run` returns, or the code of the error that it throws. */
export function resultOrCode<Result>(run: () => Result): Result | string {
  try {
    return run();
  } catch (error) {
    if (error instanceof Error && 'code' in error && typeof error.code === 'string')
      return error.code;
    throw error;
  }
}
