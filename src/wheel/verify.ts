/** Whether a wheel keeps what it says about itself: RECORD hashes and sizes, names, versions, tags. */
import type { Finding } from '../support/finding.ts';
import { defaultJobs } from '../support/parallel.ts';
import { verifyNames } from './verify-names.ts';
import { verifyRecord } from './verify-record.ts';
import type { Wheel } from './wheel.ts';

export interface VerifyOptions {
  /** Also inflate every member and compare its hash with RECORD; the costly part. Default true. */
  readonly contents?: boolean;
  readonly jobs?: number;
}

/** Everything in which the wheel disagrees with itself; empty when it is consistent. */
export async function verifyWheel(wheel: Wheel, options: VerifyOptions = {}): Promise<Finding[]> {
  return [
    ...(await verifyNames(wheel)),
    ...(await verifyRecord(wheel, options.contents ?? true, options.jobs ?? defaultJobs())),
  ];
}
