import { X509Certificate } from 'node:crypto';
import { Document, isScalar, visit } from 'yaml';
import { effectiveFile } from '../config/effective-file.ts';
import type { Environment } from '../config/environment.ts';
import { readCaFile } from '../config/input-files.ts';
import type { ConfigSource } from '../config/load.ts';
import { oneLine } from '../model/scrub.ts';

const CERTIFICATES = ['caFile', 'certFile', 'clientCaFile'];

/**
 * Returns the effective configuration as YAML that `config check` accepts. Passwords are masked, secrets are not
 * read, and a comment names each certificate. @throws {ConfigError}
 */
export function showConfig(source: ConfigSource): string {
  const document = new Document(effectiveFile(source));
  if (source.file === undefined) document.commentBefore = environmentNote(source.env);
  visit(document, {
    Pair(_, { key, value }) {
      if (!isScalar(key) || !isScalar(value) || !CERTIFICATES.includes(String(key.value))) return;
      value.comment = ` ${certificateName(readCaFile(String(value.value), '/'))}`;
    },
  });
  return document.toString({ lineWidth: 0 });
}

/** Returns a comment on the settings of the environment that a file does not show. */
function environmentNote(env: Environment): string {
  const lines = [' From the environment. http_proxy and no_proxy also apply.'];
  if (env.JENKINS_SECRET && !env.JENKINS_SECRET.startsWith('@')) {
    lines.push(' JENKINS_SECRET is not shown. In a file, write agent: { name: NAME, secretFile: FILE }.');
  }
  return lines.join('\n');
}

/** Returns the subject and expiry of the first certificate, and the number of the others. */
function certificateName(pem: string): string {
  const { subject, validTo } = new X509Certificate(pem);
  const others = pem.split('-----BEGIN ').length - 2;
  return oneLine(
    `${subject.replaceAll('\n', ', ')}, until ${validTo}${others > 0 ? `, and ${others} more` : ''}`,
    300,
  );
}
