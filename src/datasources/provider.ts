import { z } from 'zod';
import type { Provider } from '../domain/records.ts';
import type { ChannelDependencies } from './dependencies.ts';
import type { ChannelConfig } from './kit/channel-config.ts';
import type { ChatChannel } from './message-source.ts';

/** The types of the schema that show a provider's records. */
export interface TypeNames {
  message: string;
  channel: string;
}

/** A little history as the provider answers, for the rehearsal before the start. */
export interface Sample {
  /** A channel's entry in the configuration, besides its name and its address. */
  config: Record<string, unknown>;
  /**
   * By the path of a call: its answer, as JSON. It depends on the call's body alone, for several calls may be under way at a time.
   *
   * @param body as JSON; null: the call has none
   */
  answers: Readonly<Record<string, (body: unknown) => unknown>>;
}

/** What the rest of the program needs of a provider; its folder exports one. */
export interface ProviderModule<
  Config extends ChannelConfig = ChannelConfig,
  Channel extends ChatChannel = ChatChannel,
> {
  readonly provider: Provider;
  readonly typeNames: TypeNames;
  /** A channel's entry in the configuration. Its `provider` admits the provider's own name alone. */
  readonly config: z.ZodType<Config> & z.core.$ZodTypeDiscriminable;
  /** @throws Error when something that the entry names, such as a key file, is not there */
  createChannel(config: Config, dependencies: ChannelDependencies): Channel;
  /** Left out: this provider's first page after a start is slower. @param now Unix ms, just after the newest message */
  readonly toSample?: (now: number) => Sample;
}

/** Whether a channel is this provider's, and so has what only its channels have. */
export function isChannelOf<Channel extends ChatChannel>(
  { provider }: { provider: Provider; createChannel(...args: never): Channel },
  channel: ChatChannel,
): channel is Channel {
  return channel.provider === provider;
}

/** A channel's entry in the configuration, whichever of the providers it is at. */
export function anyChannelConfig(providers: readonly ProviderModule[]): z.ZodType<ChannelConfig> {
  const [first, ...others] = providers.map(({ config }) => config);
  if (!first) throw new Error('There is no provider');
  return z.discriminatedUnion('provider', [first, ...others]);
}

/** @throws Error when something that the entry names, such as a key file, is not there */
export function createChannel(
  config: ChannelConfig,
  providers: readonly ProviderModule[],
  dependencies: ChannelDependencies,
): ChatChannel {
  const module = providers.find(({ provider }) => provider === config.provider);
  if (!module) throw new Error(`There is no provider ${config.provider}`);
  return module.createChannel(config, dependencies);
}
