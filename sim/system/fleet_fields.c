/* sim/system/fleet_fields.c - the fields of instances, shared by all models that have them. */
#include "sim/system/fleet.h"

#include <stddef.h>

const char *const hr_discipline_choices[] = {"processor_sharing",
                                             "fifo",
                                             "lifo",
                                             "random",
                                             "shortest",
                                             "priority",
                                             "lifo_preemptive",
                                             "priority_preemptive",
                                             "shortest_remaining",
                                             NULL};
