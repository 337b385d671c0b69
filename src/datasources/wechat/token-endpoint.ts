import type { ChannelDependencies } from '../dependencies.ts';
import { UpstreamError, type UpstreamFailure } from '../../errors/upstream-error.ts';
import type { IssuedToken } from '../kit/access-token.ts';
import { HttpClient } from '../kit/http.ts';
import type { CallBudget } from '../message-source.ts';
import type { WeChatConfig } from './config.ts';
import type { TokenEndpoint as Settings } from './credentials.ts';
import { parseToken } from './wire.ts';

/** Requests access tokens from the operator's own endpoint: `GET`, answered with `access_token` and `expires_in`. */
export class TokenEndpoint {
  readonly #http: HttpClient;
  readonly #url: URL;
  readonly #settings: Settings;

  constructor(settings: Settings, { name, quota }: WeChatConfig, deps: ChannelDependencies) {
    this.#settings = settings;
    this.#url = new URL(settings.url);
    const { origin } = this.#url;
    const account = `WECHAT token endpoint ${origin}`;
    this.#http = new HttpClient({ channel: name, provider: 'WECHAT', baseUrl: origin, account, quota }, deps);
  }

  async fetch(budget: CallBudget): Promise<IssuedToken> {
    const { pathname, searchParams } = this.#url;
    const headers = Object.entries(this.#settings.headers);
    try {
      return await this.#http.call(
        {
          method: 'GET',
          path: pathname,
          ...(searchParams.size > 0 && { query: () => Object.fromEntries(searchParams) }),
          headers: () => Object.fromEntries(headers.map(([name, value]) => [name, value.reveal()])),
        },
        budget,
        (body) =>
          this.#http.checked(
            () => parseToken(body),
            'it must answer {"access_token": "…", "expires_in": 7200}',
          ),
      );
    } catch (error) {
      if (!(error instanceof UpstreamError)) throw error;
      throw this.#http.fail(toFailure(error), error);
    }
  }

  close(): Promise<void> {
    return this.#http.close();
  }
}

/** Elsewhere "the provider" is WeChat; here it is the operator's own program. */
function toFailure({ failure }: UpstreamError): UpstreamFailure {
  const { code, providerCode = null, advice } = failure;
  const say = (what: string): UpstreamFailure => ({ ...failure, advice: `The token endpoint: ${what}` });
  if (code === 'UPSTREAM_UNAVAILABLE' && providerCode === null)
    return say('no connection: check tokenEndpoint.url, DNS and the network');
  if (providerCode === 'HTTP 401' || providerCode === 'HTTP 403')
    return { ...say('it refuses the gateway: check tokenEndpoint.headers'), code: 'UPSTREAM_AUTH_FAILED' };
  return say(
    advice.replace('The provider', 'it').replace('check that baseUrl is its API', 'check tokenEndpoint.url'),
  );
}
