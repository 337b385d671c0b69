import type { Answer, Ask } from './supergraph.ts';

/** What the questions are about: ids that the gateway gave, and a moment that everything asked for lies before. */
export interface Subject {
  before: string;
  messageIds: string[];
  conversationId: string;
  participantId: string;
  channelId: string;
}

/** What a client may ask; its answer is compared as a whole. */
export interface Question<T = unknown> {
  title: string;
  ask: (ask: Ask, subject: Subject) => Promise<T>;
}

const MESSAGE = `id __typename provider sentAt direction kind availability nativeId text
  channel { name } sender { id role nativeId displayName } recipients { nativeId }`;

const PARTS = `parts {
  __typename
  ... on TextPart { text }
  ... on MediaPart { mediaKind: kind url mimeType byteSize durationSeconds }
  ... on LocationPart { latitude longitude placeDescription: description }
  ... on ContactCardPart { contact: displayName phones vcard }
  ... on LinkPart { linkUrl: url title }
  ... on QuotePart { author quoted: text media { url } }
  ... on CustomPart { data extension }
  ... on EncryptedPart { encryptedSecretKey publicKeyVersion }
  ... on UnsupportedPart { nativeType raw }
}`;

/** A question that is one query. */
function query(
  title: string,
  text: string,
  variables: (subject: Subject) => Record<string, unknown> = ({ before }) => ({ before }),
): Question<Answer> {
  return { title, ask: (ask, subject) => ask(text, variables(subject)) };
}

interface Page {
  ids: string[];
  cursors: { start: string | null; end: string | null };
}

async function fetchPage(ask: Ask, variables: Record<string, unknown>): Promise<Page> {
  const { data, errorCodes } = await ask(
    `query ($first: Int, $after: String, $last: Int, $until: String, $before: DateTime!) {
      messages(first: $first, after: $after, last: $last, before: $until, filter: { sentAt: { lt: $before } }) {
        nodes { id } pageInfo { startCursor endCursor }
      }
    }`,
    variables,
  );
  if (errorCodes.length > 0) throw new Error(`A page failed: ${errorCodes.join(', ')}`);
  const { messages } = data as {
    messages: { nodes: { id: string }[]; pageInfo: { startCursor: string | null; endCursor: string | null } };
  };
  const { startCursor: start, endCursor: end } = messages.pageInfo;
  return { ids: messages.nodes.map(({ id }) => id), cursors: { start, end } };
}

const before = '$before: DateTime!';
const past = 'filter: { sentAt: { lt: $before } }';

