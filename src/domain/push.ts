import type { JsonValue } from './records.ts';

/**
 * One pushed item, which is stored before the gateway answers, and processed after that. A channel's items are
 * processed in the order of arrival.
 */
export interface PushedItem {
  /**
   * The same for every repetition of the item, whatever signature and time it comes with: it is stored once. Unique
   * in the channel.
   */
  key: string;
  /** What `process` needs; plain JSON. */
  payload: JsonValue;
}

/**
 * Records that a credential came with a body. A credential that does not cover the body may authenticate only a few
 * bodies.
 */
export interface CredentialUse {
  /** Digests, in hex. */
  credential: string;
  body: string;
  /** Unix ms: when the credential expires. */
  expiresAt: number;
}
