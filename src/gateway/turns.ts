import type { ConversationKey, Move, ParticipantKey } from '../store/store.ts';

/** Inbound messages of a conversation without an outbound one in between, and the outbound one that follows. */
export interface Turn {
  /** As `ConversationKey.source`. */
  source: string;
  /** Tells its conversation from all others of the same reading. */
  conversation: number;
  /** Unix ms: of the first of its messages. */
  beganAt: number;
  /** Unix ms; null: there is no answer. */
  answeredAt: number | null;
  /** Who answered; null: there is no answer, or it names no agent. */
  agent: ParticipantKey | null;
}

interface State {
  number: number;
  /** Unix ms: when that which waits for its answer began; null: none waits, or one from before the span. */
  openSince: number | null;
  /** What waits began before the span: what the customer adds to it is no turn of its own. */
  isFromBefore: boolean;
}

/**
 * Finds the turns that begin in a span among its moves, in their order. It remembers each conversation, and not its messages: before
 * a conversation's first move, tell it what the conversation was like when the span began.
 */
export class Turns {
  readonly #states = new ByConversation<State>();

  /** How many conversations it remembers. */
  get conversations(): number {
    return this.#states.size;
  }

  /** Those of which nothing is known yet, each once: a move that neither asks nor answers needs no knowledge. */
  unknownIn(moves: readonly Move[]): ConversationKey[] {
    const unknown = new ByConversation<ConversationKey>();
    for (const { conversation, direction } of moves)
      if (isCounted(direction) && !this.#states.get(conversation)) unknown.set(conversation, conversation);
    return Array.from(unknown.entries(), ([conversation]) => conversation);
  }

  /** @param before the last inbound or outbound message of each of them before the span, where there is one */
  learn(conversations: readonly ConversationKey[], before: readonly Move[]): void {
    for (const conversation of conversations)
      this.#states.set(conversation, { number: this.#states.size, openSince: null, isFromBefore: false });
    for (const { conversation, direction } of before) {
      const state = this.#states.get(conversation);
      if (state) state.isFromBefore = direction === 'INBOUND';
    }
  }

  /** @returns what this move answers */
  add({ conversation, direction, sentAt, agent }: Move): Turn | null {
    if (!isCounted(direction)) return null;
    const state = this.#states.get(conversation);
    if (!state) throw new Error('A move is of a conversation of which nothing was learned');
    if (direction === 'INBOUND') {
      if (!state.isFromBefore) state.openSince ??= sentAt;
      return null;
    }
    state.isFromBefore = false;
    return this.#close(conversation, { sentAt, agent });
  }

  /** The conversations in which something waits for its answer, at most so many at a time. */
  *waiting(size: number): Generator<ConversationKey[]> {
    let some: ConversationKey[] = [];
    for (const [conversation, { openSince }] of this.#states.entries()) {
      if (openSince === null) continue;
      some.push(conversation);
      if (some.length < size) continue;
      yield some;
      some = [];
    }
    if (some.length > 0) yield some;
  }

  /**
   * @param conversations some of those that wait
   * @param answers the first outbound message of each of them behind the span, where there is one
   * @returns what waits in them
   */
  end(conversations: readonly ConversationKey[], answers: readonly Move[]): Turn[] {
    const answerOf = new ByConversation<Move>();
    for (const move of answers) answerOf.set(move.conversation, move);
    return conversations.flatMap(
      (conversation) => this.#close(conversation, answerOf.get(conversation) ?? null) ?? [],
    );
  }

  #close(conversation: ConversationKey, answer: Pick<Move, 'sentAt' | 'agent'> | null): Turn | null {
    const state = this.#states.get(conversation);
    if (!state || state.openSince === null) return null;
    const { number, openSince: beganAt } = state;
    state.openSince = null;
    return {
      source: conversation.source,
      conversation: number,
      beganAt,
      answeredAt: answer?.sentAt ?? null,
      agent: answer?.agent ?? null,
    };
  }
}

/** Without a name made of both parts, which would have to be made for each move. */
class ByConversation<T> {
  readonly #bySource = new Map<string, Map<string, T>>();
  size = 0;

  get({ source, key }: ConversationKey): T | undefined {
    return this.#bySource.get(source)?.get(key);
  }

  set({ source, key }: ConversationKey, value: T): void {
    const own = this.#bySource.get(source) ?? new Map<string, T>();
    this.#bySource.set(source, own);
    if (!own.has(key)) this.size++;
    own.set(key, value);
  }

  *entries(): Generator<[ConversationKey, T]> {
    for (const [source, own] of this.#bySource)
      for (const [key, value] of own) yield [{ source, key }, value];
  }
}

function isCounted(direction: Move['direction']): boolean {
  return direction === 'INBOUND' || direction === 'OUTBOUND';
}
