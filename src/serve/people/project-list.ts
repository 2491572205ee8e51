/** Projects as rows, the same where they are listed and where they are found. */
import { breakable, markup, table, type Html } from '../../pages/index.ts';
import type { Site } from './model.ts';
import type { ProjectOverview } from './search.ts';
import { projectPath } from './site-page.ts';
import { grouped, moment, shortened } from './words.ts';

const LONGEST_SUMMARY = 160;

/** The table; nothing for no projects. */
export function projectTable(
  site: Site,
  caption: string,
  projects: readonly ProjectOverview[],
): Html {
  if (projects.length === 0) return markup``;
  return table({
    caption,
    columns: [
      { title: 'Project', breaks: true },
      { title: 'Newest', short: true },
      { title: 'Files', numeric: true },
      { title: 'Last upload', short: true },
      { title: 'Summary' },
    ],
    rows: projects.map(({ project, newest, summary, lastUpload }) => [
      markup`<a href="${projectPath(site, project.normalizedName)}">${breakable(project.name)}</a>${mark(project.status?.status)}`,
      newest === undefined ? markup`<span class="soft">none</span>` : shortened(newest.version, 40),
      grouped(project.files.size),
      moment(lastUpload),
      summary === undefined ? undefined : shortened(summary, LONGEST_SUMMARY),
    ]),
  });
}

function mark(status = 'active'): Html | false {
  if (status === 'active') return false;
  return markup` <span class="${status === 'quarantined' ? 'bad' : 'soft'}">${status}</span>`;
}
