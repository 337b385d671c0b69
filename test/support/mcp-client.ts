import { Client, StreamableHTTPClientTransport, type Transport } from '@modelcontextprotocol/client';

/** Earlier clients begin with `initialize`; current ones ask what the server speaks. */
export type Revision = 'current' | 'earlier';

/** What a tool answered. */
export interface ToolAnswer {
  /** Null for an error. */
  result: Record<string, unknown> | null;
  /** What a client without structured content shows. */
  text: string;
}

export interface McpClient {
  client: Client;
  call(name: string, args?: Record<string, unknown>): Promise<ToolAnswer>;
  close(): Promise<void>;
}

/** The SDK's own client, over HTTP. @param url of GraphQL, beside which `/mcp` is */
export function connectOverHttp(
  url: string,
  headers: Record<string, string> = {},
  revision: Revision = 'current',
): Promise<McpClient> {
  return connectMcp(
    new StreamableHTTPClientTransport(new URL('/mcp', url), { requestInit: { headers } }),
    revision,
  );
}

/** The SDK's own is a minute, and a machine may be busy with other things for longer. */
const OPTIONS = { timeout: 600_000 };

/** It has the list of tools, so it checks each result by the schema of its tool. */
export async function connectMcp(transport: Transport, revision: Revision): Promise<McpClient> {
  const client = new Client(
    { name: 'a test', version: '1' },
    { versionNegotiation: { mode: revision === 'earlier' ? 'legacy' : { pin: '2026-07-28' } } },
  );
  await client.connect(transport, OPTIONS);
  await client.listTools({}, OPTIONS);
  return {
    client,
    async call(name, args = {}) {
      const {
        content,
        structuredContent,
        isError = false,
      } = await client.callTool({ name, arguments: args }, OPTIONS);
      const text = content
        .map((block) => (block.type === 'text' ? block.text : `(${block.type})`))
        .join('\n');
      if (isError) return { result: null, text };
      return { result: Object.fromEntries(Object.entries(structuredContent ?? {})), text };
    },
    close: () => client.close(),
  };
}
