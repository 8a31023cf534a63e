// SPDX-License-Identifier: GPL-2.0-or-later

using System;

namespace L2tpv3.Interop.Reading;

/// <summary>A header, or the list of what is wanted of it, cannot be read. The message is for the user.</summary>
internal sealed class HeaderException : Exception
{
    public HeaderException(string message)
        : base(message)
    {
    }
}
