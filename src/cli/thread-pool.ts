/**
 * Raises the number of threads: an unanswered lookup holds one for ten seconds or more. The pool starts at its first use,
 * so this module must be imported first. 128 idle threads take about 1 MB.
 */
process.env.UV_THREADPOOL_SIZE ??= '128';
