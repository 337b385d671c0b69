import { createApolloClient } from './client.js';
import { TIMELINE } from './timeline.js';

const uri = process.env['GATEWAY_URL'] ?? 'http://127.0.0.1:4000/graphql';
const client = createApolloClient(uri, process.env['GATEWAY_API_KEY']);

const timeline = client.watchQuery({ query: TIMELINE, variables: { first: 50 } });
// As a component does while it is on the screen.
const watching = timeline.subscribe({
  next: ({ error }) => {
    if (error) throw error;
  },
});
const first = await client.query({ query: TIMELINE, variables: { first: 50 } });
let page = first.data?.messages.pageInfo;
let pages = 1;
while (page?.hasNextPage) {
  // As a list does when its reader comes to the end: the page is added to those that are shown.
  const more = await timeline.fetchMore({ variables: { after: page.endCursor } });
  page = more.data?.messages.pageInfo;
  pages++;
}

const shown = client.readQuery({ query: TIMELINE, variables: { first: 50 } });
const messages = shown?.messages.edges.map(({ node }) => node) ?? [];
const channels = [...new Set(messages.map(({ channel }) => channel.name))].sort();
const isOrdered = messages.every(({ sentAt }, index) => sentAt <= (messages[index - 1]?.sentAt ?? sentAt));
process.stdout.write(
  `${JSON.stringify({ pages, messages: messages.length, different: new Set(messages.map(({ id }) => id)).size, channels, isOrdered })}\n`,
);
watching.unsubscribe();
client.stop();
