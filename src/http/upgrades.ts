import type { FastifyInstance } from 'fastify';

type Strategy = Parameters<FastifyInstance['addConstraintStrategy']>[0];
type Handler = Parameters<ReturnType<Strategy['storage']>['set']>[1];

/** The constraint of routes that take over the connection: `{ [UPGRADE]: 'websocket' }`. */
export const UPGRADE = 'upgrade';

/** A request for another protocol reaches a route that speaks it, or none: to any other route it would be lost. */
export const upgrades: Strategy = {
  name: UPGRADE,
  mustMatchWhenDerived: true,
  deriveConstraint: ({ headers: { upgrade, connection } }) =>
    /\bupgrade\b/i.test(connection ?? '') ? upgrade?.toLowerCase() : undefined,
  storage: () => {
    const handlers = new Map<unknown, Handler>();
    return {
      get: (protocol) => handlers.get(protocol) ?? null,
      set: (protocol, handler) => {
        handlers.set(protocol, handler);
      },
    };
  },
};
