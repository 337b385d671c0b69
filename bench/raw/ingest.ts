import { DatabaseSync } from 'node:sqlite';
import { sendJson, serve } from './serve.ts';

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error('The first argument is the file of the database');
const database = new DatabaseSync(file);
database.exec(`
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  CREATE TABLE inbox (id INTEGER PRIMARY KEY, payload TEXT NOT NULL);
`);
const insert = database.prepare('INSERT INTO inbox (payload) VALUES (?)');
const count = database.prepare('SELECT COUNT(*) AS count FROM inbox');

/** Stores each body in a synced transaction of its own, and then answers: nothing is verified, parsed or processed. */
serve(({ method, body }, response) => {
  if (method === 'POST') insert.run(body);
  sendJson(response, method === 'POST' ? {} : count.get());
});
