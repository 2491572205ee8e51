import { treemapFigure, type TreemapItem } from '../../pages/index.ts';
import type { Audit } from '../audit.ts';
import { baseName, type AuditPart } from './words.ts';

const KINDS = { native: 'native files', other: 'other files', rest: 'many small files' } as const;

/** What makes the size, all members as areas. */
export function sizes({ subject }: Audit): AuditPart | undefined {
  const natives = new Set(subject.natives.map(({ path }) => path));
  const items = subject.members.map(({ path, size }): TreemapItem => ({
    path,
    size,
    kind: natives.has(path) ? 'native' : 'other',
  }));
  if (items.length < 2 || items.every(({ size }) => size === 0)) return undefined;
  const title = `Sizes of the files in ${baseName(subject.path)}, unpacked`;
  return {
    id: 'sizes',
    title: 'What makes the size',
    body: treemapFigure(items, { title, kinds: KINDS }),
  };
}
