import { stopGently } from '@meistras/platform/bootstrap/bootstrap';
import { loadConfig } from '@meistras/platform/config/config';
import { createGateway } from './gateway.js';
import { GatewayConfig } from './gateway.config.js';

const config = loadConfig(GatewayConfig, process.env);
const app = await createGateway(config);
await app.listen(config.PORT, config.HOST);
stopGently(app);
