import type { ArchiveEntry, ArchivePage, KeptPage } from '../../store.ts';
import { countPage, countWithout } from './count-page.ts';
import { cover, uncover } from './coverage.ts';
import { displace } from './displace.ts';
import { keepProgress } from './jobs.ts';
import { giveNumbers } from './numbers.ts';
import { planPage, type KeptMessage } from './plan-page.ts';
import { countChanges, toWrites, type SealedPage } from './sealed-page.ts';
import type { ArchiveUnit } from './unit.ts';

/** Keeps a page, in a unit. Only its messages come after their numbers, for which all other units wait. */
export async function keepPage(unit: ArchiveUnit, sealed: SealedPage): Promise<KeptPage> {
  const { tx, tables, seals, source } = unit;
  const { page } = sealed;
  await claim(unit);
  const rows = await tables.find(tx, source, sealed.keys, sealed.places);
  const kept = rows.map((row) => seals.toKept(row));
  const plan = planPage(page.replaces ? onlyReplacing(page, page.replaces, kept) : page, kept);
  await displace(unit, plan.displaced);
  const factsOf = await countPage(unit, plan);
  await noteChange(unit, plan.added);
  if (page.uncovers) await uncover(tx, source, page.uncovers);
  if (page.covers) await cover(tx, source, page.covers);
  if (page.progress) await keepProgress(tx, seals.position, source, page.progress);
  const lastSeq = await giveNumbers(tx, countChanges(plan), page.readAt);
  await tables.write(tx, source, toWrites(plan, sealed, seals, factsOf, lastSeq));
  return { added: plan.added, revised: plan.revised.length };
}

/** Puts messages in the place of those with their keys, in a unit: listed or not as those were, and of the same versions. */
export async function replaceMessages(unit: ArchiveUnit, sealed: SealedPage): Promise<void> {
  const { tx, tables, seals, source } = unit;
  const { entries } = sealed.page;
  await claim(unit);
  const rows = await tables.find(tx, source, sealed.keys, []);
  await removeMessages(
    unit,
    entries.map(({ key }) => key),
  );
  await keepPage(unit, sealed);
  const moments = new Map(entries.map(({ key, sentAt }) => [key, sentAt]));
  for (const { key, version, delistedAt } of rows.map((row) => seals.toKept(row)))
    await tx.all(
      'UPDATE archive_message SET version = $4, delisted_at = $5 WHERE source = $1 AND sent_at = $2 AND key = $3',
      [source, moments.get(key) ?? null, seals.key(key), version, delistedAt],
    );
}

/** The page without entries whose messages are not kept, or not as they are to be replaced. */
function onlyReplacing(
  page: ArchivePage,
  replaces: ReadonlyMap<string, string>,
  kept: readonly KeptMessage[],
): ArchivePage {
  const records = new Map(kept.map(({ key, record }) => [key, record]));
  const isReplaced = ({ key }: ArchiveEntry): boolean =>
    records.has(key) && records.get(key) === replaces.get(key);
  return { ...page, entries: page.entries.filter(isReplaced) };
}

/** Takes messages away, in a unit. @returns how many there were */
export async function removeMessages(unit: ArchiveUnit, keys: readonly string[]): Promise<number> {
  const { tx, tables, seals, source } = unit;
  await claim(unit);
  const sealed = [...new Set(keys)].map((key) => seals.key(key.toWellFormed()));
  const rows = await tables.find(tx, source, sealed, []);
  const kept = new Map(rows.map((row) => [String(row['key']), seals.toKept(row)]));
  if (kept.size === 0) return 0;
  await tables.remove(tx, source, [...kept.keys()]);
  await countWithout(unit, [...kept.values()]);
  await noteChange(unit, -kept.size);
  return kept.size;
}

/** All sources of an account have the same participants, so their units run one after the other. */
function claim({ tx, account }: ArchiveUnit): Promise<void> {
  return tx.claim(`archive account ${account}`);
}

/** @param added how many messages more there are */
async function noteChange({ tx, source }: ArchiveUnit, added: number): Promise<void> {
  await tx.all('UPDATE archive_source SET version = version + 1, messages = messages + $2 WHERE id = $1', [
    source,
    added,
  ]);
}
