import type { Provider } from '../domain/records.ts';
import type { UpstreamErrorCode } from './catalogue.ts';

export interface UpstreamFailure {
  code: UpstreamErrorCode;
  /** The provider's own code, or `HTTP 503`; null when there was no answer. */
  providerCode?: string | null;
  /** Whether the same call may succeed later without a change by an operator. */
  isRetryable: boolean;
  retryAfterSeconds?: number | null;
  /** The requested object does not exist at the provider, or no longer does: lists end without it. Default: false. */
  isGone?: boolean;
  /** How long the gateway makes no further call, if that differs from `retryAfterSeconds`. */
  cooldownSeconds?: number;
  /** Which calls the cooldown stops: those of the same operation, or all of the account. Default: all. */
  cooldownOf?: 'OPERATION' | 'ACCOUNT';
  /** Our own words for an operator: what is wrong and what to do. Never the provider's text, a URL or a secret. */
  advice: string;
}

/** A provider failed, in terms that clients and operators can act on. */
export class UpstreamError extends Error {
  override readonly name = 'UpstreamError';
  readonly channel: string;
  readonly provider: Provider;
  readonly code: UpstreamErrorCode;
  readonly providerCode: string | null;
  readonly isRetryable: boolean;
  readonly retryAfterSeconds: number | null;
  readonly advice: string;
  readonly failure: UpstreamFailure;

  constructor(channel: string, provider: Provider, failure: UpstreamFailure, options?: ErrorOptions) {
    super(`${channel} (${provider}): ${failure.code}: ${failure.advice}`, options);
    this.channel = channel;
    this.provider = provider;
    this.code = failure.code;
    this.providerCode = failure.providerCode ?? null;
    this.isRetryable = failure.isRetryable;
    this.retryAfterSeconds = failure.retryAfterSeconds ?? null;
    this.advice = failure.advice;
    this.failure = failure;
  }
}

/** A provider counts more messages than it lists: lists that must be complete cannot be shown. */
export class RecordsMissingError extends UpstreamError {
  constructor(channel: string, provider: Provider) {
    super(channel, provider, {
      code: 'UPSTREAM_BAD_RESPONSE',
      isRetryable: true,
      advice:
        'The provider counts more messages in this time range than it lists, even after retries with smaller pages',
    });
  }
}

/**
 * The request has used up its budget of calls. Not a failure: the page is short and its cursor continues from there.
 */
export class BudgetSpentError extends Error {
  override readonly name = 'BudgetSpentError';
  constructor() {
    super('This request has used up its budget of upstream calls');
  }
}
