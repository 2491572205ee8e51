/** The page of a release: HTML from plain data. */
export { reportPageInput } from './from-report.ts';
export type { ReportJob, ReportPageInput, ReportState, ReportWheel } from './input.ts';
export { releasePage } from './page.ts';
