import { RequestError } from '../errors/request-error.ts';
import type { TimeSpan } from '../gateway/archive-reader.ts';
import type { RequestBudget } from '../timeline/request-budget.ts';
import { countAtMost, isZoneName, localSpans, type LocalSpan, type LocalUnit } from '../util/local-time.ts';

/** An answer has no more groups, and to make them takes a moment only. */
const MAX_GROUPS = 50_000;

/** The days or hours of a time range. */
export interface LocalGroups {
  /** Unix ms, ascending: where they begin, and the end of the last one. None when the range is empty. */
  edges: readonly number[];
  /** @param moment Unix ms, within the range */
  at(moment: number): LocalSpan;
}

/** @throws RequestError `BAD_USER_INPUT` when it is no name of a time zone */
export function toZone(timeZone: string | null | undefined): string {
  const zone = timeZone ?? 'UTC';
  if (isZoneName(zone)) return zone;
  throw new RequestError(
    'BAD_USER_INPUT',
    `"timeZone" is the name of an IANA time zone, such as Asia/Shanghai; it was ${JSON.stringify(zone.slice(0, 100))}.`,
  );
}

/** @throws RequestError `QUERY_TOO_COMPLEX` when there are too many */
export async function toLocalGroups(
  span: TimeSpan,
  unit: LocalUnit,
  zone: string,
  requestBudget: Pick<RequestBudget, 'yieldToEventLoop' | 'enqueueWork'>,
): Promise<LocalGroups> {
  if (countAtMost(span, unit) > MAX_GROUPS) {
    const advice = unit === 'HOUR' ? ', or group by DAY' : '';
    throw new RequestError(
      'QUERY_TOO_COMPLEX',
      `This time range may have more than ${MAX_GROUPS} groups. Narrow it with "since" and "until"${advice}.`,
    );
  }
  const rest = (): Promise<void> => requestBudget.yieldToEventLoop();
  const { spans, end } = await requestBudget.enqueueWork(() => localSpans(span, unit, zone, rest));
  return {
    edges: spans.length === 0 ? [] : [...spans.map(({ since }) => since), end],
    at: (moment) => {
      const found = spans[lastBefore(spans, moment)];
      if (!found) throw new Error('A moment lies outside of the range that was grouped');
      return found;
    },
  };
}

/** @returns the index of the last one that has begun; -1: none has */
function lastBefore(spans: readonly LocalSpan[], moment: number): number {
  let [low, high] = [-1, spans.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((spans[middle]?.since ?? Infinity) <= moment) low = middle;
    else high = middle - 1;
  }
  return low;
}
