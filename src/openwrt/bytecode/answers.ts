/** What is said between this program and compile.py, which describes it. */
import { ByteReader } from '../../support/byte-reader.ts';

/** A source, and the path that tracebacks on the device shall name. */
export interface CompileRequest {
  /** Absolute, on the device. */
  readonly path: string;
  readonly source: Uint8Array;
}

/** What became of a source. */
export type CompileAnswer =
  | {
      readonly kind: 'bytecode';
      readonly bytes: Uint8Array;
      /** Names ending in `.py` among the constants of the module. */
      readonly files: readonly string[];
      /** Functions it names that read the source of a module: `getsource`. */
      readonly calls: readonly string[];
    }
  | {
      readonly kind: 'error';
      /** Both from 1; 0 when the compiler names none. */
      readonly line: number;
      readonly column: number;
      readonly message: string;
    };

export function encodeRequest({ path, source }: CompileRequest): Uint8Array {
  const name = Buffer.from(path);
  const head = Buffer.alloc(8);
  head.writeUInt32LE(name.length, 0);
  head.writeUInt32LE(source.length, 4);
  return Buffer.concat([head, name, source]);
}

const COMPILED = 0;

/** @throws WheelworksError `openwrt/interpreter-ended` for an answer that is none. */
export function decodeAnswer(status: number, body: Uint8Array, path: string): CompileAnswer {
  if (status !== COMPILED) return decodeProblem(Buffer.from(body).toString('utf8'));
  const reader = new ByteReader(body, { code: 'openwrt/interpreter-ended', path });
  const bytes = reader.bytes(reader.u32('length of the bytecode'), 'bytecode');
  const mentions = Buffer.from(reader.bytes(reader.remaining, 'mentions'))
    .toString('utf8')
    .split('\n');
  const told = (kind: string): string[] =>
    mentions.filter((each) => each.startsWith(kind)).map((each) => each.slice(kind.length));
  // A copy: the view would keep the whole piece of the pipe that it lies in.
  return {
    kind: 'bytecode',
    bytes: Uint8Array.from(bytes),
    files: told('file '),
    calls: told('call '),
  };
}

function decodeProblem(text: string): CompileAnswer {
  const [line = '', column = '', ...words] = text.split('\t');
  return { kind: 'error', line: Number(line), column: Number(column), message: words.join('\t') };
}
