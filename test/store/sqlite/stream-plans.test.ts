import { expect, test, vi } from 'vitest';
import { toStreamPage } from '../../../src/datasources/wecom/archive.ts';
import { toStore } from '../../../src/store/open-store.ts';
import { openDatabase } from '../../../src/store/sqlite/database.ts';

const FIRST = { sendTime: 0, rank: -1 };
const entry = { msgId: 'a', sendTime: 1, record: { msgid: 'a' } };

test('finds every page by its index: none is sorted, and none is scanned for', async () => {
  using database = openDatabase(':memory:', 'NORMAL');
  const prepare = vi.spyOn(database, 'prepare');
  const archive = toStore(database).messageStream('ww1', 'corp');
  await archive.keep(
    toStreamPage('corp', { entries: [entry], cursor: null, nextCursor: 'C1', caughtUpAt: 100 }),
  );
  const place = await archive.placeOf('a');
  await archive.records(place ? [place] : []);
  await archive.oldest();
  for (const order of ['ASC', 'DESC'] as const)
    for (const conversation of [null, 'group:wrA']) await archive.places(order, FIRST, 10, conversation);
  const reads = prepare.mock.calls.map(([sql]) => sql).filter((sql) => sql.includes('FROM wecom_message'));
  expect(reads).toHaveLength(8);
  for (const sql of reads) {
    const steps = database
      .prepare(`EXPLAIN QUERY PLAN ${sql.replace(/[:?]\w*/g, '1')}`)
      .all()
      .map((step) => String(step['detail']));
    expect(steps.join('\n')).toMatch(/^SEARCH wecom_message USING/);
    expect(steps.join('\n')).not.toMatch(/SCAN|TEMP B-TREE/);
    if (sql.includes('LIMIT')) expect(steps.join('\n')).toContain('(send_time,rank)');
    if (sql.includes('conversation = ')) expect(steps.join('\n')).toContain('conversation=?');
  }
});