export const corpus: Question[] = [
  {
    title: 'a walk by cursors, forward and back again',
    ask: async (ask: Ask, { before: at }: Subject): Promise<unknown> => {
      const pages: Page[] = [];
      let after: string | null = null;
      for (let number = 0; number < 4; number++) {
        const page: Page = await fetchPage(ask, { first: 35, after, before: at });
        pages.push(page);
        after = page.cursors.end;
      }
      const back = await fetchPage(ask, { last: 35, until: pages.at(-1)?.cursors.start, before: at });
      return { forward: pages.map(({ ids }) => ids), back: back.ids };
    },
  },
  query('a page of messages', `query (${before}) { messages(first: 50, ${past}) { nodes { ${MESSAGE} } } }`),
  query(
    'a page, oldest first',
    `query (${before}) { messages(first: 50, orderBy: { direction: ASC }, ${past}) { nodes { ${MESSAGE} } } }`,
  ),
  query(
    'a page from the end',
    `query (${before}) { messages(last: 5, orderBy: { direction: ASC }, ${past}) { nodes { id } } }`,
  ),
  query(
    'edges, page info and sources',
    `query (${before}) { messages(first: 7, ${past}) {
      edges { node { id } } totalCount pageInfo { hasNextPage hasPreviousPage }
      sources { channel { name provider } state errorCode retryAfterSeconds reachedStart earliestReachableAt }
    } }`,
  ),
  query(
    'an empty page',
    `query { messages(filter: { sentAt: { lt: "2020-01-01T00:00:00Z" } }) { nodes { id } pageInfo { hasNextPage startCursor endCursor } } }`,
  ),
  query(
    'fields of every provider, by type',
    `query (${before}) { messages(first: 200, ${past}) { nodes {
      __typename
      ... on WeChatMessage { openId operationCode worker }
      ... on WeComMessage { messageType chatId encryptedSecretKey publicKeyVersion }
      ... on TencentChatMessage { messageKey sequence officialAccount fromAccount }
      ... on WhatsAppMessage { serviceAccount counterpart counterpartName recordedAt deliveryStatus }
    } } }`,
  ),
  query(
    'fields of one provider only',
    `query (${before}) { messages(first: 100, ${past}) { nodes { ... on WhatsAppMessage { id agentAccount } } } }`,
  ),
  query('every part', `query (${before}) { messages(first: 300, ${past}) { nodes { id ${PARTS} } } }`),
  query(
    'named fragments on interfaces',
    `query (${before}) { messages(first: 20, ${past}) { nodes { ...Seen ...Known } } }
     fragment Seen on Message { sentAt ...Known channel { ...Named } }
     fragment Known on Node { id }
     fragment Named on Channel { name displayName ... on TencentChatChannel { officialAccounts } }`,
  ),
  query(
    'conversations with who takes part',
    `query (${before}) { messages(first: 60, ${past}) { nodes {
      conversation { id kind nativeId title channel { id name } participants { id role nativeId channelName } }
    } } }`,
  ),
  query(
    'messages within conversations within messages',
    `query (${before}) { messages(first: 3, filter: { channels: ["whatsapp"], sentAt: { lt: $before } }) { nodes {
      id conversation { messages(first: 4, ${past}) { nodes { id text sender { displayName } } } }
    } } }`,
  ),
  query(
    'channels',
    '{ channels { __typename id name displayName provider capabilities { nativeOrder maxNativePageSize nativeTimeFilter retentionDays disclosesText providesMessageIds pushes } } }',
  ),
  query('channels of some providers', '{ channels(providers: [WECHAT, WECOM]) { name } }'),
  query(
    'a channel with its messages',
    `query (${before}) { channel(name: "corp") { name messages(first: 10, ${past}) { nodes { id ... on WeComMessage { chatId } } } } }`,
  ),
  query('a channel that is not there', '{ channel(name: "nowhere") { id } }'),
  query(
    'fields of one provider’s channel',
    '{ channels { name ... on WeChatChannel { customerServiceAccounts { account nickname avatarUrl } } ... on TencentChatChannel { officialAccounts } } }',
  ),
  query(
    'open sessions',
    '{ customerServiceSessions(first: 5) { totalCount nodes { account customer { id nativeId } conversation { id } channel { name } } } }',
  ),
  query(
    'aliases',
    `query (${before}) {
    newest: messages(first: 2, ${past}) { list: nodes { key: id } }
    oldest: messages(first: 2, orderBy: { direction: ASC }, ${past}) { nodes { id kind: text } }
  }`,
  ),
  query(
    'one field twice with other arguments',
    `query (${before}) { channel(name: "shop") {
    in: messages(first: 3, filter: { directions: [INBOUND], sentAt: { lt: $before } }) { nodes { id direction } }
    out: messages(first: 3, filter: { directions: [OUTBOUND], sentAt: { lt: $before } }) { nodes { id direction } }
  } }`,
  ),
  query(
    'what is skipped and what is included',
    `query (${before}, $yes: Boolean!, $no: Boolean!) { messages(first: 5, ${past}) {
    nodes { id text @skip(if: $yes) kind @include(if: $yes) ... on Message @include(if: $no) { sentAt } }
    sources @skip(if: $no) { state }
  } }`,
    ({ before: at }) => ({ before: at, yes: true, no: false }),
  ),
  query(
    'enums as literals',
    `query (${before}) { messages(first: 9, onSourceFailure: FAIL, filter: { providers: [TENCENT_CHAT], kinds: [TEXT, IMAGE, MIXED], sentAt: { lt: $before } }) { nodes { id kind availability } } }`,
  ),
  query(
    'a filter by variable, with enums and moments in another zone',
    'query ($filter: MessageFilter, $order: MessageOrder, $policy: SourceFailurePolicy) { messages(first: 9, filter: $filter, orderBy: $order, onSourceFailure: $policy) { nodes { id sentAt kind } } }',
    ({ before: at }) => ({
      filter: {
        kinds: ['TEXT'],
        directions: ['INBOUND'],
        sentAt: { gte: '2020-01-01T08:00:00+08:00', lt: at },
      },
      order: { direction: 'ASC' },
      policy: 'PARTIAL',
    }),
  ),
  query(
    'a variable left to its default',
    `query (${before}, $first: Int = 4) { messages(first: $first, ${past}) { nodes { id } } }`,
  ),
  query(
    'text that contains',
    `query (${before}) { messages(first: 5, filter: { textContains: "order", sentAt: { lt: $before } }) { nodes { id text } } }`,
  ),
  query(
    'messages of a participant',
    'query ($participantId: ID!, $before: DateTime!) { messages(first: 20, filter: { participantId: $participantId, sentAt: { lt: $before } }) { nodes { id sender { id } } } }',
    ({ participantId, before: at }) => ({ participantId, before: at }),
  ),
  query(
    'messages of a conversation',
    'query ($conversationId: ID!, $before: DateTime!) { messages(first: 20, filter: { conversationId: $conversationId, sentAt: { lt: $before } }) { nodes { id conversation { id } } } }',
    ({ conversationId, before: at }) => ({ conversationId, before: at }),
  ),
  query(
    'one node of each type',
    `query ($m: ID!, $v: ID!, $p: ID!, $c: ID!) {
    m: node(id: $m) { __typename id ... on Message { text kind } }
    v: node(id: $v) { __typename id ... on Conversation { kind nativeId } }
    p: node(id: $p) { __typename id ... on Participant { role nativeId channelName } }
    c: node(id: $c) { __typename id ... on Channel { name provider } }
  }`,
    ({ messageIds: [m], conversationId: v, participantId: p, channelId: c }) => ({ m, v, p, c }),
  ),
  query(
    'several nodes, with one that is none',
    'query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id ... on WeChatMessage { worker } ... on Message { sentAt } } }',
    ({ messageIds }) => ({ ids: [...messageIds, 'nothing'] }),
  ),
  query('a node that is none', '{ node(id: "nothing") { id } }'),
  query(
    'type names',
    `query (${before}) { __typename messages(first: 1, ${past}) { __typename nodes { __typename channel { __typename } conversation { __typename } } pageInfo { __typename } } }`,
  ),
];

