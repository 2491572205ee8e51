/** Bytecode of the target's Python, made by interpreters of this machine. */
export { withCompiler, type Compiler, type CompilerOptions } from './compiler.ts';
export {
  compileTree,
  type CompiledTree,
  type CompileFailure,
  type CompileTreeOptions,
  type SourceReader,
} from './compile-tree.ts';
export type { CompileAnswer, CompileRequest } from './answers.ts';
export { findCompilerPython, type PythonChoice } from './find-python.ts';
export type { KeptReason, KeptSource } from './kept-sources.ts';
export { resolveLink } from './links.ts';
