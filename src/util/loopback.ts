const LOOPBACK_HOSTS = ['127.0.0.1', '::1', 'localhost'];

/** Whether only this machine can reach a server that listens on this host. */
export function isLoopback(host: string): boolean {
  return LOOPBACK_HOSTS.includes(host);
}
