import { ask } from './gateway.js';
import { graphql } from './gql/gql.js';

const Latest = graphql(`
  query Latest($channels: [String!], $first: Int!) {
    messages(filter: { channels: $channels }, first: $first) {
      nodes {
        id
        sentAt
        conversation {
          id
        }
      }
      sources {
        channel {
          name
        }
        errorCode
      }
    }
  }
`);

export interface Latest {
  conversations: string[];
  /** Channels whose providers do not answer just now: theirs are missing. */
  missing: string[];
}

/** The conversations of the latest messages. */
export async function readLatest(channel: string | null, count: number): Promise<Latest> {
  const { messages } = await ask(Latest, { channels: channel === null ? null : [channel], first: count });
  const ids = messages?.nodes?.flatMap((message) => message?.conversation.id ?? []) ?? [];
  const failed = messages?.sources?.filter(({ errorCode }) => errorCode !== null) ?? [];
  return { conversations: [...new Set(ids)], missing: failed.map(({ channel: { name } }) => name) };
}
