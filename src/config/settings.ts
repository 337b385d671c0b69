import { createSecretKey, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import { KEY_NAME } from '../access/api-keys.ts';
import { SCOPES } from '../access/caller.ts';
import { baseUrl, flag, wholeNumber, type ChannelConfig } from '../datasources/kit/channel-config.ts';
import { anyChannelConfig, type ProviderModule } from '../datasources/provider.ts';

const SECRET_BYTES = 32;

const server = z
  .strictObject({
    host: z.string().min(1, 'must not be empty').default('127.0.0.1'),
    port: wholeNumber(0, 65_535).default(4000),
    maxConnections: wholeNumber(1).default(10_000),
    allowedOrigins: z
      .array(z.string().refine(isOrigin, 'must be an origin such as https://app.example.com'))
      .default([]),
    /** Whether callers may introspect the schema; the playground and most tools do. */
    introspection: flag.default(true),
    /** Whether queries may come in a URL; BI tools need it. */
    queriesOverGet: flag.default(true),
    /** Whether long answers and exports are compressed for clients that accept it. */
    compression: flag.default(true),
  })
  .prefault({});

export const secretKey = z
  .base64('must be base64')
  .transform((text) => Buffer.from(text, 'base64'))
  .refine(
    (bytes) => bytes.length === SECRET_BYTES,
    `must be ${SECRET_BYTES} bytes in base64; make one with: openssl rand -base64 32`,
  );

const location = z
  .string()
  .regex(
    /^(memory:|sqlite:.+|postgres(?:ql)?:\/\/.+)$/,
    'must be memory:, sqlite:PATH or postgres://USER@HOST/DATABASE',
  );
/** A key object does not reveal its bytes when it is printed. */
const encryptionKey = secretKey.transform((key) => createSecretKey(key));
interface StoreConfig {
  location: string;
  encryptionKey?: KeyObject | undefined;
}
const store = z
  .union(
    [
      location.transform((text): StoreConfig => ({ location: text })),
      z.strictObject({ location, encryptionKey: encryptionKey.optional() }),
    ],
    {
      error: 'must be memory:, sqlite:PATH, postgres://USER@HOST/DATABASE, or a section with a location',
    },
  )
  .prefault('sqlite:./data/gateway.db');

const redis = z
  .string()
  .refine(
    isRedisUrl,
    'must be redis://HOST:PORT/NUMBER or rediss://…, with USER:PASSWORD@ where there are any; encode what is special in these, "/" as %2F and "%" as %25',
  );

const limits = z
  .strictObject({
    defaultPageSize: wholeNumber(1).default(50),
    maxPageSize: wholeNumber(1).default(1000),
    defaultRows: wholeNumber(1).default(500),
    maxRows: wholeNumber(1).default(10_000),
    upstreamCallsPerRequest: wholeNumber(1).default(64),
    requestTimeoutMs: wholeNumber(100).default(15_000),
    requestsPerMinute: wholeNumber(1).default(600),
    maxSubscriptions: wholeNumber(1).default(100),
    maxExports: wholeNumber(1).default(2),
    maxQueryTokens: wholeNumber(1).default(2_000),
    maxQueryDepth: wholeNumber(1).default(20),
    maxQueryAliases: wholeNumber(0).default(50),
    maxQueryDirectives: wholeNumber(0).default(50),
    maxQueryCalls: wholeNumber(1).default(64),
    maxQueryRows: wholeNumber(1).default(25_000),
  })
  .refine(({ defaultPageSize, maxPageSize }) => defaultPageSize <= maxPageSize, {
    path: ['defaultPageSize'],
    error: 'must not be above maxPageSize',
  })
  .refine(({ defaultRows, maxRows }) => defaultRows <= maxRows, {
    path: ['defaultRows'],
    error: 'must not be above maxRows',
  })
  .prefault({});

const scopes = z.array(z.enum(SCOPES)).min(1, `must name at least one of ${SCOPES.join(', ')}`);

const apiKey = z.strictObject({
  name: z.string().regex(KEY_NAME, 'must be 1 to 64 letters, digits, "_", "-" or "."'),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/i, 'must be 64 hex digits; make a key with: npx chat-history-gateway key new')
    .toLowerCase(),
  channels: z.array(z.string()).optional(),
  scopes,
});

/** Asymmetric signatures: with HS256 every service that can check a token could also forge one. */
const algorithm = z.enum([
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
]);

const jwt = z.strictObject({
  issuer: z.string().min(1),
  audience: z.string().min(1),
  jwksUri: z.url({ protocol: /^https?$/, error: 'must be an http: or https: URL' }),
  algorithms: z.array(algorithm).min(1).default(['RS256', 'ES256']),
  scopeClaim: z.string().min(1).default('scope'),
  scopes: z.record(z.string(), scopes).optional(),
  channelsClaim: z.string().min(1).optional(),
});

