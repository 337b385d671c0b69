import { fold, foldWithPlaces } from './folded-text.ts';

/** Scripts whose words are not separated: nothing tells where one begins. */
const UNSPACED_SCRIPTS = [
  'Balinese',
  'Bopomofo',
  'Han',
  'Hangul',
  'Hiragana',
  'Javanese',
  'Katakana',
  'Khmer',
  'Lao',
  'Myanmar',
  'New_Tai_Lue',
  'Tai_Le',
  'Tai_Tham',
  'Tai_Viet',
  'Thai',
  'Yi',
];
const LETTER = String.raw`[\p{L}\p{M}\p{N}]`;
const EMOJI = String.raw`\p{Extended_Pictographic}\p{Emoji_Modifier}\p{Regional_Indicator}`;
/** Letters of those scripts with their marks, and emoji. Marks that many scripts share belong to what they follow. */
const UNSPACED = String.raw`[[[\p{L}\p{N}]&&[${inScripts('Script_Extensions')}]][\p{M}&&[${inScripts('Script')}]]${EMOJI}]`;
const SPACED = `[${LETTER}--${UNSPACED}]`;
const RUN = new RegExp(String.raw`(${UNSPACED}[${UNSPACED}\p{M}]*)|${SPACED}+`, 'gv');

/** A run of letters, digits and marks of a folded text. */
export interface Word {
  text: string;
  /** Else it may be a part of a run, since its script does not tell where words end. */
  isWhole: boolean;
}

/** Words that must all occur. */
export type Search = readonly Word[];

/** A part of a text in UTF-16 units; the end is excluded. */
export interface TextSpan {
  start: number;
  end: number;
}

/** How many highlights a text has at most. */
const MAX_HIGHLIGHTS = 100;

function inScripts(property: string): string {
  return UNSPACED_SCRIPTS.map((script) => String.raw`\p{${property}=${script}}`).join('');
}

/** @returns each word once; none when the text has only spaces and punctuation */
export function toSearch(text: string): Search {
  return [...new Map(Array.from(runsOf(fold(text)), ({ word }) => [word.text, word])).values()];
}

/** The runs of a folded text, from its beginning. */
export function* runsOf(folded: string): Generator<{ word: Word; index: number }> {
  for (const { 0: text, 1: unspaced, index } of folded.matchAll(RUN))
    yield { word: { text, isWhole: unspaced === undefined }, index };
}

/** Whether all words of the search occur. */
export function matchesSearch(text: string, search: Search): boolean {
  const folded = fold(text);
  if (!search.every((word) => folded.includes(word.text))) return false;
  const whole = search.filter(({ isWhole }) => isWhole);
  if (whole.length === 0) return true;
  const missing = new Set(whole.map((word) => word.text));
  for (const { word } of runsOf(folded)) {
    if (missing.delete(word.text) && missing.size === 0) return true;
  }
  return false;
}

/**
 * Where words of the search occur, from the text's beginning; the first hundred. Each span is made of whole characters with their
 * marks, and what overlaps is one span.
 */
export function highlightsOf(text: string, search: Search): TextSpan[] {
  const { folded, starts, ends } = foldWithPlaces(text);
  const found = [...findWhole(folded, search), ...findParts(folded, search)];
  const spans = found
    .map(({ start, end }) => ({ start: starts[start] ?? 0, end: ends[end - 1] ?? 0 }))
    .sort((a, b) => a.start - b.start || a.end - b.end);
  const joined: TextSpan[] = [];
  for (const { start, end } of spans) {
    const last = joined.at(-1);
    if (last && start < last.end) last.end = Math.max(last.end, end);
    else if (joined.length === MAX_HIGHLIGHTS) break;
    else joined.push({ start, end });
  }
  return joined;
}

function* findWhole(folded: string, search: Search): Generator<TextSpan> {
  const wanted = new Set(search.filter(({ isWhole }) => isWhole).map((word) => word.text));
  if (wanted.size === 0) return;
  for (const { word, index } of runsOf(folded))
    if (wanted.has(word.text)) yield { start: index, end: index + word.text.length };
}

function* findParts(folded: string, search: Search): Generator<TextSpan> {
  for (const { text, isWhole } of search) {
    if (isWhole) continue;
    for (let at = folded.indexOf(text); at !== -1; at = folded.indexOf(text, at + 1))
      yield { start: at, end: at + text.length };
  }
}
