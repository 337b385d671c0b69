import { readFileSync } from 'node:fs';
import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginInlineTraceDisabled } from '@apollo/server/plugin/disabled';
import { startStandaloneServer } from '@apollo/server/standalone';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse } from 'graphql';
import type { Running } from './running.ts';

interface ParticipantKey {
  channelName: string;
  nativeId: string;
}
interface CustomerRecord {
  number: string;
  name: string;
  tier: 'BASIC' | 'GOLD';
  participants: ParticipantKey[];
}
interface MessageReference {
  id: string;
  /** Only where `sentiment` is asked for: the router then brings what it requires. */
  text?: string | null;
}

const POSITIVE = /\b(thank|thanks|great|perfect|love)\b|谢谢|感谢/i;
const NEGATIVE = /\b(missing|broken|late|refund|wrong|complain)\b|没有收到|坏了|退款/i;

/** A CRM: its customers stand in `customers.json`; what is flagged is forgotten when it ends. */
export async function startCrm(port: number): Promise<Running> {
  const customers = JSON.parse(
    readFileSync(`${import.meta.dirname}/customers.json`, 'utf8'),
  ) as CustomerRecord[];
  const byParticipant = new Map(
    customers.flatMap((customer) => customer.participants.map((key) => [toText(key), customer] as const)),
  );
  const flagged = new Set<string>();
  const typeDefs = parse(readFileSync(`${import.meta.dirname}/crm.graphql`, 'utf8'));
  const schema = buildSubgraphSchema([
    {
      typeDefs,
      resolvers: {
        Query: {
          customerRecords: () => customers,
          flaggedMessages: () => [...flagged].map((id) => ({ id })),
        },
        Mutation: {
          flagMessage: (_: unknown, { id, isFlagged }: { id: string; isFlagged: boolean }) => {
            if (isFlagged) flagged.add(id);
            else flagged.delete(id);
            return { id };
          },
        },
        CustomerRecord: {
          __resolveReference: ({ number }: { number: string }) =>
            customers.find((customer) => customer.number === number),
        },
        Participant: {
          customerRecord: (participant: ParticipantKey) => byParticipant.get(toText(participant)),
        },
        Message: {
          isFlagged: ({ id }: MessageReference) => flagged.has(id),
          sentiment: ({ text }: MessageReference) => toSentiment(text ?? null),
        },
      },
    },
  ]);
  const server = new ApolloServer({
    schema,
    stopOnTerminationSignals: false,
    plugins: [ApolloServerPluginInlineTraceDisabled()],
  });
  const { url } = await startStandaloneServer(server, { listen: { host: '127.0.0.1', port } });
  return { url, close: () => server.stop() };
}

function toText({ channelName, nativeId }: ParticipantKey): string {
  return JSON.stringify([channelName, nativeId]);
}

function toSentiment(text: string | null): string {
  if (text === null) return 'UNKNOWN';
  if (NEGATIVE.test(text)) return 'NEGATIVE';
  return POSITIVE.test(text) ? 'POSITIVE' : 'NEUTRAL';
}
