/** Sixteen clients that keep their connections, where wrk is not installed: answers a second. */
import { Agent, request } from 'node:http';

export async function loadPages(url, accept, seconds) {
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  const end = performance.now() + seconds * 1000;
  let count = 0;
  const client = async () => {
    while (performance.now() < end) {
      await get(url, { agent, headers: { accept } });
      count += 1;
    }
  };
  await Promise.all(Array.from({ length: 16 }, client));
  agent.destroy();
  return count / seconds;
}

async function get(url, options) {
  await new Promise((resolve, reject) => {
    request(url, options, (response) => {
      if (response.statusCode !== 200) reject(new Error(`answered ${response.statusCode}`));
      response.resume();
      response.on('end', resolve);
    })
      .on('error', reject)
      .end();
  });
}
