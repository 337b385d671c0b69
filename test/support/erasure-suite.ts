import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { stringify } from 'yaml';
import { toFacts, type CountedMessage } from '../../src/store/sql/archive/facts.ts';
import {
  foldAggregates,
  foldConversation,
  foldMembers,
  foldPresences,
} from '../../src/store/sql/archive/fold.ts';
import { Random } from '../../src/sandbox/random.ts';
import { startSandboxes, type Sandboxes } from '../../src/sandbox/start.ts';
import { deliver } from './deliver.ts';
import { ask } from './gateway-world.ts';
import { runProgram, startGateway, startProgram, type GatewayProcess } from './gateway-process.ts';
import { readArchives } from './settled-walk.ts';
import { withoutStandbyWarning } from './test-store.ts';
import { waitUntil } from './wait-until.ts';

const DAY_MS = 86_400_000;
const GROUP = '120363021234567890';
const OTHERS = 40;
/** Before it removes anything, and about when it does. */
const KILLED_AFTER_MS = [2_000, 4_000, 4_300];

type Row = Record<string, unknown>;

export interface ErasureStore {
  /** Of the configuration; paths are relative to its folder. */
  settings: Record<string, unknown>;
  /** Rows of a statement, with `record` as text. */
  read: (directory: string, text: string) => Promise<Row[]>;
  /** Which of these stand anywhere in what is stored. */
  search: (directory: string, canaries: readonly string[]) => Promise<string[]>;
  /** How many of these records stand anywhere in it, compressed. Left out: none is. */
  countPacked?: (directory: string, records: readonly string[]) => number;
  /** Whether what is stored can be read without a key. */
  isReadable: boolean;
  /** More arguments of `erase`. */
  args?: string[];
}

/** A person at three providers, everything that tells of them, and what must stay. */
interface Planted {
  /** In texts, names, ids, file names and URLs. */
  canaries: string[];
  /** As `erase` takes them. */
  people: { channel: string; id: string }[];
  /** What is to stay, since it is held. */
  held: { id: string; text: string; sentAt: number };
  /** The same, where only a webhook tells who sent it, after the archive has kept it. */
  heldInGroup: { record: number; text: string; sentAt: number; speaker: string[] };
}

