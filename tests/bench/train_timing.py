"""How the peers' steps are timed."""
import statistics
import time

WARM_UP = 4
MIN_STEPS = 5
# A mode that this processor has no instructions for may take a minute a step: past this it makes fewer of them.
BUDGET_SECONDS = 40


def plan(last, steps):
    """Steps still to warm up, and steps to time, by how long the second one took."""
    if last * (WARM_UP + MIN_STEPS) > BUDGET_SECONDS:
        return 0, 2
    return WARM_UP - 2, min(steps, int(BUDGET_SECONDS / last))


def timed(step):
    start = time.perf_counter()
    step()
    return time.perf_counter() - start


def median_seconds(step, steps, agree=lambda numbers: numbers):
    """Of a step. `agree` gives all ranks the same plan: else one would wait for another that has gone."""
    last = [timed(step) for _ in range(2)][-1]
    more, count = agree(plan(last, steps))
    for _ in range(more):
        step()
    return statistics.median(timed(step) for _ in range(count))