/** What is refused, whole or in part, with which code. */
export const refusals: (Question<Answer> & { code: string })[] = [
  refused('BAD_CURSOR', query('a cursor that is none', '{ messages(after: "nonsense") { nodes { id } } }')),
  refused(
    'BAD_CURSOR',
    query(
      'a cursor that is none, beside a field that succeeds',
      '{ channels { name } messages(after: "nonsense") { nodes { id } } }',
    ),
  ),
  {
    code: 'BAD_CURSOR',
    title: 'a cursor of another list',
    ask: async (ask: Ask, { before: at }: Subject): Promise<Answer> => {
      const { cursors } = await fetchPage(ask, { first: 1, before: at });
      return ask(
        'query ($after: String) { messages(after: $after, orderBy: { direction: ASC }) { nodes { id } } }',
        {
          after: cursors.end,
        },
      );
    },
  },
  refused(
    'BAD_USER_INPUT',
    query('first and last together', '{ messages(first: 1, last: 1) { nodes { id } } }'),
  ),
  refused('BAD_USER_INPUT', query('a page that is too big', '{ messages(first: 1001) { nodes { id } } }')),
  refused(
    'BAD_USER_INPUT',
    query(
      'a channel in a filter that is not there',
      '{ messages(filter: { channels: ["nowhere"] }) { nodes { id } } }',
    ),
  ),
  refused(
    'BAD_USER_INPUT',
    query(
      'an id of something else',
      'query ($id: ID!) { messages(filter: { participantId: $id }) { nodes { id } } }',
      ({ conversationId }) => ({ id: conversationId }),
    ),
  ),
  refused(
    'BAD_USER_INPUT',
    query(
      'a moment that is none',
      'query ($at: DateTime) { messages(filter: { sentAt: { lt: $at } }) { nodes { id } } }',
      () => ({ at: 'yesterday' }),
    ),
  ),
  refused(
    'BAD_USER_INPUT',
    query('too many nodes', 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', () => ({
      ids: Array.from({ length: 101 }, String),
    })),
  ),
  refused(
    'BAD_CURSOR',
    query(
      'a field that fails deep inside',
      `query (${before}) { messages(first: 2, ${past}) { nodes { id conversation { messages(after: "nonsense") { nodes { id } } } } } }`,
    ),
  ),
];

function refused(code: string, question: Question<Answer>): Question<Answer> & { code: string } {
  return { code, ...question };
}
