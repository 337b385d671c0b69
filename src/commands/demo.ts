import { randomBytes } from 'node:crypto';
import { stringify } from 'yaml';
import { parseConfig } from '../config/read-config.ts';
import { startSandboxes } from '../sandbox/start.ts';
import { startTraffic } from '../sandbox/traffic.ts';
import { listen } from './serve.ts';

const QUERY = `{
  messages(first: 10) {
    nodes { sentAt direction kind text channel { name provider } sender { role displayName } }
    pageInfo { hasNextPage endCursor }
    sources { channel { name } state upstreamCalls servedFrom }
  }
}`;

const DAY_MS = 86_400_000;
/** The sandboxes' history is of three weeks. */
const ARCHIVED_DAYS = 20;

/** Serves the gateway over sandboxes of the four providers. Nothing is kept when it ends. */
export async function runDemo({ port, seed }: { port: number; seed: number }): Promise<void> {
  const sandboxes = await startSandboxes({ seed, now: () => Date.now(), weComReachDays: 30 });
  // Agents serve customers now, so that there are open sessions.
  sandboxes.wechat.add({}, {}, {});
  // Every provider has a message of now, so that the first page is of all four.
  for (const provider of sandboxes.all) provider.add({});
  const archive = { since: new Date(Date.now() - ARCHIVED_DAYS * DAY_MS).toISOString() };
  const channels = sandboxes.channels.map((channel) => ({ ...channel, archive }));
  const config = parseConfig(
    stringify({ store: 'memory:', secret: randomBytes(32).toString('base64'), channels }),
    { source: 'the demo', directory: process.cwd(), environment: {} },
  );
  let endTraffic = (): void => undefined;
  const url = await listen(config, port, {
    onClosed: () => {
      endTraffic();
      return sandboxes.close();
    },
  });
  if (url === null) return;
  endTraffic = startTraffic(sandboxes, url, seed);
  process.stdout.write(`ready ${url}

Four providers are played on this machine, with several weeks of sample chats:
${config.channels.map(({ name, provider }) => `  ${name.padEnd(10)} ${provider}`).join('\n')}

Read them in the inbox: ${new URL('/inbox', url).href}
Explore them in the playground: ${new URL('/', url).href}

Or ask for the newest messages of all of them:

curl -s ${url} -H 'content-type: application/json' \\
  -d '${JSON.stringify({ query: QUERY.replace(/\s+/g, ' ') })}'

Give "endCursor" as messages(first: 10, after: "…") for the next page. Customers go on
writing: subscription { messageAdded { cursor node { text channel { name } } } } follows them. Ctrl-C ends it.
`);
}
