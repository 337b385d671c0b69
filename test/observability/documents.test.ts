import { globSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { createGatewayWorld, type GatewayWorld } from '../support/gateway-world.ts';

const METRIC = /\b(?:gateway|process|nodejs)_[a-z0-9_]+/g;
const GUIDE = readFileSync('docs/operations.md', 'utf8');

let world: GatewayWorld;
/** The names that a real gateway's /metrics has, those of histograms as they are asked for. */
let names: Set<string>;
beforeAll(async () => {
  world = await createGatewayWorld({ messages: 1 });
  const text = await (await fetch(new URL('/metrics', world.url))).text();
  names = new Set(
    [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].flatMap(([, name = '', type]) =>
      type === 'histogram' ? [name, `${name}_bucket`, `${name}_count`, `${name}_sum`] : [name],
    ),
  );
});
afterAll(() => world.close());

interface Panel {
  id: number;
  title: string;
  gridPos: { h: number; w: number; x: number; y: number };
  targets: { expr: string }[];
}

interface Rule {
  alert: string;
  expr: string;
  labels: { severity: string };
  annotations: { summary: string; description: string };
}

const { panels } = JSON.parse(readFileSync('docs/operations/dashboard.json', 'utf8')) as { panels: Panel[] };
const { groups } = parse(readFileSync('docs/operations/alerts.yaml', 'utf8')) as {
  groups: { rules: Rule[] }[];
};
const rules = groups.flatMap((group) => group.rules);

function metricsIn(text: string): string[] {
  return [...text.matchAll(METRIC)].map(([name]) => name);
}

test('the dashboard and the alerts ask for metrics that there are, and each of theirs asks for one', () => {
  const asked = [
    ...panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
    ...rules.map(({ expr }) => expr),
  ];
  expect(asked.flatMap(metricsIn).filter((name) => !names.has(name))).toEqual([]);
  expect(asked.filter((expr) => metricsIn(expr).length === 0)).toEqual([
    'up{job="chat-history-gateway"} == 0',
  ]);
});

test('every metric of ours is on the dashboard and in the guide, and the guide has no other', () => {
  const ours = [...names].filter((name) => name.startsWith('gateway_') && !/_(bucket|count|sum)$/.test(name));
  const onDashboard = new Set(
    panels.flatMap(({ targets }) => targets.flatMap(({ expr }) => metricsIn(expr))),
  );
  expect(ours.filter((name) => ![name, `${name}_bucket`].some((form) => onDashboard.has(form)))).toEqual([]);
  const inGuide = new Set(metricsIn(GUIDE).filter((name) => name.startsWith('gateway_')));
  expect([...inGuide].sort()).toEqual(ours.sort());
});

test('the labels that are asked for are those of the metric', async () => {
  const asked = [...panels.flatMap(({ targets }) => targets), ...rules];
  await world.query('{ messages(first: 1) { nodes { id } } messageRows(first: -1) { nodes { id } } }');
  const text = await (await fetch(new URL('/metrics', world.url))).text();
  for (const { expr } of asked) {
    for (const [, name = '', matchers = ''] of expr.matchAll(/\b(gateway_[a-z_]+)\{([^}]*)\}/g)) {
      const sample = new RegExp(`^${name}\\{([^}]*)\\}`, 'm').exec(text)?.[1];
      if (sample === undefined) continue;
      const labels = [...matchers.matchAll(/(\w+)(?:=|!|~)/g)]
        .map(([, label]) => label)
        // Prometheus gives these.
        .filter((label) => label !== 'job' && label !== 'instance');
      expect(labels.filter((label) => !new RegExp(`(^|,)${label ?? ''}="`).test(sample))).toEqual([]);
    }
  }
});

test('panels have ids of their own and do not lie on each other', () => {
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, index) => `${x + (index % w)} ${y + Math.floor(index / w)}`),
  );
  expect(new Set(cells).size).toBe(cells.length);
});

test('every alert says how urgent it is, what it means, and what to do', () => {
  for (const { alert, labels, annotations } of rules) {
    expect(alert).toMatch(/^[A-Z]\w+$/);
    expect(['page', 'ticket']).toContain(labels.severity);
    expect(annotations.summary.length).toBeGreaterThan(10);
    expect(annotations.description.length).toBeGreaterThan(20);
  }
});

test('every line that the log may have is in the guide, and no other', () => {
  const CALL =
    /\blog(?:\.(?:debug|info|warn|error|fatal)|\[[^\]]+\])\(\s*(?:(?:\{[^;]*?\}|\w+),\s*)?(?:'([^']*)'|"([^"]*)"),?\s*\)/g;
  const OPENING = /\blog(?:\.(?:debug|info|warn|error|fatal)|\[[^\]]+\])\(/g;
  const said = globSync('src/**/*.ts').flatMap((file) => {
    const text = readFileSync(file, 'utf8');
    const lines = [...text.matchAll(CALL)].map(([, single, double]) => single ?? double);
    expect(lines, `the lines of ${file}`).toHaveLength([...text.matchAll(OPENING)].length);
    return lines;
  });
  const table = GUIDE.slice(GUIDE.indexOf('## The log'));
  const told = [...table.matchAll(/^\| (?!Line|-)(.+?) +\|/gm)].map(([, words]) => words);
  expect(told.sort()).toEqual([...new Set(said)].sort());
});
