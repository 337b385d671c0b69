import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { corpus, refusals, type Subject } from './corpus.ts';
import { startSupergraph, type Supergraph } from './supergraph.ts';

let supergraph: Supergraph;
let subject: Subject;
beforeAll(async () => {
  supergraph = await startSupergraph();
  subject = await findSubject(supergraph);
});
afterAll(() => supergraph.close());

describe.each(['hive', 'apollo'] as const)('behind %s, the gateway answers as it does alone', (router) => {
  test.each(corpus)('$title', async ({ ask }) => {
    const alone = await ask(supergraph.direct, subject);
    expect(await ask(supergraph[router], subject)).toEqual(alone);
  });

  test.each(refusals)('$code for $title', async ({ code, ask }) => {
    const alone = await ask(supergraph.direct, subject);
    expect(new Set(alone.errorCodes)).toEqual(new Set([code]));
    expect(await ask(supergraph[router], subject)).toEqual(alone);
  });

  test('what the others have while one provider fails', async () => {
    const text = `{ messages(first: 30) {
      nodes { id channel { name } } sources { channel { name } state errorCode retryAfterSeconds }
    } }`;
    const [alone, behind] = await supergraph.withFailingShop(async () => [
      await supergraph.direct(text),
      await supergraph[router](text),
    ]);
    expect(alone.errorCodes).toEqual([]);
    expect(JSON.stringify(alone.data)).toContain('"channel":{"name":"shop"},"state":"UNAVAILABLE"');
    expect(behind).toEqual(alone);
  });

  test('the error of a provider, where failing was asked for', async () => {
    const text = '{ channels { name } messages(onSourceFailure: FAIL) { nodes { id } } }';
    const [alone, behind] = await supergraph.withFailingShop(async () => [
      await supergraph.direct(text),
      await supergraph[router](text),
    ]);
    expect(alone).toMatchObject({ data: { messages: null }, errorCodes: ['UPSTREAM_UNAVAILABLE'] });
    expect(behind).toEqual(alone);
  });
});

test('what is asked has answers of every provider', async () => {
  for (const { title, ask } of corpus) {
    expect({ title, answer: await ask(supergraph.direct, subject) }).not.toMatchObject({
      answer: { data: null },
    });
  }
  const { data } = await supergraph.direct(
    'query ($before: DateTime!) { messages(first: 300, filter: { sentAt: { lt: $before } }) { nodes { __typename parts { __typename } } } }',
    { before: subject.before },
  );
  const types = new Set(JSON.stringify(data).match(/\w+(Message|Part)(?=")/g));
  expect([...types]).toEqual(
    expect.arrayContaining([
      'WeChatMessage',
      'WeComMessage',
      'TencentChatMessage',
      'WhatsAppMessage',
      'TextPart',
      'MediaPart',
      'EncryptedPart',
      'ContactCardPart',
      'CustomPart',
    ]),
  );
});

async function findSubject({ direct }: Supergraph): Promise<Subject> {
  const before = new Date(Date.now() - 2 * 86_400_000).toISOString();
  const { data } = await direct(
    `query ($before: DateTime!) { messages(first: 30, filter: { sentAt: { lt: $before } }) {
      nodes { id conversation { id } sender { id } channel { id } }
    } }`,
    { before },
  );
  const { messages } = data as {
    messages: { nodes: (Id & Record<'conversation' | 'sender' | 'channel', Id>)[] };
  };
  const [first] = messages.nodes;
  if (!first) throw new Error('There are no messages');
  return {
    before,
    messageIds: messages.nodes.map(({ id }) => id),
    conversationId: first.conversation.id,
    participantId: first.sender.id,
    channelId: first.channel.id,
  };
}

interface Id {
  id: string;
}
