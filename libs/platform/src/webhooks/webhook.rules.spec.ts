import { describe, expect, it } from '@jest/globals';
import { isOpenAddress, isOpenUrl, pauseAfter, secretOf, signedHeaders } from './webhook.rules.js';

describe('a webhook', () => {
  it('is signed as the published example of Standard Webhooks is', () => {
    const message = { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', body: '{"test": 2432232314}' };
    const headers = signedHeaders('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', message, 1_614_265_330);
    expect(headers).toEqual({
      'webhook-id': message.id,
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });
  });

  it('has a secret of its own, of 32 bytes, the same each time', () => {
    const [key, other] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
    const secret = secretOf(key, 'a');
    expect(Buffer.from(secret.slice(6), 'base64')).toHaveLength(32);
    expect(secretOf(key, 'a')).toBe(secret);
    expect(new Set([secret, secretOf(key, 'b'), secretOf(other, 'a')]).size).toBe(3);
  });

  it.each([
    [1, 500, 1_000],
    [2, 1_000, 2_000],
    [5, 8_000, 16_000],
    [13, 1_800_000, 3_600_000],
    [400, 1_800_000, 3_600_000],
  ])('waits after %i failures from %i to %i ms', (failures, least, most) => {
    expect(pauseAfter(failures, 0)).toBe(least);
    expect(pauseAfter(failures, 1)).toBe(most);
  });

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
