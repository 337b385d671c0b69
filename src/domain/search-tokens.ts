import { fold } from './folded-text.ts';
import { runsOf, type Search } from './search.ts';

/** Of a text with more, none is worth its place in an index. */
const MAX_TOKENS = 4_000;
/** Enough to find the few texts that have them all. */
const MAX_SEARCHED = 12;

/**
 * By what an index finds a text: whole words, and of words whose script does not tell where they end each character and each pair of
 * neighbours.
 *
 * @returns each once; null: there are too many
 */
export function tokensOf(text: string): string[] | null {
  const tokens = new Set<string>();
  for (const { word } of runsOf(fold(text))) {
    if (word.isWhole) tokens.add(word.text);
    else addAll(tokens, word.text);
    if (tokens.size > MAX_TOKENS) return null;
  }
  return [...tokens];
}

/** @returns some tokens that every text has which matches; others may have them too */
export function tokensOfSearch(search: Search): string[] {
  const tokens = new Set<string>();
  for (const { text, isWhole } of search) {
    const characters = Array.from(text);
    if (isWhole || characters.length === 1) tokens.add(text);
    else for (const pair of pairsOf(characters)) tokens.add(pair);
  }
  return [...tokens].slice(0, MAX_SEARCHED);
}

function addAll(tokens: Set<string>, word: string): void {
  const characters = Array.from(word);
  for (const character of characters) tokens.add(character);
  for (const pair of pairsOf(characters)) tokens.add(pair);
}

function* pairsOf(characters: readonly string[]): Generator<string> {
  for (let at = 1; at < characters.length; at++) yield `${characters[at - 1] ?? ''}${characters[at] ?? ''}`;
}
