import { graphql } from 'relay-runtime';

// For the compiler, which reads them and writes `generated`; at run time they would need its Babel plugin.

export const query = (): unknown => graphql`
  query timelineQuery($until: DateTime!) {
    ...timeline_query
  }
`;

export const fragment = (): unknown => graphql`
  fragment timeline_query on Query
  @argumentDefinitions(count: { type: "Int", defaultValue: 250 }, cursor: { type: "String" })
  @refetchable(queryName: "timelinePageQuery") {
    messages(filter: { sentAt: { lt: $until } }, first: $count, after: $cursor)
      @connection(key: "timeline_messages") {
      edges {
        node {
          id
          sentAt
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`;

export const channelQuery = (): unknown => graphql`
  query timelineChannelQuery($name: String!, $until: DateTime!) {
    channel(name: $name) {
      id
      ...timeline_channel
    }
  }
`;

export const channelFragment = (): unknown => graphql`
  fragment timeline_channel on Channel
  @argumentDefinitions(count: { type: "Int", defaultValue: 50 }, cursor: { type: "String" })
  @refetchable(queryName: "timelineChannelPageQuery") {
    messages(filter: { sentAt: { lt: $until } }, first: $count, after: $cursor)
      @connection(key: "timeline_channel_messages") {
      edges {
        node {
          id
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`;
