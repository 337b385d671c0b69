import './styles/theme.css';
import './styles/layout.css';
import './styles/list.css';
import './styles/messages.css';
import { render } from 'preact';
import { App } from './app.tsx';
import { listenToKeys } from './keys.ts';
import { start } from './store/start.ts';

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no element "root"');
start();
listenToKeys();
render(<App />, root);
