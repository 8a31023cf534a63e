// SPDX-License-Identifier: GPL-2.0-or-later

namespace L2tpv3.Stat.Rules;

/// <summary>How bad a finding is.</summary>
internal enum Severity
{
    /// <summary>Good to know.</summary>
    Note,

    /// <summary>Something is lost or slow.</summary>
    Warning,

    /// <summary>Nothing gets through in one direction.</summary>
    Error,
}
