import { fork } from 'node:child_process';
import { once } from 'node:events';
import { startApolloGateway } from '../../../examples/supergraph/apollo-gateway.ts';
import { composeSupergraph } from '../../../examples/supergraph/compose.ts';
import { startCrm } from '../../../examples/supergraph/crm.ts';
import { startHiveGateway } from '../../../examples/supergraph/hive-gateway.ts';
import type { Running } from '../../../examples/supergraph/running.ts';

export interface Answer {
  data: unknown;
  /** In the order of their text: routers collect errors in orders of their own. */
  errorCodes: unknown[];
}

export type Ask = (query: string, variables?: Record<string, unknown>) => Promise<Answer>;

/** The gateway and the CRM of the example, alone and behind each router. */
export interface Supergraph {
  chatsUrl: string;
  crmUrl: string;
  sdl: string;
  /** Asks the gateway itself. */
  direct: Ask;
  hive: Ask;
  apollo: Ask;
  routerUrls: { hive: string; apollo: string };
  /** While `during` runs, the WeChat provider fails. */
  withFailingShop<T>(during: () => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export async function startSupergraph(): Promise<Supergraph> {
  const chats = await startChats();
  const crm = await startCrm(0);
  const sdl = await composeSupergraph([
    { name: 'chats', url: chats.url },
    { name: 'crm', url: crm.url },
  ]);
  const hive = await startHiveGateway(sdl, 0);
  const apollo = await startApolloGateway(sdl, 0);
  return {
    chatsUrl: chats.url,
    crmUrl: crm.url,
    sdl,
    direct: askAt(chats.url),
    hive: askAt(hive.url),
    apollo: askAt(apollo.url),
    routerUrls: { hive: hive.url, apollo: apollo.url },
    withFailingShop: async (during) => {
      await chats.tell('fault');
      try {
        return await during();
      } finally {
        await chats.tell('mend');
        await untilShopAnswers(askAt(chats.url));
      }
    },
    close: async () => {
      await Promise.all([hive.close(), apollo.close()]);
      await Promise.all([crm.close(), chats.close()]);
    },
  };
}

/** A provider that has failed is left alone for a second. */
async function untilShopAnswers(ask: Ask): Promise<void> {
  const query =
    '{ messages(first: 1, filter: { channels: ["shop"] }, onSourceFailure: FAIL) { nodes { id } } }';
  while ((await ask(query)).errorCodes.length > 0) await new Promise((resolve) => setTimeout(resolve, 100));
}

interface Chats extends Running {
  tell(message: 'fault' | 'mend'): Promise<void>;
}

/** See world-process.ts. */
async function startChats(): Promise<Chats> {
  const child = fork(`${import.meta.dirname}/world-process.ts`, {
    cwd: `${import.meta.dirname}/../../..`,
    execArgv: [],
    env: { ...process.env, NODE_ENV: 'production' },
  });
  const ended = once(child, 'exit');
  const first = await Promise.race([once(child, 'message'), ended.then(() => null)]);
  if (!first) throw new Error('The gateway ended before it was ready');
  const [{ url }] = first as [{ url: string }];
  return {
    url,
    tell: async (message) => {
      const done = once(child, 'message');
      child.send(message);
      await done;
    },
    close: async () => {
      child.disconnect();
      await ended;
    },
  };
}

function askAt(url: string): Ask {
  return async (query, variables = {}) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables }),
    });
    const { data, errors = [] } = (await response.json()) as {
      data?: Record<string, unknown> | null;
      errors?: { extensions?: Record<string, unknown> }[];
    };
    const hasNothing = Object.values(data ?? {}).every((field) => field === null);
    return {
      // What the gateway refuses as a whole, routers answer with a null for each field.
      data: errors.length > 0 && hasNothing ? null : data,
      errorCodes: errors.map(({ extensions }) => extensions?.['code'] ?? null).sort(),
    };
  };
}
