import { describe, expect, test } from 'vitest';
import {
  todoKind,
  updateTodoBlock,
  type TodoState,
} from '../../../src/openwrt/recipe/todo-block.ts';

const CPE = 'PKG_CPE_ID: whether the project has one (cpe:/a:VENDOR:PRODUCT); PyPI does not know';
const OLD = 'PKG_VERSION: apk does not take 1.0c1, and nothing else says it';
const NEW = 'PKG_VERSION: apk does not take 2.0c1, and nothing else says it';
const NATIVE = 'DEPENDS: native code, or what may be; the libraries that it links with';
const STDLIB = 'DEPENDS: parts of the standard library, which only imports tell';
const FOUND =
  'DEPENDS: yaml is imported, and no requirement brings it. (openwrt/undeclared-import)';
const URL = 'URL: the metadata has no home page';
const OURS = 'DEPENDS: ask Ann whether curl is needed';
const REST = 'include $(TOPDIR)/rules.mk\n# TODO\n# - URL: the metadata has no home page\n';

const makefile = (...items: readonly string[]): string =>
  `#\n# TODO\n${items.map((each) => `# - ${each}\n`).join('')}#\n\n${REST}`;

const state = (todo: readonly string[], more: Partial<TodoState> = {}): TodoState => ({
  todo,
  hasImports: true,
  isWritten: true,
  ...more,
});

describe('the list at the top of a Makefile', () => {
  test('loses what no longer holds, and has what is said of the new version', () => {
    expect(updateTodoBlock(makefile(OLD, CPE, NATIVE, URL), state([NEW, CPE, URL]))).toEqual({
      text: makefile(NEW, CPE, URL),
      removed: [OLD, NATIVE],
      added: [NEW],
    });
    expect(updateTodoBlock(makefile(CPE), state([NEW, CPE])).text).toBe(makefile(NEW, CPE));
  });

  test('keeps what people wrote, and what they struck off', () => {
    const before = makefile(OURS, `${URL}\n#   nobody answers`, CPE);
    expect(updateTodoBlock(before, state([NATIVE, CPE]))).toEqual({
      text: before,
      removed: [],
      added: [],
    });
  });

  test('keeps what was told by imports where nobody reads them, and that nobody does until it is written', () => {
    const before = makefile(STDLIB, FOUND);
    expect(updateTodoBlock(before, state([], { hasImports: false, isWritten: false })).text).toBe(
      before,
    );
    expect(updateTodoBlock(before, state([], { isWritten: false })).text).toBe(makefile(STDLIB));
    expect(updateTodoBlock(before, state([FOUND])).text).toBe(makefile(FOUND));
  });

  test('is gone with its last item, but for other comments, and none is begun', () => {
    expect(updateTodoBlock(makefile(URL), state([])).text).toBe(REST);
    expect(updateTodoBlock(`# (c) Ann\r\n${makefile(URL)}`, state([])).text).toBe(
      `# (c) Ann\r\n#\n#\n\n${REST}`,
    );
    expect(updateTodoBlock(REST, state([NEW]))).toEqual({ text: REST, removed: [], added: [] });
  });
});

test('a thing to do in words of a person is none of the kinds', () => {
  expect([OURS, 'URL: the metadata has no home page, says Ann'].map(todoKind)).toEqual([-1, -1]);
});
