import type { Sql } from '../sql.ts';
import type { AccessTokens, GoodToken, Leases } from '../store.ts';
import type { ColumnSeal, Vault } from '../vault.ts';

/** Tokens as rows, each made by the process that has the lease of it. */
export class PostgresAccessTokens implements AccessTokens {
  readonly #sql: Sql;
  readonly #leases: Leases;
  readonly #account: ColumnSeal;
  readonly #token: ColumnSeal;

  constructor(sql: Sql, vault: Vault, leases: Leases) {
    this.#sql = sql;
    this.#leases = leases;
    this.#account = vault.key('access_tokens.account');
    this.#token = vault.value('access_tokens.token');
  }

  async get(
    account: string,
    refused: string | null,
    signal: AbortSignal,
    make: () => Promise<GoodToken>,
  ): Promise<GoodToken> {
    const sealed = String(this.#account.seal(account));
    const find = async (): Promise<GoodToken | null> => {
      const found = await this.#find(sealed);
      return found?.token === refused ? null : found;
    };
    const found = await find();
    if (found !== null) return found;
    return this.#leases.take(`access token ${sealed}`, signal, async () => {
      // Another process may have made it meanwhile.
      const other = await find();
      if (other !== null) return other;
      const made = await make();
      await this.#keep(sealed, made);
      return made;
    });
  }

  async #find(account: string): Promise<GoodToken | null> {
    const [row] = await this.#sql.all(
      `SELECT token, floor(extract(epoch FROM good_until - clock_timestamp()) * 1000)::bigint AS rest
       FROM access_tokens WHERE account = $1 AND good_until > clock_timestamp()`,
      [account],
    );
    return row ? { token: this.#token.open(row['token']), goodForMs: Number(row['rest']) } : null;
  }

  async #keep(account: string, { token, goodForMs }: GoodToken): Promise<void> {
    await this.#sql.all(
      `INSERT INTO access_tokens (account, token, good_until)
       VALUES ($1, $2, clock_timestamp() + $3 * interval '1 millisecond')
       ON CONFLICT (account) DO UPDATE SET token = excluded.token, good_until = excluded.good_until`,
      [account, this.#token.seal(token), Math.floor(goodForMs)],
    );
  }
}
