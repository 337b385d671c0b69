import { fold } from '../../src/domain/folded-text.ts';

const UNSPACED =
  /^(?:\p{Extended_Pictographic}|\p{Emoji_Modifier}|\p{Regional_Indicator}|\p{Script=Thai}|(?=[\p{L}\p{N}])[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Hangul}])$/u;

/** What the documentation says of a search, character by character, for the scripts that tests have. */
export function slowlyMatches(text: string, search: string): boolean {
  const words = toRuns(search);
  const runs = toRuns(text);
  return (
    words.length > 0 &&
    words.every((word) =>
      runs.some(
        (run) =>
          run.isUnspaced === word.isUnspaced &&
          (run.text === word.text || (word.isUnspaced && run.text.includes(word.text))),
      ),
    )
  );
}

interface Run {
  text: string;
  isUnspaced: boolean;
}

function toRuns(text: string): Run[] {
  const runs: Run[] = [];
  let current: Run | null = null;
  for (const character of fold(text)) {
    const isUnspaced = UNSPACED.test(character);
    const isMark = /\p{M}/u.test(character);
    if (!isUnspaced && !/[\p{L}\p{M}\p{N}]/u.test(character)) {
      current = null;
    } else if (current && (current.isUnspaced === isUnspaced || (isMark && current.isUnspaced))) {
      current.text += character;
    } else {
      current = { text: character, isUnspaced };
      runs.push(current);
    }
  }
  return runs;
}