/** Erases a person with so many canaries from a gateway that serves, and looks for them everywhere. */
export async function expectErased(store: ErasureStore, count: number): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'gateway-erase-'));
  const data = join(directory, 'data');
  mkdirSync(data);
  const config = join(directory, 'gateway.yaml');
  const since = Date.now() - 12 * DAY_MS;
  const sandbox = await startSandboxes({
    seed: 1,
    now: () => Date.now(),
    messages: OTHERS,
    from: since,
    weComReachDays: 30,
    only: ['whatsapp', 'corp', 'shop'],
  });
  let gateway: GatewayProcess | undefined;
  const run = async (...args: string[]): Promise<string> => {
    const { code, stdout, stderr } = await runProgram([...args, '--config', config]);
    const complaints = withoutStandbyWarning(stderr).replace(/^Done: .*\n$/, '');
    expect([args, code, complaints]).toEqual([args, 0, '']);
    return stdout;
  };
  try {
    const planted = plant(sandbox, since, count);
    const { people, canaries, held, heldInGroup } = planted;
    writeFileSync(
      config,
      stringify({
        secret: randomBytes(32).toString('base64'),
        ...store.settings,
        channels: sandbox.all.map((each) => ({
          ...each.config(),
          ...each.liftLimits(),
          archive: { since: new Date(since).toISOString() },
        })),
      }),
    );
    gateway = await startGateway(['serve', '--config', config, '--port', '0'], { LOG_LEVEL: 'error' });
    const { url } = gateway;
    await pushAll(url, sandbox, heldInGroup.record);
    await waitUntil(async () => {
      const archives = await readArchives(url);
      const kept = archives.reduce((sum, { archive }) => sum + (archive?.messages ?? 0), 0);
      return kept === listedBy(sandbox) && archives.every(({ archive }) => archive?.gaps.length === 0);
    });
    await pushAll(url, sandbox);
    await waitUntil(async () => (await senderOf(url, heldInGroup.text)) === heldInGroup.speaker[0]);
    const before = await store.read(data, RECORDS);
    const isOfPerson = ({ record }: Row): boolean =>
      canaries.some((canary) => String(record).includes(canary));
    const personal = before.filter(isOfPerson).map(({ record }) => String(record));
    if (store.isReadable) {
      expect(before.filter(isOfPerson).length).toBeGreaterThan(count / 4);
      // All but what a provider says of messages that are quoted, which is kept in no column of its own.
      const found = (await store.search(data, canaries)).length + (store.countPacked?.(data, personal) ?? 0);
      expect(found).toBeGreaterThan((canaries.length + (store.countPacked ? personal.length : 0)) * 0.9);
    }

    const participantOf = ({ channel, id }: Planted['people'][number]): string[] => [
      '--participant',
      `${channel}:${id}`,
    ];
    const at = (moment: number): string => new Date(moment).toISOString();
    const hold = ({ sentAt }: { sentAt: number }, ...scope: string[]): Promise<string> => {
      const moment = ['--since', at(sentAt), '--until', at(sentAt + 1)];
      return run('hold', 'add', '--reason', 'case 7', ...scope, ...moment);
    };
    await hold(held, '--channel', 'shop');
    // A hold keeps the id that it names, which only an encrypted store does not show.
    const ofSpeaker = store.isReadable
      ? ['--channel', 'whatsapp']
      : ['--participant', `whatsapp:${heldInGroup.speaker[0] ?? ''}`];
    await hold(heldInGroup, ...ofSpeaker);
    for (const person of people) {
      const shown = await run('erase', '--dry-run', ...participantOf(person));
      expect(shown).toMatch(new RegExp(`^${person.channel}:\\n  archive_message: \\d+\\n`));
      if (person.channel !== 'corp') expect(shown).toMatch(/^ {2}held, and kept: 1$/m);
    }
    expect(await store.read(data, RECORDS)).toEqual(before);
    const refused = await runProgram(['erase', '--config', config, '--participant', `shop:${held.id}`]);
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringMatching(/nothing was erased/)]);

    // Killed in the midst of it, the next one ends it.
    for (const person of people.slice(0, 1))
      for (const afterMs of KILLED_AFTER_MS) {
        const erasing = startProgram([
          ...['erase', '--yes', '--config', config],
          ...(store.args ?? []),
          ...participantOf(person),
        ]);
        await Promise.race([sleep(afterMs), erasing.ended]);
        erasing.kill('SIGKILL');
        await erasing.ended;
      }
    for (const person of people) await run('erase', '--yes', ...(store.args ?? []), ...participantOf(person));
    const kept = [held.id, held.text, heldInGroup.text, ...heldInGroup.speaker];
    const gone = canaries.filter((canary) => !kept.includes(canary));
    const goneRecords = personal.filter(
      (record) => !record.includes(held.id) && !record.includes(heldInGroup.text),
    );
    const left = async (): Promise<unknown[]> => [
      await store.search(data, gone),
      store.countPacked?.(data, goneRecords) ?? 0,
    ];
    expect(await left()).toEqual([[], 0]);
    // The providers list all of it, still.
    await run('archive', 'repair');
    await pushAll(url, sandbox);
    const exported = await run('export', '--out', '-');
    expect(gone.filter((canary) => exported.includes(canary))).toEqual([]);
    expect(exported.split('\n').length).toBeGreaterThan(OTHERS);
    expect(await left()).toEqual([[], 0]);
    const after = await store.read(data, RECORDS);
    if (store.isReadable) {
      expect(after.filter((row) => !isOfPerson(row))).toEqual(
        expect.arrayContaining(before.filter((row) => !isOfPerson(row))),
      );
      expect(
        after
          .filter(isOfPerson)
          .map(({ sent_at: sentAt }) => Number(sentAt))
          .sort(),
      ).toEqual([held.sentAt, heldInGroup.sentAt].sort());
      await expectDerived((text) => store.read(data, text));
    }

    // Again, with nothing to do; and once it is not held any more, the rest.
    const ofHeld = people.filter(({ channel }) => channel !== 'corp');
    for (const person of ofHeld)
      expect(await run('erase', '--dry-run', ...participantOf(person))).toBe(
        `${person.channel}:\n  held, and kept: 1\n`,
      );
    for (const id of ['1', '2']) await run('hold', 'release', id);
    for (const person of ofHeld) await run('erase', '--yes', ...(store.args ?? []), ...participantOf(person));
    expect([await store.search(data, canaries), store.countPacked?.(data, personal) ?? 0]).toEqual([[], 0]);
    expect(await gateway.stop('SIGTERM')).toBe(0);
    expect(await store.search(data, canaries)).toEqual([]);
    expect(await run('audit', 'verify')).toMatch(/^The audit log is intact/);
    const audited = await run('audit', 'show', '--caller', 'operator');
    expect(audited).toMatch(/"field":"erase done"/);
    expect(canaries.filter((canary) => audited.includes(canary))).toEqual([]);
    if (store.isReadable) await expectDerived((text) => store.read(data, text));
  } finally {
    await gateway?.stop('SIGKILL');
    await sandbox.close();
    rmSync(directory, { recursive: true });
  }
}

