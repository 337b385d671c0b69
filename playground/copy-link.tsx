import { ToolbarButton, useGraphiQL } from '@graphiql/react';
import type { ReactNode } from 'react';
import { toLink } from './link.ts';

/** Copies the address of this page with the query and the variables, and never the headers. */
export function CopyLink(): ReactNode {
  const { queryEditor, variableEditor } = useGraphiQL((state) => ({
    queryEditor: state.queryEditor,
    variableEditor: state.variableEditor,
  }));
  const copy = (): void => {
    const link = toLink(location.href, {
      query: queryEditor?.getValue() ?? '',
      variables: variableEditor?.getValue() ?? null,
    });
    // Browsers give pages of plain HTTP from other machines no clipboard; there it can be copied from the address.
    if (isSecureContext) void navigator.clipboard.writeText(link);
    else history.replaceState(null, '', link);
  };
  return (
    <ToolbarButton label="Copy link to this query" onClick={copy}>
      <svg
        className="graphiql-toolbar-icon"
        viewBox="0 0 24 24"
        fill="none"
        stroke="currentColor"
        strokeWidth={1.5}
        aria-hidden="true"
      >
        <path d="M10 14a4 4 0 0 0 6 0l4-4a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-4 4a4 4 0 0 0 6 6l1-1" />
      </svg>
    </ToolbarButton>
  );
}
