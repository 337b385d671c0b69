import { explorerPlugin } from '@graphiql/plugin-explorer';
import { tryParseJSONC, useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import { createGraphiQLFetcher, type Fetcher } from '@graphiql/toolkit';
import { GraphiQL, HISTORY_PLUGIN } from 'graphiql';
import { useEffect, useMemo, useState, type ReactNode } from 'react';
import { CopyLink } from './copy-link.tsx';
import { CostLine, takeCost, type Cost } from './cost.tsx';
import { EDITOR_THEME } from './editor-theme.ts';
import { EarlyRun } from './early-run.tsx';
import { readLink } from './link.ts';
import { keepHeaders, readHeaders, storage } from './storage.ts';
import { createTabs } from './tabs.ts';

const UNAUTHORIZED = 401;

const INTROSPECTION = 'IntrospectionQuery';

const plugins = [HISTORY_PLUGIN, explorerPlugin()];
const link = readLink(location.search);
const tabs = createTabs(Date.now());

/** GraphiQL on the endpoint beside this page, with the questions that people come with. */
export function Playground(): ReactNode {
  const [isRefused, setIsRefused] = useState(false);
  const [cost, setCost] = useState<Cost | null>(null);
  const fetcher = useMemo(() => createFetcher(setIsRefused, setCost), []);
  useEffect(() => {
    // Once the tab is there, it may be changed, and a reload must not open another one.
    if (link) history.replaceState(null, '', location.pathname);
  }, []);
  return (
    <GraphiQL
      fetcher={fetcher}
      storage={storage}
      plugins={plugins}
      // GraphiQL opens the query of a link beside the tabs that it remembers, and without any it takes these.
      defaultTabs={link ? [link, ...tabs] : tabs}
      {...(link && { initialQuery: link.query, initialVariables: link.variables ?? '' })}
      introspectionQueryName={INTROSPECTION}
      defaultHeaders={readHeaders()}
      defaultEditorToolsVisibility="headers"
      editorTheme={EDITOR_THEME}
      shouldPersistHeaders={false}
      inputValueDeprecation
      schemaDescription
    >
      <GraphiQL.Logo>
        <h1 className="logo">chat-history-gateway</h1>
      </GraphiQL.Logo>
      <GraphiQL.Toolbar>
        {({ prettify, merge, copy }) => (
          <>
            {prettify}
            {merge}
            {copy}
            <CopyLink />
          </>
        )}
      </GraphiQL.Toolbar>
      <GraphiQL.Footer>
        <CostLine
          cost={cost}
          onOtherTab={() => {
            setCost(null);
          }}
        />
      </GraphiQL.Footer>
      <SharedHeaders />
      <EarlyRun />
      <SystemTheme />
      <Refusal isRefused={isRefused} />
    </GraphiQL>
  );
}

/** Subscriptions go over WebSocket, with the headers as payload of `connection_init`. Each query asks for its cost. */
function createFetcher(onAnswer: (isRefused: boolean) => void, onCost: (cost: Cost | null) => void): Fetcher {
  const url = new URL('graphql', document.baseURI);
  const subscriptionUrl = new URL(url);
  subscriptionUrl.protocol = url.protocol.replace('http', 'ws');
  const send = createGraphiQLFetcher({
    url: url.href,
    subscriptionUrl: subscriptionUrl.href,
    // The gateway answers queries whole.
    enableIncrementalDelivery: false,
    fetch: async (...request) => {
      const response = await fetch(...request);
      onAnswer(response.status === UNAUTHORIZED);
      return response;
    },
  });
  return async (request, options) => {
    // GraphiQL asks for the schema before its editors are there to be read.
    const headers = options?.headers ?? tryParseJSONC(readHeaders()) ?? {};
    if (request.operationName === INTROSPECTION) return send(request, { ...options, headers });
    onCost(null);
    const asked = { ...request, extensions: { cost: true } };
    const answer = await send(asked, { ...options, headers });
    onCost(takeCost(answer));
    return answer;
  };
}

/** The caller is the same in all tabs, so the headers are too; GraphiQL has some for each. */
function SharedHeaders(): ReactNode {
  const { editor, tab } = useGraphiQL(({ headerEditor, tabs, activeTabIndex }) => ({
    editor: headerEditor,
    tab: tabs[activeTabIndex]?.id,
  }));
  useEffect(() => {
    editor?.setValue(readHeaders());
  }, [editor, tab]);
  useEffect(() => {
    // A flush is GraphiQL filling in those of a tab; everything else was typed.
    const typing = editor?.onDidChangeModelContent(({ isFlush }) => {
      if (!isFlush) keepHeaders(editor.getValue());
    });
    return () => typing?.dispose();
  }, [editor]);
  return null;
}

/** The page follows the system by itself; the editors must be told. */
function SystemTheme(): ReactNode {
  const theme = useGraphiQL((state) => state.theme);
  const actions = useGraphiQLActions();
  useEffect(() => {
    const system = matchMedia('(prefers-color-scheme: dark)');
    const follow = (): void => {
      actions.setTheme(theme);
    };
    system.addEventListener('change', follow);
    return () => {
      system.removeEventListener('change', follow);
    };
  }, [theme, actions]);
  return null;
}

/** Which header is missing. What else can go wrong with loading the schema, GraphiQL shows as a result. */
function Refusal({ isRefused }: { isRefused: boolean }): ReactNode {
  const fetchError = useGraphiQL((state) => state.fetchError);
  const actions = useGraphiQLActions();
  useEffect(() => {
    // A caller that is authenticated later may see the schema as well.
    if (!isRefused && fetchError !== null) void actions.introspect();
  }, [isRefused]);
  if (!isRefused) return null;
  return (
    <p className="refusal" role="alert">
      The gateway wants to know who you are. Put your API key under <b>Headers</b>, below the query, as{' '}
      <code>{'{ "Authorization": "Bearer <your API key>" }'}</code>, and run the query.
    </p>
  );
}
