import { describe, expect, it } from '@jest/globals';
import { pauseAfter, secretOf, signedHeaders } from './webhook.rules.js';

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
});
