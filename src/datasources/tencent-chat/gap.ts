import { PositionError } from '../kit/position.ts';
import type { Order, SourcePosition } from '../message-source.ts';
import { MAX_FALL_MS } from './batch.ts';
import { parsePlace, toSequence, type Placed, type Span } from './paging.ts';

/** Where a position separates the older messages of one official account from the newer ones. */
export class Gap {
  readonly #officialAccount: string;
  readonly #position: SourcePosition;
  readonly #moment: number | undefined;
  readonly #span: Span;
  /** The batch in which the gap lies; null when it lies between two, or when a walk has not begun. */
  readonly batch: Span | null;

  /** @throws PositionError when the position is not one of this account's history */
  constructor(officialAccount: string, position: SourcePosition) {
    this.#officialAccount = officialAccount;
    this.#position = position;
    const { moment, span } = parsePlace(position);
    this.#moment = moment;
    const number = position.passed === null ? null : toNumberAlone(officialAccount, position.passed);
    const known = span ?? (number === null ? null : { from: number, until: number + 1 });
    if (moment === undefined && known === null)
      throw new PositionError('Not a gap in the history of an official account');
    this.#span = known ?? { from: 0, until: 0 };
    this.batch = span && position.passed !== null ? span : null;
  }

  /** The gap of another position in the same history. */
  at(position: SourcePosition): Gap {
    return new Gap(this.#officialAccount, position);
  }

  isAhead(message: Placed, order: Order): boolean {
    const side = this.#sideOf(message);
    if (side !== 0) return order === 'DESC' ? side < 0 : side > 0;
    // The passed message itself.
    return this.#position.order !== order && !this.#position.isPassedExcluded;
  }

  /** Whether no message below this one, which nothing newer is missing from, is newer than the gap. */
  isReachedBy(oldest: Placed): boolean {
    return this.#moment === undefined
      ? oldest.messageSequence <= this.#span.from
      : oldest.sentAt < this.#moment - MAX_FALL_MS;
  }

  /** @returns less than 0 for an older message, more for a newer one, and 0 for the one that was passed */
  #sideOf(message: Placed): number {
    if (this.#moment !== undefined) return message.sentAt < this.#moment ? -1 : 1;
    if (message.messageSequence < this.#span.from) return -1;
    if (message.messageSequence >= this.#span.until) return 1;
    const { passed } = this.#position;
    const sequence = toSequence(this.#officialAccount, message);
    // An older version's sequence is a number alone, and then so is the span.
    if (passed === null || sequence === passed || toNumberAlone(this.#officialAccount, passed) !== null)
      return 0;
    return sequence < passed ? -1 : 1;
  }
}

/** @returns the `MsgSeq` that is all of an older version's sequence; null for a sequence that begins with a time */
function toNumberAlone(officialAccount: string, passed: string): number | null {
  const number = passed.slice(officialAccount.length + 1);
  return /^\d{10}$/.test(number) ? Number(number) : null;
}
