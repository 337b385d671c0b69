import type { SandboxAnswer, SandboxRequest } from '../sandbox-server.ts';
import { Random } from '../random.ts';

export interface WeChatCredentials {
  appid: string;
  secret: string;
}

interface Issued {
  token: string;
  /** Unix ms. */
  endsAt: number;
  /** Set when it was made void before its time. */
  refusedWith: number | null;
}

const LIFE_MS = 7_200_000;
/** At the end of a token's life its successor is handed out, and both are good. */
const OVERLAP_MS = 300_000;

/** The stable access tokens of one account: asked again, it gives the same one until shortly before its end. */
export class WeChatTokens {
  /** Of those that are issued from now on; whole seconds. */
  lifeMs = LIFE_MS;
  readonly #credentials: WeChatCredentials;
  readonly #now: () => number;
  readonly #random: Random;
  readonly #violations: (violation: string) => void;
  readonly #issued: Issued[] = [];

  constructor(
    credentials: WeChatCredentials,
    seed: number,
    now: () => number,
    onViolation: (violation: string) => void,
  ) {
    this.#credentials = credentials;
    this.#random = new Random(seed);
    this.#now = now;
    this.#violations = onViolation;
  }

  /** How many were issued. */
  get count(): number {
    return this.#issued.length;
  }

  /** Invalidates every token, as a forced refresh does. @param code what its use is answered with */
  revoke(code: number): void {
    for (const issued of this.#issued) issued.refusedWith ??= code;
  }

  /** A token beside those that are good already, as a third-party platform is given one. */
  issue(): string {
    return this.#add(this.#now()).token;
  }

  /** What an endpoint of the operator's own answers, which holds the account's secret itself. */
  answerAsOperator(): SandboxAnswer {
    const now = this.#now();
    const { token, endsAt } = this.#current(now);
    return { body: { access_token: token, expires_in: Math.floor((endsAt - now) / 1000) } };
  }

  /** `POST /cgi-bin/stable_token` */
  answer(body: Record<string, unknown>): SandboxAnswer {
    if (body['grant_type'] !== 'client_credential') {
      this.#violations('A token was asked for without grant_type client_credential');
      return { body: { errcode: 40002, errmsg: 'invalid grant_type rid: 1' } };
    }
    if (body['force_refresh'] === true)
      this.#violations('A forced refresh ends the tokens of other programs');
    if (body['appid'] !== this.#credentials.appid)
      return { body: { errcode: 40013, errmsg: 'invalid appid rid: 2' } };
    if (body['secret'] !== this.#credentials.secret) {
      return { body: { errcode: 40001, errmsg: 'invalid credential rid: 3' } };
    }
    return this.answerAsOperator();
  }

  /** @returns the error for a call that must not pass; null for one that may */
  refusal({ query }: SandboxRequest): SandboxAnswer | null {
    const token = query.get('access_token');
    if (!token) {
      this.#violations('A call came without an access_token in its query');
      return { body: { errcode: 41001, errmsg: 'access_token missing rid: 4' } };
    }
    const issued = this.#issued.find((one) => one.token === token);
    if (!issued) return { body: { errcode: 40014, errmsg: 'invalid access_token rid: 5' } };
    if (issued.refusedWith !== null) {
      return {
        body: { errcode: issued.refusedWith, errmsg: 'access_token is invalid or not latest rid: 6' },
      };
    }
    if (this.#now() >= issued.endsAt)
      return { body: { errcode: 42001, errmsg: 'access_token expired rid: 7' } };
    return null;
  }

  #current(now: number): Issued {
    const last = this.#issued.at(-1);
    const overlapMs = Math.min(OVERLAP_MS, this.lifeMs / 2);
    const isGood = last?.refusedWith === null && now < last.endsAt - overlapMs;
    return isGood ? last : this.#add(now);
  }

  #add(now: number): Issued {
    const issued = {
      token: `99_${this.#random.text(120)}`,
      endsAt: now + this.lifeMs,
      refusedWith: null,
    };
    this.#issued.push(issued);
    return issued;
  }
}
