/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Errors, and what goes to the user. */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

static char reports[4096];

void fake_fail(const char *file, int line, const char *what)
{
    fprintf(stderr, "%s:%d: not so: %s\n", file, line, what);
    abort();
}

void error_setg_internal(Error **errp, const char *file, int line,
                         const char *function, const char *format, ...)
{
    va_list arguments;

    FAKE_CHECK(file && line > 0 && function);
    if (!errp) {
        return;
    }
    /* QEMU ends itself when an error is set twice. */
    FAKE_CHECK(!*errp);
    *errp = calloc(1, sizeof(**errp));
    FAKE_CHECK(*errp);
    va_start(arguments, format);
    FAKE_CHECK(vasprintf(&(*errp)->text, format, arguments) >= 0);
    va_end(arguments);
}

static void __attribute__((format(printf, 2, 0)))
add_report(const char *severity, const char *format, va_list arguments)
{
    size_t used = strlen(reports);

    FAKE_CHECK(used + 1024 < sizeof(reports));
    used += (size_t)sprintf(reports + used, "%s: ", severity);
    used += (size_t)vsnprintf(reports + used, 900, format, arguments);
    strcpy(reports + used, "\n");
}

#define REPORT_FUNCTION(name, severity)                                        \
    void name(const char *format, ...)                                         \
    {                                                                          \
        va_list arguments;                                                     \
                                                                               \
        va_start(arguments, format);                                           \
        add_report(severity, format, arguments);                               \
        va_end(arguments);                                                     \
    }
REPORT_FUNCTION(error_report, "error")
REPORT_FUNCTION(warn_report, "warning")
REPORT_FUNCTION(info_report, "info")

const char *fake_take_reports(void)
{
    static char taken[sizeof(reports)];

    strcpy(taken, reports);
    reports[0] = '\0';
    return taken;
}
