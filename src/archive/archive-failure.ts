import { UpstreamError } from '../errors/upstream-error.ts';
import { isObject } from '../datasources/kit/json-value.ts';
import type { ArchiveFailure } from '../datasources/message-source.ts';
import type { Lease, MessageArchive } from '../store/store.ts';
import type { Clock } from '../util/clock.ts';

/** Kept like the positions of jobs, for other processes to see: of each job that fails by itself, so that several may tell at a time. */
const PREFIX = 'failure ';

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
    const known = parseFailure(await this.#archive.progress(PREFIX + job));
    const failure: ArchiveFailure = { since: this.#clock.now(), code: toCode(error) };
    if (known?.code !== failure.code) await this.#keep(job, JSON.stringify(failure), lease);
  }

  /** The job does not fail any more. @throws LostLeaseError */
  async clear(job: string, lease: Lease): Promise<void> {
    if ((await this.#archive.progress(PREFIX + job)) !== null) await this.#keep(job, null, lease);
  }

  /** These jobs do not fail any more. @throws LostLeaseError */
  async clearAll(isOver: (job: string) => boolean, lease: Lease): Promise<void> {
    for (const job of (await readFailures(this.#archive)).keys())
      if (isOver(job)) await this.#keep(job, null, lease);
  }

  async #keep(job: string, position: string | null, lease: Lease): Promise<void> {
    const progress = { job: PREFIX + job, position };
    const readAt = this.#clock.now();
    await this.#archive.keep({ entries: [], delisted: [], readAt, covers: null, progress }, lease);
  }
}

/** The one that began first. @returns null: the last run went well, or was not allowed to end */
export async function readFailure(
  archive: Pick<MessageArchive, 'positions'>,
): Promise<ArchiveFailure | null> {
  const failures = [...(await readFailures(archive)).values()];
  const [first = null] = failures.sort((one, other) => one.since - other.since);
  return first;
}

async function readFailures(
  archive: Pick<MessageArchive, 'positions'>,
): Promise<Map<string, ArchiveFailure>> {
  const positions = [...(await archive.positions())];
  return new Map(
    positions.flatMap(([job, position]) => {
      const failure = job.startsWith(PREFIX) ? parseFailure(position) : null;
      return failure ? [[job.slice(PREFIX.length), failure] as const] : [];
    }),
  );
}

function parseFailure(text: string | null): ArchiveFailure | null {
  const value: unknown = text === null ? null : JSON.parse(text);
  if (!isObject(value)) return null;
  const { since, code } = value;
  return typeof since === 'number' && typeof code === 'string' ? { since, code } : null;
}

/** Constant words, which quote nothing of the provider. */
function toCode(error: unknown): string {
  return error instanceof UpstreamError ? error.code : 'INTERNAL_SERVER_ERROR';
}
