import { ConfigError } from './problems.ts';
import type { YamlFile } from './yaml-file.ts';

/**
 * Refuses Helm values and a Kubernetes manifest, which contain the configuration in one of their keys. Otherwise each of
 * their other keys would be an unknown key. @throws {ConfigError}
 */
export function refuseOtherKinds({ name, value, lineOf }: YamlFile): void {
  if (!isObject(value)) return;
  const refuse = (key: string, message: string): never => {
    throw new ConfigError([{ message, file: name, line: lineOf([key]), path: '', suggestion: null }]);
  };
  if (value.kind === 'ConfigMap') {
    refuse('data', 'this looks like a ConfigMap; the configuration is the text of a key below `data`');
  }
  if (isObject(value.config) && value.controllers === undefined) {
    refuse('config', 'this looks like Helm values; the configuration is the part below `config`');
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
