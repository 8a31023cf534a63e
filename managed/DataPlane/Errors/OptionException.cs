// SPDX-License-Identifier: GPL-2.0-or-later

using System;

namespace L2tpv3.DataPlane.Errors;

/// <summary>
/// A netdev cannot be made as asked. The message names the option and the remedy; the export puts the netdev's id in
/// front. Thrown while a session opens or a property is set, and caught at the C boundary.
/// </summary>
internal sealed class OptionException : Exception
{
    public OptionException()
        : this("the options cannot be used")
    {
    }

    public OptionException(string message)
        : this(message, Interop.LinuxConstants.EINVAL)
    {
    }

    public OptionException(string message, Exception innerException)
        : base(message, innerException)
    {
        Errno = Interop.LinuxConstants.EINVAL;
    }

    public OptionException(string message, int errno)
        : base(message)
    {
        Errno = errno;
    }

    /// <summary>The errno that l2tp_session_open returns, positive.</summary>
    public int Errno { get; }
}
