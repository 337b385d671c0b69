import { createContext, useContext, type ButtonHTMLAttributes, type ReactNode, type Ref } from 'react';

/**
 * The list of open queries in place of GraphiQL's, whose tabs are buttons that contain buttons, which screen readers cannot tell
 * apart, and which brings a library for dragging along.
 */
const IsActive = createContext(false);

interface ListProps {
  children: ReactNode;
  'aria-label'?: string;
  className?: string;
  ref?: Ref<HTMLUListElement>;
}

export function Tabs({ children, className = '', ref, 'aria-label': label }: ListProps): ReactNode {
  return (
    <ul ref={ref} className={`graphiql-tabs ${className}`} aria-label={label}>
      {children}
    </ul>
  );
}

function Item({ isActive = false, children }: { isActive?: boolean; children: ReactNode }): ReactNode {
  return (
    <li className={isActive ? 'graphiql-tab graphiql-tab-active' : 'graphiql-tab'}>
      <IsActive value={isActive}>{children}</IsActive>
    </li>
  );
}

type ButtonProps = ButtonHTMLAttributes<HTMLButtonElement>;

function Button(props: ButtonProps): ReactNode {
  return (
    <button
      {...props}
      type="button"
      className="graphiql-un-styled graphiql-tab-button"
      aria-current={useContext(IsActive)}
    />
  );
}

function Close(props: ButtonProps): ReactNode {
  return (
    <button {...props} type="button" className="graphiql-un-styled graphiql-tab-close" aria-label="Close tab">
      <svg viewBox="0 0 14 14" stroke="currentColor" strokeWidth={3} aria-hidden="true">
        <path d="m1 1 12 12m0-12L1 13" />
      </svg>
    </button>
  );
}

export const Tab = Object.assign(Item, { Button, Close });
