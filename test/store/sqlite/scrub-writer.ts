import { openDatabase } from '../../../src/store/sqlite/database.ts';

/** A process that writes to a store as a gateway does, until its parent lets go of it, and says of each write whether it was made. */
const database = openDatabase(process.argv[2] ?? '', 'FULL');
process.on('disconnect', () => process.exit(0));

function write(): void {
  let isMade = true;
  try {
    database.exec("INSERT OR REPLACE INTO settings (name, value) VALUES ('test', x'00')");
  } catch {
    isMade = false;
  }
  process.send?.(isMade);
  setTimeout(write, 20);
}

write();
