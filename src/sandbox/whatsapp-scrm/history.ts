import { chatMoments } from '../moments.ts';
import { Random } from '../random.ts';
import { anyContent, textContent, type SandboxContent } from './contents.ts';

/** A record as the history keeps it. */
export interface WhatsAppScrmRecord extends SandboxContent {
  id: number;
  userId: number;
  username: string;
  whatsId: string;
  friendWhatsId: string;
  friendName: string;
  /** 1 sent, 2 received. */
  actionType: 1 | 2;
  /** 1 with one person, 2 in a group. */
  chatType: 1 | 2;
  /** Unix ms. */
  chatTime: number;
  /** Unix ms: from when on the history lists it. */
  createTime: number;
}

export interface ChatsOptions {
  seed: number;
  /** Size of the history. */
  count: number;
  /** Unix ms, inclusive. */
  from: number;
  /** Unix ms, exclusive: nothing is recorded later either. */
  until: number;
}

interface Chat {
  whatsId: string;
  friendWhatsId: string;
  friendName: string;
  chatType: 1 | 2;
}

type Agent = Pick<WhatsAppScrmRecord, 'userId' | 'username'>;

const accounts = ['8613100000001', '573500000002'] as const;
const agents: readonly [Agent, ...Agent[]] = [
  { userId: 846164, username: 'kubrick108' },
  { userId: 846302, username: 'mei.lin' },
  { userId: 824461, username: 'dev_miors' },
];
const MINUTE_MS = 60_000;

/** The chats of one tenant: two accounts, some thirty customers and two groups. */
export class WhatsAppScrmChats {
  readonly records: WhatsAppScrmRecord[] = [];
  readonly #random: Random;
  readonly #chats: readonly [Chat, ...Chat[]];
  #lastId = 23_383_000;

  constructor({ seed, count, from, until }: ChatsOptions) {
    this.#random = new Random(seed);
    this.#chats = createChats(this.#random);
    let chat = this.#random.pick(this.#chats);
    for (const moment of chatMoments(this.#random, { count, from, until })) {
      const previous = this.records.at(-1);
      if (previous?.chatTime === moment && this.#random.chance(0.5)) {
        // Sent twice within a second, word for word.
        this.add({ ...previous, createTime: this.#recordedAt(moment, until) });
        continue;
      }
      if (this.#random.chance(0.4)) chat = this.#random.pick(this.#chats);
      const chatTime = this.#random.chance(0.1)
        ? Math.min(moment + this.#random.between(1, 999), until - 1)
        : moment;
      this.#write(chat, chatTime, this.#recordedAt(chatTime, until));
    }
  }

  /** Adds a record with the next id; what is left out is made up. */
  add(
    record: Partial<WhatsAppScrmRecord> & Pick<WhatsAppScrmRecord, 'chatTime' | 'createTime'>,
  ): WhatsAppScrmRecord {
    this.#lastId += this.#random.between(1, 9);
    const added: WhatsAppScrmRecord = {
      ...this.#random.pick(agents),
      ...this.#random.pick(this.#chats),
      actionType: 2,
      ...textContent(this.#random, record.actionType === 1),
      ...record,
      id: this.#lastId,
    };
    this.records.push(added);
    return added;
  }

  #write(chat: Chat, chatTime: number, createTime: number): void {
    const actionType = this.#random.chance(0.5) ? 1 : 2;
    this.add({ ...chat, actionType, chatTime, createTime, ...anyContent(this.#random, actionType === 1) });
  }

  /** Seconds after it was sent, as a rule; more than an hour, as an exception. */
  #recordedAt(chatTime: number, until: number): number {
    const delay = this.#random.chance(0.03) ? 80 * MINUTE_MS : this.#random.between(2_000, 24_000);
    return Math.max(chatTime, Math.min(chatTime + delay, until - 1));
  }
}

function createChats(random: Random): [Chat, ...Chat[]] {
  const [first, second] = accounts;
  const customers = Array.from({ length: 30 }, (_, index) => ({
    whatsId: index % 3 === 0 ? second : first,
    friendWhatsId: `9053436${String(index).padStart(2, '0')}${random.text(3, '0123456789')}`,
    friendName: index % 4 === 0 ? '' : `Customer ${index + 1}`,
    chatType: 1 as const,
  }));
  const group = {
    whatsId: first,
    friendWhatsId: '120363295594719602',
    friendName: 'Wholesale buyers',
    chatType: 2,
  };
  const family: Chat = {
    whatsId: second,
    friendWhatsId: '573500000002-1610000000',
    friendName: '',
    chatType: 2,
  };
  return [{ ...group, chatType: 2 }, family, ...customers];
}
