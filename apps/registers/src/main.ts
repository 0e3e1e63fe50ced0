import { bootstrap } from '@meistras/platform/bootstrap/bootstrap';
import { features } from './app.module.js';
import { registers } from './data-source.js';

await bootstrap(registers, features);
