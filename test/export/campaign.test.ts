import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  createReadStream,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { afterEach, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { createWeChatSandbox, type WeChatSandbox } from '../../src/sandbox/wechat/sandbox.ts';
import { createStoreSettings } from '../support/test-store.ts';

/** The long campaign sets it to 1,000,000. */
const MESSAGES = Number(process.env['MESSAGES'] ?? 20_000);
const FORMAT = process.env['FORMAT'] ?? 'ndjson';
/** As a busy company has them. */
const MESSAGES_A_DAY = 10_000;
/** What is compared is the memory in the first and in the last so many messages. */
const SPAN = Math.min(100_000, MESSAGES / 4);
/** A short export is over before its memory has settled. */
const MOST_GROWTH_MB = MESSAGES >= 1_000_000 ? 50 : 200;
const DAY_MS = 86_400_000;

const directory = mkdtempSync(join(tmpdir(), 'gateway-campaign-'));
const out = join(directory, `chats.${FORMAT}`);
let sandbox: WeChatSandbox;
afterEach(async () => {
  await sandbox.server.close();
  rmSync(directory, { recursive: true });
});

interface Sample {
  messages: number;
  megabytes: number;
}

/** Runs the program in a process of its own, so that the memory is the exporter's and not the sandbox's. */
async function runExport(config: string): Promise<{ samples: Sample[]; summary: string }> {
  const program = ['--import', './test/support/report-memory.ts', 'src/main.ts', 'export'];
  const child = spawn(process.execPath, [...program, '--config', config, '--format', FORMAT, '--out', out], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: { ...process.env, NODE_ENV: 'production' },
  });
  const samples: Sample[] = [];
  child.on('message', (bytes) => {
    samples.push({ messages: messagesSaved(), megabytes: Number(bytes) / 1e6 });
  });
  let summary = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    summary += text;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  expect({ code, summary }).toMatchObject({ code: 0 });
  return { samples, summary: summary.trim().split('\n').at(-1) ?? '' };
}

/** Once the checkpoint is gone, which it may be at any moment, all of them are. */
function messagesSaved(): number {
  try {
    return (JSON.parse(readFileSync(`${out}.checkpoint`, 'utf8')) as { messages: number }).messages;
  } catch {
    return existsSync(out) && statSync(out).size > 0 ? MESSAGES : 0;
  }
}

function peakOf(samples: readonly Sample[]): number {
  return Math.max(...samples.map(({ megabytes }) => megabytes));
}

async function* readLines(): AsyncGenerator<Record<string, unknown>> {
  for await (const line of createInterface(createReadStream(out))) {
    const message = JSON.parse(line) as Record<string, unknown>;
    yield { ...message, sentAt: new Date(String(message['sentAt'])) };
  }
}

async function* readRows(): AsyncGenerator<Record<string, unknown>> {
  const file = await asyncBufferFromFile(out);
  const metadata = await parquetMetadataAsync(file);
  let rowStart = 0;
  for (const { num_rows } of metadata.row_groups) {
    const rowEnd = rowStart + Number(num_rows);
    yield* await parquetReadObjects({ file, metadata, rowStart, rowEnd, columns: ['id', 'text', 'sentAt'] });
    rowStart = rowEnd;
  }
}

/** The exported messages must be the sandbox's own, each once, in their order. */
async function expectExact(): Promise<void> {
  const ids = new Set<string>();
  let index = 0;
  for await (const message of FORMAT === 'parquet' ? readRows() : readLines()) {
    const record = sandbox.records[index++];
    // Rows have no fields of a provider's own.
    const { openId = record?.openid, operationCode = record?.opercode, worker = record?.worker } = message;
    const isSame =
      record !== undefined &&
      record.openid === openId &&
      record.opercode === operationCode &&
      record.text === message['text'] &&
      record.worker === worker &&
      record.time * 1000 === Number(message['sentAt']);
    if (!isSame) expect(message).toEqual(record);
    ids.add(String(message['id']));
  }
  expect(index).toBe(MESSAGES);
  expect(ids.size).toBe(MESSAGES);
}

test(
  `${MESSAGES} messages are exported exactly, in memory that does not grow with them`,
  async () => {
    const days = Math.max(7, Math.ceil(MESSAGES / MESSAGES_A_DAY));
    const until = Math.floor(Date.now() / 1000) * 1000;
    sandbox = createWeChatSandbox({
      seed: 1,
      now: () => Date.now(),
      messages: MESSAGES,
      from: until - days * DAY_MS,
      until,
    });
    await sandbox.server.start();
    const config = join(directory, 'gateway.yaml');
    const secret = Buffer.alloc(32, 5).toString('base64');
    writeFileSync(
      config,
      stringify({
        ...(await createStoreSettings('sqlite:./gateway.db')),
        secret,
        channels: [sandbox.config('shop')],
      }),
    );

    const { samples, summary } = await runExport(config);
    const first = peakOf(samples.filter(({ messages }) => messages <= SPAN));
    const last = peakOf(samples.filter(({ messages }) => messages >= MESSAGES - SPAN));
    console.info(summary);
    console.info(
      `resident at most ${first.toFixed(0)} MB in the first ${SPAN} messages, ${last.toFixed(0)} MB in the last, ${peakOf(samples).toFixed(0)} MB in all; ${sandbox.server.calls.length} calls`,
    );
    await expectExact();
    expect(last - first).toBeLessThan(MOST_GROWTH_MB);
    expect(sandbox.server.violations).toEqual([]);
  },
  Math.max(60_000, MESSAGES * 2),
);
