import { bootstrap } from '@meistras/platform/bootstrap/bootstrap';
import { features } from './app.module.js';
import { identity } from './data-source.js';

await bootstrap(identity, features);
