import { UpstreamError, type UpstreamFailure } from '../../errors/upstream-error.ts';

/** Codes that a new signature may cure: it expired, or was made for another user or with another key. */
const SIGNATURE_CODES = new Set([70001, 70052, 70003, 70005, 70009, 70013, 70014, 60004, 60005, 20002]);

const THROTTLED_CODES = new Set([60007, 60011, 60018, 60019, 10006, 10023]);

const MOMENTARY_CODES = new Set([
  10002, 60008, 60014, 70169, 70202, 70500, 90992, 90994, 90995, 91000, 20004, 20005, 30006, 30007, 40006,
  50004, 50005,
]);

const CONFIGURATION_ADVICE: Readonly<Record<number, string>> = {
  10003: 'This app does not offer official accounts, or baseUrl is not its API',
  10007: 'The administrator may not read this official account: check adminUserId',
  10010: 'The official account does not exist, or no longer: check officialAccounts',
  10015: 'The id of the official account is not valid: check officialAccounts',
  10019: 'The provider does not know a user that it was asked for: check adminUserId',
  40003: 'The provider does not know a user that it was asked for: check adminUserId',
  60006: 'The app is not allowed to make this call: check sdkAppId and the app in the console',
  60010: 'The user is no administrator of the app: check adminUserId',
  60012: 'The app is not allowed to make this call: check sdkAppId and the region',
  60016: 'The app is disabled: check it in the console',
  60017: 'The app is not allowed to make this call: check its package in the console',
  60020: 'The package of the app has expired or lacks this call: renew it in the console',
  60021: 'The provider refuses calls from this address: add it to the allow list in the console',
  70020: 'The provider does not know the app: check sdkAppId and the region',
  70107: 'The provider does not know the user: check adminUserId',
  70403: 'The user is no administrator of the app: check adminUserId',
  90009: 'The user is no administrator of the app: check adminUserId',
};

/** The provider's words for "I do not understand": a bug of the gateway, not the operator's mistake. */
const BAD_REQUEST_CODES = new Set([10004, 60002, 60003, 60009, 60015, 40001, 90001]);

/** The answer would be too large; fewer messages may fit. */
export const ANSWER_TOO_LARGE = 10018;

/** The official account is dissolved. Codes for unknown users are left out: they also mean a wrong `adminUserId`. */
const ACCOUNT_GONE = 10010;

/** Too many bad signatures: the provider locks the user out for a minute. */
const LOCKED_OUT = 70050;

/** A retry is useless until an operator changes the configuration, or creates the account again. */
export function isAccountGone(error: unknown): error is UpstreamError {
  return error instanceof UpstreamError && error.failure.isGone === true;
}

/** A new signature may work. */
export function isSignatureRefusal(error: unknown): boolean {
  return error instanceof UpstreamError && SIGNATURE_CODES.has(Number(error.providerCode));
}

/**
 * What an `ErrorCode` means for clients and operators.
 *
 * @see https://www.tencentcloud.com/document/product/1047/34348
 */
export function toFailure(code: number): UpstreamFailure {
  return { ...toMeaning(code), providerCode: String(code) };
}

function toMeaning(code: number): UpstreamFailure {
  const configurationAdvice = CONFIGURATION_ADVICE[code];
  if (configurationAdvice !== undefined) {
    return {
      code: 'UPSTREAM_MISCONFIGURED',
      isRetryable: false,
      advice: configurationAdvice,
      ...(code === ACCOUNT_GONE ? { isGone: true } : {}),
    };
  }
  if (SIGNATURE_CODES.has(code)) {
    return {
      code: 'UPSTREAM_AUTH_FAILED',
      isRetryable: false,
      advice:
        'The provider refuses the signature: check sdkAppId, adminUserId, secretKey and the clock of this machine',
    };
  }
  if (code === LOCKED_OUT) {
    return {
      code: 'UPSTREAM_RATE_LIMITED',
      isRetryable: true,
      retryAfterSeconds: 60,
      advice: 'Too many wrong signatures were sent: check secretKey, then wait a minute',
    };
  }
  if (THROTTLED_CODES.has(code)) {
    return {
      code: 'UPSTREAM_RATE_LIMITED',
      isRetryable: true,
      advice: 'The provider rate-limits the gateway: lower quota.callsPerSecond',
    };
  }
  if (MOMENTARY_CODES.has(code)) {
    return {
      code: 'UPSTREAM_UNAVAILABLE',
      isRetryable: true,
      advice: 'The provider is out of order for the moment',
    };
  }
  if (code === ANSWER_TOO_LARGE) {
    return {
      code: 'UPSTREAM_BAD_RESPONSE',
      isRetryable: false,
      advice: 'A single message is larger than the provider can answer with',
    };
  }
  return {
    code: 'UPSTREAM_BAD_RESPONSE',
    isRetryable: false,
    advice: BAD_REQUEST_CODES.has(code)
      ? 'The provider does not accept the request: please report a bug in the gateway'
      : 'The provider answered with an error code that is not known here',
  };
}
