import type { Logger } from 'pino';
import { z } from 'zod';
import { shownError, toParameters, type Host, type ShownError } from './host.ts';

const result = z.union([
  z.object({ errors: z.array(shownError).min(1) }).transform(({ errors }) => ({ data: null, errors })),
  z.object({ data: z.record(z.string(), z.unknown()) }).transform(({ data }) => ({ data, errors: null })),
]);

export interface RemoteHostOptions {
  /** The GraphQL endpoint of the gateway. */
  url: URL;
  /** Left out: for a gateway without authentication. */
  apiKey?: string | undefined;
  timeoutMs: number;
  log: Logger;
}

/** The gateway did not answer, or something else did; the message is for a model to read. */
class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError';
}

/** Sends the operations of tools to a gateway that runs elsewhere, which decides on each as for any other client. */
export function createRemoteHost({ url, apiKey, timeoutMs, log }: RemoteHostOptions): Host {
  const headers = {
    accept: 'application/graphql-response+json',
    'content-type': 'application/json',
    ...(apiKey !== undefined && { authorization: `Bearer ${apiKey}` }),
  };
  const ask = async (body: string, signal: AbortSignal): Promise<{ status: number; text: string }> => {
    try {
      const response = await fetch(url, { method: 'POST', headers, body, signal });
      return { status: response.status, text: await response.text() };
    } catch (error) {
      throw new NoAnswerError(`The gateway does not answer at ${url.origin}: is it running?`, {
        cause: error,
      });
    }
  };
  return {
    // It counts the operation.
    admitCall: () => undefined,
    async execute(document, variables, signal) {
      const body = JSON.stringify(toParameters(document, variables));
      const limited = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
      const { status, text } = await ask(body, limited);
      const answered = result.safeParse(parseJson(text));
      if (answered.success) return answered.data;
      throw new NoAnswerError(
        `HTTP ${status} from ${url.origin}${url.pathname}, which is not GraphQL: is it the URL of the gateway?`,
      );
    },
    describe: (error): ShownError => {
      const retryAfterSeconds = null;
      if (error instanceof NoAnswerError)
        return { message: error.message, code: 'GATEWAY_UNAVAILABLE', retryAfterSeconds };
      log.error({ err: error }, 'Unexpected error');
      return { message: 'Something went wrong', code: 'INTERNAL_SERVER_ERROR', retryAfterSeconds };
    },
    ended: () => undefined,
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
