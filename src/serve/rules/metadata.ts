/**
 * Metadata as the form has it, judged in the order of PyPI: it reads the fields, asks the specification, and then what only
 * indexes ask, and stops where something is wrong. In each step the version of metadata comes first, then the name, then the
 * version, and then the fields as an alphabet has them.
 *
 * Rules: warehouse `forklift/metadata.py` 6b6215712 (2026-08), `packaging.metadata` 26.2. What is judged is one field at a
 * time, so that it is known whose fault it is.
 */
import { judgeClassifiers } from '../../check/index.ts';
import {
  compareMetadataVersions,
  isMetadataVersion,
  METADATA_FIELDS,
  validateMetadata,
  viewOfFields,
  type MetadataField,
} from '../../packaging/index.ts';
import type { Finding } from '../../support/finding.ts';
import type { UploadForm } from './form.ts';
import type { Violation } from './model.ts';
import { ruleOfCode, violation } from './table.ts';
import { shown } from './text.ts';

/** Everything that is wrong with the metadata of a form; the first is what PyPI answers. */
export function metadataViolations(form: UploadForm): readonly Violation[] {
  const faults = [...unreadableFaults(form), ...requiredFaults(form), ...fieldFaults(form)];
  return faults.toSorted(compareFaults).map(({ violation: found }) => found);
}

interface Fault {
  readonly stage: string;
  /** Name of the header in lower case; in the first stage that of the form. */
  readonly field: string;
  readonly violation: Violation;
}

const STAGES: readonly string[] = ['read', 'specification', 'index'];
/** They influence all others. */
const FIRST: readonly string[] = ['metadata-version', 'name', 'version'];

function compareFaults(left: Fault, right: Fault): number {
  return (
    STAGES.indexOf(left.stage) - STAGES.indexOf(right.stage) ||
    rankOf(left.field) - rankOf(right.field) ||
    (left.field < right.field ? -1 : Number(left.field > right.field))
  );
}

function rankOf(field: string): number {
  const place = FIRST.indexOf(field);
  return place === -1 ? FIRST.length : place;
}

function unreadableFaults({ unreadable }: UploadForm): readonly Fault[] {
  return unreadable.map((field) => ({
    stage: 'read',
    field,
    violation: violation('metadata-invalid-data', {
      values: { field },
      hint: field === 'project_urls' ? 'Two of them have the same label.' : 'It may be given once.',
    }),
  }));
}

/** Fields that every form has; a name that is missing is told of by the form itself. */
function requiredFaults({ fields, unreadable }: UploadForm): readonly Fault[] {
  const found = validateMetadata(viewOfFields(fields)).filter(({ code }) => MISSING.has(code));
  const told = found.filter(({ code }) => !unreadable.includes(MISSING.get(code) ?? ''));
  return told.map((finding) =>
    faultOf(finding, {
      field: (MISSING.get(finding.code) ?? '').replace('_', '-'),
      value: '',
    }),
  );
}

/** And what they are called in the form. */
const MISSING: ReadonlyMap<string, string> = new Map([
  ['metadata/metadata-version-missing', 'metadata_version'],
  ['metadata/name-missing', 'name'],
  ['metadata/version-missing', 'version'],
]);

/** With these, nothing is missing and no field too new. */
const COMPLETE = [
  ['metadata-version', ['2.5']],
  ['name', ['name']],
  ['version', ['1']],
] as const;

function fieldFaults({ fields }: UploadForm): readonly Fault[] {
  const declared = fields.get('metadata-version')?.[0] ?? '';
  const both = ['license', 'license-expression'].every((name) => fields.has(name));
  return [
    ...[...fields].flatMap(([name, values]) => {
      const field = METADATA_FIELDS.get(name);
      if (field !== undefined && isTooNew(field, declared)) return [tooNew(field, declared)];
      return judged(name, values);
    }),
    ...(both ? [licenseTwice()] : []),
  ];
}

function isTooNew({ since }: MetadataField, declared: string): boolean {
  return isMetadataVersion(declared) && compareMetadataVersions(since, declared) > 0;
}

function tooNew({ name, since }: MetadataField, declared: string): Fault {
  const field = name.toLowerCase();
  return {
    stage: 'specification',
    field,
    violation: violation('field-too-new', { values: { field, since, declared } }),
  };
}

function judged(name: string, values: readonly string[]): readonly Fault[] {
  if (name === 'classifier') {
    const findings = judgeClassifiers([...new Set(values)].toSorted(), '');
    return inTheirOrder(findings).map((finding) =>
      faultOf(finding, { field: name, value: finding.evidence ?? '' }),
    );
  }
  if (rejections(name, values).length === 0) return [];
  return values
    .flatMap((value) =>
      rejections(name, [value]).map((finding) => faultOf(finding, { field: name, value })),
    )
    .slice(0, MOST_FAULTS);
}

/** Of one field: more of them help nobody. */
const MOST_FAULTS = 100;

function rejections(name: string, values: readonly string[]): readonly Finding[] {
  const view = viewOfFields(new Map([...COMPLETE, [name, values]]));
  return validateMetadata(view).filter(({ effect }) => effect === 'index-rejects');
}

/** Those that are unknown come before those that are no longer taken. */
function inTheirOrder(findings: readonly Finding[]): readonly Finding[] {
  const isOld = ({ code }: Finding): number => Number(code === 'pypi/classifier-deprecated');
  return findings.toSorted((left, right) => isOld(left) - isOld(right)).slice(0, MOST_FAULTS);
}

function licenseTwice(): Fault {
  return { stage: 'index', field: 'license', violation: violation('license-twice') };
}

interface Place {
  /** As {@link Fault}. */
  readonly field: string;
  readonly value: string;
}

function faultOf({ code, message, evidence, hint }: Finding, { field, value }: Place): Fault {
  const { id, stage = '' } = ruleOfCode(code);
  const values = {
    reason: shown(message.endsWith('.') ? message : `${message}.`),
    value: shown(value),
    hint: hint ?? '',
  };
  return { stage, field, violation: violation(id, { values, evidence, hint }) };
}
