import { Pool } from 'undici';

const [url] = process.argv.slice(2);
if (url === undefined) throw new Error('The first argument is the URL of the REST service');
const pool = new Pool(url);

/** One call of the REST service that raw loops read from. */
export async function fetchJson(path: string): Promise<unknown> {
  const { statusCode, body } = await pool.request({ method: 'GET', path });
  if (statusCode !== 200) throw new Error(`The REST service answered ${statusCode}`);
  return body.json();
}
