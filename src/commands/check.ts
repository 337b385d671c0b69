import { pino } from 'pino';
import { readConfig } from '../config.ts';
import { UpstreamError } from '../datasources/errors.ts';
import type { ChatChannel } from '../datasources/message-source.ts';
import { openGateway } from '../gateway.ts';
import type { RequestScope } from '../timeline/request-scope.ts';

/**
 * Prints a line for each channel: whether its provider answers, and if not, what is wrong and what to do. Exit code 1
 * when a channel does not work.
 *
 * @throws ConfigError
 */
export async function runCheck(options: { config: string }): Promise<void> {
  const config = readConfig(options.config, process.env);
  const gateway = openGateway(config, pino({ enabled: false }));
  // Each channel has a request of its own: none must go short because of the others.
  const results = await Promise.all(
    [...gateway.channels.values()].map((channel) => checkChannel(channel, gateway.createScope())),
  );
  await gateway.close();
  for (const { line } of results) process.stdout.write(`${line}\n`);
  if (results.some(({ isWorking }) => !isWorking)) process.exitCode = 1;
}

async function checkChannel(
  channel: ChatChannel,
  scope: RequestScope,
): Promise<{ line: string; isWorking: boolean }> {
  const title = `${channel.name} (${channel.provider})`;
  try {
    await scope.ask(channel, (access) => channel.check(access));
    return { line: `${title}: works`, isWorking: true };
  } catch (error) {
    if (!(error instanceof UpstreamError)) {
      const problem = error instanceof Error ? error.message : String(error);
      return { line: `${title}: failed: ${problem}`, isWorking: false };
    }
    const { code, providerCode, advice } = error;
    const codes = providerCode === null ? code : `${code}, provider code ${providerCode}`;
    return { line: `${title}: failed: ${advice} (${codes})`, isWorking: false };
  }
}
