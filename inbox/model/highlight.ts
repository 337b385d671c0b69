/** A part of a text, in UTF-16 code units. */
export interface Span {
  start: number;
  /** Exclusive. */
  end: number;
}

/** A piece of a text, and whether it was searched for. */
export interface Piece {
  text: string;
  isFound: boolean;
}

/**
 * Cuts a text where spans begin and end.
 *
 * @param spans in order and apart, as the gateway gives them
 */
export function toPieces(text: string, spans: readonly Span[]): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const { start, end } of spans) {
    pieces.push(
      { text: text.slice(at, start), isFound: false },
      { text: text.slice(start, end), isFound: true },
    );
    at = end;
  }
  pieces.push({ text: text.slice(at), isFound: false });
  return pieces.filter((piece) => piece.text !== '');
}

/** How much of a text is shown before what was found in it. */
const CONTEXT = 40;

/**
 * Takes from a long text what is around the first span.
 *
 * @param length in UTF-16 code units; of a character that would be cut in two, all is taken
 * @returns the excerpt, with the spans that are in it
 */
export function toExcerpt(
  text: string,
  spans: readonly Span[],
  length: number,
): { text: string; spans: Span[] } {
  const first = text.length <= length ? 0 : Math.max(0, (spans[0]?.start ?? 0) - CONTEXT);
  const start = isWithinPair(text, first) ? first - 1 : first;
  const end = isWithinPair(text, start + length) ? start + length + 1 : start + length;
  return {
    text: text.slice(start, end),
    spans: spans
      .filter((span) => span.end <= end)
      .map((span) => ({ start: span.start - start, end: span.end - start })),
  };
}

function isWithinPair(text: string, at: number): boolean {
  return /[\uDC00-\uDFFF]/.test(text.charAt(at));
}
