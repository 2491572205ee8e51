/** Deflate streams looked at without being inflated: RFC 1951. */
export { WINDOW } from './codes.ts';
export { DeflateScanner, type BlockStart } from './scanner.ts';
export {
  restartPoints,
  type OpenStream,
  type RestartPoint,
  type RestartPoints,
} from './restart.ts';
export { restartWindows } from './windows.ts';
