import { createRequire, registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';

/**
 * Has the compiler and all that it is made of run on the graphql of the workspace that it is run in, as it would in a
 * project that has only that one. Three whole installs of it would be 120 MB.
 */
const workspace = pathToFileURL(`${process.cwd()}/package.json`).href;
const { resolve } = createRequire(workspace);

registerHooks({
  resolve: (specifier, context, next) =>
    /^graphql(\/|$)/.test(specifier) && context.parentURL !== workspace
      ? { url: pathToFileURL(resolve(specifier)).href, shortCircuit: true }
      : next(specifier, context),
});
