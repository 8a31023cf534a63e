// SPDX-License-Identifier: GPL-2.0-or-later

using System;

namespace L2tpv3.Stat.Control;

/// <summary>A netdev has not done what it was asked for; the message is for the user.</summary>
internal sealed class ControlException : Exception
{
    public ControlException()
        : this("a netdev has refused")
    {
    }

    public ControlException(string message)
        : base(message)
    {
    }

    public ControlException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
