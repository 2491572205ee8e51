/** Storage of an index that survives a crash at any point. */
export { parseFact, type Fact, type FileFact, type ProjectFact } from './facts.ts';
export { releaseKey } from './memory-state.ts';
export { openStore, removeUpload, type FileParts, type Store } from './store.ts';
