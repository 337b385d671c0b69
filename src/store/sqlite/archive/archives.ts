import type { KeyObject } from 'node:crypto';
import { existsSync } from 'node:fs';
import { StoreError } from '../../../errors/store-error.ts';
import type { LimitedReader } from '../../sql.ts';
import type { ArchiveEntry, ArchiveIndex, ArchivePage, KeptPage, MessageArchive } from '../../store.ts';
import type { Archives } from '../../sql/archive/archives.ts';
import { createArchiveIndex } from '../../sql/archive/index/archive-index.ts';
import { SqlMessageArchive } from '../../sql/archive/message-archive.ts';
import { openDatabase, openReadOnly, type Database } from '../database.ts';
import { SqliteSql } from '../sqlite-sql.ts';
import { ARCHIVE_MIGRATIONS } from './migrations.ts';
import { SqliteArchiveTables } from './tables.ts';
import { ArchiveThread, type ArchiveName } from './thread.ts';

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
 * takes longer than requests may wait. Another one reads what takes longer than a page of messages: conversations, participants
 * and figures. In memory, for demonstrations and tests, there is no second connection, and no thread.
 */
export class SqliteArchives implements Archives {
  readonly #location: ArchiveLocation;
  #opened: Opened | null = null;
  /** One each: it counts what was written by itself. */
  readonly #archives = new Map<string, MessageArchive>();

  constructor(location: ArchiveLocation) {
    this.#location = location;
  }

  of(source: string, account: string): MessageArchive {
    const known = this.#archives.get(source);
    if (known) return known;
    const { database, sql, writer } = (this.#opened ??= this.#open());
    const parts: Parts = [sql, database.vault, new SqliteArchiveTables(sql), source, account];
    const archive = writer
      ? new ReadArchive(parts, writer, { source, account })
      : new SqlMessageArchive(...parts);
    this.#archives.set(source, archive);
    return archive;
  }

  index(): ArchiveIndex {
    const { database, reader } = (this.#opened ??= this.#open());
    return createArchiveIndex(reader, database.vault, new SqliteArchiveTables(reader));
  }

  async close(): Promise<void> {
    for (const thread of this.#opened?.threads ?? []) await thread.close();
    await this.#opened?.sql.close();
  }

  #open(): Opened {
    const { file, encryptionKey, isReadOnly } = this.#location;
    if (file === null || (isReadOnly && !existsSync(file))) {
      const database = openDatabase(':memory:', 'NORMAL', encryptionKey, ARCHIVE_MIGRATIONS);
      return inOneThread(database, isReadOnly);
    }
    if (isReadOnly) return inOneThread(openReadOnly(file, encryptionKey, ARCHIVE_MIGRATIONS), true);
    const database = openDatabase(file, 'FULL', encryptionKey, ARCHIVE_MIGRATIONS);
    const writer = new ArchiveThread({ file, encryptionKey, isReader: false });
    const reader = new ArchiveThread({ file, encryptionKey, isReader: true });
    return { database, sql: new SqliteSql(database), reader, writer, threads: [writer, reader] };
  }
}

interface Opened {
  database: Database;
  sql: SqliteSql;
  /** Of what may take long. */
  reader: LimitedReader;
  /** Null: it is written here. */
  writer: Pick<ArchiveThread, 'keep' | 'remove' | 'replace'> | null;
  threads: readonly ArchiveThread[];
}

type Parts = ConstructorParameters<typeof SqlMessageArchive>;

function inOneThread(database: Database, isReadOnly: boolean): Opened {
  const sql = new SqliteSql(database);
  return { database, sql, reader: sql, writer: isReadOnly ? NO_WRITER : null, threads: [] };
}

const NO_WRITER: NonNullable<Opened['writer']> = { keep: refuse, remove: refuse, replace: refuse };

function refuse(): Promise<never> {
  return Promise.reject(new StoreError('The archive is open for reading only'));
}

/** Reads here what is written elsewhere. */
class ReadArchive extends SqlMessageArchive {
  readonly #writer: NonNullable<Opened['writer']>;
  readonly #archive: ArchiveName;

  constructor(parts: Parts, writer: NonNullable<Opened['writer']>, archive: ArchiveName) {
    super(...parts);
    this.#writer = writer;
    this.#archive = archive;
  }

  /** Without a fence: the file belongs to this process, and so does every lease. */
  override keep(page: ArchivePage): Promise<KeptPage> {
    return this.#writer.keep(this.#archive, page);
  }

  /** Without a fence, as above. */
  override remove(keys: readonly string[]): Promise<number> {
    return this.#writer.remove(this.#archive, keys);
  }

  /** Without a fence, as above. */
  override replace(entries: readonly ArchiveEntry[], readAt: number): Promise<void> {
    return this.#writer.replace(this.#archive, entries, readAt);
  }
}
