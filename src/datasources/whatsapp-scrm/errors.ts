import type { UpstreamFailure } from '../../errors/upstream-error.ts';

const wrongSignature =
  'The provider refuses the tenant: check tenantId and apiKey against the open API settings of its console';

/**
 * The vendor has published only the codes of its signature check, in its guide to webhooks; the gateway assumes that
 * calls answer with the same ones.
 *
 * @see https://doc.socialepoch.com/wa-scrm-open-api-doc/webhook/webhook-readme.html
 */
const failures: Readonly<Record<string, UpstreamFailure>> = {
  ...Object.fromEntries(
    ['401', '403', '502', '503', '504', '505', '506', '507', '509'].map((code) => [
      code,
      refused(wrongSignature),
    ]),
  ),
  '508': refused('The time of the call was not accepted: check that the clock of this machine is right'),
  '511': refused('The tenant has no API key yet: create one in the open API settings of its console'),
  '429': {
    code: 'UPSTREAM_RATE_LIMITED',
    isRetryable: true,
    advice: 'The provider rate-limits the gateway: lower quota.callsPerSecond',
  },
};

function refused(advice: string): UpstreamFailure {
  return { code: 'UPSTREAM_AUTH_FAILED', isRetryable: false, advice };
}

/** @param providerCode the `code` of an answer that is not 200 */
export function toFailure(providerCode: string): UpstreamFailure {
  const failure = Object.hasOwn(failures, providerCode) ? failures[providerCode] : undefined;
  return {
    ...(failure ?? {
      code: 'UPSTREAM_BAD_RESPONSE',
      isRetryable: false,
      advice:
        'The provider refused the call with a code that it has not published: ask its support what it means',
    }),
    // Untrusted, and shown to clients: a code is short.
    providerCode: providerCode.slice(0, 20),
  };
}
