// SPDX-License-Identifier: GPL-2.0-or-later

using System;

namespace L2tpv3.Vhost.Protocol;

/// <summary>A request that cannot be granted. It is answered with a failure where an answer is asked for; else the connection ends.</summary>
internal sealed class ProtocolException : Exception
{
    public ProtocolException()
        : this("a request cannot be granted")
    {
    }

    public ProtocolException(string message)
        : base(message)
    {
    }

    public ProtocolException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
