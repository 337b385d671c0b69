import { describe, expect, test } from 'vitest';
import { CursorEdge, withoutRepeated } from '../../../src/datasources/wechat/cursor-edge.ts';
import type { NativePage } from '../../../src/datasources/wechat/native-page.ts';
import { withDigest } from '../../../src/datasources/wechat/record-order.ts';

/** A page of lines in one second, whose last has the id `msgId`. */
function page(texts: string, msgId: number): NativePage {
  const records = Array.from(texts).map((text) =>
    withDigest({ time: 5, openId: 'o', operationCode: 2003, text, worker: '', raw: null }),
  );
  return { records, unplaceable: 0, bytes: 0, claimed: null, msgId, askedAt: 0 };
}

/** Asks about a seam, and counts what it cost. */
async function ask(edge: CursorEdge, before: NativePage, next: NativePage, one: NativePage) {
  let probes = 0;
  const repeated = await edge.findRepeated(before, next, () => {
    probes++;
    return Promise.resolve(one);
  });
  const texts = withoutRepeated(next, repeated).map(({ text }) => text);
  return { texts: texts.join(''), probes };
}

describe('where pages meet', () => {
  test('nothing in common proves that the cursor is exclusive, once and for all', async () => {
    const edge = new CursorEdge();
    expect(await ask(edge, page('ab', 12), page('cd', 14), page('c', 13))).toEqual({
      texts: 'cd',
      probes: 0,
    });
    expect(await ask(edge, page('cd', 14), page('dd', 16), page('d', 15))).toEqual({
      texts: 'dd',
      probes: 0,
    });
  });

  test('a record in common is asked about once: it may be there twice', async () => {
    const edge = new CursorEdge();
    expect(await ask(edge, page('ab', 12), page('bc', 14), page('b', 13))).toEqual({
      texts: 'bc',
      probes: 1,
    });
    expect(await ask(edge, page('bc', 14), page('cc', 16), page('c', 15))).toEqual({
      texts: 'cc',
      probes: 0,
    });
  });

  test('a cursor that leads to itself repeats one record', async () => {
    const edge = new CursorEdge();
    expect(await ask(edge, page('ab', 12), page('bc', 13), page('b', 12))).toEqual({ texts: 'c', probes: 1 });
    expect(await ask(edge, page('bc', 13), page('cc', 14), page('c', 13))).toEqual({ texts: 'c', probes: 0 });
  });

  test('a page of nothing but the repeated record needs no question', async () => {
    const edge = new CursorEdge();
    expect(await ask(edge, page('ab', 12), page('b', 12), page('b', 12))).toEqual({ texts: '', probes: 0 });
    expect(await ask(edge, page('ab', 12), page('bc', 13), page('b', 12))).toEqual({ texts: 'c', probes: 0 });
  });

  test('an inclusive cursor is asked again where more than one record could be the repeated one', async () => {
    const edge = new CursorEdge();
    await ask(edge, page('ab', 12), page('bc', 13), page('b', 12));
    expect(await ask(edge, page('ab', 22), page('acb', 24), page('b', 22))).toEqual({
      texts: 'ac',
      probes: 1,
    });
  });
});
