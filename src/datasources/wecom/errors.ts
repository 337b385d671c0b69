import { UpstreamError } from '../../errors/upstream-error.ts';
import { createFailureTable, hasCode, type Meaning } from '../kit/failure-table.ts';

/** A block lasts as long as the period of the exceeded limit; the shortest is a minute. */
const RATE_BLOCK_SECONDS = 60;

/**
 * WeCom blocks an address that repeats a wrong secret for an hour, so a refused secret starts a cooldown of a minute.
 */
const CREDENTIALS_COOLDOWN_SECONDS = 60;

const wrongCredentials: Meaning = {
  code: 'UPSTREAM_AUTH_FAILED',
  isRetryable: false,
  cooldownSeconds: CREDENTIALS_COOLDOWN_SECONDS,
  cooldownOf: 'OPERATION',
  advice:
    'WeCom refuses the credentials: check that corpId and secret belong together and that the secret is that of the application with the archive permission',
};
const tokenRefused: Meaning = {
  code: 'UPSTREAM_AUTH_FAILED',
  isRetryable: true,
  advice:
    'WeCom refuses an access token that it has just issued: check that the secret is that of the application with the archive permission',
};
const missingPermission: Meaning = {
  code: 'UPSTREAM_MISCONFIGURED',
  isRetryable: false,
  advice:
    'The application may not read conversations: give it the archive permission, authorise it again, and use its own secret',
};
const untrustedAddress: Meaning = {
  code: 'UPSTREAM_MISCONFIGURED',
  isRetryable: false,
  advice:
    'WeCom does not trust the address that the gateway calls from: add it to the trusted IPs of the application and of the archive, which takes a minute to apply',
};
export const CALLED_TOO_OFTEN: Meaning = {
  code: 'UPSTREAM_RATE_LIMITED',
  isRetryable: true,
  retryAfterSeconds: RATE_BLOCK_SECONDS,
  // Its limits are for each corporation and interface.
  cooldownOf: 'OPERATION',
  advice: 'WeCom rate-limits the gateway: set up the callback, whose tokens lift the strict limit',
};
const notUnderstood: Meaning = {
  code: 'UPSTREAM_BAD_RESPONSE',
  isRetryable: false,
  advice: 'WeCom did not accept the request: this is a fault of the gateway, or its interface has changed',
};

/** The answer would be too large. */
const TOO_LARGE = 301058;
/** The token has ended, or was revoked. */
const TOKEN_CODES = [40014, 42001];
/** A parameter is wrong or too long. */
const WRONG_PARAMETER = 40058;

/**
 * What WeCom's codes other than 0 mean here. The same numbers partly mean something else at other products of the house.
 * A code that is not in the table may or may not pass by itself.
 *
 * @see https://developer.work.weixin.qq.com/document/path/90455
 */
export const toFailure = createFailureTable(
  [
    [[-1], { code: 'UPSTREAM_UNAVAILABLE', isRetryable: true, advice: 'WeCom is busy' }],
    [[40001, 40013, 40091], wrongCredentials],
    [TOKEN_CODES, tokenRefused],
    [[WRONG_PARAMETER, 41001, 43002, 44002, 47001], notUnderstood],
    [[45009], CALLED_TOO_OFTEN],
    [
      [45033],
      {
        code: 'UPSTREAM_RATE_LIMITED',
        isRetryable: true,
        retryAfterSeconds: 1,
        advice: 'WeCom takes one call at a time from a corporation: let no other program read this archive',
      },
    ],
    [[48002, 48003, 48004], missingPermission],
    [[60020, 301042], untrustedAddress],
    [
      [301052],
      {
        code: 'UPSTREAM_MISCONFIGURED',
        isRetryable: false,
        advice: 'The archive has expired: renew it in the admin console',
      },
    ],
    [
      [301053],
      {
        code: 'UPSTREAM_MISCONFIGURED',
        isRetryable: false,
        advice: 'The archive is not switched on: switch it on in the admin console and set a public key',
      },
    ],
    [
      [TOO_LARGE],
      {
        code: 'UPSTREAM_BAD_RESPONSE',
        isRetryable: false,
        advice: 'A single message is larger than WeCom can answer with',
      },
    ],
  ],
  {
    code: 'UPSTREAM_BAD_RESPONSE',
    isRetryable: true,
    advice:
      'WeCom refused the call with a code that the gateway does not know: look it up in its list of global error codes',
  },
);

/** The token has ended or was revoked; a new one may do. 40001 is not among them: here it means a wrong secret. */
export function isTokenRefusal(error: unknown): boolean {
  return hasCode(error, ...TOKEN_CODES);
}

/** The answer would be too large; fewer messages may fit. */
export function isTooLarge(error: unknown): boolean {
  return hasCode(error, TOO_LARGE);
}

/** WeCom, or the gateway in its stead, rate-limits the call. */
export function isRateLimit(error: unknown): boolean {
  return error instanceof UpstreamError && error.code === 'UPSTREAM_RATE_LIMITED';
}

/** A parameter is wrong or too long. */
export function isParameterRefusal(error: unknown): boolean {
  return hasCode(error, WRONG_PARAMETER);
}

/** Refused with an unknown code. */
export function isUnexplainedRefusal(error: unknown): boolean {
  return (
    error instanceof UpstreamError &&
    error.code === 'UPSTREAM_BAD_RESPONSE' &&
    /^-?\d+$/.test(error.providerCode ?? '')
  );
}
