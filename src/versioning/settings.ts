/** `[tool.wheelworks.version]` of pyproject.toml. */
import { dirname, join, resolve } from 'node:path';
import { stat } from 'node:fs/promises';
import * as z from 'zod';
import { readPyproject } from '../project/index.ts';
import { readSettingsTable } from '../support/settings-table.ts';
import {
  VERSION_KINDS,
  type Bump,
  type RcScheme,
  type VersionFile,
  type VersionKind,
} from './model.ts';
import { checkTagPattern } from './tags.ts';
import type { WriteTarget } from './files/write.ts';

/** What a project has settled for its versions. */
export interface VersionSettings {
  /** The folder that relative paths start from, where there is a pyproject.toml. */
  readonly folder: string | undefined;
  readonly files: readonly VersionFile[];
  readonly from?: 'files' | 'tags';
  readonly kind?: VersionKind;
  readonly tagPatterns: readonly string[];
  readonly rcScheme?: RcScheme;
  readonly bump?: Bump;
  /** Texts of `set` are templates still. */
  readonly write: readonly WriteTarget[];
  readonly index?: string;
  readonly strict: boolean;
}

const text = z.string().min(1);
const texts = z.union([text, z.array(text)]).transform((value) => [value].flat());
const file = z.union([
  text.transform((value) => ({ ...splitKey(value) })),
  z.strictObject({ path: text, key: text.optional(), name: text.optional() }),
]);
const target = z.union([
  text.transform((value) => ({ ...splitKey(value) })),
  z.strictObject({
    path: text,
    key: text.optional(),
    set: z.record(text, z.string()).optional(),
  }),
]);

const table = z.strictObject({
  files: z.array(file).default([]),
  from: z.enum(['files', 'tags']).optional(),
  kind: z.enum(VERSION_KINDS).optional(),
  'tag-pattern': texts.default([]),
  'rc-scheme': z.enum(['date', 'counter']).optional(),
  bump: z.enum(['patch', 'minor', 'major']).optional(),
  write: z.array(target).default([]),
  index: text.optional(),
  strict: z.boolean().default(false),
});

/** `compiler/version.json#package-version`, taken apart. A name with a # in it needs the settings' long form. */
export function splitKey(text: string): { readonly path: string; readonly key?: string } {
  const mark = text.lastIndexOf('#');
  if (mark <= 0) return { path: text };
  const key = text.slice(mark + 1);
  return key === '' ? { path: text.slice(0, mark) } : { path: text.slice(0, mark), key };
}

/**
 * The settings that hold for a folder: those of the nearest pyproject.toml that has some, up to the top of its
 * repository. Without any, all is as by default.
 * @throws WheelworksError `config/unknown-setting`, `config/bad-pyproject`, `config/tag-pattern`.
 */
export async function readVersionSettings(folder: string): Promise<VersionSettings> {
  for (let place = folder; ; place = dirname(place)) {
    const path = join(place, 'pyproject.toml');
    const own: unknown = (await readPyproject(path))?.tool?.wheelworks;
    if (isTable(own) && own['version'] !== undefined)
      return versionSettingsOf(own['version'], path);
    const isTop = await stat(join(place, '.git')).then(
      () => true,
      () => false,
    );
    if (isTop || dirname(place) === place)
      return { folder: undefined, files: [], tagPatterns: [], write: [], strict: false };
  }
}

/**
 * Reads the table; paths become absolute.
 * @param path of the pyproject.toml.
 * @throws WheelworksError as {@link readVersionSettings}.
 */
export function versionSettingsOf(value: unknown, path: string): VersionSettings {
  const data = readSettingsTable(table, value, {
    table: 'tool.wheelworks.version',
    path,
    guide: 'docs/version.md',
  });
  const folder = dirname(path);
  for (const pattern of data['tag-pattern']) checkTagPattern(pattern, path);
  return {
    folder,
    files: data.files.map((each) => placed(each, folder)),
    ...(data.from === undefined ? {} : { from: data.from }),
    ...(data.kind === undefined ? {} : { kind: data.kind }),
    tagPatterns: data['tag-pattern'],
    ...(data['rc-scheme'] === undefined ? {} : { rcScheme: data['rc-scheme'] }),
    ...(data.bump === undefined ? {} : { bump: data.bump }),
    write: data.write.map((each) => ({
      ...placed(each, folder),
      create: true,
      set: Object.entries('set' in each ? (each.set ?? {}) : {}).map(([key, template]) => ({
        key,
        value: template,
      })),
    })),
    ...(data.index === undefined ? {} : { index: data.index }),
    strict: data.strict,
  };
}

interface Place {
  readonly path: string;
  readonly key?: string | undefined;
  readonly name?: string | undefined;
}

function placed({ path, key, name }: Place, folder: string): VersionFile {
  return {
    path: resolve(folder, path),
    ...(key === undefined ? {} : { key }),
    ...(name === undefined ? {} : { name }),
  };
}

function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
