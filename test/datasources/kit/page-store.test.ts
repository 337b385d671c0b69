import { expect, test } from 'vitest';
import { BudgetSpentError } from '../../../src/errors/upstream-error.ts';
import { latestNow } from '../../../src/util/present.ts';
import { HOUR, NOW, setUpPages } from '../../support/page-store.ts';

test('a page is fresh for as long again as it lay back when it was fetched', async () => {
  const { read, clock } = setUpPages();
  expect(await read()).toBe('answer 1');
  clock.advance(HOUR - 1);
  expect(await read()).toBe('answer 1');
  clock.advance(1);
  expect(await read()).toBe('answer 2');
});

test('a page of the present is fresh only for requests that began before it was fetched', async () => {
  const { read, clock } = setUpPages();
  const began = clock.now();
  expect(await read({ coversUntil: NOW })).toBe('answer 1');
  clock.advance(10_000);
  expect(await read({ coversUntil: NOW, notBefore: began })).toBe('answer 1');
  expect(await read({ coversUntil: NOW })).toBe('answer 2');
});

test('equal reads at once are one', async () => {
  const { read, fetched } = setUpPages();
  const answers = await Promise.all(Array.from({ length: 50 }, () => read()));
  expect(new Set(answers)).toEqual(new Set(['answer 1']));
  expect(fetched()).toBe(1);
});

test('a page is not used after the end of its URLs', async () => {
  const { read, clock } = setUpPages();
  expect(await read({ usableUntil: () => NOW + 5_000 })).toBe('answer 1');
  clock.advance(4_999);
  expect(await read()).toBe('answer 1');
  clock.advance(1);
  expect(await read()).toBe('answer 2');
});

test("another request's spent budget is not ours", async () => {
  const { read } = setUpPages();
  const poor = read({ fetch: () => Promise.reject(new BudgetSpentError()) });
  const rich = read();
  await expect(poor).rejects.toThrow(BudgetSpentError);
  expect(await rich).toBe('answer 1');
});

test('a reader that joined a call which its first caller aborted tries for itself', async () => {
  const { read, fetched } = setUpPages();
  const gone = new AbortController();
  const begun = Promise.withResolvers<null>();
  const first = read({
    fetch: () =>
      new Promise((_, reject) => {
        begun.resolve(null);
        gone.signal.addEventListener('abort', () => {
          reject(new BudgetSpentError());
        });
      }),
  });
  const joined = Array.from({ length: 10 }, () => read());
  await begun.promise;
  gone.abort();
  await expect(first).rejects.toThrow(BudgetSpentError);
  expect(new Set(await Promise.all(joined))).toEqual(new Set(['answer 1']));
  expect(fetched()).toBe(1);
});

test('a failed fetch is not kept', async () => {
  const { read } = setUpPages();
  await expect(read({ fetch: () => Promise.reject(new Error('down')) })).rejects.toThrow('down');
  expect(await read()).toBe('answer 1');
});

test("a page's age is what has passed since, wherever the clock is set meanwhile", async () => {
  const { read, clock } = setUpPages();
  expect(await read()).toBe('answer 1');
  for (const jump of [-HOUR / 2, 24 * HOUR, -24 * HOUR, HOUR / 2]) {
    clock.jump(jump);
    clock.advance(HOUR / 4 - 1);
    expect(await read()).toBe('answer 1');
  }
  clock.advance(4);
  expect(await read()).toBe('answer 2');
});

test('a page of the present is asked for again by those who come later, wherever the clock is set meanwhile', async () => {
  const { read, clock } = setUpPages();
  for (const [index, jump] of [0, -HOUR / 2, 24 * HOUR, -24 * HOUR].entries()) {
    clock.jump(jump);
    clock.advance(1_000);
    const present = { coversUntil: latestNow(clock), notBefore: latestNow(clock) };
    expect(await read(present)).toBe(`answer ${index + 1}`);
    clock.advance(1_000);
    expect(await read(present)).toBe(`answer ${index + 1}`);
  }
});

test('what seems to lie back only because the clock is ahead is not fresh', async () => {
  const { read, clock } = setUpPages();
  expect(latestNow(clock)).toBe(NOW);
  clock.jump(24 * HOUR);
  const day = { coversUntil: NOW + HOUR };
  expect(await read(day)).toBe('answer 1');
  clock.advance(1_000);
  expect(await read(day)).toBe('answer 2');
});

test('a page with expiring URLs is used for as long as they live, wherever the clock is set meanwhile', async () => {
  const { read, clock } = setUpPages();
  const request = { coversUntil: 0, usableUntil: () => NOW + HOUR };
  expect(await read(request)).toBe('answer 1');
  clock.jump(-HOUR / 2);
  clock.advance(HOUR - 1);
  expect(await read(request)).toBe('answer 1');
  clock.advance(1);
  expect(await read(request)).toBe('answer 2');
});
