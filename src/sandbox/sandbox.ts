import type { SandboxKnobs, SandboxServer } from './sandbox-server.ts';

/** Which history a sandbox begins with. Each provider has defaults of its own. */
export interface HistoryOptions {
  /** The same seed makes the same chats. */
  seed: number;
  /** Unix ms. */
  now: () => number;
  /** How many messages. */
  messages?: number;
  /** Unix ms, inclusive. */
  from?: number;
  /** Unix ms, exclusive; now when left out. */
  until?: number;
  /** How far back the first page of WeCom's stream reaches; 3 days when left out, as at the real one. */
  weComReachDays?: number;
  /** Where private keys are written for the configuration, which has none when this is left out. */
  keyDirectory?: string;
}

/** A message that a provider lists, in terms that all providers share. */
export interface ListedMessage {
  /** The provider's own id of the message; null where it has none. */
  nativeId: string | null;
  /** Unix ms. */
  sentAt: number;
}

/** A webhook request that the provider would make; the caller sends it: once, again, after a delay, or forged. */
export interface SandboxPush {
  /** The last part of the URL that it is for. */
  event: string;
  method: 'GET' | 'POST';
  query: Record<string, string>;
  headers: Record<string, string>;
  body: string;
}

/**
 * A sandbox of one provider on the loopback interface, by the provider's own rules. Everything that the demo and the
 * tests do at every provider goes through this; what only one provider has is in its own folder.
 */
export interface Sandbox<Message = unknown> {
  /** The name of its channel, unless `config` is given another. */
  readonly channel: string;
  /** Is started and closed by its owner; has the base URL, the knobs, the calls and the broken rules. */
  readonly server: SandboxServer<SandboxKnobs>;
  /** The channel's entry in the gateway's configuration, with the credentials. */
  config(name?: string): Record<string, unknown>;
  /**
   * Stops limiting how often it may be called.
   *
   * @returns settings for the channel's entry, with which the gateway does not limit its own calls either
   */
  liftLimits(): Record<string, unknown>;
  /** What the provider lists now, oldest first. */
  listed(): ListedMessage[];
  /** A message arrives. @param message what is left out is made up; `sentAt`, in Unix ms, is now */
  add(message: { sentAt?: number }): Message;
  /** The deliveries that tell of a message that was added; none where the provider does not push. */
  push(message: Message): SandboxPush[];
  /** Tokens and cursors issued before are refused once when they are used again; new ones are valid. */
  expireCredentials(): void;
}

/** The most that the gateway's configuration takes. */
export const WIDEST_QUOTA = { callsPerSecond: 10_000 } as const;

/** @returns the same messages, oldest first; those of one moment stay in their order */
export function oldestFirst(messages: readonly ListedMessage[]): ListedMessage[] {
  return messages.toSorted((a, b) => a.sentAt - b.sentAt);
}
