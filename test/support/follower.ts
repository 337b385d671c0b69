import { subscribe, type Subscriber } from './subscriber.ts';

const RETRY_MS = 20;

interface Added {
  cursor: string;
  node: { whatsAppMessageId: string };
}

const MESSAGE_ADDED = `subscription ($after: String) {
  messageAdded(after: $after, filter: { channels: ["whatsapp"] }) { cursor node { ... on WhatsAppMessage { whatsAppMessageId } } }
}`;

/** A client that resumes after the last event that it has seen, on any replica, and sees the WhatsApp messages. */
export class Follower {
  readonly seen: string[] = [];
  /** What it was told instead of events, by which it could not resume. */
  readonly refusals: unknown[] = [];
  readonly #pick: () => string | undefined;
  #cursor: string | null = null;
  #subscriber: Subscriber<Added> | null = null;
  #isOver = false;

  /** @param pick the URL of a replica; undefined: there is none */
  constructor(pick: () => string | undefined) {
    this.#pick = pick;
    this.#follow();
  }

  collect(): void {
    for (const { cursor, node } of this.#subscriber?.received.splice(0) ?? []) {
      this.seen.push(node.whatsAppMessageId);
      this.#cursor = cursor;
    }
    // Neither a socket that breaks is a refusal, nor a subscription that ends since the store does not answer.
    const errors = this.#subscriber?.errors.splice(0) ?? [];
    const isRefusal = (code: unknown): boolean => code !== undefined && code !== 'INTERNAL_SERVER_ERROR';
    this.refusals.push(...errors.filter(({ extensions }) => isRefusal(extensions?.['code'])));
  }

  close(): void {
    this.#isOver = true;
    this.#subscriber?.close();
  }

  #follow(): void {
    if (this.#isOver) return;
    const again = (): void => {
      this.collect();
      setTimeout(() => {
        this.#follow();
      }, RETRY_MS);
    };
    const url = this.#pick();
    if (url === undefined) {
      again();
      return;
    }
    this.#subscriber = subscribe<Added>(url, MESSAGE_ADDED, { after: this.#cursor });
    void this.#subscriber.closed.then(again);
  }
}
