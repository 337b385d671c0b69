import { createHash, createHmac } from 'node:crypto';
import type { SandboxPush } from '../sandbox.ts';
import type { WhatsAppScrmRecord } from './history.ts';
import { SIGNATURE } from './contents.ts';

export interface WhatsAppScrmPushesOptions {
  tenantId: number;
  webhookSecret: string;
  /** Unix ms. */
  now: () => number;
}

/** 1 sent by the client, 3 delivered, 4 read. */
export type MsgSyncStatus = 1 | 3 | 4;
/** 1 not yet with WhatsApp, 2 with WhatsApp, 3 not yet read, 4 read. */
export type ClientStatus = 1 | 2 | 3 | 4;

type PushEvent = 'msg-sync-message' | 'client-sync-message' | 'client-sync-message-status';

const MAX_ITEMS = 50;
/** `sendTime` is in this zone. */
const ZONE_OFFSET_MS = 8 * 3_600_000;
/** Takes the place of a number that JavaScript would round. */
const PROFILE_ID = '"{{profile id}}"';
/** The numbering of `newContentType` and `type`, by the history's. */
const newTypes: Readonly<Record<number, number>> = { 0: 1, 1: 2, 2: 5, 3: 3, 4: 4, 6: 6, 7: 7, 9: 9, 13: 13 };

/** The three webhooks of the SocialEpoch WhatsApp SCRM, for one tenant. */
export class WhatsAppScrmPushes {
  readonly #options: WhatsAppScrmPushesOptions;
  /** Unix ms; no two deliveries are signed alike. */
  #signedAt = 0;

  constructor(options: WhatsAppScrmPushesOptions) {
    this.#options = options;
  }

  /** What WhatsApp calls the message; the history does not tell. */
  messageId(record: WhatsAppScrmRecord): string {
    return `3EB0${createHash('md5').update(String(record.id)).digest('hex').slice(0, 18).toUpperCase()}`;
  }

