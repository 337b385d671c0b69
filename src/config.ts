import { createSecretKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseDocument, type Document } from 'yaml';
import { z } from 'zod';
import { KEY_NAME } from './access/api-keys.ts';
import { SCOPES } from './access/caller.ts';
import { baseUrl, flag, wholeNumber } from './datasources/kit/channel-config.ts';
import { anyChannelConfig } from './datasources/registry.ts';

const LOOPBACK_HOSTS = ['127.0.0.1', '::1', 'localhost'];
const SECRET_BYTES = 32;

/** Whether only this machine can reach a server on this host. */
export function isLoopback(host: string): boolean {
  return LOOPBACK_HOSTS.includes(host);
}

const VARIABLE = /\$\{(\w+)\}/g;
/**
 * Stands for the braces of `${NAME}` while the text is parsed: they mean something in YAML's `{ … }`. The values come in
 * after that, so that nothing in them can be taken for YAML.
 */
const MARK = '\uE000';
const MARKED_VARIABLE = new RegExp(`${MARK}(\\w+)${MARK}`, 'g');

const server = z
  .strictObject({
    host: z.string().min(1, 'must not be empty').default('127.0.0.1'),
    port: wholeNumber(0, 65_535).default(4000),
    maxConnections: wholeNumber(1).default(10_000),
    allowedOrigins: z
      .array(z.string().refine(isOrigin, 'must be an origin such as https://app.example.com'))
      .default([]),
  })
  .prefault({});

export const secretKey = z
  .base64('must be base64')
  .transform((text) => Buffer.from(text, 'base64'))
  .refine(
    (bytes) => bytes.length === SECRET_BYTES,
    `must be ${SECRET_BYTES} bytes in base64; make one with: openssl rand -base64 32`,
  );

const location = z.string().regex(/^(memory:|sqlite:.+)$/, 'must be memory: or sqlite:PATH');
/** A key object shows nothing of itself when it is printed. */
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
      error: 'must be memory:, sqlite:PATH, or a section with a location',
    },
  )
  .prefault('sqlite:./data/gateway.db');

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
    maxQueryTokens: wholeNumber(1).default(2_000),
    maxQueryDepth: wholeNumber(1).default(20),
    maxQueryAliases: wholeNumber(0).default(50),
    maxQueryDirectives: wholeNumber(0).default(50),
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
    .regex(/^[0-9a-f]{64}$/i, 'must be 64 hex digits; make a key with: chat-history-gateway key new')
    .toLowerCase(),
  channels: z.array(z.string()).optional(),
  scopes,
});

/** Signatures of the issuer alone: with HS256 whoever checks a token could make one. */
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
    keepDays: wholeNumber(1).default(7),
    stallSeconds: wholeNumber(1).default(15),
  })
  .prefault({});

const audit = z.strictObject({ keepDays: wholeNumber(1).default(365) }).prefault({});

const metrics = z
  .strictObject({
    enabled: flag.default(true),
    host: z.string().min(1).default('127.0.0.1'),
    /** Left out: on the gateway's own, as long as that is for this machine only. */
    port: wholeNumber(0, 65_535).optional(),
  })
  .prefault({});

/** What comes from the environment is text. */
function toNumber(value: unknown): unknown {
  return typeof value === 'string' && /^\d*\.?\d+$/.test(value) ? Number(value) : value;
}

const telemetry = z
  .strictObject({
    otlpEndpoint: baseUrl.optional(),
    serviceName: z.string().min(1).default('chat-history-gateway'),
    sampleRatio: z.preprocess(toNumber, z.number().min(0).max(1)).default(1),
  })
  .prefault({});

const channels = z
  .array(anyChannelConfig)
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

const gatewayConfig = z
  .strictObject({
    server,
    store,
    secret: secretKey.optional(),
    auth: auth.optional(),
    trustedDocuments: z.string().min(1).optional(),
    limits,
    live,
    audit,
    metrics,
    telemetry,
    channels,
  })
  .superRefine((config, context) => {
    const names = new Set(config.channels.map(({ name }) => name));
    for (const [index, { channels: own = [] }] of (config.auth?.apiKeys ?? []).entries()) {
      for (const [place, name] of own.entries()) {
        if (names.has(name)) continue;
        const path = ['auth', 'apiKeys', index, 'channels', place];
        context.addIssue({ code: 'custom', path, message: `there is no channel ${name}` });
      }
    }
  });
