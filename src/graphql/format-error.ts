import { unwrapResolverError } from '@apollo/server/errors';
import { GraphQLError, Kind, type GraphQLFormattedError } from 'graphql';
import type { Logger } from 'pino';
import { StoreUnavailableError } from '../errors/store-error.ts';
import { BudgetSpentError, RecordsMissingError, UpstreamError } from '../errors/upstream-error.ts';
import { RateLimitedError } from '../access/request-counter.ts';
import { RequestError } from '../errors/request-error.ts';
import { TooCostlyError } from './operation/operation-guard.ts';
import { isStoreFailure } from '../store/store-failure.ts';
import type { Metrics } from '../observability/metrics.ts';
import { currentRequest } from '../observability/request-info.ts';

export type ErrorFormatter = (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError;

/**
 * The only way out for errors: what a client may see of them. Our own errors say what was wrong, a provider's only
 * its codes, and an unexpected error says nothing and is logged.
 */
export function createErrorFormatter(log: Logger, metrics: Metrics): ErrorFormatter {
  const format = createFormatter(log);
  return (formatted, error) => {
    const shown = format(formatted, error);
    const code = String(shown.extensions?.['code']);
    metrics.errorShown(COUNTED_CODE.test(code) ? code : 'OTHER');
    return shown;
  };
}

/** Libraries' codes are constants too. */
const COUNTED_CODE = /^[A-Z][A-Z_]{1,49}$/;

function createFormatter(log: Logger): ErrorFormatter {
  return (formatted, error) => {
    const cause = toCause(error);
    const { locations, path } = formatted;
    const place = { ...(locations && { locations }), ...(path && { path }) };
    if (cause instanceof RequestError) return { ...place, ...describeRequestError(cause) };
    const unavailable = toUnavailable(cause);
    if (unavailable) {
      const { message, code } = unavailable;
      log.warn({ err: unavailable.cause, field: fieldOf(error) }, 'The store did not answer a read');
      return { ...place, message, extensions: { code, retryable: true } };
    }
    if (cause instanceof UpstreamError) return { ...place, ...describeUpstream(cause) };
    if (cause instanceof BudgetSpentError) {
      const message = 'This request exceeds its budget; request less at once';
      return { ...place, message, extensions: { code: 'QUERY_TOO_COMPLEX' } };
    }
    if (cause instanceof GraphQLError && (isForCallers(formatted) || isOfRequest(cause))) {
      const message = toShownMessage(formatted.message);
      return { ...place, message, extensions: { code: formatted.extensions?.['code'] ?? 'BAD_USER_INPUT' } };
    }
    // Not the path: its names are the caller's.
    log.error({ err: cause, field: fieldOf(error) }, 'Unexpected error');
    return {
      ...place,
      message: unexpectedMessage(currentRequest.getStore()?.id),
      extensions: { code: 'INTERNAL_SERVER_ERROR' },
    };
  };
}

/** A source of messages may have failed since the archive did, and not the provider. */
function toUnavailable(cause: unknown): StoreUnavailableError | null {
  if (cause instanceof StoreUnavailableError) return cause;
  const isOurs = cause instanceof UpstreamError && isStoreFailure(cause.cause);
  return isOurs ? new StoreUnavailableError(cause.cause) : null;
}

/** With the id by which an operator finds it in the log. */
export function unexpectedMessage(requestId: string | undefined): string {
  const request = requestId === undefined ? '' : ` (request ${requestId})`;
  return `Something went wrong in the gateway${request}`;
}

/** The schema's name of the field that failed. */
function fieldOf(error: unknown): string | undefined {
  // An error with a path comes from a validated document.
  const node = error instanceof GraphQLError && error.path ? error.nodes?.[0] : undefined;
  return node?.kind === Kind.FIELD ? node.name.value : undefined;
}

/** GraphQL's suggestions ("Did you mean") would reveal the schema to every caller. */
const SUGGESTION = ' Did you mean ';
/** GraphQL and the gateway quote what a caller sent. */
const MAX_MESSAGE_LENGTH = 1_000;

function toShownMessage(text: string): string {
  const at = text.endsWith('?') ? text.lastIndexOf(SUGGESTION) : -1;
  return cut(at === -1 ? text : text.slice(0, at));
}

function cut(message: string): string {
  return message.length > MAX_MESSAGE_LENGTH ? `${message.slice(0, MAX_MESSAGE_LENGTH)}…` : message;
}

/** The original error, without the wrapper that says where. */
function toCause(error: unknown): unknown {
  const isWrapped = error instanceof GraphQLError && error.originalError instanceof RequestError;
  return isWrapped ? error.originalError : unwrapResolverError(error);
}

/** A refusal as clients see it, whether of one field or of a whole request. */
export function describeRequestError(
  error: RequestError,
): Pick<GraphQLFormattedError, 'message'> & { extensions: Record<string, unknown> } {
  return {
    message: cut(error.message),
    extensions: {
      code: error.code,
      ...(error instanceof TooCostlyError && { cost: error.cost }),
      ...(error instanceof RateLimitedError && { retryAfterSeconds: error.retryAfterSeconds }),
    },
  };
}

const messages: Record<UpstreamError['code'], string> = {
  UPSTREAM_RATE_LIMITED: 'The provider rate-limits the gateway',
  UPSTREAM_TIMEOUT: 'The provider timed out',
  UPSTREAM_UNAVAILABLE: 'The provider cannot be reached or is out of order',
  UPSTREAM_AUTH_FAILED: "The provider refuses the channel's credentials",
  UPSTREAM_BAD_RESPONSE: "The gateway does not understand the provider's answer",
  UPSTREAM_MISCONFIGURED: "An operator must correct the channel's settings",
};

const RECORDS_MISSING = 'The provider counts more messages in this time range than it lists';

function describeUpstream(error: UpstreamError): Pick<GraphQLFormattedError, 'message' | 'extensions'> {
  const { code, channel, provider, providerCode, isRetryable, retryAfterSeconds } = error;
  return {
    message: error instanceof RecordsMissingError ? RECORDS_MISSING : messages[code],
    extensions: {
      code,
      channel,
      provider,
      ...(providerCode === null ? {} : { providerCode }),
      retryable: isRetryable,
      ...(retryAfterSeconds === null ? {} : { retryAfterSeconds }),
    },
  };
}

/** GraphQL's and Apollo's own refusals concern the request alone. */
function isForCallers({ extensions }: GraphQLFormattedError): boolean {
  return extensions?.['code'] !== undefined && extensions['code'] !== 'INTERNAL_SERVER_ERROR';
}

/** Refused before execution, with GraphQL's own message; only Apollo adds a code to it. */
function isOfRequest({ path, originalError, extensions }: GraphQLError): boolean {
  return path === undefined && originalError === undefined && extensions['code'] === undefined;
}

/** For results that do not pass through Apollo. */
export function formatAll(
  errors: readonly GraphQLError[],
  formatError: ErrorFormatter,
): GraphQLFormattedError[] {
  return errors.map((error) => formatError(error.toJSON(), error));
}
