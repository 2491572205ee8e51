/** What carrying a plan out works with. */
import type { Wheel } from '../wheel/index.ts';
import type { RepairOptions } from './options.ts';
import type { RepairPlan } from './plan.ts';
import type { RepairSession } from './session.ts';

/** A plan that is carried out. */
export interface Application {
  readonly wheel: Wheel;
  readonly plan: RepairPlan;
  readonly session: RepairSession;
  readonly options: RepairOptions;
  /** Where the repaired wheel is written to. */
  readonly directory: string;
  /** An empty folder for what is made on the way. */
  readonly scratch: string;
  /** The wheel stays where it is written; without, what it holds is not copied into later ones. */
  readonly isFinal: boolean;
}
