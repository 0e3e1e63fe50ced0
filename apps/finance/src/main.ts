import { bootstrap } from '@meistras/platform/bootstrap/bootstrap';
import { features } from './app.module.js';
import { finance } from './data-source.js';

await bootstrap(finance, features);
