/* tests/scenario/loaded.h - a scenario from a text, with the real models and catalogue. */
#ifndef HR_TEST_LOADED_H
#define HR_TEST_LOADED_H

#include "tests/scenario/fixture.h"

#include "models/catalog/catalog.h"
#include "models/registry.h"
#include "sim/scenario/scenario.h"

#define HEAD     "headroom: 1\nhorizon: 1h\n"
#define TRAFFIC  "traffic: { shoppers: { to: app, rate: 10/s, mix: { home: 100% } } }\n"
#define APP      "components:\n  app: { kind: service, instances: 3, operations: { home: "
#define STEPS(s) HEAD TRAFFIC APP s " } }\n"

static inline struct hr_scenario *load_with(struct fixture *f, const char *text,
                                            const struct hr_overrides *ov)
{
    static const struct hr_library lib = {hr_models, hr_catalog_files};

    return hr_scenario_load_text("t.yaml", text, strlen(text), &lib, ov, &f->ds);
}

/* The plan of the first design of a scenario without faults. */
static inline const struct hr_plan *load(struct fixture *f, const char *text)
{
    const struct hr_scenario *s = load_with(f, text, NULL);

    assert_quiet(f);
    assert_non_null(s);
    assert_non_null(s->designs[0].plan);
    return s->designs[0].plan;
}

/* The scenario has this fault, and no plan. */
static inline void refuse(struct fixture *f, const char *text, enum hr_code code)
{
    const struct hr_scenario *s = load_with(f, text, NULL);

    if (!said(f, code))
        for (size_t i = 0; i < f->ds.n; i++)
            print_message("%s: %s\n", hr_codes[f->ds.items[i].code].name,
                          f->ds.items[i].what);
    assert_non_null(said(f, code));
    for (size_t i = 0; s && i < s->n_designs; i++)
        assert_null(s->designs[i].plan);
}

static inline uint32_t component(const struct hr_plan *p, const char *name)
{
    for (uint32_t i = 0; i < p->n_components; i++)
        if (strcmp(p->components[i].name, name) == 0)
            return i;
    fail_msg("no component %s", name);
    return HR_NONE;
}

static inline const struct hr_operation *operation(const struct hr_plan *p,
                                                   const char *part, const char *name)
{
    const struct hr_component *c = &p->components[component(p, part)];

    for (uint32_t i = c->first_op; i < c->first_op + c->n_ops; i++)
        if (strcmp(p->operations[i].name, name) == 0)
            return &p->operations[i];
    fail_msg("no operation %s.%s", part, name);
    return NULL;
}

/* The steps of app.home. */
static inline const struct hr_step *home(const struct hr_plan *p)
{
    return &p->steps[operation(p, "app", "home")->conf->steps.first];
}

#endif /* HR_TEST_LOADED_H */
