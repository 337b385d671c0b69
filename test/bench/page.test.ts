import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { withFigures } from '../../bench/page.ts';
import { readResults, toKeptCase, toSpreads, type BenchResult } from '../../bench/result.ts';

const PAGE = 'docs/performance.md';
const EMPTY = `# Page

<!-- figures: npm run bench -- --keep -->

old

<!-- end of figures -->

The end.
`;

function result(at: string, cases: string[], isQuick = false): BenchResult {
  const kept = toKeptCase(
    'A case',
    new Map([['ours', { does: 'nothing', rounds: [{ rate: 12.3456 }, { rate: 20 }] }]]),
    [
      {
        claim: {
          caseName: 'warm',
          title: 'rate',
          of: { variant: 'ours', figure: 'rate' },
          must: { atLeast: 15 },
        },
        measured: { median: 12.3456, least: 12.3456, most: 20 },
        isReached: false,
      },
    ],
  );
  return {
    at,
    isQuick,
    rounds: 2,
    machine: { node: 'v24.0.0', cpu: 'A processor', cores: 2, memoryGB: 8, hasCores: true },
    cases: Object.fromEntries(cases.map((name) => [name, kept])),
  };
}

test('the page has the figures of the newest run that is kept', async () => {
  const page = readFileSync(PAGE, 'utf8');
  expect(await withFigures(page, readResults('bench/results'), PAGE)).toBe(page);
});

test('the figures are put in place of the old ones: of each case the newest, and none of a quick run', async () => {
  const results = [
    result('2026-01-01T10:00:00.000Z', ['warm', 'cold']),
    result('2026-01-02T10:00:00.000Z', ['warm']),
    result('2026-01-03T10:00:00.000Z', ['warm'], true),
  ];
  expect(await withFigures(EMPTY, results, PAGE)).toBe(`# Page

<!-- figures: npm run bench -- --keep -->

### warm

A case. 2026-01-02, Node.js v24.0.0, A processor, 2 cores; 2 rounds.

|      |            measured |  must |             |
| ---- | ------------------: | ----: | ----------: |
| rate | 12.3 (12.3 to 20.0) | >= 15 | NOT REACHED |

|      |                ours |
| ---- | ------------------: |
| rate | 12.3 (12.3 to 20.0) |

- **ours**: nothing

### cold

A case. 2026-01-01, Node.js v24.0.0, A processor, 2 cores; 2 rounds.

|      |            measured |  must |             |
| ---- | ------------------: | ----: | ----------: |
| rate | 12.3 (12.3 to 20.0) | >= 15 | NOT REACHED |

|      |                ours |
| ---- | ------------------: |
| rate | 12.3 (12.3 to 20.0) |

- **ours**: nothing

<!-- end of figures -->

The end.
`);
});

test('without a kept run the page says so, and a page without a place is refused', async () => {
  expect(await withFigures(EMPTY, [], PAGE)).toContain('\nNo run has been kept yet.\n');
  await expect(withFigures('# Page\n', [], PAGE)).rejects.toThrow(`${PAGE} has no place for the figures`);
});

test('kept figures are over all rounds, with four digits', () => {
  expect(toSpreads([{ rate: 1.234_56 }, { rate: 3, p99: 5 }, { rate: 2 }])).toEqual({
    rate: { median: 2, least: 1.235, most: 3 },
    p99: { median: 5, least: 5, most: 5 },
  });
});
