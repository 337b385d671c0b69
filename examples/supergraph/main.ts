import { startApolloGateway } from './apollo-gateway.ts';
import { composeSupergraph } from './compose.ts';
import { startCrm } from './crm.ts';
import { startHiveGateway } from './hive-gateway.ts';
import type { Running } from './running.ts';

const { CHATS_URL = 'http://127.0.0.1:4000/graphql', CRM_PORT = '4001', PORT = '4002' } = process.env;
const CRM_URL = `http://127.0.0.1:${CRM_PORT}/`;
const subgraphs = [
  { name: 'chats', url: CHATS_URL },
  { name: 'crm', url: CRM_URL },
];

const servers: Record<string, () => Promise<Running>> = {
  crm: () => startCrm(Number(CRM_PORT)),
  hive: async () => startHiveGateway(await composeSupergraph(subgraphs), Number(PORT)),
  apollo: async () => startApolloGateway(await composeSupergraph(subgraphs), Number(PORT)),
};

const command = process.argv[2] ?? '';
const start = servers[command];
if (command === 'compose') process.stdout.write(await composeSupergraph(subgraphs));
else if (start) await serve(start);
else throw new Error(`Say one of: compose, ${Object.keys(servers).join(', ')}`);

/** Until SIGTERM or SIGINT. */
async function serve(startServer: () => Promise<Running>): Promise<void> {
  const server = await startServer();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void server.close());
  process.stdout.write(`ready ${server.url}\n`);
}
