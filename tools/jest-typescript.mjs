// Jest transformer: strips types and lowers decorators, file by file. Type errors are the build's business (tools/build.mjs).
import { createHash } from 'node:crypto';
import ts from 'typescript';

const { config } = ts.readConfigFile(new URL('../tsconfig.base.json', import.meta.url).pathname, ts.sys.readFile);
const { options } = ts.convertCompilerOptionsFromJson(
  {
    ...config.compilerOptions,
    module: 'es2022',
    moduleResolution: 'bundler',
    sourceMap: false,
    inlineSourceMap: true,
    inlineSources: true,
  },
  '.',
);

export default {
  process: (source, fileName) => ({
    code: ts.transpileModule(source, { fileName, compilerOptions: options }).outputText,
  }),
  getCacheKey: (source, fileName) =>
    createHash('sha1')
      .update(`${ts.version}${JSON.stringify(options)}${fileName}\0${source}`)
      .digest('hex'),
};
