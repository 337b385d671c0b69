import type { StatementSync } from 'node:sqlite';
import { Database } from '../../src/store/sqlite/database.ts';
import { createVault } from '../../src/store/vault.ts';

/** A database that records which statements run. Preparing one is not running it. */
export class RecordingDatabase extends Database {
  readonly ran: string[] = [];

  constructor(location: string) {
    super(location, createVault(null));
  }

  override exec(sql: string): void {
    this.ran.push(sql);
    super.exec(sql);
  }

  override prepare(sql: string): StatementSync {
    return new Proxy(super.prepare(sql), {
      get: (statement, name) => {
        const value: unknown = Reflect.get(statement, name);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]): unknown => {
          this.ran.push(sql);
          return Reflect.apply(value, statement, args);
        };
      },
    });
  }
}
