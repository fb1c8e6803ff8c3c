import { Ajv } from 'ajv';
import { checkJson, checkLine } from '../../src/cli/check-line.ts';
import { exitCodeOf } from '../../src/cli/exit-code.ts';
import { reportPage } from '../../src/pages/diagnosis-page.ts';
import { renderMarkdown } from '../../src/report/render-markdown.ts';
import { renderReport } from '../../src/report/render-report.ts';
import type { Report } from '../../src/report/report.ts';
import { ReportBody } from '../../src/server/schemas/report-body.ts';

/** No report of one controller is longer; larger ones hold what a peer has poured out. */
const MAX_REPORT = 256 * 1024;
/** Control characters of C0 and C1, and those that turn the direction of a text. Lines may end. */
const CONTROL = /[^\P{Cc}\n\t]|[\p{Bidi_Control}\u2028\u2029]/u;
const isReport = new Ajv({ strict: false, formats: { 'date-time': true } }).compile(ReportBody);

/** Throws if a text has a control character or one of the secrets. @param what the output, for the message */
export function assertClean(what: string, text: string, secrets: readonly string[] = []): void {
  const found = CONTROL.exec(text);
  if (found !== null) {
    const around = text.slice(Math.max(0, found.index - 60), found.index + 20);
    throw new Error(`${what} has a control character: ${JSON.stringify(around)}`);
  }
  for (const secret of secrets) if (text.includes(secret)) throw new Error(`${what} shows a secret`);
}

/** Does the same for every string in plain data. JSON escapes some control characters, and parsers restore them. */
export function assertCleanData(what: string, data: unknown, secrets: readonly string[] = []): void {
  JSON.stringify(data, (key, value: unknown) => {
    if (typeof value === 'string') assertClean(`${what}: ${key}`, value, secrets);
    return value;
  });
}

/** Throws unless a report has the published form and every rendering of it is clean. */
export function assertReport(report: Report, secrets: readonly string[] = []): void {
  if (!isReport(JSON.parse(JSON.stringify(report))))
    throw new Error(`not a report: ${JSON.stringify(isReport.errors)}`);
  for (const [what, text] of Object.entries(renderings(report))) assertClean(what, text, secrets);
  assertCleanData('the report', report, secrets);
  const { length } = JSON.stringify(report);
  if (length > MAX_REPORT) throw new Error(`a report of ${length} bytes`);
}

/** Every form in which a report is shown. */
export function renderings(report: Report): Readonly<Record<string, string>> {
  const code = exitCodeOf(report);
  return {
    json: JSON.stringify(report),
    text: renderReport(report),
    markdown: renderMarkdown(report),
    html: reportPage(report, { id: null, url: 'http://127.0.0.1/', root: '../', now: 0 }),
    'check line': checkLine(report, code, 'login'),
    'check json': checkJson(report, code, 'login'),
  };
}
