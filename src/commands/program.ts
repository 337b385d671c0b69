import { Command, InvalidArgumentError, Option } from 'commander';
import { z } from 'zod';
import { KEY_NAME } from '../access/api-keys.ts';
import { SCOPES, type Scope } from '../access/caller.ts';
import { ConfigError } from '../errors/config-error.ts';
import { instant } from '../datasources/kit/channel-config.ts';
import { EXPORT_FORMATS } from '../export/formats.ts';
import { ExportError } from '../export/export-error.ts';
import { createLogger } from '../observability/log.ts';
import { guardOutput } from '../observability/output-guard.ts';
import { readVersion } from '../util/version.ts';
import { parseParticipant, type NamedParticipant } from './named-participant.ts';

const DEFAULT_CONFIG = 'gateway.yaml';
const DEFAULT_URL = 'http://127.0.0.1:4000/graphql';
const configOption = ['-c, --config <file>', 'the configuration', DEFAULT_CONFIG] as const;

const moment = z.union([z.iso.date(), z.iso.datetime({ offset: true })]);

const program = new Command('chat-history-gateway')
  .description('One GraphQL endpoint over every chat a company has with its customers.')
  .version(readVersion())
  .showHelpAfterError();

program
  .command('serve')
  .description('serve GraphQL over the configured channels; prints "ready URL" when it answers')
  .option(...configOption)
  .option('--port <number>', 'port instead of the configured one; 0 takes any free port', toPort)
  .option('--no-rehearsal', 'be ready sooner, and answer the first request more slowly')
  .action(onDemand(async () => (await import('./serve.ts')).runServe));

program
  .command('demo')
  .description('serve GraphQL over all four providers, played by built-in sandboxes with sample chats')
  .option('--port <number>', 'port to listen on; 0 takes any free port', toPort, 4000)
  .option('--seed <number>', 'seed of the sample chats', toWhole, 1)
  .action(onDemand(async () => (await import('./demo.ts')).runDemo));

program
  .command('check')
  .description("call every channel's provider, and say in plain words what is wrong")
  .option(...configOption)
  .action(onDemand(async () => (await import('./check.ts')).runCheck));

const audit = program.command('audit').description('show and verify who read what');
audit
  .command('verify')
  .description('verify the audit log; exits 1 and says where it was changed')
  .option(...configOption)
  .option('--head <file>', 'an earlier output of "audit head", to detect that newer records were cut off')
  .action(onDemand(async () => (await import('./audit.ts')).runAuditVerify));
audit
  .command('show')
  .description('print the records, one JSON object per line')
  .option(...configOption)
  .option('--since <time>', 'such as 2026-01-01T00:00:00Z, inclusive', toInstant)
  .option('--until <time>', 'exclusive', toInstant)
  .option('--caller <name>', 'only records of this caller')
  .action(onDemand(async () => (await import('./audit.ts')).runAuditShow));
audit
  .command('head')
  .description('print the end of the log, to keep elsewhere for "audit verify --head"')
  .option(...configOption)
  .action(onDemand(async () => (await import('./audit.ts')).runAuditHead));
audit
  .command('rekey')
  .description('seal the log under a new secret, while the gateway is stopped')
  .option(...configOption)
  .option('--old-secret <variable>', "environment variable with the old secret; default: the store's own")
  .action(onDemand(async () => (await import('./audit.ts')).runAuditRekey));

const archive = program.command('archive').description('the archives of channels');
archive
  .command('status')
  .description("print what each channel's archive keeps and lacks, also while a gateway runs")
  .option(...configOption)
  .action(onDemand(async () => (await import('./archive.ts')).runArchiveStatus));
archive
  .command('verify')
  .description(
    'compare what is complete with what the providers list now, and change nothing; exits 1 when it differs',
  )
  .option(...configOption)
  .option('--channel <name>', 'may be given several times; default: all with an archive', toNames)
  .option('--since <time>', 'inclusive, such as 2026-01-01T00:00:00Z', toInstant)
  .option('--until <time>', 'exclusive', toInstant)
  .action(onDemand(async () => (await import('./archive-check.ts')).runArchiveVerify));
