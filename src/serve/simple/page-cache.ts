/**
 * The pages of the simple API, made once and kept until their project changes: a request then costs a look-up.
 *
 * Specification: Simple repository API, version 1.4 (PEP 503, 629, 691, 700, 714, 740, 792).
 */
import { createHash } from 'node:crypto';
import { formatSimpleIndex } from '../../packaging/index.ts';
import { rootPage, type ProjectRow } from '../../index/index.ts';
import type { IndexState, StoredProject } from '../state.ts';
import { projectFacts, projectTexts, type PagePlace, type PageTexts } from './project-document.ts';

/** One form of a page, ready to be sent. */
export interface ReadyPage {
  readonly bytes: Buffer;
  readonly etag: string;
}

export interface ReadyPages {
  readonly json: ReadyPage;
  readonly html: ReadyPage;
}

export interface PageCache {
  root(): ReadyPages;
  /** Undefined for a project that is not there. */
  project(normalizedName: string): ReadyPages | undefined;
  /** The page as it was before its last change; for the fault of a stale index. */
  staleProject(normalizedName: string): ReadyPages | undefined;
  /** These projects are others now; all when undefined. */
  forget(projects: readonly string[] | undefined): void;
}

export function createPageCache(state: () => IndexState, place: PagePlace): PageCache {
  const ready = new Map<string, ReadyPages>();
  const before = new Map<string, ReadyPages>();
  let root: ReadyPages | undefined;
  const make = (normalizedName: string): ReadyPages | undefined => {
    const project = state().projects.get(normalizedName);
    return project === undefined ? undefined : readyPages(projectTexts(project, place));
  };
  return {
    root: () => (root ??= readyPages(rootTexts(state(), place))),
    project(normalizedName) {
      const known = ready.get(normalizedName);
      if (known !== undefined) return known;
      const made = make(normalizedName);
      if (made !== undefined) ready.set(normalizedName, made);
      return made;
    },
    staleProject: (normalizedName) => before.get(normalizedName),
    forget(projects) {
      root = undefined;
      if (projects === undefined) ready.clear();
      for (const name of projects ?? []) {
        const old = ready.get(name);
        if (old !== undefined) before.set(name, old);
        ready.delete(name);
      }
    },
  };
}

function rootTexts(state: IndexState, { origin }: PagePlace): PageTexts {
  const projects = [...state.projects.values()].sort((left, right) =>
    left.normalizedName < right.normalizedName ? -1 : 1,
  );
  return {
    json: formatSimpleIndex(projects.map(({ normalizedName }) => normalizedName)),
    html: rootPage({ projects: projects.map(rowOf), indexUrl: `${origin}/simple/` }),
  };
}

function rowOf(project: StoredProject): ProjectRow {
  const summary = projectFacts(project)?.summary;
  return {
    name: project.normalizedName,
    files: project.files.size,
    ...(summary === undefined ? {} : { summary }),
  };
}

function readyPages({ json, html }: PageTexts): ReadyPages {
  return { json: readyPage(json), html: readyPage(html) };
}

function readyPage(text: string): ReadyPage {
  const bytes = Buffer.from(text);
  const digest = createHash('sha256').update(bytes).digest('hex').slice(0, 32);
  return { bytes, etag: `"${digest}"` };
}
