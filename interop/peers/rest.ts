import { Pool } from 'undici';

const [url] = process.argv.slice(2);
if (url === undefined) throw new Error('The first argument is the URL of the REST service');

/** The REST service from which all peers get their messages, as a whole page. */
export const restUrl = url;
const pool = new Pool(restUrl);

/** One call. */
export async function fetchPage(first: number): Promise<unknown> {
  const { statusCode, body } = await pool.request({ method: 'GET', path: `/messages?first=${first}` });
  if (statusCode !== 200) throw new Error(`The REST service answered ${statusCode}`);
  return body.json();
}
