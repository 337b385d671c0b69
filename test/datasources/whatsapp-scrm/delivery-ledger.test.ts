import { afterEach, describe, expect, test } from 'vitest';
import { keepTold } from '../../../src/archive/keep-told.ts';
import { parseRecord } from '../../../src/archive/parse-record.ts';
import type { WhatsAppChannel } from '../../../src/datasources/whatsapp-scrm/channel.ts';
import type { WhatsAppMessageRecord } from '../../../src/datasources/whatsapp-scrm/index.ts';
import { toIsHeld } from '../../../src/domain/hold.ts';
import type { SandboxPush } from '../../../src/sandbox/sandbox.ts';
import type { WhatsAppScrmRecord } from '../../../src/sandbox/whatsapp-scrm/history.ts';
import { createDependencies, createStores, TestBudget } from '../../support/dependencies.ts';
import { createLease, fillSettled } from '../../support/fill-archive.ts';
import { MemoryArchive } from '../../support/memory-archive.ts';
import { createWalk, walkAll } from '../../support/walk-source.ts';
import { accept, processAll, receiverOf } from './push-world.ts';
import { EVERYTHING, NOW, onlySource, openWorld, type WhatsAppWorld } from './world.ts';

const GROUP = { chatType: 2, friendWhatsId: '120363295594719602', friendName: 'Wholesale buyers' } as const;

