/** The front end that makes sdists in CI: the newest release whose file was seen. */
export const SDIST_BUILDER = 'build==1.6.1';
