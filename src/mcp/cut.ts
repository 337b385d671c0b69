/**
 * The beginning of a text that takes at most `max` characters as JSON, where some take six, in whole characters.
 *
 * @param max UTF-16 code units, without the quotes; at least 6
 */
export function cutText(text: string, max: number): string {
  let piece = text.slice(0, max);
  for (;;) {
    const length = JSON.stringify(piece).length - 2;
    if (length <= max) break;
    piece = piece.slice(0, Math.floor((piece.length * max) / length));
  }
  return piece.length < text.length ? piece.replace(/[\uD800-\uDBFF]$/, '') : piece;
}

/** Names, titles and the like. */
const MAX_NAME = 200;

/** @returns undefined when there is none, which JSON leaves out */
export function toName(text: string | null): string | undefined {
  return text === null ? undefined : cutText(text, MAX_NAME);
}
