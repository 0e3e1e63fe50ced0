import { bootstrap } from '@meistras/platform/bootstrap/bootstrap';
import { features } from './app.module.js';
import { learningRecords } from './data-source.js';

await bootstrap(learningRecords, features);
