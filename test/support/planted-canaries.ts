import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Shorter texts turn up by chance. */
const MIN_BYTES = 9;
/** Every spelling of every canary begins with so many characters, by which it is looked for. */
const PREFIX_LENGTH = 8;

/** @returns every text in it that is long enough to be known again, however deep */
export function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return Buffer.byteLength(value) < MIN_BYTES ? [] : [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

/** @returns those that stand in the files of the directory: as they are, in UTF-16, in hex, or in base64 */
export function findCanaries(directory: string, canaries: Iterable<string>): string[] {
  const spellings = new Map<string, { spelling: string; canary: string }[]>();
  for (const canary of canaries) {
    for (const spelling of spell(canary)) {
      const prefix = spelling.slice(0, PREFIX_LENGTH);
      const others = spellings.get(prefix);
      if (others) others.push({ spelling, canary });
      else spellings.set(prefix, [{ spelling, canary }]);
    }
  }
  const found = new Set<string>();
  for (const file of readdirSync(directory)) {
    const content = readFileSync(join(directory, file), 'latin1');
    for (let index = 0; index + PREFIX_LENGTH <= content.length; index++) {
      for (const { spelling, canary } of spellings.get(content.slice(index, index + PREFIX_LENGTH)) ?? []) {
        if (content.startsWith(spelling, index)) found.add(canary);
      }
    }
  }
  return [...found];
}

/** As `latin1`, in which a byte is a character. */
function spell(canary: string): string[] {
  const wide = Buffer.from(canary, 'utf16le');
  const hex = Buffer.from(canary).toString('hex');
  const base64 = [0, 1, 2].flatMap((before) => [
    inBase64(canary, before),
    toUrlForm(inBase64(canary, before)),
  ]);
  const plain = Buffer.from(canary).toString('latin1');
  return [
    plain,
    wide.toString('latin1'),
    Buffer.from(wide).swap16().toString('latin1'),
    hex,
    hex.toUpperCase(),
    ...new Set(base64),
  ];
}

/** What base64 makes of it after so many other bytes, without the characters in which others have a part. */
function inBase64(canary: string, bytesBefore: number): string {
  const bytes = Buffer.from(canary);
  const text = Buffer.concat([Buffer.alloc(bytesBefore), bytes]).toString('base64');
  return text.slice(Math.ceil((bytesBefore * 4) / 3), Math.floor(((bytesBefore + bytes.length) * 4) / 3));
}

function toUrlForm(base64: string): string {
  return base64.replaceAll('+', '-').replaceAll('/', '_');
}