archive
  .command('repair')
  .description('do the same, keep what differs, and read again what was incomplete')
  .option(...configOption)
  .option('--channel <name>', 'may be given several times; default: all with an archive', toNames)
  .option('--since <time>', 'inclusive, such as 2026-01-01T00:00:00Z', toInstant)
  .option('--until <time>', 'exclusive', toInstant)
  .action(onDemand(async () => (await import('./archive-check.ts')).runArchiveRepair));

const hold = program.command('hold').description('keep messages from being taken away or erased');
hold
  .command('add')
  .description('hold the messages that meet all that is given; prints the hold, with its id')
  .option(...configOption)
  .requiredOption('--reason <text>', 'why, such as the number of a case')
  .option('--channel <name>', 'only of this channel')
  .option('--participant <channel:id[:role]>', 'only to, from or with this person', toParticipant)
  .option('--conversation <id>', 'only of this conversation, by its id in the API')
  .option('--since <time>', 'inclusive, such as 2026-01-01T00:00:00Z', toInstant)
  .option('--until <time>', 'exclusive', toInstant)
  .action(onDemand(async () => (await import('./hold.ts')).runHoldAdd));
hold
  .command('list')
  .description('print all holds, one JSON object per line')
  .option(...configOption)
  .action(onDemand(async () => (await import('./hold.ts')).runHoldList));
hold
  .command('release')
  .description('end a hold')
  .argument('<id>', 'as "hold list" prints it', toWhole)
  .option(...configOption)
  .action(onDemand(async () => (await import('./hold.ts')).runHoldRelease));

program
  .command('erase')
  .description(
    'remove all that is kept of a person for good, and keep it from coming back; asks first; exits 2 when nothing is found, and 3 when there are archives that no channel has',
  )
  .option(...configOption)
  .requiredOption('--participant <channel:id[:role]>', 'whom, as messages name them', toParticipant)
  .option('--dry-run', 'only show what there is, and what is held')
  .option('--yes', 'do not ask')
  .option('--rewrite', 'PostgreSQL: write its tables anew, while everything else waits')
  .action(onDemand(async () => (await import('./erase.ts')).runErase));

program
  .command('migrate')
  .description('bring the tables of the store up to this program, which a gateway does at its start, too')
  .option(...configOption)
  .option('--dry-run', 'only say what is missing')
  .action(onDemand(async () => (await import('./store.ts')).runMigrate));

program
  .command('store')
  .description('the store as a whole')
  .command('copy')
  .description(
    'copy a store into a new PostgreSQL database, while the gateway is stopped; cursors and ids stay valid',
  )
  .argument('<from>', 'such as sqlite:./data/gateway.db')
  .argument('<to>', 'such as postgres://gateway@db.example/gateway; PGPASSWORD may hold its password')
  .option('--key <variable>', 'environment variable with the encryption key of both; default: they have none')
  .action(onDemand(async () => (await import('./store.ts')).runStoreCopy));

program
  .command('key')
  .description('API keys')
  .command('new')
  .description('create an API key: prints it once, with the line for the configuration')
  .argument('<name>', 'the name of its caller; the log has the name, never the key', toKeyName)
  .addOption(
    new Option('-s, --scope <scope...>', 'scopes that the key has')
      .choices(SCOPES)
      .default(['messages:read'] as Scope[]),
  )
  .option('-c, --channel <name...>', 'channels that the key opens; default: all')
  .action(onDemand(async () => (await import('./key.ts')).runNewKey));

