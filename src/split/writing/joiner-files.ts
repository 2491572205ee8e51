/** The joiner, as it goes into every main wheel that has to join something: the files of src/python/joiner. */
import init from '../../python/joiner/__init__.py?raw';
import main from '../../python/joiner/__main__.py?raw';
import entry from '../../python/joiner/entry.py?raw';
import evict from '../../python/joiner/evict.py?raw';
import inflate from '../../python/joiner/inflate.py?raw';
import join from '../../python/joiner/join.py?raw';
import lock from '../../python/joiner/lock.py?raw';
import memory from '../../python/joiner/memory.py?raw';
import places from '../../python/joiner/places.py?raw';
import sources from '../../python/joiner/sources.py?raw';

/** File name in `NAME_cache/` to text. */
export const JOINER_FILES: ReadonlyMap<string, string> = new Map([
  ['__init__.py', init],
  ['__main__.py', main],
  ['entry.py', entry],
  ['evict.py', evict],
  ['inflate.py', inflate],
  ['join.py', join],
  ['lock.py', lock],
  ['memory.py', memory],
  ['places.py', places],
  ['sources.py', sources],
]);
