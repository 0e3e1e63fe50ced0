// Runs a spec file as Node runs a service: by `import`, in the worker itself. What is tested (`dist`, packages) is loaded once
// per worker and shared by its spec files; the spec file, its helpers and Jest's own state are new for each.
import { createRequire, register } from 'node:module';
import { pathToFileURL } from 'node:url';
import { globalsKey } from './globals-key.mjs';

register('./hooks.mjs', import.meta.url);
const require = createRequire(import.meta.url);
const { default: circus } = require('jest-circus/runner');
let spec = 0;

/** Jest's `testRunner`. */
export default function runSpec(globalConfig, config, environment, runtime, testPath, sendMessageToJest) {
  // Node's own, by --enable-source-maps, knows the files that no transformer of Jest has seen.
  Error.prepareStackTrace = undefined;
  spec += 1;
  const native = Object.assign(Object.create(runtime), {
    requireModule: require,
    requireInternalModule(file) {
      delete require.cache[file];
      return require(file);
    },
    setGlobalsForRuntime: (globals) => (globalThis[globalsKey] = globals),
    unstable_shouldLoadAsEsm: () => true,
    unstable_importModule: (file) => import(`${pathToFileURL(file)}?spec=${spec}`),
  });
  return circus(globalConfig, config, environment, native, testPath, sendMessageToJest);
}
