/** The page of `audit --html`, opened in Chromium. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildElf } from '../support/elf-builder.ts';
import { CHROMIUM_FLAGS, chromiumPath } from '../support/chromium.ts';
import { writeWheelFile } from '../support/wheel-builder.ts';
import { requireBuild, wheelworks } from './wheel-commands.ts';

const executablePath = chromiumPath();

/** Elements whose text has a contrast below 4.5 to the paper: WCAG 2.2, "Contrast (Minimum)". Runs in the browser. */
const TOO_FAINT = `(() => {
  const luminance = (color) => {
    const [red, green, blue] = color.match(/[\\d.]+/g).slice(0, 3).map((text) => {
      const value = Number(text) / 255;
      return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const paper = luminance(getComputedStyle(document.body).backgroundColor);
  const selectors = ['body', '.soft', '.good', '.bad', '.warn', 'a[href^="#audit"]', 'th', 'dt', 'caption'];
  return selectors
    .map((selector) => ({ selector, element: document.querySelector(selector) }))
    .map(({ selector, element }) => {
      if (element === null) return { selector, contrast: 0 };
      const ink = luminance(getComputedStyle(element).color);
      return { selector, contrast: (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05) };
    })
    .filter(({ contrast }) => contrast < 4.5);
})()`;

describe.skipIf(executablePath === undefined)('the page (skipped without Chromium)', () => {
  let browser: Browser;
  let url: string;
  let exitCode: number | null;
  let folder = '';
  const seen: string[] = [];

  beforeAll(async () => {
    requireBuild();
    folder = await mkdtemp(join(tmpdir(), 'wheelworks-page-'));
    const library = { soname: 'libx.so.1', execStack: false } as const;
    const files = Object.fromEntries([
      ...['one', 'two', 'three', 'a_module_with_quite_a_long_name'].map((name) => [
        `pkg/${name}.cpython-312-x86_64-linux-gnu.so`,
        buildElf({
          needed: ['libx.so.1', 'libz.so.1', 'libmissing.so.3', 'libc.so.6'],
          runpath: '$ORIGIN/../pkg.libs',
          versionNeeds: [{ library: 'libc.so.6', versions: ['GLIBC_2.2.5', 'GLIBC_2.33'] }],
          execStack: true,
        }).bytes,
      ]),
      ['pkg.libs/libx.so.1', buildElf(library).bytes],
      ['pkg/<img src=x onerror=alert(1)>.so', buildElf({ execStack: false }).bytes],
    ]);
    await writeWheelFile(folder, { tags: 'cp312-cp312-manylinux_2_28_x86_64', files });
    await writeWheelFile(folder, { name: 'pure', files: { 'pure/__init__.py': 'x = 1\n' } });
    const good = buildElf({ needed: ['libc.so.6'], execStack: false }).bytes;
    const tags = 'cp312-cp312-manylinux_2_17_x86_64';
    await writeWheelFile(folder, { name: 'good', tags, files: { 'good/lib.so': good } });
    const args = ['audit', '--no-host', '--html', 'page.html', '.'];
    exitCode = wheelworks(args, { cwd: folder }).code;
    url = pathToFileURL(join(folder, 'page.html')).href;
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
    page.on('console', (message) => seen.push(message.text()));
    page.on('pageerror', (error) => seen.push(error.message));
    page.on('request', (request) => {
      if (request.url() !== url) seen.push(`asked for ${request.url()}`);
    });
    await page.goto(url);
    return page;
  }

  it.each([360, 1200])(
    'fits a window of %i pixels; what is wider scrolls by itself',
    async (width) => {
      const page = await open(width, 'light');
      const widths = await page.evaluate<readonly number[]>(
        '[document.documentElement.scrollWidth, window.innerWidth]',
      );
      expect(widths[0]).toBeLessThanOrEqual(widths[1] ?? 0);
      const regions = page.getByRole('region', { name: 'What each input meets' });
      await regions.focus();
      expect(await page.evaluate('document.activeElement.getAttribute("aria-label")')).toBe(
        'What each input meets',
      );
      await page.close();
    },
  );

  it.each(['light', 'dark'] as const)('can be read in %s colours', async (scheme) => {
    const page = await open(1200, scheme);
    const faint = await page.evaluate<readonly object[]>(TOO_FAINT);
    expect(faint).toEqual([]);
    await page.close();
  });

  it('shows verdicts, the graph with its missing library, sizes and findings', async () => {
    const page = await open(1200, 'light');
    await expect.poll(() => page.title()).toBe('Audit of 3 inputs');
    expect(exitCode).toBe(1);
    const text = await page.locator('main').innerText();
    expect(text).toContain('manylinux_2_28_x86_64 does not hold');
    expect(text).toContain('What stops manylinux_2_28_x86_64');
    expect(text).toContain('audit/executable-stack');
    expect(text).toContain('It holds nothing that a Linux loader loads.');
    const drawing = page.getByRole('img', { name: /^Dependencies of pkg/ });
    expect(await drawing.locator('.k-missing').count()).toBe(1);
    expect(await drawing.locator('.k-module').count()).toBe(2);
    expect(await drawing.locator('.edge').count()).toBeGreaterThanOrEqual(3);
    expect(await page.locator('.t-native').count()).toBeGreaterThan(0);
    await page.close();
  });

  it('says no word on the console, asks for nothing, and runs nothing of what is in a name', () => {
    expect(seen).toEqual([]);
  });
});
