/** A message as its key's parts name it. */
export interface LedgerKey {
  prefix: string;
  ordinal: number;
}

export interface LedgerEntry {
  /** Under which the provider's deliveries name the message. */
  messageId: string;
  /** Unix ms: when the delivery came. */
  recordedAt: number;
  /** The message itself, counted among those of its event with this prefix. */
  message?: { event: string; prefix: string };
  /** From what is known of the message: JSON, null before the first time. */
  toDetails?: (known: string | null) => { details: string; speaker: string | null };
  /** JSON. */
  profile?: { customer: string; profile: string };
  /** Of its status. */
  rank?: number;
}

export interface LedgerResult {
  /** As it was recorded first; null as long as the message has not come. */
  message: (LedgerKey & { event: string; recordedAt: number; isFirstOfKey: boolean }) | null;
  /** The highest rank of its statuses; null: there is none. */
  rank: number | null;
  /** Of `entry.rank`: as it was recorded first. */
  status: { isForward: boolean; recordedAt: number } | null;
}

export interface LedgerFinding {
  /** Of the message that came first under the key. */
  messageId: string;
  /** The highest of all that were told under the key; null: there is none. */
  rank: number | null;
  /** JSON, in the order in which the messages came. */
  details: string[];
}

export interface LedgerErasure {
  /** Whose messages and profile are erased. */
  customer: string;
  /** Of further messages. */
  keys: readonly LedgerKey[];
  /** Of messages that stay, also when they are the customer's. */
  held: readonly LedgerKey[];
  /** Whether an id under which deliveries name a message names the customer. */
  isNamedIn: (messageId: string) => boolean;
}

export interface ErasedLedgerRows {
  /** Of the messages. */
  ids: string[];
  /** By table. */
  counts: Record<string, number>;
}

/** What webhooks have told about messages and customers. Every row is written once and stays, but for details and profiles. */
export interface Ledger {
  /** Another one when details may have changed, whatever process has written them. */
  version(): Promise<string>;
  /** Another one when anything may have. */
  anyVersion(): Promise<string>;
  /**
   * Records them in their order, all or none. Doing it again adds nothing. A power cut may undo it until something is
   * written after it, so what the entries were made from must be kept until then.
   *
   * @param mayBegin asked before each: when it says no, the rest is not recorded, but the first is
   */
  record(entries: readonly LedgerEntry[], mayBegin?: () => boolean): Promise<LedgerResult[]>;
  /** @returns for each key, null when no webhook has told of the message */
  find(keys: readonly LedgerKey[]): Promise<(LedgerFinding | null)[]>;
  hasSpeaker(speaker: string): Promise<boolean>;
  profile(customer: string): Promise<{ profile: string; recordedAt: number } | null>;
  /** The messages of which a webhook has told that this person spoke. */
  keysOfSpeaker(speaker: string): Promise<LedgerKey[]>;
  /** What an erasure takes away. */
  findErased(erasure: LedgerErasure): Promise<ErasedLedgerRows>;
  /** Takes away what was told of these messages, and of the customer. */
  erase(messageIds: readonly string[], customer: string): Promise<void>;
  /** @param before Unix ms */
  prune(before: number): Promise<void>;
}
