/** What a provider pushes. */
export interface Delivery {
  event: string;
  method?: 'GET' | 'POST';
  query?: Record<string, string>;
  headers: Record<string, string>;
  body: string;
}

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
