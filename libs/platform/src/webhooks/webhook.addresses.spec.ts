import { describe, expect, it } from '@jest/globals';
import { isOpenAddress, isOpenUrl } from './webhook.addresses.js';

describe('where a webhook may go', () => {
  it.each(['8.8.8.8', '193.219.0.1', '2a00:1450:4001::8a', '2606:4700::1111'])('may go to %s', (address) => {
    expect(isOpenAddress(address)).toBe(true);
  });
  it.each([
    ...[
      '127.0.0.1',
      '10.1.2.3',
      '172.31.0.1',
      '192.168.1.1',
      '169.254.169.254',
      '100.64.0.1',
      '0.0.0.0',
      '255.255.255.255',
    ],
    ...[
      '::1',
      '::',
      'fe80::1',
      'fd00::1',
      'ff02::1',
      '::ffff:127.0.0.1',
      '64:ff9b::7f00:1',
      '2002:7f00:1::',
      '2001:db8::1',
      '2001::1',
    ],
  ])('may not go to %s', (address) => {
    expect(isOpenAddress(address)).toBe(false);
  });

  it.each([
    ['https://school.example.lt/hooks?a=1', true, true],
    ['https://school.example.lt:8443/', true, true],
    ['http://school.example.lt/', false, true],
    ['https://127.0.0.1/', false, true],
    ['https://2130706433/', false, true],
    ['https://0x7f.1/', false, true],
    ['https://[::1]/', false, true],
    ['https://user:secret@school.example.lt/', false, false],
    ['https://school.example.lt/#a', false, false],
    ['ftp://school.example.lt/', false, false],
    ['file:///etc/passwd', false, false],
    ['school', false, false],
  ])('may have the address %s: %s; where private ones are open: %s', (url, open, privateToo) => {
    expect([isOpenUrl(url, false), isOpenUrl(url, true)]).toEqual([open, privateToo]);
  });
});
