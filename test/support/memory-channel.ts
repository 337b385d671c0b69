import type {
  ChatChannel,
  MessageSource,
  Slice,
  SourcePosition,
  Walk,
} from '../../src/datasources/message-source.ts';
import type { MessageRecord } from '../../src/domain/records.ts';

const SLICE = 500;

/** A channel whose history is a list in memory, oldest first. It counts how many messages were read. */
export class MemoryChannel implements ChatChannel {
  readonly name: string;
  readonly displayName = null;
  readonly provider = 'WECOM';
  account = 'WECOM memory';
  readonly tenant = 'WECOM memory';
  readonly push = null;
  readonly keepUp = null;
  readonly capabilities = {
    nativeOrder: 'ASC',
    maxNativePageSize: SLICE,
    nativeTimeFilter: false,
    retentionDays: null,
    disclosesText: true,
    providesMessageIds: true,
    pushes: false,
  } as const;
  /** Set where something of it is kept. */
  archiveNames?: readonly string[];
  readonly messages: MessageRecord[];
  /** Called before each read. */
  onRead: () => void = () => undefined;
  read = 0;
  /** The provider counts more than it lists. */
  isIncomplete = false;
  #made = 0;

  /** @param messages of another channel of this name, which both then have */
  constructor(name = 'memory', messages: MessageRecord[] = []) {
    this.name = name;
    this.messages = messages;
  }

  /** @param sentAt Unix ms; an older one comes late */
  add(sentAt: number): MessageRecord {
    const number = String(this.#made++).padStart(8, '0');
    const customer = { channel: this.name, role: 'CUSTOMER', nativeId: 'c', displayName: null } as const;
    const message: MessageRecord = {
      provider: this.provider,
      channel: this.name,
      key: number,
      sequence: `${String(sentAt).padStart(15, '0')}.${number}`,
      sentAt,
      direction: 'INBOUND',
      kind: 'TEXT',
      availability: 'AVAILABLE',
      nativeId: number,
      conversation: {
        channel: this.name,
        kind: 'DIRECT',
        key: 'c',
        nativeId: null,
        title: null,
        participants: [customer],
      },
      sender: customer,
      recipients: null,
      text: number,
      parts: null,
    };
    const later = this.messages.findLastIndex((other) => other.sentAt <= sentAt);
    this.messages.splice(later + 1, 0, message);
    return message;
  }

  sourcesFor(): MessageSource[] {
    return [
      {
        id: this.name,
        channel: this.name,
        start: (walk) => toPosition(String(walk.oldest).padStart(15, '0'), walk.oldest),
        read: (position) => Promise.resolve(this.#readOn(position)),
      },
    ];
  }

  earliestReachableAt(): null {
    return null;
  }

  findMessage(key: string): Promise<MessageRecord | null> {
    return Promise.resolve(this.messages.find((message) => message.key === key) ?? null);
  }

  toConversation(): null {
    return null;
  }

  toParticipant(nativeId: string): MessageRecord['sender'] {
    return { channel: this.name, role: 'CUSTOMER', nativeId, displayName: null };
  }

  ownFieldsOf(): Record<string, never> {
    return {};
  }

  deliveryStatusOf(): null {
    return null;
  }

  check(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** Only ever oldest first. */
  #readOn(position: SourcePosition): Slice {
    this.onRead();
    const begin = firstAfter(this.messages, position.passed ?? '');
    const messages = this.messages.slice(begin, begin + SLICE);
    this.read += messages.length;
    const last = messages.at(-1);
    return {
      page: null,
      messages,
      next: last ? toPosition(last.sequence, last.sentAt) : position,
      isEnd: begin + messages.length === this.messages.length,
      isIncomplete: this.isIncomplete,
    };
  }
}

function toPosition(passed: string, watermark: Walk['oldest']): SourcePosition {
  return { order: 'ASC', page: null, passed, isPassedExcluded: false, watermark };
}

function firstAfter(messages: readonly MessageRecord[], sequence: string): number {
  let [low, high] = [0, messages.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((messages[middle]?.sequence ?? '') <= sequence) low = middle + 1;
    else high = middle;
  }
  return low;
}
