import type { Logger } from 'pino';
import type { GatewayConfig } from '../config/settings.ts';
import { observeAll, type UpstreamObserver } from '../domain/upstream-calls.ts';
import { ChannelStates } from '../observability/channel-states.ts';
import { createMetrics, type Metrics } from '../observability/metrics.ts';
import { createTelemetry } from '../observability/create-telemetry.ts';
import type { Telemetry } from '../observability/telemetry.ts';
import type { Clock } from '../util/clock.ts';

/** What operators see. */
export interface Observability {
  metrics: Metrics;
  telemetry: Telemetry;
  /** How each channel's last call ended. */
  states: ChannelStates;
  /** Passes each call to a provider to all of them. */
  observer: UpstreamObserver;
}

export async function createObservability(
  config: GatewayConfig,
  { clock, log }: { clock: Clock; log: Logger },
): Promise<Observability> {
  const metrics = createMetrics();
  const telemetry = await createTelemetry(config.telemetry, process.env, log);
  const states = new ChannelStates(clock);
  return { metrics, telemetry, states, observer: observeAll([metrics.upstream, telemetry.upstream, states]) };
}
