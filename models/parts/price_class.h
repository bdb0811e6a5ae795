/* models/parts/price_class.h - the parts of the world in which providers price an edge. */
#ifndef HR_PRICE_CLASS_H
#define HR_PRICE_CLASS_H

enum hr_price_class {
    HR_CLASS_NA,
    HR_CLASS_EU,
    HR_CLASS_ASIA,
    HR_CLASS_JAPAN,
    HR_CLASS_INDIA,
    HR_CLASS_AUSTRALIA,
    HR_CLASS_SOUTH_AMERICA,
    HR_CLASS_AFRICA, /* and the Middle East */
    HR_N_CLASSES
};
/* In the order of the enum, ended by NULL: for a field that chooses one. */
extern const char *const hr_price_classes[];

/* The class of a client place by its name, a geography of the catalogue or a region of a
 * provider; `otherwise` where the name says nothing. */
enum hr_price_class hr_price_class(const char *place, enum hr_price_class otherwise);

#endif /* HR_PRICE_CLASS_H */
