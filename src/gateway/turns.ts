import type { ConversationKey, Move, ParticipantKey } from '../store/store.ts';

/** Inbound messages of a conversation without an outbound one in between, and the outbound one that follows. */
export interface Turn {
  conversation: ConversationKey;
  /** Unix ms: of the first of its messages. */
  beganAt: number;
  /** Unix ms; null: there is no answer. */
  answeredAt: number | null;
  /** Who answered; null: there is no answer, or it names no agent. */
  agent: ParticipantKey | null;
}

interface State {
  conversation: ConversationKey;
  /** Unix ms: of that which waits for its answer; null: none waits, or one from before the span. */
  openSince: number | null;
  /** What waits began before the span: what the customer adds to it is no turn of its own. */
  isFromBefore: boolean;
}

/**
 * Finds the turns that begin in a span among its moves, in their order. It remembers each conversation, and not its messages: before
 * a conversation's first move, tell it what the conversation was like when the span began.
 */
export class Turns {
  readonly #states = new Map<string, State>();

  /** Those of which nothing is known yet, each once: a move that neither asks nor answers needs no knowledge. */
  unknownIn(moves: readonly Move[]): ConversationKey[] {
    const unknown = new Map<string, ConversationKey>();
    for (const { conversation, direction } of moves) {
      const name = nameOf(conversation);
      if (isCounted(direction) && !this.#states.has(name)) unknown.set(name, conversation);
    }
    return [...unknown.values()];
  }

  /** @param before the last inbound or outbound message of each of them before the span, where there is one */
  learn(conversations: readonly ConversationKey[], before: readonly Move[]): void {
    for (const conversation of conversations)
      this.#states.set(nameOf(conversation), { conversation, openSince: null, isFromBefore: false });
    for (const { conversation, direction } of before) {
      const state = this.#states.get(nameOf(conversation));
      if (state) state.isFromBefore = direction === 'INBOUND';
    }
  }

  /** @returns what this move answers */
  add({ conversation, direction, sentAt, agent }: Move): Turn | null {
    if (!isCounted(direction)) return null;
    const state = this.#states.get(nameOf(conversation));
    if (!state) throw new Error('A move is of a conversation of which nothing was learned');
    if (direction === 'INBOUND') {
      if (!state.isFromBefore) state.openSince ??= sentAt;
      return null;
    }
    state.isFromBefore = false;
    if (state.openSince === null) return null;
    const turn = { conversation, beganAt: state.openSince, answeredAt: sentAt, agent };
    state.openSince = null;
    return turn;
  }

  /** Those in which one waits for its answer. */
  waiting(): ConversationKey[] {
    return [...this.#states.values()]
      .filter(({ openSince }) => openSince !== null)
      .map(({ conversation }) => conversation);
  }

  /** @param answers the first outbound message of each waiting conversation behind the span. @returns all that wait */
  end(answers: readonly Move[]): Turn[] {
    const answerOf = new Map(answers.map((move) => [nameOf(move.conversation), move]));
    return [...this.#states].flatMap(([name, { conversation, openSince }]) => {
      if (openSince === null) return [];
      const answer = answerOf.get(name);
      return {
        conversation,
        beganAt: openSince,
        answeredAt: answer?.sentAt ?? null,
        agent: answer?.agent ?? null,
      };
    });
  }
}

function isCounted(direction: Move['direction']): boolean {
  return direction === 'INBOUND' || direction === 'OUTBOUND';
}

function nameOf({ source, key }: ConversationKey): string {
  return JSON.stringify([source, key]);
}
