import { pino } from 'pino';
import { createReading, type Reading } from '../../src/app/reading.ts';
import { createStores } from '../../src/app/stores.ts';
import type { GatewayConfig } from '../../src/config/settings.ts';
import { systemClock, type Clock } from '../../src/util/clock.ts';

/** Reading without a server, as commands have it. Closing it closes its stores. */
export type OpenReading = Reading & { clock: Clock };

export async function openReading(config: GatewayConfig, clock = systemClock): Promise<OpenReading> {
  const surroundings = { clock, log: pino({ enabled: false }) };
  const stores = await createStores(config, surroundings);
  const reading = await createReading(config, stores, surroundings);
  return {
    ...reading,
    clock,
    close: async () => {
      await reading.close();
      await stores.close();
    },
  };
}
