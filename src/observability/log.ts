import type { ApolloServerOptions, BaseContext } from '@apollo/server';
import { pino, type DestinationStream, type Logger } from 'pino';
import { ConfigError } from '../errors/config-error.ts';
import { currentRequest } from './request-info.ts';
import { toSafeError } from './safe-error.ts';

/**
 * Everything that a line of the log may say besides its own constant words. Texts of messages, names and numbers of
 * people, tokens, secrets and URLs have no field, so they do not get in, whoever logs what.
 */
const FIELDS: ReadonlySet<string> = new Set([
  // the request
  'requestId',
  'caller',
  'method',
  'route',
  'operation',
  'outcome',
  'status',
  'durationMs',
  'code',
  'field',
  // a channel and what came of it
  'channel',
  'provider',
  'providerCode',
  'officialAccount',
  'advice',
  'event',
  'type',
  'reason',
  'items',
  'count',
  'leftOutCount',
  'unplacedCount',
  // the process
  'signal',
  'file',
  'problem',
  'err',
]);
const MAX_TEXT_LENGTH = 300;
const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];

/**
 * Standard output belongs to what the commands print; the log goes to standard error, a JSON object a line, written before
 * the program goes on.
 *
 * @throws ConfigError when there is no such level
 */
export function createLogger(
  level = 'info',
  destination: DestinationStream = pino.destination({ dest: 2, sync: true }),
): Logger {
  if (!LEVELS.includes(level)) {
    throw new ConfigError('The environment', [`LOG_LEVEL: must be one of ${LEVELS.join(', ')}`]);
  }
  const log = pino(
    {
      level,
      formatters: { log: keepFields },
      serializers: { err: toSafeError },
      mixin: () => {
        const request = currentRequest.getStore();
        return request ? { requestId: request.id, caller: request.caller } : {};
      },
      hooks: {
        // pino would take an error's message for the line's, and put further arguments into it.
        logMethod([first, second], method) {
          const isText = typeof first === 'string';
          const message = isText ? first : second;
          method.call(
            this,
            isText ? {} : first instanceof Error ? { err: first } : first,
            typeof message === 'string' ? message : 'Something happened',
          );
        },
      },
    },
    destination,
  );
  // pino writes the fields of a child down once, and past the formatters.
  const child = log.child.bind(log);
  log.child = (bindings, options) => child(keepFields(bindings), options);
  return log;
}

function keepFields(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).filter(([key, value]) => FIELDS.has(key) && isPlain(key, value)),
  );
}

/** An error is made safe by its serializer; of other objects nobody knows what is in them. */
function isPlain(key: string, value: unknown): boolean {
  if (key === 'err') return value !== undefined;
  return typeof value === 'string' ? value.length <= MAX_TEXT_LENGTH : typeof value !== 'object';
}

/** For Apollo Server, which logs in its own words, and these may quote errors: only that it spoke is kept. */
export function toApolloLogger(log: Logger): NonNullable<ApolloServerOptions<BaseContext>['logger']> {
  const speak = (level: 'debug' | 'warn' | 'error') => (words: unknown) => {
    log[level]({ err: words instanceof Error ? words : undefined }, 'Apollo Server has something to say');
  };
  // What it has to tell of itself helps nobody without the words.
  return { debug: speak('debug'), info: speak('debug'), warn: speak('warn'), error: speak('error') };
}
