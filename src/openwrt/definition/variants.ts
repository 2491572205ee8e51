/** The variants of a recipe: it is built once for each, in a folder of its own. */
import { expand, newScope } from '../makefile/index.ts';
import { parseRecipeDependency, type RecipeDependency } from './depends.ts';
import type { RecipeDefinition, RecipePackage } from './schema.ts';

export interface RecipeVariant {
  /** `python3`; undefined for a recipe without variants. */
  readonly name: string | undefined;
  readonly interpreter: RecipePackage['interpreter'];
  /** Where it is built, with the variant, the name and the version filled in; undefined: where the build system says. */
  readonly directory: string | undefined;
  /** Arguments and variables of its setup or build. */
  readonly settings: RecipeDefinition['build']['python3'];
  readonly packages: readonly VariantPackage[];
}

export interface VariantPackage {
  readonly name: string;
  readonly depends: readonly RecipeDependency[];
  readonly package: RecipePackage;
}

/**
 * The variants in the order in which their first packages stand. A package without a variant is of the recipe's first one,
 * as in OpenWrt.
 */
export function variantsOf(definition: RecipeDefinition): RecipeVariant[] {
  const { package: packages, recipe, build } = definition;
  const names = [...new Set(packages.map(({ variant }) => variant))];
  const first = names.find((name) => name !== undefined);
  const variants = first === undefined ? [undefined] : names.filter((name) => name !== undefined);
  return variants.map((name) => {
    const own = packages.filter(({ variant }) => (variant ?? first) === name);
    const interpreter = own[0]?.interpreter ?? 'none';
    return {
      name,
      interpreter,
      directory: filledIn(build.directory, {
        BUILD_VARIANT: name ?? '',
        PKG_NAME: recipe.name,
        ...(recipe.version === undefined ? {} : { PKG_VERSION: recipe.version }),
      }),
      settings: interpreter === 'python2' ? build.python2 : build.python3,
      packages: own.map((each) => ({
        name: each.name,
        depends: each.depends.flatMap((word) => parseRecipeDependency(word) ?? []),
        package: each,
      })),
    };
  });
}

function filledIn(
  text: string | undefined,
  values: Readonly<Record<string, string>>,
): string | undefined {
  if (text === undefined) return undefined;
  const scope = newScope();
  for (const [name, value] of Object.entries(values)) scope.set(name, { value, isSimple: true });
  return expand(text, { scope, budget: { left: 1 << 20 } });
}
