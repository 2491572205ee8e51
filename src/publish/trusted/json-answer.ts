/** Fields of JSON answers. */
import type { HttpResponse } from '../../support/http.ts';

/** The JSON object that an answer is; empty for anything else. */
export function jsonObject({ body }: HttpResponse): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(Buffer.from(body).toString());
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

/** A field of the JSON object that an answer is. */
export function jsonField(answer: HttpResponse, name: string): unknown {
  return jsonObject(answer)[name];
}
