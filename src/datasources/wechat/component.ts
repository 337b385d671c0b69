import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { z } from 'zod';
import type { ChannelDependencies } from '../dependencies.ts';
import { AccessToken, type IssuedToken, type TokenContext } from '../kit/access-token.ts';
import type { Accounts } from '../kit/account.ts';
import { Secret } from '../kit/secret.ts';
import type { CallBudget } from '../message-source.ts';
import type { AccountMemory } from '../../store/store.ts';
import type { Component } from './credentials.ts';
import type { Exchange } from './exchange.ts';
import { parseAuthorizerToken, parseComponentToken } from './wire.ts';

export interface ComponentTokensOptions {
  component: Component;
  exchange: Exchange;
  memory: AccountMemory;
  platformTokens: PlatformTokens;
  /** A relative path of the ticket's file is relative to it. */
  directory: string;
}

/**
 * The platform's own tokens, with which it requests those of its accounts. Each fetch is the requesting channel's
 * own.
 */
export type PlatformTokens = AccessToken<TokenContext & { fetch: () => Promise<IssuedToken> }>;

/** A platform's new token invalidates the one before, so all channels of a gateway share it, and all gateways on one store. */
const shared = new WeakMap<Accounts, Map<string, PlatformTokens>>();

/** @param platform names the platform at its provider */
export function platformTokensFor(
  platform: string,
  { accounts, clock, store }: Pick<ChannelDependencies, 'accounts' | 'clock' | 'store'>,
): PlatformTokens {
  const ofGateway = shared.get(accounts) ?? new Map<string, PlatformTokens>();
  shared.set(accounts, ofGateway);
  const sharing = { account: `WECHAT platform ${platform}`, tokens: store.accessTokens };
  const tokens = ofGateway.get(platform) ?? new AccessToken(({ fetch }) => fetch(), clock, sharing);
  ofGateway.set(platform, tokens);
  return tokens;
}

/** The replacement of the configured refresh token, which is identified by its digest. */
const replacement = z.object({ configured: z.string(), refreshToken: z.string() });
const MEMORY = 'authorizer refresh token';

/**
 * Gets the access tokens of an account that has authorised a third-party platform.
 *
 * @see https://developers.weixin.qq.com/doc/oplatform/openApi/ticket-token/api_getauthorizeraccesstoken.html
 */
export class ComponentTokens {
  readonly #options: ComponentTokensOptions;

  constructor(options: ComponentTokensOptions) {
    this.#options = options;
  }

  /**
   * The provider may replace the refresh token too. The new one is stored before anything else: only it is valid from
   * then on.
   */
  async fetch(budget: CallBudget): Promise<IssuedToken> {
    const { component, exchange, memory } = this.#options;
    const { refreshToken, ...issued } = await exchange.sendWithToken(
      {
        method: 'POST',
        path: '/cgi-bin/component/api_authorizer_token',
        body: {
          component_appid: component.appId,
          authorizer_appid: component.authorizerAppId,
          authorizer_refresh_token: await this.#refreshToken(),
        },
        parse: parseAuthorizerToken,
      },
      {
        name: 'component_access_token',
        tokens: this.#options.platformTokens,
        context: {
          activity: budget.activity,
          caller: budget.caller,
          signal: budget.signal,
          fetch: () => this.#fetchOwn(budget),
        },
      },
      budget,
    );
    if (refreshToken !== null && refreshToken !== (await this.#refreshToken())) {
      await memory.set(MEMORY, JSON.stringify({ configured: this.#configured(), refreshToken }));
    }
    return issued;
  }

  async #fetchOwn(budget: CallBudget): Promise<IssuedToken> {
    const { component, exchange } = this.#options;
    const ticket = await this.#readTicket();
    const body = {
      component_appid: component.appId,
      component_appsecret: component.appSecret.reveal(),
      component_verify_ticket: ticket,
    };
    const path = '/cgi-bin/component/api_component_token';
    return exchange.send({ method: 'POST', path, body, parse: parseComponentToken }, budget);
  }

  /** A refresh token that was configured since takes precedence over the replacement. */
  async #refreshToken(): Promise<string> {
    const { component, memory } = this.#options;
    const text = await memory.get(MEMORY);
    const kept = text === null ? null : replacement.parse(JSON.parse(text));
    return kept?.configured === this.#configured()
      ? kept.refreshToken
      : component.authorizerRefreshToken.reveal();
  }

  #configured(): string {
    const { authorizerRefreshToken } = this.#options.component;
    return createHash('sha256').update(authorizerRefreshToken.reveal()).digest('base64url');
  }

  async #readTicket(): Promise<string> {
    const { component, exchange, directory } = this.#options;
    const { verifyTicket } = component;
    if (verifyTicket instanceof Secret) return verifyTicket.reveal();
    const advice = 'The file in component.verifyTicket';
    let text: string;
    try {
      text = await readFile(resolve(directory, verifyTicket.file), 'utf8');
    } catch (cause) {
      throw exchange.misconfigured(
        `${advice} cannot be read: is the ticket that WeChat pushes kept there?`,
        cause,
      );
    }
    const ticket = text.trim();
    if (/^[\x21-\x7e]+$/.test(ticket)) return ticket;
    throw exchange.misconfigured(`${advice} must hold the component_verify_ticket, and nothing else`);
  }
}
