import type { Logger } from 'pino';
import { readConfig } from '../config/read-config.ts';
import { BudgetSpentError, UpstreamError } from '../errors/upstream-error.ts';
import type { ChatChannel } from '../datasources/message-source.ts';
import { createReading } from '../app/reading.ts';
import { createStores } from '../app/stores.ts';
import { systemClock as clock } from '../util/clock.ts';
import { createLogger } from '../observability/log.ts';
import type { RequestBudget } from '../timeline/request-budget.ts';

/**
 * Prints a line for each channel: whether its provider answers, and if not, what is wrong and what to do. Exit code 1
 * when a channel does not work.
 *
 * @throws ConfigError
 */
export async function runCheck(options: { config: string }): Promise<void> {
  const config = readConfig(options.config, process.env);
  const log = createLogger('error');
  const stores = await createStores(config, { clock, log });
  const reading = await createReading(config, stores, { clock, log });
  // Each channel has its own budget, so that none runs short because of the others.
  const results = await Promise.all(
    [...reading.channels.values()].map((channel) =>
      checkChannel(channel, reading.createRequestBudget(), log),
    ),
  );
  await reading.close();
  await stores.close();
  for (const { line } of results) process.stdout.write(`${line}\n`);
  if (results.some(({ isWorking }) => !isWorking)) process.exitCode = 1;
}

async function checkChannel(
  channel: ChatChannel,
  requestBudget: RequestBudget,
  log: Logger,
): Promise<{ line: string; isWorking: boolean }> {
  const title = `${channel.name} (${channel.provider})`;
  try {
    await requestBudget.ask(channel, (budget) => channel.check(budget));
    return { line: `${title}: works`, isWorking: true };
  } catch (error) {
    if (!(error instanceof UpstreamError)) {
      if (error instanceof BudgetSpentError) {
        return { line: `${title}: failed: ${error.message}`, isWorking: false };
      }
      log.error({ channel: channel.name, err: error }, 'A channel could not be checked');
      return { line: `${title}: failed in the gateway itself; the log says where`, isWorking: false };
    }
    const { code, providerCode, advice } = error;
    const codes = providerCode === null ? code : `${code}, provider code ${providerCode}`;
    return { line: `${title}: failed: ${advice} (${codes})`, isWorking: false };
  }
}
