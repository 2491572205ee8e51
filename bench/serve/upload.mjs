/** Streams a file as a form, as uv does: fields, then the file. Resolves with the status and its words. */
import { createReadStream, statSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { basename } from 'node:path';
import { pipeline } from 'node:stream/promises';

export async function uploadFile(origin, path, { token, fields }) {
  const boundary = 'a-boundary-of-a-benchmark';
  const texts = Object.entries(fields).map(
    ([name, value]) =>
      `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  const head = Buffer.from(
    `${texts.join('')}--${boundary}\r\nContent-Disposition: form-data; name="content"; filename="${basename(path)}"\r\nContent-Type: application/octet-stream\r\n\r\n`,
  );
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
  const { hostname, port } = new URL(origin);
  const request = httpRequest({
    hostname,
    port,
    path: '/legacy/',
    method: 'POST',
    agent: false,
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': `multipart/form-data; boundary=${boundary}`,
      'content-length': head.length + statSync(path).size + tail.length,
    },
  });
  const answered = new Promise((resolve, reject) => {
    request.on('error', reject);
    request.on('response', (response) => {
      response.resume();
      response.on('end', () => resolve(`${response.statusCode} ${response.statusMessage}`));
    });
  });
  request.write(head);
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), request, { end: false });
  request.end(tail);
  return answered;
}
