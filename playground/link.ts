/** What a link to the page carries, both as they stand in the editors. */
export interface Link {
  query: string;
  variables: string | null;
}

/** @param search of the page's address */
export function readLink(search: string): Link | null {
  const parameters = new URLSearchParams(search);
  const query = parameters.get('query');
  return query ? { query, variables: parameters.get('variables') } : null;
}

/** @param page its address, whatever query it carries */
export function toLink(page: string, { query, variables }: Link): string {
  const link = new URL(page);
  link.hash = '';
  link.search = new URLSearchParams({ query, ...(variables?.trim() && { variables }) }).toString();
  return link.href;
}
