/** Paths of requests, taken apart once and never joined with paths of files. */

/**
 * The decoded segments of a path, without those around its slashes; undefined for one that hides something in them:
 * a slash, a backslash, a control character, dots, or escapes that are none. Nothing is decoded twice.
 */
export function segmentsOf(path: string): readonly string[] | undefined {
  const decoded: string[] = [];
  for (const part of path.split('/').slice(1)) {
    const text = decode(part);
    if (text === undefined || text === '..' || text === '.' || hidesSomething(text))
      return undefined;
    decoded.push(text);
  }
  return decoded;
}

function hidesSomething(text: string): boolean {
  return text.includes('/') || text.includes('\\') || /\p{Cc}/u.test(text);
}

function decode(part: string): string | undefined {
  if (!part.includes('%')) return part;
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}
