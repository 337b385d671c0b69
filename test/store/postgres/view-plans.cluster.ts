import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPostgres } from '../../../src/store/postgres/open.ts';
import { systemClock } from '../../../src/util/clock.ts';
import { toPage } from '../../../tools/archive-pages.ts';
import { openAnalyst, type Analyst } from '../../support/analyst.ts';
import { createMemoryLog } from '../../support/memory-log.ts';
import { createDatabase, dropDatabase, runOn } from '../../support/postgres.ts';

const CHANNELS = ['shop', 'desk'];
/** Of made-up messages: one each 20 seconds. */
const A_MONTH = 131_400;
const A_DAY = 4_320;
const MONTHS = 4;
const EACH_MONTH = A_DAY;
const TWO_HOURS = 360;

const server = process.env['POSTGRES_URL'];
if (server !== undefined)
  describe(`two channels with ${MONTHS} months of ${EACH_MONTH} messages each`, () => {
    const name = `plans_${randomBytes(6).toString('hex')}`;
    let url = '';
    let analyst: Analyst;
    beforeAll(async () => {
      url = await createDatabase(server, name);
      const { log } = createMemoryLog();
      const { store } = await openPostgres(url, null, { clock: systemClock, log });
      for (const channel of CHANNELS) {
        const account = `WECHAT wx ${channel}`;
        const archive = store.messageArchive(account, account);
        for (let month = 0; month < MONTHS; month++)
          for (let first = 0; first < EACH_MONTH; first += A_DAY / 2)
            await archive.keep(toPage(month * A_MONTH + first, A_DAY / 2));
      }
      await store.close();
      await runOn(url, 'ANALYZE');
      analyst = await openAnalyst(url, 'masked');
    }, 300_000);
    afterAll(async () => {
      await analyst.close();
      await dropDatabase(server, name);
    });

    /** Which months a statement looks into, and how many rows of messages or counts it reads, those that it drops too. */
    async function explain(text: string): Promise<{ months: string[]; read: number }> {
      const rows = await analyst.query(`EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) ${text}`);
      const lines = rows.map((row) => String(row['QUERY PLAN']));
      const months = new Set<string>();
      let read = 0;
      let loops = 0;
      for (const line of lines) {
        const [, relation] = / on (archive_message_\d{4}_\d\d|archive_aggregate)\b/.exec(line) ?? [];
        const [, given, times] = /actual rows=(\d+) loops=(\d+)/.exec(line) ?? [];
        const [, dropped] = /Rows Removed by (?:Filter|Index Recheck): (\d+)/.exec(line) ?? [];
        if (times !== undefined) loops = relation === undefined ? 0 : Number(times);
        if (relation !== undefined && given !== undefined) {
          if (loops > 0) months.add(relation.slice(-7).replace('_', '-'));
          read += Number(given) * loops;
        }
        if (dropped !== undefined) read += Number(dropped) * loops;
      }
      return { months: [...months].sort(), read };
    }

    test('a part of time is looked for in its months alone', async () => {
      const all = await explain('SELECT count(*) FROM bi.messages');
      expect(all.months).toHaveLength(MONTHS);
      expect(all.read).toBe(MONTHS * EACH_MONTH * CHANNELS.length);
      const within = `sent_at >= '2026-03-01' AND sent_at < '2026-04-01'`;
      expect(
        (await explain(`SELECT channel, count(*) FROM bi.messages WHERE ${within} GROUP BY 1`)).months,
      ).toEqual(['2026-03']);
      expect(
        (
          await explain(
            `SELECT * FROM bi.conversations JOIN bi.messages ON conversation_id = conversations.id WHERE ${within} AND sender_id IS NULL`,
          )
        ).months,
      ).toContain('2026-03');
    });

    test.each([
      `sent_at >= '2026-03-03' AND sent_at < '2026-03-03T02:00:00Z'`,
      `sent_at BETWEEN '2026-03-03T00:00:00Z' AND '2026-03-03T01:59:59.999Z'`,
      // Not constant to the server, since they depend on the time zone of the session, or on the moment.
      `sent_at >= DATE '2026-03-03' AND sent_at < TIMESTAMP '2026-03-03 02:00:00'`,
      `sent_at >= to_timestamp('2026-03-03', 'YYYY-MM-DD') AND sent_at < to_timestamp('2026-03-03 02', 'YYYY-MM-DD HH24')`,
      `sent_at >= now() - (now() - '2026-03-03') AND sent_at < now() - (now() - '2026-03-03T02:00:00Z')`,
    ])('of a channel nothing is read but the hours that are asked for: %s', async (hours) => {
      await analyst.query(`SET TimeZone = 'UTC'`);
      const { read } = await explain(
        `SELECT direction, count(DISTINCT customer_id) FROM bi.messages WHERE channel = 'shop' AND ${hours} GROUP BY 1`,
      );
      expect(read).toBe(TWO_HOURS);
    });

    test('hours of all channels are as quick, and so are the counts of a day', async () => {
      const messages = await explain(
        `SELECT count(*) FROM bi.messages WHERE sent_at >= '2026-03-03' AND sent_at < '2026-03-03T02:00:00Z'`,
      );
      expect(messages.read).toBe(CHANNELS.length * TWO_HOURS);
      const counts = await explain(
        `SELECT sum(messages) FROM bi.daily WHERE channel = 'shop' AND day = '2026-03-03'`,
      );
      expect(counts.read).toBeGreaterThan(0);
      expect(counts.read).toBeLessThanOrEqual(A_DAY);
    });

    test('turns of some hours read these, and for each message those beside it', async () => {
      const { read } = await explain(
        `SELECT avg(seconds) FROM bi.responses
         WHERE channel = 'shop' AND started_at >= '2026-03-03' AND started_at < '2026-03-03T02:00:00Z'`,
      );
      expect(read).toBeGreaterThanOrEqual(TWO_HOURS);
      expect(read).toBeLessThanOrEqual(8 * TWO_HOURS);
    });

    test('what is new is read by the index of changes, whatever its time', async () => {
      const [newest] = await analyst.query('SELECT max(archived_seq) AS seq FROM bi.messages');
      const since = Number(newest?.['seq']) - 100;
      for (const channel of ['', `AND channel = 'desk'`]) {
        const { read } = await explain(
          `SELECT id, sent_at FROM bi.messages WHERE archived_seq > ${since} ${channel} ORDER BY archived_seq`,
        );
        expect(read).toBe(100);
      }
    });

    test('a conversation is found without reading messages of others', async () => {
      const [first] = await analyst.query(
        'SELECT id, messages FROM bi.conversations ORDER BY messages LIMIT 1',
      );
      const { read } = await explain(
        `SELECT sent_at FROM bi.messages WHERE conversation_id = '${String(first?.['id'])}'`,
      );
      expect(read).toBeGreaterThan(0);
      expect(read).toBeLessThan(20);
    });
  });
