import { gql, type TypedDocumentNode } from '@apollo/client';

export interface TimelineMessage {
  __typename: 'WeChatMessage' | 'WeComMessage' | 'TencentChatMessage' | 'WhatsAppMessage';
  id: string;
  sentAt: string;
  text: string | null;
  channel: { id: string; name: string };
}

export interface Timeline {
  messages: {
    edges: { cursor: string; node: TimelineMessage }[];
    pageInfo: { hasNextPage: boolean; endCursor: string | null };
  };
}

export interface TimelineVariables {
  channels?: string[];
  first: number;
  after?: string | null;
}

/** `edges` and not `nodes`: it is the edges that `relayStylePagination` puts together. */
export const TIMELINE: TypedDocumentNode<Timeline, TimelineVariables> = gql`
  query Timeline($channels: [String!], $first: Int!, $after: String) {
    messages(filter: { channels: $channels }, first: $first, after: $after) {
      edges {
        cursor
        node {
          id
          sentAt
          text
          channel {
            id
            name
          }
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`;
