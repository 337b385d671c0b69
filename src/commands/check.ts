import { pino } from 'pino';
import { readConfig } from '../config.ts';
import { UpstreamError } from '../datasources/errors.ts';
import type { ChatChannel } from '../datasources/message-source.ts';
import { openGateway } from '../gateway.ts';
import { RequestScope } from '../timeline/request-scope.ts';

/**
 * Prints a line for each channel: whether its provider answers, and if not, what is wrong and what to do. Exit code 1
 * when a channel does not work.
 *
 * @throws ConfigError
 */
export async function runCheck(options: { config: string }): Promise<void> {
  const config = readConfig(options.config, process.env);
  const gateway = openGateway(config, pino({ enabled: false }));
  const scope = new RequestScope(config.limits, gateway.clock);
  const results = await Promise.all(
    [...gateway.channels.values()].map((channel) => checkChannel(channel, scope)),
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
  const access = scope.access(channel.name);
  try {
    const outcome = await scope.within(access, channel.check(access));
    if (outcome === 'silent' || outcome === 'late') {
      return {
        line: `${title}: failed: the provider did not answer in time (UPSTREAM_TIMEOUT)`,
        isWorking: false,
      };
    }
    return { line: `${title}: works`, isWorking: true };
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    const { code, providerCode, advice } = error;
    const codes = providerCode === null ? code : `${code}, provider code ${providerCode}`;
    return { line: `${title}: failed: ${advice} (${codes})`, isWorking: false };
  }
}
