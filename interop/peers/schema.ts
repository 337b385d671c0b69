/** The part of the gateway's schema that `npm run bench` asks for; the REST service has every object as it is here. */
export const typeDefs = /* GraphQL */ `
  scalar DateTime

  enum MessageDirection {
    INBOUND
    OUTBOUND
    INTERNAL
    SYSTEM
  }

  enum ParticipantRole {
    CUSTOMER
    AGENT
    BOT
    OFFICIAL_ACCOUNT
    UNKNOWN
  }

  type Query {
    messages(first: Int, after: String): MessageConnection
  }

  type MessageConnection {
    edges: [MessageEdge]
    nodes: [Message]
    pageInfo: PageInfo!
  }

  type MessageEdge {
    cursor: String!
    node: Message
  }

  type PageInfo {
    hasNextPage: Boolean!
    endCursor: String
  }

  type Message {
    id: ID!
    sentAt: DateTime!
    direction: MessageDirection!
    kind: String!
    text: String
    channel: Channel!
    sender: Participant!
  }

  type Channel {
    name: String!
  }

  type Participant {
    role: ParticipantRole!
    displayName: String
  }
`;
