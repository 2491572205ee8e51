/**
 * Markdown to HTML as PyPI does it: CommonMark, or with GitHub's additions (tables, strikethrough, autolinks, task lists,
 * footnotes, alerts, heading ids, the tag filter). Emoji shortcodes stay as they are written, and code is not coloured.
 *
 * Specification: CommonMark 0.31, GitHub Flavored Markdown 0.29; readme_renderer 45.0 for the choice of extensions.
 */
import createMarkdownIt, { type MarkdownIt } from 'markdown-it';
import { addAlerts } from './alerts.ts';
import { addAutolinks } from './autolinks.ts';
import { addFootnotes } from './footnotes.ts';
import { addGitHubHtml } from './github-html.ts';
import { addHeadingIds } from './headings.ts';
import { addTagFilter } from './tag-filter.ts';
import { addTaskLists } from './task-lists.ts';

/** HTML that is not safe yet: Markdown may hold any HTML. Empty when there is nothing to show. */
export function renderMarkdown(text: string, variant: 'GFM' | 'CommonMark'): string {
  const renderer =
    variant === 'GFM' ? github() : new createMarkdownIt('commonmark', { html: true });
  return renderer.render(text);
}

function github(): MarkdownIt {
  const renderer = new createMarkdownIt({ html: true, linkify: true });
  for (const add of EXTENSIONS) add(renderer);
  return renderer;
}

const EXTENSIONS: readonly ((renderer: MarkdownIt) => void)[] = [
  addTagFilter,
  addGitHubHtml,
  addAutolinks,
  addTaskLists,
  addAlerts,
  addHeadingIds,
  addFootnotes,
];
