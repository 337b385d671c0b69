import { GatewayError, isBusy, NetworkError, type AnsweredWith, type GraphQLErrorBody } from './errors.ts';
import { toSeconds } from './seconds.ts';

/** Status and `Retry-After` of an HTTP answer. @param now Unix ms */
export function toAnsweredWith({ status, headers }: Response, now: number): AnsweredWith {
  return { status, retryAfterSeconds: toSeconds(headers.get('retry-after'), now) };
}

/**
 * Reads the result of an operation.
 *
 * @param text the body
 * @returns its data, in the shape that the operation selects
 * @throws GatewayError when it has errors
 * @throws NetworkError when it is not a result of GraphQL
 */
export function parseResult(text: string, answer: AnsweredWith, contentType: string): unknown {
  const { status } = answer;
  const result = parseJson(text);
  if (isObject(result)) {
    const { data = null, errors } = result;
    const [first, ...others] = Array.isArray(errors) ? errors.filter(isErrorBody) : [];
    if (first) throw new GatewayError([first, ...others], { ...answer, data });
    if (data !== null) return data;
  }
  // Truncated JSON was cut on the way and may succeed on a retry; a page in HTML will be the same next time.
  const isCut = result === undefined && contentType.includes('json');
  throw new NetworkError(
    `HTTP ${status} with an answer that is not GraphQL${isCut ? ', or was cut off' : ': is the URL that of the gateway?'}`,
    { ...answer, retryable: isCut || isBusy(status) },
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function isErrorBody(value: unknown): value is GraphQLErrorBody {
  return (
    isObject(value) &&
    typeof value['message'] === 'string' &&
    (value['path'] === undefined || Array.isArray(value['path'])) &&
    (value['extensions'] === undefined || isObject(value['extensions']))
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
