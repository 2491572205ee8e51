/** Every component on one page, opened in Chromium: what only a browser can tell. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CHROMIUM_FLAGS, chromiumPath } from '../support/chromium.ts';
import { demoPage, HOSTILE, REGIONS } from './demo.ts';

const executablePath = chromiumPath();
const SCHEMES = ['light', 'dark'] as const;

/**
 * Every text with a contrast below 4.5 to what is behind it: WCAG 2.2, "Contrast (Minimum)". Behind HTML is the nearest
 * background that is not transparent, behind a text of a drawing the rectangle beside it. Runs in the browser.
 */
const FAINT_TEXTS = `(() => {
  const parse = (color) => color.match(/[\\d.]+/g).map(Number);
  const luminance = (color) => {
    const [red, green, blue] = parse(color).slice(0, 3).map((byte) => {
      const value = byte / 255;
      return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const backgroundOf = (element) => {
    const beside = element.tagName === 'text' ? element.parentElement.querySelector('rect') : null;
    if (beside !== null) return getComputedStyle(beside).fill;
    for (let each = element; each !== null; each = each.parentElement) {
      const color = getComputedStyle(each).backgroundColor;
      if ((parse(color)[3] ?? 1) === 1) return color;
    }
    return 'rgb(255, 255, 255)';
  };
  const texts = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const element = node.parentElement;
    if (node.data.trim() === '' || ['title', 'desc'].includes(element.tagName)) continue;
    const style = getComputedStyle(element);
    const ink = luminance(element.tagName === 'text' ? style.fill : style.color);
    const paper = luminance(backgroundOf(element));
    const contrast = (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
    texts.push({ text: node.data.trim().slice(0, 30), contrast });
  }
  return { count: texts.length, faint: texts.filter(({ contrast }) => contrast < 4.5) };
})()`;

/** What a page tells of itself while it is printed. */
interface Printed {
  readonly texts: { readonly faint: readonly object[] };
  readonly paper: string;
  readonly navigation: string;
  readonly overflows: readonly string[];
}

/** Labels of drawings that stick out of their box. Runs in the browser. */
const OUTGROWN_LABELS = `[...document.querySelectorAll('svg[role=img] text')].filter((text) => {
  const [label, box] = [text.getBBox(), text.parentElement.querySelector('rect').getBBox()];
  return label.x < box.x || label.x + label.width > box.x + box.width || label.y < box.y - 1 || label.y + label.height > box.y + box.height + 1;
}).map((text) => text.textContent)`;

