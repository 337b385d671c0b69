import type { QuotaDemand, QuotaLimits } from '../store.ts';

/** One process that has, or wants, a share of a quota. */
export interface Sharer {
  held: QuotaLimits;
  needed: QuotaLimits;
  callers: number;
  /** Grows each time that it was given more; the one with the least is given what cannot be divided. */
  turn: number;
}

export interface Allotment {
  /** What it may use. */
  share: QuotaLimits;
  /** With what its calls still use: it is kept for it. */
  held: QuotaLimits;
  turn: number;
}

const NEW = { held: { callsPerSecond: 0, maxConcurrent: 0 }, turn: 0 };
const PARTS = ['callsPerSecond', 'maxConcurrent'] as const;
type Part = (typeof PARTS)[number];

/**
 * Each process gets what it needs, up to a fair part in proportion to its callers, and what others do not need. What it
 * has above that, and others need, it must give back. A process that cannot make a call gets nothing: otherwise two would
 * wait for each other, each with half of what one needs.
 */
export function allot(
  limits: QuotaLimits,
  demand: QuotaDemand,
  others: readonly Sharer[],
  own: Pick<Sharer, 'held' | 'turn'> = NEW,
): Allotment {
  const self = { ...own, needed: demand.needed, callers: demand.callers };
  const wished = toLimits((part) => allotPart(part, limits[part], demand.wanted[part], self, others));
  const isEnough = PARTS.every((part) => wished[part] > 0);
  const share = isEnough ? wished : toLimits(() => 0);
  const held = toLimits((part) => Math.max(share[part], Math.min(demand.inUse[part], own.held[part])));
  const isMore = PARTS.some((part) => share[part] > own.held[part]);
  const turn = isMore ? Math.max(own.turn, ...others.map((other) => other.turn)) + 1 : own.turn;
  return { share, held, turn };
}

function allotPart(
  part: Part,
  limit: number,
  wanted: number,
  self: Sharer,
  others: readonly Sharer[],
): number {
  const fair = fairParts(part, limit, [self, ...others]);
  const sum = (amount: (one: Sharer) => number): number =>
    others.reduce((total, one) => total + Math.max(0, amount(one)), 0);
  const left = Math.max(0, limit - sum(({ held }) => held[part]));
  const lacking = sum(({ held, needed }) => needed[part] - held[part]);
  const owed = sum((one) => (fair.get(one) ?? 0) - one.held[part]);
  const due = Math.min(self.needed[part], Math.max(fair.get(self) ?? 0, left - owed));
  return Math.min(left, Math.max(due, Math.min(wanted, left - lacking)));
}

/** In proportion to their callers, and to none more than it needs. */
function fairParts(part: Part, limit: number, all: readonly Sharer[]): Map<Sharer, number> {
  const parts = new Map<Sharer, number>();
  let left = limit;
  let open = all.filter(({ needed }) => needed[part] > 0);
  const partOf = (one: Sharer): number => {
    const weights = open.reduce((total, { callers }) => total + Math.max(1, callers), 0);
    return (left * Math.max(1, one.callers)) / weights;
  };
  for (;;) {
    const content = open.filter((one) => one.needed[part] <= partOf(one));
    if (content.length === 0) break;
    open = open.filter((one) => !content.includes(one));
    for (const one of content) {
      parts.set(one, one.needed[part]);
      left -= one.needed[part];
    }
  }
  const whole = open.map((one) => Math.floor(partOf(one)));
  // What cannot be divided goes round where some would get nothing; elsewhere it stays where it is.
  const hasNothing = whole.includes(0);
  const rest = left - whole.reduce((total, one) => total + one, 0);
  const order = open.toSorted((a, b) => (hasNothing ? a.turn - b.turn : b.held[part] - a.held[part]));
  open.forEach((one, index) => parts.set(one, (whole[index] ?? 0) + (order.indexOf(one) < rest ? 1 : 0)));
  return parts;
}

function toLimits(amount: (part: Part) => number): QuotaLimits {
  return { callsPerSecond: amount('callsPerSecond'), maxConcurrent: amount('maxConcurrent') };
}
