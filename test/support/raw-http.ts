import { request as open, type OutgoingHttpHeaders } from 'node:http';

export interface RawRequest {
  method?: string;
  /** As it stands in the request line; nothing is encoded. */
  path?: string;
  headers?: OutgoingHttpHeaders;
  body?: string | Buffer;
}

export interface RawAnswer {
  status: number;
  headers: NodeJS.Dict<string | string[]>;
  text: string;
}

/** Sends, on a connection of its own, what other clients would put right or refuse to send. @param origin such as `http://127.0.0.1:4000` */
export function send(
  origin: string,
  { method = 'POST', path = '/graphql', headers = {}, body }: RawRequest,
): Promise<RawAnswer> {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve, reject) => {
    const request = open({ hostname, port, method, path, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
      });
    });
    request.on('error', reject);
    request.end(body);
  });
}

const JSON_TYPE = { 'content-type': 'application/json' };

export function postJson(value: unknown, headers: OutgoingHttpHeaders = {}): RawRequest {
  return postText(JSON.stringify(value), headers);
}

export function postText(body: string | Buffer, headers: OutgoingHttpHeaders = {}): RawRequest {
  return { body, headers: { ...JSON_TYPE, ...headers } };
}
