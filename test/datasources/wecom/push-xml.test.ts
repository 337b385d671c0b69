import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readEncrypted, readEvent } from '../../../src/datasources/wecom/push/wire.ts';
import { readXml } from '../../../src/datasources/wecom/push/xml.ts';

describe('the XML of a callback', () => {
  test.each<[string, string, Record<string, string>]>([
    [
      'CDATA and text',
      '<xml><A><![CDATA[one]]></A>\n  <TimeStamp>1403610513</TimeStamp></xml>',
      { A: 'one', TimeStamp: '1403610513' },
    ],
    ['empty fields', '<xml><A></A><B/><C><![CDATA[]]></C></xml>', { A: '', B: '', C: '' }],
    ['no fields', '<xml/>', {}],
    [
      'a declaration and white space',
      '\uFEFF <?xml version="1.0" encoding="UTF-8"?>\n<xml ><A >1</A ></xml >\n',
      { A: '1' },
    ],
    ['the five entities', '<xml><A>&lt;&gt;&amp;&quot;&apos;</A></xml>', { A: '<>&"\'' }],
    ['an entity once only', '<xml><A>&amp;lt;</A></xml>', { A: '&lt;' }],
    [
      'markup inside of CDATA as text',
      '<xml><A><![CDATA[<!DOCTYPE a>&b;]]></A></xml>',
      { A: '<!DOCTYPE a>&b;' },
    ],
    ['several pieces of text', '<xml><A>a<![CDATA[b]]>c</A></xml>', { A: 'abc' }],
    [
      'deeper elements, which it passes over',
      '<xml><A><B>1</B><B>2</B></A><C>3</C></xml>',
      { A: '', C: '3' },
    ],
  ])('has %s', (_, xml, fields) => {
    const read = readXml(xml);
    expect(read && Object.fromEntries(read)).toEqual(fields);
  });

  test.each<[string, string]>([
    ['nothing', ''],
    ['text only', 'hello'],
    ['a DTD', '<!DOCTYPE xml [<!ENTITY a "b">]><xml><A>1</A></xml>'],
    ['an external DTD', '<?xml version="1.0"?><!DOCTYPE xml SYSTEM "file:///etc/passwd"><xml><A>1</A></xml>'],
    ['an entity of its own', '<xml><A>&a;</A></xml>'],
    ['an entity with the name of a method', '<xml><A>&constructor;</A></xml>'],
    ['a character reference', '<xml><A>&#60;</A></xml>'],
    ['a lone ampersand', '<xml><A>a & b</A></xml>'],
    ['an entity definition inside', '<xml><!ENTITY a "b"><A>1</A></xml>'],
    ['a comment', '<xml><!-- --><A>1</A></xml>'],
    ['a processing instruction', '<xml><?php ?><A>1</A></xml>'],
    ['an attribute', '<xml><A b="c">1</A></xml>'],
    ['a field twice', '<xml><A>1</A><A>2</A></xml>'],
    ['two roots', '<xml><A>1</A></xml><xml><B>1</B></xml>'],
    ['text around the fields', '<xml>a<A>1</A></xml>'],
    ['CDATA around the fields', '<xml><![CDATA[]]><A>1</A></xml>'],
    ['an unclosed root', '<xml><A>1</A>'],
    ['an unclosed CDATA', '<xml><A><![CDATA[1</A></xml>'],
    ['crossed tags', '<xml><A>1</xml></A>'],
    ['a closing tag too many', '<xml></xml></xml>'],
    ['a tag that closes twice', '<xml><A></A/></xml>'],
  ])('is refused with %s', (_, xml) => {
    expect(readXml(xml)).toBeNull();
  });

  test('is read or refused, whatever it is made of, without an error', () => {
    const pieces = fc.constantFrom(
      '<xml>',
      '</xml>',
      '<A>',
      '</A>',
      '<A/>',
      '<![CDATA[',
      ']]>',
      '&lt;',
      '&',
      '<!',
      '<?xml ?>',
      ' ',
      'text',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(pieces, fc.string()), { maxLength: 20 }), (parts) => {
        const read = readXml(parts.join(''));
        expect(read === null || read instanceof Map).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  test('is read as it was written', () => {
    const text = fc.string({ unit: 'grapheme' });
    const name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_.-]{0,10}$/);
    fc.assert(
      fc.property(fc.uniqueArray(fc.tuple(name, text), { selector: ([key]) => key }), (fields) => {
        const xml = fields.map(([key, value]) => {
          const escaped = value.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
          return `<${key}>${escaped}</${key}>`;
        });
        expect(readXml(`<xml>${xml.join('')}</xml>`)).toEqual(new Map(fields));
      }),
    );
  });

  test.each<[string, string]>([
    ['open tags', '<a>'.repeat(300_000)],
    ['unclosed CDATA', `<xml><A>${'<![CDATA['.repeat(100_000)}`],
    ['spaces in a tag', `<xml${' '.repeat(1_000_000)}`],
    ['ampersands', `<xml><A>${'&amp'.repeat(200_000)}</A></xml>`],
  ])('is refused in time that grows with its length only: %s', (_, xml) => {
    const before = process.threadCpuUsage();
    expect(readXml(xml)).toBeNull();
    const { user, system } = process.threadCpuUsage(before);
    expect((user + system) / 1000).toBeLessThan(1_000);
  });
});

describe('an envelope', () => {
  test.each<[string, string | null]>([
    ['<xml><ToUserName>dk1</ToUserName><AgentID/><Encrypt><![CDATA[abc=]]></Encrypt></xml>', 'abc='],
    ['{"tousername":"dk1","agentid":"","encrypt":"abc="}', 'abc='],
    ['{"ToUserName":"dk1","Encrypt":"abc="}', 'abc='],
    ['<xml><ToUserName>dk1</ToUserName></xml>', null],
    ['{"encrypt":["abc="]}', null],
    ['{"encrypt":', null],
    ['["abc="]', null],
    ['', null],
  ])('%j holds %j', (body, encrypted) => {
    expect(readEncrypted(body)).toBe(encrypted);
  });
});

describe('an event', () => {
  test('of a suite is read from XML', () => {
    const xml =
      '<xml><SuiteId><![CDATA[dk1]]></SuiteId><AuthCorpId><![CDATA[ww1]]></AuthCorpId>' +
      '<InfoType><![CDATA[conversation_new_message]]></InfoType><Token><![CDATA[TOKEN]]></Token>' +
      '<TimeStamp>1403610513</TimeStamp></xml>';
    expect(readEvent(xml)).toEqual({
      type: 'conversation_new_message',
      suiteId: 'dk1',
      authCorpId: 'ww1',
      token: 'TOKEN',
      timestamp: '1403610513',
    });
  });

  test.each([
    '{"event_type":"conversation_new_message","timestamp":1403610513,"conversation_new_message":{"token":"TOKEN"}}',
    '{"info_type":"conversation_new_message","token":"TOKEN","time_stamp":"1403610513"}',
    '{"InfoType":"conversation_new_message","Token":"TOKEN","TimeStamp":1403610513}',
  ])('is read from %s', (json) => {
    expect(readEvent(json)).toEqual({
      type: 'conversation_new_message',
      suiteId: '',
      authCorpId: '',
      token: 'TOKEN',
      timestamp: '1403610513',
    });
  });

  test.each(['', 'hello', '[]', '{"a":', 'null'])('is not %j', (message) => {
    expect(readEvent(message)).toBeNull();
  });
});
