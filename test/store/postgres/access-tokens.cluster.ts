import { randomBytes } from 'node:crypto';
import { setImmediate as immediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openPostgres } from '../../../src/store/postgres/open.ts';
import type { AccessTokens, GoodToken, Store } from '../../../src/store/store.ts';
import { systemClock } from '../../../src/util/clock.ts';
import { createMemoryLog } from '../../support/memory-log.ts';
import { createDatabase, dropDatabase, runOn } from '../../support/postgres.ts';

const HOUR = 3_600_000;
const NEVER = new AbortController().signal;
const server = process.env['POSTGRES_URL'];
if (server !== undefined)
  describe('access tokens in PostgreSQL', () => {
    let name = '';
    let url = '';
    let made = 0;
    const stores: Store[] = [];
    beforeEach(async () => {
      name = `tokens_${randomBytes(6).toString('hex')}`;
      url = await createDatabase(server, name);
      made = 0;
    });
    afterEach(async () => {
      await Promise.all(stores.splice(0).map((store) => store.close()));
      await dropDatabase(server, name);
    });

    /** As each process has it. */
    async function start(): Promise<AccessTokens> {
      const { store } = await openPostgres(url, null, { clock: systemClock, log: createMemoryLog().log });
      stores.push(store);
      return store.accessTokens ?? expect.unreachable();
    }

    async function make(): Promise<GoodToken> {
      made++;
      await immediate();
      return { token: `token ${made}`, goodForMs: HOUR };
    }

    async function get(tokens: AccessTokens, refused: string | null = null): Promise<string> {
      return (await tokens.get('WECHAT one', refused, NEVER, make)).token;
    }

    test('one makes it for all, however many want it at the same moment', async () => {
      const all = await Promise.all([start(), start(), start()]);
      for (let round = 1; round <= 5; round++) {
        const got = await Promise.all([...all, ...all].map((tokens) => get(tokens)));
        expect([new Set(got), made]).toEqual([new Set([`token ${round}`]), round]);
        await runOn(url, 'UPDATE access_tokens SET good_until = clock_timestamp()');
      }
    });

    test('it is good for as long as is left of it, by whichever process', async () => {
      const [one, other] = [await start(), await start()];
      expect(await one.get('WECHAT one', null, NEVER, make)).toEqual({ token: 'token 1', goodForMs: HOUR });
      await runOn(url, "UPDATE access_tokens SET good_until = good_until - interval '30 minutes'");
      const { token, goodForMs } = await other.get('WECHAT one', null, NEVER, make);
      expect(token).toBe('token 1');
      expect(goodForMs).toBeLessThanOrEqual(HOUR / 2);
      expect(goodForMs).toBeGreaterThan(HOUR / 2 - 60_000);
    });

    test('one that is refused is replaced once, and the new one is not taken for it', async () => {
      const [one, other] = [await start(), await start()];
      const old = await get(one);
      expect(await Promise.all([get(one, old), get(other, old)])).toEqual(['token 2', 'token 2']);
      expect(await get(other, old)).toBe('token 2');
      expect(made).toBe(2);
    });

    test('one that could not be made is made by the next who wants it', async () => {
      const [one, other] = [await start(), await start()];
      const failing = one.get('WECHAT one', null, NEVER, () =>
        Promise.reject(new Error('The provider is down')),
      );
      await expect(failing).rejects.toThrow('The provider is down');
      expect(await get(other)).toBe('token 1');
    });

    test('one who waits for another stops when it is told to', async () => {
      const [one, other] = [await start(), await start()];
      const making = Promise.withResolvers<GoodToken>();
      const begun = Promise.withResolvers<undefined>();
      const first = one.get('WECHAT one', null, NEVER, () => {
        begun.resolve(undefined);
        return making.promise;
      });
      await begun.promise;
      const stop = new AbortController();
      const waiting = other.get('WECHAT one', null, stop.signal, make);
      stop.abort(new Error('too late'));
      await expect(waiting).rejects.toThrow('too late');
      making.resolve({ token: 'slow', goodForMs: HOUR });
      expect((await first).token).toBe('slow');
      expect(await get(other)).toBe('slow');
    });

    test('accounts have tokens of their own', async () => {
      const tokens = await start();
      await get(tokens);
      expect((await tokens.get('WECOM two', null, NEVER, make)).token).toBe('token 2');
    });
  });
