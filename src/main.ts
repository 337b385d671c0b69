#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { Command, InvalidArgumentError, Option } from 'commander';
import { KEY_NAME } from './access/api-keys.ts';
import { SCOPES, type Scope } from './access/caller.ts';
import { runCheck } from './commands/check.ts';
import { runDemo } from './commands/demo.ts';
import { runNewKey } from './commands/key.ts';
import { runServe } from './commands/serve.ts';
import { ConfigError } from './config.ts';
import { createSchema } from './schema/load.ts';
import { printSdl } from './schema/print.ts';

const DEFAULT_CONFIG = 'gateway.yaml';
const configOption = ['-c, --config <file>', 'the configuration', DEFAULT_CONFIG] as const;

const program = new Command('chat-history-gateway')
  .description('One GraphQL endpoint over every chat a company has with its customers.')
  .version(readVersion())
  .showHelpAfterError();

program
  .command('serve')
  .description('serve GraphQL over the configured channels; prints "ready URL" when it answers')
  .option(...configOption)
  .option('--port <number>', "instead of the configuration's; 0 takes any free one", toPort)
  .action(runServe);

program
  .command('demo')
  .description('serve GraphQL over all four providers, played by built-in sandboxes with sample chats')
  .option('--port <number>', 'where to listen; 0 takes any free one', toPort, 4000)
  .option('--seed <number>', 'makes other chats', toWhole, 1)
  .action(runDemo);

program
  .command('check')
  .description("ask every channel's provider for one page, and say in plain words what is wrong")
  .option(...configOption)
  .action(runCheck);

program
  .command('key')
  .description('API keys')
  .command('new')
  .description('make an API key: prints it once, with the line for the configuration')
  .argument('<name>', 'whose it is; stands in the log, where the key never does', toKeyName)
  .addOption(
    new Option('-s, --scope <scope...>', 'what it opens')
      .choices(SCOPES)
      .default(['messages:read'] as Scope[]),
  )
  .option('-c, --channel <name...>', 'the channels that it opens; left out: all of them')
  .action(runNewKey);

program
  .command('schema')
  .description('print the GraphQL schema (SDL)')
  .action(() => {
    process.stdout.write(printSdl(createSchema()));
  });

try {
  await program.parseAsync();
} catch (error) {
  const isForOperators = error instanceof ConfigError || (error instanceof Error && 'syscall' in error);
  if (!isForOperators) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

function toKeyName(text: string): string {
  if (!KEY_NAME.test(text)) {
    throw new InvalidArgumentError('It must be 1 to 64 letters, digits, "_", "-" or ".".');
  }
  return text;
}

function toPort(text: string): number {
  const port = toWhole(text);
  if (port > 65_535) throw new InvalidArgumentError('It must be 0 to 65535.');
  return port;
}

function toWhole(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}

function readVersion(): string {
  const file = new URL('../package.json', import.meta.url);
  const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version: string };
  return version;
}
