/** What the interpreter imports by itself; data/start-up.json. */
import table from './data/start-up.json' with { type: 'json' };

/**
 * The modules that C code imports by name: to start at all, for `-c`, for `-m` and for the prompt. What these import in turn is for the
 * graph of imports to say.
 */
export function startModules(minor: string): readonly string[] {
  const [major = 0, second = 0] = minor.split('.').map(Number);
  const entry = table.series.findLast(({ from }) => {
    const [otherMajor = 0, otherSecond = 0] = from.split('.').map(Number);
    return otherMajor === major && otherSecond <= second;
  });
  return entry === undefined
    ? []
    : [...entry.always, ...entry.command, ...entry.module, ...entry.prompt];
}
