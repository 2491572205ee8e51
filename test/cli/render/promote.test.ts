import { expect, it } from 'vitest';
import { publishCommand } from '../../../src/cli/render/promote.ts';
import { splitShellWords } from '../../../src/support/shell-words.ts';

it.each(['final', 'f odd é', "it's", '$HOME;x'])('the next step names %s as one word', (folder) => {
  expect(splitShellWords(publishCommand(folder))).toEqual(['wheelworks', 'publish', folder]);
});
