/** What a reader should know before believing what a page says. */
import { markup, type Html } from '../../pages/index.ts';
import type { StoredProject } from '../state.ts';
import type { Site } from './model.ts';
import { moment } from './words.ts';

/** How this index differs from PyPI as it is; nothing when it does not. */
export function siteNotices(site: Site): Html {
  const { rules, clock, faults = [], upstream, isReadOnly } = site;
  return markup`${[
    rules === 'none' &&
      notice('warn', 'No rules', 'uploads are taken that PyPI refuses (--rules none).'),
    isReadOnly === true && notice('warn', 'Read-only', 'uploads are refused.'),
    clock !== undefined &&
      notice(
        'plain',
        'The clock is set',
        markup`the index takes it for ${moment(clock.toISOString())}.`,
      ),
    faults.length > 0 &&
      notice('bad', 'Troubles are played', markup`${faults.join('; ')}. Answers fail on purpose.`),
    upstream !== undefined &&
      upstream.names.length > 0 &&
      notice(
        'plain',
        'From another index',
        `${upstream.names.join(', ')} come from ${upstream.url}.`,
      ),
  ]}`;
}

const STATUS_WORDS = {
  archived: ['plain', 'Archived', 'no new releases are to be expected.'],
  deprecated: ['warn', 'Deprecated', 'its author recommends to use something else.'],
  quarantined: ['bad', 'Quarantined', 'its files are not offered to installers.'],
} as const;

/** What has become of a project; nothing for most. */
export function statusNotice({ status }: StoredProject): Html {
  if (status === undefined || status.status === 'active') return markup``;
  const [tone, title, words] = STATUS_WORDS[status.status];
  const { reason } = status;
  return notice(
    tone,
    title,
    markup`${words}${reason !== undefined && reason !== '' && markup` ${reason}`}`,
  );
}

/** Something to know, in one line. */
export function notice(tone: 'plain' | 'warn' | 'bad', title: string, words: Html | string): Html {
  return markup`<p class="notice${tone !== 'plain' && ` ${tone}`}"><b>${title}:</b> ${words}</p>\n`;
}
