import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ShortPageRule } from '../../../src/datasources/kit/short-page.ts';

/** Reads lists from a server that gives at most `cap` items a page. @returns what was read of each list, and the calls */
function readLists(lists: number[], requested: number, cap: number): { read: number[]; calls: number } {
  const rule = new ShortPageRule();
  let calls = 0;
  const read = lists.map((length) => {
    let got = 0;
    let lastPage = 0;
    for (;;) {
      const page = Math.min(length - got, requested, cap);
      calls++;
      if (page === 0 && lastPage > 0) rule.sawEnd(lastPage);
      got += page;
      if (rule.isEnd(page, requested)) return got;
      lastPage = page;
    }
  });
  return { read, calls };
}

test('whatever the unpublished cap, nothing of any list is missed', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 40 }),
      fc.integer({ min: 1, max: 30 }),
      fc.integer({ min: 1, max: 40 }),
      (lists, requested, cap) => {
        expect(readLists(lists, requested, cap).read).toEqual(lists);
      },
    ),
  );
});

test('where there is no cap, a hundred lists cost few calls more than their pages', () => {
  const lists = Array.from({ length: 100 }, (_, index) => (index * 37) % 90);
  const pages = lists.length;
  expect(readLists(lists, 100, 100).calls - pages).toBeLessThanOrEqual(5);
});
