/** The report of a run as a person has it: opened in Chromium, wide and narrow. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reportPage } from '../../../src/build/report-page/index.ts';
import { CHROMIUM_FLAGS, chromiumPath } from '../../support/chromium.ts';
import { BROKEN, HOSTILE } from './demo.ts';

const executablePath = chromiumPath();

describe.skipIf(executablePath === undefined)(
  'the report of a run in a browser (skipped where chromium is not in PATH)',
  () => {
    let browser: Browser;
    let folder = '';

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'wheelworks-report-page-'));
      await writeFile(join(folder, 'broken.html'), reportPage(BROKEN));
      await writeFile(join(folder, 'hostile.html'), reportPage(HOSTILE));
      browser = await chromium.launch({
        executablePath: executablePath ?? '',
        args: [...CHROMIUM_FLAGS],
      });
    });

    afterAll(async () => {
      await browser?.close();
      await rm(folder, { recursive: true, force: true });
    });

    async function open(
      name: string,
      width: number,
    ): Promise<{ evaluate: (code: string) => Promise<unknown>; unwanted: string[] }> {
      const page = await browser.newPage({ viewport: { width, height: 900 } });
      const unwanted: string[] = [];
      page.on('console', (message) => unwanted.push(message.text()));
      page.on('pageerror', (error) => unwanted.push(error.message));
      page.on('dialog', (dialog) => unwanted.push(dialog.message()));
      page.on('request', (request) => {
        if (!request.url().startsWith('file:')) unwanted.push(request.url());
      });
      await page.goto(pathToFileURL(join(folder, name)).href);
      return { evaluate: async (code) => page.evaluate(code), unwanted };
    }

    it.each([1280, 360])('at %i px the page itself does not scroll sideways', async (width) => {
      const { evaluate, unwanted } = await open('broken.html', width);
      expect(await evaluate('document.documentElement.scrollWidth')).toBe(width);
      expect(unwanted).toEqual([]);
    });

    it('wide, the whole matrix is seen without scrolling', async () => {
      const { evaluate } = await open('broken.html', 1280);
      expect(
        await evaluate(
          `(() => { const box = document.querySelector('figure .scroll'); return box.scrollWidth <= box.clientWidth; })()`,
        ),
      ).toBe(true);
    });

    it('every cell has a mark beside its word, on one line', async () => {
      const { evaluate } = await open('broken.html', 360);
      expect(
        await evaluate(
          `[...document.querySelectorAll('figure td .key')].filter((key) => key.getBoundingClientRect().height > 30 || key.querySelector('svg') === null).length`,
        ),
      ).toBe(0);
      expect(await evaluate(`document.querySelectorAll('figure td .key').length`)).toBe(29);
    });

    it('nothing of what a project says runs', async () => {
      const { unwanted } = await open('hostile.html', 1280);
      expect(unwanted).toEqual([]);
    });
  },
);
