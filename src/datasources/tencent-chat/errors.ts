import { UpstreamError } from '../../errors/upstream-error.ts';
import { createFailureTable, hasCode, type Meaning } from '../kit/failure-table.ts';

/** Codes that a new signature may cure: it expired, or was made for another identifier, or with another key. */
const SIGNATURE_CODES = [70001, 70052, 70003, 70005, 70009, 70013, 70014, 60004, 60005, 20002];
const THROTTLED_CODES = [60007, 60011, 60018, 60019, 10006, 10023];
const MOMENTARY_CODES = [
  10002, 60008, 60014, 70169, 70202, 70500, 90992, 90994, 90995, 91000, 20004, 20005, 30006, 30007, 40006,
  50004, 50005,
];
/** The provider's words for "I do not understand": the gateway's fault, not the operator's. */
const BAD_REQUEST_CODES = [10004, 60002, 60003, 60009, 60015, 40001, 90001];
/** The answer would be too large; fewer messages may fit. */
const ANSWER_TOO_LARGE = 10018;
/** The official account is dissolved. Codes for unknown users are left out: they also mean a wrong `adminUserId`. */
const ACCOUNT_GONE = 10010;
/** Too many bad signatures: the provider locks the user out for a minute. */
const LOCKED_OUT = 70050;

/**
 * What an `ErrorCode` means for clients and operators.
 *
 * @see https://www.tencentcloud.com/document/product/1047/34348
 */
export const toFailure = createFailureTable(
  [
    [[10003], misconfigured('This app does not offer official accounts, or baseUrl is not its API')],
    [[10007], misconfigured('The administrator may not read this official account: check adminUserId')],
    [
      [ACCOUNT_GONE],
      {
        ...misconfigured('The official account does not exist, or no longer: check officialAccounts'),
        isGone: true,
      },
    ],
    [[10015], misconfigured('The id of the official account is not valid: check officialAccounts')],
    [
      [10019, 40003],
      misconfigured('The provider does not know a user that it was asked for: check adminUserId'),
    ],
    [
      [60006],
      misconfigured('The app is not allowed to make this call: check sdkAppId and the app in the console'),
    ],
    [[60010, 70403, 90009], misconfigured('The user is no administrator of the app: check adminUserId')],
    [[60012], misconfigured('The app is not allowed to make this call: check sdkAppId and the region')],
    [[60016], misconfigured('The app is disabled: check it in the console')],
    [[60017], misconfigured('The app is not allowed to make this call: check its package in the console')],
    [
      [60020],
      misconfigured('The package of the app has expired or lacks this call: renew it in the console'),
    ],
    [
      [60021],
      misconfigured('The provider refuses calls from this address: add it to the allow list in the console'),
    ],
    [[70020], misconfigured('The provider does not know the app: check sdkAppId and the region')],
    [[70107], misconfigured('The provider does not know the user: check adminUserId')],
    [
      SIGNATURE_CODES,
      {
        code: 'UPSTREAM_AUTH_FAILED',
        isRetryable: false,
        advice:
          'The provider refuses the signature: check sdkAppId, adminUserId, secretKey and the clock of this machine',
      },
    ],
    [
      [LOCKED_OUT],
      {
        code: 'UPSTREAM_RATE_LIMITED',
        isRetryable: true,
        retryAfterSeconds: 60,
        advice: 'Too many wrong signatures were sent: check secretKey, then wait a minute',
      },
    ],
    [
      THROTTLED_CODES,
      {
        code: 'UPSTREAM_RATE_LIMITED',
        isRetryable: true,
        advice: 'The provider rate-limits the gateway: lower quota.callsPerSecond',
      },
    ],
    [
      MOMENTARY_CODES,
      {
        code: 'UPSTREAM_UNAVAILABLE',
        isRetryable: true,
        advice: 'The provider is out of order for the moment',
      },
    ],
    [[ANSWER_TOO_LARGE], misunderstood('A single message is larger than the provider can answer with')],
    [
      BAD_REQUEST_CODES,
      misunderstood('The provider does not accept the request: please report a bug in the gateway'),
    ],
  ],
  misunderstood('The provider answered with an error code that is not known here'),
);

/** Asking again brings nothing until an operator changes the configuration, or makes the account anew. */
export function isAccountGone(error: unknown): error is UpstreamError {
  return error instanceof UpstreamError && error.failure.isGone === true;
}

/** A new signature may work. */
export function isSignatureRefusal(error: unknown): boolean {
  return hasCode(error, ...SIGNATURE_CODES);
}

/** Fewer messages may fit into an answer. */
export function isTooLarge(error: unknown): boolean {
  return hasCode(error, ANSWER_TOO_LARGE);
}

function misconfigured(advice: string): Meaning {
  return { code: 'UPSTREAM_MISCONFIGURED', isRetryable: false, advice };
}

function misunderstood(advice: string): Meaning {
  return { code: 'UPSTREAM_BAD_RESPONSE', isRetryable: false, advice };
}
