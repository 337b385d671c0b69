import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { AuditLog } from '../../src/audit/audit-log.ts';
import { AuditSeal } from '../../src/audit/seal.ts';
import { verifyLog } from '../../src/audit/verify.ts';
import type { Store } from '../../src/store/store.ts';
import { recordEntry } from './entries.ts';

export interface DamagedEngine {
  name: string;
  /** Opens the same store again and again, as one process after the other would. */
  open: () => Promise<Store>;
  /** Runs statements as an attacker would who has a database shell, and not the secret. */
  run: (sql: string) => Promise<unknown>;
}

const SECRET = Buffer.alloc(32, 7);
const RECORDS = 10;

const DAMAGES: readonly (readonly [what: string, sql: string, findings: string[]])[] = [
  [
    'a changed row',
    'UPDATE audit SET at = at + 1 WHERE strand = 1 AND seq = 4',
    ['Record 4 of strand 1 was changed.'],
  ],
  ['a removed row', 'DELETE FROM audit WHERE strand = 2 AND seq = 4', ['Record 4 of strand 2 is missing.']],
  [
    'a removed strand',
    'DELETE FROM audit WHERE strand = 2; DELETE FROM audit_strands WHERE id = 2',
    ['Strand 2 is missing.'],
  ],
  [
    'the newest strand removed',
    'DELETE FROM audit WHERE strand = 3; DELETE FROM audit_strands WHERE id = 3',
    ['Strand 3 is missing, the newest.'],
  ],
  [
    'the end of a dead process cut off',
    'DELETE FROM audit WHERE strand = 1 AND seq > 8',
    ['Records 9 to 10 of strand 1 are missing, the newest.'],
  ],
  [
    'the end of the newest strand cut off',
    'DELETE FROM audit WHERE strand = 3 AND seq > 8',
    ['Records 9 to 10 of strand 3 are missing, the newest.'],
  ],
  [
    'strands in another order',
    `UPDATE audit_strands SET id = -id WHERE id < 3; UPDATE audit_strands SET id = 3 + id WHERE id < 0;
     UPDATE audit SET strand = -strand WHERE strand < 3; UPDATE audit SET strand = 3 + strand WHERE strand < 0`,
    ['Strand 1 does not follow the strand before it.', 'Strand 1 was changed.'],
  ],
];

/** What `audit verify` finds in a store of this engine. Call it where each test has a store of its own. */
export function describeDamage({ name, open, run }: DamagedEngine): void {
  /** @returns what is found afterwards */
  async function damage(sql: string): Promise<string[]> {
    for (let strand = 1; strand <= 3; strand++) {
      const store = await open();
      const audit = await AuditLog.open(store.audit, SECRET, pino({ enabled: false }));
      for (let number = 1; number <= RECORDS; number++) await recordEntry(audit, number);
      await store.close();
    }
    await run(sql);
    const store = await open();
    const { findings } = await store.audit.change((log) => verifyLog(log, new AuditSeal(SECRET)));
    await store.close();
    return findings;
  }

  describe(`the audit log in ${name}`, () => {
    test('is found intact when nothing was changed', async () => {
      expect(await damage('SELECT 1')).toEqual([]);
    });

    test.each(DAMAGES)('shows %s', async (_, sql, findings) => {
      expect((await damage(sql)).slice(0, findings.length)).toEqual(findings);
    });
  });
}
