import { SIGNATURE } from '../../src/sandbox/whatsapp-scrm/contents.ts';
import type { Sandboxes } from '../../src/sandbox/start.ts';
import { leavesOf } from './every-field.ts';

/** What is planted in one tenant's chats, and what identifies its people. */
export interface Planted {
  /** Nobody else may see any of it. */
  all: string[];
  /** Ids, numbers and names of people: only for those who may know who they are. */
  people: string[];
  /** What wrapped keys hold. */
  secretKeys: string[];
}

const SHORTEST_ID = 7;

/**
 * The channels of a tenant, each named after it and with an archive; its providers may be called as often as the tests like.
 *
 * @param since Unix ms: nothing older is kept
 */
export function channelsOf(tenant: string, { all }: Sandboxes, since: number): Record<string, unknown>[] {
  return all.map((sandbox) => ({
    ...sandbox.config(`${tenant}-${sandbox.channel}`),
    ...sandbox.liftLimits(),
    archive: { since: new Date(since).toISOString() },
    displayName: `CANARY-${tenant}-channel-${sandbox.channel}`,
  }));
}

/** Lets messages arrive at each provider that nobody outside the tenant may see anything of. */
export function plant(tenant: string, { wechat, wecom, tencentChat, whatsApp }: Sandboxes): Planted {
  const mark = (what: string): string => `CANARY-${tenant}-${what}`;
  const digits = tenant === 'a' ? '4477111' : '4477222';
  for (const record of wechat.records) record.openid = `o${mark(record.openid.slice(-12))}`;
  for (const customer of wechat.waiting) customer.openid = `o${mark(customer.openid.slice(-12))}`;
  wechat.add(
    {
      openid: `o${mark('wechat-customer')}`,
      opercode: 2003,
      text: mark('wechat-text'),
      worker: 'lin@teahouse',
    },
    {
      openid: `o${mark('wechat-customer')}`,
      opercode: 2002,
      text: mark('wechat-reply'),
      worker: 'lin@teahouse',
    },
  );
  const customer = { type: 2, id: `wm${mark('wecom-customer')}` };
  const employee = { type: 1, id: `wo${mark('wecom-employee')}` };
  wecom.add({ sender: customer, receivers: [employee], chatId: null, msgtype: 1 });
  wecom.add({ sender: employee, receivers: [customer], chatId: `wr${mark('wecom-group')}`, msgtype: 1 });
  tencentChat.add({
    fromAccount: mark('tencent-user'),
    body: [{ MsgType: 'TIMTextElem', MsgContent: { Text: mark('tencent-text') } }],
  });
  tencentChat.add({
    fromAccount: mark('tencent-user'),
    body: [
      {
        MsgType: 'TIMHologramElem',
        MsgContent: { From: mark('tencent-raw'), URL: `https://media.example/x?sig=${mark('signed-raw')}` },
      },
    ],
  });
  const chat = {
    friendWhatsId: `${digits}00001`,
    friendName: mark('whatsapp-name'),
    username: mark('whatsapp-agent'),
    chatType: 1,
  } as const;
  const media = { filename: 'photo', mimeType: 'image/jpeg', caption: mark('whatsapp-caption') };
  const url = `https://oss.example/photo?${SIGNATURE}`;
  const card = `BEGIN:VCARD\nVERSION:3.0\nFN:${mark('card-name')}\nTEL;waid=${digits}00002:+${digits}00002\nEND:VCARD`;
  whatsApp.add({ ...chat, contentType: 0, content: mark('whatsapp-text') });
  whatsApp.add({ ...chat, contentType: 1, content: { ...media, url } });
  whatsApp.add({ ...chat, contentType: 6, content: card });
  whatsApp.add({
    ...chat,
    contentType: 9,
    content: {
      caption: mark('whatsapp-quoting'),
      referContent: {
        ...media,
        type: 1,
        url,
        whatsId: `${digits}00003@c.us`,
        msgId: mark('whatsapp-quoted-id'),
      },
    },
  });

  const posts = tencentChat.officialAccounts.flatMap((account) => tencentChat.posts(account));
  const people = [
    ...wechat.records.flatMap(({ openid, worker }) => [openid, worker]),
    ...wechat.waiting.map(({ openid }) => openid),
    ...wecom.records.flatMap(({ sender, receiver_list, chatid = '' }) => [
      sender.id,
      chatid,
      ...receiver_list.map(({ id }) => id),
    ]),
    ...tencentChat.officialAccounts,
    ...posts.map(({ From_Account }) => From_Account),
    ...whatsApp.records.flatMap((record) => [
      record.whatsId,
      record.friendWhatsId,
      record.friendName,
      record.username,
    ]),
    ...[1, 2, 3].map((number) => `${digits}0000${number}`),
    mark('card-name'),
    mark('tencent-raw'),
    mark('whatsapp-quoted-id'),
  ].filter((text) => text.length >= SHORTEST_ID);
  const secretKeys = wecom.records.flatMap(({ msgid }) => wecom.secretKeyOf(msgid) ?? []);
  const everything = leavesOf([wechat.records, wecom.records, posts, whatsApp.records]);
  return {
    all: [...new Set([...everything.map(({ text }) => text), ...people, ...secretKeys])],
    people: [...new Set(people)],
    secretKeys,
  };
}
