import type { TestProject } from 'vitest/node';
import { startGateway } from '../../test/support/gateway-process.ts';
import { walkTimeline } from '../../test/support/walk-timeline.ts';

/** Starts the program as a user would, once for all tests. */
export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const gateway = await startGateway(['demo', '--port', '0'], { LOG_LEVEL: 'warn' });
  const until = new Date().toISOString();
  const messages = await walkTimeline(() => gateway.url, {
    filter: { sentAt: { lt: until } },
    sizes: [1000],
  });
  provide('url', gateway.url);
  provide('until', until);
  provide(
    'ids',
    messages.map(({ id }) => id),
  );
  return async () => {
    await gateway.stop('SIGTERM');
  };
}
