import { createClient as createWebSocketClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { GatewayClient } from '../../src/client/index.ts';
import { pause } from './deliveries.ts';

const RECONNECT_MS = 100;

const ADDED = `subscription ($after: String) {
  messageAdded(after: $after, filter: { channels: ["whatsapp"] }) {
    cursor
    node { text }
  }
}`;

/** A type and not an interface, since the client asks for an index. */
type Added = Record<'messageAdded', { cursor: string; node: { text: string | null } }>;

/** Follows until the signal is aborted, and resumes after the last event on whichever gateway the balancer chooses. */
export type Follow = (
  after: string,
  see: (text: string) => void,
  onReconnect: () => void,
  signal: AbortSignal,
) => Promise<void>;

/** By the package's client, over server-sent events. */
export function followEvents(client: GatewayClient): Follow {
  return async (after, see, onReconnect, signal) => {
    const events = client.follow<Added, { after?: string | null }>(ADDED, { after }, { signal, onReconnect });
    try {
      for await (const { node } of events) seeMessage(node, see);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  };
}

/** By graphql-ws, over a WebSocket. @param url of the GraphQL endpoint, `http:` */
export function followSocket(url: string, apiKey: string): Follow {
  return async (start, see, onReconnect, signal) => {
    let after = start;
    for (;;) {
      const client = createWebSocketClient({
        url: url.replace(/^http/, 'ws'),
        webSocketImpl: WebSocket,
        connectionParams: { authorization: `Bearer ${apiKey}` },
        retryAttempts: 0,
      });
      const events = client.iterate<Added>({ query: ADDED, variables: { after } });
      const end = (): void => {
        client.terminate();
      };
      signal.addEventListener('abort', end);
      try {
        for await (const { data } of events) {
          if (!data) break;
          seeMessage(data.messageAdded.node, see);
          after = data.messageAdded.cursor;
        }
      } catch (error) {
        if (isRefusal(error)) throw new Error(`A subscriber was refused: ${JSON.stringify(error)}`);
      } finally {
        signal.removeEventListener('abort', end);
      }
      await pause(RECONNECT_MS, signal);
      if (signal.aborted) return;
      onReconnect();
    }
  };
}

/** A list of GraphQL errors, as when the cursor is not known; everything else is a connection that broke. */
function isRefusal(error: unknown): boolean {
  return Array.isArray(error) && JSON.stringify(error).includes('"BAD_CURSOR"');
}

function seeMessage({ text }: Added['messageAdded']['node'], see: (text: string) => void): void {
  if (text !== null) see(text);
}
