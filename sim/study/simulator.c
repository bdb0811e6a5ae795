/* sim/study/simulator.c - the machine of study.h that is the simulator itself. */
#include "sim/study/study.h"

const struct hr_study_machine hr_study_simulator = {
    .create = hr_run_create,
    .advance = hr_run_advance,
    .finish = hr_run_finish,
    .destroy = hr_run_destroy,
    .now = hr_now,
    .so_far = hr_run_so_far,
};
