import { z } from 'zod';
import { baseUrl, secret } from '../kit/channel-config.ts';
import type { Secret } from '../kit/secret.ts';

const id = z.string().min(1, 'must not be empty');

/** The operator's own endpoint that returns the account's access tokens. */
const tokenEndpoint = z.strictObject({
  url: baseUrl,
  headers: z
    .record(z.string().regex(/^[A-Za-z0-9-]{1,100}$/, 'must be the name of a header'), secret)
    .default({}),
});

/** A third-party platform that the account has authorised, which makes the tokens itself. */
const component = z.strictObject({
  appId: id,
  appSecret: secret,
  /** The account's own appId. */
  authorizerAppId: id,
  authorizerRefreshToken: secret,
  /** What the provider pushes to the platform every ten minutes: as a string, or the file that holds the newest. */
  verifyTicket: z.union([secret, z.strictObject({ file: id })]),
});

export type TokenEndpoint = z.output<typeof tokenEndpoint>;
export type Component = z.output<typeof component>;

/** The settings that give a channel access to its account: those of one way, and no others. */
export const credentialSettings = {
  appId: id.optional(),
  appSecret: secret.optional(),
  tokenEndpoint: tokenEndpoint.optional(),
  component: component.optional(),
};

interface Settings {
  appId?: string | undefined;
  appSecret?: Secret | undefined;
  tokenEndpoint?: TokenEndpoint | undefined;
  component?: Component | undefined;
}

/** How a channel gets its access tokens. */
export type Credentials =
  | { way: 'SECRET'; appSecret: Secret }
  | { way: 'ENDPOINT'; endpoint: TokenEndpoint }
  | { way: 'COMPONENT'; component: Component };

/** @returns the account's appId and its credentials, or each problem with its setting */
export function toCredentials(
  settings: Settings,
): { appId: string; credentials: Credentials } | { problems: { setting: keyof Settings; text: string }[] } {
  const { appId, appSecret, tokenEndpoint: endpoint, component: platform } = settings;
  if (platform) {
    const others = (['appId', 'appSecret', 'tokenEndpoint'] as const).filter((name) => settings[name]);
    if (others.length === 0)
      return { appId: platform.authorizerAppId, credentials: { way: 'COMPONENT', component: platform } };
    return { problems: others.map((setting) => ({ setting, text: 'must be left out beside component' })) };
  }
  if (appSecret && endpoint)
    return { problems: [{ setting: 'appSecret', text: 'must be left out beside tokenEndpoint' }] };
  const missing = appId === undefined ? [{ setting: 'appId' as const, text: 'is missing' }] : [];
  if (appId !== undefined && endpoint) return { appId, credentials: { way: 'ENDPOINT', endpoint } };
  if (appId !== undefined && appSecret) return { appId, credentials: { way: 'SECRET', appSecret } };
  const text = 'is missing; an account without one has tokenEndpoint or component';
  return {
    problems: appSecret || endpoint ? missing : [...missing, { setting: 'appSecret', text }],
  };
}
