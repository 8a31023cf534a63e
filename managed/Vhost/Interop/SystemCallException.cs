// SPDX-License-Identifier: GPL-2.0-or-later

using System;
using System.Runtime.InteropServices;

namespace L2tpv3.Vhost.Interop;

/// <summary>The kernel has said no, outside of the paths of frames.</summary>
internal sealed class SystemCallException : Exception
{
    public SystemCallException()
        : this("a system call failed")
    {
    }

    public SystemCallException(string message)
        : base(message)
    {
    }

    public SystemCallException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Of the last call, with the reason that it left.</summary>
    /// <param name="what">What was to be done: `cannot map memory`.</param>
    public static SystemCallException Last(string what) => new($"{what}: {Marshal.GetLastPInvokeErrorMessage()}");
}
