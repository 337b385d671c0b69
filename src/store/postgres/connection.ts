import pg, { type ClientConfig, type Pool, type PoolConfig } from 'pg';
import type { Logger } from 'pino';
import { StoreError } from '../../errors/store-error.ts';
import { toShownLocation } from '../location.ts';

/** The server ends statements first, so that the connection can still be used; the other limit is for servers that vanish. */
export const STATEMENT_TIMEOUT_MS = 30_000;
const QUERY_TIMEOUT_MS = 35_000;
/** Whatever runs in a unit awaits nothing but its statements. Locks of a process that stalls are free again after this. */
const IDLE_IN_TRANSACTION_MS = 10_000;
const CONNECTION_TIMEOUT_MS = 5_000;
const KEEP_ALIVE_MS = 10_000;

/** Integers of 64 bits, of which the gateway stores none that numbers do not hold exactly. */
const types = new pg.TypeOverrides();
types.setTypeParser(pg.types.builtins.INT8, toInteger);

/** How to reach a server, and how messages name it: without its user and password. */
export interface Address {
  config: ClientConfig;
  name: string;
}

/**
 * @param location `postgres://…`, with the parameters of pg: `sslmode`, `sslrootcert`, `application_name`, `options` and so on,
 * which hold before ours
 * @throws StoreError when it is no URL
 */
export function toAddress(location: string): Address {
  // An error of `URL` quotes the whole text, with its password.
  if (!URL.canParse(location))
    throw new StoreError(
      'store.location is not a URL such as postgres://user@host:5432/database: encode what is special in its password, "/" as %2F',
    );
  const url = new URL(location);
  const options = url.searchParams.get('options') ?? '';
  url.searchParams.delete('options');
  return {
    name: toShownLocation(location),
    config: {
      application_name: 'chat-history-gateway',
      connectionTimeoutMillis: CONNECTION_TIMEOUT_MS,
      statement_timeout: STATEMENT_TIMEOUT_MS,
      query_timeout: QUERY_TIMEOUT_MS,
      idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
      types,
      connectionString: url.href,
      options: `${options} -c TimeZone=UTC -c standard_conforming_strings=on`.trim(),
    },
  };
}

/** Connections that break are replaced; each has a listener, without which its error would end the process. */
export function createPool(config: PoolConfig, log: Logger): Pool {
  const pool = new pg.Pool(config);
  pool.on('error', (error) => {
    log.warn({ err: error }, 'An idle connection to the store broke');
  });
  pool.on('connect', (client) => {
    client.on('error', (error) => {
      // The statement under way fails with it, too.
      log.debug({ err: error }, 'A connection to the store broke');
    });
  });
  return pool;
}

function toInteger(text: string): number | bigint {
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : BigInt(text);
}
