import { chatMoments } from '../moments.ts';
import type { Random } from '../random.ts';
import { KEY_VERSIONS, type KeyVersion, wrapKey } from './keys.ts';

/** 1 employee, 2 external contact, 3 robot. */
export interface WeComParty {
  type: number;
  id: string;
}

/** A message as sync_msg lists it. */
export interface WeComRecord {
  msgid: string;
  sender: WeComParty;
  receiver_list: WeComParty[];
  /** Only in groups. */
  chatid?: string;
  /** Unix seconds. */
  send_time: number;
  msgtype: number;
  service_encrypt_info?: { encrypted_secret_key: string; public_key_ver: number };
}

export interface NewMessage {
  /** Unix ms. */
  sentAt: number;
  sender?: WeComParty;
  receivers?: WeComParty[];
  chatId?: string | null;
  msgtype?: number;
  keyVersion?: KeyVersion;
}

interface Chat {
  chatId: string | null;
  members: [WeComParty, WeComParty, ...WeComParty[]];
}

/** Every documented type, the undocumented note, and an unknown one. */
const ALL_TYPES = [...Array.from({ length: 29 }, (_, type) => type), 99];
/** Most of what people send is text, then pictures, voices and the rest. */
const USUAL_TYPES = [1, 1, 1, 1, 1, 1, 1, 2, 2, 3, 6, 7, 8, 4, 14, 18] as const;
/** Whether a customer lets the conversation be archived; there is nothing in it to encrypt. */
const CONSENT_TYPES = [24, 25];
const CUSTOMER = 2;
const SAME_CHAT_WITHIN_MS = 120_000;

/** The people of one corporation, and what they write. */
export class WeComChats {
  /** By msgid: what the wrapped key of a message holds. */
  readonly secretKeys = new Map<string, string>();
  readonly #random: Random;
  readonly #chats: readonly [Chat, ...Chat[]];
  #made = 0;

  constructor(random: Random) {
    this.#random = random;
    const employees = Array.from({ length: 6 }, () => this.#party(1, 'wo'));
    const customers = Array.from({ length: 12 }, () => this.#party(CUSTOMER, 'wm'));
    const lookAlike = this.#party(CUSTOMER, 'wo');
    const [first, second, third, fourth] = employees as [WeComParty, WeComParty, WeComParty, WeComParty];
    const [alice, bob, carol] = customers as [WeComParty, WeComParty, WeComParty];
    const robot = this.#party(3, 'wb');
    this.#chats = [
      { chatId: null, members: [first, lookAlike] },
      ...customers.map((customer): Chat => ({
        chatId: null,
        members: [random.pick([first, second, third]), customer],
      })),
      { chatId: null, members: [second, fourth] },
      { chatId: null, members: [robot, carol] },
      { chatId: this.#id('wr'), members: [first, second, alice, bob] },
      { chatId: this.#id('wr'), members: [third, carol, lookAlike, robot] },
      { chatId: this.#id('wr'), members: [first, second, third, fourth] },
    ];
  }

  /** @returns `count` messages from `from` inclusive to `until` exclusive, both Unix ms, oldest first */
  history(count: number, from: number, until: number): WeComRecord[] {
    let chat = this.#chats[0];
    let previous = -Infinity;
    return chatMoments(this.#random, { count, from, until }).map((sentAt, index) => {
      if (sentAt - previous > SAME_CHAT_WITHIN_MS) chat = this.#random.pick(this.#chats);
      previous = sentAt;
      return this.#write(chat, { sentAt, keyVersion: KEY_VERSIONS[index < count / 2 ? 0 : 1] });
    });
  }

  write(message: NewMessage): WeComRecord {
    return this.#write(this.#random.pick(this.#chats), message);
  }

  #write(chat: Chat, message: NewMessage): WeComRecord {
    const msgtype = message.msgtype ?? ALL_TYPES[this.#made] ?? this.#random.pick(USUAL_TYPES);
    this.#made++;
    const isConsent = CONSENT_TYPES.includes(msgtype);
    const customer = chat.members.find(({ type }) => type === CUSTOMER);
    const sender = message.sender ?? (isConsent && customer ? customer : this.#random.pick(chat.members));
    const chatId = message.chatId === undefined ? chat.chatId : message.chatId;
    // They ascend, so that the messages of a second have one order, whether a page is taken as it comes or sorted.
    const msgid = String(this.#made).padStart(8, '0') + this.#random.text(32).slice(8);
    return {
      msgid,
      sender,
      receiver_list: message.receivers ?? chat.members.filter((member) => member !== sender),
      ...(chatId === null ? {} : { chatid: chatId }),
      send_time: Math.floor(message.sentAt / 1000),
      msgtype,
      ...(isConsent ? {} : { service_encrypt_info: this.#wrapNewKey(msgid, message.keyVersion ?? 2) }),
    };
  }

  #wrapNewKey(msgid: string, version: KeyVersion): NonNullable<WeComRecord['service_encrypt_info']> {
    const secretKey = this.#random.text(32);
    this.secretKeys.set(msgid, secretKey);
    let wrapped: string | undefined;
    return {
      // When it is listed first: many a history is long, and little of it is read.
      get encrypted_secret_key() {
        wrapped ??= wrapKey(secretKey, version);
        return wrapped;
      },
      public_key_ver: version,
    };
  }

  #party(type: number, prefix: string): WeComParty {
    return { type, id: this.#id(prefix) };
  }

  #id(prefix: string): string {
    return prefix + this.#random.text(30, 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-');
  }
}
