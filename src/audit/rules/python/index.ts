/** Rules about Python: its ABIs, its modules, what they link. */
export { broaderTagFindings } from './broader-tags.ts';
export { freeThreadingFindings } from './free-threading.ts';
export { moduleInitFindings } from './init.ts';
export { legacyPythonFindings } from './legacy.ts';
export { libpythonFindings } from './linking.ts';
export { stableAbiFindings } from './stable-abi.ts';
export { pythonSymbolFindings } from './symbols.ts';