const RECORDS = 'SELECT source, key, sent_at, record FROM archive_message ORDER BY source, key';

/** Who sent the message with this text, as the archive has it. */
async function senderOf(url: string, text: string): Promise<unknown> {
  const query = `query ($text: String!) {
    messages(first: 1, readFrom: ARCHIVE, filter: { textContains: $text }) { nodes { sender { nativeId } } }
  }`;
  const { data } = await ask(url, query, { text });
  const { nodes } = data?.['messages'] as { nodes: { sender: { nativeId: string } }[] };
  return nodes[0]?.sender.nativeId;
}

function listedBy(sandbox: Sandboxes): number {
  return sandbox.all.reduce((sum, each) => sum + each.listed().length, 0);
}

function plant(sandbox: Sandboxes, since: number, count: number): Planted {
  const random = new Random(7);
  const canaries: string[] = [];
  const note = (canary: string): string => {
    canaries.push(canary);
    return canary;
  };
  const word = (prefix = 'cnry'): string =>
    note(`${prefix}${random.text(20, 'abcdefghijklmnopqrstuvwxyz0123456789')}`);
  const phone = note(`86139${random.text(10, '0123456789')}`);
  const [external, openId] = [word('wm'), word('o')];
  const name = word();
  let sentAt = since + 2 * DAY_MS;
  // Whole seconds, as most providers have them.
  sentAt -= sentAt % 1_000;
  const next = (): number => (sentAt += 61_000);
  const { whatsApp: whatsapp, wecom: corp, wechat: shop } = sandbox;
  // Its lines arrive in the order of time.
  let time = shop.records.at(-1)?.time ?? 0;
  const later = (): number => (time = Math.min(time + 1, Math.floor(Date.now() / 1_000)));
  const chat = { whatsId: '8613100000001', friendWhatsId: phone, friendName: name, chatType: 1 } as const;
  const group = { ...chat, chatType: 2, friendWhatsId: GROUP, friendName: 'Buyers' } as const;
  const file = (): Record<string, unknown> => {
    const filename = `${word()}.pdf`;
    return { filename, url: `https://files.example/${word()}?x=1`, mimeType: 'document', caption: word() };
  };
  const quote = (): Record<string, unknown> => ({
    caption: 'As they wrote',
    filename: '',
    mimeType: '',
    type: 0,
    url: '',
    referContent: {
      ...{ caption: word(), filename: '', mimeType: '', type: 0, url: '' },
      ...{ whatsId: `${phone}@c.us`, msgId: word() },
    },
  });
  const held = { id: openId, text: word(), sentAt: later() * 1_000 };
  shop.add({ openid: openId, text: held.text, opercode: 2003, time });
  const heldText = word();
  const inGroup = { ...group, actionType: 2, sentAt: next(), contentType: 0, content: heldText } as const;
  const record = whatsapp.add(inGroup).id;
  const heldInGroup = { record, text: heldText, sentAt, speaker: [phone, name] };
  spoken.set(record, `${phone} ${name}`);
  while (canaries.length < count) {
    whatsapp.add({ ...chat, actionType: 2, sentAt: next(), contentType: 0, content: word() });
    whatsapp.add({ ...chat, actionType: 1, sentAt: next(), contentType: 4, content: file() });
    spoken.set(
      whatsapp.add({ ...group, actionType: 2, sentAt: next(), contentType: 0, content: word() }).id,
      `${phone} ${name}`,
    );
    whatsapp.add({ ...group, actionType: 1, sentAt: next(), contentType: 9, content: quote() });
    shop.add({ openid: openId, text: word(), opercode: 2003, time: later() });
    const employee = { type: 1, id: 'zhangsan' };
    corp.add({ sentAt: next(), sender: { type: 2, id: external }, receivers: [employee], chatId: null });
    corp.add({ sentAt: next(), sender: { type: 2, id: external }, receivers: [employee], chatId: 'wrGROUP' });
    corp.add({
      sentAt: next(),
      sender: employee,
      receivers: [
        { type: 2, id: external },
        { type: 2, id: 'wmOTHER' },
      ],
      chatId: 'wrGROUP',
      // Of a kind that is not known, so it is kept as it was received.
      msgtype: 99,
    });
  }
  const vcard = `BEGIN:VCARD\nVERSION:3.0\nFN:${name}\nTEL;type=CELL;waid=${phone}:+${phone}\nEND:VCARD`;
  const ofAnother = { ...chat, friendWhatsId: '8613900000009', friendName: 'Ben' } as const;
  whatsapp.add({ ...ofAnother, actionType: 2, sentAt: next(), contentType: 6, content: vcard });
  return {
    canaries,
    people: [
      { channel: 'whatsapp', id: phone },
      { channel: 'corp', id: external },
      { channel: 'shop', id: openId },
    ],
    held,
    heldInGroup,
  };
}

