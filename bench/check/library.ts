/** What the benchmark of `check` needs of the sources. */
import { metadataView } from '../../src/packaging/index.ts';
import { readMetadata, withWheel } from '../../src/wheel/index.ts';

export { localWheels, wheelsBelow } from '../../test/support/local-wheels.ts';

/** What decides whether a peer can read a wheel, and what there is to render. */
export async function metadataOf(
  path: string,
): Promise<{ readonly version: string; readonly isMarkdown: boolean }> {
  const { metadataVersion = '', descriptionContentType = '' } = await withWheel(
    path,
    async (wheel) => metadataView(await readMetadata(wheel)),
  );
  return {
    version: metadataVersion,
    isMarkdown: descriptionContentType.startsWith('text/markdown'),
  };
}
