import { ApolloClient, HttpLink, InMemoryCache } from '@apollo/client';
import { relayStylePagination } from '@apollo/client/utilities';

/** What implements which interface, so that fragments on `Message` match; the same for every gateway. */
const possibleTypes = {
  Message: ['WeChatMessage', 'WeComMessage', 'TencentChatMessage', 'WhatsAppMessage'],
  Channel: ['WeChatChannel', 'WeComChannel', 'TencentChatChannel', 'WhatsAppChannel'],
};

/** Pages of the same list grow together: everything but the place in it tells lists apart. */
const messages = relayStylePagination(['filter', 'orderBy']);

export function createApolloClient(uri: string, apiKey: string | undefined): ApolloClient {
  return new ApolloClient({
    link: new HttpLink({
      uri,
      headers: apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` },
    }),
    cache: new InMemoryCache({
      possibleTypes,
      typePolicies: {
        Query: { fields: { messages } },
        Conversation: { fields: { messages } },
        ...Object.fromEntries(possibleTypes.Channel.map((name) => [name, { fields: { messages } }])),
      },
    }),
  });
}