export type GatewayConfig = z.output<typeof gatewayConfig> & {
  /** Paths in the configuration are relative to it. */
  directory: string;
};

/** Every problem of a configuration, each with its path. Holds no values, since those may be secrets. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly string[];

  constructor(source: string, problems: readonly string[]) {
    const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
    super(`${source} has ${count}:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.problems = problems;
  }
}

/** @throws ConfigError */
export function readConfig(file: string, environment: NodeJS.ProcessEnv): GatewayConfig {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new ConfigError(file, [
      `cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    ]);
  }
  return parseConfig(text, { source: file, directory: dirname(resolve(file)), environment });
}

/**
 * @param text YAML; `${NAME}` anywhere in a text is taken from the environment
 * @throws ConfigError with every problem that can be seen
 */
export function parseConfig(
  text: string,
  { source, directory, environment }: { source: string; directory: string; environment: NodeJS.ProcessEnv },
): GatewayConfig {
  const document = parseDocument(text.replace(VARIABLE, `${MARK}$1${MARK}`));
  if (document.errors.length > 0) {
    throw new ConfigError(
      source,
      document.errors.map(({ code, linePos }) => `is not YAML: ${code} in line ${linePos?.[0].line ?? '?'}`),
    );
  }
  const missing: string[] = [];
  const value = substitute(toPlain(document, source), [], environment, missing);
  const parsed = gatewayConfig.safeParse(value ?? {});
  const exposed = exposure.safeParse(value);
  const open = exposed.success && !isLoopback(exposed.data.server.host) ? [UNLOCKED] : [];
  if (parsed.success && missing.length + open.length === 0)
    return Object.freeze({ ...parsed.data, directory });
  const isMissing = (path: string): boolean => missing.some((problem) => problem.startsWith(`${path}: `));
  const problems = (parsed.error?.issues ?? []).flatMap(toProblems).filter(({ path }) => !isMissing(path));
  throw new ConfigError(source, [
    ...missing,
    ...open,
    ...problems.map(({ path, text: problem }) => `${path}: ${problem}`),
  ]);
}

/** Without keys, whoever reaches the gateway reads everything: then only this machine may. */
const exposure = z.object({ server: z.object({ host: z.string() }), auth: z.undefined().optional() });
const UNLOCKED =
  'server.host: must be 127.0.0.1, ::1 or localhost unless there is an auth section: anybody could read everything';

/** An alias without its anchor is seen only now. */
function toPlain(document: Document, source: string): unknown {
  try {
    return document.toJS();
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    throw new ConfigError(source, [
      'is not YAML: it has an alias without its anchor; a text that begins with "*" must stand in quotes',
    ]);
  }
}

function substitute(
  value: unknown,
  path: PropertyKey[],
  environment: NodeJS.ProcessEnv,
  missing: string[],
): unknown {
  if (typeof value === 'string') {
    return value.replace(MARKED_VARIABLE, (_, name: string) => {
      const replacement = environment[name];
      if (replacement === undefined)
        missing.push(`${toPath(path)}: the environment variable ${name} is not set`);
      return replacement ?? '';
    });
  }
  if (Array.isArray(value))
    return value.map((item, index) => substitute(item, [...path, index], environment, missing));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, substitute(item, [...path, key], environment, missing)]),
  );
}

function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text;
}

function toProblems(issue: z.core.$ZodIssue): { path: string; text: string }[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: toPath([...issue.path, key]),
      text: 'is not a setting',
    }));
  }
  if (issue.code === 'invalid_union') {
    // Where a setting has two forms, what is wrong with the one that was written helps, not that it is not the other.
    const written = issue.errors.find((errors) =>
      errors.every((error) => error.path.length > 0 || error.code !== 'invalid_type'),
    );
    if (written)
      return written.flatMap((error) => toProblems({ ...error, path: [...issue.path, ...error.path] }));
  }
  return [{ path: toPath(issue.path), text: issue.message }];
}

/** Settings have no other names, and nobody's secret looks like one. */
const SETTING = /^(?:[a-z][A-Za-z]{0,31}|\d{1,4})$/;

/** `channels[0].appId`; a name that no setting could have may be a secret in the wrong place, and is not shown. */
function toPath(path: readonly PropertyKey[]): string {
  const toText = (key: string): string => (SETTING.test(key) ? `.${key}` : '.(not shown)');
  const text = path.map((key) => (typeof key === 'number' ? `[${key}]` : toText(String(key)))).join('');
  return text.replace(/^\./, '') || 'the file';
}
