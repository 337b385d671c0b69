/** More findings than this add nothing. */
const MAX_FINDINGS = 20;

/** What was found to be changed, in words. */
export class Findings {
  readonly texts: string[] = [];

  add(text: string): void {
    if (this.texts.length < MAX_FINDINGS) this.texts.push(text);
  }
}

/** `Records 3 to 5 of strand 1 are` */
export function span(what: string, first: number, last: number, of = ''): string {
  const numbers = first === last ? `${what} ${first}` : `${what}s ${first} to ${last}`;
  return `${numbers}${of && ` ${of}`} ${first === last ? 'is' : 'are'}`;
}
