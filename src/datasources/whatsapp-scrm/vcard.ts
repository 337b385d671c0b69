import type { ContactCardPart } from '../records.ts';

interface Property {
  /** Lower case, without the group prefix. */
  name: string;
  /** The raw parameters, each `name=value` or a bare type. */
  parameters: string[];
  /** Still escaped. */
  value: string;
}

/**
 * Reads the vCards that WhatsApp clients send: the part of vCard 3.0 that they use, one or more cards in one text.
 *
 * @returns one part per card; none when there is no card in the text
 * @see https://www.rfc-editor.org/rfc/rfc2426
 */
export function toContactCards(text: string): ContactCardPart[] {
  const cards = text.match(/^\s*BEGIN:VCARD\b[^]*?^\s*END:VCARD/gim) ?? [];
  return cards.map((card) => toContactCard(card.trim()));
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
  // The first colon outside quotes ends the parameters.
  const match = /^\s*((?:[^":]|"[^"]*")+):([^]*)$/.exec(line);
  const [, head, value] = match ?? [];
  if (head === undefined || value === undefined) return null;
  const [name = '', ...parameters] = head.match(/(?:[^";]|"[^"]*")+/g) ?? [];
  return {
    name: name
      .slice(name.lastIndexOf('.') + 1)
      .trim()
      .toLowerCase(),
    parameters,
    value,
  };
}

/** Only what is an id as it stands: of one that is masked or garbled, the rest of the digits would be somebody else's. */
function toWaid(parameter: string): string | null {
  return /^\s*waid=(?:\+?(\d+)|"\+?(\d+)")\s*$/i.exec(parameter)?.slice(1).find(Boolean) ?? null;
}

/** Splits at the separators that are not escaped. */
function components(value: string): string[] {
  return (value.match(/(?:^|;)((?:[^\\;]|\\[^])*)/g) ?? []).map((part) => unescape(part.replace(/^;/, '')));
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
    .replace(/\\([^])/g, (_, character: string) => (/n/i.test(character) ? '\n' : character))
    .trim();
}

function firstText(texts: string[]): string | null {
  return texts.find((text) => text !== '') ?? null;
}

function orNull(values: string[]): string[] | null {
  return values.length === 0 ? null : values;
}
