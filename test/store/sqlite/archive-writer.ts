import pino from 'pino';
import { openStore } from '../../../src/store/open-store.ts';
import { systemClock } from '../../../src/util/clock.ts';
import { toPage } from '../../../tools/archive-pages.ts';

/** A process that keeps so many pages one after the other, says which are kept, and then ends by itself, its store left open. */
const [directory = '', size = '', count = ''] = process.argv.slice(2);
const log = pino({ enabled: false });
const store = await openStore('sqlite:gateway.db', directory, null, { clock: systemClock, log });
const archive = store.messageArchive('shop', 'shop');
const begun = Number((await archive.progress('backfill')) ?? 0);
for (let number = begun; number < begun + Number(count); number++) {
  await archive.keep({
    ...toPage(number * Number(size), Number(size)),
    covers: { since: number, until: number + 1 },
    progress: { job: 'backfill', position: String(number + 1) },
  });
  process.stdout.write(`${number}\n`);
}
