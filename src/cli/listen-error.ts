import type { HealthPortSettings, Settings } from '../config/settings.ts';
import { codeOf } from '../model/error-code.ts';
import { UsageError } from './io.ts';

/** The explanation of each socket error. */
const ADVICE: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another process uses the port',
  EACCES: 'this user may not open the port; ports below 1024 need a privilege',
  EADDRNOTAVAIL: 'the address does not belong to this machine',
};

/** Returns a {@link UsageError} that names the setting to change if a port cannot be opened; else the error itself. */
export function listenError(error: unknown, settings: Settings): unknown {
  const code = codeOf(error, '');
  if (!/^E(?!RR_)[A-Z_]+$/.test(code)) return error;
  const { host, port } = settings.listen;
  const taken =
    error instanceof Error && typeof Reflect.get(error, 'port') === 'number'
      ? Number(Reflect.get(error, 'port'))
      : port;
  const advice = ADVICE[code] === undefined ? '' : `: ${ADVICE[code]}`;
  const setting = settingOf(taken, settings, code === 'EADDRNOTAVAIL');
  return new UsageError(`cannot listen on ${host} port ${taken} (${code})${advice}; change ${setting}`);
}

/** Returns the setting that contains a port; it may be a health port. */
function settingOf(port: number, { listen, gates, agentChecks }: Settings, wrongHost: boolean): string {
  if (wrongHost) return '--listen HOST:PORT, or listen.host in the configuration';
  if (port === listen.port) return '--listen HOST:PORT, or listen.port in the configuration';
  const at = (ports: readonly HealthPortSettings[]) => ports.findIndex((each) => each.port === port);
  if (at(gates) >= 0) return `gate[${at(gates)}].port in the configuration`;
  if (at(agentChecks) >= 0) return `agentCheck[${at(agentChecks)}].port in the configuration`;
  return '--listen HOST:PORT';
}
