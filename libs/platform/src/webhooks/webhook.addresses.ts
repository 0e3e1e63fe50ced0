import { BlockList, isIP } from 'node:net';

const closed = new BlockList();
for (const [net, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const)
  closed.addSubnet(net, prefix, 'ipv4');

/** The addresses of the internet alone (RFC 6890): none of the machine, of its network, of a cloud's metadata service. */
export function isOpenAddress(address: string): boolean {
  if (isIP(address) === 4) return !closed.check(address, 'ipv4');
  // Global unicast is 2000::/3; 6to4, Teredo and the documentation's range lie in it and lead elsewhere.
  const [first = '', second = ''] = address.toLowerCase().split(':');
  const head = parseInt(first, 16);
  if (Number.isNaN(head) || head < 0x2000 || head > 0x3fff || head === 0x2002) return false;
  return !(head === 0x2001 && ['', '0', '0000', 'db8', '0db8'].includes(second));
}

/** Whether an address of a webhook may be: https, without credentials, fragment or a closed address. */
export function isOpenUrl(text: string, privateToo: boolean): boolean {
  const url = URL.parse(text);
  if (!url || url.username !== '' || url.password !== '' || url.hash !== '') return false;
  if (privateToo) return ['http:', 'https:'].includes(url.protocol);
  const host = url.hostname.replaceAll(/[[\]]/g, '');
  return url.protocol === 'https:' && (isIP(host) === 0 || isOpenAddress(host));
}
