import { createHash } from 'node:crypto';
import { HttpClient, type HttpDependencies } from '../kit/http.ts';
import type { Clock } from '../../util/clock.ts';
import type { CallBudget } from '../message-source.ts';
import { toAccountName, type WhatsAppConfig } from './config.ts';
import { toFailure } from './errors.ts';
import { parseEnvelope, parseMessagePage, type WireMessagePage } from './wire.ts';

/** The `info` of a query: what the records must be like, and from when. */
export interface MessageQuery {
  info: {
    whatsId?: string;
    friendWhatsId?: string;
    chatType?: number;
    actionType?: number;
    contentType?: string;
    agentAccount?: string;
    /** Unix ms. Whether the end points belong to the range is not published. */
    startChatTime: number;
    endChatTime: number;
  };
  /** From 1. */
  current: number;
  pageSize: number;
}

/** The open API of one tenant. */
export class WhatsAppClient {
  readonly #config: WhatsAppConfig;
  readonly #clock: Clock;
  readonly #http: HttpClient;

  constructor(config: WhatsAppConfig, deps: HttpDependencies) {
    this.#config = config;
    this.#clock = deps.clock;
    const { name, provider, baseUrl, quota } = config;
    this.#http = new HttpClient(
      { channel: name, provider, baseUrl, account: toAccountName(config), quota },
      deps,
    );
  }

  /** @see https://doc.socialepoch.com/wa-scrm-open-api-doc/api/message.html */
  async fetchMessagePage(query: MessageQuery, budget: CallBudget): Promise<WireMessagePage> {
    const data = await this.#call('/wscrm-bus-api/open/message/msgPage', query, budget);
    return this.#http.checked(() => parseMessagePage(data), 'The answer is not a page of chat records');
  }

  /** An answer may be inconsistent though each of its parts is valid. */
  badResponse(advice: string): Error {
    return this.#http.badResponse(advice);
  }

  close(): Promise<void> {
    return this.#http.close();
  }

  #call(path: string, parameters: object, budget: CallBudget): Promise<unknown> {
    const { tenantId } = this.#config;
    const body = { tenantId: Number(tenantId), ...parameters };
    // Signed as each attempt leaves: a signature carries its time, and how long it is valid is not published.
    const request = { method: 'POST', path, headers: () => this.#signature(), body } as const;
    return this.#http.call(request, budget, (answer) => {
      const { code, data } = this.#http.checked(() => parseEnvelope(answer), 'The answer has no code');
      if (code !== '200') throw this.#http.fail(toFailure(code));
      return data;
    });
  }

  #signature(): Record<string, string> {
    const timestamp = String(Math.floor(this.#clock.now()));
    return {
      tenant_id: this.#config.tenantId,
      timestamp,
      token: toToken(this.#config.tenantId, timestamp, this.#config.apiKey.reveal()),
    };
  }
}

/**
 * The signature of a call: lower-case hex MD5 of the three, one after the other. MD5 is the provider's choice.
 *
 * @param timestamp Unix ms, as sent
 * @see https://doc.socialepoch.com/wa-scrm-open-api-doc/api
 */
export function toToken(tenantId: string, timestamp: string, apiKey: string): string {
  return createHash('md5').update(`${tenantId}${timestamp}${apiKey}`).digest('hex');
}