program
  .command('export')
  .description(
    'write history to a file, oldest message first; the same command resumes an interrupted export',
  )
  .option(...configOption)
  .option('--channel <name>', 'may be given several times; default: all channels', toNames)
  .option(
    '--since <time>',
    'inclusive: 2026-01-31, which is midnight in UTC, or 2026-01-31T08:00:00+08:00',
    toTime,
  )
  .option('--until <time>', 'exclusive, in the same form; default: now', toTime)
  .addOption(
    new Option('--format <format>', 'one JSON object per line, or a table as CSV or Parquet')
      .choices(EXPORT_FORMATS)
      .default('ndjson'),
  )
  .option('--bom', 'start CSV with a byte order mark, so that Excel recognises UTF-8')
  .requiredOption('--out <file>', 'output file; - is standard output, which cannot be resumed')
  .option('--force', 'start again, and overwrite the file')
  .option(
    '--patience <seconds>',
    'how long to wait for failing providers, without any progress',
    toWhole,
    300,
  )
  .action(onDemand(async () => (await import('./export.ts')).runExport));

program
  .command('mcp')
  .description(
    'serve tools for agents on standard input and output (MCP), over a running gateway; CHAT_HISTORY_GATEWAY_API_KEY has the key',
  )
  .addOption(
    new Option('--url <url>', 'the GraphQL endpoint of the gateway')
      .env('CHAT_HISTORY_GATEWAY_URL')
      .default(new URL(DEFAULT_URL), DEFAULT_URL)
      .argParser(toHttpUrl),
  )
  .action(onDemand(async () => (await import('./mcp.ts')).runMcp));

program
  .command('schema')
  .description('print the GraphQL schema (SDL)')
  .action(onDemand(async () => (await import('./schema.ts')).printSchema));

/** Parses and runs the command line. Exit code 1 when that fails. */
export async function runProgram(): Promise<void> {
  try {
    const log = createLogger(process.env['LOG_LEVEL']);
    guardOutput(log);
    await program.parseAsync().catch((error: unknown) => {
      if (isForOperators(error)) throw error;
      log.fatal({ err: error }, 'The command has failed');
      process.exitCode = 1;
    });
  } catch (error) {
    if (!isForOperators(error)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}

/** Each command's code is loaded when it is called: most commands need little of the gateway. */
function onDemand<Arguments extends unknown[]>(
  load: () => Promise<(...args: Arguments) => Promise<void> | void>,
): (...args: Arguments) => Promise<void> {
  return async (...args) => {
    const run = await load();
    await run(...args);
  };
}

function toKeyName(text: string): string {
  if (!KEY_NAME.test(text)) {
    throw new InvalidArgumentError('It must be 1 to 64 letters, digits, "_", "-" or ".".');
  }
  return text;
}

/** Its message describes a problem of the environment, in our words or the operating system's. */
function isForOperators(error: unknown): error is Error {
  return (
    error instanceof ConfigError ||
    error instanceof ExportError ||
    (error instanceof Error && 'syscall' in error)
  );
}

function toPort(text: string): number {
  const port = toWhole(text);
  if (port > 65_535) throw new InvalidArgumentError('It must be 0 to 65535.');
  return port;
}

function toHttpUrl(text: string): URL {
  if (!/^https?:/.test(text) || !URL.canParse(text))
    throw new InvalidArgumentError('It must be a URL such as https://chats.example.com/graphql.');
  return new URL(text);
}

function toInstant(text: string): number {
  const { data } = instant.safeParse(text);
  if (data === undefined) {
    throw new InvalidArgumentError('It must be a time with its zone, such as 2026-01-01T00:00:00Z.');
  }
  return data;
}

function toParticipant(text: string): NamedParticipant {
  const participant = parseParticipant(text);
  if (!participant) throw new InvalidArgumentError('It must be a channel, a colon and an id.');
  return participant;
}

function toWhole(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}

/** Each name once, in one order, however they were given. */
function toNames(name: string, before: string[] = []): string[] {
  return [...new Set([...before, name])].sort();
}

/** @returns Unix milliseconds */
function toTime(text: string): number {
  if (moment.safeParse(text).success) return Date.parse(text);
  throw new InvalidArgumentError('It must be a date, or a time with its zone such as 2026-01-31T08:00:00Z.');
}
