/** The newest access token of each account at a provider. */
export const ACCESS_TOKENS = `
CREATE TABLE access_tokens (
  account text COLLATE "C" PRIMARY KEY,
  token bytea NOT NULL,
  good_until timestamptz NOT NULL
);
`;
