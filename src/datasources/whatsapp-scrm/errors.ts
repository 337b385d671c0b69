import { createFailureTable, type Meaning } from '../kit/failure-table.ts';

/**
 * What the `code` of an answer means that is not 200. The codes that the vendor has published are those of its signature
 * check, in its guide to webhooks; that calls answer with the same ones is assumed. Nothing is published on any other.
 *
 * @see https://doc.socialepoch.com/wa-scrm-open-api-doc/webhook/webhook-readme.html
 */
export const toFailure = createFailureTable(
  [
    [
      [401, 403, 502, 503, 504, 505, 506, 507, 509],
      refused(
        'The provider refuses the tenant: check tenantId and apiKey against the open API settings of its console',
      ),
    ],
    [[508], refused('The time of the call was not accepted: check that the clock of this machine is right')],
    [[511], refused('The tenant has no API key yet: create one in the open API settings of its console')],
    [
      [429],
      {
        code: 'UPSTREAM_RATE_LIMITED',
        isRetryable: true,
        advice: 'The provider rate-limits the gateway: lower quota.callsPerSecond',
      },
    ],
  ],
  {
    code: 'UPSTREAM_BAD_RESPONSE',
    isRetryable: false,
    advice:
      'The provider refused the call with a code that it has not published: ask its support what it means',
  },
);

function refused(advice: string): Meaning {
  return { code: 'UPSTREAM_AUTH_FAILED', isRetryable: false, advice };
}
