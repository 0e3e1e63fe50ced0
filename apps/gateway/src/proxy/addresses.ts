import type { IncomingMessage } from 'node:http';
import { BlockList, isIPv6 } from 'node:net';
import { Injectable } from '@nestjs/common';
import { GatewayConfig } from '../gateway.config.js';

/** Where a request comes from, through proxies whose word counts and no others. */
@Injectable()
export class Addresses {
  private readonly trusted = new BlockList();

  constructor(config: GatewayConfig) {
    for (const each of config.TRUSTED_PROXIES.split(',')) {
      const [address = '', bits] = each.trim().split('/');
      const family = isIPv6(address) ? 'ipv6' : 'ipv4';
      if (bits === undefined) this.trusted.addAddress(address, family);
      else this.trusted.addSubnet(address, Number(bits), family);
    }
  }

  /** The `X-Forwarded-For` to pass on: what a trusted proxy said before, and who is at the other end. */
  forwardedFor(request: IncomingMessage): string {
    const peer = peerOf(request);
    const said = request.headers['x-forwarded-for'];
    return typeof said === 'string' && this.trusts(peer) ? `${said}, ${peer}` : peer;
  }

  /** `https` when the client, or a trusted proxy before us, spoke TLS. */
  protocol(request: IncomingMessage): 'http' | 'https' {
    const said = request.headers['x-forwarded-proto'];
    return said === 'https' && this.trusts(peerOf(request)) ? 'https' : 'http';
  }

  /** The nearest address that is not a trusted proxy; of IPv6 the network (/64), for an address is cheap there. */
  clientOf(request: IncomingMessage): string {
    const hops = this.forwardedFor(request).split(',');
    let client = '';
    for (let hop = hops.pop(); hop !== undefined; hop = hops.pop()) {
      client = plain(hop.trim());
      if (!this.trusts(client)) break;
    }
    return isIPv6(client) ? networkOf(client) : client;
  }

  private trusts(address: string): boolean {
    return this.trusted.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
  }
}

function peerOf(request: IncomingMessage): string {
  return plain(request.socket.remoteAddress ?? '');
}

/** `::ffff:192.0.2.1` is an IPv4 address to everybody else. */
function plain(address: string): string {
  return address.startsWith('::ffff:') ? address.slice(7) : address;
}

/** The first four groups; `::` may stand for some of them. */
function networkOf(address: string): string {
  const [head = '', tail] = address.split('::');
  const groups = head === '' ? [] : head.split(':');
  if (tail !== undefined) {
    const after = tail === '' ? [] : tail.split(':');
    while (groups.length + after.length < 8) groups.push('0');
    groups.push(...after);
  }
  return `${groups.slice(0, 4).join(':')}::/64`;
}
