import type { MessageRecord } from '../../src/domain/records.ts';
import { toEntry } from '../../src/archive/to-entry.ts';
import { Random } from '../../src/sandbox/random.ts';
import type { TimeSpan } from '../../src/store/store.ts';
import { createPage } from './archive-page.ts';
import { MemoryArchive } from './memory-archive.ts';
import { MemoryChannel } from './memory-channel.ts';

/** Messages of all sorts in a few moments, many of which share one. @param until Unix ms, excluded */
export function variedHistory(name: string, seed: number, count: number, until: number): MessageRecord[] {
  const random = new Random(seed);
  const history = new MemoryChannel(name);
  for (let i = 0; i < count; i++) history.add(until - 1 - 10 * random.between(0, count));
  return history.messages.map((message): MessageRecord => {
    const person = random.pick(['anna', 'ben', 'cleo']);
    const customer = { channel: name, role: 'CUSTOMER', nativeId: person, displayName: null } as const;
    const agent = {
      channel: name,
      role: 'AGENT',
      nativeId: random.pick(['lin', 'wu']),
      displayName: null,
    } as const;
    const isInbound = random.chance(0.5);
    return {
      ...message,
      direction: isInbound ? 'INBOUND' : 'OUTBOUND',
      kind: random.pick(['TEXT', 'IMAGE']),
      availability: random.pick(['AVAILABLE', 'RECALLED']),
      conversation: { ...message.conversation, key: person, kind: random.pick(['DIRECT', 'GROUP']) },
      sender: isInbound ? customer : agent,
      recipients: random.pick([null, [isInbound ? agent : customer]]),
      text: random.pick([null, message.text]),
    };
  });
}

/** An archive that another process fills and prunes. */
export class ChangingArchive extends MemoryArchive {
  readonly #messages: readonly MessageRecord[];
  readonly #random: Random;
  readonly #within: TimeSpan;

  /** @param within what it may cover */
  constructor(messages: readonly MessageRecord[], seed: number, within: TimeSpan) {
    super();
    this.#messages = messages;
    this.#random = new Random(seed);
    this.#within = within;
  }

  /** Keeps and covers some span, or forgets one. */
  async change(): Promise<void> {
    const { since, until } = this.#within;
    const [one, other] = [this.#random.between(since, until), this.#random.between(since, until)];
    const span = { since: Math.min(one, other), until: Math.max(one, other) };
    if (this.#random.chance(0.6)) await this.fill(span);
    else this.drop(span);
  }

  async fill(span: TimeSpan): Promise<void> {
    const entries = this.#messages
      .filter(({ sentAt }) => sentAt >= span.since && sentAt < span.until)
      .map(toEntry);
    await this.keep(createPage({ entries, readAt: 0, covers: span }));
  }
}
