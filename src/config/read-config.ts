import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseDocument, type Document } from 'yaml';
import { z } from 'zod';
import type { ProviderModule } from '../datasources/provider.ts';
import { ConfigError } from '../errors/config-error.ts';
import { providers as knownProviders } from '../resolvers/providers.ts';
import { gatewayConfig, type GatewayConfig } from './settings.ts';
import { isLoopback } from '../util/loopback.ts';

const VARIABLE = /\$\{(\w+)\}/g;
/**
 * Stands for the braces of `${NAME}` while the text is parsed: they mean something in YAML's `{ … }`. The values are
 * filled in after that, so that YAML never parses them.
 */
const MARK = '\uE000';
const MARKED_VARIABLE = new RegExp(`${MARK}(\\w+)${MARK}`, 'g');

export interface ConfigSource {
  /** Names the text in errors. */
  source: string;
  directory: string;
  environment: NodeJS.ProcessEnv;
  /** Whose channels it may have; left out: all that the program knows. */
  providers?: readonly ProviderModule[];
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
 * @param text YAML; `${NAME}` in any string is replaced from the environment
 * @throws ConfigError with every problem found
 */
export function parseConfig(
  text: string,
  { source, directory, environment, providers = knownProviders }: ConfigSource,
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
  const parsed = gatewayConfig(providers).safeParse(value ?? {});
  const bind = unauthenticatedBind.safeParse(value);
  const open = bind.success && !isLoopback(bind.data.server.host) ? [UNLOCKED] : [];
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

/** Without keys every client can read everything: then only this machine may connect. */
const unauthenticatedBind = z.object({
  server: z.object({ host: z.string() }),
  auth: z.undefined().optional(),
});
const UNLOCKED =
  'server.host: must be 127.0.0.1, ::1 or localhost unless there is an auth section: any client could read everything';

/** YAML reports an alias without its anchor only here. */
function toPlain(document: Document, source: string): unknown {
  try {
    return document.toJS();
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    throw new ConfigError(source, [
      'is not YAML: it has an alias without its anchor; a string that begins with "*" needs quotes',
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

function toProblems(issue: z.core.$ZodIssue): { path: string; text: string }[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: toPath([...issue.path, key]),
      text: 'is not a setting',
    }));
  }
  if (issue.code === 'invalid_union') {
    // Where a setting has two forms, report what is wrong with the one that was written, not that it is not the
    // other.
    const written = issue.errors.find((errors) =>
      errors.every((error) => error.path.length > 0 || error.code !== 'invalid_type'),
    );
    if (written)
      return written.flatMap((error) => toProblems({ ...error, path: [...issue.path, ...error.path] }));
  }
  return [{ path: toPath(issue.path), text: issue.message }];
}

/** Settings have names of short words, `likeThis`, and secrets are longer than a word. */
const SETTING = /^(?:[a-z]{1,12}(?:[A-Z][a-z]{0,12}){0,4}|sha256|\d{1,4})$/;

/** `channels[0].appId`; a name that no setting could have may be a secret in the wrong place, and is hidden. */
function toPath(path: readonly PropertyKey[]): string {
  const toText = (key: string): string => (SETTING.test(key) ? `.${key}` : '.(not shown)');
  const text = path.map((key) => (typeof key === 'number' ? `[${key}]` : toText(String(key)))).join('');
  return text.replace(/^\./, '') || 'the file';
}
