import type { SandboxAnswer } from '../sandbox-server.ts';
import type { WeChatSandboxRecord } from './history.ts';
import type { WeChatKnobs } from './knobs.ts';
import { MAX_WINDOW_SECONDS, problemOf, toQuery, type Query } from './rules.ts';

interface Numbered {
  record: WeChatSandboxRecord;
  id: number;
}

/**
 * `POST /customservice/msgrecord/getmsglist`, after its token was accepted.
 *
 * @param records oldest first
 */
export function answerMessageList(
  body: Record<string, unknown>,
  records: readonly WeChatSandboxRecord[],
  knobs: WeChatKnobs,
  nowMs: number,
  onViolation: (violation: string) => void,
): SandboxAnswer {
  const query = toQuery(body);
  const problem =
    query === null ? 'starttime, endtime, msgid and number must all be integers' : problemOf(query, nowMs);
  if (query === null || problem !== null) {
    onViolation(`getmsglist: ${problem ?? ''}`);
    const isTooLong = query !== null && query.endtime - query.starttime > MAX_WINDOW_SECONDS;
    return isTooLong
      ? { body: { errcode: 65417, errmsg: 'it is too long from the starttime to endtime rid: 8' } }
      : { body: { errcode: 65416, errmsg: 'param invalid please check rid: 9' } };
  }
  const inWindow = records
    .slice(countBefore(records, query.starttime), countBefore(records, query.endtime + 1))
    .filter(({ time }) => isInside(time, query, knobs.edges));
  const numbered = inWindow.map((record, index) => ({ record, id: toId(record, index, knobs.ids) }));
  const ahead = numbered.filter(({ id }) => isAhead(id, query.msgid, knobs.cursor));
  const most = ahead.slice(0, Math.min(query.number, knobs.maxPageSize));
  return { body: toList(most.slice(0, countFitting(most, knobs)), knobs) };
}

/** @returns the answer as text, or as JSON that is sent the usual way */
function toList(page: readonly Numbered[], knobs: WeChatKnobs): unknown {
  const records = page.map(({ record }) => record);
  const list = {
    recordlist: arrange(records, knobs.pageOrder).map(toWire),
    number: page.length,
    msgid: page.at(-1)?.id ?? 0,
  };
  return knobs.hasRawControlCharacters ? toTextWithRawControls(list) : list;
}

/** @returns how many records fit into an answer, found by halving */
function countFitting(page: readonly Numbered[], knobs: WeChatKnobs): number {
  const { maxPageBytes } = knobs;
  if (maxPageBytes === null) return page.length;
  let fitting = 0;
  let most = page.length;
  while (fitting < most) {
    const middle = Math.ceil((fitting + most) / 2);
    const list = toList(page.slice(0, middle), knobs);
    const bytes = Buffer.byteLength(typeof list === 'string' ? list : JSON.stringify(list));
    if (bytes <= maxPageBytes) fitting = middle;
    else most = middle - 1;
  }
  return fitting;
}

/** @returns how many records are older than `second`; found by halving, since there may be a million of them */
function countBefore(records: readonly WeChatSandboxRecord[], second: number): number {
  let low = 0;
  let high = records.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((records[middle]?.time ?? Infinity) < second) low = middle + 1;
    else high = middle;
  }
  return low;
}

function isInside(time: number, { starttime, endtime }: Query, edges: WeChatKnobs['edges']): boolean {
  if (time === starttime && time !== endtime) return edges === 'inclusive' || edges === 'start-inclusive';
  if (time === endtime && time !== starttime) return edges === 'inclusive' || edges === 'end-inclusive';
  return time >= starttime && time <= endtime && (starttime !== endtime || edges !== 'exclusive');
}

function isAhead(id: number, msgid: number, cursor: WeChatKnobs['cursor']): boolean {
  if (cursor === 'stuck') return true;
  return cursor === 'inclusive' ? id >= msgid : id > msgid;
}

/** @param index of the record in its window, from 0 */
function toId({ id }: WeChatSandboxRecord, index: number, ids: WeChatKnobs['ids']): number {
  switch (ids) {
    case 'dense':
      return id;
    case 'sparse':
      return id * 3 + (scatter(id) % 3);
    case 'per-window':
      // Not from 1: the first page, asked for with 1, would begin after it.
      return index + 2;
  }
}

function arrange(records: WeChatSandboxRecord[], order: WeChatKnobs['pageOrder']): WeChatSandboxRecord[] {
  switch (order) {
    case 'ascending':
      return records;
    case 'descending':
      return records.reverse();
    case 'shuffled':
      return records.sort((a, b) => scatter(a.id) - scatter(b.id));
  }
}

/** A number that has nothing to do with the order of ids, always the same for one id. */
function scatter(id: number): number {
  return Math.imul(id ^ (id >>> 15), 0x2c1b3c6d) >>> 8;
}

function toWire({
  openid,
  opercode,
  text,
  time,
  worker,
}: WeChatSandboxRecord): Omit<WeChatSandboxRecord, 'id'> {
  return { openid, opercode, text, time, worker };
}

/** JSON as the provider has sent it: not quite. */
function toTextWithRawControls(value: unknown): string {
  return JSON.stringify(value).replace(/\\(?:u[0-9a-f]{4}|.)/g, (escape) => {
    const character: unknown = JSON.parse(`"${escape}"`);
    return typeof character === 'string' && character < ' ' ? character : escape;
  });
}
