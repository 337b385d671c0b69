import type { Provider } from '../generated/client.ts';
import { longest } from './seconds.ts';

const CODES = [
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'PERSISTED_QUERY_NOT_FOUND',
  'PERSISTED_QUERY_NOT_SUPPORTED',
  'BAD_REQUEST',
  'BAD_USER_INPUT',
  'BAD_CURSOR',
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'RATE_LIMITED',
  'QUERY_TOO_COMPLEX',
  'UPSTREAM_RATE_LIMITED',
  'UPSTREAM_TIMEOUT',
  'UPSTREAM_UNAVAILABLE',
  'UPSTREAM_AUTH_FAILED',
  'UPSTREAM_BAD_RESPONSE',
  'UPSTREAM_MISCONFIGURED',
  'STORE_UNAVAILABLE',
  'INTERNAL_SERVER_ERROR',
] as const;

/** The error code. `UNKNOWN`: a code that is newer than this client; `errors` has it. */
export type GatewayErrorCode = (typeof CODES)[number] | 'UNKNOWN';

/** An error as the answer has it. */
export interface GraphQLErrorBody {
  message: string;
  path?: readonly (string | number)[];
  extensions?: Readonly<Record<string, unknown>>;
}

/** A failed request: the gateway refused it, or did not answer. */
export abstract class RequestFailedError extends Error {
  /** Whether the same request may succeed later without a change. */
  abstract readonly retryable: boolean;
  /** When to retry, in seconds; null when the answer did not say. */
  abstract readonly retryAfterSeconds: number | null;
}

export interface AnsweredWith {
  /** The data that came with the errors. */
  data?: unknown;
  /** HTTP. */
  status: number;
  /** By the `Retry-After` header. */
  retryAfterSeconds: number | null;
}

/** The gateway answered with errors. The properties describe the first; `errors` has all of them. */
export class GatewayError extends RequestFailedError {
  override readonly name = 'GatewayError';
  readonly code: GatewayErrorCode;
  /** The path in the data, such as `['messages']`; null for the request as a whole. */
  readonly path: readonly (string | number)[] | null;
  /** The name of the channel whose provider failed; null if no provider did, as with the next two. */
  readonly channel: string | null;
  readonly provider: Provider | null;
  /** The provider's own code. */
  readonly providerCode: string | null;
  readonly retryable: boolean;
  readonly retryAfterSeconds: number | null;
  /** The HTTP status of the answer. */
  readonly status: number;
  readonly errors: readonly GraphQLErrorBody[];
  /** The incomplete data that came with the errors; null if none. */
  readonly data: unknown;

  constructor(errors: readonly [GraphQLErrorBody, ...GraphQLErrorBody[]], answer: AnsweredWith) {
    const [{ message, path, extensions = {} }] = errors;
    const code = CODES.find((known) => known === extensions['code']) ?? 'UNKNOWN';
    const channel = toText(extensions['channel']);
    super(`${code}${channel === null ? '' : ` (${channel})`}: ${message}`);
    this.code = code;
    this.path = path ?? null;
    this.channel = channel;
    // The gateway names providers as its schema does.
    this.provider = toText(extensions['provider']) as Provider | null;
    this.providerCode = toText(extensions['providerCode']);
    this.retryable = errors.every((error) => isRetryable(error, answer.status));
    this.retryAfterSeconds = longest([
      answer.retryAfterSeconds,
      ...errors.map((error) => toNumber(error.extensions?.['retryAfterSeconds'])),
    ]);
    this.status = answer.status;
    this.errors = errors;
    this.data = answer.data ?? null;
  }
}

/** There was no answer, a timeout, or an answer that is not the gateway's: a proxy's page, or a truncated one. */
export class NetworkError extends RequestFailedError {
  override readonly name = 'NetworkError';
  /** The HTTP status; null when there was no answer. */
  readonly status: number | null;
  readonly retryable: boolean;
  readonly retryAfterSeconds: number | null;

  constructor(
    message: string,
    {
      status = null,
      retryable = true,
      retryAfterSeconds = null,
      cause,
    }: {
      status?: number | null;
      retryable?: boolean;
      retryAfterSeconds?: number | null;
      cause?: unknown;
    } = {},
  ) {
    super(message, { cause });
    this.status = status;
    this.retryable = retryable;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** Statuses with which a server or a proxy says that it is temporarily unavailable. */
export function isBusy(status: number): boolean {
  return [408, 429, 502, 503, 504].includes(status);
}

/** The gateway's own word on a provider's failure takes precedence over the status. */
function isRetryable({ extensions }: GraphQLErrorBody, status: number): boolean {
  const said = extensions?.['retryable'];
  return typeof said === 'boolean' ? said : extensions?.['code'] === 'RATE_LIMITED' || isBusy(status);
}

function toText(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function toNumber(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}
