import { expect, test } from 'vitest';
import { parseCpuMs } from '../../bench/measured-process.ts';

test('processor time is found after a name that holds anything', () => {
  const rest = ['S', ...Array.from({ length: 10 }, () => '7'), '150', '25', '0', '0'].join(' ');
  expect(parseCpuMs(`42 (node) ${rest}`)).toBe(1_750);
  expect(parseCpuMs(`42 (a ) 1 2 (b) ${rest}`)).toBe(1_750);
});
