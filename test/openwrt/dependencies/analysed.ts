/** Packages of a few files, analysed for a release. */
import { parseRequirement } from '../../../src/packaging/requirement.ts';
import {
  analyseDependencies,
  type DependencyOptions,
  type DependencyReport,
} from '../../../src/openwrt/dependencies/index.ts';
import { openWrtRelease } from '../../../src/openwrt/targets/index.ts';
import { anyPython } from '../bytecode/interpreters.ts';
import { treeOf } from './trees.ts';

export interface Asked extends Partial<Omit<DependencyOptions, 'requires' | 'release'>> {
  readonly requires?: readonly string[];
  readonly release?: string;
}

export async function analysed(
  files: Readonly<Record<string, string>>,
  { requires = [], release = '25.12', ...rest }: Asked = {},
): Promise<DependencyReport> {
  return analyseDependencies(treeOf(files), {
    extras: [],
    reader: { python: anyPython.path },
    ...rest,
    release: openWrtRelease(release),
    requires: requires.map((each) => parseRequirement(each)),
  });
}

/** Names of dependencies besides those that every package has; `?` behind those that functions need. */
export function names({ dependencies, implied }: DependencyReport): string[] {
  return [...dependencies, ...implied]
    .filter(({ name }) => !/^libpython3-|-(?:base|light)$/.test(name))
    .map(({ name, when }) => (when === 'use' ? `${name}?` : name))
    .sort();
}

export const codes = ({ findings }: DependencyReport): string[] => findings.map(({ code }) => code);
