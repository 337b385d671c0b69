import { tryParseJSONC, useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import { createGraphiQLFetcher, type Fetcher } from '@graphiql/toolkit';
import { GraphiQL } from 'graphiql';
import { useEffect, useMemo, useState, type ReactNode } from 'react';
import { EDITOR_THEME } from './editor-theme.ts';
import { EarlyRun } from './early-run.tsx';
import { keepHeaders, readHeaders, storage } from './storage.ts';

const UNAUTHORIZED = 401;

const tabs = Object.values(
  import.meta.glob<string>('./tabs/*.graphql', { query: '?raw', import: 'default', eager: true }),
).map((query) => ({ query }));

/** GraphiQL on the endpoint beside this page, with the questions that people come with. */
export function Playground(): ReactNode {
  const [isRefused, setIsRefused] = useState(false);
  const fetcher = useMemo(() => createFetcher(setIsRefused), []);
  return (
    <GraphiQL
      fetcher={fetcher}
      storage={storage}
      defaultTabs={tabs}
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
      <SharedHeaders />
      <EarlyRun />
      <SystemTheme />
      <Refusal isRefused={isRefused} />
    </GraphiQL>
  );
}

/** Subscriptions go over WebSocket, with the headers as payload of `connection_init`. */
function createFetcher(onAnswer: (isRefused: boolean) => void): Fetcher {
  const url = new URL('graphql', document.baseURI);
  const subscriptionUrl = new URL(url);
  subscriptionUrl.protocol = url.protocol.replace('http', 'ws');
  const send = createGraphiQLFetcher({
    url: url.href,
    subscriptionUrl: subscriptionUrl.href,
    fetch: async (...request) => {
      const response = await fetch(...request);
      onAnswer(response.status === UNAUTHORIZED);
      return response;
    },
  });
  return (request, options) => {
    // GraphiQL asks for the schema before its editors are there to be read.
    const headers = options?.headers ?? tryParseJSONC(readHeaders()) ?? {};
    return send(request, { ...options, headers });
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
