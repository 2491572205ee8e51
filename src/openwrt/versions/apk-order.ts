/**
 * How apk reads and orders versions: `1.2.3`, a letter, suffixes with a number each, `~` and a commit, `-r` and a release.
 * Suffixes before `_` nothing are pre-releases (alpha, beta, pre, rc), the others come after (cvs, svn, git, hg, p).
 * The rules are those of apk-tools 3 (apk-package(5), "version").
 */

/** What a piece of a version is; where two versions part, the one whose piece has the higher rank is the lower. */
const RANK = {
  first: 0,
  number: 1,
  letter: 2,
  suffix: 3,
  suffixNumber: 4,
  commit: 5,
  release: 6,
  end: 7,
  invalid: 8,
} as const;

const SUFFIXES = ['alpha', 'beta', 'pre', 'rc', 'cvs', 'svn', 'git', 'hg', 'p'];
const PRE_SUFFIXES = 4;

interface Piece {
  readonly rank: number;
  /** Digits, a letter, a suffix or a commit. */
  readonly text: string;
}

/** Whether apk takes a text for a version. */
export function isApkVersion(text: string): boolean {
  return pieces(text).every(({ rank }) => rank !== RANK.invalid);
}

export function compareApkVersions(one: string, other: string): number {
  return comparePieces(pieces(one), pieces(other));
}

/** Whether a version is met by another as far as that goes: 1.2.3 by 1.2, as `~` asks. */
export function apkVersionBegins(version: string, prefix: string): boolean {
  const wanted = pieces(prefix).slice(0, -1);
  const found = pieces(version).slice(0, wanted.length);
  return comparePieces([...found, END], [...wanted, END]) === 0;
}

const END: Piece = { rank: RANK.end, text: '' };

function comparePieces(one: readonly Piece[], other: readonly Piece[]): number {
  for (const [index, a] of one.entries()) {
    const b = other[index] ?? END;
    if (a.rank === b.rank) {
      const difference = comparePiece(a, b);
      if (difference !== 0) return difference;
      if (a.rank >= RANK.end) return 0;
      continue;
    }
    if (isPre(a)) return -1;
    if (isPre(b)) return 1;
    return a.rank > b.rank ? -1 : 1;
  }
  return 0;
}

function isPre({ rank, text }: Piece): boolean {
  return rank === RANK.suffix && SUFFIXES.indexOf(text) < PRE_SUFFIXES;
}

function comparePiece(a: Piece, b: Piece): number {
  if (a.rank === RANK.suffix) return Math.sign(SUFFIXES.indexOf(a.text) - SUFFIXES.indexOf(b.text));
  const isNumber =
    a.rank === RANK.first ||
    a.rank === RANK.number ||
    a.rank === RANK.suffixNumber ||
    a.rank === RANK.release;
  // Numbers behind a dot that begin with a zero are fractions: 1.05 is before 1.5.
  const isFraction = a.rank === RANK.number && (a.text.startsWith('0') || b.text.startsWith('0'));
  if (isNumber && !isFraction) {
    const difference = BigInt(a.text) - BigInt(b.text);
    return difference < 0n ? -1 : difference > 0n ? 1 : 0;
  }
  return a.text < b.text ? -1 : a.text > b.text ? 1 : 0;
}

/** What may follow, piece by piece: the form, its rank, and the highest rank it may come after. */
const FORMS: readonly {
  readonly form: RegExp;
  readonly rank: number;
  readonly after: readonly number[];
}[] = [
  { form: /\.?([0-9]+)/y, rank: RANK.number, after: [RANK.first, RANK.number] },
  { form: /([0-9]+)/y, rank: RANK.suffixNumber, after: [RANK.suffix] },
  { form: /([a-z])/y, rank: RANK.letter, after: [RANK.first, RANK.number] },
  {
    form: /_([a-z]+)/y,
    rank: RANK.suffix,
    after: [RANK.first, RANK.number, RANK.letter, RANK.suffix, RANK.suffixNumber],
  },
  {
    form: /~([0-9a-f]+)/y,
    rank: RANK.commit,
    after: [RANK.first, RANK.number, RANK.letter, RANK.suffix, RANK.suffixNumber],
  },
  {
    form: /-r([0-9]+)/y,
    rank: RANK.release,
    after: [RANK.first, RANK.number, RANK.letter, RANK.suffix, RANK.suffixNumber, RANK.commit],
  },
];

/** The pieces of a version and its end, or what is no piece. */
function pieces(text: string): Piece[] {
  const first = /^[0-9]+/.exec(text)?.[0];
  if (first === undefined) return [{ rank: RANK.invalid, text }];
  const found: Piece[] = [{ rank: RANK.first, text: first }];
  let offset = first.length;
  while (offset < text.length) {
    const next = pieceAt(text, offset, found.at(-1)?.rank ?? RANK.first);
    if (next === undefined) return [...found, { rank: RANK.invalid, text: '' }];
    found.push(next.piece);
    offset = next.end;
  }
  return [...found, END];
}

function pieceAt(
  text: string,
  offset: number,
  before: number,
): { piece: Piece; end: number } | undefined {
  for (const { form, rank, after } of FORMS) {
    if (!after.includes(before)) continue;
    form.lastIndex = offset;
    const [whole, piece] = form.exec(text) ?? [];
    if (whole === undefined || piece === undefined) continue;
    if (rank === RANK.suffix && !SUFFIXES.includes(piece)) return undefined;
    return { piece: { rank, text: piece }, end: offset + whole.length };
  }
  return undefined;
}
