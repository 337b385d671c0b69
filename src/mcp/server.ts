import { McpServer, type CallToolResult, type StandardSchemaWithJSON } from '@modelcontextprotocol/server';
import { readVersion } from '../util/version.ts';
import { describeErrors } from './errors.ts';
import type { Host } from './host.ts';
import { NOTICE, type Outcome, type Tool } from './tool.ts';
import { tools } from './tools/index.ts';

const INSTRUCTIONS = `Reads what a company and its customers wrote to each other in WeChat, WeCom, Tencent Chat and WhatsApp. Nothing can be changed or sent. Begin with list_channels. ${NOTICE}`;
/** What is read was written by people outside. */
const ANNOTATIONS = {
  readOnlyHint: true,
  destructiveHint: false,
  idempotentHint: true,
  openWorldHint: true,
};

const version = readVersion();

/** A server of the protocol for one exchange or one connection, which keeps nothing between calls. */
export function createToolServer(host: Host): McpServer {
  const server = new McpServer(
    { name: 'chat-history-gateway', title: 'Chat history', version },
    // The tools are those of the program, and never change.
    { capabilities: { tools: { listChanged: false } }, instructions: INSTRUCTIONS },
  );
  for (const tool of tools) {
    const { name, title, description, inputSchema, outputSchema } = tool;
    server.registerTool(
      name,
      {
        title,
        description,
        inputSchema: asListed(inputSchema),
        outputSchema: asListed(outputSchema),
        annotations: { title, ...ANNOTATIONS },
      },
      (args, { mcpReq: { signal } }) => callTool(tool, args, host, signal),
    );
  }
  return server;
}

async function callTool(tool: Tool, args: unknown, host: Host, signal: AbortSignal): Promise<CallToolResult> {
  const { result, errors } = await tryTool(tool, args, host, signal);
  host.ended(tool.name, errors ? 'ERROR' : 'OK');
  const text = errors ? describeErrors(errors) : JSON.stringify(result);
  return {
    content: [{ type: 'text', text }],
    ...(errors ? { isError: true } : { structuredContent: { ...result } }),
  };
}

async function tryTool(tool: Tool, args: unknown, host: Host, signal: AbortSignal): Promise<Outcome> {
  try {
    host.admitCall();
    return await tool.call(args, host, signal);
  } catch (error) {
    return { result: null, errors: [host.describe(error)] };
  }
}

/** Shown to clients. The tool itself checks its arguments, and says in its own words what is wrong with them. */
function asListed(schema: Record<string, unknown>): StandardSchemaWithJSON {
  return {
    '~standard': {
      version: 1,
      vendor: 'chat-history-gateway',
      validate: (value) => ({ value }),
      jsonSchema: { input: () => schema, output: () => schema },
    },
  };
}
