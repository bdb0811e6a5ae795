"""Every case of the suite: experiments (simulated), theory calls, and what cannot be expressed."""
import cases_arrivals
import cases_balance
import cases_call
import cases_levels
import cases_network
import cases_queue

PARTS = [cases_queue, cases_network, cases_balance, cases_call, cases_arrivals, cases_levels]


def experiments(rows):
    return [e for part in PARTS for e in part.all_of(rows)]
