import type { GatewayClient } from '../../src/client/index.ts';
import { Random } from '../../src/sandbox/random.ts';
import type { Sandboxes } from '../../src/sandbox/start.ts';
import { deliverUntilAcknowledged, pause } from './deliveries.ts';
import type { Ledger } from './ledger.ts';

/** What each reader asks for: all channels, or those of one provider that it needs. */
const READERS: (string[] | undefined)[] = [undefined, undefined, ['whatsapp'], ['broadcast']];
const PUSHERS = 3;
/** The provider's number for it. */
const TEXT = 0;
const READ_PAUSE_MS = { least: 50, most: 150 };
const PUSH_PAUSE_MS = { least: 10, most: 100 };
const OTHERS_PAUSE_MS = { least: 500, most: 2_000 };

export interface Traffic {
  answered: number;
  failed: number;
  repeated: number;
}

interface Around {
  sandboxes: Sandboxes;
  client: GatewayClient;
  /** The balancer's. */
  url: string;
  ledger: Ledger;
  signal: AbortSignal;
}

/** Callers that read the timeline, and providers that deliver what customers write, until the signal is aborted. */
export function startLoad(around: Around): { traffic: Traffic; ended: Promise<unknown> } {
  const traffic: Traffic = { answered: 0, failed: 0, repeated: 0 };
  const random = new Random(Date.now());
  const repeat = async (range: { least: number; most: number }, work: () => Promise<void>): Promise<void> => {
    const { signal } = around;
    while (!signal.aborted) {
      await work();
      await pause(random.between(range.least, range.most), signal);
    }
  };
  const ended = Promise.all([
    ...READERS.map((channels) => repeat(READ_PAUSE_MS, () => read(around, traffic, channels))),
    ...Array.from({ length: PUSHERS }, () => repeat(PUSH_PAUSE_MS, () => pushMessage(around, traffic))),
    repeat(OTHERS_PAUSE_MS, () => pushOthers(around, traffic, random)),
  ]);
  return { traffic, ended };
}

async function read(
  { client, signal }: Around,
  traffic: Traffic,
  channels: string[] | undefined,
): Promise<void> {
  try {
    await client.messages({ first: 20, filter: { channels } }, { signal });
    traffic.answered++;
  } catch {
    // What failed is counted, and shown: the demo is about what callers see.
    if (!signal.aborted) traffic.failed++;
  }
}

/** A message that its text tells from all others, whether subscribers get it from the webhook or from the history. */
async function pushMessage({ sandboxes, url, ledger, signal }: Around, traffic: Traffic): Promise<void> {
  const { whatsApp } = sandboxes;
  const text = `Message ${whatsApp.records.length}`;
  const record = whatsApp.add({ contentType: TEXT, content: text });
  const push = whatsApp.pushes.clientSync([record]);
  const repeats = await deliverUntilAcknowledged(url, whatsApp.channel, push, signal);
  if (repeats === null) return;
  ledger.acknowledge(text);
  if (repeats > 0) traffic.repeated++;
}

/** A message at any other provider: so that the timeline that callers read is of all of them. */
async function pushOthers(
  { sandboxes, url, signal }: Around,
  traffic: Traffic,
  random: Random,
): Promise<void> {
  const others = sandboxes.all.filter((sandbox) => sandbox.channel !== sandboxes.whatsApp.channel);
  const sandbox = others[random.between(0, others.length - 1)];
  if (sandbox === undefined) return;
  for (const push of sandbox.push(sandbox.add({}))) {
    const repeats = await deliverUntilAcknowledged(url, sandbox.channel, push, signal);
    if (repeats !== null && repeats > 0) traffic.repeated++;
  }
}
