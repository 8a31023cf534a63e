// SPDX-License-Identifier: GPL-2.0-or-later
using System;

namespace Fuzz.Tests.Engine;

/// <summary>How long a target runs, and with which inputs.</summary>
/// <param name="Time">At most.</param>
/// <param name="Seed">Equal seeds make equal inputs, in the same order.</param>
internal sealed record RunSettings(TimeSpan Time, ulong Seed);
