import { WheelworksError } from '../support/errors.ts';

/** The refusal of a link in a wheel: pip unpacks it as a small file that holds the name of its target. */
export function symlinkRefused(path: string): WheelworksError {
  return new WheelworksError(
    'wheel/symlink',
    'The wheel holds a symbolic link, which installers do not make.',
    { path, hint: 'Put a copy of the file in its place.' },
  );
}
