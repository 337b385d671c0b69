import { UpstreamError } from '../errors/upstream-error.ts';
import { isObject } from '../datasources/kit/json-value.ts';
import type { ArchiveFailure } from '../datasources/message-source.ts';
import type { Lease, MessageArchive } from '../store/store.ts';
import type { Clock } from '../util/clock.ts';

/** Kept like the position of a job, for other processes to see. */
const JOB = 'failure';

/** Why an archive does not grow, by the job that fails. Each process that keeps pages tells of its own jobs. */
export class ArchiveFailures {
  readonly #archive: MessageArchive;
  readonly #clock: Clock;

  constructor(archive: MessageArchive, clock: Clock) {
    this.#archive = archive;
    this.#clock = clock;
  }

  /** The job fails, since now or since it began to fail in this way. @throws LostLeaseError */
  async note(job: string, error: unknown, lease: Lease): Promise<void> {
    const failures = await readFailures(this.#archive);
    const code = toCode(error);
    if (failures.get(job)?.code === code) return;
    failures.set(job, { since: this.#clock.now(), code });
    await this.#keep(failures, lease);
  }

  /** These jobs do not fail any more. @throws LostLeaseError */
  async clear(isOver: (job: string) => boolean, lease: Lease): Promise<void> {
    const failures = await readFailures(this.#archive);
    const over = [...failures.keys()].filter(isOver);
    if (over.length === 0) return;
    for (const job of over) failures.delete(job);
    await this.#keep(failures, lease);
  }

  async #keep(failures: ReadonlyMap<string, ArchiveFailure>, lease: Lease): Promise<void> {
    const position = failures.size === 0 ? null : JSON.stringify(Object.fromEntries(failures));
    const progress = { job: JOB, position };
    const readAt = this.#clock.now();
    await this.#archive.keep({ entries: [], delisted: [], readAt, covers: null, progress }, lease);
  }
}

/** The one that began first. @returns null: the last run went well, or was not allowed to end */
export async function readFailure(archive: Pick<MessageArchive, 'progress'>): Promise<ArchiveFailure | null> {
  const failures = [...(await readFailures(archive)).values()];
  const [first = null] = failures.sort((one, other) => one.since - other.since);
  return first;
}

async function readFailures(archive: Pick<MessageArchive, 'progress'>): Promise<Map<string, ArchiveFailure>> {
  const text = await archive.progress(JOB);
  const value: unknown = text === null ? null : JSON.parse(text);
  return new Map(isObject(value) ? Object.entries(value).flatMap(toFailure) : []);
}

function toFailure([job, value]: [string, unknown]): [string, ArchiveFailure][] {
  if (!isObject(value)) return [];
  const { since, code } = value;
  return typeof since === 'number' && typeof code === 'string' ? [[job, { since, code }]] : [];
}

/** Constant words, which quote nothing of the provider. */
function toCode(error: unknown): string {
  return error instanceof UpstreamError ? error.code : 'INTERNAL_SERVER_ERROR';
}