describe.skipIf(executablePath === undefined)(
  'the demo page (skipped: no Chromium in PATH)',
  () => {
    let browser: Browser | undefined;
    let folder = '';
    let url = '';
    const told: string[] = [];
    const open: Page[] = [];

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'wheelworks-demo-'));
      await writeFile(join(folder, 'demo.html'), demoPage());
      url = pathToFileURL(join(folder, 'demo.html')).href;
      browser = await chromium.launch({
        executablePath: executablePath ?? '',
        // Prefers dark where a test does not say otherwise.
        args: [...CHROMIUM_FLAGS, '--blink-settings=preferredColorScheme=0'],
      });
    });

    afterEach(async () => {
      await Promise.all(open.splice(0).map((each) => each.close()));
      // The console, failed pages, dialogs and requests of every test: a page of ours causes none of these.
      const causes = told.splice(0);
      if (causes.length > 0) throw new Error(`the page caused: ${causes.join('; ')}`);
    });

    afterAll(async () => {
      await browser?.close();
      await rm(folder, { recursive: true, force: true });
    });

    async function visit(width: number, colorScheme: (typeof SCHEMES)[number]): Promise<Page> {
      if (browser === undefined) throw new Error('Chromium did not start');
      const page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme });
      open.push(page);
      page.on('console', (message) => told.push(message.text()));
      page.on('pageerror', (error) => told.push(error.message));
      page.on('dialog', (dialog) => {
        told.push(`dialog ${dialog.message()}`);
        void dialog.dismiss();
      });
      page.on('request', (request) => {
        if (request.url() !== url) told.push(`asked for ${request.url()}`);
      });
      await page.goto(url);
      return page;
    }

    describe.each([360, 1200])('%i pixels wide', (width) => {
      it.each(SCHEMES)(
        'keeps within the window, and every text can be read: %s',
        async (scheme) => {
          const page = await visit(width, scheme);
          expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(
            width,
          );
          const texts = await page.evaluate<{ count: number; faint: readonly object[] }>(
            FAINT_TEXTS,
          );
          expect(texts.count).toBeGreaterThan(100);
          expect(texts.faint).toEqual([]);
        },
      );
    });

    it('has light paper in light and dark paper in dark', async () => {
      const papers = await Promise.all(
        SCHEMES.map(async (scheme) =>
          (await visit(1200, scheme)).evaluate('getComputedStyle(document.body).backgroundColor'),
        ),
      );
      expect(papers[0]).toBe('rgb(255, 255, 255)');
      expect(papers[1]).not.toBe(papers[0]);
    });

    it('prints on white, with all that scrolls laid open, also where the screen is dark', async () => {
      const page = await visit(1200, 'dark');
      // Asked while it prints: for paper Chromium turns to light colours by itself, which an emulated medium does not show.
      await page.emulateMedia({ colorScheme: null });
      expect(await page.evaluate(`matchMedia('(prefers-color-scheme: dark)').matches`)).toBe(true);
      await page.evaluate(`matchMedia('print').addEventListener('change', ({ matches }) => {
      if (!matches) return;
      globalThis.printed = {
        texts: ${FAINT_TEXTS},
        paper: getComputedStyle(document.body).backgroundColor,
        navigation: getComputedStyle(document.querySelector('nav')).display,
        overflows: [...document.querySelectorAll('.scroll')].map((each) => getComputedStyle(each).overflowX),
      };
    })`);
      const pdf = await page.pdf({ format: 'A4' });
      expect(pdf.subarray(0, 5).toString('latin1')).toBe('%PDF-');
      const printed = await page.evaluate<Printed>('globalThis.printed');
      expect(printed.texts.faint).toEqual([]);
      expect(printed.paper).toBe('rgb(255, 255, 255)');
      expect(printed.navigation).toBe('none');
      expect(new Set(printed.overflows)).toEqual(new Set(['visible']));
    });

    it('is reached by keyboard: the skip link first, then every scrollable part, which scrolls', async () => {
      const page = await visit(360, 'light');
      const focused: string[] = [];
      for (let presses = 0; presses < 80; presses += 1) {
        await page.keyboard.press('Tab');
        focused.push(
          await page.evaluate<string>(
            `document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent`,
          ),
        );
        if (focused.at(-1) !== REGIONS.table) continue;
        await page.keyboard.press('ArrowRight');
        await expect
          .poll(() => page.evaluate('document.activeElement.scrollLeft'))
          .toBeGreaterThan(0);
        break;
      }
      expect(focused[0]).toBe('Skip to the content');
      expect(focused.filter((name) => Object.values<string>(REGIONS).includes(name))).toEqual(
        Object.values(REGIONS),
      );
      const outline = await page.evaluate('getComputedStyle(document.activeElement).outlineStyle');
      expect(outline).not.toBe('none');
    });

    it('has labels that fit their boxes', async () => {
      const page = await visit(1200, 'light');
      expect(await page.locator('svg[role=img] text').count()).toBeGreaterThan(20);
      expect(await page.evaluate(OUTGROWN_LABELS)).toEqual([]);
    });

    it('offers what is drawn to those who do not see it', async () => {
      const page = await visit(1200, 'light');
      for (const name of [REGIONS.graph, REGIONS.treemap])
        expect(await page.getByRole('img', { name }).count()).toBe(1);
      const cells = page
        .getByRole('region', { name: REGIONS.matrix })
        .getByRole('row', { name: /3\.14t/ });
      expect(await cells.getByRole('cell').allInnerTexts()).toEqual(Array(6).fill('nothing'));
      expect(await page.getByRole('main').count()).toBe(1);
      expect(await page.getByRole('heading', { level: 1 }).count()).toBe(1);
    });

    it('runs nothing of what is in a name, and shows what it hides', async () => {
      const page = await visit(1200, 'light');
      expect(await page.locator('img, script, iframe, object, embed, [onerror]').count()).toBe(0);
      expect(await page.locator('main').innerText()).toContain(
        `demo/${HOSTILE.replace('\u202e', String.raw`\u202e`)}`,
      );
    });
  },
);
