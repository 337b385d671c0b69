import { createWeChatChannel } from '../../../src/datasources/wechat/channel.ts';
import { weChatConfig } from '../../../src/datasources/wechat/config.ts';
import type { WeChatMessageRecord } from '../../../src/datasources/wechat/index.ts';
import type { MessageRecord } from '../../../src/domain/records.ts';
import { createWeChatSandbox, type WeChatKnobs } from '../../../src/sandbox/wechat/sandbox.ts';
import type { ProviderSuite } from '../../contract/message-source.ts';

const variants: Record<string, Partial<WeChatKnobs>> = {
  'as its documentation has it': {},
  'exclusive edges': { edges: 'exclusive' },
  'edges with the start only': { edges: 'start-inclusive', ids: 'sparse' },
  'edges with the end only': { edges: 'end-inclusive', hasRawControlCharacters: true },
  'descending pages': { pageOrder: 'descending' },
  'shuffled pages': { pageOrder: 'shuffled' },
  'small pages': { maxPageSize: 5 },
  'small pages with an inclusive cursor': { maxPageSize: 5, cursor: 'inclusive' },
  'small descending pages with an inclusive cursor and gaps': {
    maxPageSize: 7,
    cursor: 'inclusive',
    pageOrder: 'descending',
    ids: 'sparse',
  },
  'small shuffled pages with an inclusive cursor': {
    maxPageSize: 4,
    cursor: 'inclusive',
    pageOrder: 'shuffled',
  },
  'ids without gaps': { ids: 'dense', maxPageSize: 9 },
  'ids that begin anew in every window': { ids: 'per-window', maxPageSize: 6 },
};

const HOUR_MS = 3_600_000;
const WINDOW_MS = 86_399_000;

export const weChatSuite: ProviderSuite = {
  name: 'WeChat',
  variants: Object.keys(variants),
  async createWorld({ variant, messages, seed, clock }) {
    const knobs = variants[variant] ?? {};
    // Pages of a window that is not over are not written down: with a tiny budget and a restart after each page, one that
    // takes many small pages would never be through. So those histories leave the last window, of ten minutes, empty.
    // So do those with shuffled pages: a window that is not over looks different before and after that is learned.
    const isShuffled = knobs.pageOrder === 'shuffled';
    const until = clock.now() - (knobs.maxPageSize || isShuffled ? HOUR_MS : 0);
    const from = clock.now() - 20 * WINDOW_MS - 10 * 60_000;
    const sandbox = createWeChatSandbox({ seed, now: () => clock.now(), messages, from, until, knobs });
    await sandbox.server.start();
    const channels: { close(): Promise<void> }[] = [];
    return {
      identities: () => sandbox.records.map(identify),
      identify: (message) => identify(toWire(message)),
      createChannel(dependencies) {
        const channel = createWeChatChannel(weChatConfig.parse(sandbox.config('shop')), dependencies);
        channels.push(channel);
        return channel;
      },
      // Oldest first, shuffled pages show a second only when it is over. So there, what arrives is of the last second.
      arrive(count) {
        const time = Math.floor(clock.now() / 1000) - (isShuffled ? 1 : 0);
        sandbox.add(...Array.from({ length: count }, () => ({ time })));
      },
      violations: () => sandbox.server.violations,
      async close() {
        await Promise.all(channels.map((channel) => channel.close()));
        await sandbox.server.close();
      },
    };
  },
};

interface Line {
  time: number;
  openid: string;
  worker: string;
  opercode: number;
  text: string;
}

function identify({ time, openid, worker, opercode, text }: Line): string {
  return JSON.stringify([time, openid, worker, opercode, text]);
}

function toWire(message: MessageRecord): Line {
  const { openId, worker, operationCode, text, sentAt } = message as WeChatMessageRecord;
  return { time: sentAt / 1000, openid: openId, worker, opercode: operationCode, text: text ?? '' };
}
