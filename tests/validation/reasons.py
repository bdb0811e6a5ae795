"""Why a row is not in the suite, by what its id begins with."""

REASONS = [
    ("SIMFAAS-", "waits for its model (serverless)"),
    ("LAMBDA-", "waits for its model (serverless)"),
    ("COLD-EX-", "waits for its model (serverless)"),
    ("TB-", "waits for its model (rate limits)"),
    ("COST-", "waits for its model (price examples)"),
    ("TRC-", "waits for its model (recorded traces)"),
    ("EMP-", "waits for its model (recorded traces)"),
    ("TRACE-", "the trace cloudPhysicsIO is not part of the product and not at hand"),
    ("BRK22-", "the language lacks a retry limit over the lifetime share of failures"),
    ("AWSBO-", "the language lacks optimistic concurrency"),
    ("ERLA-", "by sim/theory only: the language lacks random patience"),
    ("RETR-", "the language lacks a law of pauses between retries without an end"),
    ("MMPP-", "the language lacks arrivals that switch between rates"),
    ("SETUPk-", "the language lacks servers that switch off when idle"),
    ("BAS-", "the language lacks blocking after service"),
    ("BLK-2", "the language lacks blocking with repeated service"),
    ("COLL-", "the language lacks a latency that grows with what is in flight"),
    ("SRE-THR-", "the language lacks adaptive throttling by the client"),
    ("LB-SIM-JIQ", "the language lacks join-idle-queue"),
    ("LB-SIM-power", "the language lacks more than two choices"),
    ("DEAN12-", "measured; the talk gives no law to calibrate"),
    ("RNG-", "of another generator than the one the program uses"),
]


def reason(row_id):
    for prefix, text in REASONS:
        if row_id.startswith(prefix):
            return text
    return "not expressed yet"
