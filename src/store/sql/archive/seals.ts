import { LRUCache } from 'lru-cache';
import { toDigest128 } from '../../../util/crypto.ts';
import type { ArchivedEntry } from '../../ports/message-archive.ts';
import type { SqlRow } from '../../sql.ts';
import type { ColumnSeal, Vault } from '../../vault.ts';
import { toFacts } from './facts.ts';
import type { KeptMessage } from './plan-page.ts';
import { fromSequenceText, toSequenceText } from './sequence-text.ts';
import { createTokens, type ToToken } from './terms.ts';

/** Of sealed keys. */
const MAX_REMEMBERED = 20_000;

/** Between texts and what the columns of an archive hold. */
export class ArchiveSeals {
  readonly record: ColumnSeal;
  readonly position: ColumnSeal;
  readonly conversation: ColumnSeal;
  readonly participant: ColumnSeal;
  readonly toToken: ToToken;
  readonly #source: ColumnSeal;
  readonly #account: ColumnSeal;
  readonly #key: ColumnSeal;
  readonly #hash: (text: string) => string;

  constructor(vault: Vault) {
    this.#source = vault.key('archive_source.name');
    this.#account = vault.key('archive_account.name');
    this.#key = vault.key('archive_message.key');
    this.conversation = remember(vault.key('archive_conversation.key'));
    this.participant = remember(vault.key('archive_participant.key'));
    this.record = vault.record('archive_message.record');
    this.position = vault.value('archive_job.position');
    this.toToken = createTokens(vault);
    const hash = vault.hash('archive_message.sequence');
    this.#hash = hash ? (text) => hash(text).toString('base64url') : toDigest128;
  }

  // Sealed keys are texts in every vault.
  sourceName(source: string): string {
    return String(this.#source.seal(source));
  }

  accountName(account: string): string {
    return String(this.#account.seal(account));
  }

  openSourceName(stored: unknown): string {
    return this.#source.open(stored);
  }

  openAccountName(stored: unknown): string {
    return this.#account.open(stored);
  }

  openKey(stored: unknown): string {
    return this.#key.open(stored);
  }

  key(key: string): string {
    return String(this.#key.seal(key));
  }

  /** A sequence that no other message has, directly after the one whose place another message has now. */
  toDisplaced({ sequence, key }: KeptMessage): string {
    return toSequenceText(`${sequence} ${this.#hash(key)}`);
  }

  toKept(row: SqlRow): KeptMessage {
    return {
      key: this.#key.open(row['key']),
      version: Number(row['version']),
      facts: toFacts(row),
      ...this.toEntry(row),
    };
  }

  toEntry(row: SqlRow): ArchivedEntry {
    const delistedAt = row['delisted_at'] ?? null;
    return {
      sequence: fromSequenceText(String(row['sequence'])),
      sentAt: Number(row['sent_at']),
      record: this.record.open(row['record']),
      delistedAt: delistedAt === null ? null : Number(delistedAt),
    };
  }
}

/** Most messages are of the same conversations and people, and to seal a key takes longer than to keep a message. */
function remember(seal: ColumnSeal): ColumnSeal {
  const sealed = new LRUCache<string, string | Uint8Array>({ max: MAX_REMEMBERED });
  return {
    open: (stored) => seal.open(stored),
    seal: (text) => {
      const known = sealed.get(text) ?? seal.seal(text);
      sealed.set(text, known);
      return known;
    },
  };
}