const auth = z
  .strictObject({ apiKeys: z.array(apiKey).default([]), jwt: jwt.optional() })
  .refine(
    ({ apiKeys, jwt: tokens }) => apiKeys.length > 0 || tokens !== undefined,
    'must have apiKeys or jwt',
  )
  .refine(
    ({ apiKeys }) => new Set(apiKeys.map(({ name }) => name)).size === apiKeys.length,
    'has two API keys of one name',
  );

const live = z
  .strictObject({
    pollSeconds: wholeNumber(1).default(5),
    reconcileSeconds: wholeNumber(1).default(60),
    keepUpSeconds: wholeNumber(1, 86_400).default(600),
    keepDays: wholeNumber(1).default(7),
    stallSeconds: wholeNumber(1).default(15),
  })
  .prefault({});

const webhooks = z
  .strictObject({
    bodySeconds: wholeNumber(1).default(8),
    maxReceivingBytes: wholeNumber(1024 * 1024).default(16 * 1024 * 1024),
    // A single delivery may have 2,000 items.
    maxInboxItems: wholeNumber(2_000).default(100_000),
    maxChannelInboxItems: wholeNumber(2_000).default(25_000),
  })
  .prefault({});

/** Tools for agents, at `/mcp`. */
const mcp = z.strictObject({ enabled: flag.default(false) }).prefault({});

const audit = z.strictObject({ keepDays: wholeNumber(1).default(365) }).prefault({});

const metrics = z
  .strictObject({
    enabled: flag.default(true),
    host: z.string().min(1).default('127.0.0.1'),
    /** Default: the gateway's own host, as long as that is loopback only. */
    port: wholeNumber(0, 65_535).optional(),
  })
  .prefault({});

/** Values from the environment are strings. */
function toNumber(value: unknown): unknown {
  return typeof value === 'string' && /^(?:\d+|\d*\.\d+)$/.test(value) ? Number(value) : value;
}

const telemetry = z
  .strictObject({
    otlpEndpoint: baseUrl.optional(),
    serviceName: z.string().min(1).default('chat-history-gateway'),
    sampleRatio: z.preprocess(toNumber, z.number().min(0).max(1)).default(1),
  })
  .prefault({});

function channelList(providers: readonly ProviderModule[]): z.ZodType<ChannelConfig[]> {
  return z
    .array(anyChannelConfig(providers))
    .min(1, 'must name at least one channel')
    .superRefine((entries, context) => {
      for (const [index, { name }] of entries.entries()) {
        if (entries.findIndex((entry) => entry.name === name) < index) {
          context.addIssue({
            code: 'custom',
            path: [index, 'name'],
            message: `${name} is the name of an earlier channel`,
          });
        }
      }
    });
}

const settings = z.strictObject({
  server,
  store,
  redis: redis.optional(),
  secret: secretKey.optional(),
  auth: auth.optional(),
  trustedDocuments: z.string().min(1).optional(),
  freshnessSeconds: z.number().min(0).max(60).default(1),
  /** Executes operations; both give the same answers. */
  executor: z.enum(['planned', 'graphql-js']).default('planned'),
  limits,
  live,
  webhooks,
  mcp,
  audit,
  metrics,
  telemetry,
});

export type GatewayConfig = z.output<typeof settings> & {
  channels: ChannelConfig[];
  /** Paths in the configuration are relative to it. */
  directory: string;
};

/** The settings of a configuration, with their defaults. */
export function gatewayConfig(
  providers: readonly ProviderModule[],
): z.ZodType<Omit<GatewayConfig, 'directory'>> {
  return settings.extend({ channels: channelList(providers) }).superRefine((config, context) => {
    if (config.redis !== undefined && !config.store.location.startsWith('postgres'))
      context.addIssue({
        code: 'custom',
        path: ['redis'],
        message:
          'is for several gateways on one store in PostgreSQL; a gateway with another store needs none',
      });
    const names = new Set(config.channels.map(({ name }) => name));
    for (const [index, { channels: own = [] }] of (config.auth?.apiKeys ?? []).entries()) {
      for (const [place, name] of own.entries()) {
        if (names.has(name)) continue;
        const path = ['auth', 'apiKeys', index, 'channels', place];
        context.addIssue({ code: 'custom', path, message: `there is no channel ${name}` });
      }
    }
  });
}

/** Whether the client takes it; its own errors, and those of `new URL`, quote the text with the password. */
function isRedisUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, pathname, username, password } = new URL(text);
  return (
    /^rediss?:$/.test(protocol) &&
    hostname !== '' &&
    /^(?:\/\d*)?$/.test(pathname) &&
    [username, password].every(isDecodable)
  );
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text;
}
