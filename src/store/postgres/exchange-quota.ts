import { MOST_OWN_WAIT_MS } from '../../domain/upstream-calls.ts';
import type { QuotaCaller, QuotaDemand, QuotaLimits, QuotaPermits, QuotaShare } from '../store.ts';
import { allotBackground, type BackgroundSharer } from './allot-background.ts';
import { allot, leftOf, NOTHING, toLimits } from './allot-quota.ts';
import { handOut, withoutServed, type Waiting, type WaitingQueue } from './hand-out.ts';

/** By the store's clock: no other process gets the share of one that has not asked for so long. */
export const SHARE_MS = 10_000;
/** By the process's own clock. Half: it may stall for so long between looking at its share and making a call. */
const GOOD_FOR_MS = 5_000;
/** How often processes ask while calls wait, however many there are of them. */
const ASK_EVERY_MS = 20;
/** They are so few at least for each process, since one exchange runs at a time. */
const ASK_EVERY_MS_EACH = 6;
/** A process that has not asked for so many times as long does not look for permits; nor one for twice as long as it took last time. */
const MISSED_ASKS = 5;
const LONGEST_PAUSE_MS = 2_000;

/** What one process has of an account's quota, and waits for. */
export interface QuotaRow extends BackgroundSharer {
  waiting: readonly Waiting[];
  /** Of what it holds, places for one call each that it has not fetched yet. */
  permits: readonly QuotaCaller[];
  /** Between its last two questions, at most two seconds: a store that answers slowly makes every process ask rarely. */
  asksEveryMs: number;
  /** Unix ms by the store's clock: when it ends, unless the process asks again. */
  until: number;
}

/** An account's quota among the processes that use it. */
export interface QuotaState<Holder> {
  rows: ReadonlyMap<Holder, QuotaRow>;
  /** Those of whom calls wait, in the order in which they are served next; null where own calls are due. */
  rotation: readonly QuotaCaller[];
}

export interface Exchange<Holder> {
  state: QuotaState<Holder>;
  share: QuotaShare;
}

const NEW: QuotaRow = {
  held: NOTHING,
  needed: NOTHING,
  background: null,
  waiting: [],
  permits: [],
  asksEveryMs: 0,
  until: 0,
};

/**
 * One process says what it uses and what waits, and is told what it may use. If that is enough for the calls that wait in
 * all processes, it gets a share. Otherwise the places that are free are handed out here and now as permits, for calls in all processes.
 *
 * @param now Unix ms by the store's clock
 */
export function exchangeQuota<Holder>(
  before: QuotaState<Holder>,
  holder: Holder,
  limits: QuotaLimits,
  demand: QuotaDemand,
  now: number,
): Exchange<Holder> {
  const rows = new Map([...before.rows].filter(([, { until }]) => until > now));
  const askInMs = Math.max(ASK_EVERY_MS, ASK_EVERY_MS_EACH * rows.size);
  const isPresent = ({ asksEveryMs, until }: QuotaRow): boolean =>
    now - askedAt(until) <= Math.max(MISSED_ASKS * askInMs, 2 * asksEveryMs);
  const returned = [...demand.unused, ...takeBack(rows, (one, row) => one !== holder && !isPresent(row))];
  const last = rows.get(holder) ?? { ...NEW, until: now + SHARE_MS };
  const { permits: fetched } = last;
  // Also when its time was up, and others have got its places: none is given then until all are within the limits.
  const kept = demand.inUse;
  const own: QuotaRow = {
    held: plus(kept, fetched.length),
    needed: demand.needed,
    background: demand.background ? { used: demand.background.used, wanted: demand.background.wanted } : null,
    waiting: demand.waiting.map(({ waitedMs, ...one }) => ({ ...one, since: Math.floor(now - waitedMs) })),
    permits: fetched,
    asksEveryMs: Math.min(now - askedAt(last.until), LONGEST_PAUSE_MS),
    until: now + SHARE_MS,
  };
  rows.set(holder, own);

  const free = leftOf(limits, [...rows.values()]);
  const { permits, rotation, left } = handOut(
    Math.min(free.callsPerSecond, free.maxConcurrent),
    // Who could not use the last permit is served first.
    [...returned, ...before.rotation],
    new Map([...rows].map(([one, row]) => [one, toQueue(row, isPresent(row), now)])),
    now - MOST_OWN_WAIT_MS,
  );
  for (const { holder: one, caller } of permits) {
    const row = rows.get(one) ?? NEW;
    rows.set(one, { ...row, held: plus(row.held, 1), permits: [...row.permits, caller] });
  }
  const mine = rows.get(holder) ?? own;
  const others = [...rows].flatMap(([one, row]) => (one === holder ? [] : row));
  const isInRotation = left > 0 && others.length > 0;
  const background = isInRotation ? NOTHING : backgroundOf(demand, rows, holder, now);
  const share = isInRotation ? NOTHING : atLeast(allot(limits, demand, others), background);
  const after: QuotaRow = {
    ...mine,
    held: isInRotation ? mine.held : toLimits((part) => Math.max(share[part], kept[part])),
    // What it may serve now waits no more.
    waiting: left === 0 ? [] : isInRotation ? withoutServed(own.waiting, mine.permits) : own.waiting,
    permits: [],
  };
  if (isEmpty(after)) rows.delete(holder);
  else rows.set(holder, after);
  const given: QuotaPermits | null = isInRotation ? { callers: mine.permits, askInMs } : null;
  return {
    state: { rows, rotation },
    share: {
      ...share,
      goodForMs: GOOD_FOR_MS,
      permits: given,
      ...(demand.background ? { background } : {}),
    },
  };
}

function backgroundOf<Holder>(
  { background }: QuotaDemand,
  rows: ReadonlyMap<Holder, QuotaRow>,
  holder: Holder,
  now: number,
): QuotaLimits {
  if (!background) return NOTHING;
  return allotBackground(background.within, [...rows.values()], [...rows.keys()].indexOf(holder), now);
}

function atLeast(share: QuotaLimits, least: QuotaLimits): QuotaLimits {
  return toLimits((part) => Math.max(share[part], least[part]));
}

/** Of a process that is not present, calls wait for a while: it may have stalled for a moment. */
function toQueue({ waiting, permits, until }: QuotaRow, isPresent: boolean, now: number): WaitingQueue {
  const isGone = !isPresent && now - askedAt(until) >= LONGEST_PAUSE_MS;
  return { waiting: isGone ? [] : waiting, permits, isPresent };
}

function askedAt(until: number): number {
  return until - SHARE_MS;
}

/** @returns the callers of permits that were not fetched. @param isGone whether the process would not notice them */
function takeBack<Holder>(
  rows: Map<Holder, QuotaRow>,
  isGone: (holder: Holder, row: QuotaRow) => boolean,
): QuotaCaller[] {
  const returned: QuotaCaller[] = [];
  for (const [holder, row] of rows) {
    if (row.permits.length === 0 || !isGone(holder, row)) continue;
    returned.push(...row.permits);
    rows.set(holder, { ...row, held: plus(row.held, -row.permits.length), permits: [] });
  }
  return returned;
}

function plus(limits: QuotaLimits, places: number): QuotaLimits {
  return toLimits((part) => limits[part] + places);
}

function isEmpty({ held, needed, background }: QuotaRow): boolean {
  return background === null && held.callsPerSecond + held.maxConcurrent + needed.callsPerSecond === 0;
}
