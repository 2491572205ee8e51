/** A file's text, embedded when the program is bundled (scripts/build.mjs) or by vite in tests. */
declare module '*?raw' {
  const text: string;
  export default text;
}

/** The version of package.json, put in by scripts/build.mjs; undefined when running from source. */
declare const __WHEELWORKS_VERSION__: string | undefined;