describe('what webhooks tell of messages is shown with those of the history', () => {
  let world: WhatsAppWorld;
  afterEach(() => world.close());

  function add(changes: Partial<WhatsAppScrmRecord>): WhatsAppScrmRecord {
    return world.sandbox.add({ chatTime: NOW - 5_000, createTime: NOW - 4_000, ...changes });
  }

  /** MSG_SYNC of one record, with other values in it. */
  function msgSync(record: WhatsAppScrmRecord, changes: Record<string, unknown>): SandboxPush {
    const push = world.sandbox.pushes.msgSync([record]);
    const body = JSON.parse(push.body) as { data: object[] };
    return { ...push, body: JSON.stringify({ ...body, data: [{ ...body.data[0], ...changes }] }) };
  }

  async function history(channel: WhatsAppChannel): Promise<WhatsAppMessageRecord[]> {
    const { messages } = await walkAll(onlySource(channel), createWalk('ASC', NOW));
    return messages as WhatsAppMessageRecord[];
  }

  async function only(channel: WhatsAppChannel): Promise<WhatsAppMessageRecord> {
    const [message, ...others] = await history(channel);
    if (!message || others.length > 0) throw new Error('There is not just one message');
    return message;
  }

  test('where they were written, of which dispatch they are, and what they are more closely, after a restart, too', async () => {
    world = await openWorld({ messages: 0 });
    const stores = createStores();
    const channel = world.createChannel(createDependencies(world.clock, stores));
    const record = add({ contentType: 3, content: { filename: 'null', url: 'https://a.example/a.opus' } });
    const unknown = await channel.detailsOf(await only(channel));
    expect(unknown).toEqual({
      origin: null,
      nativeOriginType: null,
      campaignTaskId: null,
      campaignTaskDetailId: null,
      nativeContentType: 3,
      variant: null,
    });
    const push = msgSync(record, { newContentType: 12, originType: 2, taskId: 77, taskInfoId: 0 });
    const [live] = (await processAll(channel, accept(channel, push, NOW), NOW)).messages;
    const told = {
      origin: 'APP',
      nativeOriginType: 2,
      campaignTaskId: '77',
      campaignTaskDetailId: null,
      nativeContentType: 12,
      variant: 'VOICE',
    };
    const later = world.createChannel(createDependencies(world.clock, stores));
    const listed = await only(later);
    expect([live?.key, live && (await later.detailsOf(live)), await later.detailsOf(listed)]).toEqual([
      listed.key,
      told,
      told,
    ]);
    expect(await later.ownFieldsOf(listed)).toMatchObject(told);
    // The other event fills in what the first left open, whatever its message id.
    const client = world.sandbox.pushes.clientSync([record]);
    const renamed = client.body
      .replace('"taskInfoId":""', '"taskInfoId":"a0001"')
      .replace(/3EB0\w+/, 'OTHER');
    await processAll(later, accept(later, { ...client, body: renamed }, NOW), NOW);
    expect(await later.detailsOf(listed)).toEqual({ ...told, campaignTaskDetailId: 'a0001' });
  });

  test.each([
    [11, 'LINK', 'ROUTING_LINK', '{"link":"https://a.example/r"}'],
    [10, 'LINK', null, '{"link":"https://a.example/r"}'],
    [12, 'AUDIO', 'VOICE', '{"url":"https://a.example/a.opus"}'],
    [3, 'AUDIO', null, '{"url":"https://a.example/a.opus"}'],
    [15, 'IMAGE', 'GIF', '{"url":"https://a.example/a.gif"}'],
    [2, 'IMAGE', null, '{"url":"https://a.example/a.gif"}'],
  ])('the type %i of CLIENT_SYNC is a %s, more closely %s', async (type, kind, variant, url) => {
    world = await openWorld({ messages: 0 });
    const channel = world.createChannel();
    const push = world.sandbox.pushes.clientSync([add({})]);
    const chats = JSON.parse(push.body) as { content: object[] }[];
    const content = { type, url, messageId: 'm1', time: NOW - 5_000 };
    const body = JSON.stringify([{ ...chats[0], content: [content] }]);
    const [message] = (await processAll(channel, accept(channel, { ...push, body }, NOW), NOW)).messages;
    expect(message?.kind).toBe(kind);
    expect(message && (await channel.detailsOf(message))).toMatchObject({ nativeContentType: type, variant });
  });

  test('an origin of an unknown number survives', async () => {
    world = await openWorld({ messages: 0 });
    const channel = world.createChannel();
    const push = msgSync(add({}), { originType: 9 });
    const [message] = (await processAll(channel, accept(channel, push, NOW), NOW)).messages;
    expect(message && (await channel.detailsOf(message))).toMatchObject({
      origin: 'OTHER',
      nativeOriginType: 9,
    });
  });

  test('who of a group spoke, for filters, too', async () => {
    world = await openWorld({ messages: 0 });
    const channel = world.createChannel();
    const record = add({ ...GROUP, actionType: 2, contentType: 0, content: 'Hello all' });
    const group = (await only(channel)).sender;
    expect(group).toMatchObject({ role: 'UNKNOWN', nativeId: GROUP.friendWhatsId });
    const [live] = (await processAll(channel, accept(channel, msgSync(record, {}), NOW), NOW)).messages;
    const speaker = { channel: 'whatsapp', role: 'CUSTOMER', nativeId: '628123456789', displayName: 'Putri' };
    const listed = await only(channel);
    expect([live?.sender, listed.sender]).toEqual([speaker, speaker]);
    expect(await channel.findMessage(listed.key, new TestBudget(NOW))).toEqual(listed);
    const filter = { ...EVERYTHING, participant: { role: 'CUSTOMER' as const, nativeId: '628123456789' } };
    const found = await walkAll(onlySource(channel, filter), createWalk('DESC', NOW, { filter }));
    expect(found.messages).toEqual([listed]);
  });

  test.each([
    ['identifies', {}],
    ['only names', { groupId: undefined, friendWhatsId: 'Wholesale buyers' }],
  ])(
    'who of a group spoke is kept for good in an archive that has the message already, of a group that it %s',
    async (_, fields) => {
      world = await openWorld({ messages: 0 });
      const stores = createStores();
      const channel = world.createChannel(createDependencies(world.clock, stores));
      const record = add({ ...GROUP, actionType: 2, contentType: 0, content: 'Hello all' });
      const archive = new MemoryArchive();
      const source = onlySource(channel);
      const { told } = source;
      if (!told) throw new Error('Nothing is told of its messages');
      const kept = { source, archive, since: 0, settleMs: 0 };
      await fillSettled(kept, world.clock);
      const isHeld = toIsHeld([
        {
          channel: 'whatsapp',
          participant: { role: 'CUSTOMER', nativeId: '628123456789' },
          conversationKey: null,
          since: null,
          until: null,
        },
      ]);
      const [message] = await history(channel);
      const read = async (): Promise<unknown[]> => {
        const entry = await archive.find(message?.key ?? '');
        const own = parseRecord(entry?.record ?? '');
        return [own.sender.displayName, isHeld(own)];
      };
      expect(await read()).toEqual([null, false]);
      const [item] = accept(channel, msgSync(record, fields), NOW);
      const receiver = receiverOf(channel);
      const { toldOf = [] } = await receiver.process(item?.payload ?? null, new TestBudget(NOW, 0));
      for (const second of toldOf) await keepTold(archive, told, second, NOW, createLease());
      expect(await read()).toEqual(['Putri', true]);
      // The details have gone, and all is read again.
      await channel.prune(NOW + 1);
      const later = world.createChannel(createDependencies(world.clock, stores));
      expect((await only(later)).sender.displayName).toBeNull();
      archive.uncover({ since: 0, until: NOW });
      await fillSettled({ ...kept, source: onlySource(later) }, world.clock);
      expect(await read()).toEqual(['Putri', true]);
    },
  );

  test('a message of a group that the webhook only names is published by the history, under the id that it keeps', async () => {
    world = await openWorld({ messages: 0 });
    const channel = world.createChannel();
    const record = add({ ...GROUP, actionType: 2, contentType: 0, content: 'Hello all' });
    const push = msgSync(record, { groupId: undefined, friendWhatsId: 'Wholesale buyers', originType: 3 });
    const items = accept(channel, push, NOW);
    const [item, status] = items;
    expect(await receiverOf(channel).process(item?.payload ?? null, new TestBudget(NOW, 0))).toEqual({
      messages: [],
      statuses: [],
      hasMoreInHistory: true,
      toldOf: [record.chatTime / 1_000],
    });
    expect(
      (await receiverOf(channel).process(status?.payload ?? null, new TestBudget(NOW, 0))).statuses,
    ).toEqual([expect.objectContaining({ messageKey: null, status: 'PENDING' })]);
    const listed = await only(channel);
    expect(listed.sender).toMatchObject({ role: 'CUSTOMER', displayName: 'Putri' });
    expect(await channel.detailsOf(listed)).toMatchObject({ origin: 'WEB' });
    expect(await channel.deliveryOf(listed)).toEqual({
      status: 'PENDING',
      whatsAppMessageId: world.sandbox.pushes.messageId(record),
    });
  });

  test('of two groups that were told the same in one second, neither is given what may be the other’s', async () => {
    world = await openWorld({ messages: 0 });
    const channel = world.createChannel();
    const said = { actionType: 2 as const, contentType: 0, content: 'Hello all', whatsId: '8613100000001' };
    const record = add({ ...GROUP, ...said });
    add({ ...GROUP, ...said, friendWhatsId: '120363295594719999' });
    const push = msgSync(record, { groupId: undefined, friendWhatsId: 'Wholesale buyers' });
    await processAll(channel, accept(channel, push, NOW).slice(0, 1), NOW);
    const listed = await history(channel);
    expect(listed.map(({ sender }) => sender.role)).toEqual(['UNKNOWN', 'UNKNOWN']);
    expect(await Promise.all(listed.map((message) => channel.deliveryOf(message)))).toEqual([null, null]);
  });

  test('the newest profile of a customer, bounded, until it has not been reported for long', async () => {
    world = await openWorld({ messages: 0 });
    const stores = createStores();
    const channel = world.createChannel(createDependencies(world.clock, stores));
    const record = add({ chatType: 1, friendWhatsId: '905343600001', actionType: 2 });
    const profile = {
      id: '8423922419416375296',
      name: 'Friend1',
      whatsApp: '905343600001',
      username: 'testlsl001',
      income: '',
      profession: 'IT',
      desc: 'x'.repeat(5_000),
      tags: ['new', '', ...Array.from({ length: 500 }, (_, index) => `tag ${index}`)],
      email: '',
      address: 'Beijing',
      extendsMap: '{"Multi select":"[]"}',
    };
    const hear = async (userProfile: object, at: number): Promise<void> => {
      const push = msgSync(record, { userProfile });
      await processAll(channel, accept(channel, push, at), at);
    };
    await hear({ ...profile, income: '100' }, NOW + 10);
    // One that waited longer on its way is no updates.
    await hear(profile, NOW);
    const restarted = world.createChannel(createDependencies(world.clock, stores));
    const kept = await restarted.profileOf('905343600001');
    expect(kept).toEqual({
      ...profile,
      income: '100',
      email: null,
      desc: 'x'.repeat(2_000),
      tags: ['new', ...Array.from({ length: 99 }, (_, index) => `tag ${index}`)],
      extendsMap: { 'Multi select': '[]' },
      heardAt: NOW + 10,
    });
    expect(await channel.profileOf('905343600002')).toBeNull();
    await hear({ ...profile, extendsMap: `{"a":"${'x'.repeat(30_000)}"}`, tags: 'none' }, NOW + 20);
    expect(await channel.profileOf('905343600001')).toMatchObject({
      extendsMap: null,
      tags: [],
      heardAt: NOW + 20,
    });
    await channel.prune(NOW + 21);
    expect(await channel.profileOf('905343600001')).toBeNull();
  });

  test('what the provider claims of a page is told, and whether it is fresh', async () => {
    world = await openWorld({ messages: 0, knobs: { totals: () => 7 } });
    const channel = world.createChannel();
    expect(channel.latestClaim()).toBeNull();
    const budget = new TestBudget(NOW);
    add({});
    await channel.findMessage((await only(channel)).key, budget);
    expect(channel.latestClaim()).toMatchObject({ total: 7, pages: 1, areTotalsBelieved: true });
  });
});
