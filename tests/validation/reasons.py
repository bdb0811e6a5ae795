"""Why a row is not in the suite, by what its id begins with."""

REASONS = [
    ("TRC-", "about a recorded trace, which is no part of the product"),
    ("EMP-", "about measured laws, which are no part of the product"),
    ("TRACE-", "needs the trace cloudPhysicsIO of libCacheSim, which is not part of the product"),
    ("CACHE-SIM-", "the cache evicts the least recently used only"),
    ("COLL-", "the series count a good answer at the time of its request, not of the answer"),
    ("HOTOS-", "an outcome in words: whether overload outlasts its cause"),
    ("SRE-THR-", "the language has no adaptive throttling by the client"),
    ("TAS-", "measured: the law of the system is not published, only points of it"),
    ("DEAN12-", "measured: the law of the system is not published, only points of it"),
    ("AUR-", "measured: single outages of one product"),
    ("HPA-", "the autoscaler of Kubernetes is not modelled"),
    ("RNG-", "a generator that the program does not use"),
]


def reason(row_id):
    for prefix, text in REASONS:
        if row_id.startswith(prefix):
            return text
    return "not expressed yet"
