/**
 * `requires.txt` of an egg-info folder: requirements, and below `[extra:marker]` those of an extra or of a target.
 *
 * Specification: setuptools, "The Internal Structure of Python Eggs", requires.txt.
 */

/** The requirements, with the condition of their section as a marker. */
export function parseRequiresText(text: string): string[] {
  let condition = '';
  return text.split(/\r?\n/).flatMap((raw) => {
    const line = raw.trim();
    const section = /^\[([^:\]]*)(?::(.*))?\]$/.exec(line);
    if (section !== null) {
      const [, extra = '', marker = ''] = section;
      condition = [marker === '' ? '' : `(${marker})`, extra === '' ? '' : `extra == "${extra}"`]
        .filter((each) => each !== '')
        .join(' and ');
      return [];
    }
    if (line === '') return [];
    return [condition === '' ? line : `${line} ; ${condition}`];
  });
}
