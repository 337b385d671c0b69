import { expect, test } from 'vitest';
import { toLocalConfig } from '../../tools/cluster/balancer.ts';
import { Ledger } from '../../tools/cluster/ledger.ts';
import { isFlawless, toLine, toSummary } from '../../tools/cluster/report.ts';

const HALF_A_MINUTE_MS = 30_000;

test('what is acknowledged and not seen is lost half a minute later, or at once when nothing follows any more', () => {
  let now = 0;
  const ledger = new Ledger(2, () => now);
  ledger.acknowledge('a');
  now = 10_000;
  ledger.acknowledge('b');
  ledger.see(0, 'a');
  ledger.see(0, 'b');
  now = HALF_A_MINUTE_MS;
  expect(ledger.count()).toEqual({ acknowledged: 2, seen: [2, 0], lost: 1, doubled: 0, misplaced: 0 });
  expect(ledger.count(true).lost).toBe(2);
  expect(ledger.isComplete).toBe(false);
  // It comes after all.
  ledger.see(1, 'a');
  ledger.see(1, 'b');
  expect(ledger.count(true)).toEqual({ acknowledged: 2, seen: [2, 2], lost: 0, doubled: 0, misplaced: 0 });
  expect(ledger.isComplete).toBe(true);
});

test('a subscriber may see a message before its delivery is acknowledged, and one that never is', () => {
  const ledger = new Ledger(1, () => 0);
  ledger.see(0, 'never acknowledged');
  ledger.see(0, 'a');
  ledger.acknowledge('a');
  expect(ledger.count(true)).toEqual({ acknowledged: 1, seen: [1], lost: 0, doubled: 0, misplaced: 0 });
});

test('what a subscriber sees twice is doubled, and what it sees at another place than the first one is misplaced', () => {
  const ledger = new Ledger(2, () => 0);
  for (const id of ['a', 'b', 'c', 'a']) ledger.see(0, id);
  for (const id of ['a', 'c', 'b']) ledger.see(1, id);
  expect(ledger.count()).toEqual({ acknowledged: 0, seen: [0, 0], lost: 0, doubled: 1, misplaced: 2 });
  expect(isFlawless(ledger.count())).toBe(false);
});

const PROGRESS = {
  ...{ seconds: 7, answered: 340, failed: 0, repeated: 2, reconnects: 3, kills: 1 },
  ...{ acknowledged: 301, seen: [301, 298], lost: 0, doubled: 0, misplaced: 0 },
  replicas: [
    { name: 'gateway-1', isUp: true },
    { name: 'gateway-2', isUp: false },
  ],
};

test('a line says in plain words what has happened so far', () => {
  expect(toLine(PROGRESS)).toBe(
    '   7 s | 340 requests answered | 301 deliveries acknowledged | seen by subscribers 301 298 | lost 0 | doubled 0 | kills 1 | gateway-1 up, gateway-2 DOWN',
  );
});

test('the summary praises only a run in which nothing was wrong', () => {
  expect(toSummary(PROGRESS, true)).toMatch(/Nothing was lost, and nothing came twice\.\n$/);
  for (const flaw of ['lost', 'doubled', 'misplaced'])
    expect(toSummary({ ...PROGRESS, [flaw]: 1 }, true)).toMatch(/THIS SHOULD NOT HAVE HAPPENED\.\n$/);
  expect(toSummary(PROGRESS, false)).toMatch(/DAMAGED[^]*THIS SHOULD NOT HAVE HAPPENED\.\n$/);
});

test("HAProxy's configuration gets the addresses of this machine, and needs no name server", () => {
  const example = `resolvers names
  parse-resolv-conf
  hold valid 2s

frontend api
  bind :4000

backend gateways
  default-server check resolvers names init-addr none
  server gateway-1 gateway-1:4000

frontend metrics
  bind :8404
`;
  const backends = [{ name: 'gateway-1', port: 1234, isUp: true }];
  expect(toLocalConfig(example, backends, { api: 4000, metrics: 5678 })).toBe(`
frontend api
  bind 127.0.0.1:4000

backend gateways
  default-server check
  server gateway-1 127.0.0.1:1234

frontend metrics
  bind 127.0.0.1:5678
`);
});
