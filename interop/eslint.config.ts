import { defineConfig, globalIgnores } from 'eslint/config';
import gateway from '../eslint.config.ts';

export default defineConfig(globalIgnores(['**/generated', '**/__generated__']), gateway);
