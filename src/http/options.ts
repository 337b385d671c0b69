import type { GraphQLSchema } from 'graphql';
import type { Logger } from 'pino';
import type { CallerSlots } from '../access/caller-slots.ts';
import type { CreateContext } from '../gateway/context.ts';
import type { Admission } from '../graphql/admission.ts';
import type { Executor } from '../graphql/execution/executor.ts';
import type { FanOut } from '../graphql/fan-out.ts';
import type { ErrorFormatter } from '../graphql/format-error.ts';
import type { Live } from '../live/live.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { Telemetry } from '../observability/telemetry.ts';
import type { Clock } from '../util/clock.ts';
import type { Audience } from './audience.ts';
import type { Health } from './routes/health.ts';

export interface WebhookLimits {
  /** Timeout for the body of a delivery. */
  bodySeconds: number;
  /** Memory for bodies of authenticated senders, and as much again for the others. */
  maxReceivingBytes: number;
}

/** What the GraphQL routes need. */
export interface GraphQLOptions {
  schema: GraphQLSchema;
  admission: Admission;
  executor: Executor;
  createContext: CreateContext;
  exportSlots: CallerSlots;
  fanOut: FanOut;
  formatError: ErrorFormatter;
  metrics: Metrics;
  /** The server closes a subscriber that reads nothing for so long; with the cursor of its last event it can resume. */
  stallMs: number;
  /** Web pages of these origins may send requests from a browser, besides the gateway's own. */
  allowedOrigins: string[];
  /** Whether callers may introspect the schema. */
  hasIntrospection: boolean;
  /** Whether queries may come in a URL to `/graphql`; streams may in any case, since browsers open theirs so. */
  hasQueriesOverGet: boolean;
  /** Whether agents may call tools at `/mcp`. */
  hasMcp: boolean;
  /** Whether long answers and exports are compressed for clients that accept it; events are not. */
  hasCompression: boolean;
  clock: Clock;
  log: Logger;
}

/** What the HTTP server serves, and to whom. */
export interface ServerOptions extends Omit<GraphQLOptions, 'formatError' | 'fanOut'> {
  live: Pick<Live, 'receiver' | 'delivered' | 'inbox'>;
  webhooks: WebhookLimits;
  /** Of all callers together; the server accepts no more. */
  maxConnections: number;
  /** Who may see metrics on the API's own port. */
  audience: Audience;
  telemetry: Telemetry;
  health: Health;
  /** Called once, when the requests in flight have finished. */
  onClose: () => Promise<void>;
}
