import { bootstrap } from '@meistras/platform/bootstrap/bootstrap';
import { features } from './app.module.js';
import { monitoring } from './data-source.js';

await bootstrap(monitoring, features);
