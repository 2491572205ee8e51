/** The pipeline of GitLab CI that `wheelworks ci init gitlab` writes. */
import { generatedHead } from './marker.ts';
import { CI_IMAGES } from './pins.ts';
import { gitlabTagRule, gitlabText } from './gitlab-rules.ts';
import {
  directoryArgument,
  installLine,
  planArguments,
  shellWord,
  type PipelineOptions,
} from './pipeline-options.ts';
import { yamlText } from './yaml-text.ts';

/** A parent pipeline with two jobs: one plans and writes the child pipeline, the other runs it and waits for it. */
export function gitlabParent(options: PipelineOptions): string {
  const { branch, directory, publishTo, tags, version } = options;
  const publish = publishTo === undefined ? '' : ` --publish-to ${shellWord(publishTo)}`;
  const content = {
    stages: ['plan', 'wheels'],
    workflow: {
      rules: [
        { if: "$CI_PIPELINE_SOURCE == 'merge_request_event'" },
        { if: gitlabTagRule(tags) },
        { if: `$CI_COMMIT_BRANCH == ${gitlabText(branch)}` },
      ],
      auto_cancel: { on_new_commit: 'interruptible' },
    },
    variables: { GIT_DEPTH: '0', ...options.archs },
    plan: {
      stage: 'plan',
      image: CI_IMAGES.node,
      script: [
        installLine(version),
        `wheelworks plan${directoryArgument(directory)} --platform all`,
        `wheelworks plan ${planArguments(options, 'gitlab')}${publish} > wheels.yml`,
      ],
      artifacts: { paths: ['wheels.yml'], expire_in: '1 week' },
      interruptible: true,
    },
    wheels: {
      stage: 'wheels',
      needs: ['plan'],
      trigger: { include: [{ artifact: 'wheels.yml', job: 'plan' }], strategy: 'depend' },
    },
  };
  return yamlText(content, {
    head: generatedHead(options.command),
    notes: {
      plan: 'Which wheels the release must have, as the pipeline that makes them.',
      wheels: 'One job an identifier, then completeness, then the upload on tags.',
    },
  });
}
