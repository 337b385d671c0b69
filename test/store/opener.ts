import { createSecretKey } from 'node:crypto';
import { openDatabase } from '../../src/store/sqlite/database.ts';

/** A process that opens a store at the moment when it is told to, and writes to it. */
const [file = '', key = ''] = process.argv.slice(2);
process.stdout.write('waiting\n');
process.stdin.once('data', () => {
  process.stdout.write('opening\n');
  using database = openDatabase(file, 'FULL', key === '' ? null : createSecretKey(Buffer.from(key, 'hex')));
  database.prepare('INSERT OR IGNORE INTO tails VALUES (?, 0, 0)').run(`process ${process.pid}`);
  process.exitCode = 0;
  process.stdin.destroy();
});
