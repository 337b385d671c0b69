import { Agent, request } from 'node:http';
import { toBody } from '../graphql.ts';
import type { Subscribe } from './subscriber.ts';

const END_OF_EVENT = '\n\n';
/** A connection each. */
const agent = new Agent({ keepAlive: false, maxSockets: Infinity });

/** By server-sent events. */
export const subscribeBySse: Subscribe = (url, query, variables, onText) =>
  new Promise((resolve, reject) => {
    const body = toBody(query, variables);
    const asked = request(
      new URL('/graphql/stream', url),
      { agent, method: 'POST', headers: { 'content-type': 'application/json', accept: 'text/event-stream' } },
      (response) => {
        if (response.statusCode !== 200) reject(new Error(`A stream answered ${response.statusCode ?? ''}`));
        let rest = '';
        response.setEncoding('latin1').on('data', (chunk: string) => {
          const end = chunk.lastIndexOf(END_OF_EVENT);
          if (end < 0) {
            rest += chunk;
            return;
          }
          onText(rest + chunk.slice(0, end));
          rest = chunk.slice(end);
        });
        // The end is this side's own.
        response.on('error', () => undefined);
        resolve({ close: () => asked.destroy() });
      },
    );
    asked.on('error', reject);
    asked.end(body);
  });
