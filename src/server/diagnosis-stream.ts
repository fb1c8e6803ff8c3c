import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import type { Follower } from '../daemon/shared-runs.ts';
import type { StepResult } from '../model/result.ts';
import { endedContent, endedStep, runningContent } from '../pages/diagnosis-page.ts';
import { PAGE_END, pageHead } from '../pages/frame.ts';
import { html } from '../pages/html.ts';
import { withDocs } from '../report/docs-links.ts';
import { mergedSteps } from '../report/merged-steps.ts';
import type { Report } from '../report/report.ts';
import type { AppDependencies } from './dependencies.ts';
import { errorAnswerOf, logBug } from './errors.ts';
import { EventStream } from './event-stream.ts';
import { pageHeaders } from './page-reply.ts';

/** Starts a diagnosis, or follows a running one. */
export type Diagnose = (follower?: Follower<StepResult>) => Promise<Report>;

/** An error within this time is answered with its status. Later the stream has started and contains the error. */
const HEAD_START_MS = 1000;

/** Answers with server-sent events: each step when it ends, then the report. */
export async function streamEvents(
  reply: FastifyReply,
  deps: AppDependencies,
  diagnose: Diagnose,
  docs: string | null,
): Promise<FastifyReply> {
  const events = new EventStream();
  const begun = Promise.withResolvers<void>();
  const tell = (step: StepResult) => {
    events.event('step', step);
    begun.resolve();
  };
  const report = diagnose({ tell, signal: closedOf(reply) });
  try {
    await headStart(report, begun.promise);
  } catch (error) {
    events.destroy();
    throw error;
  }
  report
    .then(
      (whole) => events.event('report', withDocs(whole, docs), deps.reports.idOf(whole)),
      (error: unknown) => events.event('error', toldOf(error, reply, deps)),
    )
    .finally(() => events.end());
  // The header disables buffering in proxies.
  return reply.type('text/event-stream; charset=utf-8').header('x-accel-buffering', 'no').send(events);
}

/**
 * Answers with a page. If the diagnosis ends within the head start, it redirects to the page of the report. Otherwise it
 * adds each step to the page when it ends, then the report.
 */
export async function streamPage(
  reply: FastifyReply,
  deps: AppDependencies,
  name: string,
  diagnose: Diagnose,
  docs: string | null,
): Promise<FastifyReply> {
  const waiting: StepResult[] = [];
  let show: (step: StepResult) => void = (step) => waiting.push(step);
  const report = diagnose({ tell: (step) => show(step), signal: closedOf(reply) });
  const soon = await headStart(report);
  const id = soon === null ? null : deps.reports.idOf(soon);
  pageHeaders(reply).header('cache-control', 'no-store');
  if (id !== null) return reply.header('location', `reports/${id}`).code(303).send();
  const stream = new Readable({ read: () => undefined });
  const write = (text: { toString(): string }) => {
    if (!stream.destroyed) stream.push(text.toString());
  };
  const frame = {
    title: `Diagnosis of ${name}`,
    section: 'controllers',
    root: '',
    now: deps.now(),
    live: false,
  } as const;
  const known = mergedSteps(deps.detail(name)?.standing ?? []);
  write(`${pageHead(frame, 'async')}${runningContent(name, known, deps.origin)}<ol class="ended list">`);
  show = (step) => write(endedStep(step));
  for (const step of waiting) show(step);
  report
    .then(
      (whole) => {
        const url = deps.status(name)?.url ?? null;
        const context = { id: deps.reports.idOf(whole), url, root: '', now: deps.now() };
        write(html`</ol>${endedContent(withDocs(whole, docs), context)}`);
      },
      (error: unknown) => write(html`</ol><p class="banner">${toldOf(error, reply, deps).message}</p>`),
    )
    .finally(() => {
      write(PAGE_END);
      if (!stream.destroyed) stream.push(null);
    });
  return reply.header('x-accel-buffering', 'no').send(stream);
}

/** Waits until a diagnosis has started. @returns the report if it ended within the head start, else null */
async function headStart(report: Promise<Report>, begun?: Promise<void>): Promise<Report | null> {
  const late = Promise.withResolvers<null>();
  const timer = setTimeout(late.resolve, HEAD_START_MS, null);
  try {
    return await Promise.race([
      report,
      late.promise,
      ...(begun === undefined ? [] : [begun.then(() => null)]),
    ]);
  } finally {
    clearTimeout(timer);
  }
}

/** Returns the body of an error in a stream; logs the error if it is internal. */
function toldOf(error: unknown, reply: FastifyReply, { logger }: AppDependencies) {
  const known = errorAnswerOf(error);
  if (known.status >= 500) logBug(error, reply.request, logger);
  return known.body;
}

/** Returns a signal that aborts when the client disconnects. */
function closedOf(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort());
  return gone.signal;
}
