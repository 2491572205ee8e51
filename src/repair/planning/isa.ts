import type { NativeFacts, Subject } from '../../audit/index.ts';

/** A subject whose files are taken to run on every processor of their architecture. */
export function withoutIsa(subject: Subject): Subject {
  return { ...subject, natives: subject.natives.map(factsWithoutIsa) };
}

/** As {@link withoutIsa}, of one file. */
export function factsWithoutIsa(facts: NativeFacts): NativeFacts {
  return facts.elf === undefined ? facts : { ...facts, elf: { ...facts.elf, isaLevel: undefined } };
}
