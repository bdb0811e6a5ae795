/* sim/system/plain_station.h - a component as queueing theory sees it.
 *
 * Equal instances, each with cores that serve all that comes: in order of arrival, or shared
 * equally.  Calls choose an instance at random. */
#ifndef HR_PLAIN_STATION_H
#define HR_PLAIN_STATION_H

#include <stdbool.h>
#include <stdint.h>

struct hr_plain_station {
    int64_t instances;
    double cores, speed;
    bool shared;
};

#endif /* HR_PLAIN_STATION_H */
