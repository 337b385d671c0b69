import type { Logger } from 'pino';
import { noTelemetry, type Telemetry, type TelemetryConfig } from './telemetry.ts';

/**
 * Collects traces when the configuration, or the environment by OpenTelemetry's own names, has an endpoint; else this
 * costs nothing, and OpenTelemetry's SDK is not even loaded.
 */
export async function createTelemetry(
  config: TelemetryConfig,
  environment: NodeJS.ProcessEnv,
  log: Logger,
): Promise<Telemetry> {
  const isWanted =
    config.otlpEndpoint ??
    environment['OTEL_EXPORTER_OTLP_ENDPOINT'] ??
    environment['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'];
  if (!isWanted) return noTelemetry;
  const { createTracing } = await import('./tracing.ts');
  return createTracing(config, log);
}
