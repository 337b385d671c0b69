/** What belongs to the character before it: marks, signs that are letters in name only, and what shows nothing, such as joiners. */
const MARK = String.raw`\p{M}\p{Default_Ignorable_Code_Point}\u0E33\u0EB3\uFF9E\uFF9F`;
/** What may also become one with it: letters of Hangul and of Kirat Rai that make a syllable. */
const JOINING = String.raw`${MARK}\u1161-\u11FF\u3133\u3135\u3136\u313A-\u313F\u314F-\u3163\uD7B0-\uD7FF\uFFA3\uFFA5\uFFA6\uFFAA-\uFFAF\uFFC2-\uFFC7\uFFCA-\uFFCF\uFFD2-\uFFD7\uFFDA-\uFFDC\u{16D63}-\u{16D6A}`;
/** What folds to itself, or to its small letter: most of all texts. */
const PLAIN = String.raw`\x00-\x7F\u3041-\u3096\u30A1-\u30FA\u4E00-\u9FFF\uAC00-\uD7A3`;
/** As in Unicode's stream-safe format (UAX 15): sorting longer runs of marks would take the square of their length. */
const MOST_JOINING = 30;

const JOINED = `[${JOINING}]{0,${MOST_JOINING}}`;
const LETTER = new RegExp(String.raw`[^][${MARK}]*`, 'gv');
/** Begins wherever a character begins: so a part of a text that is cut there has the same ones. What is between them is plain. */
const CHANGING = new RegExp(`[^${PLAIN}]${JOINED}|[${PLAIN}][${JOINING}]{1,${MOST_JOINING}}`, 'gv');
const IGNORABLE = /\p{Default_Ignorable_Code_Point}/gv;

/**
 * A text as it is compared in a search, in the way of Unicode's NFKC_Casefold: compatibility forms such as full-width letters and
 * ligatures, capital letters, and characters that show nothing make no difference. Both forms of the small sigma are one.
 */
export function fold(text: string): string {
  return text.replaceAll(CHANGING, foldCharacter).toLowerCase();
}

/** Where each UTF-16 unit of a folded text comes from: a character of the text, from its first unit to its end, which is excluded. */
export interface FoldedText {
  folded: string;
  starts: Uint32Array;
  ends: Uint32Array;
}

/** A character that is not plain, in UTF-16 units of the text, and as it folds. */
interface Change {
  start: number;
  end: number;
  part: string;
}

export function foldWithPlaces(text: string): FoldedText {
  const changes = [...changesIn(text)];
  const length = changes.reduce(
    (sum, { start, end, part }) => sum + part.length - (end - start),
    text.length,
  );
  const starts = new Uint32Array(length);
  const ends = new Uint32Array(length);
  let folded = '';
  let [at, unit] = [0, 0];
  const addPlain = (until: number): void => {
    folded += text.slice(at, until).toLowerCase();
    while (at < until) {
      starts[unit] = at++;
      ends[unit++] = at;
    }
  };
  for (const { start, end, part } of changes) {
    addPlain(start);
    folded += part;
    at = end;
    starts.fill(start, unit, unit + part.length);
    ends.fill(end, unit, unit + part.length);
    unit += part.length;
  }
  addPlain(text.length);
  return { folded, starts, ends };
}

function* changesIn(text: string): Generator<Change> {
  for (const { 0: joined, index } of text.matchAll(CHANGING)) {
    let start = index;
    for (const character of separate(joined)) {
      const end = start + character.length;
      yield { start, end, part: foldCharacter(character) };
      start = end;
    }
  }
}

/** Letters that did not become one are characters of their own. */
function separate(joined: string): readonly string[] {
  if (isSingle(joined)) return [joined];
  const letters = joined.match(LETTER) ?? [];
  if (letters.length === 1 || letters.map(foldCharacter).join('') !== foldCharacter(joined)) return [joined];
  return letters;
}

function isSingle(joined: string): boolean {
  return joined.length === 1 || (joined.length === 2 && (joined.codePointAt(0) ?? 0) > 0xffff);
}

/** Of single characters: texts have few different ones. */
const known = new Map<string, string>();
const MOST_KNOWN = 10_000;

function foldCharacter(character: string): string {
  const before = known.get(character);
  if (before !== undefined) return before;
  const small = character.normalize('NFKC').replaceAll(IGNORABLE, '').toLowerCase();
  const folded = small.normalize('NFKC').replaceAll('ς', 'σ');
  if (known.size < MOST_KNOWN && isSingle(character)) known.set(character, folded);
  return folded;
}
