import { expect, test } from 'vitest';
import { archiveChannels } from '../../src/app/archives.ts';
import { EVERYTHING } from '../../src/archive/everything.ts';
import { parseConfig } from '../../src/config/read-config.ts';
import { UnreachableStoreError } from '../../src/errors/store-error.ts';
import { variedHistory } from '../support/archived-history.ts';
import { MemoryArchive } from '../support/memory-archive.ts';
import { createMemoryLog } from '../support/memory-log.ts';
import { PagedMemoryChannel } from '../support/memory-source.ts';
import { SAMPLE_CONFIG, SAMPLE_ENVIRONMENT } from '../support/sample-config.ts';
import { TestClock } from '../support/test-clock.ts';
import { openTestStore } from '../support/test-store.ts';
import { createWalk, walkAll } from '../support/walk-source.ts';

const NOW = Date.parse('2026-03-20T10:00:00Z');

test('an archive that does not answer is a line of the log, however often it is read meanwhile', async () => {
  const config = parseConfig(
    SAMPLE_CONFIG.replace('displayName: The shop', 'archive: { since: 2026-01-01T00:00:00Z }'),
    { source: 'a test', directory: process.cwd(), environment: SAMPLE_ENVIRONMENT },
  );
  const archive = new MemoryArchive();
  archive.version = () => Promise.reject(new UnreachableStoreError('It is away'));
  const channel = new PagedMemoryChannel({ name: 'shop', pageSize: 10 }, variedHistory('shop', 1, 40, NOW));
  const { log, lines } = createMemoryLog();
  const { channels } = archiveChannels(
    new Map([['shop', channel]]),
    config,
    { messageArchive: () => archive, compliance: openTestStore().store.compliance },
    { clock: new TestClock(NOW), log },
  );
  const [source] = channels.get('shop')?.sourcesFor(EVERYTHING) ?? [];
  if (!source) throw new Error('The channel has no source');
  const { messages } = await walkAll(source, createWalk('DESC', NOW));
  expect(messages).toEqual(channel.messages.toReversed());
  expect(lines()).toMatchObject([
    {
      level: 40,
      channel: 'shop',
      msg: 'An archive does not answer; the channel is read from its provider',
      err: { name: 'UnreachableStoreError' },
    },
  ]);
});