/** Who of a group spoke, by the record's id: only webhooks tell. */
const spoken = new Map<number, string>();

/** @param but the id of a record of which no webhook tells */
async function pushAll(url: string, { whatsApp: whatsapp }: Sandboxes, but?: number): Promise<void> {
  for (const record of whatsapp.records.filter(({ id }) => id !== but)) {
    const push = whatsapp.pushes.msgSync([record]);
    const [address = '628123456789', name = 'Putri'] = spoken.get(record.id)?.split(' ') ?? [];
    const body = push.body.replaceAll('628123456789', address).replaceAll('Putri', name);
    const { status } = await deliver(url, 'whatsapp', { ...push, body });
    expect(status).toBe(200);
  }
}

/** What conversations, participants and figures are read from is what the messages give that are there. */
async function expectDerived(read: (text: string) => Promise<Row[]>): Promise<void> {
  const messages = await read(
    `SELECT source, sent_at, sequence, conversation, conversation_kind, people, direction, kind, customer, agent FROM archive_message`,
  );
  const bySource = Map.groupBy(messages, ({ source }) => Number(source));
  const counted = new Map([...bySource].map(([source, rows]) => [source, rows.map(toCounted)]));
  const all = async (table: string, columns: string[]): Promise<string[]> =>
    (await read(`SELECT ${columns.join(', ')} FROM ${table}`))
      .map((row) => toLine(Object.values(row)))
      .sort();
  const folded = (fold: (rows: CountedMessage[], source: number) => unknown[][]): string[] =>
    [...counted].flatMap(([source, rows]) => fold(rows, source).map(toLine)).sort();
  expect(
    await all('archive_member', ['conversation', 'participant', 'messages', 'first_at', 'last_at']),
  ).toEqual(
    folded((rows) =>
      foldMembers(rows).map((row) => [
        row.conversation,
        row.participant,
        row.messages,
        row.firstAt,
        row.lastAt,
      ]),
    ),
  );
  expect(
    await all('archive_presence', [
      'source',
      'participant',
      'messages',
      'first_at',
      'last_at',
      'last_sequence',
    ]),
  ).toEqual(
    folded((rows, source) =>
      foldPresences(rows).map((row) => [
        ...[source, row.participant, row.messages, row.firstAt, row.lastAt],
        row.lastSequence,
      ]),
    ),
  );
  expect(
    await all('archive_aggregate', [
      ...['source', 'quarter', 'conversation', 'customer', 'agent', 'direction', 'kind'],
      ...['messages', 'first_at', 'last_at'],
    ]),
  ).toEqual(
    folded((rows, source) =>
      foldAggregates(rows).map((row) => [
        ...[source, row.quarter, row.conversation, row.customer, row.agent, row.direction, row.kind],
        ...[row.messages, row.firstAt, row.lastAt],
      ]),
    ),
  );
  expect(await all('archive_conversation', ['id', 'source', 'messages', 'first_at', 'last_at'])).toEqual(
    folded((rows, source) =>
      [...Map.groupBy(rows, ({ conversation }) => conversation)].map(([id, own]) => {
        const figures = foldConversation(null, own);
        return [id, source, figures?.messages, figures?.firstAt, figures?.last.sentAt];
      }),
    ),
  );
  const people = new Set([...counted.values()].flat().flatMap((message) => [...message.people]));
  expect((await read('SELECT id FROM archive_participant')).map(({ id }) => Number(id)).sort()).toEqual(
    [...people].sort(),
  );
}

function toCounted(row: Row): CountedMessage {
  return { ...toFacts(row), sentAt: Number(row['sent_at']), sequence: String(row['sequence']) };
}

function toLine(values: unknown[]): string {
  return values.map(String).join(' ');
}
