import type { ChannelDependencies } from '../dependencies.ts';
import type { IssuedToken } from '../kit/access-token.ts';
import type { CallBudget } from '../message-source.ts';
import type { AccountMemory } from '../../store/store.ts';
import { ComponentTokens, platformTokensFor } from './component.ts';
import type { WeChatConfig } from './config.ts';
import type { Exchange } from './exchange.ts';
import { TokenEndpoint } from './token-endpoint.ts';
import { parseToken } from './wire.ts';

/** Where a channel's access tokens come from. */
export interface TokenSource {
  fetch(budget: CallBudget): Promise<IssuedToken>;
  close(): Promise<void>;
}

const nothingToClose = (): Promise<void> => Promise.resolve();

/** The source that the configuration names. No I/O. */
export function createTokenSource(
  config: WeChatConfig,
  { exchange, memory }: { exchange: Exchange; memory: AccountMemory },
  deps: ChannelDependencies,
): TokenSource {
  const { appId, credentials } = config;
  switch (credentials.way) {
    case 'SECRET': {
      const body = { grant_type: 'client_credential', appid: appId, secret: credentials.appSecret.reveal() };
      return { fetch: (budget) => fetchStableToken(body, exchange, budget), close: nothingToClose };
    }
    case 'ENDPOINT':
      return new TokenEndpoint(credentials.endpoint, config, deps);
    case 'COMPONENT': {
      const { component } = credentials;
      const platformTokens = platformTokensFor(`${component.appId} ${config.baseUrl}`, deps);
      const { directory } = deps;
      const tokens = new ComponentTokens({ component, exchange, memory, platformTokens, directory });
      return { fetch: (budget) => tokens.fetch(budget), close: nothingToClose };
    }
  }
}

/**
 * Every holder of the account gets the same token, so several gateways agree without talking to each other. A forced
 * refresh would invalidate the others' token, so it is never requested.
 *
 * @see https://developers.weixin.qq.com/doc/service/api/base/api_getstableaccesstoken.html
 */
function fetchStableToken(
  body: { grant_type: string; appid: string; secret: string },
  exchange: Exchange,
  budget: CallBudget,
): Promise<IssuedToken> {
  return exchange.send({ method: 'POST', path: '/cgi-bin/stable_token', body, parse: parseToken }, budget);
}
