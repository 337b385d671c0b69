import type { Claim, Place } from './claims.ts';

const ours = (figure: string): Place => ({ variant: 'ours', figure });
const peer = (variant: string, figure: string): Place => ({ variant, figure });

const AGAINST_MERCURIUS = { 'nodes 100': 1, 'edges 100': 0.8, 'nodes 1000': 1.2, 'edges 1000': 0.8 };
const PAGES = ['nodes 100', 'edges 100', 'nodes 1000', 'edges 1000'] as const;
const AGAINST_APOLLO = 2;
/** 1,000 subscribers, by how they follow, and the most milliseconds. */
const FOLLOWED = [
  ['SSE', 250],
  ['WebSocket', 250],
  ['SSE, filters', 500],
] as const;

/** What the gateway promises of its speed. */
export const CLAIMS: readonly Claim[] = [
  ...PAGES.map((page): Claim => {
    const rate = `${page}, requests/s`;
    return {
      caseName: 'warm',
      title: `${page}: rate against mercurius with jit`,
      of: ours(rate),
      to: peer('mercurius', rate),
      must: { atLeast: AGAINST_MERCURIUS[page] },
    };
  }),
  ...PAGES.map((page): Claim => {
    const rate = `${page}, requests/s`;
    return {
      caseName: 'warm',
      title: `${page}: rate against Apollo with defaults`,
      of: ours(rate),
      to: peer('apollo', rate),
      must: { atLeast: AGAINST_APOLLO },
    };
  }),
  {
    caseName: 'warm',
    title: 'messages(first: 1): CPU against { __typename }',
    of: ours('nodes 1, CPU ms'),
    to: ours('__typename, CPU ms'),
    must: { atMost: 3 },
  },
  {
    caseName: 'warm',
    title: 'nodes 100: rate with keys, encryption and traces against without',
    of: peer('guarded', 'nodes 100, requests/s'),
    to: ours('nodes 100, requests/s'),
    must: { atLeast: 0.85 },
  },
  {
    caseName: 'warm',
    title: 'peak memory against Apollo',
    of: ours('peak memory, MB'),
    to: peer('apollo', 'peak memory, MB'),
    must: { atMost: 1.2 },
  },
  ...PAGES.map((page): Claim => ({
    caseName: 'warm',
    title: `${page}: p99 against p50`,
    of: ours(`${page}, p99 ms`),
    to: ours(`${page}, p50 ms`),
    must: { atMost: 4 },
  })),
  {
    caseName: 'cold',
    title: 'first page against its chain of calls',
    of: ours('time against the longest'),
    must: { atMost: 1.3 },
  },
  {
    caseName: 'newest',
    title: 'upstream calls',
    of: ours('upstream calls'),
    must: { atMost: 44 },
  },
  {
    caseName: 'walk',
    title: 'messages/s against the raw loop over memory',
    of: ours('messages/s'),
    to: peer('raw, memory', 'messages/s'),
    must: { atLeast: 0.3 },
  },
  {
    caseName: 'walk',
    title: 'page 200 against page 2',
    of: ours('last pages against page 2'),
    must: { atMost: 1.2 },
  },
  {
    caseName: 'export',
    title: 'rate against the raw loop',
    of: ours('messages/s'),
    to: peer('raw', 'messages/s'),
    must: { atLeast: 0.5 },
  },
  {
    caseName: 'export',
    title: 'CPU against the raw loop',
    of: ours('CPU ms for 1000'),
    to: peer('raw', 'CPU ms for 1000'),
    must: { atMost: 2 },
  },
  ...FOLLOWED.flatMap(([variant, p99]): Claim[] => [
    {
      caseName: 'fan-out',
      title: `${variant}: p99 from the answer to the webhook, ms`,
      of: { variant, figure: 'p99 ms' },
      must: { atMost: p99 },
    },
    {
      caseName: 'fan-out',
      title: `${variant}: memory a subscriber, KB`,
      of: { variant, figure: 'memory a subscriber, KB' },
      must: { atMost: 30 },
    },
  ]),
  {
    caseName: 'ingest',
    title: 'webhooks/s against raw synced transactions',
    of: ours('webhooks/s'),
    to: peer('raw', 'webhooks/s'),
    must: { atLeast: 0.5 },
  },
  {
    caseName: 'ingest',
    title: 'messages/s until a subscriber has all, against raw synced transactions',
    of: ours('messages/s, until all are done'),
    to: peer('raw', 'messages/s, until all are done'),
    must: { atLeast: 0.5 },
  },
  {
    caseName: 'ingest',
    title: 'p99 against raw synced transactions',
    of: ours('p99 ms'),
    to: peer('raw', 'p99 ms'),
    must: { atMost: 3 },
  },
];
