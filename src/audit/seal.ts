import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import type { AuditMark, AuditMarkName, AuditRow, AuditStrand } from '../store/store.ts';
import { deriveKey } from '../util/crypto.ts';

/** A place in a chain: after the link with this number, which has this hash. */
export interface Place {
  seq: number;
  hash: string;
}

/** Before the first link. */
export const BEGINNING: Place = { seq: 0, hash: '' };

/** Hashes records and strands, and seals marks, under a key derived from the gateway's secret. */
export class AuditSeal {
  readonly #key: KeyObject;

  constructor(secret: Buffer) {
    this.#key = createSecretKey(deriveKey(secret, 'audit log'));
  }

  /** Which strand it is in, the hash before it tells. */
  hash({ seq, at, caller, body, previous }: Omit<AuditRow, 'hash' | 'strand'>): string {
    return this.#mac(['record', seq, at, caller, body, previous]);
  }

  strand({ id, name, openedAt, previous }: Omit<AuditStrand, 'hash' | AuditMarkName>): string {
    return this.#mac(['strand', id, name, openedAt, previous]);
  }

  mark(strand: number, name: AuditMarkName, { seq, hash }: Place): AuditMark {
    return { seq, hash, seal: this.#mac([name, strand, seq, hash]) };
  }

  end({ seq, hash }: Place): AuditMark {
    return { seq, hash, seal: this.#mac(['end', seq, hash]) };
  }

  isGenuine(strand: number, name: AuditMarkName, mark: AuditMark): boolean {
    return this.mark(strand, name, mark).seal === mark.seal;
  }

  isGenuineEnd(end: AuditMark): boolean {
    return this.end(end).seal === end.seal;
  }

  /** As it was sealed before there were strands. */
  isEarlier(name: AuditMarkName, { seq, hash, seal }: AuditMark): boolean {
    return this.#mac([name, seq, hash]) === seal;
  }

  #mac(parts: (string | number)[]): string {
    return createHmac('sha256', this.#key).update(JSON.stringify(parts)).digest('base64url');
  }
}
