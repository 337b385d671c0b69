import { useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import { useEffect, useRef, type ReactNode } from 'react';

/** ▶ is there before the editors are, which it reads; GraphiQL drops such a click. Here it waits until they are there. */
export function EarlyRun(): ReactNode {
  const isReady = useGraphiQL(({ queryEditor, variableEditor, headerEditor, responseEditor }) =>
    [queryEditor, variableEditor, headerEditor, responseEditor].every((editor) => editor !== undefined),
  );
  const actions = useGraphiQLActions();
  const isAsked = useRef(false);
  useEffect(() => {
    if (isReady) {
      if (isAsked.current) actions.run();
      isAsked.current = false;
      return undefined;
    }
    const ask = ({ target }: MouseEvent): void => {
      if (target instanceof Element && target.closest('.graphiql-execute-button')) isAsked.current = true;
    };
    document.addEventListener('click', ask);
    return () => {
      document.removeEventListener('click', ask);
    };
  }, [isReady, actions]);
  return null;
}
