import type { KeyObject } from 'node:crypto';
import { existsSync } from 'node:fs';
import { StoreError } from '../../../errors/store-error.ts';
import type { ArchivePage, KeptPage, MessageArchive } from '../../store.ts';
import type { Archives } from '../../sql/archive/archives.ts';
import { SqlMessageArchive } from '../../sql/archive/message-archive.ts';
import { openDatabase, openReadOnly, type Database } from '../database.ts';
import { SqliteSql } from '../sqlite-sql.ts';
import { ARCHIVE_MIGRATIONS } from './migrations.ts';
import { SqliteArchiveTables } from './tables.ts';
import { ArchiveThread } from './thread.ts';

export interface ArchiveLocation {
  /** Null: it is in memory. */
  file: string | null;
  encryptionKey: KeyObject | null;
  isReadOnly: boolean;
}

/** @param file of the store. @returns the file beside it that has the archive */
export function toArchiveFile(file: string): string {
  return `${file}.archive`;
}

export function createMemoryArchives(encryptionKey: KeyObject | null = null): Archives {
  return new SqliteArchives({ file: null, encryptionKey, isReadOnly: false });
}

/**
 * Archives in a file of their own, which is made when the first one is asked for. A thread writes them: a page of 500 messages
 * takes longer than requests may wait. In memory, for demonstrations and tests, there is no second connection, and no thread.
 */
export class SqliteArchives implements Archives {
  readonly #location: ArchiveLocation;
  #opened: Opened | null = null;
  #thread: ArchiveThread | null = null;
  /** One each: it counts what was written by itself. */
  readonly #archives = new Map<string, MessageArchive>();

  constructor(location: ArchiveLocation) {
    this.#location = location;
  }

  of(source: string): MessageArchive {
    const known = this.#archives.get(source);
    if (known) return known;
    const archive = this.#make(source);
    this.#archives.set(source, archive);
    return archive;
  }

  async close(): Promise<void> {
    await this.#thread?.close();
    await this.#opened?.sql.close();
  }

  #make(source: string): MessageArchive {
    this.#opened ??= this.#open();
    const { database, sql, keep } = this.#opened;
    const parts: Parts = [sql, database.vault, new SqliteArchiveTables(sql), source];
    return keep ? new ReadArchive(parts, (page) => keep(source, page)) : new SqlMessageArchive(...parts);
  }

  #open(): Opened {
    const { file, encryptionKey, isReadOnly } = this.#location;
    if (file === null || (isReadOnly && !existsSync(file))) {
      const database = openDatabase(':memory:', 'NORMAL', encryptionKey, ARCHIVE_MIGRATIONS);
      return { database, sql: new SqliteSql(database), keep: isReadOnly ? refuse : null };
    }
    if (isReadOnly) {
      const database = openReadOnly(file, encryptionKey, ARCHIVE_MIGRATIONS);
      return { database, sql: new SqliteSql(database), keep: refuse };
    }
    const database = openDatabase(file, 'FULL', encryptionKey, ARCHIVE_MIGRATIONS);
    const thread = new ArchiveThread({ file, encryptionKey });
    this.#thread = thread;
    return { database, sql: new SqliteSql(database), keep: (source, page) => thread.keep(source, page) };
  }
}

interface Opened {
  database: Database;
  sql: SqliteSql;
  /** Null: here. */
  keep: Keep | null;
}

type Parts = ConstructorParameters<typeof SqlMessageArchive>;
type Keep = (source: string, page: ArchivePage) => Promise<KeptPage>;

function refuse(): Promise<never> {
  return Promise.reject(new StoreError('The archive is open for reading only'));
}

/** Reads here what is written elsewhere. */
class ReadArchive extends SqlMessageArchive {
  readonly #keep: (page: ArchivePage) => Promise<KeptPage>;

  constructor(parts: Parts, keep: (page: ArchivePage) => Promise<KeptPage>) {
    super(...parts);
    this.#keep = keep;
  }

  /** Without a fence: the file belongs to this process, and so does every lease. */
  override keep(page: ArchivePage): Promise<KeptPage> {
    return this.#keep(page);
  }
}
