/** File systems as data: what packages carry, read from folders, written by the archive formats. */
export { contentOf } from './content.ts';
export {
  FileTree,
  comparePaths,
  type TreeContent,
  type TreeDirectory,
  type TreeEntry,
  type TreeFile,
  type TreeOwner,
  type TreeSymlink,
} from './file-tree.ts';
export { readTree, readTreeEntry } from './read-tree.ts';
