import type { SandboxPush } from '../../src/sandbox/sandbox.ts';

/** What a provider pushes, or a sender that forges it. */
export type Delivery = Omit<SandboxPush, 'method' | 'query'> & Partial<SandboxPush>;

/** Sends it to the webhook of a channel. @param url of the GraphQL endpoint */
export async function deliver(
  url: string,
  channel: string,
  { event, method = 'POST', query = {}, headers, body }: Delivery,
): Promise<{ status: number; body: string }> {
  const target = new URL(`/webhooks/${channel}/${event}`, url);
  target.search = new URLSearchParams(query).toString();
  const response = await fetch(target, { method, headers, ...(method === 'POST' ? { body } : {}) });
  return { status: response.status, body: await response.text() };
}
