import { contentOf } from '../../archive/tree/index.ts';
import type { Installation } from '../install/index.ts';

/** A text of a licence is far smaller; what is larger lists those of a thousand libraries. */
const LARGEST_TEXT = 1 << 20;

/**
 * The texts of the licences that a wheel brings in its `.dist-info`, by path.
 * @throws WheelworksError `file/*`.
 */
export async function licenseTexts({
  tree,
  distInfo,
}: Installation): Promise<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>();
  for (const [path, file] of tree.files()) {
    if (!path.startsWith(`${distInfo}/`) || file.size > LARGEST_TEXT) continue;
    const name = path.slice(distInfo.length + 1);
    // Files in folders below licenses/ are of what the wheel carries, not of itself.
    if (!/^(?:licenses\/|license_files\/)?(?:LICEN[CS]E|COPYING|UNLICENSE)[^/]*$/i.test(name))
      continue;
    texts.set(path, Buffer.from(await contentOf(file)).toString('utf8'));
  }
  return texts;
}
