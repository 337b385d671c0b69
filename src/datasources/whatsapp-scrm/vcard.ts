import type { ContactCardPart } from '../../domain/records.ts';

interface Property {
  /** Lower case, without the group prefix. */
  name: string;
  /** The raw parameters, each `name=value` or a bare type. */
  parameters: string[];
  /** Still escaped. */
  value: string;
}

/** Twice WhatsApp's own limit; the longest cards have a small picture in them. */
const MAX_LENGTH = 128 * 1024;
/** As many contacts as WhatsApp sends at once. */
const MAX_CARDS = 257;
const BEGIN = /^BEGIN:VCARD\b/i;
const END = /^END:VCARD/i;

/**
 * Reads the vCards that WhatsApp clients send: the part of vCard 3.0 that they use, one or more cards in one text. Customers
 * write them, so each step looks at a character once.
 *
 * @returns one part per card; none when there is no card in the text, or more than a message can have
 * @see https://www.rfc-editor.org/rfc/rfc2426
 */
export function toContactCards(text: string): ContactCardPart[] {
  if (text.length > MAX_LENGTH) return [];
  const cards: string[] = [];
  let start: number | null = null;
  for (const { 0: line, index } of text.matchAll(/[^\r\n]+/g)) {
    const words = line.trimStart();
    const at = index + line.length - words.length;
    if (start === null && BEGIN.test(words)) start = at;
    const [end] = (start !== null && END.exec(words)) || [];
    if (start === null || end === undefined) continue;
    cards.push(text.slice(start, at + end.length));
    start = null;
  }
  return cards.length > MAX_CARDS ? [] : cards.map(toContactCard);
}

function toContactCard(vcard: string): ContactCardPart {
  const properties = unfold(vcard).flatMap((line) => parseProperty(line) ?? []);
  const values = (name: string): string[] =>
    properties.filter((property) => property.name === name).map(({ value }) => value);
  const phones = properties.filter(({ name }) => name === 'tel');
  // A contact who is not on WhatsApp has no waid, and a waid need not agree with the number that is shown.
  const whatsAppIds = phones.flatMap(({ parameters }) =>
    parameters.flatMap((parameter) => toWaid(parameter) ?? []),
  );
  return {
    type: 'CONTACT_CARD',
    displayName: firstText(values('fn').map(unescape)) ?? firstText(values('n').map(toName)),
    phones: orNull(phones.map(({ value }) => unescape(value)).filter((phone) => phone !== '')),
    whatsAppIds: orNull(whatsAppIds),
    organization:
      firstText(values('org').map(toOrganization)) ?? firstText(values('x-wa-biz-name').map(unescape)),
    vcard,
  };
}

/** Long lines may be broken, with white space at the start of what follows. */
function unfold(vcard: string): string[] {
  return vcard
    .replace(/\r\n?/g, '\n')
    .replace(/\n[ \t]/g, '')
    .split('\n');
}

function parseProperty(line: string): Property | null {
  const colon = findOutsideQuotes(line, ':', 0);
  if (colon < 0) return null;
  const [name = '', ...parameters] = splitOutsideQuotes(line.slice(0, colon), ';').filter(
    (part) => part !== '',
  );
  return {
    name: name
      .slice(name.lastIndexOf('.') + 1)
      .trim()
      .toLowerCase(),
    parameters,
    value: line.slice(colon + 1),
  };
}

/** @returns -1 when it is not there, or only after a quote that nothing closes */
function findOutsideQuotes(text: string, mark: string, from: number): number {
  let isQuoted = false;
  for (let at = from; at < text.length; at++) {
    if (text[at] === '"') isQuoted = !isQuoted;
    else if (text[at] === mark && !isQuoted) return at;
  }
  return -1;
}

function splitOutsideQuotes(text: string, mark: string): string[] {
  const parts: string[] = [];
  let start = 0;
  for (let end = findOutsideQuotes(text, mark, 0); end >= 0; end = findOutsideQuotes(text, mark, start)) {
    parts.push(text.slice(start, end));
    start = end + 1;
  }
  return [...parts, text.slice(start)];
}

/**
 * Only a value that is an id as it stands: the remaining digits of a masked or garbled one would be another person's.
 */
function toWaid(parameter: string): string | null {
  return /^\s*waid=(?:\+?(\d+)|"\+?(\d+)")\s*$/i.exec(parameter)?.slice(1).find(Boolean) ?? null;
}

/** Splits at the semicolons that are not escaped. */
function components(value: string): string[] {
  const parts: string[] = [];
  let start = 0;
  for (let at = 0; at < value.length; at++) {
    if (value[at] === '\\') at++;
    else if (value[at] === ';') {
      parts.push(value.slice(start, at));
      start = at + 1;
    }
  }
  return [...parts, value.slice(start)].map(unescape);
}

/** N is family; given; middle; prefix; suffix. */
function toName(value: string): string {
  const [family = '', given = '', middle = '', prefix = '', suffix = ''] = components(value);
  return [prefix, given, middle, family, suffix].filter((part) => part !== '').join(' ');
}

function toOrganization(value: string): string {
  return components(value)
    .filter((part) => part !== '')
    .join(', ');
}

function unescape(value: string): string {
  return value
    .replace(/\\([^])/g, (_, character: string) =>
      character === 'n' || character === 'N' ? '\n' : character,
    )
    .trim();
}

function firstText(texts: string[]): string | null {
  return texts.find((text) => text !== '') ?? null;
}

function orNull(values: string[]): string[] | null {
  return values.length === 0 ? null : values;
}
