/** What a generated pipeline is made of. */
import type { ReleaseTags } from './release-tags.ts';

/** The choices of `wheelworks ci init`. */
export interface PipelineOptions {
  /** The exact version of wheelworks that the jobs install. */
  readonly version: string;
  /** The command that makes the pipeline again, for its head. */
  readonly command: string;
  /** The branch whose pushes are built beside tags and merge or pull requests. */
  readonly branch: string;
  /** The tags that are built and published. */
  readonly tags: ReleaseTags;
  /** The project folder, relative to the root of the repository; `.` for the root. */
  readonly directory: string;
  /** `target=label,label` for runners in place of the hosted ones, as `plan --runner` takes them. */
  readonly runners: readonly string[];
  /**
   * What `CIBW_ARCHS_LINUX`, `CIBW_ARCHS_MACOS` and `CIBW_ARCHS_WINDOWS` are to say; undefined where the project's
   * configuration names architectures itself.
   */
  readonly archs?: Readonly<Record<string, string>>;
  /** Whether wheels over the limit of `[tool.wheelworks.split]` become sets, once all of the release are there. */
  readonly split?: boolean;
  /** The index to publish to: a name of `wheelworks publish --to`; undefined publishes nothing. */
  readonly publishTo?: string;
}

/** Words of a shell command that need no quotes. */
const PLAIN = /^[\w./:=,@%+-]+$/;

/** A word for a POSIX shell: as it is where that is safe, in single quotes otherwise. */
export function shellWord(word: string): string {
  return PLAIN.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** The arguments of `wheelworks plan` for these options. */
export function planArguments({ directory, runners }: PipelineOptions, format: string): string {
  return [
    ...(directory === '.' ? [] : [shellWord(directory)]),
    '--platform all --format',
    format,
    ...runners.flatMap((runner) => ['--runner', shellWord(runner)]),
  ].join(' ');
}

/** The project folder as an argument with a space before it; nothing for the root. */
export function directoryArgument(directory: string): string {
  return directory === '.' ? '' : ` ${shellWord(directory)}`;
}

/** The arguments of `wheelworks build` that select just these identifiers; without white space within a word. */
export function selectArguments(ids: readonly string[]): string {
  const [first = ''] = ids;
  return ids.length === 1 ? `--only ${first}` : `--build {${ids.join(',')}}`;
}

/** What keeps the wheels of a job whole, with a space before it: only all wheels together can share parts. */
export function wholeArgument(split: boolean | undefined): string {
  return split === true ? ' --no-split' : '';
}

/**
 * The lines of a POSIX shell script that cut the wheels of a folder which are over the project's limit; the folder holds
 * the sets afterwards.
 */
export function splitLines(folder: string, directory: string): readonly string[] {
  // The settings are those of the folder that the command runs in. 3 says that no wheel is over the limit.
  const command = `wheelworks split "$whole" --output "$whole-split" || [ $? -eq 3 ]`;
  return [
    `whole="$PWD/${folder}"`,
    directory === '.' ? command : `(cd ${shellWord(directory)} && ${command})`,
    `if [ -d ${folder}-split ]; then rm ${folder}/*.whl && mv ${folder}-split/* ${folder}; fi`,
  ];
}

/** The line of a shell script that installs wheelworks, in just this version, and what is named beside it. */
export function installLine(version: string, ...beside: readonly string[]): string {
  return `npm install --global --ignore-scripts ${[`wheelworks@${version}`, ...beside].join(' ')}`;
}

/**
 * The lines of a POSIX shell script that build the sdist of every package of `plan.json`.
 * @param build the command of the front end, up to its options
 */
export function sdistLines(build: string, output: string, directory: string): readonly string[] {
  // The plan tells where packages lie from the project's folder.
  const folder = directory === '.' ? 'FOLDER' : shellWord(`${directory}/FOLDER`);
  return [
    `node -e "${PACKAGE_FOLDERS}" > folders`,
    `xargs -d '\\n' -I FOLDER ${build} --sdist --outdir ${output} ${folder} < folders`,
  ];
}

/** JavaScript that prints the folders of the packages of `plan.json`. */
const PACKAGE_FOLDERS =
  "for (const { directory } of JSON.parse(require('fs').readFileSync('plan.json', 'utf8')).packages) console.log(directory)";
