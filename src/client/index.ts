/** A typed client of the gateway, for Node.js 20.3 or later, browsers and edge runtimes; it needs only `fetch`. */
export { createClient, GatewayClient } from './client.ts';
export type { ClientClock } from './clock.ts';
export type { ClientOptions, Following } from './document-client.ts';
export * from './documents.ts';
export type { TypedDocument } from './document.ts';
export {
  GatewayError,
  NetworkError,
  RequestFailedError,
  type GatewayErrorCode,
  type GraphQLErrorBody,
} from './errors.ts';
export type { FollowOptions } from './follow.ts';
export type { RetryPolicy } from './retry.ts';
export type * from './shapes.ts';
export { IncompleteWalkError, type IncompleteWalk, type SourceFailureHandling } from './walk.ts';
