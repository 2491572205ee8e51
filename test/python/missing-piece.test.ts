import { describe, expect, it } from 'vitest';
import { missingPieceAdvice, type MissingPiece } from '../../src/python/index.ts';
import { interpreter } from './fakes.ts';

const DEBIAN = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\n';
const MINT = 'NAME="Linux Mint"\nID=linuxmint\nID_LIKE="ubuntu debian"\n';
const FEDORA = 'ID=fedora\nVERSION_ID=43\n';
const ROCKY = 'ID="rocky"\nID_LIKE="rhel centos fedora"\n';
const ALPINE = 'ID=alpine\n';
const MANJARO = 'ID=manjaro\nID_LIKE=arch\n';
const TUMBLEWEED = 'ID="opensuse-tumbleweed"\nID_LIKE="opensuse suse"\n';

const ofDistribution = interpreter('3.12.1', { path: '/usr/bin/python3.12' });
const onLinux = (piece: MissingPiece, osRelease: string, python = ofDistribution) =>
  missingPieceAdvice(piece, { platform: 'linux', osRelease, interpreter: python });

describe('missingPieceAdvice', () => {
  it.each([
    ['compiler', DEBIAN, 'apt-get install build-essential'],
    ['compiler', MINT, 'apt-get install build-essential'],
    ['compiler', ROCKY, 'dnf install gcc gcc-c++'],
    ['compiler', ALPINE, 'apk add build-base'],
    ['compiler', MANJARO, 'pacman -S base-devel'],
    ['compiler', TUMBLEWEED, 'zypper install gcc gcc-c++'],
    ['python-headers', DEBIAN, 'apt-get install python3.12-dev'],
    ['python-headers', FEDORA, "dnf install 'pkgconfig(python-3.12)'"],
    ['python-headers', ALPINE, 'apk add python3-dev'],
    ['python-headers', MANJARO, 'pacman -S python'],
    ['python-headers', TUMBLEWEED, 'zypper install python312-devel'],
    ['venv', DEBIAN, 'apt-get install python3.12-venv'],
    ['pip', DEBIAN, 'apt-get install python3-pip'],
    ['pip', ALPINE, 'apk add py3-pip'],
    ['pip', MANJARO, 'pacman -S python-pip'],
    ['pip', TUMBLEWEED, 'zypper install python312-pip'],
  ] as const)('%s on %s', (kind, osRelease, command) => {
    expect(onLinux({ kind }, osRelease)).toBe(`As root, run: ${command}`);
  });

  it('knows that a free-threaded build has headers of its own, and openSUSE 3.6 an older name', () => {
    const free = interpreter('3.14.0', { freeThreaded: true });
    expect(onLinux({ kind: 'python-headers' }, FEDORA, free)).toContain('pkgconfig(python-3.14t)');
    const old = interpreter('3.6.15');
    expect(onLinux({ kind: 'python-headers' }, TUMBLEWEED, old)).toContain(' python3-devel');
  });

  it("does not offer the distribution's packages to a Python that is not the distribution's", () => {
    const own = interpreter('3.12.1', {
      path: '/home/me/py/bin/python',
      prefix: '/home/me/py',
      basePrefix: '/home/me/py',
    });
    expect(onLinux({ kind: 'python-headers' }, DEBIAN, own)).toBe(
      'CPython 3.12.1 in /home/me/py came without its headers: install it again with them, or name another Python.',
    );
    expect(onLinux({ kind: 'pip' }, DEBIAN, own)).toBe(
      'Run: /home/me/py/bin/python -m ensurepip --upgrade',
    );
    expect(onLinux({ kind: 'compiler' }, DEBIAN, own)).toContain('build-essential');
  });

  it('offers them to a virtual environment of the distribution’s Python', () => {
    const venv = interpreter('3.12.1', { prefix: '/home/me/venv' });
    expect(onLinux({ kind: 'python-headers' }, DEBIAN, venv)).toContain('python3.12-dev');
  });

  it('knows common libraries by header and by name', () => {
    expect(onLinux({ kind: 'header', header: 'openssl/ssl.h' }, DEBIAN)).toContain('libssl-dev');
    expect(onLinux({ kind: 'header', header: 'zlib.h' }, ALPINE)).toContain('apk add zlib-dev');
    expect(onLinux({ kind: 'library', library: 'crypto' }, FEDORA)).toContain('openssl-devel');
    expect(onLinux({ kind: 'header', header: 'linux/futex.h' }, ALPINE)).toContain('linux-headers');
  });

  it('tells how to find the others', () => {
    expect(onLinux({ kind: 'header', header: 'foo/bar.h' }, DEBIAN)).toContain(
      'apt-file search foo/bar.h',
    );
    expect(onLinux({ kind: 'library', library: 'foo' }, FEDORA)).toContain(
      "dnf provides '*/libfoo.so'",
    );
    expect(onLinux({ kind: 'header', header: 'foo/bar.h' }, ALPINE)).toBeUndefined();
    // A header of this name in another folder is another header.
    expect(onLinux({ kind: 'header', header: 'vendor/zlib.h' }, DEBIAN)).not.toContain('zlib1g');
  });

  it('knows macOS and Windows', () => {
    expect(missingPieceAdvice({ kind: 'compiler' }, { platform: 'darwin' })).toContain(
      'xcode-select --install',
    );
    expect(missingPieceAdvice({ kind: 'library', library: 'ssl' }, { platform: 'darwin' })).toBe(
      'Run: brew install openssl@3',
    );
    expect(missingPieceAdvice({ kind: 'compiler' }, { platform: 'win32' })).toContain(
      'Visual Studio',
    );
    const xcode = interpreter('3.9.6', { place: 'xcode', basePrefix: '/Library/Developer' });
    expect(
      missingPieceAdvice({ kind: 'python-headers' }, { platform: 'darwin', interpreter: xcode }),
    ).toContain('xcode-select --install');
  });

  it('says nothing about a system it does not know', () => {
    expect(onLinux({ kind: 'compiler' }, 'ID=nixos\n')).toBeUndefined();
    expect(missingPieceAdvice({ kind: 'compiler' }, { platform: 'freebsd' })).toBeUndefined();
  });
});
