import type { UpstreamFailure } from '../../errors/upstream-error.ts';

type Cause = Pick<UpstreamFailure, 'code' | 'advice'>;

/** The access token is invalid: another one may work. */
const TOKEN_REFUSALS: ReadonlySet<string | null> = new Set(['40001', '40014', '42001']);

const DAY_SECONDS = 86_400;
/** Daily quotas are counted by the calendar day of Beijing. */
const BEIJING_OFFSET_SECONDS = 8 * 3_600;

const ENABLE_SERVICE =
  'Customer service is not enabled for this account, or was enabled too recently: wait or enable it';
const CONFIRM_IP =
  "The gateway's IP address waits for an administrator of the account to confirm it, or was refused";
const BROKEN_REQUEST =
  'The provider calls the request malformed: check that baseUrl leads to it unchanged, else report a bug';

/** By the provider's `errcode`. Never by `errmsg`, whose text changes and holds a request id. */
const CAUSES: Readonly<Record<number, Cause>> = {
  40001: {
    code: 'UPSTREAM_AUTH_FAILED',
    advice: 'The provider refuses the secret, or keeps refusing fresh access tokens',
  },
  40013: { code: 'UPSTREAM_AUTH_FAILED', advice: 'The provider does not know this appId' },
  40014: { code: 'UPSTREAM_AUTH_FAILED', advice: 'The provider keeps refusing fresh access tokens' },
  40066: { code: 'UPSTREAM_MISCONFIGURED', advice: 'The provider has no such address: check baseUrl' },
  40125: { code: 'UPSTREAM_AUTH_FAILED', advice: 'The provider refuses the secret of the app' },
  40164: {
    code: 'UPSTREAM_MISCONFIGURED',
    advice: "The gateway's IP address is not on the account's allow-list",
  },
  40243: {
    code: 'UPSTREAM_AUTH_FAILED',
    advice: 'appSecret is frozen: unfreeze it in the console of the account',
  },
  41001: { code: 'UPSTREAM_BAD_RESPONSE', advice: BROKEN_REQUEST },
  41002: { code: 'UPSTREAM_AUTH_FAILED', advice: 'The provider misses appId' },
  41004: { code: 'UPSTREAM_AUTH_FAILED', advice: 'The provider misses appSecret' },
  42001: { code: 'UPSTREAM_AUTH_FAILED', advice: 'The provider keeps calling fresh access tokens expired' },
  42007: {
    code: 'UPSTREAM_AUTH_FAILED',
    advice: "The account's password was changed, which made its tokens void: authorise it again",
  },
  43002: { code: 'UPSTREAM_BAD_RESPONSE', advice: BROKEN_REQUEST },
  44002: { code: 'UPSTREAM_BAD_RESPONSE', advice: BROKEN_REQUEST },
  47001: { code: 'UPSTREAM_BAD_RESPONSE', advice: BROKEN_REQUEST },
  48001: {
    code: 'UPSTREAM_MISCONFIGURED',
    advice: 'This call is not granted to the account: is it verified?',
  },
  48004: { code: 'UPSTREAM_MISCONFIGURED', advice: 'The provider has banned this call for the account' },
  50002: { code: 'UPSTREAM_MISCONFIGURED', advice: 'The provider has restricted the account' },
  61003: {
    code: 'UPSTREAM_AUTH_FAILED',
    advice:
      'The account has not authorised the third-party platform, or has withdrawn it: check authorizerAppId',
  },
  61004: {
    code: 'UPSTREAM_MISCONFIGURED',
    advice: "The gateway's IP address is not on the third-party platform's allow-list",
  },
  61005: {
    code: 'UPSTREAM_AUTH_FAILED',
    advice:
      'component.verifyTicket has expired: WeChat pushes a new one every ten minutes, and the newest is needed',
  },
  61006: {
    code: 'UPSTREAM_AUTH_FAILED',
    advice: 'component.verifyTicket is not a ticket of this third-party platform',
  },
  61007: {
    code: 'UPSTREAM_MISCONFIGURED',
    advice: 'The account has not granted this call to the third-party platform',
  },
  61011: { code: 'UPSTREAM_AUTH_FAILED', advice: 'The provider does not know component.appId' },
  61023: {
    code: 'UPSTREAM_AUTH_FAILED',
    advice:
      'The provider refuses component.authorizerRefreshToken: take the newest one, or let the account authorise the platform again',
  },
  65400: { code: 'UPSTREAM_MISCONFIGURED', advice: ENABLE_SERVICE },
  65416: { code: 'UPSTREAM_BAD_RESPONSE', advice: BROKEN_REQUEST },
  65417: {
    code: 'UPSTREAM_BAD_RESPONSE',
    advice: 'The provider calls the time window too long: report a bug',
  },
  89501: { code: 'UPSTREAM_MISCONFIGURED', advice: CONFIRM_IP },
  89503: { code: 'UPSTREAM_MISCONFIGURED', advice: CONFIRM_IP },
  89506: { code: 'UPSTREAM_MISCONFIGURED', advice: CONFIRM_IP },
  89507: { code: 'UPSTREAM_MISCONFIGURED', advice: CONFIRM_IP },
};

/**
 * Says what an `errcode` other than 0 means.
 *
 * @param now Unix ms
 * @see https://developers.weixin.qq.com/doc/oplatform/developers/troubleshooting
 */
export function toFailure(errorCode: number, now: number): UpstreamFailure {
  const providerCode = String(errorCode);
  const seconds = Math.floor(now / 1000);
  switch (errorCode) {
    case -1:
      return {
        code: 'UPSTREAM_UNAVAILABLE',
        providerCode,
        isRetryable: true,
        advice: 'The provider is busy',
      };
    case 45009:
      return {
        code: 'UPSTREAM_RATE_LIMITED',
        providerCode,
        isRetryable: true,
        cooldownOf: 'OPERATION',
        retryAfterSeconds: DAY_SECONDS - ((seconds + BEIJING_OFFSET_SECONDS) % DAY_SECONDS),
        advice: "The account's daily quota for this call is used up; it resets at midnight in Beijing",
      };
    case 45011:
      return {
        code: 'UPSTREAM_RATE_LIMITED',
        providerCode,
        isRetryable: true,
        cooldownOf: 'OPERATION',
        retryAfterSeconds: 60 - (seconds % 60),
        advice: 'The account has made too many of these calls within a minute',
      };
  }
  const cause = CAUSES[errorCode];
  if (cause) return { ...cause, providerCode, isRetryable: false };
  return {
    code: 'UPSTREAM_BAD_RESPONSE',
    providerCode,
    isRetryable: true,
    advice: 'The provider refused the call with a code that this gateway does not know',
  };
}

export function isTokenRefusal(providerCode: string | null): boolean {
  return TOKEN_REFUSALS.has(providerCode);
}
