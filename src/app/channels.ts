import type { GatewayConfig } from '../config/settings.ts';
import type { ChannelDependencies } from '../datasources/dependencies.ts';
import { hideErased } from '../compliance/hidden-channel.ts';
import type { Awaitable, ChatChannel } from '../datasources/message-source.ts';
import type { ErasedPeople } from '../domain/erasure.ts';
import { createChannel, type ProviderModule } from '../datasources/provider.ts';
import { ConfigError } from '../errors/config-error.ts';

/**
 * Creates the configured channels. No I/O.
 *
 * @returns the channels by name, in the order of the configuration
 * @throws ConfigError that names the problem of each channel which cannot be created
 */
export function createChannels(
  config: GatewayConfig,
  providers: readonly ProviderModule[],
  dependencies: ChannelDependencies,
): Map<string, ChatChannel> {
  const problems: string[] = [];
  const channels = new Map<string, ChatChannel>();
  for (const entry of config.channels) {
    try {
      channels.set(entry.name, createChannel(entry, providers, dependencies));
    } catch (error) {
      problems.push(error instanceof Error ? error.message : String(error));
    }
  }
  if (problems.length > 0) throw new ConfigError('The configuration', problems);
  return channels;
}

/** The same channels without erased people. @param erasedOf of a `ChatChannel.tenant`; null: nothing is erased */
export function hideErasedIn(
  channels: ReadonlyMap<string, ChatChannel>,
  erasedOf: (tenant: string) => Awaitable<ErasedPeople | null>,
): Map<string, ChatChannel> {
  return new Map([...channels].map(([name, channel]) => [name, hideErased(channel, erasedOf)]));
}
