import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Vault } from '../../vault.ts';

/** Of a longer one the hash is stored: PostgreSQL takes 2,046 bytes. */
const MAX_LENGTH = 64;
/** Nothing else begins with it: after a `z` there are two hexadecimal digits. */
const HASHED = 'zz';

/** Of hashed ones, to have a hash once and not for each message: a few thousand are most of all terms. */
const MAX_REMEMBERED = 20_000;

/** What stands for a term in an index: lower case letters, digits and characters outside of ASCII. */
export type ToToken = (source: number, term: string) => string;

/**
 * Makes tokens of terms, which are any texts. Full-text indexes fold capital letters and split texts at punctuation, so both are
 * written as `z` and two hexadecimal digits: each term is one token, and two terms are never the same. The source comes
 * first, so that a search in one source reads nothing of the others. With an encryption key all terms are hashed.
 */
export function createTokens(vault: Vault): ToToken {
  const keyed = vault.hash('archive_message.terms');
  const remembered = new LRUCache<string, string>({ max: MAX_REMEMBERED });
  const hashed = (bits: Buffer): string => HASHED + BigInt(`0x${bits.toString('hex')}`).toString(36);
  const toText = (term: string): string => {
    const text = term.toWellFormed();
    if (keyed) {
      const token = remembered.get(text) ?? hashed(keyed(text));
      remembered.set(text, token);
      return token;
    }
    const escaped = escape(text);
    return escaped.length <= MAX_LENGTH ? escaped : hashed(hash('sha256', text, 'buffer').subarray(0, 16));
  };
  return (source, term) => `${source}x${toText(term)}`;
}

function escape(text: string): string {
  return text.replaceAll(
    /[^a-y0-9\u0080-\u{10FFFF}]/gu,
    (character) => `z${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
}
