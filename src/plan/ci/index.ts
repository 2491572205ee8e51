/** Plans as pipelines of CI services, and the pipelines that make plans. */
export { ciJobs, type CiJob } from './ci-jobs.ts';
export { githubMatrix, type GithubMatrixEntry } from './github-matrix.ts';
export { githubWorkflow } from './github-workflow.ts';
export { gitlabParent } from './gitlab-parent.ts';
export { gitlabPipeline, type GitlabPipelineOptions } from './gitlab-pipeline.ts';
export { commandOf, isGenerated } from './marker.ts';
export { shellWord, type PipelineOptions } from './pipeline-options.ts';
export { releaseTags, type ReleaseTags } from './release-tags.ts';
export { checkTargets, type CiService, type RunnerLabels } from './runners.ts';
