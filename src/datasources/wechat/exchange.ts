import type { UpstreamError } from '../../errors/upstream-error.ts';
import { callWith } from '../kit/credential.ts';
import type { AccessToken, TokenContext } from '../kit/access-token.ts';
import type { Clock } from '../../util/clock.ts';
import type { HttpClient, HttpRequest } from '../kit/http.ts';
import type { CallBudget } from '../message-source.ts';
import { isTokenRefusal, toFailure } from './errors.ts';
import { parseErrorCode } from './wire.ts';

export interface Call<T> extends HttpRequest {
  /** Takes the body of an answer without an error code, and how long it was. */
  parse: (body: unknown, bytes: number) => T;
  /** Error codes that are a regular answer, not a failure. */
  answers?: ReadonlyMap<number, T>;
}

/** The query parameter that takes a token, and where the token comes from. */
export interface TokenParameter<Context extends TokenContext> {
  name: string;
  tokens: AccessToken<Context>;
  context: Context;
}

const UNDOCUMENTED = "The answer is not what the provider's documentation describes";

/** Makes calls in the provider's envelope, where an error is a code in an answer of status 200. */
export class Exchange {
  readonly #http: HttpClient;
  readonly #clock: Clock;

  constructor(http: HttpClient, clock: Clock) {
    this.#http = http;
    this.#clock = clock;
  }

  send<T>({ parse, answers, ...request }: Call<T>, budget: CallBudget): Promise<T> {
    return this.#http.call(request, budget, (body, bytes) => {
      const errorCode = this.#http.checked(() => parseErrorCode(body), UNDOCUMENTED);
      if (errorCode === 0) return this.#http.checked(() => parse(body, bytes), UNDOCUMENTED);
      const answer = answers?.get(errorCode);
      if (answer === undefined) throw this.#http.fail(toFailure(errorCode, this.#clock.now()));
      return answer;
    });
  }

  /** Makes a call with a token in its query. */
  sendWithToken<T, Context extends TokenContext>(
    call: Call<T>,
    { name, tokens, context }: TokenParameter<Context>,
    budget: CallBudget,
  ): Promise<T> {
    const query = (token: string) => () => ({ [name]: token, ...call.query?.() });
    return callWith(
      tokens.for(context),
      (token) => this.send({ ...call, query: query(token) }, budget),
      isTokenRefusal,
    );
  }

  badResponse(advice: string): UpstreamError {
    return this.#http.badResponse(advice);
  }

  /** @param advice what the operator must correct, in the words of the configuration */
  misconfigured(advice: string, cause?: unknown): UpstreamError {
    return this.#http.fail({ code: 'UPSTREAM_MISCONFIGURED', isRetryable: false, advice }, cause);
  }

  close(): Promise<void> {
    return this.#http.close();
  }
}
