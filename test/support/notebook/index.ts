import { readFileSync } from 'node:fs';
import type { ProviderModule } from '../../../src/datasources/provider.ts';
import { channelFields } from '../../../src/resolvers/channel.ts';
import { messageFields } from '../../../src/resolvers/message.ts';
import type { ServedProvider } from '../../../src/resolvers/provider.ts';
import { NotebookChannel, notebookConfig, type NotebookConfig } from './channel.ts';

const notebookModule: ProviderModule<NotebookConfig, NotebookChannel> = {
  provider: 'NOTEBOOK',
  typeNames: { message: 'NotebookMessage', channel: 'NotebookChannel' },
  config: notebookConfig,
  createChannel: (config) => new NotebookChannel(config),
};

/** A provider that lists an array in memory. */
export const notebook: ServedProvider = {
  ...notebookModule,
  resolvers: { NotebookMessage: { ...messageFields }, NotebookChannel: { ...channelFields } },
  typeDefs: readFileSync(new URL('notebook.graphql', import.meta.url), 'utf8'),
};
