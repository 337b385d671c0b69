import { expect, test } from 'vitest';
import { orRecorded } from '../../src/commands/or-recorded.ts';

test('what fails is recorded, and thrown; what does not is not recorded', async () => {
  const records: string[] = [];
  const record = (): Promise<void> => {
    records.push('failed');
    return Promise.resolve();
  };
  expect([await orRecorded(() => Promise.resolve(7), record), records]).toEqual([7, []]);
  const error = new Error('away');
  await expect(orRecorded(() => Promise.reject(error), record)).rejects.toBe(error);
  expect(records).toEqual(['failed']);
});

test('where that cannot be recorded, both are told', async () => {
  const [error, other] = [new Error('away'), new Error('full')];
  const failing = orRecorded(
    () => Promise.reject(error),
    () => Promise.reject(other),
  );
  await expect(failing).rejects.toMatchObject({ errors: [error, other] });
});
