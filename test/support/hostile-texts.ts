/** Texts that cost a careless parser far more than their length. Each takes the length that it should have. */
export type HostileText = (length: number) => string;

function fill(piece: string, before = '', after = ''): HostileText {
  return (length) => {
    const times = Math.floor((length - before.length - after.length) / piece.length);
    return before + piece.repeat(Math.max(0, times)) + after;
  };
}

export const HOSTILE_JSON: Record<string, HostileText> = {
  quotes: fill('"'),
  'a text that does not end': fill('a', '"'),
  'escaped quotes': fill('\\"', '"'),
  backslashes: fill('\\', '"', '"'),
  'control characters': fill('\n', '"', '"'),
  'short texts with control characters': fill('"\n",', '[', '0]'),
  'opening brackets': fill('['),
  'nested lists': (length) => fill('[')(length / 2) + fill(']')(length / 2),
  'nested objects': fill('{"a":'),
  digits: fill('1'),
  'long numbers': fill('1234567890123456789,', '[', '0]'),
  'short numbers after a long one': fill(',1', '[1234567890123456789', ']'),
  'long numbers and white space': fill('1234567890123456789 '),
  'empty objects': fill('{},', '[', '{}]'),
  'numbers too great to be any': fill('1e999,', '[', '0]'),
  'white space': fill(' '),
  'minus signs': fill('-'),
  keys: (length) => `{${Array.from({ length: Math.floor(length / 12) }, (_, i) => `"k${i}":1`).join(',')}}`,
};

export const HOSTILE_CARDS: Record<string, HostileText> = {
  'beginnings of cards': fill('BEGIN:VCARD\n'),
  'small cards': fill('BEGIN:VCARD\nEND:VCARD\n'),
  'empty lines': fill('\n', 'BEGIN:VCARD', 'END:VCARD'),
  'white space': fill(' ', '', 'BEGIN:VCARD'),
  'a name of semicolons': fill(';', 'BEGIN:VCARD\nN:', '\nEND:VCARD'),
  quotes: fill('"', 'BEGIN:VCARD\n', '\nEND:VCARD'),
  'quoted texts without a colon': fill('"a"', 'BEGIN:VCARD\nTEL', '\nEND:VCARD'),
  parameters: fill('waid=1;', 'BEGIN:VCARD\nTEL;', ':1\nEND:VCARD'),
  'a waid of digits': fill('1', 'BEGIN:VCARD\nTEL;waid=', 'x:1\nEND:VCARD'),
  escapes: fill('\\n', 'BEGIN:VCARD\nFN:', '\nEND:VCARD'),
  backslashes: fill('\\', 'BEGIN:VCARD\nORG:', '\nEND:VCARD'),
  'folded lines': fill('\n ', 'BEGIN:VCARD\nFN:a', '\nEND:VCARD'),
  colons: fill(':', 'BEGIN:VCARD\n', '\nEND:VCARD'),
};

export const HOSTILE_XML: Record<string, HostileText> = {
  'opening tags': fill('<a>'),
  'a tag that does not end': fill('a', '<'),
  'white space in a tag': fill(' ', '<a'),
  'CDATA that does not end': fill('<![CDATA[', '<xml><a>'),
  'brackets in CDATA': fill(']', '<xml><a><![CDATA[', '</a></xml>'),
  'empty CDATA': fill('<![CDATA[]]>', '<xml><a>', '</a></xml>'),
  ampersands: fill('&', '<xml><a>', '</a></xml>'),
  entities: fill('&amp;', '<xml><a>', '</a></xml>'),
  'an entity that does not end': fill('a', '<xml><a>&', '</a></xml>'),
  fields: (length) =>
    `<xml>${Array.from({ length: Math.floor(length / 16) }, (_, i) => `<a${i}>1</a${i}>`).join('')}</xml>`,
  'entities of entities': (length) =>
    `<!DOCTYPE x [<!ENTITY a "aaaa">${fill('<!ENTITY b "&a;&a;">')(length / 2)}]><xml>&b;</xml>`,
  'a prologue that does not end': fill('?', '<?xml '),
  'white space': fill(' '),
};

export const HOSTILE_WORDS: Record<string, HostileText> = {
  'marks in an order that is to be another': (length) =>
    `a${'\u0301'.repeat(length / 2)}${'\u0316'.repeat(length / 2)}`,
  'marks by turns': fill('\u0301\u0316', 'a'),
  'white space': fill(' \n'),
  letters: fill('a'),
  'lone surrogates': fill('\uD800'),
};

export const HOSTILE_SEARCHED: Record<string, HostileText> = {
  'one character': fill('退'),
  'words of one letter': fill('a '),
  'letters of Hangul': fill('ㄱㅏㅏ'),
  'vowels of Hangul': fill('ㅏ'),
  joiners: fill('\u200D', 'a'),
  'ligatures of many letters': fill('\uFDFA'),
  'emoji and their colours': fill('👍🏽'),
};

export const HOSTILE_URLS: Record<string, HostileText> = {
  'a host of many letters': (length) =>
    `http://${Array.from({ length }, (_, i) => String.fromCodePoint(0x4e00 + (i % 20_000))).join('')}/`,
  'many parameters': fill('a&', 'https://a.example/?'),
  'percent signs': fill('%', 'https://a.example/', '.jpg'),
  'beginnings of URLs': fill('http://'),
  'a user without an end': fill('a', 'http://'),
  slashes: fill('\\/', 'https:\\/\\/'),
};

export const HOSTILE_ADDRESSES: Record<string, HostileText> = {
  digits: fill('1'),
  devices: fill(':1'),
  agents: fill('_1'),
  signs: fill('+-() .'),
  ats: fill('@'),
};
