"""Every case of the suite: experiments (simulated), theory calls, and what cannot be expressed."""
import cases_queue

PARTS = [cases_queue]


def experiments(rows):
    return [e for part in PARTS for e in part.all_of(rows)]
