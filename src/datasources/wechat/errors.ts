import type { UpstreamFailure } from '../../errors/upstream-error.ts';
import type { UpstreamErrorCode } from '../../errors/catalogue.ts';
import { createFailureTable, hasCode, type Meaning } from '../kit/failure-table.ts';

const BUSY = -1;
const DAY_IS_FULL = 45009;
const MINUTE_IS_FULL = 45011;

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
const find = createFailureTable(
  [
    [[BUSY], { code: 'UPSTREAM_UNAVAILABLE', isRetryable: true, advice: 'The provider is busy' }],
    [
      [DAY_IS_FULL],
      rateLimited("The account's daily quota for this call is used up; it resets at midnight in Beijing"),
    ],
    [[MINUTE_IS_FULL], rateLimited('The account has made too many of these calls within a minute')],
    [
      [40001],
      refused(
        'UPSTREAM_AUTH_FAILED',
        'The provider refuses the secret, or keeps refusing fresh access tokens',
      ),
    ],
    [[40013], refused('UPSTREAM_AUTH_FAILED', 'The provider does not know this appId')],
    [[40014], refused('UPSTREAM_AUTH_FAILED', 'The provider keeps refusing fresh access tokens')],
    [[40066], refused('UPSTREAM_MISCONFIGURED', 'The provider has no such address: check baseUrl')],
    [[40125], refused('UPSTREAM_AUTH_FAILED', 'The provider refuses the secret of the app')],
    [
      [40164],
      refused('UPSTREAM_MISCONFIGURED', "The gateway's IP address is not on the account's allow-list"),
    ],
    [
      [40243],
      refused('UPSTREAM_AUTH_FAILED', 'appSecret is frozen: unfreeze it in the console of the account'),
    ],
    [[41001, 43002, 44002, 47001, 65416], refused('UPSTREAM_BAD_RESPONSE', BROKEN_REQUEST)],
    [[41002], refused('UPSTREAM_AUTH_FAILED', 'The provider misses appId')],
    [[41004], refused('UPSTREAM_AUTH_FAILED', 'The provider misses appSecret')],
    [[42001], refused('UPSTREAM_AUTH_FAILED', 'The provider keeps calling fresh access tokens expired')],
    [
      [42007],
      refused(
        'UPSTREAM_AUTH_FAILED',
        "The account's password was changed, which made its tokens void: authorise it again",
      ),
    ],
    [[48001], refused('UPSTREAM_MISCONFIGURED', 'This call is not granted to the account: is it verified?')],
    [[48004], refused('UPSTREAM_MISCONFIGURED', 'The provider has banned this call for the account')],
    [[50002], refused('UPSTREAM_MISCONFIGURED', 'The provider has restricted the account')],
    [
      [61003],
      refused(
        'UPSTREAM_AUTH_FAILED',
        'The account has not authorised the third-party platform, or has withdrawn it: check authorizerAppId',
      ),
    ],
    [
      [61004],
      refused(
        'UPSTREAM_MISCONFIGURED',
        "The gateway's IP address is not on the third-party platform's allow-list",
      ),
    ],
    [
      [61005],
      refused(
        'UPSTREAM_AUTH_FAILED',
        'component.verifyTicket has expired: WeChat pushes a new one every ten minutes, and the newest is needed',
      ),
    ],
    [
      [61006],
      refused('UPSTREAM_AUTH_FAILED', 'component.verifyTicket is not a ticket of this third-party platform'),
    ],
    [
      [61007],
      refused('UPSTREAM_MISCONFIGURED', 'The account has not granted this call to the third-party platform'),
    ],
    [[61011], refused('UPSTREAM_AUTH_FAILED', 'The provider does not know component.appId')],
    [
      [61023],
      refused(
        'UPSTREAM_AUTH_FAILED',
        'The provider refuses component.authorizerRefreshToken: take the newest one, or let the account authorise the platform again',
      ),
    ],
    [[65400], refused('UPSTREAM_MISCONFIGURED', ENABLE_SERVICE)],
    [[65417], refused('UPSTREAM_BAD_RESPONSE', 'The provider calls the time window too long: report a bug')],
    [[89501, 89503, 89506, 89507], refused('UPSTREAM_MISCONFIGURED', CONFIRM_IP)],
  ],
  {
    code: 'UPSTREAM_BAD_RESPONSE',
    isRetryable: true,
    advice: 'The provider refused the call with a code that this gateway does not know',
  },
);

/**
 * Says what an `errcode` other than 0 means.
 *
 * @param now Unix ms
 * @see https://developers.weixin.qq.com/doc/oplatform/developers/troubleshooting
 */
export function toFailure(errorCode: number, now: number): UpstreamFailure {
  const failure = find(errorCode);
  const seconds = Math.floor(now / 1000);
  if (errorCode === DAY_IS_FULL) {
    const today = (seconds + BEIJING_OFFSET_SECONDS) % DAY_SECONDS;
    return { ...failure, retryAfterSeconds: DAY_SECONDS - today };
  }
  return errorCode === MINUTE_IS_FULL ? { ...failure, retryAfterSeconds: 60 - (seconds % 60) } : failure;
}

/** The access token is void: another one may do. */
export function isTokenRefusal(error: unknown): boolean {
  return hasCode(error, 40001, 40014, 42001);
}

function refused(code: UpstreamErrorCode, advice: string): Meaning {
  return { code, isRetryable: false, advice };
}

function rateLimited(advice: string): Meaning {
  return { code: 'UPSTREAM_RATE_LIMITED', isRetryable: true, cooldownOf: 'OPERATION', advice };
}
