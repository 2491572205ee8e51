/** Which files of the build system a recipe includes. */
import type { RecipeDefinition } from './schema.ts';

/** Those that the definition names, else those that recipes of `lang/python` include for what it builds. */
export function usualIncludes({ build, source, package: packages }: RecipeDefinition): string[] {
  if (build.includes.length > 0) return build.includes;
  const uses = (interpreter: string): boolean =>
    packages.some((each) => each.interpreter === interpreter);
  return [
    ...(source.pypi === undefined ? [] : ['../pypi.mk']),
    '$(INCLUDE_DIR)/package.mk',
    ...(build.host ? ['$(INCLUDE_DIR)/host-build.mk'] : []),
    ...(uses('python2') ? ['../python-package.mk'] : []),
    ...(uses('python3') ? ['../python3-package.mk'] : []),
    ...(build.host ? ['../python3-host-build.mk'] : []),
  ];
}
