import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BenchCase, Variant } from '../bench-case.ts';
import { startMeasured, timeToEnd, withMeasured, type MeasuredProcess } from '../measured-process.ts';
import { presentPeers, startPeer } from '../peers.ts';
import { builtProgram } from '../program.ts';
import { createRest } from '../rest.ts';

const CONFIG = `store: 'memory:'
channels:
  - { name: shop, provider: WECHAT, appId: x, appSecret: y, baseUrl: 'http://127.0.0.1:9', historyStart: '2026-01-01T00:00:00Z' }
`;

/** What a user waits for after a command. */
export const startUp: BenchCase = {
  name: 'start-up',
  title:
    'From the start of a process until it ends or says that it is ready, with a warm cache of compiled code',
  prepare: async ({ isQuick }) => {
    const directory = mkdtempSync(join(tmpdir(), 'gateway-bench-'));
    const config = join(directory, 'gateway.yaml');
    writeFileSync(config, CONFIG);
    const rest = await createRest();
    const program = await builtProgram();
    const variants = new Map<string, Variant>([
      ['node -e 0', command('a bare Node.js', ['-e', '0'])],
      ['--help', command('the program, which prints its commands', [program, '--help'])],
      ['schema', command('the program, which prints its schema', [program, 'schema'])],
      [
        'serve',
        server('until ready; the whole schema, with its channels and stores', () =>
          startMeasured([program, 'serve', '--config', config, '--port', '0']),
        ),
      ],
      [
        'from sources',
        server('the same, from TypeScript, as in a checkout', () =>
          startMeasured(['src/main.ts', 'serve', '--config', config, '--port', '0']),
        ),
      ],
    ]);
    for (const peer of presentPeers().filter((name) => !name.startsWith('raw'))) {
      variants.set(
        peer,
        server(
          'until ready, without a cache of compiled code, which only the gateway asks for; its schema has ten types',
          () => startPeer(peer, { rest }),
        ),
      );
    }
    // The first run fills Node.js's cache of compiled code.
    if (!isQuick) for (const { measure } of variants.values()) await measure();
    return {
      variants,
      close: async () => {
        await rest.close();
        rmSync(directory, { recursive: true });
      },
    };
  },
};

function command(does: string, args: readonly string[]): Variant {
  return { does, measure: async () => ({ ms: await timeToEnd(args) }) };
}

function server(does: string, start: () => Promise<MeasuredProcess>): Variant {
  return { does, measure: () => withMeasured(start(), ({ startMs }) => Promise.resolve({ ms: startMs })) };
}
