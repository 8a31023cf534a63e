/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs the named scenario, or lists all. Exit status 0: all as expected. */
#include "scenario.h"

void scenario_fail(const char *file, int line, const char *what)
{
    fprintf(stderr, "%s:%d: not so: %s\n", file, line, what);
    /* No leak report: the scenario has not come to its end. */
    _Exit(EXIT_FAILURE);
}

void scenario_number(const char *file, int line, const char *what,
                     long long actual, long long expected)
{
    if (actual != expected) {
        fprintf(stderr, "%s:%d: %s is %lld, expected %lld\n", file, line, what,
                actual, expected);
        _Exit(EXIT_FAILURE);
    }
}

void scenario_text(const char *file, int line, const char *what,
                   const char *actual, const char *expected)
{
    if (strcmp(actual, expected) != 0) {
        fprintf(stderr, "%s:%d: %s is\n%s\nexpected\n%s\n", file, line, what,
                actual, expected);
        _Exit(EXIT_FAILURE);
    }
}

/* The bounds of the section, by the linker. */
extern const struct scenario *const __start_scenarios[];
extern const struct scenario *const __stop_scenarios[];

/* One line: the members, with tabs between them (Scenario.cs). */
static void list(const struct scenario *s)
{
    printf("%s\t%d\t%s\t%s\t%s\t%d\t%d\n", s->name, s->releases,
           s->qemu ? s->qemu : "", s->settings ? s->settings : "",
           s->says ? s->says : "", s->plain, s->times);
}

int main(int argc, char **argv)
{
    for (const struct scenario *const *s = __start_scenarios;
         s < __stop_scenarios; s++) {
        if (argc < 2) {
            list(*s);
        } else if (strcmp((*s)->name, argv[1]) == 0) {
            (*s)->run();
            return EXIT_SUCCESS;
        }
    }
    if (argc < 2) {
        return EXIT_SUCCESS;
    }
    fprintf(stderr, "no scenario %s\n", argv[1]);
    return EXIT_FAILURE;
}
