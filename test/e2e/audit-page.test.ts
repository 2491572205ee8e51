/** The file that `audit --html` writes, opened in Chromium; test/audit/page-browser.test.ts looks at it closely. */
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

describe.skipIf(executablePath === undefined)(
  'the page (skipped where chromium is not in PATH)',
  () => {
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

    async function open(): Promise<Page> {
      const page = await browser.newPage();
      page.on('console', (message) => seen.push(message.text()));
      page.on('pageerror', (error) => seen.push(error.message));
      page.on('request', (request) => {
        if (request.url() !== url) seen.push(`asked for ${request.url()}`);
      });
      await page.goto(url);
      return page;
    }

    it('shows verdicts, the graph with its missing library, sizes and findings', async () => {
      const page = await open();
      await expect.poll(() => page.title()).toBe('Audit of 3 inputs');
      expect(exitCode).toBe(1);
      const text = await page.locator('main').innerText();
      expect(text).toContain('manylinux_2_28_x86_64 does not hold');
      expect(text).toContain('What stops manylinux_2_28_x86_64');
      expect(text).toContain('audit/executable-stack');
      expect(text).toContain('debian 12');
      expect(text).toContain('Holds no native file: it runs on any platform.');
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
  },
);
