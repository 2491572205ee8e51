/**
 * GNU make as the judge of what a Makefile of the feed says: the files that it includes are stubs of our own, which tell
 * every variable and package that the recipe leaves behind.
 */
import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';

/** What make says: `V NAME` for variables, `P package FIELD` for packages, `D NAME` for defines. */
export type MakeFacts = ReadonlyMap<string, string>;

export interface OracleQuestion {
  readonly variables: readonly string[];
  readonly defines: readonly string[];
  /** `CONFIG_X` that are `y`. */
  readonly config: readonly string[];
  readonly variant?: string;
  /** Defined by the build system: their own names in angle brackets. */
  readonly externals: readonly string[];
  /** Files of the build system that are more than empty, by their name. */
  readonly files?: Readonly<Record<string, string>>;
}

const PACKAGE_FIELDS = [
  'SECTION',
  'CATEGORY',
  'SUBMENU',
  'TITLE',
  'URL',
  'DEPENDS',
  'EXTRA_DEPENDS',
  'VARIANT',
  'PROVIDES',
  'CONFLICTS',
  'USERID',
  'MENU',
  'ABI_VERSION',
];

/** Asks make in a folder of its own. @throws when make refuses the Makefile. */
export async function askMake(
  text: string,
  folder: string,
  question: OracleQuestion,
): Promise<MakeFacts> {
  const recipe = join(folder, 'lang', 'python', 'recipe');
  await mkdir(recipe, { recursive: true });
  await mkdir(join(folder, 'include'), { recursive: true });
  const at = join(recipe, 'Makefile');
  await writeFile(at, `${text}\n${dump(question)}`);
  for (const [, included = ''] of text.matchAll(/^\s*-?include\s+(.*)$/gm)) {
    for (const path of included.trim().split(/\s+/)) {
      const file = path
        .replace('$(TOPDIR)', folder)
        .replace('$(INCLUDE_DIR)', join(folder, 'include'));
      const to = file.startsWith('/') ? file : join(recipe, file);
      if (to.includes('$')) continue;
      await mkdir(dirname(to), { recursive: true });
      await writeFile(
        to.replace('*', 'all'),
        file.endsWith('rules.mk')
          ? rules(question, folder)
          : (question.files?.[basename(file)] ?? ''),
      );
    }
  }
  const { stdout } = await promisify(execFile)('make', ['-n', '-r', '-R', 'dump'], {
    cwd: recipe,
    env: {
      PATH: process.env['PATH'],
      TOPDIR: folder,
      INCLUDE_DIR: join(folder, 'include'),
    },
    maxBuffer: 64 << 20,
    timeout: 60_000,
  });
  const facts = new Map<string, string>();
  for (const line of stdout.split('\n')) {
    const match = /^@(.*?)=(.*)$/.exec(line);
    if (match !== null) facts.set(match[1] ?? '', (match[2] ?? '').replaceAll('@N@', '\n'));
  }
  return facts;
}

function rules({ config, variant, externals }: OracleQuestion, folder: string): string {
  const fields = PACKAGE_FIELDS.map((name) => `  ${name}:=`).join('\n');
  return `TOPDIR:=${folder}
INCLUDE_DIR:=${folder}/include
${externals.map((name) => `${name}:=<${name}>`).join('\n')}
${config.map((name) => `${name}:=y`).join('\n')}
BUILD_VARIANT:=${variant ?? ''}
qstrip=$(1)
define NL


endef
esc=$(subst $(NL),@N@,$(1))
define __fields
${fields}
endef
define __package
  $(eval $(__fields))
  $(eval $(Package/$(1)))
${PACKAGE_FIELDS.map((name) => `  $(info @P $(1) ${name}=$(call esc,$(strip $(${name}))))`).join('\n')}
  $(info @P $(1) description=$(call esc,$(Package/$(1)/description)))
  $(info @P $(1) conffiles=$(call esc,$(strip $(Package/$(1)/conffiles))))
  $(info @P $(1) filespec=$(call esc,$(strip $(Py3Package/$(1)/filespec)$(PyPackage/$(1)/filespec))))
  $(info @P $(1) python=$(filter $(1),$(__python)))
endef
define BuildPackage
  $$(eval __built+=$(1))
endef
Py3Package=$$(eval __python+=$(1))
PyPackage=$$(eval __python+=$(1))
define HostBuild
  $$(eval __host:=1)
endef
`;
}

function dump({ variables, defines }: OracleQuestion): string {
  return `$(foreach p,$(__built),$(call __package,$(p)))
$(info @built=$(__built))
$(info @host=$(__host))
${variables.map((name) => `$(info @V ${name}=$(call esc,$(strip $(${name}))))`).join('\n')}
${defines.map((name) => `$(info @D ${name}=$(call esc,$(value ${name})))`).join('\n')}
dump: ;
`;
}
