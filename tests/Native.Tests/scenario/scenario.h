/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A scenario is a function that runs in a process of its own:
 *
 *     SCENARIO(a_frame_reaches_the_guest)
 *     {
 *         ...
 *     }
 *
 * It ends at the first expectation that is not met. At its end, the leak
 * sanitizer looks at what is left. Further arguments set members of struct
 * scenario: SCENARIO(name, .settings = "off").
 *
 * The linker collects the scenarios of a program. The tests ask the program for
 * its list, so a new scenario needs nothing but the function.
 */
#ifndef SCENARIO_H
#define SCENARIO_H

#include <stdbool.h>
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
    /* The releases of QEMU that it runs with. 0: those of Releases.Known;
     * EVERY_RELEASE: those of Releases.All; else this one. */
    int releases;
    /* What is unusual about the fake QEMU (FakeQemu.cs). NULL: nothing. */
    const char *qemu;
    /* The variable QEMU_L2TPV3. NULL: not set. */
    const char *settings;
    /* Each line on standard error. NULL: there is none. */
    const char *says;
    /* Without the sanitizers, which keep freed memory. */
    bool plain;
    /* How often; 0: once. */
    int times;
};

#define EVERY_RELEASE 1

#define SCENARIO(function, ...)                                                \
    static void function(void);                                                \
    static const struct scenario function##_scenario = {                       \
        .name = #function, .run = function, __VA_ARGS__};                      \
    /* A pointer: the linker puts no gaps between those. */                    \
    static const struct scenario *const function##_entry                       \
        __attribute__((section("scenarios"), used)) = &function##_scenario;    \
    static void function(void)

#endif /* SCENARIO_H */
