import type { ChannelDependencies } from '../dependencies.ts';
import type { Clock } from '../../util/clock.ts';
import type { CallBudget } from '../message-source.ts';
import { AccessToken } from '../kit/access-token.ts';
import { HttpClient } from '../kit/http.ts';
import { WeChatClient } from './client.ts';
import type { WeChatConfig } from './config.ts';
import { Exchange } from './exchange.ts';
import { LiveView } from './live-view.ts';
import { LONGEST_RECORD_BYTES, LongestPage } from './longest-page.ts';
import { NativePages } from './native-page.ts';
import { createTokenSource } from './tokens.ts';
import { WindowReader } from './window-reader.ts';

export interface WeChatChannelOptions {
  config: WeChatConfig;
  /** As it is named in stores. */
  account: string;
  client: WeChatClient;
  pages: NativePages;
  reader: WindowReader;
  live: LiveView;
  clock: Clock;
  close: () => Promise<void>;
}

/** Makes what a channel is put together from. No I/O. */
export function createParts(config: WeChatConfig, deps: ChannelDependencies): WeChatChannelOptions {
  const { clock, log } = deps;
  const { name, appId, baseUrl, quota } = config;
  const account = `WECHAT ${appId}`;
  const http = new HttpClient(
    {
      channel: name,
      provider: 'WECHAT',
      baseUrl,
      account,
      quota,
      extraResponseBytes: quota.pageSize * LONGEST_RECORD_BYTES,
    },
    deps,
  );
  // The same account by another address is another account: a sandbox, say.
  const inStore = `${account} ${baseUrl}`;
  const memory = deps.store.accountMemory(inStore);
  const exchange = new Exchange(http, clock);
  const tokenSource = createTokenSource(config, { exchange, memory }, deps);
  const tokens = new AccessToken((budget: CallBudget) => tokenSource.fetch(budget), clock, {
    account: `${inStore} ${config.credentials.way}`,
    tokens: deps.store.accessTokens,
  });
  const client = new WeChatClient(exchange, tokens);
  const pages = new NativePages({
    client,
    pages: deps.pages,
    clock,
    account: inStore,
    onUnplaceable: (count) => {
      log.warn({ channel: name, count }, 'Skipped records of history without a time');
    },
  });
  const longestPage = new LongestPage({
    memory,
    clock,
    onLowered: (records) => {
      log.warn({ channel: name, records }, 'The provider returns shorter pages of history than before');
    },
  });
  const reader = new WindowReader({
    account: { channel: name, appId },
    pages,
    client,
    longestPage,
    pageSize: quota.pageSize,
  });
  const live = new LiveView({
    client,
    pages: deps.pages,
    clock,
    account: inStore,
    onUnreadable: (count) => {
      log.warn({ channel: name, count }, 'Skipped unreadable rows in a list of agents or customers');
    },
  });
  const close = async (): Promise<void> => {
    await Promise.all([exchange.close(), tokenSource.close()]);
  };
  return { config, account: inStore, client, pages, reader, live, clock, close };
}
