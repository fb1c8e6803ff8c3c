import { hostname } from 'node:os';
import type { Environment } from '../config/environment.ts';
import { buildVersion } from '../metrics/build.ts';
import { type Origin, vantageOf } from '../report/origin.ts';

/** Returns the origin of the reports that this process creates. */
export function reportOrigin(env: Environment): Origin {
  return { version: buildVersion(), vantage: vantageOf(env, hostname()) };
}
