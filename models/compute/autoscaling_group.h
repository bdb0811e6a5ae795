/* models/compute/autoscaling_group.h - what the scenario says of an autoscaling group. */
#ifndef HR_AUTOSCALING_GROUP_H
#define HR_AUTOSCALING_GROUP_H

#include "models/parts/group.h"

extern const struct hr_model hr_autoscaling_group_model;

#endif /* HR_AUTOSCALING_GROUP_H */
