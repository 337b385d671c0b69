import { existsSync } from 'node:fs';
import { startMeasured, type MeasuredProcess } from './measured-process.ts';
import type { World } from './world.ts';

export const PEERS = ['mercurius', 'apollo', 'hive', 'raw', 'raw, memory'] as const;
export type PeerName = (typeof PEERS)[number];

const REST = 'one REST call a request; no ids to seal, nothing to merge, no access rules, no audit';

/** What each peer does for an answer. */
export const PEER_WORK: Readonly<Record<PeerName, string>> = {
  mercurius: `GraphQL compiled by graphql-jit (jit: 1); ${REST}`,
  apollo: `Apollo Server, standalone, with its defaults; ${REST}`,
  hive: `Hive Gateway, by a supergraph whose field is an HTTP operation; ${REST}`,
  raw: 'node:http without GraphQL; one REST call a request, whose fields it picks',
  'raw, memory': 'node:http without GraphQL; picks the fields of a page that it has in memory as objects',
};

const PROGRAMS: Readonly<Record<PeerName, readonly [program: string, ...args: string[]]>> = {
  mercurius: ['interop/peers/mercurius.ts'],
  apollo: ['interop/peers/apollo.ts'],
  hive: ['interop/peers/hive.ts'],
  raw: ['bench/raw/pages.ts'],
  'raw, memory': ['bench/raw/pages.ts', 'memory'],
};

/** Those whose packages are here: without `interop/node_modules` only those that need none. */
export function presentPeers(): readonly PeerName[] {
  const hasPackages = existsSync('interop/node_modules/mercurius');
  return PEERS.filter((name) => hasPackages || !PROGRAMS[name][0].startsWith('interop/'));
}

export function startPeer(name: PeerName, { rest }: Pick<World, 'rest'>): Promise<MeasuredProcess> {
  const [program, ...args] = PROGRAMS[name];
  return startMeasured([program, rest.url, ...args]);
}
