/** What is allowed in a definition, and yet cannot be meant. */
import type { RecipeDefinition } from './schema.ts';
import { variantsOf } from './variants.ts';

/** A sentence for each such thing. */
export function definitionNotes(definition: RecipeDefinition): string[] {
  return [...sharedDirectories(definition), ...repeatedNames(definition)];
}

/** Where two variants are built in one folder, the second overwrites what the first has made. */
function sharedDirectories(definition: RecipeDefinition): string[] {
  const byDirectory = new Map<string, string[]>();
  for (const { name, directory } of variantsOf(definition))
    if (name !== undefined && directory !== undefined)
      byDirectory.set(directory, [...(byDirectory.get(directory) ?? []), name]);
  return [...byDirectory]
    .filter(([, names]) => names.length > 1)
    .map(
      ([directory, names]) =>
        `the variants ${names.join(' and ')} are built in one folder, ${directory}: put $(BUILD_VARIANT) into build.directory`,
    );
}

function repeatedNames({ package: packages }: RecipeDefinition): string[] {
  const names = packages.map(({ name }) => name);
  return [...new Set(names.filter((name, at) => names.indexOf(name) !== at))].map(
    (name) => `there are several packages ${name}: the build system takes the last`,
  );
}
