import { hash } from 'node:crypto';
import type { Vault } from '../../vault.ts';

/** Of a longer one the hash is stored: PostgreSQL takes 2,046 bytes. */
const MAX_LENGTH = 64;
/** Nothing else begins with it: after a `z` there are two hexadecimal digits. */
const HASHED = 'zz';

/** What stands for a term in an index: lower case letters, digits and characters outside of ASCII. */
export type ToToken = (source: number, term: string) => string;

/**
 * Makes tokens of terms, which are any texts. Full-text indexes fold capital letters and split texts at punctuation, so both are
 * written as `z` and two hexadecimal digits: each term is one token, and two terms are never the same. The source comes
 * first, so that a search in one source reads nothing of the others. With an encryption key all terms are hashed.
 */
export function createTokens(vault: Vault): ToToken {
  const keyed = vault.hash('archive_message.terms');
  const hashed = (bits: Buffer): string => HASHED + BigInt(`0x${bits.toString('hex')}`).toString(36);
  const toText = (term: string): string => {
    const text = term.toWellFormed();
    if (keyed) return hashed(keyed(text));
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
