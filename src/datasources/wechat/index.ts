import type { ChannelDependencies } from '../dependencies.ts';
import type { CallBudget } from '../message-source.ts';
import { AccessToken } from '../kit/access-token.ts';
import { HttpClient } from '../kit/http.ts';
import { AccountMemory } from './account-memory.ts';
import { WeChatChannel } from './channel.ts';
import { WeChatClient } from './client.ts';
import type { WeChatConfig } from './config.ts';
import { Exchange } from './exchange.ts';
import { LiveView } from './live-view.ts';
import { LONGEST_RECORD_BYTES, LongestPage } from './longest-page.ts';
import { NativePages } from './native-page.ts';
import { createTokenSource } from './tokens.ts';
import { WindowReader } from './window-reader.ts';

export { WeChatChannel } from './channel.ts';
export { weChatConfig, type WeChatConfig } from './config.ts';
export type { AgentPresence, CustomerServiceSession, WaitingCustomer } from './live-view.ts';
export type { WeChatMessageRecord } from './to-message.ts';
export type { AgentAccount } from './wire.ts';

/** Puts a channel together. No I/O. */
export function createWeChatChannel(config: WeChatConfig, deps: ChannelDependencies): WeChatChannel {
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
  // The same account at another address is another account: a sandbox, say.
  const inStore = `${account} ${baseUrl}`;
  const memory = new AccountMemory(deps.database, inStore);
  const exchange = new Exchange(http, clock);
  const tokenSource = createTokenSource(config, { exchange, memory }, deps);
  const tokens = new AccessToken((budget: CallBudget) => tokenSource.fetch(budget), clock);
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
  const reader = new WindowReader({ pages, client, longestPage, pageSize: quota.pageSize });
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
  return new WeChatChannel({ config, client, pages, reader, live, clock, close });
}
