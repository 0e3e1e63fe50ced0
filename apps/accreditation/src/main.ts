import { bootstrap } from '@meistras/platform/bootstrap/bootstrap';
import { features } from './app.module.js';
import { accreditation } from './data-source.js';

await bootstrap(accreditation, features);
