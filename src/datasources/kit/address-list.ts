import { BlockList, isIP } from 'node:net';
import { z } from 'zod';

const BITS = { ipv4: 32, ipv6: 128 } as const;

interface Subnet {
  address: string;
  prefix: number;
  family: keyof typeof BITS;
}

/** A set of addresses such as `10.0.0.7` or `::1`, and subnets such as `10.0.0.0/8`. */
export const addressList = z
  .array(z.string())
  .min(1)
  .transform((entries, context) => {
    const list = new BlockList();
    for (const [index, entry] of entries.entries()) {
      const subnet = parseSubnet(entry);
      if (subnet) list.addSubnet(subnet.address, subnet.prefix, subnet.family);
      else {
        const message = 'must be an address such as 10.0.0.7 or a subnet such as 10.0.0.0/8';
        context.addIssue({ code: 'custom', path: [index], message });
      }
    }
    return list;
  });

function parseSubnet(text: string): Subnet | null {
  const [address = '', prefix, ...others] = text.split('/');
  const version = isIP(address);
  if (version === 0 || others.length > 0) return null;
  const family = version === 4 ? 'ipv4' : 'ipv6';
  if (prefix === undefined) return { address, prefix: BITS[family], family };
  const isPrefix = /^\d{1,3}$/.test(prefix) && Number(prefix) <= BITS[family];
  return isPrefix ? { address, prefix: Number(prefix), family } : null;
}
