/**
 * Where a wheel's root is installed: `purelib`, for code of every platform, or `platlib`.
 *
 * Specification: "Root-Is-Purelib is true if the top level directory of the archive should be installed into purelib;
 * otherwise the root should be installed into platlib" (Binary distribution format). A wheel tagged for any platform says
 * true. When such a wheel gets a platform tag, auditwheel says false in any case; here what is really pure stays so.
 */
import type { WheelDraft } from './draft.ts';
import type { WheelEdit } from './edit.ts';

/** Whether the draft would put its root into `purelib` although its tags name platforms: wrong with native files there. */
export function isPureForPlatform({
  tags,
  wheelFile,
}: Pick<WheelDraft, 'tags' | 'wheelFile'>): boolean {
  return wheelFile.rootIsPurelib && !tags.platforms.includes('any');
}

/**
 * The edit that sends the root into `platlib`, when that is where it belongs and WHEEL says otherwise; none else.
 * @param draft with the tags that it will have
 * @param natives paths of the native files; those below `.data` go where their own folder says
 */
export function rootEdits(draft: WheelDraft, natives: readonly string[]): readonly WheelEdit[] {
  const isRight = !isPureForPlatform(draft) || natives.every((path) => IN_DATA.test(path));
  return isRight ? [] : [{ kind: 'root', isPurelib: false }];
}

const IN_DATA = /^[^/]+\.data\//;
