import { stripVTControlCharacters } from 'node:util';
import { oneLine } from '../model/scrub.ts';

const MASK = '***';
/** An agent's secret has 64 hex digits. A line may be cut inside it, and control characters may stand between the digits. */
const HEX = /[0-9a-f](?:[\p{Cc}\p{Cf}]{0,8}[0-9a-f]){39,}/giu;
const NAMED =
  /(-secret|JENKINS_SECRET|Secret-Key|JENKINS_API_TOKEN|-credentials|-proxyCredentials|-auth)\b(["']?\s{0,3}[=:,]?\s{0,3}["']?)(?:(?:Basic|Bearer) )?[^\s"',]+/gi;
/** The header. "Authorization failure" is a message of the controller. */
const HEADER = /(Authorization["']?\s{0,3}[=:]\s{0,3}["']?)(?:(?:Basic|Bearer) )?[^\s"',]+/gi;
const USER_INFO = /:\/\/[^\s/@:]{0,200}:[^\s/@]{1,200}@/g;
const QUOTE_LENGTH = 300;

/** A line of a log that is safe to show: secrets masked, no control characters, at most 300 characters. */
export function quote(text: string): string {
  // Without the sequences of a terminal, whose letters could hide a secret.
  const masked = stripVTControlCharacters(text)
    .replace(HEX, MASK)
    .replace(NAMED, `$1$2${MASK}`)
    .replace(HEADER, `$1${MASK}`)
    .replace(USER_INFO, `://${MASK}@`);
  return oneLine(masked, QUOTE_LENGTH);
}
