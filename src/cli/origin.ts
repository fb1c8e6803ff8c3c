import { hostname } from 'node:os';
import type { Environment } from '../config/environment.ts';
import { buildVersion } from '../metrics/build.ts';
import { type Origin, vantageOf } from '../report/origin.ts';

/** The origin of the reports that this process makes. */
export function originOf(env: Environment): Origin {
  return { version: buildVersion(), vantage: vantageOf(env, hostname()) };
}
