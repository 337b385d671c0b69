import { expect, test } from 'vitest';
import { toClaimRows, toDigits, toFigureRows } from '../../bench/report.ts';
import { toMarkdownTable, toTable } from '../../bench/table.ts';

const ONE = { median: 1, least: 1, most: 1 };

test('numbers have three digits that count', () => {
  const values = [0, 0.000_12, 0.0567, 0.567, 5.678, 56.78, 567.8, 5678.9];
  expect(values.map(toDigits)).toEqual(['0', '0.000', '0.057', '0.567', '5.68', '56.8', '568', '5679']);
});

test('each figure is a row, with a dash where a variant has none', () => {
  const figures = { ours: { rate: { median: 2, least: 1, most: 3 }, p99: ONE }, raw: { rate: ONE } };
  expect(toFigureRows({ figures })).toEqual([
    ['', 'ours', 'raw'],
    ['rate', '2.00 (1.00 to 3.00)', '1.00'],
    ['p99', '1.00', '-'],
  ]);
});

test('each claim is a row that says whether it is reached', () => {
  const claims = [
    { title: 'rate', must: { atLeast: 0.5 }, isReached: true, measured: ONE },
    { title: 'CPU', must: { atMost: 2 }, isReached: false, measured: { median: 4, least: 3, most: 5 } },
  ];
  expect(toClaimRows({ claims })).toEqual([
    ['', 'measured', 'must', ''],
    ['rate', '1.00', '>= 0.5', 'reached'],
    ['CPU', '4.00 (3.00 to 5.00)', '<= 2', 'NOT REACHED'],
  ]);
});

const ROWS = [
  ['', 'ours', 'raw'],
  ['requests/s', '9', '1000'],
];

test('a table in plain text has its first column to the left and the others to the right', () => {
  expect(toTable(ROWS)).toBe('            ours   raw\nrequests/s     9  1000\n');
});

test('a table in Markdown has the first row as its head', () => {
  expect(toMarkdownTable(ROWS)).toBe('|  | ours | raw |\n| --- | --: | --: |\n| requests/s | 9 | 1000 |\n');
});
