import { lookup, type LookupAddress } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/** A webhook's address that nothing is sent to. The message says what to register instead. */
export class AddressRefused extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'AddressRefused';
  }
}

const PRIVATE = new BlockList();
for (const [net, bits] of [['127.0.0.0', 8], ['10.0.0.0', 8], ['172.16.0.0', 12], ['192.168.0.0', 16]] as const) PRIVATE.addSubnet(net, bits, 'ipv4');
PRIVATE.addAddress('::1', 'ipv6');
PRIVATE.addSubnet('fc00::', 7, 'ipv6');

/** Link-local (a cloud's metadata service lives there), unspecified, multicast and broadcast: no receiver is there. */
const NEVER = new BlockList();
for (const [net, bits] of [['169.254.0.0', 16], ['0.0.0.0', 8], ['224.0.0.0', 3]] as const) NEVER.addSubnet(net, bits, 'ipv4');
NEVER.addAddress('::', 'ipv6');
NEVER.addSubnet('fe80::', 10, 'ipv6');
NEVER.addSubnet('ff00::', 8, 'ipv6');

function listed(list: BlockList, address: string): boolean {
  // An IPv4 address in IPv6 form (::ffff:a.b.c.d) meets the IPv4 rules: Node looks into it.
  return list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

/**
 * Webhook addresses come from the registry, which only an operator writes; this guards against a slip, and against a name that is pointed elsewhere later.
 * https may go anywhere but to addresses where no receiver can be; plain http only to this machine or a private network, because an alert names people.
 * @returns why nothing may be sent to this resolved address, or null.
 */
export function addressProblem(protocol: string, address: string): string | null {
  if (listed(NEVER, address)) return `${address} is not an address that a receiver can have: register the receiver's own`;
  if (protocol !== 'https:' && !listed(PRIVATE, address)) return `${address} is outside the private network, and an alert goes there over https only: register an https URL`;
  return null;
}

/** The URL of a webhook, checked as far as it can be without asking DNS. @throws AddressRefused */
export function webhookUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null) throw new AddressRefused('the webhook URL cannot be read: register https://host/path');
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw new AddressRefused(`${url.protocol} is not a webhook's protocol: register https://host/path`);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const problem = isIP(host) === 0 ? null : addressProblem(url.protocol, host);
  if (problem !== null) throw new AddressRefused(problem);
  return url;
}

/** Resolves a name and refuses addresses that the protocol may not reach, at the moment of connecting: a name that changes in between gains nothing. */
export function guardedLookup(protocol: string): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
      if (error !== null) return callback(error, '', 0);
      const usable = addresses.filter(({ address }) => addressProblem(protocol, address) === null);
      const first = usable[0];
      if (first === undefined) {
        const problem = addresses[0] === undefined ? 'the name has no address' : addressProblem(protocol, addresses[0].address);
        return callback(new AddressRefused(`${hostname}: ${problem ?? ''}`), '', 0);
      }
      if (options.all === true) callback(null, usable);
      else callback(null, first.address, first.family);
    });
  };
}
