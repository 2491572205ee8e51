/** Leaves out for which processors files were built, where the caller knows better. */
import type { NativeFacts } from './facts.ts';
import type { LibrarySource } from './libraries/request.ts';
import type { Subject } from './subject.ts';

/** A subject whose files are taken to run on every processor of their architecture. */
export function withoutIsa(subject: Subject): Subject {
  return { ...subject, natives: subject.natives.map(factsWithoutIsa) };
}

/** Libraries that are taken to do so. */
export function sourceWithoutIsa(source: LibrarySource): LibrarySource {
  return {
    ...source,
    async find(request) {
      const found = await source.find(request);
      return found === undefined ? undefined : { ...found, facts: factsWithoutIsa(found.facts) };
    },
  };
}

function factsWithoutIsa(facts: NativeFacts): NativeFacts {
  return facts.elf === undefined ? facts : { ...facts, elf: { ...facts.elf, isaLevel: undefined } };
}
