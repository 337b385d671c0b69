import { ask } from './gateway.js';
import { graphql } from './gql/gql.js';

const TranscriptPage = graphql(`
  query TranscriptPage($conversationId: ID!, $after: String) {
    messages(
      filter: { conversationId: $conversationId }
      orderBy: { direction: ASC }
      after: $after
      onSourceFailure: FAIL
    ) {
      nodes {
        __typename
        id
        sentAt
        kind
        text
        sender {
          role
          displayName
          nativeId
        }
        ... on WhatsAppMessage {
          deliveryStatus
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

export interface Line {
  at: string;
  from: string;
  words: string;
}

/** The whole of a conversation, oldest first. */
export async function readTranscript(conversationId: string): Promise<Line[]> {
  const lines: Line[] = [];
  for (let after: string | null | undefined; ;) {
    const { messages } = await ask(TranscriptPage, { conversationId, after });
    for (const message of messages?.nodes ?? []) {
      if (!message) continue;
      const { sentAt, sender, text, kind } = message;
      const status = message.__typename === 'WhatsAppMessage' ? message.deliveryStatus : null;
      lines.push({
        at: sentAt,
        from: sender.displayName ?? sender.nativeId,
        words: `${text ?? `[${kind}]`}${status ? ` (${status})` : ''}`,
      });
    }
    // A page may be short, or empty, though more follow.
    if (!messages?.pageInfo.hasNextPage) return lines;
    after = messages.pageInfo.endCursor;
  }
}
