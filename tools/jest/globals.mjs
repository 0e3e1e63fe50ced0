// What a spec file gets for `@jest/globals`: loaded anew for each.
import { globalsKey } from './globals-key.mjs';

export const { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } = globalThis[globalsKey];
