import { unwrapResolverError } from '@apollo/server/errors';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import type { Logger } from 'pino';
import { BudgetSpentError, UpstreamError } from './datasources/errors.ts';
import { RateLimitedError } from './admission.ts';
import { RequestError } from './errors.ts';
import { TooCostlyError } from './operation/operation-guard.ts';

export type ErrorFormatter = (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError;

/**
 * The one way out for errors: what a client may see of them. Ours say what was wrong, a provider's only its codes, and
 * whatever was not expected says nothing and is logged.
 */
export function createErrorFormatter(log: Logger): ErrorFormatter {
  return (formatted, error) => {
    const cause = toCause(error);
    const { locations, path } = formatted;
    const place = { ...(locations && { locations }), ...(path && { path }) };
    if (cause instanceof RequestError) return { ...place, ...describeRequestError(cause) };
    if (cause instanceof UpstreamError) return { ...place, ...describeUpstream(cause) };
    if (cause instanceof BudgetSpentError) {
      const message = 'This request asks for more than one request may; ask for less at once';
      return { ...place, message, extensions: { code: 'QUERY_TOO_COMPLEX' } };
    }
    if (cause instanceof GraphQLError && isForCallers(formatted)) {
      const message = formatted.message.replace(SUGGESTION, '');
      return { ...place, message, extensions: { code: formatted.extensions?.['code'] } };
    }
    log.error({ err: cause, path }, 'Something unexpected');
    return {
      ...place,
      message: 'Something went wrong in the gateway',
      extensions: { code: 'INTERNAL_SERVER_ERROR' },
    };
  };
}

/** GraphQL's offers of names that the caller may have meant: they would spell out the schema to whoever asks. */
const SUGGESTION = / Did you mean .+\?$/s;

/** What was thrown, out of the wrapping that says where. */
function toCause(error: unknown): unknown {
  const isWrapped = error instanceof GraphQLError && error.originalError instanceof RequestError;
  return isWrapped ? error.originalError : unwrapResolverError(error);
}

/** A refusal as clients see it, whether of one field or of a whole request. */
export function describeRequestError(
  error: RequestError,
): Pick<GraphQLFormattedError, 'message'> & { extensions: Record<string, unknown> } {
  return {
    message: error.message,
    extensions: {
      code: error.code,
      ...(error instanceof TooCostlyError && { cost: error.cost }),
      ...(error instanceof RateLimitedError && { retryAfterSeconds: error.retryAfterSeconds }),
    },
  };
}

const messages: Record<UpstreamError['code'], string> = {
  UPSTREAM_RATE_LIMITED: 'The provider says that it is called too often',
  UPSTREAM_TIMEOUT: 'The provider did not answer in time',
  UPSTREAM_UNAVAILABLE: 'The provider cannot be reached or is out of order',
  UPSTREAM_AUTH_FAILED: "The provider refuses the channel's credentials",
  UPSTREAM_BAD_RESPONSE: 'The provider answered in a way that is not understood',
  UPSTREAM_MISCONFIGURED: "The channel's settings must be put right by an operator",
};

function describeUpstream(error: UpstreamError): Pick<GraphQLFormattedError, 'message' | 'extensions'> {
  const { code, channel, provider, providerCode, isRetryable, retryAfterSeconds } = error;
  return {
    message: messages[code],
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

/** GraphQL's and Apollo's own refusals speak of the request alone. */
function isForCallers({ extensions }: GraphQLFormattedError): boolean {
  return extensions?.['code'] !== undefined && extensions['code'] !== 'INTERNAL_SERVER_ERROR';
}

/** For results that do not pass through Apollo. */
export function formatAll(
  errors: readonly GraphQLError[],
  formatError: ErrorFormatter,
): GraphQLFormattedError[] {
  return errors.map((error) => formatError(error.toJSON(), error));
}
