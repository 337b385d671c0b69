import { Random } from './random.ts';
import type { Sandbox } from './start.ts';

interface Delivery {
  event: string;
  method: string;
  query: Record<string, string>;
  headers: Record<string, string>;
  body: string;
}

const PAUSE_MS = { least: 1_000, most: 6_000 };

/**
 * Lets customers go on writing: every few seconds somebody at one of the providers, which tells the gateway as it would,
 * repeatedly now and then.
 *
 * @param gateway the gateway's base URL
 * @returns ends it
 */
export function startTraffic(sandbox: Sandbox, gateway: string, seed: number): () => void {
  const random = new Random(seed);
  let timer: NodeJS.Timeout | undefined;
  const stop = (): void => {
    clearTimeout(timer);
  };
  const next = (): void => {
    timer = setTimeout(
      () => {
        const { channel, deliveries } = writeSomething(sandbox, random);
        for (const delivery of deliveries) {
          const times = random.chance(0.2) ? 2 : 1;
          // With nobody there to tell any more, it is over.
          for (let time = 0; time < times; time++) send(gateway, channel, delivery).catch(stop);
        }
        next();
      },
      random.between(PAUSE_MS.least, PAUSE_MS.most),
    ).unref();
  };
  next();
  return stop;
}

function writeSomething(
  { wechat, wecom, tencentChat, whatsApp }: Sandbox,
  random: Random,
): { channel: string; deliveries: Delivery[] } {
  switch (random.between(0, 3)) {
    case 0:
      wechat.add({});
      return { channel: 'shop', deliveries: [] };
    case 1:
      wecom.add({});
      return { channel: 'corp', deliveries: [wecom.pushes.newMessage()] };
    case 2: {
      const account = random.pick(tencentChat.officialAccounts as [string, ...string[]]);
      return {
        channel: 'broadcast',
        deliveries: [tencentChat.pushes.sent(account, tencentChat.add({}, account))],
      };
    }
    default: {
      const record = whatsApp.add({});
      const { pushes } = whatsApp;
      return {
        channel: 'whatsapp',
        deliveries: [
          pushes.clientSync([record]),
          pushes.clientStatus([record], 2),
          pushes.clientStatus([record], 3),
        ],
      };
    }
  }
}

async function send(
  gateway: string,
  channel: string,
  { event, method, query, headers, body }: Delivery,
): Promise<void> {
  const url = new URL(`/webhooks/${channel}/${event}`, gateway);
  url.search = new URLSearchParams(query).toString();
  const response = await fetch(url, { method, headers, body });
  await response.text();
}
