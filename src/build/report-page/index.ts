/** The page of a build or a release: HTML from plain data. */
export { reportPageInput, type ReportExtras } from './from-report.ts';
export type { ReportJob, ReportPageInput, ReportState, ReportWheel } from './input.ts';
export { reportPage } from './page.ts';
export { writeReportPage } from './write.ts';
