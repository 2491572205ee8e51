/** Reads apk packages of version 3 for tests: written from the format's description alone, and used by nothing else. */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { inflateRawSync } from 'node:zlib';

type Value = number;

export interface ReadApk {
  readonly name: string;
  readonly depends: readonly string[];
  /** Puts the files below a folder. */
  unpack(root: string): void;
}

export function readApk(bytes: Buffer): ReadApk {
  const whole =
    bytes.toString('latin1', 0, 4) === 'ADBd' ? inflateRawSync(bytes.subarray(4)) : bytes;
  if (whole.toString('latin1', 0, 8) !== 'ADB.pckg') throw new Error('no apk package');
  const blocks = blocksOf(whole);
  const adb = blocks.find(({ type }) => type === 0)?.body ?? Buffer.alloc(0);
  const { slots, text, number } = reader(adb);
  const [info = 0, paths = 0] = slots(adb.readUInt32LE(4));
  const fields = slots(info);
  return {
    name: text(fields[0]),
    depends: slots(fields[14]).map((each) => text(slots(each)[0])),
    unpack(root) {
      const data = new Map<string, Buffer>();
      for (const { type, body } of blocks)
        if (type === 2)
          data.set(`${body.readUInt32LE(0)} ${body.readUInt32LE(4)}`, body.subarray(8));
      for (const [folder, directory] of slots(paths).entries()) {
        const [name, , files] = slots(directory);
        mkdirSync(join(root, text(name)), { recursive: true });
        for (const [index, file] of slots(files).entries()) {
          const [fileName, acl, , , , target] = slots(file);
          const path = join(root, text(name), text(fileName));
          mkdirSync(dirname(path), { recursive: true });
          const link = target === undefined ? '' : text(target);
          if (link !== '') symlinkSync(link.slice(2), path);
          else
            writeFileSync(path, data.get(`${folder + 1} ${index + 1}`) ?? '', {
              mode: number(slots(acl)[0]),
            });
        }
      }
    },
  };
}

function blocksOf(whole: Buffer): { type: number; body: Buffer }[] {
  const blocks: { type: number; body: Buffer }[] = [];
  for (let at = 8; at < whole.length;) {
    const word = whole.readUInt32LE(at);
    const size = word & 0x3fffffff;
    blocks.push({ type: word >>> 30, body: whole.subarray(at + 4, at + size) });
    at += Math.ceil(size / 8) * 8;
  }
  return blocks;
}

function reader(adb: Buffer) {
  const slots = (value: Value | undefined): Value[] => {
    if (value === undefined || value >>> 28 < 0xd) return [];
    const at = value & 0x0fffffff;
    const count = adb.readUInt32LE(at) - 1;
    return Array.from({ length: count }, (_, index) => adb.readUInt32LE(at + 4 * (index + 1)));
  };
  const text = (value: Value | undefined): string => {
    if (value === undefined || value >>> 28 < 8) return '';
    const at = value & 0x0fffffff;
    const width = [1, 2, 4][(value >>> 28) - 8] ?? 4;
    return adb.toString('utf8', at + width, at + width + adb.readUIntLE(at, width));
  };
  const number = (value: Value | undefined): number => {
    if (value === undefined) return 0;
    return value >>> 28 === 1 ? value & 0x0fffffff : adb.readUInt32LE(value & 0x0fffffff);
  };
  return { slots, text, number };
}
