/** Uploads: `/legacy/` as PyPI has it, and `/validate`, which keeps nothing. */
import { textAnswer } from '../http/answer.ts';
import type { UploadAnswer, UploadService } from '../upload/service.ts';
import type { Route, RoutedRequest } from './context.ts';

/** The routes of uploads; `told` hears the names of the form's fields. */
export function uploadRoutes(
  service: UploadService,
  told: (request: RoutedRequest['request'], fields: readonly string[]) => void,
): Route {
  const answer = async (
    { request }: RoutedRequest,
    work: Promise<UploadAnswer>,
  ): Promise<UploadAnswer['answer']> => {
    const { answer: made, fields } = await work;
    if (fields !== undefined) told(request, fields);
    return made;
  };
  return (routed) => {
    const { path, request } = routed;
    if (path === '/legacy') return textAnswer(308, '/legacy/', { location: '/legacy/' });
    const isUpload = path === '/legacy/';
    if (!isUpload && path !== '/validate') return undefined;
    if (request.method !== 'POST')
      return textAnswer(405, 'Only POST is taken here.', { allow: 'POST' });
    return answer(routed, isUpload ? service.upload(request) : service.validate(request));
  };
}
