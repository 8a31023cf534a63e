/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A scenario is a function that a test of the same name runs in a process of
 * its own: `shim-scenarios NAME`. It ends at the first expectation that is not
 * met; at its end, the leak sanitizer looks at what is left.
 */
#ifndef SCENARIO_H
#define SCENARIO_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXPECT(condition)                                                      \
    ((condition) ? (void)0 : scenario_fail(__FILE__, __LINE__, #condition))
#define EXPECT_NUMBER(actual, expected)                                        \
    scenario_number(__FILE__, __LINE__, #actual, (long long)(actual),          \
                    (long long)(expected))
#define EXPECT_TEXT(actual, expected)                                          \
    scenario_text(__FILE__, __LINE__, #actual, actual, expected)

void scenario_fail(const char *file, int line, const char *what)
    __attribute__((noreturn));
void scenario_number(const char *file, int line, const char *what,
                     long long actual, long long expected);
void scenario_text(const char *file, int line, const char *what,
                   const char *actual, const char *expected);

struct scenario {
    const char *name;
    void (*run)(void);
};

/* Ends with {NULL}; each program has one. */
extern const struct scenario scenarios[];

#endif /* SCENARIO_H */
