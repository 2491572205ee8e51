/** A module that leans on Debian's libcurl, libxml2 and OpenSSL: repaired, installed, run without the system's copies. */
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { beforeAll, afterAll, describe, expect, it } from 'vitest';
import { tmpdir } from 'node:os';
import { quietEnvironment } from '../support/cli.ts';
import { buildExtension, buildLabWheel, labPython, missingForLink } from '../support/repair-lab.ts';
import {
  expectOwnLibraries,
  install,
  repair,
  run,
  sha256Of,
  unpack,
  type Repaired,
} from '../support/repair-lab-run.ts';

/** Adds up a sign of life of each library: a version of curl, an element of XML, a digest, a TLS context. */
const GRAFT = `
#include <curl/curl.h>
#include <libxml/parser.h>
#include <openssl/sha.h>
#include <openssl/ssl.h>
#include <string.h>
static long answer(void) {
  const char *text = "<wheel><works/></wheel>";
  unsigned char digest[32];
  xmlDocPtr document = xmlReadMemory(text, (int)strlen(text), "x.xml", 0, 0);
  int isParsed = document && !strcmp((const char *)xmlDocGetRootElement(document)->name, "wheel");
  SSL_CTX *context = SSL_CTX_new(TLS_method());
  SHA256((const unsigned char *)"abc", 3, digest);
  if (document) xmlFreeDoc(document);
  if (context) SSL_CTX_free(context);
  return (strncmp(curl_version(), "libcurl/", 8) ? 0 : 1000) + (isParsed ? 2000 : 0)
    + (context ? 4000 : 0) + digest[0];
}
`;

const FLAGS = ['-I/usr/include/libxml2', '-lcurl', '-lxml2', '-lssl', '-lcrypto'];

const missing = missingForLink('the headers of libcurl, libxml2 and OpenSSL', GRAFT, FLAGS);

/** The first byte of SHA-256("abc") is 0xba. */
const ANSWER = 7000 + 0xba;

let folder = '';
let wheel = '';
let repaired: Repaired;

beforeAll(async () => {
  if (missing !== undefined) return;
  folder = mkdtempSync(join(tmpdir(), 'wheelworks-graft-'));
  const module = buildExtension(join(folder, 'build'), '_graft', {
    code: GRAFT,
    flags: FLAGS,
  });
  wheel = await buildLabWheel(
    join(folder, 'dist'),
    { [`graftdemo/${basename(module)}`]: module },
    { name: 'graftdemo', version: '0.1.0', files: { 'graftdemo/__init__.py': '' } },
  );
  repaired = await repair(wheel, join(folder, 'out'));
});

afterAll(() => {
  if (folder !== '') rmSync(folder, { recursive: true, force: true });
});

describe.skipIf(missing !== undefined)(
  `a module with libcurl, libxml2 and OpenSSL (skipped ${missing ?? 'elsewhere'})`,
  () => {
    it('takes in everything but what each system has', () => {
      const names = repaired.grafted.map(({ name }) => name.replace(/\.so.*$/, ''));
      expect(names).toEqual(expect.arrayContaining(['libcurl', 'libxml2', 'libssl', 'libcrypto']));
      expect(new Set(repaired.grafted.map(({ to }) => to)).size).toBe(repaired.grafted.length);
      for (const left of ['libc', 'libm', 'libz', 'libresolv', 'libstdc++', 'libgcc_s'])
        expect(names).not.toContain(left);
      expect(repaired.tags).toEqual([expect.stringMatching(/^cp\d+-cp\d+-manylinux_2_\d+_\w+$/)]);
      for (const { package: owner, to } of repaired.grafted) {
        expect(to).toMatch(/^graftdemo\.libs\/lib[^/]*-[0-9a-f]{8}[^/]*\.so[^/]*$/);
        expect(owner?.purl).toMatch(/^pkg:deb\/debian\//);
      }
    });

    it('takes in what the loader of this machine loads', () => {
      const original = install(wheel, join(folder, 'venv-before'));
      const before = run(original, 'from graftdemo._graft import answer as f; answer = f()');
      expect(before.answer).toBe(ANSWER);
      const loaded = new Set(before.mapped.map((path) => basename(path)));
      // What the interpreter itself loads is not the module's.
      const idle = new Set(run(original, 'answer = 0').mapped.map((path) => basename(path)));
      const outside = [...loaded].filter((name) => name.startsWith('lib') && !idle.has(name));
      const kept = /^lib(?:c|m|dl|z|resolv|pthread|stdc\+\+|gcc_s)\.so/;
      expect(repaired.grafted.map(({ from }) => basename(from)).sort()).toEqual(
        outside.filter((name) => !kept.test(name)).sort(),
      );
    });

    it('runs where pip installs it, with its own copies alone', () => {
      const installed = install(repaired.output, join(folder, 'venv'));
      const ran = run(installed, 'from graftdemo._graft import answer as f; answer = f()');
      expect(ran.answer).toBe(ANSWER);
      expectOwnLibraries(ran, repaired, installed.sitePackages);
    });

    it('says in its bill of materials where each library is from', () => {
      const tree = unpack(repaired.output, join(folder, 'tree'));
      const sboms = join(tree, 'graftdemo-0.1.0.dist-info', 'sboms');
      const [file = ''] = readdirSync(sboms);
      const bill = JSON.parse(readFileSync(join(sboms, file), 'utf8')) as Bill;
      const purls = bill.components.map(({ purl }) => purl);
      for (const { package: owner } of repaired.grafted) expect(purls).toContain(owner?.purl);
    });

    it('has the same bytes from another folder, another TMPDIR, another time', async () => {
      const elsewhere = join(folder, 'ein anderer Ort');
      const temporary = join(elsewhere, 'tmp');
      mkdirSync(temporary, { recursive: true });
      const copy = join(elsewhere, basename(wheel));
      copyFileSync(wheel, copy);
      const again = await repair(copy, 'out', {
        cwd: elsewhere,
        env: { ...quietEnvironment(), TMPDIR: temporary, TZ: 'Asia/Tokyo', LC_ALL: 'C' },
      });
      expect(again.outputSha256).toBe(repaired.outputSha256);
      expect(sha256Of(join(elsewhere, 'out', again.filename))).toBe(repaired.outputSha256);
      expect(readdirSync(temporary)).toEqual([]);
    });

    it('is not changed by a second repair', async () => {
      const again = await repair(repaired.output, join(folder, 'again'));
      expect(again).toMatchObject({ changed: false, grafted: [], patched: [] });
      expect(again.outputSha256).toBe(repaired.outputSha256);
      expect(again.filename).toBe(repaired.filename);
    });

    it('is what the wheel said it was: for this Python', () => {
      const [python, abi] = labPython().tag.split('-');
      expect(repaired.filename).toMatch(`graftdemo-0.1.0-${python}-${abi}-manylinux_2_`);
    });
  },
);

interface Bill {
  readonly components: readonly { readonly purl?: string }[];
}
