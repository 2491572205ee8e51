/** What of several forms a client wants (RFC 9110, 12.5.1). */

interface Range {
  readonly type: string;
  readonly quality: number;
}

/**
 * The media type that `accept` prefers among `offers`, which stand in the order of ours; the first where there is no
 * header. Undefined when none will do.
 */
export function preferredType<Offer extends string>(
  accept: string | undefined,
  offers: readonly Offer[],
): Offer | undefined {
  if (accept === undefined || accept.trim() === '') return offers[0];
  const ranges = rangesOf(accept);
  let best: { readonly offer: Offer; readonly quality: number } | undefined;
  for (const offer of offers) {
    const quality = qualityOf(offer, ranges);
    if (quality > 0 && (best === undefined || quality > best.quality)) best = { offer, quality };
  }
  return best?.offer;
}

/** Longer lists are cut: nobody sends them for good reasons. */
const MOST_RANGES = 50;

function rangesOf(accept: string): readonly Range[] {
  return accept
    .slice(0, 4096)
    .split(',')
    .slice(0, MOST_RANGES)
    .map((part) => {
      const [type = '', ...parameters] = part.split(';').map((each) => each.trim().toLowerCase());
      const weight = parameters.find((each) => each.startsWith('q='));
      const quality = weight === undefined ? 1 : Number(weight.slice(2));
      return { type, quality: Number.isFinite(quality) ? quality : 0 };
    });
}

/** The most exact range decides. */
function qualityOf(offer: string, ranges: readonly Range[]): number {
  const [main = ''] = offer.split('/');
  for (const wanted of [offer, `${main}/*`, '*/*']) {
    const range = ranges.find(({ type }) => type === wanted);
    if (range !== undefined) return range.quality;
  }
  return 0;
}
