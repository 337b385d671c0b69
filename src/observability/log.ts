import type { ApolloServerOptions, BaseContext } from '@apollo/server';
import { pino, type DestinationStream, type Logger } from 'pino';
import { ConfigError } from '../errors/config-error.ts';
import { currentRequest } from './request-info.ts';
import { toSafeError } from './safe-error.ts';

/**
 * Every field that a log line may have besides its own constant words. Message texts, names and numbers of people,
 * tokens, secrets and URLs have no field, so no code can log them.
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
  // a channel and its outcome
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
 * Commands print to standard output; the log goes to standard error, one JSON object per line, written synchronously.
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
        // pino would take an error's message for the line's, and insert further arguments into it.
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
  // pino serialises the fields of a child once, past the formatters.
  const child = log.child.bind(log);
  log.child = (bindings, options) => child(keepFields(bindings), options);
  return log;
}

function keepFields(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).filter(([key, value]) => FIELDS.has(key) && isPlain(key, value)),
  );
}

/** A serializer makes errors safe; the contents of other objects are unknown. */
function isPlain(key: string, value: unknown): boolean {
  if (key === 'err') return value !== undefined;
  return typeof value === 'string' ? value.length <= MAX_TEXT_LENGTH : typeof value !== 'object';
}

/** For Apollo Server, which logs its own words, and these may quote errors: the log keeps only that it spoke. */
export function toApolloLogger(log: Logger): NonNullable<ApolloServerOptions<BaseContext>['logger']> {
  const speak = (level: 'debug' | 'warn' | 'error') => (words: unknown) => {
    log[level]({ err: words instanceof Error ? words : undefined }, 'Apollo Server logged a line');
  };
  // Its fields are useless without the words.
  return { debug: speak('debug'), info: speak('debug'), warn: speak('warn'), error: speak('error') };
}
