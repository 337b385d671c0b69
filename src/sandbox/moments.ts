import type { Random } from './random.ts';

export interface MomentsOptions {
  count: number;
  /** Unix ms, inclusive. */
  from: number;
  /** Unix ms, exclusive. */
  until: number;
}

const DAY_MS = 86_400_000;

/**
 * When a company's chats happen: mostly by day and in bursts, some days not at all, several in one second now and then.
 *
 * @returns Unix ms on whole seconds, oldest first
 */
export function chatMoments(random: Random, { count, from, until }: MomentsOptions): number[] {
  const days = Math.max(1, Math.ceil((until - from) / DAY_MS));
  const busy = Array.from({ length: days }, (_, day) => day).filter((day) => days < 4 || day % 5 !== 3);
  const moments: number[] = [];
  while (moments.length < count) {
    const day = busy[random.between(0, busy.length - 1)] ?? 0;
    let moment = from + day * DAY_MS + random.between(0, DAY_MS - 1);
    const burst = random.between(1, 12);
    for (let i = 0; i < burst && moments.length < count; i++) {
      if (moment >= from && moment < until) moments.push(Math.floor(moment / 1000) * 1000);
      moment += random.chance(0.2) ? 0 : random.between(1_000, 90_000);
    }
  }
  return moments.filter((moment) => moment >= from).sort((a, b) => a - b);
}
