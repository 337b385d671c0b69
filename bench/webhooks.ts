import type { SandboxPush } from '../src/sandbox/sandbox.ts';
import type { LoadRequest } from './load.ts';
import type { World } from './world.ts';

/** A message that a provider pushes, whose text is `bench-NUMBER;`. */
export function toDelivery({ sandboxes: { whatsApp } }: World, number: number): LoadRequest {
  const record = whatsApp.add({ contentType: 0, content: toText(number), actionType: 2 });
  return toWebhook(whatsApp.channel, whatsApp.pushes.clientSync([record]));
}

export function toText(number: number): string {
  return `bench-${number};`;
}

/** The numbers of all such texts in a piece of an answer. */
export function numbersIn(text: string): number[] {
  return [...text.matchAll(/bench-(\d+);/g)].map((match) => Number(match[1]));
}

function toWebhook(channel: string, { event, query, headers, body }: SandboxPush): LoadRequest {
  const parameters = new URLSearchParams(query).toString();
  return { path: `/webhooks/${channel}/${event}?${parameters}`, headers, body };
}
