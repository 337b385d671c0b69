import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { createChannels } from '../app/channels.ts';
import { createStores, openStoresForReading, type GatewayStores } from '../app/stores.ts';
import { AuditLog } from '../audit/audit-log.ts';
import { readConfig } from '../config/read-config.ts';
import type { GatewayConfig } from '../config/settings.ts';
import { Accounts } from '../datasources/kit/account.ts';
import type { ChatChannel } from '../datasources/message-source.ts';
import type { ParticipantRecord } from '../domain/records.ts';
import { ConfigError } from '../errors/config-error.ts';
import { GlobalIdCodec } from '../gateway/global-id.ts';
import { createLogger } from '../observability/log.ts';
import { providers } from '../resolvers/providers.ts';
import { systemClock as clock } from '../util/clock.ts';
import { Sealer } from '../util/sealing.ts';
import type { NamedParticipant } from './named-participant.ts';

/** A user who may run the program with its configuration, as the audit log names them. */
const OPERATOR = 'operator';

/** What a command that decides on what is kept works with. No provider is called. */
export interface Compliance {
  config: GatewayConfig;
  stores: GatewayStores;
  /** The provider's own, by name. */
  channels: ReadonlyMap<string, ChatChannel>;
  ids: GlobalIdCodec;
  log: Logger;
  /**
   * Writes what is done, or was, into the audit log, without a name or a native id.
   *
   * @param what such as `hold add`. @param subject as `AuditedRead.subject`
   */
  record: (what: string, channels: readonly string[], count: number, subject?: string) => Promise<void>;
}

/**
 * Opens the store of a configuration, also beside a gateway that serves.
 *
 * @param options.isReadOnly nothing is changed, so nothing can be recorded. Default: false
 * @throws ConfigError
 */
export async function withCompliance<T>(
  file: string,
  use: (opened: Compliance) => Promise<T>,
  { isReadOnly = false }: { isReadOnly?: boolean } = {},
): Promise<T> {
  const config = readConfig(file, process.env);
  if (config.store.location === 'memory:')
    throw new ConfigError('The configuration', [
      'store: memory: is lost when the gateway ends, and no other process can change it',
    ]);
  const log = createLogger(process.env['LOG_LEVEL'] ?? 'error');
  const stores = await (isReadOnly ? openStoresForReading : createStores)(config, { clock, log });
  const { store, pages, secret } = stores;
  const accounts = new Accounts(clock);
  const channels = createChannels(config, providers, {
    clock,
    log,
    store,
    accounts,
    pages,
    callTimeoutMs: config.limits.requestTimeoutMs,
    directory: config.directory,
  });
  const audit = isReadOnly ? null : await AuditLog.open(store.audit, secret, log);
  try {
    return await use({
      config,
      stores,
      channels,
      ids: new GlobalIdCodec(new Sealer(secret, 'global ids')),
      log,
      record: async (field, names, count, subject) => {
        if (audit === null) throw new Error('A store that is only read has no records to add');
        const open = { conversationId: null, sentAtGte: null, sentAtLt: null };
        await audit.record(
          {
            field,
            channels: names,
            ...open,
            count,
            outcome: 'OK',
            ...(subject === undefined ? {} : { subject }),
          },
          { at: clock.now(), caller: OPERATOR, requestId: randomUUID(), operation: null },
        );
      },
    });
  } finally {
    await Promise.all([...channels.values()].map((channel) => channel.close()));
    await accounts.close();
    await audit?.close();
    await stores.close();
  }
}

/** The participant as messages of its channel name it. @throws ConfigError when there is no such channel */
export function findParticipant(
  channels: ReadonlyMap<string, ChatChannel>,
  { channel, nativeId, role }: NamedParticipant,
): ParticipantRecord {
  const participant = findChannel(channels, channel).toParticipant(nativeId);
  return role === null ? participant : { ...participant, role };
}

/** @throws ConfigError */
export function findChannel(channels: ReadonlyMap<string, ChatChannel>, name: string): ChatChannel {
  const channel = channels.get(name);
  if (!channel)
    throw new ConfigError('The configuration', [`channels: none has the name ${JSON.stringify(name)}`]);
  return channel;
}
