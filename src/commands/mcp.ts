import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { createRemoteHost } from '../mcp/remote-host.ts';
import { createToolServer } from '../mcp/server.ts';
import { createLogger } from '../observability/log.ts';

/** Longer than a gateway takes to answer, unless its `requestTimeoutMs` says otherwise. */
const TIMEOUT_MS = 60_000;

/**
 * Serves the tools for agents on standard input and output, over a gateway that runs elsewhere. It ends when its input does.
 *
 * The key comes from the environment only: other users of the machine can see arguments.
 */
export function runMcp({ url }: { url: URL }): void {
  const log = createLogger(process.env['LOG_LEVEL']);
  const apiKey = process.env['CHAT_HISTORY_GATEWAY_API_KEY'];
  const host = createRemoteHost({ url, apiKey, timeoutMs: TIMEOUT_MS, log });
  serveStdio(() => createToolServer(host), {
    onerror: (error) => {
      log.warn({ err: error }, 'A message of an MCP client was not understood');
    },
  });
}
