/** The rules as data, `data/rules.json`: in the order in which PyPI asks for them, with what it answers. */
import { WheelworksError } from '../../support/errors.ts';
import table from './data/rules.json' with { type: 'json' };
import type { Violation } from './model.ts';

/** A row of the table. */
export interface UploadRule {
  /** Stable. */
  readonly id: string;
  /** Of the table in docs/serve-rules.md: which step of an upload asks for it. */
  readonly row: number;
  /** HTTP status of the answer. */
  readonly status: number;
  /** Default `index-rejects`. */
  readonly effect?: string;
  /** With names in braces. */
  readonly message: string;
  /** Of rules about metadata: PyPI reads the form, then asks the specification, then its own rules, and stops at each. */
  readonly stage?: string;
  /** `upload` when it is the form that decides, whatever a check of the file says. */
  readonly from?: string;
  /** Findings of a check that are this rule; `zip/*` for those of an area in no other row, `*` for all others. */
  readonly codes: readonly string[];
  readonly source: string;
  readonly since?: string;
}

export const UPLOAD_RULES: readonly UploadRule[] = table.rules;

const PLACES: ReadonlyMap<string, number> = new Map(UPLOAD_RULES.map(({ id }, at) => [id, at]));
const BY_CODE: ReadonlyMap<string, UploadRule> = new Map(
  UPLOAD_RULES.flatMap((rule) => rule.codes.map((code) => [code, rule] as const)),
);
const EFFECTS: readonly Violation['effect'][] = [
  'index-rejects',
  'index-warns',
  'users-break',
  'advice',
];

/** Place of a rule in the order of PyPI. */
export function placeOf(id: string): number {
  return PLACES.get(id) ?? UPLOAD_RULES.length;
}

/** The rule that a finding of a check is about, when it is one that an index refuses files for. */
export function ruleOfCode(code: string): UploadRule {
  const [area = ''] = code.split('/', 1);
  const rule = BY_CODE.get(code) ?? BY_CODE.get(`${area}/*`) ?? BY_CODE.get('*');
  return rule ?? unknown(code);
}

/** What a violation has besides the text of its rule. */
export interface ViolationFacts {
  /** For the names in braces. */
  readonly values?: Readonly<Record<string, string | number>>;
  readonly evidence?: string | undefined;
  readonly hint?: string | undefined;
  readonly effect?: Violation['effect'];
}

/** A violation of the rule with this id. */
export function violation(id: string, facts: ViolationFacts = {}): Violation {
  const rule = UPLOAD_RULES[placeOf(id)] ?? unknown(id);
  const { values = {}, evidence, hint } = facts;
  return {
    rule: id,
    status: rule.status,
    message: rule.message.replace(/\{(\w+)\}/g, (all, key: string) => String(values[key] ?? all)),
    effect: facts.effect ?? EFFECTS.find((each) => each === rule.effect) ?? 'index-rejects',
    ...(evidence === undefined ? {} : { evidence }),
    ...(hint === undefined ? {} : { hint }),
  };
}

function unknown(what: string): never {
  throw new WheelworksError('internal/bug', `No rule of uploads is called ${what}.`);
}
