"""How the peers' calls are timed, and how they are asked: as tests/bench/predict/ is."""
import json
import statistics
import sys
import time


def timed(work):
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def median_call(work, seconds, fewest):
    """Calls once untimed, then for `seconds`, at least `fewest` times."""
    work()
    end = time.perf_counter() + seconds
    calls = []
    while len(calls) < fewest or time.perf_counter() < end:
        calls.append(timed(work))
    return {"seconds": statistics.median(calls), "calls": len(calls)}


def serve(answer):
    """A question a line of standard input, its answer a line of standard output, both JSON."""
    told, sys.stdout = sys.stdout, sys.stderr  # what libraries print is no answer
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))), file=told, flush=True)
