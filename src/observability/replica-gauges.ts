import { Gauge, type Registry } from 'prom-client';
import type { Leases } from '../store/store.ts';
import type { StoreProbe } from './store-probe.ts';

/** What operators of several gateways on one store compare. */
export interface ReplicaGauged {
  version: string;
  leases: Pick<Leases, 'states'>;
  store: Pick<StoreProbe, 'seconds'>;
}

export function registerReplicaGauges(registry: Registry, { version, leases, store }: ReplicaGauged): void {
  const registers = [registry];
  new Gauge({
    name: 'gateway_build_info',
    help: 'Always 1; the label has the version of the program',
    labelNames: ['version'],
    registers,
  }).set({ version }, 1);
  new Gauge({
    name: 'gateway_lease_held',
    help: 'Whether this gateway has the lease: 1, or 0 while it waits for it; left out when it does not ask for it',
    labelNames: ['lease'],
    registers,
    collect() {
      this.reset();
      for (const { name, isHeld } of leases.states()) this.set({ lease: name }, isHeld ? 1 : 0);
    },
  });
  new Gauge({
    name: 'gateway_store_probe_seconds',
    help: 'How long the store took to write and read a row, at the last look or the present one; +Inf when it failed',
    registers,
    collect() {
      this.set(store.seconds());
    },
  });
}
