import { stripTypeScriptTypes } from 'node:module';

/** Jest loads modules by itself, so Node does not strip their types for it. */
const process = (source: string): { code: string } => ({ code: stripTypeScriptTypes(source) });

export default { process };
