import { WheelworksError } from '../../support/errors.ts';
import type { BinaryPackage, PackageDescription } from './model.ts';

/** What both managers take for a name: apk wants a letter or digit first, opkg no blanks or parentheses. */
const NAME = /^[a-z0-9][a-z0-9+._-]*$/;

/**
 * Refuses a description that one of the managers would read as something else.
 * @throws WheelworksError `openwrt/bad-description`.
 */
export function checkPackage({ description, tree }: BinaryPackage): void {
  const refuse = (what: string, evidence: string, hint?: string): Error =>
    new WheelworksError(
      'openwrt/bad-description',
      `The package ${description.name} has no proper ${what}.`,
      {
        evidence,
        ...(hint === undefined ? {} : { hint }),
      },
    );
  if (!NAME.test(description.name))
    throw refuse(
      'name',
      description.name,
      'Names are lower-case letters, digits and + . _ -, a letter or digit first.',
    );
  if (!/^[\w.+-]+$/.test(description.architecture))
    throw refuse('architecture', description.architecture);
  for (const field of ONE_LINE) {
    const value = description[field] ?? '';
    if (/[\r\n\0]/.test(value)) throw refuse(field, JSON.stringify(value), 'It is one line.');
  }
  if (description.title.trim() === '') throw refuse('title', 'it is empty');
  const { depends, provides, conflicts } = description;
  for (const { name } of [...depends, ...provides, ...conflicts])
    if (!/^[A-Za-z0-9][\w+.:/-]*$/.test(name)) throw refuse('dependency', JSON.stringify(name));
  for (const path of description.conffiles)
    if (!path.startsWith('/') || tree.get(path.slice(1))?.kind !== 'file')
      throw refuse(
        'configuration file',
        path,
        'Name files of the package by their absolute paths on the device.',
      );
}

const ONE_LINE = [
  'title',
  'license',
  'section',
  'maintainer',
  'url',
  'source',
] as const satisfies readonly (keyof PackageDescription)[];
