import { bootstrap } from '@meistras/platform/bootstrap/bootstrap';
import { features } from './app.module.js';
import { admission } from './data-source.js';

await bootstrap(admission, features);