  /** Pushed when messages are sent or received, and once more for each change of status. */
  msgSync(
    records: readonly WhatsAppScrmRecord[],
    status: MsgSyncStatus = 1,
    credentialsIn: 'body' | 'headers' = 'body',
  ): SandboxPush {
    if (records.length > MAX_ITEMS) throw new Error(`A delivery has at most ${MAX_ITEMS} messages`);
    const { accessToken, tenantId, timestamp } = this.#credentials();
    const data = records.map((record) => this.#toMsgSyncItem(record, status));
    const body = credentialsIn === 'body' ? { accessToken, tenantId, timestamp, data } : { data };
    const json = JSON.stringify(body).replaceAll(PROFILE_ID, '8423922419416375296');
    return toPush('msg-sync-message', json, credentialsIn === 'body' ? {} : this.#headers());
  }

  /** One chat after the other, each with the messages that follow one another in it. */
  clientSync(records: readonly WhatsAppScrmRecord[]): SandboxPush {
    const chats: (Record<string, unknown> & { content: unknown[] })[] = [];
    for (const [index, record] of records.entries()) {
      const previous = records[index - 1];
      const last = chats.at(-1);
      if (previous && last && isSameChat(previous, record)) last.content.push(this.#toClientMessage(record));
      else chats.push({ ...toClientChat(record), content: [this.#toClientMessage(record)] });
    }
    return toPush('client-sync-message', JSON.stringify(chats), this.#headers());
  }

  clientStatus(records: readonly WhatsAppScrmRecord[], status: ClientStatus): SandboxPush {
    const changes = records.map((record) => ({
      userId: String(record.userId),
      taskId: '',
      taskInfoId: '',
      messageStatus: status,
      messageId: this.messageId(record),
    }));
    return toPush('client-sync-message-status', JSON.stringify(changes), this.#headers());
  }

  #credentials(): { accessToken: string; tenantId: number; timestamp: number } {
    const { tenantId, webhookSecret, now } = this.#options;
    const timestamp = Math.max(now(), this.#signedAt + 1);
    this.#signedAt = timestamp;
    const accessToken = createHmac('sha256', webhookSecret).update(`${tenantId}${timestamp}`).digest('hex');
    return { accessToken, tenantId, timestamp };
  }

  #headers(): Record<string, string> {
    const { accessToken, tenantId, timestamp } = this.#credentials();
    return { access_token: accessToken, tenant_id: String(tenantId), timestamp: String(timestamp) };
  }

  #toMsgSyncItem(record: WhatsAppScrmRecord, messageStatus: MsgSyncStatus): Record<string, unknown> {
    const { whatsId, friendWhatsId, friendName, actionType, chatType, contentType, username } = record;
    const isGroup = chatType === 2;
    const account = `${whatsId}@c.us`;
    const friend = isGroup ? friendName : `${friendWhatsId}@c.us`;
    const member = isGroup ? '628123456789@c.us' : friend;
    return {
      id: createHash('md5').update(`row ${record.id}`).digest('hex'),
      messageId: this.messageId(record),
      userName: username,
      whatsId: actionType === 1 ? account : member,
      friendWhatsId: actionType === 1 || isGroup ? friend : account,
      currentWhatsId: account,
      actionType,
      chatType,
      messageStatus,
      content: toText(this.#signed(record)),
      contentType,
      // The published table requires it, and the published sample has none.
      ...(record.id % 2 === 0 ? { newContentType: this.#toNewType(record) } : {}),
      originType: 1,
      sendTime: toSendTime(record.chatTime),
      userProfile: {
        id: '{{profile id}}',
        name: isGroup ? '' : friendName,
        whatsApp: isGroup ? '' : friendWhatsId,
        username,
        extendsMap: '{"Multi select":"[]"}',
        tags: [],
      },
      ...(isGroup ? { groupId: `${friendWhatsId}@g.us`, memberName: 'Putri' } : {}),
      taskId: record.id % 3 === 0 ? 0 : null,
      taskInfoId: null,
    };
  }

  #toClientMessage(record: WhatsAppScrmRecord): Record<string, unknown> {
    const type = this.#toNewType(record);
    const content = this.#signed(record);
    const said = { type, messageId: this.messageId(record), time: record.chatTime };
    if (typeof content === 'string')
      return type === 1 ? { ...said, text: content } : { ...said, url: content };
    if (type !== 9) return { ...said, url: JSON.stringify(content) };
    const { referContent, ...own } = content;
    const inner: unknown = typeof referContent === 'string' ? JSON.parse(referContent) : referContent;
    return {
      ...said,
      url: JSON.stringify(renumbered(own)),
      referContent: JSON.stringify(toClientQuote(renumbered(inner as Record<string, unknown>))),
    };
  }

  /** Some sounds are voices, and some images move. */
  #toNewType({ id, contentType }: WhatsAppScrmRecord): number {
    if (contentType === 3 && id % 3 === 0) return 12;
    if (contentType === 1 && id % 3 === 0) return 15;
    return newTypes[contentType] ?? 99;
  }

  /** Signed otherwise than in the history, and at another time. */
  #signed({ id, content }: WhatsAppScrmRecord): WhatsAppScrmRecord['content'] {
    const signature = `Expires=${Math.floor(this.#options.now() / 1000) + 600}&Signature=push${id}`;
    return JSON.parse(JSON.stringify(content).replaceAll(SIGNATURE, signature)) as typeof content;
  }
}

function toPush(event: PushEvent, body: string, headers: Record<string, string>): SandboxPush {
  return {
    event,
    method: 'POST',
    query: {},
    headers: { 'content-type': 'application/json', ...headers },
    body,
  };
}

function isSameChat(a: WhatsAppScrmRecord, b: WhatsAppScrmRecord): boolean {
  return JSON.stringify(toClientChat(a)) === JSON.stringify(toClientChat(b));
}

function toClientChat(record: WhatsAppScrmRecord): Record<string, unknown> {
  const { userId, whatsId, friendWhatsId, actionType, chatType } = record;
  return {
    userId: actionType === 1 ? String(userId) : '',
    whatsApp: whatsId,
    friendWhatsApp: friendWhatsId,
    actionType,
    chatType,
    taskId: '',
    taskInfoId: '',
  };
}

/** In this event even the types inside of quotes are numbered anew. */
function renumbered(file: Record<string, unknown>): Record<string, unknown> {
  return { ...file, type: newTypes[Number(file['type'])] };
}

function toClientQuote({ whatsId, msgId, ...file }: Record<string, unknown>): Record<string, unknown> {
  return { ...file, whatsApp: String(whatsId).replace('@c.us', ''), messageId: msgId };
}

function toText(content: WhatsAppScrmRecord['content']): string {
  return typeof content === 'string' ? content : JSON.stringify(content);
}

function toSendTime(unixMs: number): string {
  return new Date(unixMs + ZONE_OFFSET_MS).toISOString().slice(0, 19).replace('T', ' ');
}
