import type { PushRefusal, PushReply } from '../../push-receiver.ts';

/**
 * The provider's own codes for what may be wrong with a delivery; 509 stands for everything without a code.
 *
 * @see https://doc.socialepoch.com/wa-scrm-open-api-doc/webhook/webhook-readme.html
 */
export type RefusalCode = 502 | 503 | 504 | 507 | 508 | 509;

/** For the sender and the log alike: nothing of the request is in it. */
const refusals: Readonly<Record<RefusalCode, { status: number; message: string }>> = {
  502: { status: 401, message: 'The tenant id is missing' },
  503: { status: 401, message: 'The timestamp is missing' },
  504: { status: 401, message: 'The access token is missing' },
  507: { status: 401, message: 'The signature is wrong' },
  508: { status: 401, message: 'The timestamp is too far from now' },
  509: { status: 400, message: 'The body is not what this event sends' },
};

export const accepted: PushReply = toReply(200, 200, 'success');

/** Not status 200, so that the provider retries, or shows its operator that it failed. */
export function refuse(code: RefusalCode): PushRefusal {
  const { status, message } = refusals[code];
  return { isAccepted: false, reason: message, reply: toReply(status, code, message) };
}

/** The refusals that do not concern the delivery itself. */
export function refuseFor(status: 408 | 413 | 503): PushReply {
  return toReply(status, 509, 'The gateway cannot take this delivery');
}

function toReply(status: number, code: number, message: string): PushReply {
  return { status, contentType: 'application/json', body: JSON.stringify({ code, message, data: '' }) };
}
