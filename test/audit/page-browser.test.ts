/** The page of an audit as a person has it: opened in Chromium, narrow and wide, in light and dark. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { auditPage, type Audit } from '../../src/audit/index.ts';
import { loadDistributions } from '../../src/platform/index.ts';
import { auditBuilt, type NativePlans } from '../support/audit-wheel.ts';
import { CHROMIUM_FLAGS, chromiumPath } from '../support/chromium.ts';

const executablePath = chromiumPath();

/**
 * Every text that stands out too little from what is behind it: WCAG 2.2, "Contrast (Minimum)". Runs in the browser.
 * Behind the text of a drawing is the box before it.
 */
const TOO_FAINT = `(() => {
  const luminance = (color) => {
    const [red, green, blue] = color.match(/[\\d.]+/g).slice(0, 3).map((text) => {
      const value = Number(text) / 255;
      return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const paper = getComputedStyle(document.body).backgroundColor;
  const texts = [...document.body.querySelectorAll('*')].filter((element) =>
    !['title', 'desc'].includes(element.localName) &&
    [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== ''));
  const judged = texts.map((element) => {
    const style = getComputedStyle(element);
    const isDrawn = element.localName === 'text';
    const box = isDrawn ? element.parentElement.querySelector('rect') : undefined;
    const ink = luminance(isDrawn ? style.fill : style.color);
    const ground = luminance(box ? getComputedStyle(box).fill : paper);
    const contrast = (Math.max(ink, ground) + 0.05) / (Math.min(ink, ground) + 0.05);
    return { text: element.textContent.slice(0, 40), class: element.getAttribute('class'), contrast };
  });
  return { texts: judged.length, drawn: document.querySelectorAll('svg text').length, faint: judged.filter(({ contrast }) => contrast < 4.5) };
})()`;

/** Texts of drawings that reach out of their box, and boxes of nodes that lie on one another. Runs in the browser. */
const BADLY_DRAWN = `(() => {
  const bad = [];
  const isIn = (inner, outer) => inner.left >= outer.left - 0.5 && inner.right <= outer.right + 0.5 && inner.top >= outer.top - 0.5 && inner.bottom <= outer.bottom + 0.5;
  for (const text of document.querySelectorAll('svg text')) {
    const box = text.parentElement.querySelector('rect').getBoundingClientRect();
    if (!isIn(text.getBoundingClientRect(), box)) bad.push(text.textContent);
  }
  const nodes = [...document.querySelectorAll('.scroll .node rect')].map((node) => node.getBoundingClientRect());
  nodes.forEach((one, index) => nodes.slice(index + 1).forEach((other) => {
    if (one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom) bad.push('overlap');
  }));
  return bad;
})()`;

/** What has the focus: its name, or its text. */
const FOCUSED = `document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent`;

