import { expect, test } from 'vitest';
import { InUse } from '../../src/util/in-use.ts';

test('a value is made once, shared while it is in use, and made anew after that', () => {
  const values = new InUse<{ number: number }>();
  const last: number[] = [];
  let made = 0;
  const take = (key: string): ReturnType<typeof values.take> =>
    values.take(
      key,
      () => ({ number: ++made }),
      ({ number }) => last.push(number),
    );
  const first = take('a');
  expect([first.value.number, first.isShared()]).toEqual([1, false]);
  const second = take('a');
  expect([second.value === first.value, first.isShared(), second.isShared()]).toEqual([true, true, true]);
  expect(take('b').value.number).toBe(2);
  first.release();
  first.release();
  expect([second.isShared(), last]).toEqual([false, []]);
  second.release();
  expect(last).toEqual([1]);
  expect(take('a').value.number).toBe(3);
});
