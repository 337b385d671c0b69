import { fetchJson } from './rest.ts';
import { serve } from './serve.ts';

/** The parts of native records that are mapped; all others are written as they are. */
interface Page {
  /** WeChat */
  recordlist?: { time: number }[];
  /** WeCom */
  msg_list?: { msgid: string; send_time: number }[];
  /** Tencent Chat, whose accounts each number their own messages */
  Official_Account?: string;
  RspMsgList?: { MsgKey: string; MsgTimeStamp: number }[];
  /** WhatsApp SCRM */
  data?: { records?: { id: number; chatTime: number }[] };
}

interface Mapped {
  nativeId: string | null;
  sentAt: string;
}

/** Reads the native pages of all channels side by side, maps each record, and writes it once as a line. */
serve(async (_request, response) => {
  const counts = (await fetchJson('/native')) as Record<string, number>;
  response.writeHead(200, { 'content-type': 'application/x-ndjson; charset=utf-8' });
  await Promise.all(
    Object.entries(counts).map(async ([channel, count]) => {
      const written = new Set<string>();
      let previous = new Set<string>();
      for (let index = 0; index < count; index++) {
        const page = (await fetchJson(`/native/${channel}/${index}`)) as Page;
        const lines: string[] = [];
        // Pages may overlap; what has no id, by whole lines of the page before.
        for (const record of map(page)) {
          const line = `${JSON.stringify({ channel, ...record })}\n`;
          const key = `${page.Official_Account ?? ''} ${record.nativeId ?? ''}`;
          if (record.nativeId === null ? previous.has(line) : written.has(key)) continue;
          if (record.nativeId !== null) written.add(key);
          lines.push(line);
        }
        previous = new Set(lines);
        if (lines.length > 0) response.write(lines.join(''));
      }
    }),
  );
  response.end();
});

function map({ recordlist, msg_list, RspMsgList, data }: Page): Mapped[] {
  if (recordlist)
    return recordlist.map((record) => ({ ...record, nativeId: null, sentAt: toTime(record.time * 1000) }));
  if (msg_list)
    return msg_list.map((record) => ({
      ...record,
      nativeId: record.msgid,
      sentAt: toTime(record.send_time * 1000),
    }));
  if (RspMsgList)
    return RspMsgList.map((record) => ({
      ...record,
      nativeId: record.MsgKey,
      sentAt: toTime(record.MsgTimeStamp * 1000),
    }));
  return (data?.records ?? []).map((record) => ({
    ...record,
    nativeId: String(record.id),
    sentAt: toTime(record.chatTime),
  }));
}

function toTime(time: number): string {
  return new Date(time).toISOString();
}
