/**
 * Makes room for lookups that nobody answers: each holds a thread for ten seconds or more. The pool starts at its first
 * use, so this module is imported before all others. 128 idle threads take about 1 MB.
 */
process.env.UV_THREADPOOL_SIZE ??= '128';
