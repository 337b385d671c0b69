import type { SandboxAnswer, SandboxRequest } from '../sandbox-server.ts';
import { Random } from '../random.ts';
import type { WeChatTokens } from './tokens.ts';

export interface WeChatPlatformOptions {
  /** The account that has authorised the platform. */
  authorizerAppId: string;
  /** Those of the account: what the platform is given is one of them. */
  tokens: WeChatTokens;
  seed: number;
  now: () => number;
  onViolation: (violation: string) => void;
}

const LIFE_MS = 7_200_000;
const HEX = '0123456789abcdef';

/** The provider's side of a third-party platform: it makes tokens of what it has pushed and handed out before. */
export class WeChatPlatform {
  readonly appId: string;
  readonly appSecret: string;
  /** What was pushed last; older ones are not taken. */
  ticket: string;
  /** The only one that is good. */
  refreshToken: string;
  /** Each refresh hands out another refresh token, and the one before is void. */
  rotates = false;
  /** The account has withdrawn its authorisation. */
  isWithdrawn = false;
  readonly #options: WeChatPlatformOptions;
  readonly #random: Random;
  #own: { token: string; endsAt: number } | null = null;

  constructor(options: WeChatPlatformOptions) {
    this.#options = options;
    this.#random = new Random(options.seed);
    this.appId = `wx${this.#random.text(16, HEX)}`;
    this.appSecret = this.#random.text(32, HEX);
    this.ticket = this.#makeTicket();
    this.refreshToken = this.#makeRefreshToken();
  }

  /** As every ten minutes. */
  pushTicket(): string {
    this.ticket = this.#makeTicket();
    return this.ticket;
  }

  /** Makes the platform's own token void. */
  revoke(): void {
    this.#own = null;
  }

  /** `POST /cgi-bin/component/api_component_token` */
  answerComponentToken(body: Record<string, unknown>): SandboxAnswer {
    if (body['component_appid'] !== this.appId)
      return { body: { errcode: 61011, errmsg: 'invalid component rid: 20' } };
    if (body['component_appsecret'] !== this.appSecret)
      return { body: { errcode: 40125, errmsg: 'invalid appsecret rid: 21' } };
    const ticket = body['component_verify_ticket'];
    if (ticket !== this.ticket) {
      const isOld = typeof ticket === 'string' && ticket.startsWith('ticket@@@');
      return { body: { errcode: isOld ? 61005 : 61006, errmsg: 'component ticket is not good rid: 22' } };
    }
    this.#own = { token: `61_${this.#random.text(120)}`, endsAt: this.#options.now() + LIFE_MS };
    return { body: { component_access_token: this.#own.token, expires_in: LIFE_MS / 1000 } };
  }

  /** `POST /cgi-bin/component/api_authorizer_token` */
  answerAuthorizerToken({ query }: SandboxRequest, body: Record<string, unknown>): SandboxAnswer {
    const { authorizerAppId, tokens, now, onViolation } = this.#options;
    const token = query.get('component_access_token');
    if (!token) {
      onViolation('An authorizer token was asked for without a component_access_token in the query');
      return { body: { errcode: 41001, errmsg: 'access_token missing rid: 23' } };
    }
    if (token !== this.#own?.token)
      return { body: { errcode: 40001, errmsg: 'access_token is invalid or not latest rid: 24' } };
    if (now() >= this.#own.endsAt)
      return { body: { errcode: 42001, errmsg: 'access_token expired rid: 25' } };
    if (body['component_appid'] !== this.appId) {
      onViolation('An authorizer token was asked for in the name of another platform');
      return { body: { errcode: 61011, errmsg: 'invalid component rid: 26' } };
    }
    if (this.isWithdrawn || body['authorizer_appid'] !== authorizerAppId)
      return { body: { errcode: 61003, errmsg: 'component is not authorized by this account rid: 27' } };
    if (body['authorizer_refresh_token'] !== this.refreshToken)
      return { body: { errcode: 61023, errmsg: 'refresh_token is invalid rid: 28' } };
    if (this.rotates) this.refreshToken = this.#makeRefreshToken();
    return {
      body: {
        authorizer_access_token: tokens.issue(),
        expires_in: this.#options.tokens.lifeMs / 1000,
        authorizer_refresh_token: this.refreshToken,
      },
    };
  }

  #makeTicket(): string {
    return `ticket@@@${this.#random.text(80)}`;
  }

  #makeRefreshToken(): string {
    return `refreshtoken@@@${this.#random.text(43)}`;
  }
}
