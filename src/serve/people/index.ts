/** The pages of the server for people: pure functions from data to HTML. */
export { errorPage, type ErrorPage } from './error-page.ts';
export { homePage, type HomePage } from './home-page.ts';
export type { Readme, Site, UploadAttempt } from './model.ts';
export { projectPeoplePage, type ProjectPeoplePage } from './project-people-page.ts';
export { findRelease, newestOf, releasesOf, type ShownRelease } from './project-releases.ts';
export { renderReadme } from './readme.ts';
export { searchPage, type SearchPage } from './search-page.ts';
export { uploadLogPage, type UploadLogPage } from './upload-log-page.ts';
export { uploadPage, type UploadPage } from './upload-page.ts';
