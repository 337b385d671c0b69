import { pino } from 'pino';
import { AuditLog } from '../../src/audit/audit-log.ts';
import { openStore } from '../../src/store/open-store.ts';
import { systemClock } from '../../src/util/clock.ts';
import { createEntry } from './entries.ts';

/** A process that writes records, several at a time, and says after each lot how many it was told are on disk. */
const [location = '', secret = '', lots = 'for ever'] = process.argv.slice(2);
const log = pino({ enabled: false });
const store = await openStore(location, '.', null, { clock: systemClock, log });
const audit = await AuditLog.open(store.audit, Buffer.from(secret, 'hex'), log);
let written = 0;
for (let lot = 0; lots === 'for ever' || lot < Number(lots); lot++) {
  const entries = Array.from({ length: 1 + (lot % 3) }, (_, index) => createEntry(written + index));
  await Promise.all(entries.map((entry) => audit.record(entry, entry)));
  written += entries.length;
  process.stdout.write(`${written}\n`);
}
await store.close();
