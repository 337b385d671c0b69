import { RequestError } from '../errors/request-error.ts';

/** What a caller may be allowed to do. `docs/access.md` says what each opens. */
export const SCOPES = ['messages:read', 'messages:secrets', 'participants:read', 'export'] as const;
export type Scope = (typeof SCOPES)[number];

/** The authenticated caller of a request. */
export interface Caller {
  /** Appears in the log, in the audit and in quotas: the name of a key, or `jwt:` and a token's subject. */
  readonly name: string;
  readonly scopes: ReadonlySet<Scope>;
  /** Names of channels; null: all of them. Any other does not exist for this caller. */
  readonly channels: ReadonlySet<string> | null;
  /** Unix ms: when the caller's access expires. Null: never. */
  readonly expiresAt: number | null;
}

/** Any client of the loopback interface, where no keys are configured. */
export const ANONYMOUS: Caller = {
  name: 'anonymous',
  scopes: new Set(SCOPES),
  channels: null,
  expiresAt: null,
};

/**
 * For what is not a field of its own, such as an argument that allows probing for native ids.
 *
 * @param what begins the message, as in `Finding a participant by "nativeId"`
 * @throws RequestError `FORBIDDEN`
 */
export function requireScope({ scopes }: Caller, scope: Scope, what: string): void {
  if (!scopes.has(scope)) throw new RequestError('FORBIDDEN', `${what} needs the scope ${scope}.`);
}

/** Whether a caller may see anything of a channel. */
export function seesChannel({ scopes, channels }: Caller, name: string): boolean {
  return scopes.has('messages:read') && (channels === null || channels.has(name));
}

/** Equal for callers to whom the same exists, shown alike. */
export function sightOf({ scopes, channels }: Caller): string {
  // A property of callers that is neither here nor named as irrelevant does not compile.
  const seen = {
    scopes: [...scopes].sort(),
    channels: channels && [...channels].sort(),
  } satisfies Record<Exclude<keyof Caller, 'name' | 'expiresAt'>, unknown>;
  return JSON.stringify(seen);
}
