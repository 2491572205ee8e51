/** What does not answer is a finding like others: the rest of an index is still looked at. */
import { WheelworksError } from '../../support/errors.ts';
import type { Finding } from '../../support/finding.ts';
import { breaks } from './findings.ts';
import type { IndexReader } from './reader.ts';

/** A host that failed this often is not asked again: every attempt may last until its time is up. */
const MOST_FAILURES = 3;

/** A reader that gives a host up after some failures in a row. */
export function patientReader(reader: IndexReader): IndexReader {
  const failures = new Map<string, number>();
  const ask = async <Answer>(url: string, question: () => Promise<Answer>): Promise<Answer> => {
    const host = hostOf(url);
    if ((failures.get(host) ?? 0) >= MOST_FAILURES)
      throw new WheelworksError('http/no-answer', `${host} did not answer before.`, { path: url });
    try {
      const answer = await question();
      failures.delete(host);
      return answer;
    } catch (error) {
      if (isUnreachable(error)) failures.set(host, (failures.get(host) ?? 0) + 1);
      throw error;
    }
  };
  return {
    base: reader.base,
    page: (url, accept) => ask(url, () => reader.page(url, accept)),
    head: (url) => ask(url, () => reader.head(url)),
    body: (url, keep) => ask(url, () => reader.body(url, keep)),
  };
}

/** The findings of a look at an address; that it did not answer is one. @param page what leads to it */
export async function orUnreachable(
  url: string,
  page: string,
  look: () => Promise<readonly Finding[]>,
): Promise<readonly Finding[]> {
  try {
    return await look();
  } catch (error) {
    if (!isUnreachable(error)) throw error;
    return [unreachable(url, page, error)];
  }
}

/** Whether an error is about one address, and not about the whole run. */
export function isUnreachable(error: unknown): error is WheelworksError {
  return (
    error instanceof WheelworksError &&
    error.code.startsWith('http/') &&
    error.code !== 'http/cancelled'
  );
}

/** @param page what leads to the address */
export function unreachable(url: string, page: string, error: WheelworksError): Finding {
  return breaks('index/unreachable', error.message, {
    path: url,
    evidence: [`on ${page}`, error.evidence].filter((each) => each !== undefined).join(': '),
    hint: 'Is the address right, and the server up?',
  });
}

/** Of a host with many such findings the first few are kept, and one says how many there are. */
export function foldUnreachable(findings: readonly Finding[]): readonly Finding[] {
  const counts = new Map<string, number>();
  const kept = findings.filter(({ code, path }) => {
    if (code !== 'index/unreachable') return true;
    const host = hostOf(path ?? '');
    const count = (counts.get(host) ?? 0) + 1;
    counts.set(host, count);
    return count <= MOST_FAILURES;
  });
  const more = [...counts].flatMap(([host, count]) =>
    count <= MOST_FAILURES
      ? []
      : [
          breaks('index/unreachable', `${host}: ${count} addresses did not answer in all.`, {
            path: host,
            hint: 'It was not asked any more.',
          }),
        ],
  );
  return [...kept, ...more];
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : '';
}
