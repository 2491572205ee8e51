import type { RootView } from './root-view.ts';

/** A text file of a root; empty when it is not there. @throws WheelworksError as {@link RootView.read}. */
export async function readText(root: RootView, path: string): Promise<string> {
  const bytes = await root.read(path);
  return bytes === undefined ? '' : Buffer.from(bytes).toString('utf8');
}
