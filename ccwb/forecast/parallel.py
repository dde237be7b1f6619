"""Many queues: one after the other here, or on several processors by joblib, with progress and cancelling."""

import warnings

from ccwb.forecast.models import MODELS


def each_queue(work, queues, *, jobs=1, progress=None):
    """Yield `work(queue)` of each queue, in their order.

    jobs : processes, by joblib; 1 works here, None as many and where `joblib.parallel_config` says. Without joblib
    installed all is worked here; the results are the same in every case.
    progress : called as progress(done, total, text) when the work begins and as each queue ends, in their order; text
    names the next queue. An exception that it raises passes through; what is under way then ends, nothing is begun.
    """
    names = [f"{queue.project} / {queue.channel}" for queue in queues] + [""]
    tell = progress if progress is not None else lambda *_: None
    tell(0, len(queues), names[0])
    results = _results(work, queues, jobs)
    try:
        for done, result in enumerate(results, start=1):
            yield result
            tell(done, len(queues), names[done])
    finally:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that work under way was cancelled is what was asked for
            results.close()


def _results(work, queues, jobs):
    """Return a generator of the results, here or by joblib."""
    if jobs == 1 or len(queues) == 1:
        return (work(queue) for queue in queues)
    try:
        from joblib import Parallel, delayed
    except ImportError:
        return (work(queue) for queue in queues)
    side_by_side = Parallel(n_jobs=jobs, return_as="generator", max_nbytes=None)
    return side_by_side(delayed(_elsewhere)(work, dict(MODELS), queue) for queue in queues)


def _elsewhere(work, models, queue):
    """Do the work in another process, which has to be told of models added in this one."""
    MODELS.update(models)
    return work(queue)
