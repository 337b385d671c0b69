import type { FastifyInstance } from 'fastify';
import type { AccountState, UpstreamAccounts } from '../../domain/upstream-calls.ts';
import type { ChatChannel } from '../../datasources/message-source.ts';
import { isAdmitted, type Audience } from '../audience.ts';
import type { ChannelStates } from '../../observability/channel-states.ts';
import type { StoreProbe } from '../../observability/store-probe.ts';

export interface Health {
  store: StoreProbe;
  channels: ReadonlyMap<string, ChatChannel>;
  states: ChannelStates;
  accounts: UpstreamAccounts;
  /** Requests in flight finish, and no others are accepted. */
  isClosing: boolean;
}

/**
 * `/health/live` answers as long as the process does; `/health/ready` says 503 when requests should go elsewhere,
 * since the store fails or the gateway shuts down. A failing provider is no reason: `?verbose` shows its state to
 * clients that may see the metrics.
 */
export function registerHealth(app: FastifyInstance, health: Health, audience: Audience): void {
  app.get('/health/live', () => ({ status: 'ok' }));
  app.get<{ Querystring: Record<string, unknown> }>('/health/ready', async (request, reply) => {
    const problem = health.isClosing ? 'The gateway is shutting down' : await health.store.problem();
    const details = 'verbose' in request.query && isAdmitted(audience, request) ? await describe(health) : {};
    return problem === null
      ? { status: 'ok', ...details }
      : reply.status(503).send({ status: 'unavailable', reason: problem, ...details });
  });
}

interface Details {
  channels: {
    name: string;
    provider: string;
    lastCall: { outcome: string; at: string } | null;
    /**
     * Null if the provider does not drop messages; its age is null until the archive is complete for the first time.
     */
    keepUp: { ageSeconds: number | null } | null;
  }[];
  accounts: AccountState[];
}

async function describe({ channels, states, accounts }: Health): Promise<Details> {
  return {
    channels: await Promise.all(
      [...channels.values()].map(async ({ name, provider, keepUp }) => {
        const last = states.of(name);
        return {
          name,
          provider,
          lastCall: last && { outcome: last.outcome, at: new Date(last.at).toISOString() },
          keepUp: keepUp && { ageSeconds: toSeconds(await keepUp.ageMs()) },
        };
      }),
    ),
    accounts: accounts.states(),
  };
}

function toSeconds(milliseconds: number | null): number | null {
  return milliseconds === null ? null : Math.round(milliseconds / 1000);
}