describe.skipIf(executablePath === undefined)(
  'the page in a browser (skipped where chromium is not in PATH)',
  () => {
    let browser: Browser;
    let url = '';
    let folder = '';
    const unwanted: string[] = [];

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'wheelworks-page-'));
      const path = join(folder, 'page.html');
      await writeFile(path, await makePage());
      url = pathToFileURL(path).href;
      browser = await chromium.launch({
        executablePath: executablePath ?? '',
        args: [...CHROMIUM_FLAGS],
      });
    });

    afterAll(async () => {
      await browser?.close();
      await rm(folder, { recursive: true, force: true });
    });

    async function open(width: number, colorScheme: 'light' | 'dark'): Promise<Page> {
      const page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme });
      page.on('console', (message) => unwanted.push(message.text()));
      page.on('pageerror', (error) => unwanted.push(error.message));
      page.on('dialog', (dialog) => unwanted.push(dialog.message()));
      page.on('request', (request) => {
        if (request.url() !== url) unwanted.push(`asked for ${request.url()}`);
      });
      await page.goto(url);
      return page;
    }

    it.each([
      [360, 'light'],
      [360, 'dark'],
      [1200, 'light'],
      [1200, 'dark'],
    ] as const)('at %i pixels in %s colours fits, and can be read', async (width, scheme) => {
      const page = await open(width, scheme);
      await page.locator('details').evaluateAll((all) => {
        for (const each of all) each.setAttribute('open', '');
      });
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
      const { texts, drawn, faint } = await page.evaluate<{
        readonly texts: number;
        readonly drawn: number;
        readonly faint: readonly object[];
      }>(TOO_FAINT);
      expect(texts).toBeGreaterThan(100);
      expect(drawn).toBeGreaterThan(5);
      expect(faint).toEqual([]);
      expect(await page.evaluate(BADLY_DRAWN)).toEqual([]);
      await page.close();
    });

    it('shows colours that were chosen for the scheme', async () => {
      const grounds = await Promise.all(
        (['light', 'dark'] as const).map(async (scheme) => {
          const page = await open(800, scheme);
          const ground = await page.evaluate('getComputedStyle(document.body).backgroundColor');
          await page.close();
          return ground;
        }),
      );
      expect(grounds).toEqual(['rgb(255, 255, 255)', 'rgb(20, 23, 26)']);
    });

    it('is used by keyboard: first past the head, then to each region that scrolls', async () => {
      const page = await open(360, 'light');
      await page.keyboard.press('Tab');
      expect(await page.evaluate(FOCUSED)).toBe('Skip to the content');
      await page.keyboard.press('Enter');
      expect(await page.evaluate('document.activeElement.id')).toBe('content');
      await page.keyboard.press('Tab');
      expect(await page.evaluate(FOCUSED)).toBe('What each input meets');
      expect(await page.evaluate('document.activeElement.scrollLeft')).toBe(0);
      await page.keyboard.press('ArrowRight');
      await expect
        .poll(() => page.evaluate('document.activeElement.scrollLeft'))
        .toBeGreaterThan(0);
      const reached = new Set<unknown>();
      for (let presses = 0; presses < 40; presses += 1) {
        await page.keyboard.press('Tab');
        reached.add(await page.evaluate(FOCUSED));
      }
      const regions = await page
        .getByRole('region')
        .evaluateAll((all) =>
          all
            .filter((each) => each.matches('.scroll'))
            .map((each) => each.getAttribute('aria-label')),
        );
      expect(regions.length).toBeGreaterThan(6);
      for (const region of regions.slice(1)) expect([...reached]).toContain(region);
      const outline = await page.evaluate('getComputedStyle(document.activeElement).outlineStyle');
      expect(outline).toBe('solid');
      await page.close();
    });

    it('is understood without sight: landmarks, headings, drawings with a name', async () => {
      const page = await open(1200, 'light');
      await expect.poll(() => page.getByRole('main').count()).toBe(1);
      expect(await page.getByRole('contentinfo').count()).toBe(1);
      expect(await page.getByRole('navigation', { name: 'Contents' }).count()).toBe(2);
      expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('Audit of 3 inputs');
      expect(await page.getByRole('heading', { level: 2 }).count()).toBe(3);
      const drawing = page.getByRole('img', { name: /^Dependencies of pkg/ });
      expect(await drawing.locator('.k-missing').count()).toBe(1);
      expect(await drawing.locator('.k-carried').count()).toBe(1);
      expect(await drawing.locator('.k-module').count()).toBe(2);
      expect(await drawing.locator('.edge').count()).toBeGreaterThanOrEqual(3);
      expect(await page.getByRole('img', { name: /^Sizes of the files in pkg/ }).count()).toBe(1);
      const cell = page.getByRole('row', { name: /manylinux_2_28_x86_64/ }).first();
      expect(await cell.getByRole('rowheader').count()).toBe(1);
      await page.close();
    });

    it('is printed dark on white, whatever the screen has', async () => {
      const page = await open(700, 'dark');
      await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(700);
      expect(await page.evaluate(TOO_FAINT)).toMatchObject({ faint: [] });
      const colours = await page.evaluate(
        '[getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]',
      );
      expect(colours).toEqual(['rgb(0, 0, 0)', 'rgb(255, 255, 255)']);
      await expect.poll(() => page.getByRole('navigation').count()).toBe(0);
      await page.close();
    });

    it('says no word on the console, asks for nothing, and runs nothing of what is in a name', () => {
      expect(unwanted).toEqual([]);
    });
  },
);

/** One wheel with everything that is told, one without native code, one that is as it should be. */
async function makePage(): Promise<string> {
  const needy = {
    needed: ['libx.so.1', 'libz.so.1', 'libmissing.so.3', 'libc.so.6'],
    runpath: '$ORIGIN/../pkg.libs',
    versionNeeds: [{ library: 'libc.so.6', versions: ['GLIBC_2.2.5', 'GLIBC_2.33'] }],
    execStack: true,
  } as const;
  const names = ['one', 'two', 'three', 'a_module_with_quite_a_long_name'];
  const audits = await Promise.all([
    audited('pkg-1.0-cp312-cp312-manylinux_2_28_x86_64', {
      ...Object.fromEntries(
        names.map((name) => [`pkg/${name}.cpython-312-x86_64-linux-gnu.so`, needy]),
      ),
      'pkg.libs/libx.so.1': { soname: 'libx.so.1', execStack: false },
      'pkg/<img src=x onerror=alert(1)>.so': { needed: ['libz.so.1'], execStack: false },
      'pkg/__init__.py': `x = ${'1'.repeat(4000)}\n`,
    }),
    audited('pure-1.0-py3-none-any', { 'pure/__init__.py': 'x = 1\n' }),
    audited('good-1.0-cp312-cp312-manylinux_2_17_x86_64', {
      'good/lib.so': { needed: ['libc.so.6'], execStack: false },
    }),
  ]);
  return auditPage(audits, await loadDistributions());
}

/** The audit of a wheel of that name. */
async function audited(name: string, files: NativePlans): Promise<Audit> {
  const audit = await auditBuilt(name.split('-').slice(2).join('-'), files);
  return { ...audit, subject: { ...audit.subject, path: `dist/${name}.whl` } };
}
