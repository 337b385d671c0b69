/** Who calls: the gateway asks, so the router hands on what it was given. */
export const FORWARDED_HEADERS = ['authorization', 'x-api-key'];
