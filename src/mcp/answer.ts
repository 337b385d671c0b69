import {
  createMcpHandler,
  isLegacyRequest,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server';
import type { Host } from './host.ts';
import { createToolServer } from './server.ts';

/** Headers that the protocol reads. */
const READ = ['mcp-protocol-version', 'mcp-method', 'mcp-name'];

export interface McpRequest {
  headers: Readonly<Record<string, string | string[] | undefined>>;
  /** One JSON-RPC message. */
  body: Record<string, unknown>;
}

export interface McpAnswer {
  status: number;
  contentType: string | null;
  body: string;
}

/**
 * Answers a message that was sent by POST: of the current revision of the protocol, or of an earlier one, which begins with
 * `initialize`. Nothing is kept from one to the next, so any gateway can answer any of them.
 *
 * @param onError called with what the SDK could not handle, which may quote the client
 */
export async function answerMessage(
  { headers, body }: McpRequest,
  host: Host,
  onError: (error: Error) => void,
): Promise<McpAnswer> {
  const request = new Request('http://gateway/mcp', { method: 'POST', headers: toHeaders(headers) });
  const response = (await isLegacyRequest(request, body))
    ? await answerEarlier(request, body, host, onError)
    : await createMcpHandler(() => createToolServer(host), { onerror: onError, keepAliveMs: 0 }).fetch(
        request,
        {
          parsedBody: body,
        },
      );
  return {
    status: response.status,
    contentType: response.headers.get('content-type'),
    // Whole: no tool sends anything before its result, and no list of the server changes.
    body: await response.text(),
  };
}

async function answerEarlier(
  request: Request,
  body: Record<string, unknown>,
  host: Host,
  onError: (error: Error) => void,
): Promise<Response> {
  const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true });
  const server = createToolServer(host);
  server.server.onerror = onError;
  await server.connect(transport);
  try {
    return await transport.handleRequest(request, { parsedBody: body });
  } finally {
    await server.close();
  }
}

function toHeaders(sent: McpRequest['headers']): Headers {
  // Every answer is JSON, which every client reads.
  const headers = new Headers({
    accept: 'application/json, text/event-stream',
    'content-type': 'application/json',
  });
  for (const name of READ) {
    const value = sent[name];
    if (typeof value === 'string') headers.set(name, value);
  }
  return headers;
}
